"""Calibration finds the parameters people answered by, and refuses what answers cannot tell."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.thurstonian_calibration import (
    ThurstonianCalibration,
    calibrate_most_least,
)
from assess.psychometrics.thurstonian_model import ForcedChoiceItems
from assess.psychometrics.thurstonian_simulation import draw_most_least, draw_traits
from assess.psychometrics.thurstonian_study import CONDITIONS, CORRELATIONS, draw_items

FloatArray = NDArray[np.float64]
NAN = np.nan
BY_NAME = {one.name: one for one in CONDITIONS}
TRIPLETS = np.arange(36).reshape(12, 3) % 4
TRIPLET_KEYS = np.random.default_rng(6).permuted(np.tile([1.0, -1, -1, 1], 9)).reshape(12, 3)


def simulated(
    name: str, n: int, blocks: int
) -> tuple[ForcedChoiceItems, FloatArray, FloatArray, FloatArray]:
    rng = np.random.default_rng(7)
    items = draw_items(BY_NAME[name], rng, blocks)
    R = CORRELATIONS[BY_NAME[name].correlations]
    return items, R, *draw_most_least(items, draw_traits(R, n, rng), rng)


def off(found: ThurstonianCalibration, items: ForcedChoiceItems) -> tuple[float, float, float]:
    """Root mean square errors of loadings and intercepts, correlation of the loadings."""
    intercepts = items.intercepts - items.intercepts.mean(axis=1, keepdims=True)
    r = np.corrcoef(found.items.loadings.ravel(), items.loadings.ravel())[0, 1]
    return (
        float(np.sqrt(((found.items.loadings - items.loadings) ** 2).mean())),
        float(np.sqrt(((found.items.intercepts - intercepts) ** 2).mean())),
        float(r),
    )


@pytest.mark.parametrize("name", ["c2", "f2"])
def test_mixed_blocks_give_back_loadings_intercepts_and_correlations(name: str) -> None:
    """3,000 people, 12 blocks. Over seeds the loadings are off by .02 to .025; a correlation of
    3,000 true traits alone has a standard error of .018, so the largest of six is allowed .08."""
    items, R, most, least = simulated(name, 3000, 12)
    found = calibrate_most_least(
        most, least, items.traits, np.sign(items.loadings), seed=1, warm_up=50, cycles=100
    )
    loading_error, intercept_error, r = off(found, items)
    assert r > 0.99
    assert loading_error < 0.035
    assert intercept_error < 0.06
    assert np.abs(found.correlation - R).max() < 0.08
    assert np.abs(found.items.loadings).mean() == pytest.approx(
        np.abs(items.loadings).mean(), abs=0.015
    )
    assert (found.freed, found.n_persons, found.partly) == (True, 3000, 0)
    np.testing.assert_allclose(found.items.unique**2, 1 - found.items.loadings**2, rtol=1e-12)


def test_positive_blocks_are_calibrated_with_correlations_from_outside() -> None:
    items, R, most, least = simulated("c", 2000, 12)
    found = calibrate_most_least(
        most, least, items.traits, np.ones((12, 4)), seed=1, correlation=R, warm_up=50, cycles=100
    )
    assert off(found, items)[0] < 0.05
    assert not found.freed
    np.testing.assert_array_equal(found.correlation, R)


def test_blocks_of_three_with_blanks_are_calibrated() -> None:
    """A fifth of the blocks is blank; one person answered nothing and does not count."""
    rng = np.random.default_rng(8)
    sizes = rng.uniform(0.6, 0.9, TRIPLETS.shape)
    items = ForcedChoiceItems(
        TRIPLETS, rng.normal(0, 0.4, sizes.shape), sizes * TRIPLET_KEYS, np.sqrt(1 - sizes**2)
    )
    most, least = draw_most_least(items, draw_traits(np.eye(4), 2500, rng), rng)
    most[rng.random(most.shape) < 0.2] = NAN
    least[np.isnan(most)] = NAN
    most[0], least[0] = NAN, NAN
    least[1, 0] = NAN
    most[1, 0] = 0
    found = calibrate_most_least(
        most, least, TRIPLETS, TRIPLET_KEYS, seed=1, warm_up=50, cycles=100
    )
    assert (found.n_persons, found.partly) == (2499, 1)
    assert off(found, items)[2] > 0.99
    assert off(found, items)[0] < 0.05


def test_the_same_seed_gives_the_same_calibration_and_another_another() -> None:
    items, _, most, least = simulated("b", 300, 4)
    keys = np.sign(items.loadings)
    one, again, other = (
        calibrate_most_least(most, least, items.traits, keys, seed=seed, warm_up=2, cycles=6)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.items.loadings, again.items.loadings)
    np.testing.assert_array_equal(one.correlation, again.correlation)
    assert (one.items.loadings != other.items.loadings).any()
    assert one.cycles == 6


def test_too_few_cycles_have_not_settled() -> None:
    items, _, most, least = simulated("b", 300, 4)
    found = calibrate_most_least(
        most, least, items.traits, np.sign(items.loadings), seed=1, warm_up=0, cycles=6
    )
    assert found.drift > 0.05
    assert not found.settled


def blocks_mixing(n_mixed: int) -> FloatArray:
    keys = np.ones((24, 4))
    keys[:n_mixed] = [1, -1, 1, -1]
    return keys


@pytest.mark.parametrize(
    "keys",
    [blocks_mixing(0), -blocks_mixing(0), blocks_mixing(1), blocks_mixing(4)],
    ids=["all positive", "all negative", "one block mixed", "four of 24 mixed"],
)
def test_correlations_are_not_freed_where_keys_hardly_meet(keys: FloatArray) -> None:
    items, _, most, least = simulated("a", 50, 24)
    with pytest.raises(ValueError, match=r"cannot be estimated .* give the correlations from"):
        calibrate_most_least(most, least, items.traits, keys, seed=1)


def test_a_block_keyed_alike_throughout_is_positive_too() -> None:
    """Half the blocks all negative: no two statements of opposite keys are ever compared."""
    items, _, most, least = simulated("a", 50, 24)
    keys = np.ones((24, 4))
    keys[:12] = -1
    with pytest.raises(ValueError, match="keyed in the same direction"):
        calibrate_most_least(most, least, items.traits, keys, seed=1)


def test_traits_keyed_negatively_throughout_are_positive_ones_turned_round() -> None:
    items, _, most, least = simulated("a", 50, 24)
    keys = np.tile([1.0, -1, 1, -1], (24, 1))
    with pytest.raises(ValueError, match="whole traits turned round"):
        calibrate_most_least(most, least, items.traits, keys, seed=1)


def test_correlations_that_contradict_each_other_are_refused() -> None:
    items, _, most, least = simulated("a", 50, 6)
    impossible = np.full((4, 4), -0.5) + 1.5 * np.eye(4)
    with pytest.raises(ValueError, match="not positive definite"):
        calibrate_most_least(
            most, least, items.traits, np.ones((6, 4)), seed=1, correlation=impossible
        )


@pytest.mark.parametrize(
    ("place", "word"), [((1, 0), "most"), ((0, 1), "least"), ((0, 3), "between")]
)
def test_a_statement_everybody_places_alike_is_refused(place: tuple[int, int], word: str) -> None:
    items, R, most, least = simulated("a", 60, 6)
    most[:, 4], least[:, 4] = place
    most[::2, 4], least[::2, 4] = {"most": (1, 2), "least": (3, 1), "between": (3, 0)}[word]
    with pytest.raises(ValueError, match=f"block 4, statement 1: everybody places it {word}"):
        calibrate_most_least(most, least, items.traits, np.ones((6, 4)), seed=1, correlation=R)


def test_a_block_nobody_answered_is_refused() -> None:
    items, R, most, least = simulated("a", 20, 6)
    most[:, 3] = NAN
    with pytest.raises(ValueError, match="block 3: nobody answered it"):
        calibrate_most_least(most, least, items.traits, np.ones((6, 4)), seed=1, correlation=R)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"keys": np.full((6, 4), 0.5)}, r"keys must be \+1 or -1"),
        ({"keys": np.ones((6, 3))}, r"keys must be \+1 or -1"),
        ({"warm_up": 9, "cycles": 10}, "fewer than two"),
        ({"traits": np.tile([0, 1], (6, 1)), "keys": np.ones((6, 2))}, "at least three"),
    ],
)
def test_designs_that_cannot_be_calibrated_are_refused(
    changed: dict[str, object], words: str
) -> None:
    items, R, most, least = simulated("a", 20, 6)
    given = {"traits": items.traits, "keys": np.ones((6, 4)), "correlation": R, "seed": 1}
    with pytest.raises(ValueError, match=words):
        calibrate_most_least(most, least, **{**given, **changed})
