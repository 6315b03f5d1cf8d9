"""Calibration of the graded response model: marginal maximum likelihood by EM.

Bock-Aitkin EM on 61 nodes over -6..6 with an N(0, 1) prior. The E-step is two matrix products on
one-hot answers; the M-step is Fisher scoring of all items at once in slopes and intercepts
(a theta + d_k), in which the likelihood is smooth and concave.

Source: Bock & Aitkin (1981), Psychometrika 46(4), 443-459; Samejima (1969).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from assess.psychometrics.irt import GRID, GradedItems, boundaries, log_probabilities

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SPARSE_BELOW: Final = 10
"""A category with fewer answers than this is estimated, and reported as sparse."""

_LEAST_ITEMS: Final = 3
_HALVINGS: Final = 12
_STEEPEST: Final = 100.0
"""Steeper, a curve rises wholly between two nodes 0.2 apart: the answers set it no limit."""
_TINY: Final = 1e-300


@dataclass(frozen=True)
class GradedCalibration:
    """What a calibration found, and how far it may be trusted.

    ``items`` slopes and thresholds in SD units of theta · ``log_likelihood`` marginal, in nats ·
    ``iterations`` EM cycles run · ``converged`` whether every parameter came to rest ·
    ``n_persons`` people with at least one answer · ``sparse`` (item index, category, answers)
    of each category with under 10 answers, 0 included.
    """

    items: GradedItems
    log_likelihood: float
    iterations: int
    converged: bool
    n_persons: int
    sparse: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class _Design:
    """Which thresholds exist and which of them bound each category."""

    used: BoolArray  # (J, K) categories somebody chose
    below: FloatArray  # (J, K, K-1) one-hot: the threshold under a category
    above: FloatArray  # (J, K, K-1) one-hot: the threshold over a category


def calibrate_graded(
    categories: FloatArray,
    n_categories: int,
    *,
    tolerance: float = 1e-5,
    max_iterations: int = 2000,
) -> GradedCalibration:
    """Estimate slopes and thresholds from ``categories`` (n, J): 0..K-1, NaN missing.

    No category that has an answer is collapsed. One that has none leaves a NaN threshold (see
    ``irt``). ``tolerance`` is the largest change of any slope or intercept in one cycle.
    A calibration that does not come to rest is returned with ``converged`` false.
    Raises ValueError for an impossible category, fewer than three items, an item answered in
    fewer than two categories, or an item that runs against its scale (slope not positive).
    """
    answers = _checked(categories, n_categories)
    counts = (answers[:, :, None] == np.arange(n_categories)).sum(axis=0)
    _refuse_constant_items(counts)
    design = _design(counts > 0)
    one_hot = _one_hot(answers, n_categories)
    start = _starting_values(counts, design)
    slopes, intercepts, cycle, converged = _climb(
        one_hot, design, *start, tolerance=tolerance, max_iterations=max_iterations
    )
    _, log_likelihood = _expect(one_hot, slopes, intercepts)
    return GradedCalibration(
        items=_items(slopes, intercepts),
        log_likelihood=log_likelihood,
        iterations=cycle,
        converged=converged,
        n_persons=len(answers),
        sparse=tuple(
            (int(j), int(k), int(counts[j, k])) for j, k in np.argwhere(counts < SPARSE_BELOW)
        ),
    )


def _checked(categories: FloatArray, n_categories: int) -> FloatArray:
    """Give the answers of people who gave any, or refuse what no calibration can use."""
    categories = np.asarray(categories, dtype=np.float64)
    if n_categories < 2:
        raise ValueError(f"an item needs at least 2 categories, not {n_categories}")
    if categories.ndim != 2 or categories.shape[1] < _LEAST_ITEMS:
        raise ValueError(
            f"a calibration needs persons x at least {_LEAST_ITEMS} items, got {categories.shape}"
        )
    known = ~np.isnan(categories)
    whole = categories == np.rint(categories)
    possible = whole & (categories >= 0) & (categories < n_categories)
    if (known & ~possible).any():
        person, item = np.argwhere(known & ~possible)[0]
        raise ValueError(
            f"person {person}, item {item}: no category {categories[person, item]:g}, "
            f"they run from 0 to {n_categories - 1}"
        )
    return categories[known.any(axis=1)]


def _refuse_constant_items(counts: NDArray[np.int64]) -> None:
    """Refuse an item whose answers, if any, are all the same: nothing can be learnt from it."""
    for item, used in enumerate((counts > 0).sum(axis=1)):
        if used < 2:
            raise ValueError(
                f"item {item}: its answers fall in {used} of the categories; "
                "it takes at least 2 to calibrate it"
            )


def _design(used: BoolArray) -> _Design:
    """Lay out the thresholds: one under each used category but the lowest used of an item."""
    n_items, n_categories = used.shape
    exists = used[:, 1:] & (np.cumsum(used, axis=1)[:, :-1] > 0)
    below = np.zeros((n_items, n_categories, n_categories - 1))
    above = np.zeros_like(below)
    for item in range(n_items):
        own = np.flatnonzero(exists[item])
        chosen = np.flatnonzero(used[item])
        below[item, chosen[1:], own] = 1.0
        above[item, chosen[:-1], own] = 1.0
    return _Design(used, below, above)


def _one_hot(answers: FloatArray, n_categories: int) -> FloatArray:
    """Answers as indicators (n, J*K); a missing answer indicates nothing."""
    indicators = answers[:, :, None] == np.arange(n_categories)
    flat: FloatArray = indicators.reshape(len(answers), -1).astype(np.float64)
    return flat


def _starting_values(counts: NDArray[np.int64], design: _Design) -> tuple[FloatArray, FloatArray]:
    """Slopes of 1.2 and the intercepts that give the observed category shares at such slopes."""
    slopes = np.full(len(counts), 1.2)
    at_least = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    share = at_least[:, 1:] / at_least[:, :1]
    exists = design.below.any(axis=1)
    # Theta's spread flattens a logistic curve by about this factor (1.7: logistic to normal).
    spread = np.sqrt(1 + (slopes / 1.7) ** 2)[:, None]
    return slopes, np.where(exists, logit(np.where(exists, share, 0.5)) * spread, np.nan)


def _climb(
    one_hot: FloatArray,
    design: _Design,
    slopes: FloatArray,
    intercepts: FloatArray,
    *,
    tolerance: float,
    max_iterations: int,
) -> tuple[FloatArray, FloatArray, int, bool]:
    """Run EM cycles until no parameter moves by ``tolerance``; give cycles run and success.

    A slope that runs away without limit (items that repeat each other) ends it without success.
    """
    for cycle in range(1, max_iterations + 1):
        expected, _ = _expect(one_hot, slopes, intercepts)
        new_slopes, new_intercepts = _maximise(expected, design, slopes, intercepts)
        moved = np.abs(np.column_stack([new_slopes - slopes, new_intercepts - intercepts]))
        slopes, intercepts = new_slopes, new_intercepts
        if np.nanmax(moved) < tolerance:
            return slopes, intercepts, cycle, True
        if slopes.max() > _STEEPEST:
            return slopes, intercepts, cycle, False
    return slopes, intercepts, max_iterations, False


def _expect(
    one_hot: FloatArray, slopes: FloatArray, intercepts: FloatArray
) -> tuple[FloatArray, float]:
    """E-step: expected answers (J, K, Q) in each category at each node, and log-likelihood."""
    table = log_probabilities(slopes, *boundaries(intercepts), GRID)
    log_prior = -0.5 * GRID**2
    log_prior -= np.log(np.exp(log_prior).sum())
    posterior = one_hot @ table.reshape(-1, GRID.size)
    posterior += log_prior
    peak = posterior.max(axis=1, keepdims=True)
    posterior -= peak
    np.exp(posterior, out=posterior)
    mass = posterior.sum(axis=1, keepdims=True)
    posterior /= mass
    expected = (one_hot.T @ posterior).reshape(table.shape)
    return expected, float((peak + np.log(mass)).sum())


def _maximise(
    expected: FloatArray, design: _Design, slopes: FloatArray, intercepts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """M-step: one Fisher scoring step for every item, halved for those it would not improve."""
    step = _fisher_step(expected, design, slopes, intercepts)
    before = _objective(expected, design, slopes, intercepts)
    scale = np.ones(len(slopes))
    for _ in range(_HALVINGS):
        trial_slopes = slopes + scale * step[:, 0]
        trial_intercepts = intercepts + scale[:, None] * step[:, 1:]
        after = _objective(expected, design, trial_slopes, trial_intercepts)
        # Rounding alone may lower an objective that is already at its top.
        worse = ~(after >= before - 1e-9 * np.abs(before))
        if not worse.any():
            return trial_slopes, trial_intercepts
        scale[worse] /= 2
    scale[worse] = 0.0
    return slopes + scale * step[:, 0], intercepts + scale[:, None] * step[:, 1:]


def _objective(
    expected: FloatArray, design: _Design, slopes: FloatArray, intercepts: FloatArray
) -> FloatArray:
    """Give each item's expected complete-data log-likelihood, (J,); NaN if thresholds crossed."""
    logs = log_probabilities(slopes, *boundaries(intercepts), GRID)
    terms: FloatArray = np.where(design.used[:, :, None], expected * logs, 0.0)
    return np.asarray(terms.sum(axis=(1, 2)), dtype=np.float64)


