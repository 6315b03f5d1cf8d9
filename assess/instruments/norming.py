"""Making a form's provisional norm: simulated honest raters stand in until 200 have answered.

Means, SDs and error correlations come from the simulation, reliabilities are assumed from the
number of keyed options. All of it is labelled so, and made again from the seed exactly.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.calibrating import dump
from assess.instruments.derived import key_sha256
from assess.instruments.model import CompetencyNorm, Instrument, JudgementNormFile
from assess.instruments.scoring import judgement_key, scored_options
from assess.psychometrics.sjt import (
    JudgementNorm,
    honest_raters,
    jackknife_error_correlation,
    reference_norm,
)
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

RATERS: Final = 10_000
SEED: Final = 20261122

_DECIMALS: Final = 6
_REFERENCE: Final = "simulated honest raters, no person; provisional until 200 applicants answered"
_METHOD: Final = (
    "Mean and SD over simulated honest raters (one general accuracy, own views, rating styles); "
    "reliability assumed, min(.60, n / (n + 20)) with n keyed options; error correlations from "
    "a delete-one-scenario jackknife pooled over the same raters."
)
_HEADER: Final = (
    "# Made by `assess questionnaires norm`; do not edit. SIMULATED and PROVISIONAL: nobody\n"
    "# answered; replace it by a measured norm from 200 or more applicants of this very form.\n"
)


def simulate_norm(
    instrument: Instrument, seed: int, *, raters: int = RATERS, date: str, engine: str
) -> JudgementNormFile:
    """Make the norm of a judgement instrument from ``raters`` simulated people.

    The same key, seed, raters and NumPy generator give the same numbers. Raises Invalid for a
    rating instrument, or a form that keys a competency in fewer than two scenarios.
    """
    if instrument.kind != "judgement":
        raise Invalid(f"{instrument.key}: only a judgement instrument has a form norm")
    key, weights = judgement_key(instrument)
    keyed = np.asarray((weights > 0).any(axis=1))
    shown_in = [place for place, block in enumerate(instrument.blocks) for _ in block.items]
    scenario = np.array(shown_in)[scored_options(instrument)]
    ratings = honest_raters(key, scenario, np.random.default_rng(seed), raters)
    form = np.vstack([weights[keyed], np.ones(key.size)])
    try:
        norm = reference_norm(ratings, key, form)
        errors = jackknife_error_correlation(ratings, key, weights[keyed], scenario)
    except ValueError as error:
        raise Invalid(f"{instrument.key}: {error}") from error
    rows = _rows(norm, form)
    codes = [code for code, has in zip(COMPETENCIES, keyed, strict=True) if has]
    return JudgementNormFile(
        kind="simulated",
        provisional=True,
        n=raters,
        seed=seed,
        engine=engine,
        date=date,
        reference_group=_REFERENCE,
        key_sha256=key_sha256(instrument),
        competencies=dict(zip(codes, rows[:-1], strict=True)),
        total=rows[-1],
        error_correlation=_whole_matrix(errors, keyed),
    )


def _rows(norm: JudgementNorm, form: FloatArray) -> list[CompetencyNorm]:
    """Give each row of ``form`` (C, O), its option weights, with its rounded norm."""
    return [
        CompetencyNorm(
            mean=round(float(norm.mean[place]), _DECIMALS),
            sd=round(float(norm.sd[place]), _DECIMALS),
            reliability=round(float(norm.reliability[place]), _DECIMALS),
            options=int((options > 0).sum()),
        )
        for place, options in enumerate(form)
    ]


def _whole_matrix(errors: FloatArray, keyed: NDArray[np.bool_]) -> tuple[tuple[float, ...], ...]:
    """Give the 7 x 7 matrix; a competency the form does not key is correlated with nothing."""
    matrix = np.eye(len(COMPETENCIES))
    matrix[np.ix_(keyed, keyed)] = np.round(errors, _DECIMALS)
    return tuple(tuple(row) for row in matrix.tolist())


def norm_yaml(instrument: Instrument, norm: JudgementNormFile) -> str:
    """Write a norm as the text of a norm file."""
    return _HEADER + dump(
        {
            "instrument": instrument.key,
            "version": instrument.version,
            "kind": norm.kind,
            "provisional": norm.provisional,
            "n": norm.n,
            "seed": norm.seed,
            "engine": norm.engine,
            "date": norm.date,
            "reference_group": norm.reference_group,
            "method": _METHOD,
            "key_sha256": norm.key_sha256,
            "competencies": {code: _row(row) for code, row in norm.competencies.items()},
            "total": _row(norm.total),
            "error_correlation": {
                code: list(row)
                for code, row in zip(COMPETENCIES, norm.error_correlation, strict=True)
            },
        }
    )


def _row(norm: CompetencyNorm) -> dict[str, float]:
    return {
        "mean": norm.mean,
        "sd": norm.sd,
        "reliability": norm.reliability,
        "options": norm.options,
    }
