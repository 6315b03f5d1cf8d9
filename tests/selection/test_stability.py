"""What moving weights or key does to a ranking: known cases, agreement with scipy, refusals."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from assess.psychometrics.sjt import honest_raters, score_ratings
from assess.selection.stability import rank_scores, stability_of_key, stability_of_weights

NAN = np.nan
EVEN = np.full(7, 1 / 7)
PER_PERSON = ("rank", "rank_low", "rank_high", "rank_best", "rank_worst", "in_top")


def people(n=40, seed=1):
    return np.random.default_rng(seed).normal(size=(n, 7))


def test_weights_that_do_not_move_leave_everything():
    found = stability_of_weights(people(), EVEN, 8, move=0, draws=20, seed=1)
    for name in ("rank_low", "rank_high", "rank_best", "rank_worst"):
        assert getattr(found, name).tolist() == found.rank.tolist()
    assert (found.kept, found.kept_low) == (1, 1)
    assert (found.agreement, found.agreement_low) == pytest.approx((1, 1))
    assert found.in_top.sum() == 8


def test_somebody_better_on_everything_stays_before():
    mean = np.vstack([people(1), people(1) - 0.1])
    found = stability_of_weights(mean, EVEN, 1, move=1, draws=300, seed=1)
    assert found.rank_best.tolist() == found.rank_worst.tolist() == [1, 2]
    assert found.in_top.tolist() == [1, 0]


def test_the_chance_of_being_overtaken_is_that_of_the_drawn_weights():
    """Ann leads on the first competency, bo on the second: he passes where .48 (1 + u) is more
    than .52 (1 + v), u and v even over -.2 to .2; the share of that square is counted on a grid.
    """
    even = (np.arange(2_000) + 0.5) / 2_000 * 0.4 - 0.2
    chance = (0.48 * (1 + even[:, None]) > 0.52 * (1 + even)).mean()
    mean = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = stability_of_weights(mean, np.array([0.52, 0.48]), 1, draws=4_000, seed=4)
    assert found.in_top == pytest.approx([1 - chance, chance], abs=0.025)
    assert found.kept == pytest.approx(found.in_top[0])
    assert found.agreement == pytest.approx(1 - 2 * chance, abs=0.05)
    assert (found.kept_low, found.agreement_low) == pytest.approx((0, -1))
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([1, 1], [2, 2])


@settings(deadline=None, max_examples=25)
@given(order=st.permutations(range(12)), seats=st.integers(1, 14), seed=st.integers(0, 2**32))
def test_the_order_people_come_in_changes_nothing(order, seats, seed):
    mean = np.round(people(12), 1)
    mean[2, 3] = NAN
    mean[5] = NAN
    mean[7] = mean[8]
    straight = stability_of_weights(mean, EVEN, seats, draws=30, seed=seed)
    turned = stability_of_weights(mean[list(order)], EVEN, seats, draws=30, seed=seed)
    for name in PER_PERSON:
        np.testing.assert_array_equal(getattr(turned, name), getattr(straight, name)[list(order)])
    assert (turned.kept, turned.kept_low) == pytest.approx((straight.kept, straight.kept_low))
    assert turned.agreement == pytest.approx(straight.agreement)


@settings(deadline=None, max_examples=25)
@given(seats=st.integers(1, 12), move=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_ranges_are_nested_and_hold_todays_rank(seats, move, seed):
    found = stability_of_weights(people(12), EVEN, seats, move=move, draws=40, seed=seed)
    ends = [found.rank_best, found.rank_low, found.rank, found.rank_high, found.rank_worst]
    for better, worse in pairwise(ends):
        assert (better <= worse).all()
    assert 0 <= found.kept_low <= 1
    assert 0 <= found.kept <= 1
    assert found.in_top.sum() == pytest.approx(seats)


def test_more_movement_keeps_less():
    kept = [
        stability_of_weights(people(300), EVEN, 30, move=move, draws=200, seed=2).kept
        for move in (0.05, 0.2, 0.8)
    ]
    assert kept[0] > kept[1] > kept[2]


def test_who_has_no_score_with_weight_is_unranked_and_a_gap_counts_as_in_a_fit():
    mean = np.array([[1.0, 0], [NAN, 2], [NAN, NAN], [0, NAN], [-1, 5]])
    found = stability_of_weights(mean, np.array([1.0, 0.0]), 1, draws=10, seed=1)
    assert found.rank.tolist() == [1, 0, 0, 2, 3]
    assert found.rank_worst.tolist() == [1, 0, 0, 2, 3]
    assert np.isnan(found.in_top).tolist() == [False, True, True, False, False]


def test_a_pool_without_anybody_ranked_has_no_figures():
    found = stability_of_weights(np.full((3, 7), NAN), EVEN, 2, draws=5, seed=1)
    assert found.rank.tolist() == [0, 0, 0]
    assert np.isnan([found.kept, found.agreement]).all()


def test_the_same_seed_gives_the_same_figures_and_is_stored():
    first, again = (stability_of_weights(people(), EVEN, 5, draws=50, seed=9) for _ in range(2))
    other = stability_of_weights(people(), EVEN, 5, draws=50, seed=10)
    for field in fields(first):
        np.testing.assert_array_equal(getattr(first, field.name), getattr(again, field.name))
    assert first.agreement != other.agreement
    assert (first.moved, first.seats, first.draws, first.seed) == ("weights", 5, 50, 9)


@pytest.fixture(scope="module")
def form():
    """A key of 24 options, its experts' SD, and 200 honest raters' fit under any key."""
    rng = np.random.default_rng(5)
    key, scenario = rng.uniform(1, 5, 24), np.repeat(np.arange(6), 4)
    ratings = honest_raters(key, scenario, rng, 200)
    ratings[7] = 3.0

    def fits_under(moved):
        return score_ratings(ratings, moved, np.ones((1, 24))).total

    return key, rng.uniform(0.3, 1.0, 24), fits_under


def test_a_key_without_spread_leaves_everything(form):
    key, _, fits_under = form
    found = stability_of_key(fits_under, key, np.zeros(24), 20, draws=3, seed=1)
    assert found.rank_best.tolist() == found.rank_worst.tolist() == found.rank.tolist()
    assert (found.rank[7], found.kept, found.moved) == (0, 1, "key")


def test_a_key_moved_by_its_sd_agrees_with_redrawing_it_by_hand(form):
    """The same draws, ranked by scipy's own Spearman."""
    key, sd, fits_under = form
    found = stability_of_key(fits_under, key, sd, 20, draws=40, seed=3)
    rng = np.random.default_rng(3)
    today, there = fits_under(key), np.arange(200) != 7
    drawn = [fits_under(key + sd * rng.standard_normal(24)) for _ in range(40)]
    expected = [spearmanr(today[there], fits[there]).statistic for fits in drawn]
    assert found.agreement == pytest.approx(np.mean(expected))
    assert found.agreement_low == pytest.approx(sorted(expected)[1])
    top = set(np.argsort(-np.nan_to_num(today, nan=-9))[:20].tolist())
    kept = [
        len(top & set(np.argsort(-np.nan_to_num(fits, nan=-9))[:20].tolist())) / 20
        for fits in drawn
    ]
    assert found.kept == pytest.approx(np.mean(kept))
    assert found.agreement < 0.99


