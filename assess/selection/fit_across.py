"""One person's fits to several jobs: which would suit best, and what cannot be told apart.

All fits rest on the same answers, so two of them differ much more surely than their two errors
suggest; every comparison here has the error of its own contrast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.selection.composite import contrast_error, coverage
from assess.selection.preview import standing
from assess.selection.ranking import BEATEN
from assess.selection.score_matrix import ScoreMatrix

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class FitsAcross:
    """One person's fits to K jobs, jobs in input order.

    ``fit`` and ``error`` (K,) as shown, 50 + 10 fit / sd_ref, NaN for somebody unranked;
    ``coverage`` (K,) how much of each job's weights the person's scores speak of. ``lead``
    (K, K) how far the fit to the row's job is above that to the column's, ``lead_error`` its
    standard error; ``higher`` (K, K) where that is above 0 with P >= .95.
    """

    fit: FloatArray
    error: FloatArray
    coverage: FloatArray
    lead: FloatArray
    lead_error: FloatArray
    higher: BoolArray


def fits_across(person: ScoreMatrix, weights: FloatArray) -> FitsAcross:
    """Fit one ``person`` to the jobs of ``weights`` (K, C), each row of any positive sum.

    Raises ValueError for more or fewer than one person, shapes that disagree, and as
    `preview.standing` for a job that demands nothing, or nothing that was measured.
    """
    weights = np.asarray(weights, dtype=np.float64)
    size = person.mean.shape[1]
    if len(person.mean) != 1 or weights.ndim != 2 or weights.shape[1] != size:
        raise ValueError(f"scores {person.mean.shape} and weights {weights.shape} do not fit")
    jobs = [standing(person, row) for row in weights]
    fit, error = (np.array([getattr(one, name)[0] for one in jobs]) for name in ("fit", "error"))
    pulls = [10 * one.weights / one.sd_ref for one in jobs]
    lead_error = np.array([[_error(person, a - b) for b in pulls] for a in pulls])
    lead_error = lead_error.reshape(len(jobs), len(jobs))
    lead = fit[:, None] - fit
    lead_error[np.isnan(lead)] = np.nan
    return FitsAcross(
        fit=fit,
        error=error,
        coverage=np.array(
            [coverage(row / row.sum(), person.parts, person.possible)[0] for row in weights]
        ),
        lead=lead,
        lead_error=lead_error,
        # Jobs that ask the same lead nowhere: between them there is rounding.
        higher=(lead > 1e-9) & (lead >= BEATEN * lead_error),
    )


def _error(person: ScoreMatrix, contrast: FloatArray) -> float:
    found = contrast_error(
        person.mean, person.error, person.shared, contrast, person.error_correlation
    )
    return float(found[0])
