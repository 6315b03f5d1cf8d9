"""Beside the judgement score: points, raw distance, agreement on best and worst."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assess.psychometrics.judgement_points import best_worst, closeness, raw_distance
from assess.psychometrics.sjt import score_ratings

NAN = np.nan
KEY = np.array([1.0, 5, 3, 2, 4, 4, 1.5, 3, 3])
SCENARIO = np.array([1, 1, 1, 2, 2, 2, 2, 3, 3])

answers = arrays(float, (5, 9), elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, NAN]))
full_answers = arrays(float, (1, 9), elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]))


def test_points_add_up_to_the_score():
    """A score is 1 less the distances over what chance gives; the points are the distances."""
    ratings = np.array([[1.0, 5, 2, 2, 5, 3, 1, 4, 2], [2, 4, NAN, 1, 4, 4, 2, 3, 3]])
    weights = np.array([1.0, 1, 0.5, 0, 0, 1, 0, 0, 1])
    points = closeness(ratings, KEY, weights)
    scores = score_ratings(ratings, KEY, weights[None, :]).scores[:, 0]
    for person in range(2):
        rated = ~np.isnan(ratings[person])
        ideal = (KEY[rated] - KEY[rated].mean()) / KEY[rated].std()
        chance = (weights[rated] * (1 + ideal**2)).sum()
        assert 1 + np.nansum(points[person]) / chance == pytest.approx(scores[person])
    assert np.isnan(points[1]).tolist() == np.isnan(ratings[1]).tolist()


def test_who_is_not_scorable_has_no_points_but_a_distance():
    flat = np.full((1, 9), 3.0)
    assert np.isnan(closeness(flat, KEY, np.ones(9))).all()
    assert raw_distance(flat, KEY).absolute == pytest.approx(np.abs(KEY - 3).mean())


def test_raw_distance_by_hand():
    ratings = np.vstack([KEY, KEY + 1, np.r_[3.0, NAN, 5, [NAN] * 6], [NAN] * 9])
    found = raw_distance(ratings, KEY)
    assert found.squared[:3] == pytest.approx([0, 1, (4 + 4) / 2])
    assert found.absolute[:3] == pytest.approx([0, 1, 2])
    assert np.isnan([found.squared[3], found.absolute[3]]).all()
    assert found.answered.tolist() == [9, 9, 2, 0]


@given(ratings=full_answers, option=st.integers(0, 8))
def test_a_rating_moved_nearer_the_key_never_lengthens_the_raw_distance(ratings, option):
    """What the score itself does not promise."""
    nearer = ratings.copy()
    nearer[0, option] = (ratings[0, option] + KEY[option]) / 2
    before, after = raw_distance(ratings, KEY), raw_distance(nearer, KEY)
    assert after.squared[0] <= before.squared[0]
    assert after.absolute[0] <= before.absolute[0]


def test_raw_distance_sees_how_high_somebody_rates_and_agreement_does_not():
    milder = np.vstack([KEY, 2 + KEY / 2])
    assert raw_distance(milder, KEY).squared[1] > 0.5
    assert best_worst(milder, KEY, SCENARIO).best.tolist() == [1, 1]


def test_best_and_worst_by_hand_with_the_tie_rule():
    """Scenario 3's key has no best. In scenario 2 the key's best are options 4 and 5.

    The first person ties 3 and 4 for best in scenario 2, one of them right: one half.
    """
    ratings = np.array([[2.0, 5, 1, 4, 4, 3, 1, 5, 1], [1, 5, 3, 3, 3, 3, 3, 1, 1]])
    found = best_worst(ratings, KEY, SCENARIO)
    assert found.scenarios.tolist() == [2, 2]
    assert found.best == pytest.approx([(1 + 1 / 2) / 2, (1 + 2 / 4) / 2])
    assert found.worst == pytest.approx([(0 + 1) / 2, (1 + 1 / 4) / 2])
    assert found.chance_best == pytest.approx([(1 / 3 + 2 / 4) / 2] * 2)
    assert found.chance_worst == pytest.approx([(1 / 3 + 1 / 4) / 2] * 2)


def test_a_scenario_with_a_blank_does_not_count():
    ratings = np.vstack([np.r_[NAN, KEY[1:]], np.full(9, NAN)])
    found = best_worst(ratings, KEY, SCENARIO)
    assert found.scenarios.tolist() == [1, 0]
    assert found.best[0] == found.worst[0] == 1
    assert found.chance_best[0] == pytest.approx(2 / 4)
    assert np.isnan([found.best[1], found.worst[1], found.chance_best[1]]).all()


def test_people_who_rate_at_random_agree_as_often_as_chance():
    ratings = np.random.default_rng(3).integers(1, 6, (40_000, 9)).astype(float)
    found = best_worst(ratings, KEY, SCENARIO)
    assert found.best.mean() == pytest.approx(found.chance_best[0], abs=0.01)
    assert found.worst.mean() == pytest.approx(found.chance_worst[0], abs=0.01)


@given(ratings=answers, stretch=st.floats(0.5, 3), seed=st.integers(0, 2**32 - 1))
def test_agreement_sees_order_alone_and_nobody_else(ratings, stretch, seed):
    together = best_worst(ratings, KEY, SCENARIO)
    bolder = best_worst(np.sign(ratings - 3) * np.abs(ratings - 3) ** stretch, KEY, SCENARIO)
    np.testing.assert_array_equal(bolder.best, together.best)
    np.testing.assert_array_equal(bolder.worst, together.worst)
    chosen = np.random.default_rng(seed).permutation(5)[:2]
    alone, distance = best_worst(ratings[chosen], KEY, SCENARIO), raw_distance(ratings, KEY)
    np.testing.assert_array_equal(alone.best, together.best[chosen])
    np.testing.assert_array_equal(raw_distance(ratings[chosen], KEY).squared,
                                  distance.squared[chosen])  # fmt: skip


def test_what_does_not_fit_is_refused_in_words():
    with pytest.raises(ValueError, match="do not fit"):
        raw_distance(np.ones((2, 8)), KEY)
    with pytest.raises(ValueError, match="every option"):
        raw_distance(np.ones((2, 2)), np.array([1.0, NAN]))
    with pytest.raises(ValueError, match="do not fit"):
        best_worst(np.ones((2, 9)), KEY, SCENARIO[:4])
    with pytest.raises(ValueError, match="no scenario"):
        best_worst(np.ones((2, 2)), np.array([3.0, 3]), np.array([1, 1]))
