"""Placement against brute force, and its margins and prices against solving anew."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.selection.placement import NOWHERE, propose_placement

NAN = np.nan


def brute(fit, seats):
    """Give the most seats filled and the largest sum, by trying every assignment."""
    n, size = fit.shape
    best = (0, 0.0)
    for choice in product(range(-1, size), repeat=n):
        counts = np.bincount([c for c in choice if c >= 0], minlength=size)
        if (counts > seats).any():
            continue
        held = [fit[i, c] for i, c in enumerate(choice) if c >= 0]
        if not np.isnan(held).any():
            best = max(best, (len(held), float(sum(held))))
    return best


def checked(fit, seats):
    """Give filled seats and total, having checked that the proposal is one."""
    found = propose_placement(fit, np.array(seats))
    people = np.flatnonzero(found.campaign != NOWHERE)
    counts = np.bincount(found.campaign[people], minlength=len(seats))
    assert counts.tolist() == found.filled.tolist()
    assert (counts <= seats).all()
    assert np.isfinite(fit[people, found.campaign[people]]).all()
    assert found.total == pytest.approx(fit[people, found.campaign[people]].sum())
    return int(counts.sum()), found.total


CASES = st.tuples(
    st.integers(0, 9999), st.integers(1, 5), st.lists(st.integers(0, 3), min_size=1, max_size=3)
)


def case(seed, n, size, *, gaps=0.25, whole=False):
    rng = np.random.default_rng(seed)
    fit = rng.normal(50, 10, (n, size))
    fit = np.round(fit / 10) if whole else fit
    fit[rng.random((n, size)) < gaps] = NAN
    return fit


@settings(deadline=None, max_examples=60)
@given(CASES, st.booleans())
def test_the_proposal_is_the_best_of_all(drawn, whole):
    seed, n, seats = drawn
    fit = case(seed, n, len(seats), whole=whole)
    filled, total = brute(fit, seats)
    assert checked(fit, seats) == (filled, pytest.approx(total))


@settings(deadline=None, max_examples=40)
@given(CASES, st.booleans())
def test_a_margin_is_what_forbidding_the_place_costs(drawn, whole):
    seed, n, seats = drawn
    fit = case(seed, n, len(seats), whole=whole)
    found = propose_placement(fit, np.array(seats))
    for person in range(n):
        here = found.campaign[person]
        if here == NOWHERE:
            assert np.isnan(found.margin[person])
            continue
        without = fit.copy()
        without[person, here] = NAN
        filled, total = brute(without, seats)
        loss = found.total - total if filled == found.filled.sum() else np.inf
        assert found.margin[person] == pytest.approx(loss, abs=1e-9)
        if found.otherwise[person] != NOWHERE:
            assert np.isfinite(fit[person, found.otherwise[person]])


@settings(deadline=None, max_examples=40)
@given(CASES)
def test_a_price_is_what_one_more_seat_adds(drawn):
    seed, n, seats = drawn
    fit = case(seed, n, len(seats))
    found = propose_placement(fit, np.array(seats))
    for place in range(len(seats)):
        more = np.array(seats) + (np.arange(len(seats)) == place)
        filled, total = brute(fit, more)
        if filled > found.filled.sum():
            assert found.price[place] == pytest.approx(total - found.total)
        else:
            assert np.isnan(found.price[place])


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 9999), seats=st.lists(st.integers(1, 8), min_size=2, max_size=5))
def test_prices_prove_the_total_by_duality(seed, seats):
    """Each person keeps the best of fit less price, or nothing; that and all the prices are a
    bound on every assignment, and the proposal reaches it. Margins follow from them:
    a person who is dearer elsewhere than here loses at least the difference."""
    fit, seats = case(seed, 60, len(seats), gaps=0.1), np.array(seats)
    found = propose_placement(fit, seats)
    gain = np.nan_to_num(fit - found.price, nan=-np.inf)
    kept = np.maximum(gain.max(axis=1), 0)
    assert found.total == pytest.approx(kept.sum() + (seats * found.price).sum())
    people = np.flatnonzero(found.campaign != NOWHERE)
    here = gain[people, found.campaign[people]]
    assert here == pytest.approx(kept[people])
    others = gain[people].copy()
    others[np.arange(people.size), found.campaign[people]] = -np.inf
    assert (found.margin[people] >= here - np.maximum(others.max(axis=1), 0) - 1e-9).all()


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9999), order=st.permutations(range(12)), whole=st.booleans())
def test_the_order_of_people_changes_nothing_even_with_ties(seed, order, whole):
    fit, order = case(seed, 12, 3, whole=whole), np.array(order)
    straight = propose_placement(fit, np.array([2, 3, 1]))
    turned = propose_placement(fit[order], np.array([2, 3, 1]))
    np.testing.assert_allclose(turned.price, straight.price, atol=1e-9)
    assert turned.total == pytest.approx(straight.total)

    def held(rows, found):
        return sorted(map(str, np.column_stack([rows, found.campaign]).tolist()))

    assert held(fit[order], turned) == held(fit, straight)


def test_people_alike_are_taken_as_they_come():
    found = propose_placement(np.full((4, 2), 50.0), np.array([1, 1]))
    assert (found.campaign[:2] != NOWHERE).all()
    assert found.campaign[2:].tolist() == [NOWHERE, NOWHERE]
    assert found.margin[:2].tolist() == [0, 0]


def test_a_seat_that_only_one_person_can_fill_is_filled_at_any_price():
    fit = np.array([[90.0, 10.0], [20.0, NAN]])
    found = propose_placement(fit, np.array([1, 1]))
    assert found.campaign.tolist() == [1, 0]
    assert found.margin.tolist() == [np.inf, np.inf]
    assert found.total == 30


def test_nobody_and_no_campaign():
    nobody = propose_placement(np.empty((0, 2)), np.array([3, 1]))
    assert (nobody.filled.tolist(), nobody.total) == ([0, 0], 0)
    assert np.isnan(nobody.mean_fit).all()
    none = propose_placement(np.empty((3, 0)), np.empty(0, dtype=int))
    assert none.campaign.tolist() == [NOWHERE] * 3
    unwanted = propose_placement(np.full((2, 1), NAN), np.array([1]))
    assert unwanted.campaign.tolist() == [NOWHERE, NOWHERE]


@pytest.mark.parametrize(
    ("fit", "seats", "word"),
    [
        (np.ones((2, 2)), np.array([1]), "do not fit"),
        (np.ones((2, 1)), np.array([-1]), "not negative"),
        (np.full((2, 1), np.inf), np.array([1]), "finite"),
    ],
)
def test_what_makes_no_sense_is_refused(fit, seats, word):
    with pytest.raises(ValueError, match=word):
        propose_placement(fit, seats)
