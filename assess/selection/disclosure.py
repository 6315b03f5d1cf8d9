"""Whether several tables of nearly the same people together give somebody's group away.

Suppression makes one table safe. Two tables say more than either: what differs between them is
about the people who are in one set and not in the other. Here the worst is supposed of whoever
reads them: that they know exactly who was in every set and who was selected. People are then sorted
by the sets they are in, and each of these parts is asked how many of a group it can hold, given all
that was shown. If a part could hold hardly any of a group, or hardly anybody else, the tables
must not stand beside one another.

Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (linked tables).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from assess.selection.impact import Counts
from assess.selection.suppression import PROTECTION

FloatArray = NDArray[np.float64]

#: More parts than this are not looked through: the tables are then held to give something away.
MOST_PARTS: Final = 64
#: Everybody of a group that no table shows, in one.
_OTHERS: Final = ""
_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Published:
    """A table as it was shown: who went in, who was selected, the groups with their counts."""

    people: frozenset[int]
    selected: frozenset[int]
    shown: Mapping[str, Counts]


def give_away(tables: Sequence[Published]) -> bool:
    """Say whether ``tables`` together tell too much of the people of some part.

    A part is people who are in the same sets. It is safe for a group when, for all that is shown,
    it may hold three of the group and three of others, or as many as it has people when it is
    smaller. Tables that contradict one another (somebody's answer changed in between) give away
    that, and more than 64 parts are not looked through: both count as telling too much.
    """
    parts = _parts(tables)
    groups = [*sorted({name for table in tables for name in table.shown}), _OTHERS]
    if len(parts) > MOST_PARTS:
        return True
    known, totals = _equations(tables, parts, groups)
    for at, size in enumerate(parts.values()):
        for group in range(len(groups) - 1):
            target = np.zeros(len(parts) * len(groups))
            target[at * len(groups) + group] = 1.0
            ends = _ends(known, totals, target)
            least = min(PROTECTION, size) - _ROUNDING
            if ends is None or ends[1] < least or size - ends[0] < least:
                return True
    return False


def _parts(tables: Sequence[Published]) -> dict[tuple[bool, ...], int]:
    """Count the people of each part, by the sets they are in."""
    sizes: dict[tuple[bool, ...], int] = {}
    for person in frozenset().union(*(table.people for table in tables)):
        place = tuple(person in one for t in tables for one in (t.people, t.selected))
        sizes[place] = sizes.get(place, 0) + 1
    return sizes


def _equations(
    tables: Sequence[Published], parts: Mapping[tuple[bool, ...], int], groups: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    """Give what is known of the numbers by part and group, as equations."""
    width = len(groups)
    rows, totals = [], []
    for at, size in enumerate(parts.values()):
        row = np.zeros(len(parts) * width)
        row[at * width : (at + 1) * width] = 1.0
        rows.append(row)
        totals.append(float(size))
    for number, table in enumerate(tables):
        for name, counts in table.shown.items():
            for bit, total in ((2 * number, counts.people), (2 * number + 1, counts.selected)):
                row = np.zeros(len(parts) * width)
                for at, place in enumerate(parts):
                    row[at * width + groups.index(name)] = float(place[bit])
                rows.append(row)
                totals.append(float(total))
    return np.array(rows), np.array(totals)


def _ends(known: FloatArray, totals: FloatArray, target: FloatArray) -> tuple[float, float] | None:
    """Give the least and the most a number can be; None where nothing fits what is known."""
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * target, A_eq=known, b_eq=totals, method="highs")
        if not found.success:
            return None
        ends.append(sign * float(found.fun))
    return ends[0], ends[1]
