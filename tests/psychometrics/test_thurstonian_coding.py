"""Marks as codes and counts; what cannot have been marked is refused."""

import numpy as np
import pytest

from assess.psychometrics.thurstonian_coding import most_least_codes, most_minus_least

NAN = np.nan
TRAITS = np.array([[0, 1, 2, 3], [3, 2, 1, 0]])
KEYS = np.array([[1.0, 1, 1, -1], [1, 1, 1, 1]])


def test_marks_become_codes_and_half_marked_blocks_are_counted() -> None:
    most = np.array([[0, 3], [NAN, 1], [NAN, NAN], [2, 0]])
    least = np.array([[2, 0], [1, 0], [NAN, NAN], [NAN, NAN]])
    found = most_least_codes(most, least, 2, 4)
    assert found.codes.tolist() == [[2, 12], [16, 4], [16, 16], [16, 16]]
    assert found.answered.tolist() == [2, 1, 0, 0]
    assert found.partly.tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize("wrong", [4.0, -1.0, 1.5, np.inf, -np.inf])
@pytest.mark.parametrize("word", ["most", "least"])
def test_a_place_a_block_does_not_have_is_refused(wrong: float, word: str) -> None:
    marks = {"most": np.zeros((2, 2)), "least": np.ones((2, 2))}
    marks[word][1, 0] = wrong
    with pytest.raises(ValueError, match=f"person 1, block 0: .* to mark {word}"):
        most_least_codes(marks["most"], marks["least"], 2, 4)


def test_the_same_statement_cannot_be_most_and_least() -> None:
    with pytest.raises(ValueError, match="person 0, block 1: the same statement"):
        most_least_codes(np.array([[0.0, 2]]), np.array([[1.0, 2]]), 2, 4)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (2,)])
def test_marks_of_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="people x 2 blocks"):
        most_least_codes(np.zeros((2, 2)), np.ones(shape), 2, 4)


def test_counts_turn_with_the_keys_and_blanks_count_nothing() -> None:
    most = np.array([[3.0, 0], [0, NAN], [NAN, NAN]])
    least = np.array([[0.0, 1], [1, 2], [NAN, NAN]])
    found = most_minus_least(most, least, TRAITS, KEYS)
    assert found[:2].tolist() == [[-1, 0, -1, 0], [1, -1, 0, 0]]
    assert np.isnan(found[2]).all()


def test_counts_of_positive_statements_sum_to_nothing() -> None:
    """Why they compare nobody with anybody: everyone has the same level."""
    rng = np.random.default_rng(1)
    most = rng.integers(0, 4, (50, 2)).astype(float)
    least = (most + rng.integers(1, 4, most.shape)) % 4
    found = most_minus_least(most, least, TRAITS, np.ones((2, 4)))
    assert (found.sum(axis=1) == 0).all()
