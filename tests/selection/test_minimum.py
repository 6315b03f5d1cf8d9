"""A minimum on an index: who is surely below, what that costs, and that it turns nobody away."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from assess.selection.guard_rails import wrong_side
from assess.selection.minimum import below_minimums
from assess.selection.minimum_cost import index_reliability, minimum_cost
from assess.selection.preview import consequence, in_top, standing
from tests.selection.matrices import NAN, POSSIBLE, WEIGHTS, drawn, taken

EMP, REG = 0, 1


def one_index(mean, error):
    """Give people who differ on the first index alone."""
    table = np.zeros((len(mean), 7)), np.full((len(mean), 7), 0.5)
    table[0][:, 0], table[1][:, 0] = mean, error
    return table


def test_surely_is_at_least_19_in_20_by_the_chance_of_the_true_index():
    """Minimum 45 is -0.5 SD; a person at -1.3224 with error 0.5 is below with P = .95."""
    edge = -0.5 - norm.ppf(0.95) * 0.5
    mean = [edge - 1e-6, edge + 1e-6, -0.5, -1 - edge - 1e-6, -1 - edge + 1e-6, NAN]
    found = below_minimums(*one_index(mean, [0.5] * 5 + [NAN]), {EMP: 45.0})
    assert found.surely[:, 0].tolist() == [True, False, False, False, False, False]
    assert found.may_be[:, 0].tolist() == [False, True, True, True, False, False]
    assert found.unmeasured[:, 0].tolist() == [False] * 5 + [True]
    assert found.chance[:5, 0] == pytest.approx([0.95, 0.95, 0.5, 0.05, 0.05], abs=1e-5)
    assert np.isnan(found.chance[5, 0])
    assert found.held.tolist() == [True, *[False] * 5]


def test_a_score_without_error_is_below_or_not():
    found = below_minimums(*one_index([-0.51, -0.49], [0.0, 0.0]), {EMP: 45.0})
    assert found.surely[:, 0].tolist() == [True, False]
    assert not found.may_be.any()


def test_one_minimum_is_enough_and_none_holds_nobody():
    mean = np.array([[0.0] * 7, [0.0, -2.0, *[0.0] * 5]])
    error = np.full((2, 7), 0.5)
    found = below_minimums(mean, error, {REG: 45.0, EMP: 30.0})
    assert (found.places, found.minimum.tolist()) == ((EMP, REG), [30.0, 45.0])
    assert found.held.tolist() == [False, True]
    nobody = below_minimums(mean, error, {})
    assert nobody.held.tolist() == [False, False]


@pytest.mark.parametrize(("place", "points"), [(7, 50.0), (-1, 50.0), (0, 19.0), (0, NAN)])
def test_a_minimum_of_nothing_or_off_the_scale_is_refused(place, points):
    with pytest.raises(ValueError, match=r"no competency at place|a minimum lies in"):
        below_minimums(np.zeros((1, 7)), np.ones((1, 7)), {place: points})


@given(minimum=st.floats(20, 80), seats=st.integers(1, 40), seed=st.integers(0, 20))
def test_a_minimum_takes_a_rank_from_the_surely_below_alone(minimum, seats, seed):
    pool = drawn(80, seed=seed, missing=0.2)
    free, held = standing(pool, WEIGHTS), standing(pool, WEIGHTS, minimums={EMP: minimum})
    ranked = np.isfinite(free.fit)
    below = below_minimums(pool.mean, pool.error, {EMP: minimum})
    assert (held.held == (ranked & below.held)).all()
    assert (np.isfinite(held.fit) == (ranked & ~below.held)).all()
    assert held.fit[~held.held & ranked] == pytest.approx(free.fit[~held.held & ranked], abs=0)
    assert not held.held[np.isnan(pool.mean[:, EMP])].any()
    assert not (held.may_be & held.held).any()
    # Nobody else's order changes, and none of them has a seat.
    assert not (in_top(held.fit, seats) & held.held).any()
    cost = minimum_cost(pool, WEIGHTS, {EMP: minimum}, seats)
    (line,) = cost.lines
    assert line.surely_below == held.held.sum()
    assert line.may_be_below == held.may_be.sum()
    assert line.not_measured == (ranked & np.isnan(pool.mean[:, EMP])).sum()
    counts = line.surely_below + line.may_be_below + line.not_below + line.not_measured
    assert counts == ranked.sum()
    assert cost.totals.held == (0, line.surely_below)
    assert cost.seats_changed == (in_top(free.fit, seats) & held.held).sum()


def test_the_cost_by_hand():
    """Four people for two seats; the second best is surely below 45, the third takes the seat."""
    mean, error = np.zeros((4, 7)), np.full((4, 7), 0.4)
    mean[:] = np.array([0.9, 0.8, 0.3, -0.2])[:, None]
    mean[1, EMP] = -1.6
    mean[1, 1:] = 1.4
    pool = replace(
        drawn(4, missing=0.0), mean=mean, error=error, shared=np.zeros((4, 7)),
        parts=np.tile(POSSIBLE, (4, 1)), error_correlation=np.eye(7),
    )  # fmt: skip
    free = standing(pool, WEIGHTS)
    assert in_top(free.fit, 2).tolist() == [True, True, False, False]
    cost = minimum_cost(pool, WEIGHTS, {EMP: 45.0}, 2)
    assert (cost.seats_changed, cost.seats_empty) == (1, 0)
    assert cost.fit_lost == pytest.approx((free.fit[1] - free.fit[2]) / 2)
    (line,) = cost.lines
    assert (line.surely_below, line.may_be_below, line.not_below) == (1, 1, 2)
    assert line.reliability == pytest.approx(1 - 0.16)
    assert line.wrong_side == pytest.approx(wrong_side(45.0, 0.84))
    # Held against each other on empathy: 0.3 to -1.6 with error 0.4 each is 3.4 joint errors.
    assert (cost.totals.shifted, cost.totals.beyond_error) == (1, 1)
    everybody = minimum_cost(pool, WEIGHTS, {EMP: 80.0}, 2)
    assert everybody.seats_empty == 2
    assert np.isnan(everybody.fit_lost)


def test_a_move_by_a_minimum_is_beyond_error_only_where_the_index_parts_the_two():
    mean, error = np.zeros((2, 7)), np.full((2, 7), 0.4)
    mean[0], mean[0, EMP] = 0.5, -1.2
    mean[1, EMP] = -0.5
    pool = replace(
        drawn(2, missing=0.0), mean=mean, error=error, shared=np.zeros((2, 7)),
        parts=np.tile(POSSIBLE, (2, 1)), error_correlation=np.eye(7),
    )  # fmt: skip
    free, held = standing(pool, WEIGHTS), standing(pool, WEIGHTS, minimums={EMP: 45.0})
    found = consequence(pool, free, held, 1)
    assert (found.moved_in.tolist(), found.moved_out.tolist()) == ([1], [0])
    # -0.5 to -1.2 is 0.7, less than 1.645 * 0.566.
    assert (found.shifted.tolist(), found.beyond_error.tolist()) == ([True], [False])
    back = consequence(pool, held, free, 1)
    assert (back.moved_in.tolist(), back.moved_out.tolist()) == ([0], [1])
    lead, errors = (free.fit[0] - free.fit[1]), np.hypot(*free.error)
    assert (back.shifted.tolist(), back.beyond_error.tolist()) == (
        [True],
        [bool(lead >= 1.6448536 * errors)],
    )


def test_reliability_is_what_error_leaves_of_the_reference():
    pool = drawn(50, missing=0.0)
    assert index_reliability(pool) == pytest.approx(1 - np.square(pool.error).mean(axis=0))
    none = replace(pool, mean=np.full((50, 7), NAN))
    assert np.isnan(index_reliability(none)).all()


def test_the_order_of_the_people_changes_nothing():
    pool = drawn(60)
    order = np.random.default_rng(2).permutation(60)
    there = minimum_cost(pool, WEIGHTS, {EMP: 45.0, REG: 40.0}, 12)
    turned = minimum_cost(taken(pool, order), WEIGHTS, {EMP: 45.0, REG: 40.0}, 12)
    assert turned.totals == there.totals
    assert [line.surely_below for line in turned.lines] == [
        line.surely_below for line in there.lines
    ]
    assert turned.fit_lost == pytest.approx(there.fit_lost)
