"""What may be shown next, given what was shown before (pure): no two tables a few people apart.

Suppression makes one table safe. Two tables of nearly the same people would give away, by their
difference, the group of whoever is in one and not in the other. So figures are renewed only when
at least ten people have come or gone, among those who went in, among the selected and among the
others, and when all tables together leave open what group anybody is of who moved
(`selection.disclosure`: ten men for ten women would tell of all twenty). Until then the earlier
figures are shown again. Within one table, `selection.suppression`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assess.selection.disclosure import Published, give_away
from assess.selection.impact import Counts
from assess.selection.suppression import LEAST_PEOPLE, Shown, SuppressedTable, suppress

#: People who did not answer, and those who preferred not to: a group, so that all add up.
UNKNOWN: Final = "unknown"

#: Fewer people than this must never make the difference between two tables.
LEAST_APART: Final = LEAST_PEOPLE


@dataclass(frozen=True)
class Outcome:
    """Who went into a stage and who of them was selected, by candidate id."""

    people: frozenset[int]
    selected: frozenset[int]

    def __post_init__(self) -> None:
        if not self.selected <= self.people:
            raise ValueError("only who went in can be selected")

    @property
    def parts(self) -> tuple[frozenset[int], ...]:
        """The sets whose group counts a table tells or lets work out."""
        return self.people, self.selected, self.people - self.selected


def too_close(one: Outcome, other: Outcome) -> bool:
    """Say whether a set of one table differs from a set of the other by a few people.

    Either way of taking one set from another counts: what is left over must be nobody or ten.
    """
    same = one.people == other.people
    for first in one.parts:
        for second in other.parts:
            if same and (first == one.people or second == other.people):
                continue  # each table's own suppression sees to a part of its whole
            if not first & second:
                continue  # two separate sets tell nothing of one another
            if any(0 < len(left) < LEAST_APART for left in (first - second, second - first)):
                return True
    return False


def renewed(
    shown: Sequence[tuple[Outcome, SuppressedTable]], outcome: Outcome, groups: Mapping[int, str]
) -> SuppressedTable | None:
    """Give an outcome's own table, or None where what was shown before forbids it.

    ``shown`` every table shown so far; the same people selected of the same give the same table,
    even when somebody's answer has changed meanwhile.
    """
    if any(too_close(outcome, one) for one, _table in shown):
        return None
    same = [table for one, table in shown if one == outcome]
    if same:
        return same[-1]
    table = table_of(outcome, groups)
    linked = [_published(*one) for one in shown if one[0].people & outcome.people]
    if linked and give_away([*linked, _published(outcome, table)]):
        return None
    return table


def _published(outcome: Outcome, table: SuppressedTable) -> Published:
    told = {one.name: one.counts for one in table.groups if one.counts is not None}
    return Published(outcome.people, outcome.selected, told)


def table_of(outcome: Outcome, groups: Mapping[int, str]) -> SuppressedTable:
    """Count the groups of an outcome and hide what must be hidden; the unknown are a group."""
    names = {person: groups.get(person, UNKNOWN) for person in outcome.people}
    counts = {
        name: Counts(
            sum(group == name for group in names.values()),
            sum(names[person] == name for person in outcome.selected),
        )
        for name in set(names.values()) or {UNKNOWN}
    }
    return suppress(counts)


def as_plain(table: SuppressedTable) -> dict[str, list[list[object]]]:
    """Write a table as plain data: [name, people, selected] with nulls where hidden."""
    return {
        "groups": [
            [one.name, *((one.counts.people, one.counts.selected) if one.counts else (None, None))]
            for one in (*table.groups, table.total)
        ]
    }


def from_plain(stored: Mapping[str, Sequence[Sequence[object]]], unstable: int) -> SuppressedTable:
    """Read a table back; under ``unstable`` people a shown group is unstable."""
    rows = []
    for name, people, selected in stored["groups"]:
        counts = (
            Counts(people, selected)
            if isinstance(people, int) and isinstance(selected, int)
            else None
        )
        rows.append(Shown(str(name), counts, counts is not None and counts.people < unstable))
    return SuppressedTable(tuple(rows[:-1]), rows[-1])
