"""Standard errors of graded-response parameters, from the observed information.

The information in the answers is the expected information in the answers and the thetas, less
what not seeing the thetas costs: the posterior covariance of each person's score vector. It is
exact on the nodes, and equals the Hessian of the marginal log-likelihood (as Oakes's identity
does).

Source: Louis (1982), J. R. Statist. Soc. B 44(2), 226-233; Oakes (1999), ibid. 61(2), 479-482.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.calibration import GradedCalibration
from assess.psychometrics.graded_em import log_weights, one_hot, posteriors
from assess.psychometrics.irt import GRID, GradedItems, boundaries, category_log_probabilities

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_CELLS: Final = 500_000
"""Numbers held at once: people at a time x nodes x parameters."""


@dataclass(frozen=True)
class ParameterErrors:
    """Standard errors, NaN for what was held fixed or does not exist.

    ``slopes`` (J,) · ``thresholds`` (J, K-1) in SD units of theta · ``intercepts`` (J, K-1), of
    -slope x threshold · ``latent_mean`` and ``latent_sd``, of an anchored calibration ·
    ``covariance`` (P, P) of the free parameters: each free item's slope and its intercepts, item
    by item, then latent mean and SD · ``condition`` largest to smallest eigenvalue of the
    information: past 1e6 the answers hardly tell some parameters apart.
    """

    slopes: FloatArray
    thresholds: FloatArray
    intercepts: FloatArray
    latent_mean: float
    latent_sd: float
    covariance: FloatArray
    condition: float


def parameter_errors(categories: FloatArray, calibration: GradedCalibration) -> ParameterErrors:
    """Give the standard errors of a ``calibration`` found from ``categories`` (n, J), NaN missing.

    Time grows with n x (J K)². Raises ValueError when the categories do not fit, and when the
    information is not positive definite: at no maximum, or a model the answers do not identify.
    """
    items = calibration.items
    categories = np.asarray(categories, dtype=np.float64)
    if categories.ndim != 2 or categories.shape[1] != items.n_items:
        raise ValueError(f"{categories.shape} answers do not fit {items.n_items} items")
    kept = _free_parameters(calibration)
    information = _observed_information(categories, calibration)[np.ix_(kept, kept)]
    lowest, highest = np.linalg.eigvalsh(information)[[0, -1]]
    if not lowest > 1e-10 * highest:
        raise ValueError(
            "the information matrix is not positive definite: the calibration is at no maximum "
            "or the answers do not identify it"
        )
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return _laid_out(covariance, kept, calibration, float(highest / lowest))


def _free_parameters(calibration: GradedCalibration) -> BoolArray:
    """Which of the J*K item parameters and the two of the latent variable were estimated."""
    items, held = calibration.items, list(calibration.anchored)
    exists = np.column_stack([np.ones(items.n_items, dtype=np.bool_), ~np.isnan(items.thresholds)])
    exists[held] = False
    return np.append(exists.ravel(), [bool(held)] * 2)


def _observed_information(categories: FloatArray, calibration: GradedCalibration) -> FloatArray:
    """Louis's information (J*K + 2, J*K + 2) of all parameters, those held fixed included."""
    items = calibration.items
    first, second = _derivatives(items)
    latent = _latent_scores(calibration)
    logs = category_log_probabilities(items, GRID)
    prior = log_weights(calibration.latent_mean, calibration.latent_sd)
    n_items, n_categories = logs.shape[:2]
    size = n_items * n_categories
    expected, n_people = np.zeros(logs.shape), np.zeros(GRID.size)
    missing = np.zeros((size + 2, size + 2))
    step = max(1, _CELLS // (GRID.size * (size + 2)))
    known = ~np.isnan(categories).all(axis=1)
    for start in range(0, int(known.sum()), step):
        answers = categories[known][start : start + step]
        indicators = one_hot(answers, n_categories)
        posterior, _ = posteriors(indicators, logs, prior)
        expected += (indicators.T @ posterior).reshape(logs.shape)
        n_people += posterior.sum(axis=0)
        missing += _unseen(answers, posterior, first, latent)
    complete = np.zeros_like(missing)
    blocks = np.einsum("jkq,jkqrs->jrs", expected, second)
    for item, block in enumerate(blocks):
        place = slice(item * n_categories, (item + 1) * n_categories)
        complete[place, place] = -block
    complete[size:, size:] = _latent_information(n_people, calibration)
    return np.asarray(complete - missing)


def _unseen(
    answers: FloatArray, posterior: FloatArray, first: FloatArray, latent: FloatArray
) -> FloatArray:
    """Sum over people of the posterior covariance of their scores, (P, P).

    ``first`` (J, K + 1, Q, K) holds the score of each answer by its item's parameters.
    """
    n_people, n_items = answers.shape
    blank = first.shape[1] - 1
    codes = np.where(np.isnan(answers), blank, answers).astype(np.int64)
    width = first.shape[3]
    scores = np.empty((n_people, GRID.size, n_items * width + 2))
    for item in range(n_items):
        scores[:, :, item * width : (item + 1) * width] = first[item, codes[:, item]]
    scores[..., -2:] = latent
    means = (posterior[:, None] @ scores)[:, 0]
    scores *= np.sqrt(posterior)[:, :, None]
    flat = scores.reshape(-1, scores.shape[2])
    return np.asarray(flat.T @ flat - means.T @ means)


def _derivatives(items: GradedItems) -> tuple[FloatArray, FloatArray]:
    """Differentiate log P by an item's slope and intercepts, once and twice.

    First (J, K + 1, Q, K), the last answer a blank; second (J, K, Q, K, K). A category's P is
    s(u) - s(v), u and v the logits of the thresholds under and over it.
    """
    lower, upper = boundaries(-items.slopes[:, None] * items.thresholds)
    line = items.slopes[:, None, None] * GRID
    below, above = expit(line + lower[:, :, None]), expit(line + upper[:, :, None])
    chances = np.exp(category_log_probabilities(items, GRID))
    chances = np.maximum(chances, np.finfo(np.float64).tiny)[..., None]
    to_lower, to_upper = _gradients(items)
    rise, fall = (below * (1 - below))[..., None], (above * (1 - above))[..., None]
    first = (rise * to_lower - fall * to_upper) / chances
    curved = (rise * (1 - 2 * below[..., None]))[..., None] * _outer(to_lower)
    curved -= (fall * (1 - 2 * above[..., None]))[..., None] * _outer(to_upper)
    second = curved / chances[..., None] - _outer(first)
    blank = np.zeros((items.n_items, 1, GRID.size, first.shape[3]))
    return np.concatenate([first, blank], axis=1), second


def _gradients(items: GradedItems) -> tuple[FloatArray, FloatArray]:
    """Differentiate, (J, K, Q, K), the logits under and over each category by the parameters."""
    n_items, n_categories = items.n_items, items.n_categories
    exists = ~np.isnan(items.thresholds)
    to_lower = np.zeros((n_items, n_categories, GRID.size, n_categories))
    to_upper = np.zeros_like(to_lower)
    for item in range(n_items):
        own = np.flatnonzero(exists[item])
        for category in range(n_categories):
            under, over = own[own < category], own[own >= category]
            if under.size:
                to_lower[item, category, :, 0] = GRID
                to_lower[item, category, :, 1 + under[-1]] = 1.0
            if over.size:
                to_upper[item, category, :, 0] = GRID
                to_upper[item, category, :, 1 + over[0]] = 1.0
    return to_lower, to_upper


def _outer(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors[..., :, None] * vectors[..., None, :])


def _latent_scores(calibration: GradedCalibration) -> FloatArray:
    """Differentiate the log prior at each node by latent mean and SD, (Q, 2)."""
    z = (GRID - calibration.latent_mean) / calibration.latent_sd
    return np.column_stack([z, z**2 - 1]) / calibration.latent_sd


def _latent_information(people: FloatArray, calibration: GradedCalibration) -> FloatArray:
    """Complete-data information (2, 2) on latent mean and SD of ``people`` (Q,) at the nodes."""
    z = (GRID - calibration.latent_mean) / calibration.latent_sd
    cross = 2 * people @ z
    entries = [[people.sum(), cross], [cross, people @ (3 * z**2 - 1)]]
    return np.array(entries) / calibration.latent_sd**2


def _laid_out(
    covariance: FloatArray, kept: BoolArray, calibration: GradedCalibration, condition: float
) -> ParameterErrors:
    """Put the free parameters' errors where they belong, thresholds by the delta method."""
    items = calibration.items
    whole = np.full((kept.size, kept.size), np.nan)
    whole[np.ix_(kept, kept)] = covariance
    spread = np.sqrt(np.diagonal(whole))
    by_item = spread[:-2].reshape(items.n_items, -1)
    thresholds = np.full_like(items.thresholds, np.nan)
    for item, row in enumerate(items.thresholds):
        start = item * items.n_categories
        own = whole[start : start + len(row) + 1, start : start + len(row) + 1]
        # b = -d / a: db = -(dd + b da) / a.
        variance = np.diagonal(own)[1:] + 2 * row * own[0, 1:] + row**2 * own[0, 0]
        thresholds[item] = np.sqrt(variance) / items.slopes[item]
    return ParameterErrors(
        slopes=by_item[:, 0],
        thresholds=thresholds,
        intercepts=by_item[:, 1:],
        latent_mean=float(spread[-2]),
        latent_sd=float(spread[-1]),
        covariance=covariance,
        condition=condition,
    )
