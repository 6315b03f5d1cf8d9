"""Keying turns answers, and only turns them."""

import numpy as np
import pytest

from assess.psychometrics.keying import reverse_keyed


def test_a_reversed_item_on_seven_points_is_eight_minus_x() -> None:
    answers = np.array([[1.0, 1.0], [2.0, 7.0], [4.0, 4.0]])
    points = reverse_keyed(answers, np.array([1.0, -1.0]), 1, 7)
    assert points.tolist() == [[1, 7], [2, 1], [4, 4]]


def test_keying_twice_gives_the_answers_back() -> None:
    answers = np.array([[0.0, 3.0, 1.0], [2.0, np.nan, 3.0]])
    signs = np.array([-1.0, -1.0, 1.0])
    twice = reverse_keyed(reverse_keyed(answers, signs, 0, 3), signs, 0, 3)
    np.testing.assert_array_equal(twice, answers)


def test_a_blank_is_missing_not_zero() -> None:
    points = reverse_keyed(np.array([[np.nan, np.nan]]), np.array([1.0, -1.0]), 1, 5)
    assert np.isnan(points).all()


def test_the_answers_given_are_left_as_they_were() -> None:
    answers = np.array([[1.0, 5.0]])
    reverse_keyed(answers, np.array([-1.0, -1.0]), 1, 5)
    assert answers.tolist() == [[1, 5]]


@pytest.mark.parametrize(
    ("answers", "signs", "low", "high", "words"),
    [
        ([[1.0, 8.0]], [1.0, 1.0], 1, 7, "person 0, item 1: 8 is not 1 to 7"),
        ([[1.0], [0.0]], [1.0], 1, 7, "person 1, item 0: 0 is not 1 to 7"),
        ([[1.0, 2.0]], [1.0, 0.0], 1, 7, "sign"),
        ([[1.0, 2.0]], [1.0], 1, 7, "one sign per item"),
        ([[1.0]], [1.0], 7, 1, "answer range"),
    ],
)
def test_what_cannot_be_keyed_is_refused_in_words(
    answers: list[list[float]], signs: list[float], low: float, high: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        reverse_keyed(np.array(answers), np.array(signs), low, high)
