"""A simulation study of Thurstonian scores: recovery, coverage, and what wrong parameters do.

Each condition draws 24 blocks of four standardised statements, one of each trait, loadings of
.65 to .95 in size; people answer by the model, and are scored with parameters that are the true
ones or wrong in a named way. "positive" keys have no negative statement, "mixed" two in every
block. Blocks are matched (intercepts spread by .1) or unmatched (1.0) in how attractive their
statements are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.thurstonian import ThurstonianScores, score_most_least
from assess.psychometrics.thurstonian_coding import most_minus_least
from assess.psychometrics.thurstonian_model import ForcedChoiceItems
from assess.psychometrics.thurstonian_simulation import draw_most_least, draw_traits

FloatArray = NDArray[np.float64]
Wrong = Literal["nothing", "half negatives", "cross-loadings", "30 % off"]

_NORMAL_95: Final = 1.959963984540054


def _symmetric(*upper: float) -> FloatArray:
    """Give a 4 x 4 correlation matrix from its upper triangle, row by row."""
    R = np.eye(4)
    R[np.triu_indices(4, 1)] = upper
    return np.asarray(R + np.triu(R, 1).T)


CORRELATIONS: Final[Mapping[str, FloatArray]] = {
    "independent": np.eye(4),
    "all .3": _symmetric(0.3, 0.3, 0.3, 0.3, 0.3, 0.3),
    # Dominance, influence, steadiness, conscientiousness as the DISC circle has them.
    "circle": _symmetric(0.2, -0.5, -0.1, 0.1, -0.5, 0.2),
    # The same four as rating scales: EAP of 1008 volunteers (AMBI 2019), each r divided by the
    # root of both empirical reliabilities.
    "rating scales": _symmetric(0.546, -0.220, 0.276, 0.060, -0.019, 0.122),
}


@dataclass(frozen=True)
class Condition:
    """One cell of the study: keys, correlations (a name of ``CORRELATIONS``), matched blocks."""

    name: str
    mixed: bool
    correlations: str
    matched: bool


CONDITIONS: Final = (
    Condition("a", mixed=False, correlations="independent", matched=True),
    Condition("a2", mixed=False, correlations="all .3", matched=True),
    Condition("b", mixed=True, correlations="independent", matched=True),
    Condition("b2", mixed=True, correlations="all .3", matched=True),
    Condition("c", mixed=False, correlations="circle", matched=True),
    Condition("c2", mixed=True, correlations="circle", matched=True),
    Condition("d", mixed=False, correlations="circle", matched=False),
    Condition("d2", mixed=True, correlations="circle", matched=False),
    Condition("e", mixed=False, correlations="rating scales", matched=True),
    Condition("e2", mixed=True, correlations="rating scales", matched=True),
    Condition("f", mixed=False, correlations="rating scales", matched=False),
    Condition("f2", mixed=True, correlations="rating scales", matched=False),
)


@dataclass(frozen=True)
class Recovery:
    """What scores recovered, averaged over the four traits unless a shape is given.

    ``r`` of score and truth · ``r_counts`` of most minus least (keyed) and truth ·
    ``reliability`` the scores claim: 1 - mean error variance · ``z_sd`` SD of (truth - score) /
    error · ``coverage`` (4,) of the 95 % intervals · ``r_level`` of a person's mean over the
    traits · ``correlation_error`` mean absolute error of the correlations between scores.
    """

    condition: Condition
    wrong: Wrong
    r: float
    r_counts: float
    reliability: float
    z_sd: float
    coverage: FloatArray
    r_level: float
    correlation_error: float


def draw_items(
    condition: Condition, rng: np.random.Generator, blocks: int = 24
) -> ForcedChoiceItems:
    """Draw standardised statements for ``condition``: unique variance = 1 - loading^2."""
    sizes = rng.uniform(0.65, 0.95, (blocks, 4))
    keys = rng.permuted(np.tile([1.0, 1.0, -1.0, -1.0], (blocks, 1)), axis=1)
    spread = 0.1 if condition.matched else 1.0
    return ForcedChoiceItems(
        traits=np.tile(np.arange(4), (blocks, 1)),
        intercepts=rng.normal(0.0, spread, (blocks, 4)),
        loadings=sizes * keys if condition.mixed else sizes,
        unique=np.sqrt(1 - sizes**2),
    )


def recovery(condition: Condition, *, n: int, seed: int, wrong: Wrong = "nothing") -> Recovery:
    """Simulate ``n`` people in ``condition`` and score them with parameters ``wrong`` in a way.

    "half negatives": negative statements load half of what is assumed · "cross-loadings": every
    statement also loads +-.4 on one other trait, which is not assumed · "30 % off": each assumed
    intercept, loading and unique SD is .7 or 1.3 times the true one, by a coin.
    Raises ValueError for "half negatives" where there is none.
    """
    rng = np.random.default_rng(seed)
    items = draw_items(condition, rng)
    R = CORRELATIONS[condition.correlations]
    truth, cross, assumed = _misspecified(items, condition, wrong, rng)
    theta = draw_traits(R, n, rng)
    most, least = draw_most_least(truth, theta, rng, cross_loadings=cross)
    scores = score_most_least(most, least, assumed, R)
    counts = most_minus_least(most, least, items.traits, np.sign(items.loadings))
    return _compared(condition, wrong, theta, scores, counts)


def _misspecified(
    items: ForcedChoiceItems, condition: Condition, wrong: Wrong, rng: np.random.Generator
) -> tuple[ForcedChoiceItems, FloatArray | None, ForcedChoiceItems]:
    """Give the true statements, their cross-loadings, and what scoring assumes of them."""
    if wrong == "half negatives":
        if not condition.mixed:
            raise ValueError(f"condition {condition.name} has no negative statement")
        halved = np.where(items.loadings < 0, items.loadings / 2, items.loadings)
        return replace(items, loadings=halved, unique=np.sqrt(1 - halved**2)), None, items
    if wrong == "cross-loadings":
        other = (items.traits + rng.integers(1, 4, items.traits.shape)) % 4
        size = 0.4 * rng.choice([-1.0, 1.0], items.traits.shape)
        return items, size[:, :, None] * (other[:, :, None] == np.arange(4)), items
    if wrong == "30 % off":
        factors = rng.choice([0.7, 1.3], (3, *items.traits.shape))
        assumed = replace(
            items,
            intercepts=items.intercepts * factors[0],
            loadings=items.loadings * factors[1],
            unique=items.unique * factors[2],
        )
        return items, None, assumed
    return items, None, items


def _compared(
    condition: Condition,
    wrong: Wrong,
    theta: FloatArray,
    scores: ThurstonianScores,
    counts: FloatArray,
) -> Recovery:
    """Compare scores and counts with the true traits (n, 4)."""
    z = (theta - scores.mean) / scores.error
    triangle = np.triu_indices(4, 1)
    between = _correlations(scores.mean)[triangle] - _correlations(theta)[triangle]
    return Recovery(
        condition=condition,
        wrong=wrong,
        r=_mean_correlation(scores.mean, theta),
        r_counts=_mean_correlation(counts, theta),
        reliability=float(1 - (scores.error**2).mean()),
        z_sd=float(z.std(axis=0).mean()),
        coverage=(np.abs(z) < _NORMAL_95).mean(axis=0),
        r_level=_mean_correlation(
            scores.mean.mean(axis=1, keepdims=True), theta.mean(axis=1, keepdims=True)
        ),
        correlation_error=float(np.abs(between).mean()),
    )


def _correlations(columns: FloatArray) -> FloatArray:
    """Correlations (D, D) of the columns of an array (n, D)."""
    return np.asarray(np.corrcoef(columns.T), dtype=np.float64)


def _mean_correlation(found: FloatArray, true: FloatArray) -> float:
    """Mean over columns of the correlation of two arrays (n, D)."""
    pairs = zip(found.T, true.T, strict=True)
    return float(np.mean([_correlations(np.stack(pair, axis=1))[0, 1] for pair in pairs]))
