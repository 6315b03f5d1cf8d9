"""The cycles of Bock-Aitkin EM for the graded response model, and what makes them few.

The E-step is two matrix products on one-hot answers; the M-step is Fisher scoring of all items at
once in slopes and intercepts (a theta + d_k), in which the likelihood is smooth and concave. The
slow last stretch of EM is shortened by Anderson's extrapolation; a step that makes the answers
less likely is thrown away, and the plain EM step it was made from is taken instead.

Source: Bock & Aitkin (1981), Psychometrika 46(4), 443-459; Anderson (1965), Journal of the ACM
12(4), 547-560; Henderson & Varadhan (2019), J. Comput. Graph. Stat. 28(4), 834-846 (for EM).
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.irt import GRID, boundaries, log_probabilities

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_CHUNK: Final = 1024
"""People taken at once in the E-step: their posteriors stay in the cache."""
_MEMORY: Final = 6
"""How many past steps an extrapolation looks back on."""
_PLAIN: Final = 2
"""EM cycles before the first extrapolation: the first strides are long and bent."""
_HALVINGS: Final = 12
_STEEPEST: Final = 100.0
"""Steeper, a curve rises wholly between two nodes 0.2 apart: the answers set it no limit."""
_TINY: Final = 1e-300


@dataclass(frozen=True)
class State:
    """Where a calibration stands: ``slopes`` (J,), ``intercepts`` (J, K-1), latent mean, SD."""

    slopes: FloatArray
    intercepts: FloatArray
    mean: float = 0.0
    sd: float = 1.0


@dataclass(frozen=True)
class Design:
    """What may move: the ``free`` items F (J,) bool, whether the ``latent`` mean and SD may.

    ``used`` (F, K) categories somebody chose; ``below`` and ``above`` (F, K, K-1) say one-hot
    which threshold lies under and over a category.
    """

    free: BoolArray
    latent: bool
    used: BoolArray
    below: FloatArray
    above: FloatArray

    @property
    def exists(self) -> BoolArray:
        """Which thresholds of the free items there are, (F, K-1)."""
        return np.asarray(self.below.any(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class Expectation:
    """Expected ``answers`` (J, K, Q) and ``people`` (Q,) at each node, and the log-likelihood.

    ``logs`` (J, K, Q) are the log probabilities they were found with.
    """

    answers: FloatArray
    people: FloatArray
    log_likelihood: float
    logs: FloatArray


def design_of(used: BoolArray, free: BoolArray) -> Design:
    """Lay out the thresholds: one under each used category but the lowest used of an item.

    ``used`` (J, K): the categories somebody chose; ``free`` (J,): the items to estimate. With an
    item held fixed the latent mean and SD are free.
    """
    latent, used = not free.all(), used[free]
    n_items, n_categories = used.shape
    exists = used[:, 1:] & (np.cumsum(used, axis=1)[:, :-1] > 0)
    below = np.zeros((n_items, n_categories, n_categories - 1))
    above = np.zeros_like(below)
    for item in range(n_items):
        own = np.flatnonzero(exists[item])
        chosen = np.flatnonzero(used[item])
        below[item, chosen[1:], own] = 1.0
        above[item, chosen[:-1], own] = 1.0
    return Design(free, latent, used, below, above)


def one_hot(answers: FloatArray, n_categories: int) -> FloatArray:
    """Answers as indicators (n, J*K); a missing answer indicates nothing."""
    indicators = answers[:, :, None] == np.arange(n_categories)
    flat: FloatArray = indicators.reshape(len(answers), -1).astype(np.float64)
    return flat


def log_weights(mean: float = 0.0, sd: float = 1.0) -> FloatArray:
    """Log of the normal weights on the grid's nodes, (Q,); they sum to one."""
    weights = -0.5 * ((GRID - mean) / sd) ** 2
    return np.asarray(weights - np.log(np.exp(weights).sum()), dtype=np.float64)


