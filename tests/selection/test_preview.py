"""What new weights would do: nothing when they do not differ, else what the ranking would say."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from assess.selection.composite import contrast_error
from assess.selection.preview import Totals, consequence, in_top, standing, totals
from assess.selection.ranking import rank_under_error
from assess.selection.score_matrix import ScoreMatrix
from tests.selection.matrices import POSSIBLE, WEIGHTS, drawn, even, taken

SOME_WEIGHTS = st.lists(st.floats(0.05, 1), min_size=7, max_size=7).map(np.array)


def moved(pool, old, new, seats):
    return consequence(pool, standing(pool, old), standing(pool, new), seats)


@settings(deadline=None, max_examples=30)
@given(weights=SOME_WEIGHTS, seats=st.integers(1, 50), seed=st.integers(0, 99))
def test_identical_weights_move_nobody(weights, seats, seed):
    found = moved(drawn(40, seed=seed), weights, weights, seats)
    assert found.moved_in.size == found.moved_out.size == found.beyond_error.size == 0
    assert (found.totals.changed, found.totals.beyond_error) == (0, 0)
    assert found.totals.rank_correlation == pytest.approx(1)
    assert found.totals.reliability[0] == found.totals.reliability[1]


@settings(deadline=None, max_examples=30)
@given(old=SOME_WEIGHTS, new=SOME_WEIGHTS, by=st.floats(0.01, 100), seats=st.integers(1, 20))
def test_scaling_weights_changes_nothing(old, new, by, seats):
    pool = drawn(40)
    one, other = moved(pool, old, new, seats), moved(pool, old, by * new, seats)
    assert one.moved_in.tolist() == other.moved_in.tolist()
    assert one.moved_out.tolist() == other.moved_out.tolist()
    assert one.totals.rank_correlation == pytest.approx(other.totals.rank_correlation)
    assert one.totals.reliability == pytest.approx(other.totals.reliability)


@settings(deadline=None, max_examples=30)
@given(
    old=SOME_WEIGHTS,
    new=SOME_WEIGHTS,
    order=st.permutations(range(30)),
    seats=st.integers(1, 20),
)
def test_the_order_of_people_changes_nothing(old, new, order, seats):
    pool = drawn(30)
    straight, turned = moved(pool, old, new, seats), moved(taken(pool, order), old, new, seats)
    # Persons 3 and 9 are alike: which of them is named first is all the order may decide.
    names = np.where(np.arange(30) == 9, 3, np.arange(30))
    for name in ("moved_in", "moved_out"):
        found = names[np.array(order)[getattr(turned, name)]]
        assert found.tolist() == names[getattr(straight, name)].tolist()
    assert turned.beyond_error.tolist() == straight.beyond_error.tolist()
    assert turned.totals.rank_correlation == pytest.approx(straight.totals.rank_correlation)


@settings(deadline=None, max_examples=20)
@given(old=SOME_WEIGHTS, new=SOME_WEIGHTS, seats=st.integers(1, 20))
def test_who_moves_is_who_the_ranking_seats_anew(old, new, seats):
    pool = drawn(60)
    before, after = standing(pool, old), standing(pool, new)
    was, now = (
        rank_under_error(one.fit, one.error, seats, seed=1, draws=10).rank
        for one in (before, after)
    )
    found = consequence(pool, before, after, seats)
    top_before, top_after = (set(np.flatnonzero((r > 0) & (r <= seats))) for r in (was, now))
    assert set(found.moved_in) == top_after - top_before
    assert set(found.moved_out) == top_before - top_after
    both = np.isfinite(before.fit) & np.isfinite(after.fit)
    rho = spearmanr(before.fit[both], after.fit[both]).statistic
    assert found.totals.rank_correlation == pytest.approx(rho, abs=1e-12)


def swap(lead, error, *, shared=0.0, correlation=0.0):
    """Give two people who change places when the weight goes from the first to the second."""
    mean = np.array([[1.0, 0.0], [0.0, lead]])
    pool = ScoreMatrix(
        mean,
        np.full((2, 2), error),
        np.full((2, 2), shared),
        np.ones((2, 2), dtype=np.int64),
        np.ones(2, dtype=np.bool_),
        np.array([1, 1]),
        np.array([1, 1]),
        even(correlation, 2),
        np.eye(2),
    )
    return moved(pool, np.array([1.0, 0.0]), np.array([0.0, 1.0]), 1)


def test_a_move_is_beyond_error_from_1_645_errors_of_the_lead():
    """Lead 1 with error s sqrt(2); the shift 2 has error s sqrt(4): the lead decides."""
    for error, expected in ((0.42, True), (0.44, False)):
        found = swap(1.0, error)
        assert (found.moved_in.tolist(), found.moved_out.tolist()) == ([1], [0])
        assert (found.shifted.tolist(), found.beyond_error.tolist()) == ([True], [expected])
        assert found.totals.beyond_error == int(expected)


def three(old, new, mean, error):
    """Two people whose standing on three competencies is given by hand."""
    pool = ScoreMatrix(
        np.array(mean), np.array(error), np.zeros((2, 3)), np.ones((2, 3), dtype=np.int64),
        np.ones(2, dtype=np.bool_), np.ones(3, dtype=np.int64), np.ones(3, dtype=np.int64),
        np.eye(3), np.eye(3),
    )  # fmt: skip
    return moved(pool, np.array(old), np.array(new), 1)


def test_a_sure_lead_that_the_change_did_not_surely_make_is_not_beyond_error():
    """The first weight rests on noise (error 1), the second on none: the lead of .5 is sure, but
    the shift of .6 has an error of sqrt(2)."""
    found = three([1, 0, 0], [0, 1, 0], [[0.1, 0, 0], [0, 0.5, 0]], [[1.0, 0.01, 1]] * 2)
    assert found.moved_in.tolist() == [1]
    assert (found.shifted.tolist(), found.beyond_error.tolist()) == ([False], [False])
    assert (found.totals.changed, found.totals.shifted, found.totals.beyond_error) == (1, 0, 0)


def test_what_both_fits_share_cancels_in_the_shift():
    """Both weights rest half on a noisy first competency. The lead of 1.5 has an error of .83;
    were the two fits' errors independent, the shift of 1.6 would have one of 1.18: not sure.
    """
    found = three([0.5, 0.5, 0], [0.5, 0, 0.5], [[0, 0.2, 0], [0, 0, 3]], [[1.18, 0.05, 0.05]] * 2)
    assert (found.moved_in.tolist(), found.beyond_error.tolist()) == ([1], [True])


def test_the_error_of_a_shift_is_that_of_drawn_answers():
    """Both people's truths are drawn; the shift between the two fits varies as was said."""
    rng = np.random.default_rng(4)
    pool = drawn(2, seed=8, missing=0)
    before, after = standing(pool, WEIGHTS), standing(pool, WEIGHTS[::-1])
    contrast = 10 * (after.weights / after.sd_ref - before.weights / before.sd_ref)
    shifts = np.zeros(200_000)
    for sign, person in ((1, 0), (-1, 1)):
        own, shared = pool.error[person], pool.shared[person]
        S = np.outer(shared, shared) * pool.error_correlation
        np.fill_diagonal(S, own**2)
        draws = rng.multivariate_normal(pool.mean[person], S, shifts.size)
        shifts += sign * draws @ contrast
    value = np.nan_to_num(pool.mean) @ contrast
    error = contrast_error(pool.mean, pool.error, pool.shared, contrast, pool.error_correlation)
    assert shifts.mean() == pytest.approx(value[0] - value[1], abs=0.05)
    assert shifts.std() == pytest.approx(np.hypot(*error), rel=0.01)
    assert value == pytest.approx(after.fit - before.fit)


