"""MAP agrees with mirt and with a search; like EAP it is monotone and knows nobody else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from assess.psychometrics.calibration import calibrate_graded
from assess.psychometrics.irt import GradedItems, category_log_probabilities, draw_categories
from assess.psychometrics.theta_mode import posterior_mode
from tests.psychometrics.grm_answers import LSAT7, LSAT7_PATTERNS

FloatArray = NDArray[np.float64]
NAN = np.nan

ITEMS = GradedItems(
    np.array([0.4, 1.0, 1.7, 2.6, 4.0]),
    np.array(
        [
            [-4.0, -1.0, 2.0, 5.0],
            [-1.5, -0.5, 0.5, 1.5],
            [-0.2, 0.0, NAN, 0.3],
            [-2.5, -2.4, -2.3, NAN],
            [0.9, 1.4, 1.9, 2.4],
        ]
    ),
)
answers = st.integers(1, 20).flatmap(
    lambda n: arrays(float, (n, 5), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, NAN]))
)


def test_lsat7_patterns_have_the_modes_of_mirt() -> None:
    """R mirt, tests/testthat/test-01-mirtOne.R: fscores(method = "MAP"), first six patterns."""
    found = posterior_mode(LSAT7_PATTERNS[:6], calibrate_graded(LSAT7, 2).items)
    expected = [-1.8165552, -1.4946906, -1.4822982, -1.1789899, -1.0958928, -0.7951026]
    assert found.mean == pytest.approx(expected, abs=1e-3)


def negative(theta: float, person: FloatArray) -> float:
    logs = category_log_probabilities(ITEMS, np.array([theta]))[:, :, 0]
    known = np.flatnonzero(~np.isnan(person))
    return theta**2 / 2 - float(logs[known, person[known].astype(int)].sum())


def test_mode_and_error_are_those_of_the_posterior_curve() -> None:
    rng = np.random.default_rng(8)
    people = draw_categories(ITEMS, rng.normal(0, 2, 40), rng)
    people[rng.random(people.shape) < 0.2] = NAN
    people[0] = 0.0
    people[1] = 4.0
    found = posterior_mode(people, ITEMS)
    for person, mode, error in zip(people, found.mean, found.error, strict=True):
        searched = minimize_scalar(negative, bounds=(-8, 8), args=(person,), method="bounded")
        assert mode == pytest.approx(searched.x, abs=1e-4)
        h = 1e-3
        bend = (
            negative(mode + h, person) - 2 * negative(mode, person) + negative(mode - h, person)
        ) / h**2
        assert error == pytest.approx(1 / np.sqrt(bend), rel=1e-4)


@given(people=answers, seed=st.integers(0, 2**32 - 1))
def test_a_mode_never_depends_on_who_else_is_in_the_batch(people: FloatArray, seed: int) -> None:
    together = posterior_mode(people, ITEMS)
    order = np.random.default_rng(seed).permutation(len(people))
    for chosen in (order, order[: len(people) // 2 + 1], order[:1]):
        alone = posterior_mode(people[chosen], ITEMS)
        np.testing.assert_allclose(alone.mean, together.mean[chosen], rtol=0, atol=1e-9)
        np.testing.assert_allclose(alone.error, together.error[chosen], rtol=0, atol=1e-9)


@given(
    person=arrays(float, (1, 5), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0])),
    item=st.integers(0, 4),
)
def test_raising_one_answer_never_lowers_the_mode(person: FloatArray, item: int) -> None:
    ladder = np.repeat(person, 5, axis=0)
    ladder[:, item] = np.arange(5)
    assert (np.diff(posterior_mode(ladder, ITEMS).mean) >= -1e-9).all()


def test_a_blank_is_skipped_and_nobody_is_average_for_want_of_answers() -> None:
    found = posterior_mode(np.array([[2.0, NAN, 1.0, NAN, 3.0], [NAN] * 5]), ITEMS)
    shorter = GradedItems(ITEMS.slopes[[0, 2, 4]], ITEMS.thresholds[[0, 2, 4]])
    alone = posterior_mode(np.array([[2.0, 1.0, 3.0]]), shorter)
    assert found.mean[0] == pytest.approx(alone.mean[0], abs=1e-9)
    assert np.isnan([found.mean[1], found.error[1]]).all()
    assert found.answered.tolist() == [3, 0]
    assert found.flags == ((), ("no-answers",))


def test_a_very_long_test_has_a_finite_mode() -> None:
    rng = np.random.default_rng(5)
    items = GradedItems(np.full(1308, 1.5), np.sort(rng.normal(size=(1308, 4)), axis=1))
    people = np.vstack([draw_categories(items, np.array([0.5]), rng), np.full((1, 1308), 4.0)])
    found = posterior_mode(people, items)
    assert found.mean[0] == pytest.approx(0.5, abs=0.15)
    assert 3 < found.mean[1] < 10
    assert (found.error > 0).all()


def test_a_category_the_items_do_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="person 0, item 3"):
        posterior_mode(np.array([[2.0, 2.0, 2.0, 5.0, 2.0]]), ITEMS)
