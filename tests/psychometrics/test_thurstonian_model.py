"""Statements, pairs and what answers tell of them."""

import numpy as np
import pytest
from scipy.special import ndtr

from assess.psychometrics.thurstonian_model import (
    ForcedChoiceItems,
    checked_correlation,
    pair_design,
    pairs_of,
    preferences,
)

TRAITS = np.array([[0, 1, 2], [2, 0, 1]])
ONES = np.ones((2, 3))


def items(**changed: object) -> ForcedChoiceItems:
    given = {"traits": TRAITS, "intercepts": 0 * ONES, "loadings": ONES, "unique": ONES}
    return ForcedChoiceItems(**{**given, **changed})


def test_a_pair_is_preferred_as_often_as_its_utilities_say() -> None:
    """Thurstone's law: 200,000 draws of two utilities against the probit line; error 4 / 900."""
    pair = ForcedChoiceItems(
        np.array([[0, 1]]), np.array([[0.3, -0.2]]), np.array([[0.8, -0.5]]), np.array([[0.6, 1.1]])
    )
    eta, rng = np.array([0.4, -0.9]), np.random.default_rng(1)
    design = pair_design(pair)
    chance = ndtr(design.intercepts + design.slopes @ eta)[0]
    first = 0.3 + 0.8 * eta[0] + 0.6 * rng.standard_normal(200_000)
    second = -0.2 - 0.5 * eta[1] + 1.1 * rng.standard_normal(200_000)
    assert chance == pytest.approx((first > second).mean(), abs=4 * 0.5 / np.sqrt(200_000))


def test_statements_of_one_trait_compare_by_the_difference_of_their_loadings() -> None:
    pair = ForcedChoiceItems(
        np.array([[0, 0]]), np.zeros((1, 2)), np.array([[0.9, 0.4]]), np.array([[0.6, 0.8]])
    )
    assert pair_design(pair).slopes == pytest.approx(np.array([[0.5]]))


def test_most_and_least_of_four_tell_five_of_six_pairs() -> None:
    table = preferences(4)
    assert pairs_of(4).tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert table[0 * 4 + 3].tolist() == [1, 1, 1, 0, 1, 1]
    assert table[2 * 4 + 1].tolist() == [1, -1, 0, -1, -1, 1]
    assert table[16].tolist() == [0] * 6
    possible = [4 * most + least for most in range(4) for least in range(4) if most != least]
    assert (np.abs(table[possible]).sum(axis=1) == 5).all()


def test_most_and_least_of_three_and_of_two_tell_everything() -> None:
    assert (np.abs(preferences(3)[[1, 2, 3, 5, 6, 7]]).sum(axis=1) == 3).all()
    assert preferences(2)[[1, 2]].tolist() == [[1], [-1]]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"traits": np.array([[0, 1, 3], [3, 0, 1]])}, "trait 2 has no statement"),
        ({"traits": TRAITS - 1}, "whole numbers from 0"),
        ({"traits": TRAITS + 0.5}, "whole numbers from 0"),
        ({"traits": np.array([[0], [0]])}, "at least 2 statements"),
        ({"traits": np.array([0, 1])}, "at least 2 statements"),
        ({"loadings": np.ones((2, 2))}, "loadings"),
        ({"intercepts": ONES * np.nan}, "intercepts"),
        ({"unique": 0 * ONES}, "unique SD"),
    ],
)
def test_statements_that_do_not_fit_are_refused(changed: dict[str, object], words: str) -> None:
    assert items().n_traits == 3
    with pytest.raises(ValueError, match=words):
        items(**changed)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[1, 0.5], [0.4, 1]], "symmetric"),
        ([[2, 0.5], [0.5, 1]], "ones on the diagonal"),
        ([[1, 1], [1, 1]], "not positive definite"),
        ([[1, np.nan], [np.nan, 1]], "missing"),
        (np.eye(3), "2 x 2"),
    ],
)
def test_a_matrix_that_is_no_correlation_is_refused(matrix: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked_correlation(np.array(matrix, float), 2)
