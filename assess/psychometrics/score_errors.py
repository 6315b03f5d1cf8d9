"""Errors of observed scores: SEM, SEE, Kelley's estimate, and when two scores differ reliably.

For observed scores only: an EAP score is shrunken already and brings its own error. Scores,
means, SDs and errors are in one unit; reliabilities are unitless.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEVEL: Final = 0.90


@dataclass(frozen=True)
class TrueScores:
    """Kelley's ``estimate`` (n,) with its ``error`` and interval ``low`` to ``high`` (n,)."""

    estimate: FloatArray
    error: float
    low: FloatArray
    high: FloatArray


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    """SD of observed scores around a person's true score: sd sqrt(1 - rel).

    Raises ValueError for an SD that is not positive or a reliability outside 0..1.
    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores.
    """
    _check(sd, reliability)
    return float(sd * np.sqrt(1 - reliability))


def standard_error_of_estimate(sd: float, reliability: float) -> float:
    """SD of true scores around Kelley's estimate of them: sd sqrt(rel (1 - rel)).

    The right error for bands around observed scores. Raises as for the SEM.
    Source: Gasperson, Bowler, Wuensch & Bowler (2013), Int. J. Selection & Assessment 21(1).
    """
    _check(sd, reliability)
    return float(sd * np.sqrt(reliability * (1 - reliability)))


def true_scores(
    observed: FloatArray, mean: float, sd: float, reliability: float, *, level: float = LEVEL
) -> TrueScores:
    """Kelley's estimates mean + rel (x - mean) of ``observed`` (n,), with their interval.

    ``mean``, ``sd`` and ``reliability`` are of a frozen reference, never of the batch. NaN stays
    NaN. Raises as for the SEM, or for a ``level`` outside 0..1.
    Source: Kelley (1947), Fundamentals of Statistics.
    """
    error = standard_error_of_estimate(sd, reliability)
    half = _normal_width(level) * error
    estimate = mean + reliability * (np.asarray(observed, dtype=np.float64) - mean)
    return TrueScores(estimate, error, estimate - half, estimate + half)


def band_width(error: float, *, other: float | None = None, level: float = LEVEL) -> float:
    """Smallest difference of two scores that tells them apart: z sqrt(error^2 + other^2).

    ``error`` is the SEM or, better, the SEE; ``other`` the second score's, the same by default.
    Raises ValueError for a negative error or a ``level`` outside 0..1.
    """
    other = error if other is None else other
    if error < 0 or other < 0:
        raise ValueError("an error is not negative")
    return float(_normal_width(level) * np.hypot(error, other))


def reliably_different(
    first: FloatArray,
    first_error: FloatArray,
    second: FloatArray,
    second_error: FloatArray,
    *,
    level: float = LEVEL,
) -> BoolArray:
    """Whether two scores differ by ``band_width`` of their errors or more, broadcast.

    Errors are the scores' SEE. Equal scores do not differ; a missing one differs from none.
    Raises as ``band_width``.
    """
    errors = np.asarray(first_error, dtype=np.float64), np.asarray(second_error, dtype=np.float64)
    if any((error < 0).any() for error in errors):
        raise ValueError("an error is not negative")
    apart = np.abs(np.subtract(first, second))
    enough = apart >= _normal_width(level) * np.hypot(*errors)
    return np.asarray(enough & (apart > 0), dtype=np.bool_)


def observed_bands(
    scores: FloatArray, error: FloatArray | float, *, level: float = LEVEL
) -> IntArray:
    """Give fixed bands (n,) from 1, the best, of observed ``scores`` (n,); 0 for a missing one.

    A band starts at the best score that is in none yet (of equal ones, at the smallest error)
    and takes everybody who is not ``reliably_different`` from it. ``error``, one for all or (n,),
    is the SEE, the right one around an observed score. Bands depend on who is compared, by
    definition. Raises ValueError for shapes that do not fit, a score without its error, a
    negative error or a ``level`` outside 0..1.
    Source: Gasperson, Bowler, Wuensch & Bowler (2013), Int. J. Selection & Assessment 21(1).
    """
    scores = np.asarray(scores, dtype=np.float64)
    error = np.broadcast_to(np.asarray(error, dtype=np.float64), scores.shape)
    known = ~np.isnan(scores)
    if scores.ndim != 1 or not np.isfinite(error[known]).all():
        raise ValueError("bands need scores (n,), each with its error")
    bands, number = np.zeros(scores.size, dtype=np.int64), 0
    best_first = np.lexsort((error, -scores))
    for first in best_first[: int(known.sum())].tolist():
        if bands[first] == 0:
            near = ~reliably_different(scores[first], error[first], scores, error, level=level)
            number += 1
            bands[known & (bands == 0) & near] = number
    return bands


def _normal_width(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, got {level}")
    return float(ndtri(0.5 + level / 2))


def _check(sd: float, reliability: float) -> None:
    if not (np.isfinite(sd) and sd > 0):
        raise ValueError(f"an SD is positive, got {sd}")
    if not 0 <= reliability <= 1:
        raise ValueError(f"a reliability lies from 0 to 1, got {reliability}")
