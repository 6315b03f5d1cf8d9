"""Ranks under error: interval, P(top k), fixed bands; simulation and formula agree."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from assess.selection import rank_posterior
from assess.selection.rank_posterior import analytic_ranks
from assess.selection.ranking import (
    best_first,
    chances_of_a_seat,
    probability_beats,
    rank_under_error,
)

NAN = float("nan")

fits = st.lists(st.floats(-3, 3).map(lambda x: round(x, 1)), min_size=2, max_size=12)


def pool(n, seed=1, spread=0.8):
    rng = np.random.default_rng(seed)
    return -np.sort(-rng.normal(0, spread, n)), rng.uniform(0.2, 0.5, n)


def test_two_people_are_ranked_by_the_chance_that_one_beats_the_other():
    result = rank_under_error(np.array([0.5, 0.0]), np.array([0.3, 0.4]), 1, seed=3)
    beats = norm.cdf(0.5 / 0.5)
    assert probability_beats(0.5, 0.3, 0.0, 0.4) == pytest.approx(beats)
    assert result.p_top == pytest.approx([beats, 1 - beats], abs=0.015)
    assert result.rank.tolist() == [1, 2]
    assert (result.rank_low.tolist(), result.rank_high.tolist()) == ([1, 1], [2, 2])
    assert result.at_cut.all()


def test_clear_differences_leave_a_rank_of_one_number():
    result = rank_under_error(np.array([-5.0, 5.0, 0.0]), np.full(3, 0.3), 1, seed=3)
    assert result.rank.tolist() == [3, 1, 2]
    assert result.rank_low.tolist() == result.rank_high.tolist() == [3, 1, 2]
    assert result.p_top.tolist() == [0, 1, 0]
    assert result.band.tolist() == [3, 1, 2]
    assert not result.at_cut.any()


def test_equal_fits_share_the_better_rank():
    result = rank_under_error(np.array([1.0, 2.0, 1.0, 0.0]), np.full(4, 0.3), 2, seed=3)
    assert result.rank.tolist() == [2, 1, 2, 4]
    assert result.p_top[0] == result.p_top[2]
    assert result.rank_high[0] == result.rank_high[2]


def test_a_missing_fit_is_unranked_and_takes_no_seat():
    fit, error = np.array([NAN, 1.0, 0.0, NAN]), np.array([NAN, 0.3, 0.3, 0.2])
    result = rank_under_error(fit, error, 1, seed=3)
    assert result.rank.tolist() == [0, 1, 2, 0]
    assert result.band.tolist()[::3] == [0, 0]
    assert np.isnan(result.p_top[[0, 3]]).all()
    assert not result.at_cut[[0, 3]].any()
    assert result.p_top[1:3].sum() == pytest.approx(1)


@pytest.mark.parametrize("n", [0, 3])
def test_a_pool_without_any_fit_ranks_nobody(n):
    result = rank_under_error(np.full(n, NAN), np.full(n, NAN), 2, seed=3)
    assert result.rank.tolist() == [0] * n
    assert result.band.tolist() == [0] * n


@pytest.mark.parametrize("n", [3, 2000])
def test_with_a_seat_for_everyone_everyone_is_in(n):
    fit, error = pool(n)
    result = rank_under_error(fit, error, n + 5, seed=3, draws=100)
    assert (result.p_top == 1).all()
    assert not result.at_cut.any()


def test_a_band_holds_whom_its_first_person_does_not_reliably_beat():
    """With error .3 the joint error is .424 and the reach of a band 1.645 of it: .698."""
    fit = np.array([1.0, 0.4, 0.31, 0.29, -0.3, -0.5])
    result = rank_under_error(fit, np.full(6, 0.3), 2, seed=3)
    assert result.band.tolist() == [1, 1, 1, 2, 2, 3]


def test_bands_are_fixed_not_sliding():
    """Steps of .5 would chain everyone to the next; the band measures from its first person."""
    result = rank_under_error(np.arange(6, 0, -1) / 2, np.full(6, 0.3), 2, seed=3)
    assert result.band.tolist() == [1, 1, 2, 2, 3, 3]


def test_an_unsure_score_stays_in_a_band_that_a_surer_one_leaves():
    fit, error = np.array([1.0, 0.2, 0.1]), np.array([0.3, 0.2, 0.9])
    assert rank_under_error(fit, error, 1, seed=3).band.tolist() == [1, 2, 1]


def test_people_of_different_coverage_never_share_a_band():
    fit, error = np.array([1.0, 0.9, 0.8, 0.7, -3.0]), np.full(5, 0.3)
    covered = np.array([1.0, 0.7, 1.0, 0.7 + 1e-13, 1.0])
    result = rank_under_error(fit, error, 1, coverage=covered, seed=3)
    assert result.band.tolist() == [1, 2, 1, 2, 3]


@settings(deadline=None, max_examples=60)
@given(fit=fits, data=st.data())
def test_bands_by_their_definition(fit, data):
    """Against the definition written out person by person."""
    errors = st.lists(st.floats(0.05, 1), min_size=len(fit), max_size=len(fit))
    groups = st.lists(st.sampled_from([0.5, 1.0]), min_size=len(fit), max_size=len(fit))
    m, s, covered = np.array(fit), np.array(data.draw(errors)), np.array(data.draw(groups))
    expected = np.zeros(m.size, int)
    number = 0
    for first in np.lexsort((-covered, s, -m)):
        if expected[first]:
            continue
        number += 1
        for other in range(m.size):
            beats = norm.cdf((m[first] - m[other]) / np.hypot(s[first], s[other]))
            if not expected[other] and covered[other] == covered[first] and beats < 0.95:
                expected[other] = number
    found = rank_under_error(m, s, 1, coverage=covered, seed=3, draws=10).band
    assert found.tolist() == expected.tolist()


@settings(deadline=None, max_examples=40)
@given(fit=fits, seats=st.integers(1, 12), data=st.data())
@example(fit=[1.0, 0.0, 2.0, 1.0, 0.0, 0.0, 1.0], seats=2, data=None)
def test_the_order_people_come_in_changes_nothing(fit, seats, data):
    """Exactly: rank, interval, P(top k), band and the list at the cut move with the person."""
    order = np.array(data.draw(st.permutations(range(len(fit)))) if data else range(6, -1, -1))
    m, s = np.array(fit), 0.2 + 0.1 * (np.arange(len(fit)) % 3)
    covered = np.where(np.arange(len(fit)) % 2, 0.7, 1.0)
    straight = rank_under_error(m, s, seats, coverage=covered, seed=5, draws=200)
    shuffled = rank_under_error(
        m[order], s[order], seats, coverage=covered[order], seed=5, draws=200
    )
    for name in ("rank", "rank_low", "rank_high", "p_top", "band", "at_cut"):
        assert getattr(shuffled, name).tolist() == getattr(straight, name)[order].tolist()


@settings(deadline=None, max_examples=40)
@given(fit=fits, seats=st.integers(1, 12), shift=st.floats(-100, 100), scale=st.floats(0.5, 20))
def test_the_unit_of_the_fit_changes_nothing(fit, seats, shift, scale):
    """T-scores rank like thetas: ranks and bands are equal, chances within simulation error."""
    m, s = np.array(fit), np.full(len(fit), 0.3)
    own = rank_under_error(m, s, seats, seed=5, draws=2000)
    other = rank_under_error(np.round(m * scale + shift, 9), s * scale, seats, seed=5, draws=2000)
    assert other.band.tolist() == own.band.tolist()
    assert other.p_top == pytest.approx(own.p_top, abs=0.01)


@settings(deadline=None, max_examples=40)
@given(fit=fits, seats=st.integers(1, 12), seed=st.integers(0, 2**32))
def test_chances_sum_to_the_seats(fit, seats, seed):
    result = rank_under_error(np.array(fit), np.full(len(fit), 0.4), seats, seed=seed, draws=300)
    assert result.p_top.sum() == pytest.approx(min(seats, len(fit)))
    assert (result.rank_low <= result.rank_high).all()
    assert ((result.rank_low >= 1) & (result.rank_high <= len(fit))).all()


@settings(deadline=None, max_examples=25)
@given(person=st.integers(0, 59), wider=st.floats(1.05, 4))
def test_more_error_does_not_narrow_ones_own_rank_interval(person, wider):
    m, s = pool(60)
    s[:] = 0.3
    own = rank_under_error(m, s, 10, seed=5, draws=4000)
    s[person] *= wider
    unsure = rank_under_error(m, s, 10, seed=5, draws=4000)
    assert unsure.rank_low[person] <= own.rank_low[person] + 1
    assert unsure.rank_high[person] >= own.rank_high[person] - 1


@pytest.mark.parametrize("n", [300, 3000])
def test_a_rank_interval_holds_the_rank_of_the_fit(n):
    """Where everyone is much alike the best looking is hardly ever first: still 1, 1 to many."""
    m = np.linspace(0.1, -0.1, n)
    result = rank_under_error(m, np.full(n, 0.5), 10, seed=5, draws=500)
    assert ((result.rank_low <= result.rank) & (result.rank <= result.rank_high)).all()
    assert (result.rank_low[0], result.rank_high[-1]) == (1, n)
    assert result.rank_high[0] > 0.8 * n


def test_the_same_seed_gives_the_same_ranking_and_is_stored():
    fit, error = pool(80)
    first, again = (rank_under_error(fit, error, 10, seed=11, draws=500) for _ in range(2))
    other = rank_under_error(fit, error, 10, seed=12, draws=500)
    assert first.p_top.tolist() == again.p_top.tolist() != other.p_top.tolist()
    assert (first.seed, first.draws, first.method) == (11, 500, "simulated")


@pytest.fixture(scope="module", params=[0.3, 0.8, 3.0])
def large_pool(request):
    """2,000 people whose fits vary less than, more than and far more than their errors."""
    m, s = pool(2000, spread=request.param)
    counts = rank_posterior._rank_counts(m, s, seed=7, draws=5000)
    return m, s, np.cumsum(counts, axis=1) / 5000


def test_formula_and_simulation_agree_on_chances(large_pool):
    """Within .02 for each person, beside 3.5 standard errors of 5,000 draws."""
    m, s, at_most = large_pool
    for seats in (5, 50, 200, 1000, 1900):
        p_top = analytic_ranks(m, s, seats)[2]
        noise = 3.5 * np.sqrt(p_top * (1 - p_top) / 5000)
        assert p_top.sum() == pytest.approx(seats, abs=1e-6)
        assert (np.abs(p_top - at_most[:, seats - 1]) < 0.02 + noise).all()


def test_formula_and_simulation_agree_on_rank_intervals(large_pool):
    """The simulated chance of a rank at the ends is .05 and .95, within .015.

    Its own standard error is .003, so 2,000 comparisons stray by .011. One person's step of
    whole ranks is allowed for by looking on both sides of an end.
    """
    m, s, at_most = large_pool
    low, high, _ = analytic_ranks(m, s, 100)
    beside = np.pad(at_most, ((0, 0), (2, 1)), constant_values=((0, 0), (0, 1)))
    people = np.arange(m.size)
    for end, p in ((low, 0.05), (high, 0.95)):
        assert (beside[people, end - 1] < p + 0.015).all()
        assert (beside[people, end + 2] > p - 0.015).all()


@settings(deadline=None, max_examples=60)
@given(fit=fits, data=st.data())
def test_the_best_stand_first_and_equals_by_error_then_coverage_then_as_they_came(fit, data):
    some = st.lists(st.sampled_from([0.2, 0.4]), min_size=len(fit), max_size=len(fit))
    m, s, covered = np.array(fit), np.array(data.draw(some)), np.array(data.draw(some))
    assert best_first(m, s, covered).tolist() == np.lexsort((-covered, s, -m)).tolist()
    assert best_first(m, s).tolist() == np.lexsort((s, -m)).tolist()
    m[0] = NAN
    assert sorted(best_first(m, s).tolist()) == list(range(1, m.size))


@settings(deadline=None, max_examples=60)
@given(fit=fits, seats=st.integers(1, 14), small=st.sampled_from([0.0, 1e-12, 0.01, 0.3, 5.0]))
def test_chances_by_the_formula_sum_to_the_seats_and_move_with_the_person(fit, seats, small):
    m, s = np.array(fit), np.linspace(small, small + 0.2, len(fit))
    p = chances_of_a_seat(m, s, seats)
    assert ((p >= 0) & (p <= 1)).all()
    if small:
        assert p.sum() == pytest.approx(min(seats, m.size), abs=1e-6)
    assert chances_of_a_seat(m[::-1], s[::-1], seats).tolist() == p[::-1].tolist()
    unranked = chances_of_a_seat(np.r_[NAN, m], np.r_[NAN, s], seats)
    assert np.isnan(unranked[0])
    assert unranked[1:].tolist() == p.tolist()


def test_a_cut_between_numbers_too_close_to_part_is_found_all_the_same():
    """A thousand people in a hair's breadth: no cut gives the seats exactly, the search ends."""
    m = 1000 + np.linspace(0, 1e-12, 1000)
    p = chances_of_a_seat(m, np.zeros(1000), 137)
    assert p.sum() == pytest.approx(137, abs=5)


