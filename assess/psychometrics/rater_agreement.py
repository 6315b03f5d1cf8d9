"""How far raters agree within one group: over several items together, and who moves the mean."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Pull:
    """What one rater does to the means: ``moved`` (J,) is the mean with them less without."""

    rater: int
    moved: FloatArray


def within_group_agreement(ratings: FloatArray, *, low: int, high: int) -> float:
    """Give rwg(j) of complete ``ratings`` (k raters, J items): 0, as scattered as chance, to 1.

    ``J (1 - s2/e) / (J (1 - s2/e) + s2/e)`` with s2 the mean of the items' variances (n - 1) and
    e = (A^2 - 1) / 12, the variance of A answers spread evenly; 0 where s2 is larger than e. It
    takes the items for parallel measures of one thing and grows with their number, so it never
    decides anything here alone.

    Raises ValueError for fewer than two raters, no item, a rating that is missing or outside
    ``low``..``high``, or a range of fewer than two answers.
    Source: James, Demaree & Wolf (1984), J. Applied Psychology 69(1), 85-98, equation 2.
    """
    ratings = _complete(ratings)
    if high <= low:
        raise ValueError(f"ratings from {low} to {high} leave no choice")
    if ratings.min() < low or ratings.max() > high:
        raise ValueError(f"a rating lies outside {low}..{high}")
    chance = ((high - low + 1) ** 2 - 1) / 12
    share = float(ratings.var(axis=0, ddof=1).mean()) / chance
    if share >= 1:
        return 0.0
    items = int(ratings.shape[1])
    return items * (1 - share) / (items * (1 - share) + share)


def pulls(ratings: FloatArray) -> tuple[Pull, ...]:
    """Say for each rater of complete ``ratings`` (k, J) how far they move the means.

    Raises ValueError for fewer than two raters or a rating that is missing.
    """
    ratings = _complete(ratings)
    k, whole = len(ratings), ratings.mean(axis=0)
    # The mean of the others follows from the mean of all: no rater is left out k times.
    return tuple(Pull(rater, (given - whole) / (k - 1)) for rater, given in enumerate(ratings))


def _complete(ratings: FloatArray) -> FloatArray:
    ratings = np.asarray(ratings, dtype=np.float64)
    if ratings.ndim != 2 or len(ratings) < 2 or not ratings.size or not np.isfinite(ratings).all():
        raise ValueError(f"agreement needs 2+ raters x 1+ items, complete, got {ratings.shape}")
    return ratings
