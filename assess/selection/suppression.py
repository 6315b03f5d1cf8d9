"""Small groups stay hidden, and cannot be worked out from what is shown.

A group is shown when it has 10 people or more, 3 or more selected and 3 or more not selected.
Then as many further groups are hidden as it takes (complementary suppression): knowing all that
is shown, nobody can bring a hidden number within less than 3 of its value. Why a group is hidden
is not told, for that would tell about it. What is shown of one closed set of people is safe;
a set shown again after somebody was added to it is not.

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from assess.selection.impact import UNSTABLE_UNDER, Counts
from assess.selection.impact_table import BETWEEN

FloatArray = NDArray[np.float64]

LEAST_PEOPLE: Final = 10
LEAST_SELECTED: Final = 3
LEAST_NOT_SELECTED: Final = 3
PROTECTION: Final = 3
"""A hidden number stays uncertain by at least this much."""

_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Shown:
    """What may be shown of one group: its ``counts``, or None, and whether they are unstable.

    ``unstable`` under 30 people; never said of a hidden group.
    """

    name: str
    counts: Counts | None
    unstable: bool


@dataclass(frozen=True)
class SuppressedTable:
    """The ``groups`` in the order of their names, and the ``total`` of them all."""

    groups: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class CrossedTable:
    """``cells`` of two crossed groupings by (row, column), their margins and the ``total``."""

    cells: Mapping[tuple[str, str], Shown]
    rows: tuple[Shown, ...]
    columns: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class _Sum:
    """A number that could be shown: the counts of some cells together; lower rank hides first.

    ``place`` is row and column of a cell of a crossed table.
    """

    name: str
    cells: tuple[int, ...]
    counts: Counts
    rank: int
    place: tuple[str | None, str | None] = (None, None)


def may_be_shown(counts: Counts) -> bool:
    """Say whether a group is large enough to be shown by itself."""
    return (
        counts.people >= LEAST_PEOPLE
        and counts.selected >= LEAST_SELECTED
        and counts.not_selected >= LEAST_NOT_SELECTED
    )


def suppress(counts: Mapping[str, Counts]) -> SuppressedTable:
    """Hide what must be hidden of the groups of one grouping and their total.

    Everybody in the total is in exactly one group: give people of no known group as a group.
    Raises ValueError when there is no group.
    """
    if not counts:
        raise ValueError("a table has at least one group")
    names = sorted(counts)
    sums = [_Sum(name, (at,), counts[name], 0) for at, name in enumerate(names)]
    sums.append(_Sum("total", tuple(range(len(names))), _add(counts.values()), 2))
    *groups, total = _shown(sums, len(names))
    return SuppressedTable(tuple(groups), total)


def suppress_crossed(counts: Mapping[tuple[str, str], Counts]) -> CrossedTable:
    """Hide what must be hidden of two crossed groupings, their margins and their total.

    ``counts`` by (row, column); a cell that is not given has nobody. Cells are hidden before
    margins. Raises ValueError when there is no cell.
    """
    if not counts:
        raise ValueError("a table has at least one cell")
    rows, columns = ({names[side]: None for names in sorted(counts)} for side in (0, 1))
    places = [(row, column) for row in rows for column in sorted(columns)]
    full = [counts.get(place, Counts(0, 0)) for place in places]
    sums = [_Sum(BETWEEN.join(place), (at,), full[at], 0, place) for at, place in enumerate(places)]
    for side, names in ((0, rows), (1, sorted(columns))):
        for name in names:
            own = tuple(at for at, place in enumerate(places) if place[side] == name)
            sums.append(_Sum(name, own, _add(full[at] for at in own), 1))
    sums.append(_Sum("total", tuple(range(len(places))), _add(full), 2))
    shown = _shown(sums, len(places))
    first, second = len(places), len(places) + len(rows)
    return CrossedTable(
        cells=dict(zip(places, shown[:first], strict=True)),
        rows=tuple(shown[first:second]),
        columns=tuple(shown[second:-1]),
        total=shown[-1],
    )


def _add(counts: Iterable[Counts]) -> Counts:
    """Add up the counts of separate groups."""
    every = list(counts)
    return Counts(sum(one.people for one in every), sum(one.selected for one in every))


def _shown(sums: Sequence[_Sum], n_cells: int) -> list[Shown]:
    """Decide which sums are shown: first the rule, then until nothing hidden is exposed."""
    hidden = {at for at, one in enumerate(sums) if not may_be_shown(one.counts)}
    while (exposed := _first_exposed(sums, hidden, n_cells)) is not None:
        choices = _companions(sums, hidden, exposed)
        protecting = (
            more for more in choices if not _exposed(sums, hidden | more, exposed, n_cells)
        )
        hidden |= next(protecting, choices[0])
    return [
        Shown(one.name, None, unstable=False)
        if at in hidden
        else Shown(one.name, one.counts, unstable=one.counts.people < UNSTABLE_UNDER)
        for at, one in enumerate(sums)
    ]


def _companions(sums: Sequence[_Sum], hidden: set[int], exposed: int) -> list[set[int]]:
    """Give what could be hidden beside an exposed sum, the least loss first.

    Any one sum, or the other corners of a rectangle of which an exposed cell is one: in a
    crossed table a cell needs company in its row and in its column.
    """
    single = [{at} for at in range(len(sums)) if at not in hidden]
    row, column = sums[exposed].place
    cells = {one.place: at for at, one in enumerate(sums) if None not in one.place}
    corners = [
        {cells[row, across], cells[down, column], at} - hidden
        for (down, across), at in cells.items()
        if row is not None and column is not None and down != row and across != column
    ]

    def loss(more: set[int]) -> tuple[int, int, int, list[str]]:
        ones = [sums[at] for at in more]
        people = sum(one.counts.people for one in ones)
        names = sorted(one.name for one in ones)
        return max(one.rank for one in ones), len(ones), people, names

    return sorted((more for more in [*single, *corners] if more), key=loss)


def _first_exposed(sums: Sequence[_Sum], hidden: set[int], n_cells: int) -> int | None:
    return next((at for at in sorted(hidden) if _exposed(sums, hidden, at, n_cells)), None)


def _exposed(sums: Sequence[_Sum], hidden: set[int], at: int, n_cells: int) -> bool:
    """Say whether what is shown pins a hidden sum down, among its selected or its others."""
    shown = [one for index, one in enumerate(sums) if index not in hidden]
    known = np.zeros((len(shown), n_cells))
    for row, one in enumerate(shown):
        known[row, list(one.cells)] = 1.0
    target = np.zeros(n_cells)
    target[list(sums[at].cells)] = 1.0
    for part in ("selected", "not_selected"):
        totals = np.array([float(getattr(one.counts, part)) for one in shown])
        if _width(known, totals, target) < PROTECTION - _ROUNDING:
            return True
    return False


def _width(known: FloatArray, totals: FloatArray, target: FloatArray) -> float:
    """Give the range a sum of cells can have, no cell being negative; inf when unbounded.

    Groupings crossed two by two have whole-numbered corners, so that the range is one of people.
    """
    if not len(known):
        return float("inf")
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * target, A_eq=known, b_eq=totals, method="highs")
        if found.status == 3:
            return float("inf")
        ends.append(sign * found.fun)
    return float(ends[1] - ends[0])
