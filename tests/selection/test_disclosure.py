"""Tables side by side: what they tell of those who moved between them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.selection.disclosure import Published, give_away
from assess.selection.impact import Counts

#: 60 women, then 60 men.
POOL = range(120)


def table(selected, people=POOL, shown=("woman", "man")) -> Published:
    groups = {
        "woman": [p for p in people if p < 60],
        "man": [p for p in people if 60 <= p < 120],
    }
    counts = {
        name: Counts(len(groups[name]), len([p for p in groups[name] if p in set(selected)]))
        for name in shown
    }
    return Published(frozenset(people), frozenset(selected), counts)


FIRST = [*range(20), *range(60, 80)]


def moved(out, into):
    return table([*(p for p in FIRST if p not in set(out)), *into])


def test_one_table_is_suppressions_matter_and_the_same_twice_says_nothing_more():
    assert not give_away([table(FIRST)])
    assert not give_away([table(FIRST), table(FIRST)])


def test_ten_men_for_ten_women_would_tell_of_all_twenty():
    assert give_away([table(FIRST), moved(range(60, 70), range(20, 30))])


def test_ten_for_ten_of_both_leaves_everybody_open():
    out, into = [*range(5), *range(60, 65)], [*range(20, 24), *range(80, 86)]
    assert not give_away([table(FIRST), moved(out, into)])


def test_one_man_for_one_woman_tells_of_both():
    assert give_away([table(FIRST), moved([60], [20])])


@pytest.mark.parametrize(("women", "told"), [(7, False), (8, True)])
def test_three_must_stay_possible_on_either_side(women, told):
    """Ten leave and ten come; the women among the selected rise by that many."""
    after = moved(range(60, 70), [*range(20, 20 + women), *range(80, 80 + 10 - women)])
    assert give_away([table(FIRST), after]) is told


def test_two_harmless_pairs_can_tell_of_the_people_in_between():
    """Two steps of ten and six mixed people; what the last adds is told by both together."""
    second = moved([*range(5), *range(60, 65)], [*range(20, 25), *range(80, 85)])
    third = table([*second.selected - {20, 21, 22, 23}, 91, 92, 93, 94])
    assert not give_away([table(FIRST), second])
    assert give_away([second, third])
    assert give_away([table(FIRST), second, third])


def test_a_changed_answer_between_two_tables_is_told_by_them():
    first = table(FIRST)
    other = Published(first.people, first.selected, {**first.shown, "man": Counts(59, 20)})
    assert give_away([first, other])


def test_what_is_hidden_tells_nothing():
    nothing = Published(frozenset(POOL), frozenset(FIRST), {})
    assert not give_away([nothing, Published(frozenset(POOL), frozenset(FIRST[1:]), {})])


def test_too_many_parts_are_not_looked_through():
    tables = [table([p for p in POOL if p >> bit & 1]) for bit in range(7)]
    assert give_away(tables)


@settings(max_examples=25)
@given(
    out=st.sets(st.sampled_from(FIRST), min_size=12, max_size=20),
    into=st.sets(st.sampled_from([p for p in POOL if p not in FIRST]), min_size=20, max_size=20),
)
def test_of_the_same_people_the_net_of_a_group_decides(out, into):
    """In closed form: of m who leave and m who come, a group's net is known and no more.

    So between max(0, net) and min(m, m + net) of the group came; both ends leave three open.
    """
    into = set(sorted(into)[: len(out)])
    tables = [table(FIRST), moved(out, into)]
    net = sum(p < 60 for p in into) - sum(p < 60 for p in out)
    m = len(out)
    least = min(3, m)
    open_ends = min(m, m + net) >= least and m - max(0, net) >= least
    # Those who stay and those who never were selected are told by the first table alone.
    assert len(tables[0].selected - out) == 40 - m
    stays = sum(p < 60 for p in set(FIRST) - out)
    if open_ends and 3 <= stays <= 40 - m - 3:
        assert not give_away(tables)
    if not open_ends:
        assert give_away(tables)
