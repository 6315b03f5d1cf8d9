"""Who of several people can be told apart, two by two (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from assess.rankings.queries import EntryView
from assess.selection.ranking import CUT, probability_beats

TOLD_APART: Final = CUT[1]
"""From this chance on the better of two is called so: the rule that bands are made by."""


@dataclass(frozen=True)
class Pair:
    """Two people: the chance that the first fits better, and whether they are told apart."""

    better: str
    other: str
    chance: float
    apart: bool


def compare_pairs(entries: Sequence[EntryView]) -> tuple[Pair, ...]:
    """Compare every two who have a fit; in each pair the one who looks better comes first."""
    ranked = sorted(
        ((one.fit, one.fit_error, one) for one in entries if one.fit is not None and one.fit_error),
        key=lambda found: -found[0],
    )
    pairs = []
    for (fit, error, one), (other_fit, other_error, other) in combinations(ranked, 2):
        p = float(probability_beats(fit, error, other_fit, other_error))
        pairs.append(Pair(one.name, other.name, p, p >= TOLD_APART))
    return tuple(pairs)
