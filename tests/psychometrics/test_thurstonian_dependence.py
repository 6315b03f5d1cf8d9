"""The weight of pairs follows from how the pairs of a block hang together."""

import numpy as np
import pytest

from assess.psychometrics.thurstonian import PAIR_WEIGHT
from assess.psychometrics.thurstonian_dependence import block_dependence
from assess.psychometrics.thurstonian_model import ForcedChoiceItems
from assess.psychometrics.thurstonian_study import CONDITIONS, CORRELATIONS, Condition, draw_items


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_the_weight_used_is_the_one_dependence_asks_for(condition: Condition) -> None:
    """.69 to .79 over the study's designs; a weight a little too small errs to the safe side."""
    items = draw_items(condition, np.random.default_rng(2))
    found = block_dependence(items, CORRELATIONS[condition.correlations], seed=1)
    assert PAIR_WEIGHT - 0.03 < found.weight < PAIR_WEIGHT + 0.11


def test_blocks_of_two_need_no_weight() -> None:
    """A single pair is independent of the others: curvature and variance are the same thing."""
    rng = np.random.default_rng(3)
    shape = (40, 2)
    pairs = ForcedChoiceItems(
        np.tile([0, 1], (40, 1)),
        rng.normal(0, 0.5, shape),
        rng.uniform(0.5, 0.9, shape) * rng.choice([-1, 1], shape),
        np.full(shape, 0.6),
    )
    found = block_dependence(pairs, np.eye(2), seed=1, people=20_000)
    assert found.weight == pytest.approx(1, abs=0.02)
    np.testing.assert_allclose(found.claimed, found.variance, rtol=0.03, atol=0.15)


def test_larger_blocks_repeat_themselves_more() -> None:
    weights, rng = [], np.random.default_rng(4)
    for size in (3, 4, 6):
        shape = (20, size)
        traits = np.arange(20 * size).reshape(shape) % 3
        keys = rng.choice([-1.0, 1.0], shape)
        items = ForcedChoiceItems(traits, np.zeros(shape), 0.8 * keys, np.full(shape, 0.6))
        weights.append(block_dependence(items, np.eye(3), seed=1).weight)
    assert weights[0] > weights[1] > weights[2]


def test_the_same_seed_gives_the_same_weight() -> None:
    items = draw_items(CONDITIONS[0], np.random.default_rng(2))
    one, again = (block_dependence(items, np.eye(4), seed=5, people=500) for _ in range(2))
    assert one.weight == again.weight


def test_answers_that_tell_nothing_of_a_direction_are_refused() -> None:
    """Equal loadings, all positive: differences never show the sum."""
    shape = (6, 3)
    items = ForcedChoiceItems(
        np.tile(np.arange(3), (6, 1)), np.zeros(shape), np.full(shape, 0.8), np.full(shape, 0.6)
    )
    with pytest.raises(ValueError, match="say nothing"):
        block_dependence(items, np.eye(3), seed=1, people=500)
