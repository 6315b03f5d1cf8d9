"""The graded response model: probabilities that are right in the middle and in both tails."""

import numpy as np
import pytest
from scipy.special import expit

from assess.psychometrics.irt import (
    GRID,
    GradedItems,
    category_log_probabilities,
    draw_categories,
)

NAN = np.nan


def test_the_grid_is_61_nodes_from_minus_six_to_six() -> None:
    assert GRID.shape == (61,)
    assert (GRID[0], GRID[30], GRID[-1]) == (-6, 0, 6)
    assert not GRID.flags.writeable


def test_probabilities_are_the_differences_of_neighbouring_logistic_curves() -> None:
    items = GradedItems(np.array([1.3, 0.6]), np.array([[-1.0, 0.2, 1.5], [-2.0, 0.0, 0.1]]))
    at_least = expit(
        items.slopes[:, None, None] * (GRID - items.thresholds[:, :, None])
    )  # the model as printed
    ones, zeros = np.ones((2, 1, 61)), np.zeros((2, 1, 61))
    expected = -np.diff(np.concatenate([ones, at_least, zeros], axis=1), axis=1)
    found = np.exp(category_log_probabilities(items, GRID))
    np.testing.assert_allclose(found, expected, atol=1e-15)


def test_far_tails_keep_their_logarithm_where_a_difference_would_cancel() -> None:
    items = GradedItems(np.array([4.0]), np.array([[-1.0, 1.0]]))
    logs = category_log_probabilities(items, np.array([-200.0, 200.0]))
    # Far out a category's logarithm is the line of its nearer boundary.
    assert logs[0, :, 0] == pytest.approx([0.0, -796.0, -804.0])
    assert logs[0, :, 1] == pytest.approx([-804.0, -796.0, 0.0])


def test_an_item_with_fewer_categories_is_padded_and_sums_to_one_over_its_own() -> None:
    items = GradedItems(np.array([1.0, 1.0]), np.array([[-1.0, 0.0, 1.0], [0.5, NAN, NAN]]))
    chances = np.exp(category_log_probabilities(items, GRID))
    np.testing.assert_allclose(chances[0].sum(axis=0), 1.0)
    np.testing.assert_allclose(chances[1, :2].sum(axis=0), 1.0)
    np.testing.assert_allclose(chances[1, 1], expit(GRID - 0.5))


def test_categories_not_told_apart_share_one_probability() -> None:
    items = GradedItems(np.array([1.2]), np.array([[-0.7, NAN, 0.9]]))
    merged = GradedItems(np.array([1.2]), np.array([[-0.7, 0.9]]))
    chances = category_log_probabilities(items, GRID)[0]
    np.testing.assert_array_equal(chances[1], chances[2])
    np.testing.assert_array_equal(chances[[0, 1, 3]], category_log_probabilities(merged, GRID)[0])


@pytest.mark.parametrize(
    ("slopes", "thresholds"),
    [
        ([1.0], [[0.5, -0.5]]),
        ([1.0], [[0.5, 0.5]]),
        ([1.0], [[0.5, NAN, 0.1]]),
        ([1.0], [[NAN, NAN]]),
        ([1.0], [[0.0, np.inf]]),
        ([0.0], [[0.0]]),
        ([-1.0], [[0.0]]),
        ([NAN], [[0.0]]),
        ([1.0, 1.0], [[0.0]]),
    ],
)
def test_items_that_contradict_the_model_are_refused(
    slopes: list[float], thresholds: list[list[float]]
) -> None:
    with pytest.raises(ValueError, match=r"slope|threshold"):
        GradedItems(np.array(slopes), np.array(thresholds))


def test_simulated_answers_have_the_model_s_shares() -> None:
    items = GradedItems(np.array([1.5, 0.8]), np.array([[-0.5, 0.3, 1.2], [-1.0, NAN, 0.4]]))
    drawn = draw_categories(items, np.full(40_000, 0.6), np.random.default_rng(7))
    chances = np.exp(category_log_probabilities(items, np.array([0.6])))[:, :, 0]
    shares = np.array([np.bincount(column.astype(int), minlength=4) for column in drawn.T]) / 4e4
    assert shares[0] == pytest.approx(chances[0], abs=0.01)
    assert shares[1] == pytest.approx([chances[1, 0], chances[1, 1], 0, chances[1, 3]], abs=0.01)
