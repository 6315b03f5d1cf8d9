"""The judgement score is the one printed, and has the properties claimed for it."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from assess.psychometrics.sjt import (
    JudgementNorm,
    assumed_reliability,
    score_ratings,
    to_true_score,
)

FloatArray = NDArray[np.float64]
NAN = np.nan

KEY = np.array([2, 5, 3, 1, 5, 2, 4, 1, 4, 2, 5, 1.5])
WEIGHTS = np.array(
    [
        [1, 1, 0.5, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 1, 0.5, 1, 0, 0, 0, 0],
        [0.5, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0.5],
    ]
)
# A 1 and a 5 among twelve ratings keep their SD above .8, so that everybody is scorable.
people = (
    st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]), min_size=10, max_size=10)
    .flatmap(lambda rest: st.permutations([1.0, 5.0, *rest]))
    .map(lambda ratings: np.array([ratings]))
)
people_with_blanks = arrays(
    float,
    (6, 12),
    elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 2.0, NAN]),
    fill=st.nothing(),
)


def by_hand(ratings: FloatArray, weights: FloatArray) -> float:
    """Compute the specification sum by sum, for one person and one row of weights."""
    rated = [o for o in range(12) if not np.isnan(ratings[o])]

    def standardised(values: list[float]) -> list[float]:
        mean = sum(values) / len(values)
        sd = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
        return [(value - mean) / sd for value in values]

    person = standardised([float(ratings[o]) for o in rated])
    ideal = standardised([float(KEY[o]) for o in rated])
    own = [float(weights[o]) for o in rated]
    distance = sum(w * (p - k) ** 2 for w, p, k in zip(own, person, ideal, strict=True))
    return 1 - distance / sum(w * (1 + k**2) for w, k in zip(own, ideal, strict=True))


@given(ratings=people_with_blanks)
def test_scores_are_the_printed_formula(ratings: FloatArray) -> None:
    found = score_ratings(ratings, KEY, WEIGHTS)
    for person in np.flatnonzero(found.scorable):
        assert found.total[person] == pytest.approx(by_hand(ratings[person], np.ones(12)))
        for competency, weights in enumerate(WEIGHTS):
            if (weights[~np.isnan(ratings[person])] > 0).any():
                expected = by_hand(ratings[person], weights)
                assert found.scores[person, competency] == pytest.approx(expected)


def test_a_form_of_four_options_worked_by_hand() -> None:
    """Key -1 1 -1 1, person -1 1 1 -1: right on the first two options, wrong on the others."""
    weights = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    found = score_ratings(np.array([[2.0, 4, 4, 2]]), np.array([1.0, 5, 1, 5]), weights)
    assert found.scores.tolist() == [[1, -1]]
    assert found.total.tolist() == [0]
    assert (found.elevation.tolist(), found.scatter.tolist()) == ([3], [1])


@given(ratings=people)
def test_the_total_is_the_profile_correlation(ratings: FloatArray) -> None:
    found = score_ratings(ratings, KEY, WEIGHTS)
    assert found.total[0] == pytest.approx(np.corrcoef(ratings[0], KEY)[0, 1])


@given(ratings=people, shift=st.floats(-50, 50), stretch=st.floats(0.7, 20))
def test_rating_higher_or_bolder_all_along_changes_nothing(
    ratings: FloatArray, shift: float, stretch: float
) -> None:
    plain = score_ratings(ratings, KEY, WEIGHTS)
    moved = score_ratings(shift + stretch * ratings, KEY, WEIGHTS)
    np.testing.assert_allclose(moved.scores, plain.scores, atol=1e-9)
    np.testing.assert_allclose(moved.total, plain.total, atol=1e-9)


@given(shift=st.floats(-50, 50), stretch=st.floats(0.5, 20))
def test_the_key_s_own_shape_scores_one(shift: float, stretch: float) -> None:
    found = score_ratings(shift + stretch * KEY[None, :], KEY, WEIGHTS)
    assert found.total == pytest.approx([1])
    assert found.scores == pytest.approx(np.ones((1, 3)))


@given(ratings=people)
def test_no_other_shape_scores_one(ratings: FloatArray) -> None:
    found = score_ratings(ratings, KEY, WEIGHTS)
    person, ideal = ((x - x.mean()) / x.std() for x in (ratings[0], KEY))
    # KEY holds a 1.5, so whole ratings are never a straight line of it.
    assert not np.allclose(person, ideal, atol=1e-6)
    assert found.total[0] < 1 - 1e-6
    for competency, weights in enumerate(WEIGHTS):
        same = np.allclose(person[weights > 0], ideal[weights > 0], atol=1e-9)
        assert (found.scores[0, competency] > 1 - 1e-12) == same


@given(ratings=people)
def test_putting_two_ratings_into_the_key_s_order_never_lowers_the_total(
    ratings: FloatArray,
) -> None:
    before = score_ratings(ratings, KEY, WEIGHTS).total[0]
    for one, other in itertools.combinations(range(12), 2):
        if (KEY[one] - KEY[other]) * (ratings[0, one] - ratings[0, other]) < 0:
            swapped = ratings.copy()
            swapped[0, [one, other]] = ratings[0, [other, one]]
            assert score_ratings(swapped, KEY, WEIGHTS).total[0] >= before - 1e-12


def test_people_who_rate_at_random_average_nothing() -> None:
    ratings = np.random.default_rng(4).integers(1, 6, (40_000, 12)).astype(float)
    found = score_ratings(ratings, KEY, WEIGHTS)
    assert np.nanmean(found.total) == pytest.approx(0, abs=0.02)
    assert np.nanmean(found.scores, axis=0) == pytest.approx([0, 0, 0], abs=0.02)


@given(ratings=people_with_blanks, seed=st.integers(0, 2**32 - 1))
def test_a_score_never_depends_on_who_else_is_in_the_batch(ratings: FloatArray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(6)
    together = score_ratings(ratings, KEY, WEIGHTS)
    for chosen in (order, order[:2], order[:1]):
        alone = score_ratings(ratings[chosen], KEY, WEIGHTS)
        np.testing.assert_allclose(alone.scores, together.scores[chosen], rtol=0, atol=1e-12)
        np.testing.assert_allclose(alone.total, together.total[chosen], rtol=0, atol=1e-12)
        assert alone.scorable.tolist() == together.scorable[chosen].tolist()


def test_a_blank_is_left_out_of_person_and_key_alike() -> None:
    ratings = np.array([[2.0, 5, NAN, 1, 4, 2, 4, NAN, 3, 2, 5, 1]])
    rated = ~np.isnan(ratings[0])
    found = score_ratings(ratings, KEY, WEIGHTS)
    shorter = score_ratings(ratings[:, rated], KEY[rated], WEIGHTS[:, rated])
    np.testing.assert_allclose(found.scores, shorter.scores, atol=1e-12)
    np.testing.assert_allclose(found.total, shorter.total, atol=1e-12)
    assert found.answered.tolist() == [10]


def test_under_three_quarters_rated_is_not_scorable() -> None:
    ratings = np.vstack([KEY, KEY])
    ratings[0, :3] = NAN
    ratings[1, :4] = NAN
    found = score_ratings(ratings, KEY, WEIGHTS)
    assert found.answered.tolist() == [9, 8]
    assert found.scorable.tolist() == [True, False]
    assert np.isnan(found.total).tolist() == [False, True]
    assert np.isnan(found.scores[1]).all()


def test_ratings_that_hardly_differ_are_not_scorable() -> None:
    ratings = np.array([[3.0, 4] * 6, [3.0, 3, 3, 4] * 3, [3.0] * 12])
    found = score_ratings(ratings, KEY, WEIGHTS)
    assert found.scatter == pytest.approx([0.5, 0.1875**0.5, 0])
    assert found.scorable.tolist() == [True, False, False]
    assert np.isnan(found.total).tolist() == [False, True, True]


def test_a_competency_of_which_nothing_was_rated_has_no_score() -> None:
    weights = np.zeros((2, 12))
    weights[0, :2] = 1
    weights[1, 2:] = 1
    ratings = KEY[None, :].copy()
    ratings[0, :2] = NAN
    found = score_ratings(ratings, KEY, weights)
    assert found.scorable.tolist() == [True]
    assert np.isnan(found.scores[0]).tolist() == [True, False]


def test_somebody_who_rated_nothing_has_neither_score_nor_style() -> None:
    found = score_ratings(np.full((1, 12), NAN), KEY, WEIGHTS)
    assert found.answered.tolist() == [0]
    assert not found.scorable[0]
    assert np.isnan([found.total[0], found.elevation[0], found.scatter[0]]).all()


@pytest.mark.parametrize(
    ("ratings", "key", "weights", "words"),
    [
        (np.ones((2, 11)), KEY, WEIGHTS, "do not fit"),
        (np.ones(12), KEY, WEIGHTS, "do not fit"),
        (np.ones((2, 12)), KEY, WEIGHTS[:, :5], "do not fit"),
        (np.ones((2, 12)), KEY, WEIGHTS[0], "do not fit"),
        (np.ones((2, 12)), np.full(12, 3.0), WEIGHTS, "ratings that differ"),
        (np.ones((2, 12)), np.where(KEY > 4, NAN, KEY), WEIGHTS, "a rating for every option"),
        (np.ones((2, 12)), KEY, -WEIGHTS, "weight is 0 or more"),
    ],
)
def test_a_form_that_cannot_be_scored_is_refused_in_words(
    ratings: FloatArray, key: FloatArray, weights: FloatArray, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        score_ratings(ratings, key, weights)


def test_a_true_score_is_shrunk_by_its_reliability() -> None:
    norm = JudgementNorm(np.array([0.6, 0.5]), np.array([0.2, 0.25]), np.array([0.36, 0.64]))
    mean, error = to_true_score(np.array([[0.8, 0.0], [NAN, 0.5]]), norm)
    assert mean[0] == pytest.approx([0.6, -1.6])
    assert error[0] == pytest.approx([0.8, 0.6])
    assert np.isnan([mean[1, 0], error[1, 0]]).all()
    assert (mean[1, 1], error[1, 1]) == (0, pytest.approx(0.6))


@pytest.mark.parametrize(("n", "rho"), [(0, 0), (6, 6 / 26), (20, 0.5), (30, 0.6), (400, 0.6)])
def test_assumed_reliability_grows_with_options_up_to_sixty_hundredths(n: int, rho: float) -> None:
    assert assumed_reliability(n) == pytest.approx(rho)


def test_no_score_rests_on_fewer_than_no_options() -> None:
    with pytest.raises(ValueError, match="-1 options"):
        assumed_reliability(-1)
