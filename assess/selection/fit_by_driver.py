"""Each person's fit to each call driver alone: where would this person be strong.

A driver's weights are its own demand ratings brought to a sum of 1, as if every contact were of
that kind; no prior, no multipliers. A person's fits to two drivers rest on the same answers,
so their difference is much surer than their two errors suggest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.selection.composite import contrast_error
from assess.selection.preview import standing
from assess.selection.ranking import BEATEN
from assess.selection.score_matrix import ScoreMatrix

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class DriverFits:
    """Fits of n people to D call drivers, and to the whole job.

    ``weights`` (D, C) in use; ``fit`` and ``error`` (n, D) as shown, 50 + 10 fit / sd_ref, NaN
    unranked. ``lead`` (n, D) how far the fit to the driver is above the person's own fit to the
    whole profile, ``lead_error`` (n, D) its standard error; ``stronger`` and ``weaker`` where
    that is above, or below, 0 with P >= .95.
    """

    weights: FloatArray
    fit: FloatArray
    error: FloatArray
    lead: FloatArray
    lead_error: FloatArray
    stronger: BoolArray
    weaker: BoolArray


def fit_by_driver(pool: ScoreMatrix, ratings: FloatArray, weights: FloatArray) -> DriverFits:
    """Fit a pool to each driver's ``ratings`` (D, C), 0..5, beside the profile's ``weights`` (C,).

    Raises ValueError for shapes that disagree, and as `preview.standing` for a driver that
    demands nothing, or nothing that the battery measures.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    if ratings.ndim != 2 or ratings.shape[1] != pool.mean.shape[1]:
        raise ValueError(f"ratings have shape {ratings.shape}, scores {pool.mean.shape}")
    whole = standing(pool, weights)
    drivers = [standing(pool, row) for row in ratings]
    fits, errors = (_columns([getattr(one, name) for one in drivers], len(pool.mean))
                    for name in ("fit", "error"))  # fmt: skip
    lead = fits - whole.fit[:, None]
    apart = [10 * (one.weights / one.sd_ref - whole.weights / whole.sd_ref) for one in drivers]
    lead_error = _columns([_error(pool, one) for one in apart], len(pool.mean))
    lead_error[np.isnan(lead)] = np.nan
    # A driver that asks what the whole profile asks leads nowhere: its lead is rounding.
    real = np.abs(lead) > 1e-9
    return DriverFits(
        weights=np.array([one.weights for one in drivers]).reshape(ratings.shape),
        fit=fits,
        error=errors,
        lead=lead,
        lead_error=lead_error,
        stronger=real & (lead >= BEATEN * lead_error),
        weaker=real & (-lead >= BEATEN * lead_error),
    )


def _error(pool: ScoreMatrix, contrast: FloatArray) -> FloatArray:
    return contrast_error(pool.mean, pool.error, pool.shared, contrast, pool.error_correlation)


def _columns(columns: list[FloatArray], n: int) -> FloatArray:
    """Give columns (n,) side by side, (n, D), also for none."""
    return np.column_stack(columns) if columns else np.empty((n, 0))
