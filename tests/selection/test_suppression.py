"""Small groups are hidden, and a search for their numbers in what is shown finds none."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from assess.selection.impact import Counts
from assess.selection.suppression import (
    CrossedTable,
    SuppressedTable,
    may_be_shown,
    suppress,
    suppress_crossed,
)


@st.composite
def counts(draw, most=40):
    people = draw(st.integers(0, most))
    return Counts(people, draw(st.integers(0, people)))


tables = st.dictionaries(st.sampled_from("ABCDEFG"), counts(), min_size=1, max_size=6)
crossed = st.dictionaries(
    st.tuples(st.sampled_from("FMX"), st.sampled_from("abcd")), counts(60), min_size=1, max_size=12
)


def entries(table):
    """Every number that could be shown: its cells, and what is shown of it."""
    if isinstance(table, SuppressedTable):
        places = [one.name for one in table.groups]
        single = [({name}, one) for name, one in zip(places, table.groups, strict=True)]
        return places, [*single, (set(places), table.total)]
    assert isinstance(table, CrossedTable)
    places = list(table.cells)
    found = [({place}, one) for place, one in table.cells.items()]
    for side, margin in ((0, table.rows), (1, table.columns)):
        found += [({p for p in places if p[side] == one.name}, one) for one in margin]
    return places, [*found, (set(places), table.total)]


def reach(table, cells, part):
    """Find the least and most a sum can be, in whole people, given all that is shown."""
    places, every = entries(table)
    shown = [(own, getattr(one.counts, part)) for own, one in every if one.counts is not None]
    target = np.array([float(place in cells) for place in places])
    limits = []
    if shown:
        matrix = np.array([[float(place in own) for place in places] for own, _ in shown])
        totals = np.array([float(total) for _, total in shown])
        limits = [LinearConstraint(matrix, totals, totals)]
    ends = []
    for sign in (1, -1):
        # Nobody is thought to have more than a thousand people in one cell.
        found = milp(
            sign * target, constraints=limits, integrality=np.ones(len(places)), bounds=(0, 1000)
        )
        assert found.success
        ends.append(sign * found.fun)
    return ends


def assert_nothing_can_be_recovered(table):
    for cells, one in entries(table)[1]:
        if one.counts is None:
            for part in ("selected", "not_selected"):
                least, most = reach(table, cells, part)
                assert most - least >= 3 - 1e-6
        else:
            assert may_be_shown(one.counts)
            assert one.unstable == (one.counts.people < 30)


@settings(max_examples=50, deadline=None)
@given(tables)
@example({"A": Counts(100, 40), "B": Counts(4, 2)})
@example({"A": Counts(100, 40), "B": Counts(30, 0), "C": Counts(20, 0)})
@example({"A": Counts(50, 20), "B": Counts(11, 1), "C": Counts(12, 1), "D": Counts(60, 30)})
def test_no_hidden_group_can_be_recovered(groups):
    assert_nothing_can_be_recovered(suppress(groups))


@settings(max_examples=15, deadline=None)
@given(crossed)
@example({(r, c): Counts(40, 20) for r in "FM" for c in "abc"} | {("F", "a"): Counts(4, 2)})
def test_no_hidden_cell_or_margin_can_be_recovered(cells):
    assert_nothing_can_be_recovered(suppress_crossed(cells))


@settings(max_examples=15, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_groups_changes_nothing(groups, random):
    names = list(groups)
    random.shuffle(names)
    assert suppress({name: groups[name] for name in names}) == suppress(groups)


@pytest.mark.parametrize(
    ("people", "selected", "shown"),
    [(10, 3, True), (10, 7, True), (9, 4, False), (10, 2, False), (10, 8, False), (6, 3, False)],
)
def test_a_group_needs_ten_people_three_selected_and_three_not(people, selected, shown):
    assert may_be_shown(Counts(people, selected)) is shown


def test_large_groups_are_all_shown():
    table = suppress({"A": Counts(100, 40), "B": Counts(25, 10)})
    assert [one.counts for one in table.groups] == [Counts(100, 40), Counts(25, 10)]
    assert [one.unstable for one in table.groups] == [False, True]
    assert table.total.counts == Counts(125, 50)


def test_one_small_group_takes_the_next_smallest_with_it():
    table = suppress({"A": Counts(100, 40), "B": Counts(80, 20), "C": Counts(5, 2)})
    assert [one.counts for one in table.groups] == [Counts(100, 40), None, None]
    assert table.total.counts == Counts(185, 62)


def test_with_two_groups_of_which_one_is_small_only_the_total_is_shown():
    table = suppress({"A": Counts(100, 40), "B": Counts(5, 2)})
    assert [one.counts for one in table.groups] == [None, None]
    assert table.total.counts == Counts(105, 42)


def test_two_small_groups_that_nobody_was_selected_from_need_a_third():
    """Their sum would say that nobody was selected in either."""
    groups = {"A": Counts(100, 40), "B": Counts(60, 20), "C": Counts(20, 0), "D": Counts(30, 0)}
    assert [one.counts for one in suppress(groups).groups] == [Counts(100, 40), None, None, None]


def test_a_single_group_is_its_total():
    assert suppress({"A": Counts(40, 10)}).total.counts == Counts(40, 10)
    assert suppress({"A": Counts(5, 2)}).total.counts is None


def test_a_small_cell_hides_a_rectangle_and_leaves_the_margins():
    cells = {(r, c): Counts(40, 20) for r in "FM" for c in "abc"} | {("F", "a"): Counts(4, 2)}
    table = suppress_crossed(cells)
    hidden = {place for place, one in table.cells.items() if one.counts is None}
    assert ("F", "a") in hidden
    assert len(hidden) == 4
    assert all(one.counts is not None for one in (*table.rows, *table.columns, table.total))


def test_a_cell_that_is_not_given_has_nobody():
    table = suppress_crossed({("F", "a"): Counts(40, 20), ("M", "b"): Counts(40, 20)})
    assert set(table.cells) == {("F", "a"), ("F", "b"), ("M", "a"), ("M", "b")}
    assert_nothing_can_be_recovered(table)


def test_an_empty_table_is_refused():
    for act in (suppress, suppress_crossed):
        with pytest.raises(ValueError, match="at least one"):
            act({})
