"""A judgement answer as item points, so that a form's internal consistency can be described."""

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.sjt import score_ratings

FloatArray = NDArray[np.float64]


def closeness(ratings: FloatArray, key: FloatArray, weights: FloatArray) -> FloatArray:
    """Give each option's share in a score: -w (z_p - z_k)^2, (n, O), of ``ratings`` (n, O).

    z_p and z_k are ratings and ``key`` (O,) standardised over the options a person rated, as a
    score does; ``weights`` (O,) of one competency, 0 elsewhere. NaN where an option was not
    rated and throughout for who is not scorable. Alpha over these is a lower bound: options of
    one scenario measure several things, and standardising within a person ties them together.
    Raises ValueError as ``score_ratings``.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    scorable = score_ratings(ratings, key, weights[None, :]).scorable
    out = np.full(ratings.shape, np.nan)
    kept = ratings[scorable]
    ideal = np.where(np.isnan(kept), np.nan, key)
    out[scorable] = -weights * (_standardised(kept) - _standardised(ideal)) ** 2
    return out


def _standardised(values: FloatArray) -> FloatArray:
    """Standardise each row that has two different values or more, NaN staying NaN."""
    around = values - np.nanmean(values, axis=1, keepdims=True)
    return np.asarray(around / np.sqrt(np.nanmean(around**2, axis=1, keepdims=True)))
