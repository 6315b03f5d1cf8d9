"""The graded response model (logistic, D = 1): items and the probability of each category.

An item with slope a and thresholds b_1 < ... < b_(K-1) is answered in category k or higher with
probability 1 / (1 + exp(-a (theta - b_k))). Theta is in SD units of the calibration sample.

A threshold of NaN separates nothing: the two categories beside it are one, and each of the two
carries the probability of both together. Calibration leaves such a threshold below a category
nobody chose (above the lowest ones nobody chose), so that a later answer there counts as its
neighbour; NaN also pads an item that has fewer categories than its scale's longest.

Source: Samejima (1969), Psychometrika Monograph 17.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

FloatArray = NDArray[np.float64]

GRID: Final[FloatArray] = np.linspace(-6.0, 6.0, 61)
"""The quadrature nodes on which items are calibrated and people are scored."""
GRID.flags.writeable = False


@dataclass(frozen=True)
class GradedItems:
    """Items of one scale: slopes (J,) positive, thresholds (J, K-1) ascending, NaN padded.

    Raises ValueError when shapes do not fit, a slope is not positive, thresholds do not ascend,
    or an item has no threshold at all.
    """

    slopes: FloatArray
    thresholds: FloatArray

    def __post_init__(self) -> None:
        slopes = np.asarray(self.slopes, dtype=np.float64)
        thresholds = np.asarray(self.thresholds, dtype=np.float64)
        if slopes.ndim != 1 or thresholds.ndim != 2 or len(slopes) != len(thresholds):
            raise ValueError(f"{slopes.shape} slopes do not fit {thresholds.shape} thresholds")
        if not (np.isfinite(slopes) & (slopes > 0)).all():
            raise ValueError("every slope must be a positive number")
        for item, row in enumerate(thresholds):
            used = row[~np.isnan(row)]
            if used.size == 0 or not np.isfinite(used).all() or not (np.diff(used) > 0).all():
                raise ValueError(f"item {item}: thresholds must ascend, got {row.tolist()}")
        object.__setattr__(self, "slopes", slopes)
        object.__setattr__(self, "thresholds", thresholds)

    @property
    def n_items(self) -> int:
        """How many items, J."""
        return int(self.thresholds.shape[0])

    @property
    def n_categories(self) -> int:
        """How many categories an item has at most, K."""
        return int(self.thresholds.shape[1]) + 1


def boundaries(intercepts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the intercept below and above each category, two arrays (J, K).

    ``intercepts`` (J, K-1) descend, NaN where nothing is separated. The lowest category has
    +inf below it, the highest -inf above it; categories not told apart share both.
    """
    n_items = intercepts.shape[0]
    lower = np.hstack([np.full((n_items, 1), np.inf), intercepts])
    upper = np.hstack([intercepts, np.full((n_items, 1), -np.inf)])
    for k in range(1, lower.shape[1]):
        lower[:, k] = np.where(np.isnan(lower[:, k]), lower[:, k - 1], lower[:, k])
        upper[:, -k - 1] = np.where(np.isnan(upper[:, -k - 1]), upper[:, -k], upper[:, -k - 1])
    return lower, upper


def log_probabilities(
    slopes: FloatArray, lower: FloatArray, upper: FloatArray, theta: FloatArray
) -> FloatArray:
    """Log probability (J, K, Q) from slopes (J,), boundary intercepts (J, K) and theta (Q,).

    Written as log s(x) + log s(-y) + log(1 - exp(y - x)), s logistic, x and y the logits of the
    boundary below and above: exact in both tails, where s(x) - s(y) would cancel to nothing.
    A boundary out of order gives NaN.
    """
    line = slopes[:, None, None] * theta
    width = -np.expm1(np.minimum(upper - lower, 1.0))
    log_width = np.log(np.where(width > 0, width, np.nan))
    return np.asarray(
        log_expit(line + lower[:, :, None])
        + log_expit(-line - upper[:, :, None])
        + log_width[:, :, None],
        dtype=np.float64,
    )


def category_log_probabilities(items: GradedItems, theta: FloatArray) -> FloatArray:
    """Log probability of each category at each theta, (J, K, Q).

    ``theta`` (Q,) is in SD units. Over the categories that are told apart the probabilities sum
    to one; a category that is not (NaN threshold) repeats its neighbour's.
    """
    lower, upper = boundaries(-items.slopes[:, None] * items.thresholds)
    theta = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    return log_probabilities(items.slopes, lower, upper, theta)


def draw_categories(items: GradedItems, theta: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Simulate answers of people with ``theta`` (n,): categories 0..K-1, (n, J).

    Each answer is one uniform draw through the model; of categories not told apart the lowest
    is given.
    """
    theta = np.asarray(theta, dtype=np.float64)
    draws = rng.random((theta.size, items.n_items))
    categories = np.zeros_like(draws)
    for k in range(items.n_categories - 1):
        reached = expit(items.slopes * (theta[:, None] - items.thresholds[:, k]))
        categories[draws < reached] = k + 1
    return categories
