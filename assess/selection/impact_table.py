"""A table of groups: rates, ratios to the highest rate, the 2 % rule, unknowns, intersections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.selection.impact import LEAST_SHARE, UNSTABLE_UNDER, Comparison, Counts, compare

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

BETWEEN: Final = " × "


@dataclass(frozen=True)
class GroupImpact:
    """One group of a table. ``share`` of all whose group is known.

    ``small`` under the 2 % rule: its numbers are shown, it has no ratio and is no reference.
    ``against`` compares it with the table's reference; None for the reference itself, for a small
    group, and when there is no reference.
    """

    name: str
    counts: Counts
    share: Fraction
    small: bool
    unstable: bool
    against: Comparison | None


@dataclass(frozen=True)
class ImpactTable:
    """Groups in alphabetical order, the ``reference`` among them, and the people of no group.

    ``reference`` is the group of the highest rate that is not small, of several the largest;
    None when nobody was selected in any. ``highest_is_small`` names a small group whose rate is
    higher still.
    """

    groups: tuple[GroupImpact, ...]
    reference: str | None
    highest_is_small: str | None
    unknown: Counts

    @property
    def flagged(self) -> tuple[str, ...]:
        """The groups under four fifths of the reference's rate."""
        return tuple(
            one.name for one in self.groups if one.against and one.against.below_four_fifths
        )


@dataclass(frozen=True)
class ScoringRates:
    """Who scored strictly above the median of everybody with a score (Local Law 144).

    ``above`` (n,), False without a score; ``scored`` (n,); ``median`` in score units; ``tied``
    people at the median, who push every rate under one half.
    """

    above: BoolArray
    scored: BoolArray
    median: float
    tied: int


def impact_table(
    counts: Mapping[str, Counts],
    *,
    unknown: Counts | None = None,
    least_share: Fraction = LEAST_SHARE,
) -> ImpactTable:
    """Compare every group with the one of the highest selection rate.

    ``counts`` by group name, without the ``unknown``, who are counted apart. Groups under
    ``least_share`` of the known people are shown, not tested.
    Raises ValueError when there is no group or no person, or for a share outside 0..1.
    Sources: 29 CFR 1607.4 D and 1607.15 A; 6 RCNY 5-301.
    """
    people = sum(one.people for one in counts.values())
    if people == 0:
        raise ValueError("there is nobody whose group is known")
    if not 0 <= least_share < 1:
        raise ValueError(f"a share lies from 0 to 1, got {least_share}")
    shares = {name: Fraction(one.people, people) for name, one in counts.items()}
    large = {name: one for name, one in counts.items() if shares[name] >= least_share}
    reference = _highest(large)
    highest = _highest(counts)
    return ImpactTable(
        groups=tuple(
            GroupImpact(
                name=name,
                counts=counts[name],
                share=shares[name],
                small=name not in large,
                unstable=counts[name].people < UNSTABLE_UNDER,
                against=compare(counts[name], large[reference])
                if reference is not None and name in large and name != reference
                else None,
            )
            for name in sorted(counts)
        ),
        reference=reference,
        highest_is_small=highest
        if highest is not None and _above(counts, highest, reference)
        else None,
        unknown=unknown or Counts(0, 0),
    )


def scoring_rates(scores: FloatArray) -> ScoringRates:
    """Say who of ``scores`` (n,), NaN missing, lies strictly above the median of all.

    Raises ValueError when nobody has a score. Source: 6 RCNY 5-300, "scoring rate".
    """
    scores = np.asarray(scores, dtype=np.float64)
    scored = ~np.isnan(scores)
    if not scored.any():
        raise ValueError("nobody has a score")
    median = float(np.median(scores[scored]))
    return ScoringRates(scores > median, scored, median, int((scores == median).sum()))


def intersect(*names: str) -> str:
    """Name the intersection of several groups, "Female × Hispanic"."""
    return BETWEEN.join(names)


def count_groups(groups: Sequence[str], selected: Sequence[bool]) -> dict[str, Counts]:
    """Count people and selected by group; a group named "" is the people of no known group.

    Raises ValueError when the two have different lengths.
    """
    totals: dict[str, list[int]] = {}
    for group, chosen in zip(groups, selected, strict=True):
        total = totals.setdefault(group, [0, 0])
        total[0] += 1
        total[1] += bool(chosen)
    return {name: Counts(*total) for name, total in totals.items()}


def _highest(counts: Mapping[str, Counts]) -> str | None:
    """Name the group of the highest rate above 0, of several the largest, then the first."""
    rated = [(-one.rate, -one.people, name) for name, one in counts.items() if one.rate]
    return min(rated)[2] if rated else None


def _above(counts: Mapping[str, Counts], one: str, other: str | None) -> bool:
    """Say whether a group's rate is higher than another's, or there is no other."""
    rate = counts[one].rate or 0
    return other is None or rate > (counts[other].rate or 0)
