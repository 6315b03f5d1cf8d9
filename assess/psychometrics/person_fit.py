"""Person fit: how likely somebody's answers are under the graded response model (lz*).

A low value says that the pattern is odd for anybody of that theta: carelessness, a misread
reversal, or a person the scale does not describe. It is a flag to look, never a reason to change
a score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.irt import GradedItems, boundaries, log_probabilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_ITEMS: Final = 3
_CHUNK: Final = 2000
_SETTLED: Final = 1e-8
_NEWTON_STEPS: Final = 100


@dataclass(frozen=True)
class PersonFit:
    """Person fit of n people, each (n,).

    ``lz_star`` about N(0, 1) under the model, low is odd; ``lz`` the same without the correction
    for an estimated theta, and too narrow; ``theta`` the posterior mode used, in SD units;
    ``answered`` items. NaN with fewer than 3 answered.
    """

    lz_star: FloatArray
    lz: FloatArray
    theta: FloatArray
    answered: IntArray


def person_fit(categories: FloatArray, items: GradedItems) -> PersonFit:
    """Standardise the log-likelihood of ``categories`` (n, J), 0..K-1 in item direction.

    NaN is missing and skipped. The correction makes up for theta being estimated, here by the
    posterior mode under N(0, 1). Somebody's fit depends on nobody else.
    Raises ValueError for a category the items do not have.
    Source: Drasgow, Levine & Williams (1985), Brit. J. Math. Stat. Psychol. 38(1) for lz;
    Snijders (2001), Psychometrika 66(3) and Sinharay (2016), Psychometrika 81(4) for lz*.
    """
    categories = np.asarray(categories, dtype=np.float64)
    if categories.ndim != 2 or categories.shape[1] != items.n_items:
        raise ValueError(f"{categories.shape} answers do not fit {items.n_items} items")
    blank = np.isnan(categories)
    codes = np.where(blank, 0, categories)
    if ((codes < 0) | (codes >= items.n_categories) | (codes != np.rint(codes))).any():
        raise ValueError(f"categories run from 0 to {items.n_categories - 1}")
    parts = [
        _chunk_fit(codes[rows].astype(np.int64), ~blank[rows], items)
        for rows in (slice(s, s + _CHUNK) for s in range(0, len(codes), _CHUNK))
    ]
    answered = (~blank).sum(axis=1)
    if not parts:
        return PersonFit(np.empty(0), np.empty(0), np.empty(0), answered)
    star, plain, theta = (np.concatenate(column) for column in zip(*parts, strict=True))
    few = answered < LEAST_ITEMS
    star[few] = plain[few] = theta[few] = np.nan
    return PersonFit(star, plain, theta, answered)


def combined_fit(scales: Sequence[PersonFit]) -> FloatArray:
    """Join the lz* of several scales of the same n people into one, (n,), about N(0, 1) again.

    The sum over the root of how many could be had (Stouffer); NaN when none could.
    """
    fits = np.column_stack([one.lz_star for one in scales])
    had = (~np.isnan(fits)).sum(axis=1)
    total = np.where(np.isnan(fits), 0.0, fits).sum(axis=1)
    return np.asarray(np.divide(total, np.sqrt(had), out=np.full(len(fits), np.nan), where=had > 0))


def _chunk_fit(
    codes: IntArray, given: NDArray[np.bool_], items: GradedItems
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Corrected and plain lz with theta, (n,) each, of some people."""
    theta = _posterior_mode(codes, given, items)
    log_p, score, told_apart = _at(items, theta)
    p = np.where(told_apart, np.exp(log_p), 0.0)
    taken = np.take_along_axis(log_p, codes.T[:, None, :], axis=1)[:, 0, :]
    expected = (p * log_p).sum(axis=1)
    seen = given.T
    surprise = np.where(seen, taken - expected, 0.0).sum(axis=0)
    slope = p * score
    shared = np.where(seen, (slope * log_p).sum(axis=1), 0.0).sum(axis=0)
    information = np.where(seen, (slope * score).sum(axis=1), 0.0).sum(axis=0)
    ratio = np.divide(shared, information, out=np.zeros_like(shared), where=information > 0)
    plain = _sd(p, log_p, seen)
    corrected = _sd(p, log_p - ratio[None, None, :] * score, seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        # -theta is the slope of the log prior at the mode.
        star = np.where(corrected > 0, (surprise - ratio * theta) / corrected, np.nan)
        lz = np.where(plain > 0, surprise / plain, np.nan)
    return star, lz, theta


def _sd(p: FloatArray, weight: FloatArray, seen: NDArray[np.bool_]) -> FloatArray:
    """SD (n,) of the summed weights of the answers, categories drawn with probability ``p``."""
    mean = (p * weight).sum(axis=1)
    variance = (p * weight**2).sum(axis=1) - mean**2
    return np.asarray(np.sqrt(np.where(seen, np.maximum(variance, 0.0), 0.0).sum(axis=0)))


def _at(items: GradedItems, theta: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Log probabilities, their slopes in theta, (J, K, n), and which categories count (J, K, 1).

    Of categories that are not told apart only the first counts: they are one.
    """
    lower, upper = boundaries(-items.slopes[:, None] * items.thresholds)
    line = items.slopes[:, None, None] * theta
    above, below = expit(line + lower[:, :, None]), expit(line + upper[:, :, None])
    told_apart = np.ones(lower.shape, dtype=np.bool_)
    told_apart[:, 1:] = ~np.isnan(items.thresholds)
    logs = log_probabilities(items.slopes, lower, upper, theta)
    return logs, items.slopes[:, None, None] * (1 - above - below), told_apart[:, :, None]


def _posterior_mode(codes: IntArray, given: NDArray[np.bool_], items: GradedItems) -> FloatArray:
    """Theta (n,) of highest posterior: Newton steps between bounds that close in on it."""
    lower, upper = boundaries(-items.slopes[:, None] * items.thresholds)
    item = np.arange(items.n_items)
    slopes = np.where(given, items.slopes, 0.0)
    lower, upper = lower[item, codes], upper[item, codes]
    # The log posterior is concave; its slope at +-bound points inward.
    bound = 1.0 + slopes.sum(axis=1)
    theta, low, high = np.zeros(len(codes)), -bound, bound
    left = np.arange(len(codes))
    for _ in range(_NEWTON_STEPS):
        if not left.size:
            break
        here, own = theta[left], slopes[left]
        line = items.slopes * here[:, None]
        above, below = expit(line + lower[left]), expit(line + upper[left])
        slope = (own * (1 - above - below)).sum(axis=1) - here
        curve = (own**2 * (above * (1 - above) + below * (1 - below))).sum(axis=1) + 1
        low[left] = np.where(slope >= 0, here, low[left])
        high[left] = np.where(slope <= 0, here, high[left])
        moved = here + slope / curve
        inside = (moved >= low[left]) & (moved <= high[left])
        theta[left] = np.where(inside, moved, (low[left] + high[left]) / 2)
        left = left[np.abs(theta[left] - here) > _SETTLED]
    return theta