def posteriors(
    indicators: FloatArray, logs: FloatArray, log_prior: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Each person's posterior on the nodes, (n, Q), and log-likelihood (n,), by log-sum-exp."""
    posterior = indicators @ logs.reshape(-1, log_prior.size)
    posterior += log_prior
    peak = posterior.max(axis=1, keepdims=True)
    posterior -= peak
    np.exp(posterior, out=posterior)
    mass = posterior.sum(axis=1, keepdims=True)
    posterior /= mass
    return posterior, (peak + np.log(mass))[:, 0]


def climb(
    indicators: FloatArray,
    design: Design,
    state: State,
    *,
    tolerance: float,
    max_iterations: int,
) -> tuple[State, int, bool]:
    """Run EM cycles until no parameter moves by ``tolerance``; give cycles run and success.

    A slope that runs away without limit (items that repeat each other) ends it without success.
    """
    trail, best, held = _Trail(), -np.inf, state
    for cycle in range(1, max_iterations + 1):
        found = expect(indicators, state)
        if not found.log_likelihood >= best - 1e-12 * abs(best):
            trail, state = _Trail(), held
            found = expect(indicators, state)
        best = found.log_likelihood
        held = maximise(found, design, state)
        here, there = _packed(state, design), _packed(held, design)
        if np.abs(there - here).max() < tolerance:
            return held, cycle, True
        if held.slopes.max() > _STEEPEST:
            return held, cycle, False
        trail.add(here, there)
        state = held
        if cycle > _PLAIN:
            state = _unpacked(trail.extrapolated(), held, design)
    return held, max_iterations, False


class _Trail:
    """The last places visited and where EM sent each of them."""

    def __init__(self) -> None:
        self._from: list[FloatArray] = []
        self._to: list[FloatArray] = []

    def add(self, here: FloatArray, there: FloatArray) -> None:
        """Remember that EM leads from ``here`` to ``there``, both (P,)."""
        self._from = [*self._from[-_MEMORY:], here]
        self._to = [*self._to[-_MEMORY:], there]

    def extrapolated(self) -> FloatArray:
        """Give the place (P,) at which EM would rest, were it linear along the trail."""
        if len(self._from) == 1:
            return self._to[-1]
        steps = np.array(self._to) - np.array(self._from)
        turns = np.diff(steps, axis=0).T
        mix = np.linalg.lstsq(turns, steps[-1], rcond=1e-10)[0]
        return np.asarray(self._to[-1] - np.diff(np.array(self._to), axis=0).T @ mix)


def _packed(state: State, design: Design) -> FloatArray:
    """Give the free parameters as one vector, (P,)."""
    latent = [state.mean, np.log(state.sd)] if design.latent else []
    thresholds = state.intercepts[design.free][design.exists]
    return np.concatenate([state.slopes[design.free], thresholds, latent])


def _unpacked(vector: FloatArray, state: State, design: Design) -> State:
    """Give ``state`` with the free parameters of ``vector`` (P,)."""
    n_free, n_thresholds = int(design.free.sum()), int(design.exists.sum())
    slopes, intercepts = state.slopes.copy(), state.intercepts.copy()
    slopes[design.free] = vector[:n_free]
    own = intercepts[design.free]
    own[design.exists] = vector[n_free : n_free + n_thresholds]
    intercepts[design.free] = own
    if not design.latent:
        return State(slopes, intercepts)
    return State(slopes, intercepts, float(vector[-2]), float(np.exp(vector[-1])))


def expect(indicators: FloatArray, state: State) -> Expectation:
    """E-step: expected answers in each category at each node, and the log-likelihood.

    NaN log-likelihood where the state's thresholds are out of order.
    """
    logs = log_probabilities(state.slopes, *boundaries(state.intercepts), GRID)
    prior = log_weights(state.mean, state.sd)
    answers, people, log_likelihood = np.zeros((indicators.shape[1], GRID.size)), 0.0, 0.0
    for start in range(0, len(indicators), _CHUNK):
        rows = indicators[start : start + _CHUNK]
        posterior, likelihoods = posteriors(rows, logs, prior)
        answers += rows.T @ posterior
        people = people + posterior.sum(axis=0)
        log_likelihood += float(likelihoods.sum())
    return Expectation(answers.reshape(logs.shape), np.asarray(people), log_likelihood, logs)


def maximise(found: Expectation, design: Design, state: State) -> State:
    """M-step: one Fisher scoring step for every free item, halved where it would not improve.

    A free latent mean and SD become those of the expected people.
    """
    if design.latent:
        share = found.people / found.people.sum()
        mean = float(share @ GRID)
        state = replace(state, mean=mean, sd=float(np.sqrt(share @ (GRID - mean) ** 2)))
    if not design.free.any():
        return state
    slopes, intercepts = state.slopes.copy(), state.intercepts.copy()
    slopes[design.free], intercepts[design.free] = scored(
        found.answers[design.free],
        found.logs[design.free],
        design,
        slopes[design.free],
        intercepts[design.free],
    )
    return replace(state, slopes=slopes, intercepts=intercepts)


def scored(
    expected: FloatArray,
    logs: FloatArray,
    design: Design,
    slopes: FloatArray,
    intercepts: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Take one scoring step of the free items from ``expected`` answers (F, K, Q)."""
    step = fisher_step(expected, logs, design, slopes, intercepts)
    before = objective(expected, logs, design)
    scale = np.ones(len(slopes))
    for _ in range(_HALVINGS):
        trial = slopes + scale * step[:, 0], intercepts + scale[:, None] * step[:, 1:]
        after = objective(
            expected, log_probabilities(trial[0], *boundaries(trial[1]), GRID), design
        )
        # Rounding alone may lower an objective that is already at its top.
        worse = ~(after >= before - 1e-9 * np.abs(before))
        if not worse.any():
            return trial
        scale[worse] /= 2
    scale[worse] = 0.0
    return slopes + scale * step[:, 0], intercepts + scale[:, None] * step[:, 1:]


def objective(expected: FloatArray, logs: FloatArray, design: Design) -> FloatArray:
    """Give each item's expected complete-data log-likelihood, (F,); NaN if thresholds crossed."""
    terms: FloatArray = np.where(design.used[:, :, None], expected * logs, 0.0)
    return np.asarray(terms.sum(axis=(1, 2)), dtype=np.float64)


def fisher_step(
    expected: FloatArray,
    logs: FloatArray,
    design: Design,
    slopes: FloatArray,
    intercepts: FloatArray,
) -> FloatArray:
    """Give the scoring step (F, K): slope first, then intercepts; 0 where none exists."""
    chances = np.maximum(np.exp(np.where(design.used[:, :, None], logs, 0.0)), _TINY)
    change = chance_slopes(design, slopes, intercepts)
    people = expected.sum(axis=1)[:, None, :]
    score = (change * (expected / chances)[:, None]).sum(axis=(2, 3))
    rooted = (change * np.sqrt(people / chances)[:, None]).reshape(*design.used.shape, -1)
    information = rooted @ rooted.transpose(0, 2, 1)
    diagonal = np.einsum("jpp->jp", information)
    diagonal[diagonal <= 0] = 1.0  # a threshold that does not exist: its score is 0 too
    return np.linalg.solve(information, score[:, :, None])[:, :, 0]


def chance_slopes(design: Design, slopes: FloatArray, intercepts: FloatArray) -> FloatArray:
    """Differentiate category probabilities, (F, P, K, Q), by an item's slope and intercepts."""
    n_items, n_categories = design.used.shape
    lower, upper = boundaries(intercepts)
    line = slopes[:, None, None] * GRID
    rise, fall = density(line + lower[:, :, None]), density(line + upper[:, :, None])
    change = np.empty((n_items, n_categories, n_categories, GRID.size))
    change[:, 0] = (rise - fall) * GRID * design.used[:, :, None]
    change[:, 1:] = (
        design.below.transpose(0, 2, 1)[..., None] * rise[:, None]
        - design.above.transpose(0, 2, 1)[..., None] * fall[:, None]
    )
    return change


def density(logits: FloatArray) -> FloatArray:
    """Slope of the logistic curve at ``logits``; 0 at both infinities."""
    chance = expit(logits)
    return np.asarray(chance * (1 - chance), dtype=np.float64)