def _fisher_step(
    expected: FloatArray, design: _Design, slopes: FloatArray, intercepts: FloatArray
) -> FloatArray:
    """Give the scoring step (J, K): slope first, then intercepts; 0 where none exists."""
    n_items, n_categories = design.used.shape
    lower, upper = boundaries(intercepts)
    line = slopes[:, None, None] * GRID
    chances = np.exp(log_probabilities(slopes, lower, upper, GRID))
    chances = np.maximum(np.where(design.used[:, :, None], chances, 1.0), _TINY)
    rise = _density(line + lower[:, :, None])
    fall = _density(line + upper[:, :, None])
    change = np.empty((n_items, n_categories, n_categories, GRID.size))
    change[:, 0] = (rise - fall) * GRID * design.used[:, :, None]
    change[:, 1:] = (
        design.below.transpose(0, 2, 1)[..., None] * rise[:, None]
        - design.above.transpose(0, 2, 1)[..., None] * fall[:, None]
    )
    people = expected.sum(axis=1)[:, None, :]
    score = (change * (expected / chances)[:, None]).sum(axis=(2, 3))
    rooted = (change * np.sqrt(people / chances)[:, None]).reshape(n_items, n_categories, -1)
    information = rooted @ rooted.transpose(0, 2, 1)
    diagonal = np.einsum("jpp->jp", information)
    diagonal[diagonal <= 0] = 1.0  # a threshold that does not exist: its score is 0 too
    return np.linalg.solve(information, score[:, :, None])[:, :, 0]


def _density(logits: FloatArray) -> FloatArray:
    """Slope of the logistic curve at ``logits``; 0 at both infinities."""
    return np.asarray(expit(logits) * expit(-logits), dtype=np.float64)


def _items(slopes: FloatArray, intercepts: FloatArray) -> GradedItems:
    """Turn intercepts into thresholds, refusing an item that runs against its scale."""
    for item, slope in enumerate(slopes):
        if not slope > 0:
            raise ValueError(
                f"item {item}: runs against the rest of its scale (slope {slope:.3f}); "
                "check its sign in the key"
            )
    return GradedItems(slopes, -intercepts / slopes[:, None])