def test_people_alike_at_the_cut_are_seated_together():
    fit = np.array([60.0, 55, 55, 50, np.nan])
    assert in_top(fit, 2).tolist() == [True, True, True, False, False]
    assert in_top(fit, 9).tolist() == [True] * 4 + [False]


def test_the_battery_decides_which_weights_count():
    """Below .60 of the profile only what is measured counts, as in the ranking."""
    pool = replace(drawn(20), offered=np.array([2, 0, 0, 1, 0, 0, 0]))
    found = standing(pool, WEIGHTS)
    assert found.partial
    assert found.weights[[0, 3]] == pytest.approx(WEIGHTS[[0, 3]] / WEIGHTS[[0, 3]].sum())
    assert not standing(drawn(20), WEIGHTS).partial


def test_reliability_falls_with_the_error_and_coverage_with_the_gaps():
    sure, shaky = (standing(drawn(400, error=e), WEIGHTS) for e in ((0.1, 0.2), (0.8, 0.9)))
    assert sure.reliability > 0.85
    assert shaky.reliability < 0.7
    full, gappy = (standing(drawn(400, missing=share), WEIGHTS) for share in (0, 0.3))
    assert full.coverage == pytest.approx(1)
    assert gappy.coverage == pytest.approx(0.7, abs=0.03)


def test_reliability_is_the_squared_correlation_with_the_truth():
    """Truths drawn from the posterior means: fits correlate with them by the root of it."""
    rng, n = np.random.default_rng(2), 40_000
    pool = drawn(n, missing=0, error=(0.5, 0.5))
    found = standing(pool, WEIGHTS)
    good = np.isfinite(found.fit)
    truth = found.fit[good] + found.error[good] * rng.standard_normal(good.sum())
    r = np.corrcoef(truth, found.fit[good])[0, 1]
    assert found.reliability == pytest.approx(r**2, abs=0.01)


def test_a_pool_nobody_may_be_pointed_out_in_gives_numbers_alone():
    pool = drawn(40)
    before, after = standing(pool, WEIGHTS), standing(pool, WEIGHTS[::-1])
    told = totals(pool, before, after, 8)
    assert told == consequence(pool, before, after, 8).totals
    assert not {"moved_in", "moved_out"} & {one.name for one in fields(Totals)}
    assert all(
        isinstance(value, int | float | bool)
        for one in fields(told)
        for value in np.atleast_1d(getattr(told, one.name)).tolist()
    )
    assert (told.least.beyond_error, told.least.rank_correlation) == (
        told.beyond_error,
        told.rank_correlation,
    )


def test_an_empty_pool_has_no_consequence():
    pool = taken(drawn(3), [])
    found = moved(pool, WEIGHTS, WEIGHTS[::-1], 3).totals
    assert (found.changed, found.ranked) == (0, (0, 0))
    assert np.isnan([found.rank_correlation, *found.reliability, *found.coverage]).all()


def test_what_makes_no_sense_is_refused():
    pool = drawn(12)
    now = standing(pool, WEIGHTS)
    with pytest.raises(ValueError, match="positive sum"):
        standing(pool, np.zeros(7))
    with pytest.raises(ValueError, match="negative"):
        standing(pool, np.array([1, 1, 1, 1, 1, 1, -1.0]))
    with pytest.raises(ValueError, match="1 seat"):
        consequence(pool, now, now, 0)
    with pytest.raises(ValueError, match="not of this pool"):
        consequence(taken(pool, [1, 2]), now, now, 1)
    with pytest.raises(ValueError, match="score matrix"):
        replace(pool, possible=POSSIBLE[:3])
