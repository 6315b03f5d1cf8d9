"""Making reference.yaml: how the competencies correlate, from rating scales where both have one."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.calibrating import Provenance, dump
from assess.instruments.model import Competency, Instrument
from assess.instruments.scoring import ScoreTable, score_table
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

ASSUMED: Final = 0.30

_DECIMALS: Final = 4
_METHOD: Final = (
    "Correlations of the scales' EAP scores, each divided by the root of the product of both "
    "scales' empirical reliabilities (variance of the EAP over that variance plus the mean "
    "posterior variance): an estimate of how the true scores correlate."
)
_HEADER: Final = (
    "# Made by `assess questionnaires reference`; do not edit. How the seven competencies\n"
    "# correlate: estimated where both have a rating scale, assumed elsewhere. PROVISIONAL.\n"
)


def reference_correlations(
    instrument: Instrument, answers: FloatArray, competencies: Sequence[Competency]
) -> FloatArray:
    """Estimate the 7 x 7 matrix from ``answers`` (n, J) in item order; .30 where nothing is known.

    Raises Invalid when the result is not positive definite.
    """
    table = score_table(instrument, answers)
    scales = {one.code: one.scale for one in competencies if one.scale in table.scales}
    R = np.full((len(COMPETENCIES), len(COMPETENCIES)), ASSUMED)
    np.fill_diagonal(R, 1.0)
    for first, second in combinations(scales, 2):
        r = _true_correlation(table, str(scales[first]), str(scales[second]))
        i, j = COMPETENCIES.index(first), COMPETENCIES.index(second)
        R[i, j] = R[j, i] = round(r, _DECIMALS)
    if np.linalg.eigvalsh(R).min() <= 0:
        raise Invalid(f"{instrument.key}: the correlations are not positive definite")
    return R


def _true_correlation(table: ScoreTable, first: str, second: str) -> float:
    """Correlate two scales' true scores over the people scored on both."""
    columns = [table.scales.index(first), table.scales.index(second)]
    mean, error = table.mean[:, columns], table.error[:, columns]
    scored = ~np.isnan(mean).any(axis=1)
    mean, error = mean[scored], error[scored]
    variance = mean.var(axis=0, ddof=1)
    reliability = variance / (variance + (error**2).mean(axis=0))
    r = np.asarray(np.corrcoef(mean.T))[0, 1]
    return float(r / np.sqrt(reliability.prod()))


def reference_yaml(R: FloatArray, competencies: Sequence[Competency], made: Provenance) -> str:
    """Write the matrix (7, 7) as the text of a reference.yaml."""
    rated = [one.code for one in competencies if one.scale is not None]
    return _HEADER + dump(
        {
            "version": "1",
            "provisional": True,
            "date": made.date,
            "engine": made.engine,
            "source": f"{made.source} {made.reference_group}. {_METHOD}",
            "assumed": ASSUMED,
            "estimated": [list(pair) for pair in combinations(rated, 2)],
            "matrix": {
                code: [round(float(r), _DECIMALS) for r in row]
                for code, row in zip(COMPETENCIES, R, strict=True)
            },
        }
    )