def test_chances_alone_are_those_of_the_whole_analytic_ranking():
    m, s = pool(2500)
    whole = rank_under_error(m, s, 60, seed=1)
    assert chances_of_a_seat(m, s, 60).tolist() == whole.p_top.tolist()
    with pytest.raises(ValueError, match="at least 1 seat"):
        chances_of_a_seat(m, s, 0)


def test_the_formula_survives_clusters_and_outliers():
    """Two groups far apart and one person beyond all: nobody's interval leaves their group."""
    m = np.r_[1000.0, np.full(999, 5.0), np.full(1000, -5.0)]
    low, high, p_top = analytic_ranks(m, np.full(2000, 0.3), 1000)
    assert (low[0], high[0]) == (1, 1)
    assert low[1:1000].min() > 1
    assert high[1:1000].max() <= 1000
    assert low[1000:].min() >= 1000
    assert p_top[:1000] == pytest.approx(1, abs=1e-3)
    assert p_top[1000:] == pytest.approx(0, abs=1e-3)


def test_the_method_changes_at_two_thousand_people():
    fit, error = pool(2001)
    assert rank_under_error(fit[:1999], error[:1999], 5, seed=1, draws=2).method == "simulated"
    assert rank_under_error(fit[:2000], error[:2000], 5, seed=1, draws=2).method == "analytic"
    fit[[3, 4]] = NAN
    assert rank_under_error(fit, error, 5, seed=1, draws=2).method == "simulated"


def test_a_perfectly_sure_score_is_allowed():
    result = rank_under_error(np.array([1.0, 0.0, 0.0]), np.zeros(3), 1, seed=1, draws=50)
    assert result.p_top.tolist() == [1, 0, 0]
    assert result.band.tolist() == [1, 2, 2]
    assert result.rank_low.tolist() == [1, 2, 2]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seats": 0}, "at least 1 seat"),
        ({"draws": 0}, "at least 1 draw"),
        ({"error": np.ones(3)}, "one shape"),
        ({"coverage": np.ones(3)}, "one shape"),
        ({"error": np.array([0.1, NAN])}, "error of 0 or more"),
        ({"error": np.array([0.1, -0.1])}, "error of 0 or more"),
        ({"fit": np.array([0.1, float("inf")])}, "must be finite"),
        ({"coverage": np.array([1.0, NAN])}, "needs a coverage"),
    ],
)
def test_faulty_input_is_refused_in_words(changes, words):
    arguments = {"fit": np.zeros(2), "error": np.ones(2), "seats": 1, "seed": 1} | changes
    with pytest.raises(ValueError, match=words):
        rank_under_error(**arguments)
