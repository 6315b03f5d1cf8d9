"""Scores of most/least blocks: an independent optimiser finds them, and nobody else moves them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr

from assess.psychometrics.thurstonian import score_most_least
from assess.psychometrics.thurstonian_model import ForcedChoiceItems
from assess.psychometrics.thurstonian_simulation import draw_most_least, draw_traits

FloatArray = NDArray[np.float64]
NAN = np.nan
R = np.array([[1, 0.5, -0.2], [0.5, 1, 0.1], [-0.2, 0.1, 1]])


def mixed_items(n_blocks: int, size: int, seed: int) -> ForcedChoiceItems:
    """Blocks of any size, traits and keys in no order, unequal unique SDs."""
    rng = np.random.default_rng(seed)
    traits = rng.integers(0, 3, (n_blocks, size))
    traits.ravel()[:3] = 0, 1, 2
    return ForcedChoiceItems(
        traits,
        rng.normal(0, 0.7, traits.shape),
        rng.uniform(0.4, 1.6, traits.shape) * rng.choice([-1, 1], traits.shape),
        rng.uniform(0.4, 1.2, traits.shape),
    )


ITEMS = mixed_items(8, 4, 1)


def answers_of(items: ForcedChoiceItems, n: int, seed: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    return draw_most_least(items, draw_traits(R, n, rng), rng)


def log_posterior(
    eta: FloatArray, most: FloatArray, least: FloatArray, items: ForcedChoiceItems, weight: float
) -> float:
    """The definition, pair by pair, in plain loops: an implementation of its own."""
    total = -0.5 * eta @ np.linalg.solve(R, eta)
    for block, (first, last) in enumerate(zip(most, least, strict=True)):
        if np.isnan(first) or np.isnan(last):
            continue
        pairs = {(int(first), other) for other in range(items.block_size) if other != first}
        pairs |= {(other, int(last)) for other in range(items.block_size) if other != last}
        for i, j in pairs:
            a, b = items.traits[block, i], items.traits[block, j]
            difference = items.intercepts[block, i] - items.intercepts[block, j]
            difference += items.loadings[block, i] * eta[a] - items.loadings[block, j] * eta[b]
            noise = np.hypot(items.unique[block, i], items.unique[block, j])
            total += weight * log_ndtr(difference / noise)
    return float(total)


def numeric_gradient(
    eta: FloatArray, most: FloatArray, least: FloatArray, items: ForcedChoiceItems, weight: float
) -> FloatArray:
    """Five-point differences: error about 1e-10."""
    gradient = np.zeros(3)
    for d, unit in enumerate(np.eye(3)):
        for step, factor in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            at = eta + 1e-3 * step * unit
            gradient[d] += factor * log_posterior(at, most, least, items, weight) / 12e-3
    return gradient


@pytest.mark.parametrize(("size", "weight"), [(4, 0.7), (4, 1.0), (3, 0.7), (2, 0.7), (5, 0.4)])
def test_a_general_optimiser_finds_the_same_scores_and_errors(size: int, weight: float) -> None:
    """scipy.optimize on the definition; errors by numeric second differences of it."""
    items = mixed_items(8, size, 2)
    most, least = answers_of(items, 4, 3)
    most[1, [0, 5]] = NAN
    least[1, 0] = NAN
    scores = score_most_least(most, least, items, R, pair_weight=weight)
    for person in range(4):
        own = (most[person], least[person], items, weight)
        found = minimize(
            lambda eta, own=own: -log_posterior(eta, *own),
            np.zeros(3),
            jac=lambda eta, own=own: -numeric_gradient(eta, *own),
            options={"gtol": 1e-9},
        )
        np.testing.assert_allclose(scores.mean[person], found.x, rtol=0, atol=1e-6)
        hessian = np.array(
            [
                numeric_gradient(found.x - 1e-4 * unit, *own)
                - numeric_gradient(found.x + 1e-4 * unit, *own)
                for unit in np.eye(3)
            ]
        )
        covariance = np.linalg.inv(hessian / 2e-4)
        np.testing.assert_allclose(scores.covariance[person], covariance, rtol=0, atol=1e-6)
        np.testing.assert_allclose(
            scores.error[person], np.sqrt(np.diag(covariance)), rtol=0, atol=1e-6
        )
    assert scores.settled.all()
    assert scores.answered.tolist() == [8, 6, 8, 8]
    assert scores.partly.tolist() == [0, 1, 0, 0]


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40))
def test_a_score_never_depends_on_who_else_is_in_the_batch(seed: int, n: int) -> None:
    most, least = answers_of(ITEMS, n, seed)
    rng = np.random.default_rng(seed)
    most[rng.random(most.shape) < 0.1] = NAN
    together = score_most_least(most, least, ITEMS, R)
    order = rng.permutation(n)
    for chosen in (order, order[: n // 2 + 1], order[:1]):
        alone = score_most_least(most[chosen], least[chosen], ITEMS, R)
        np.testing.assert_allclose(alone.mean, together.mean[chosen], rtol=0, atol=1e-10)
        np.testing.assert_allclose(alone.error, together.error[chosen], rtol=0, atol=1e-10)
        np.testing.assert_array_equal(alone.answered, together.answered[chosen])
        assert alone.flags == tuple(together.flags[person] for person in chosen)


def test_many_people_are_scored_as_few_are() -> None:
    most, least = answers_of(ITEMS, 4200, 4)
    some = [0, 127, 128, 4095, 4096, 4199]
    together, alone = (
        score_most_least(most, least, ITEMS, R),
        score_most_least(most[some], least[some], ITEMS, R),
    )
    np.testing.assert_allclose(together.mean[some], alone.mean, rtol=0, atol=1e-10)
    np.testing.assert_allclose(together.covariance[some], alone.covariance, rtol=0, atol=1e-10)


def test_a_blank_block_is_skipped_as_if_it_were_not_there() -> None:
    most, least = answers_of(ITEMS, 30, 5)
    most[:, 6], least[:, 6] = NAN, NAN
    rest = np.delete(np.arange(8), 6)
    shorter = ForcedChoiceItems(
        ITEMS.traits[rest], ITEMS.intercepts[rest], ITEMS.loadings[rest], ITEMS.unique[rest]
    )
    found = score_most_least(most, least, ITEMS, R)
    expected = score_most_least(most[:, rest], least[:, rest], shorter, R)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=0, atol=1e-10)
    # The climb starts elsewhere, and curvature is taken where the last step began.
    np.testing.assert_allclose(found.error, expected.error, rtol=0, atol=1e-6)
    assert set(found.answered) == {7}
    assert not any(found.flags)


def test_a_partly_answered_block_is_skipped_and_told() -> None:
    most, least = answers_of(ITEMS, 3, 6)
    blank, half = most.copy(), most.copy()
    other = least.copy()
    blank[0, 2], other[0, 2] = NAN, NAN
    half[0, 2] = NAN
    whole, partly = (
        score_most_least(blank, other, ITEMS, R),
        score_most_least(half, least, ITEMS, R),
    )
    np.testing.assert_array_equal(whole.mean, partly.mean)
    assert whole.flags == ((), (), ())
    assert partly.flags == (("partly answered blocks skipped",), (), ())
    assert partly.answered.tolist() == [7, 8, 8]


def test_nobody_is_average_for_want_of_answers() -> None:
    most, least = answers_of(ITEMS, 2, 7)
    most[0], least[0] = NAN, NAN
    found = score_most_least(most, least, ITEMS, R)
    assert np.isnan(found.mean[0]).all()
    assert np.isnan(found.error[0]).all()
    assert np.isnan(found.covariance[0]).all()
    assert np.isfinite(found.mean[1]).all()
    assert found.flags == (("not answered",), ())


def test_no_people_are_scored_without_complaint() -> None:
    found = score_most_least(np.empty((0, 8)), np.empty((0, 8)), ITEMS, R)
    assert found.mean.shape == (0, 3)
    assert found.flags == ()


def test_turning_every_key_of_a_trait_turns_its_score() -> None:
    most, least = answers_of(ITEMS, 20, 8)
    turned = ForcedChoiceItems(
        ITEMS.traits,
        ITEMS.intercepts,
        np.where(ITEMS.traits == 1, -ITEMS.loadings, ITEMS.loadings),
        ITEMS.unique,
    )
    sign = np.array([1.0, -1.0, 1.0])
    found = score_most_least(most, least, ITEMS, R)
    other = score_most_least(most, least, turned, R * np.outer(sign, sign))
    np.testing.assert_allclose(other.mean, found.mean * sign, rtol=0, atol=1e-10)
    np.testing.assert_allclose(other.error, found.error, rtol=0, atol=1e-10)


def test_the_unit_of_utilities_does_not_matter() -> None:
    most, least = answers_of(ITEMS, 20, 9)
    scaled = ForcedChoiceItems(
        ITEMS.traits, 3 * ITEMS.intercepts + 5, 3 * ITEMS.loadings, 3 * ITEMS.unique
    )
    found, other = (
        score_most_least(most, least, ITEMS, R),
        score_most_least(most, least, scaled, R),
    )
    np.testing.assert_allclose(other.mean, found.mean, rtol=0, atol=1e-10)


def test_pairs_taken_as_independent_claim_too_small_an_error() -> None:
    most, least = answers_of(ITEMS, 20, 10)
    weighted = score_most_least(most, least, ITEMS, R)
    independent = score_most_least(most, least, ITEMS, R, pair_weight=1.0)
    assert (independent.error < weighted.error).all()


@pytest.mark.parametrize("strength", [1.0, 10.0, 100.0])
def test_the_top_is_found_from_odd_answers_and_odd_parameters(strength: float) -> None:
    """Contradictory and one-sided answers, intercepts far apart, loadings out of all reason."""
    items = ForcedChoiceItems(
        ITEMS.traits, strength * ITEMS.intercepts, strength * ITEMS.loadings, ITEMS.unique
    )
    rng = np.random.default_rng(11)
    most = rng.integers(0, 4, (300, 8)).astype(float)
    least = (most + rng.integers(1, 4, most.shape)) % 4
    most[0], least[0] = 0, 3
    found = score_most_least(most, least, items, R)
    assert found.settled.all()
    for person in (0, 1, 2):
        gradient = numeric_gradient(found.mean[person], most[person], least[person], items, 0.7)
        assert np.abs(gradient).max() < 1e-5 * strength**2


def test_a_mode_that_was_not_reached_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assess.psychometrics.thurstonian_posterior._STEPS", 1)
    found = score_most_least(*answers_of(ITEMS, 3, 12), ITEMS, R)
    assert not found.settled.any()
    assert found.flags == (("not settled",),) * 3


@pytest.mark.parametrize("weight", [0.0, -0.7, 1.01, NAN])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="pair weight"):
        score_most_least(*answers_of(ITEMS, 2, 1), ITEMS, R, pair_weight=weight)


def test_trait_correlations_that_contradict_each_other_are_refused() -> None:
    impossible = np.array([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]])
    with pytest.raises(ValueError, match="not positive definite"):
        score_most_least(*answers_of(ITEMS, 2, 1), ITEMS, impossible)
