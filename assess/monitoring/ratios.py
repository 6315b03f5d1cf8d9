"""Impact ratios that may be shown: of groups large enough, to the nearest twentieth (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from assess.selection.suppression import SuppressedTable

#: So far apart are two ratios that are told apart.
STEP: Final = Fraction(1, 20)


@dataclass(frozen=True)
class GroupRatio:
    """A group's selection rate over the highest one; ``ratio`` None where it is hidden.

    ``unstable`` under thirty people.
    """

    code: str
    ratio: float | None
    unstable: bool


def rounded_ratios(table: SuppressedTable, *, unknown: str) -> tuple[GroupRatio, ...]:
    """Give each group's ratio of a suppressed table to the nearest .05, halves to even.

    People of the group ``unknown`` are no group to compare with. A ratio needs another group that
    is shown: with one alone all are hidden.
    """
    shown = [one for one in table.groups if one.name != unknown]
    rates = {
        one.name: one.counts.rate
        for one in shown
        if one.counts is not None and one.counts.rate is not None
    }
    highest = max(rates.values(), default=None)
    found = []
    for one in shown:
        rate = rates.get(one.name)
        if rate is None or not highest or len(rates) < 2:
            found.append(GroupRatio(one.name, None, unstable=False))
        else:
            ratio = float(round(rate / highest / STEP) * STEP)
            found.append(GroupRatio(one.name, ratio, one.unstable))
    return tuple(found)


def as_plain(ratios: Sequence[GroupRatio]) -> list[list[object]]:
    """Write ratios as plain data."""
    return [[one.code, one.ratio, one.unstable] for one in ratios]


def from_plain(stored: Sequence[Sequence[object]]) -> tuple[GroupRatio, ...]:
    """Read ratios back."""
    return tuple(
        GroupRatio(str(code), ratio if isinstance(ratio, float | int) else None, bool(unstable))
        for code, ratio, unstable in stored
    )