def test_a_wider_spread_of_experts_moves_the_ranking_more(form):
    key, sd, fits_under = form
    close = stability_of_key(fits_under, key, sd / 4, 20, draws=40, seed=3)
    wide = stability_of_key(fits_under, key, sd, 20, draws=40, seed=3)
    assert wide.agreement < close.agreement
    assert (wide.rank_high - wide.rank_low).mean() > (close.rank_high - close.rank_low).mean()


def test_whom_a_drawn_key_leaves_without_a_fit_stands_last():
    def fits_under(moved):
        return np.array([3.0, 2.0, 1.0]) if moved[0] == 2 else np.array([NAN, 2.0, 1.0])

    found = stability_of_key(fits_under, np.array([2.0]), np.array([0.5]), 1, draws=8, seed=1)
    assert found.rank.tolist() == [1, 2, 3]
    assert found.rank_worst.tolist() == [3, 2, 3]
    assert found.rank_best.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weights": np.full(6, 1 / 6)}, "do not fit"),
        ({"mean": np.zeros(7)}, "do not fit"),
        ({"weights": np.full(7, 0.2)}, "sum to 1"),
        ({"weights": np.array([-1.0, 2, 0, 0, 0, 0, 0])}, "not negative"),
        ({"move": 1.5}, "from 0 to 1"),
        ({"seats": 0}, "1 seat"),
        ({"draws": 0}, "1 draw"),
    ],
)
def test_weights_that_cannot_be_moved_are_refused_in_words(changes, words):
    arguments = {"mean": people(3), "weights": EVEN, "seats": 1, "seed": 1} | changes
    with pytest.raises(ValueError, match=words):
        stability_of_weights(**arguments)


@pytest.mark.parametrize(
    ("key", "sd", "words"),
    [
        ([1.0, 2], [0.5], "do not fit"),
        ([1.0, 2], [0.5, NAN], "several experts"),
        ([1.0, 2], [0.5, -0.5], "several experts"),
        ([1.0, NAN], [0.5, 0.5], "its points"),
    ],
)
def test_a_key_without_its_spread_is_refused_in_words(key, sd, words):
    with pytest.raises(ValueError, match=words):
        stability_of_key(lambda _: np.zeros(2), np.array(key), np.array(sd), 1, seed=1)


@given(st.lists(st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 0.25, 3.0]), max_size=12))
def test_rank_scores_are_mean_ranks_about_their_middle(fits):
    expected = rankdata(fits) - (len(fits) + 1) / 2 if fits else np.empty(0)
    assert rank_scores(np.array(fits)).tolist() == expected.tolist()
