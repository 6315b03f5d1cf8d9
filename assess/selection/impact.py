"""Adverse impact: how selection rates of groups compare, with every usual test side by side.

Counts are whole people and rates are exact fractions, so that 48 % against 60 % is four fifths
and not a rounding under it. No test here decides anything alone: ratio, interval, p values,
shortfall and numbers belong together.

Sources: Uniform Guidelines on Employee Selection Procedures (1978), 29 CFR 1607, with its
Questions and Answers (EEOC et al. 1979); New York City, 6 RCNY 5-300 to 5-304 (Local Law 144).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]

FOUR_FIFTHS: Final = Fraction(4, 5)
TWO_SD: Final = 1.959963984540054
LEAST_SHARE: Final = Fraction(2, 100)
UNSTABLE_UNDER: Final = 30


@dataclass(frozen=True)
class Counts:
    """How many people of a group went in and how many of them were selected.

    Raises ValueError unless 0 <= selected <= people.
    """

    people: int
    selected: int

    def __post_init__(self) -> None:
        if not 0 <= self.selected <= self.people:
            raise ValueError(f"{self.selected} of {self.people} people cannot be selected")

    @property
    def not_selected(self) -> int:
        """How many were not selected."""
        return self.people - self.selected

    @property
    def rate(self) -> Fraction | None:
        """The selection rate, None for a group of nobody."""
        return Fraction(self.selected, self.people) if self.people else None


@dataclass(frozen=True)
class ExactTests:
    """Two-sided p values of a two-by-two table with fixed margins.

    ``fisher`` sums every table no likelier than the observed one. Mid-p counts the observed
    table half, in two variants that differ: ``mid_p_minimum_likelihood`` is Fisher's p less half
    the observed table; ``mid_p_doubled`` is twice the smaller one-sided mid-p (at most 1).
    """

    fisher: float
    mid_p_minimum_likelihood: float
    mid_p_doubled: float


@dataclass(frozen=True)
class Flip:
    """What one person more of the group, and one fewer of the reference, would make of it.

    ``ratio`` after that, None when it cannot be made; ``changes_four_fifths`` when the verdict
    of the four-fifths rule would turn; ``reverses_order`` when the group's rate would pass the
    reference's: numbers too small to act on (Questions and Answers, no. 21).
    """

    ratio: Fraction | None
    changes_four_fifths: bool
    reverses_order: bool


@dataclass(frozen=True)
class Comparison:
    """One group against a reference group.

    ``ratio`` of their rates (exact; None without anybody selected in the reference) with its 95 %
    log interval ``low`` to ``high`` (NaN unless somebody was selected in both) · ``z`` pooled
    two-proportion, ``z_p`` two-sided · ``sd_units`` the hypergeometric SDs between observed and
    expected · ``exact`` tests · ``shortfall`` people fewer than at the pooled rate, and
    ``shortfall_to_reference`` than at the reference's rate (negative: more) ·
    ``below_four_fifths`` by exact fractions · ``beyond_two_sd`` · ``unstable`` when either has
    fewer than 30 people. Signs: negative z means the group is selected less.
    """

    ratio: Fraction | None
    low: float
    high: float
    z: float
    z_p: float
    sd_units: float
    exact: ExactTests
    shortfall: Fraction
    shortfall_to_reference: Fraction
    below_four_fifths: bool
    beyond_two_sd: bool
    unstable: bool
    flip: Flip


def compare(group: Counts, reference: Counts) -> Comparison:
    """Compare the selection of a ``group`` with that of a ``reference`` group.

    Raises ValueError when either has nobody. Z and SD are NaN when everybody or nobody was
    selected. Sources: Katz, Baptista, Azen & Pike (1978), Biometrics 34(3) for the interval;
    Biddle & Morris (2011), J. Applied Psychology 96(5) for mid-p.
    """
    rate, other = group.rate, reference.rate
    if rate is None or other is None:
        raise ValueError("a group without people has no selection rate")
    people, selected = group.people + reference.people, group.selected + reference.selected
    pooled = Fraction(selected, people)
    low, high = _ratio_interval(group, reference)
    z, sd_units = _z_scores(group, reference)
    return Comparison(
        ratio=rate / other if other else None,
        low=low,
        high=high,
        z=z,
        z_p=2 * float(ndtr(-abs(z))),
        sd_units=sd_units,
        exact=exact_tests(group, reference),
        shortfall=pooled * group.people - group.selected,
        shortfall_to_reference=other * group.people - group.selected,
        below_four_fifths=below_four_fifths(group, reference),
        beyond_two_sd=abs(z) > TWO_SD,
        unstable=min(group.people, reference.people) < UNSTABLE_UNDER,
        flip=_flip(group, reference),
    )


def below_four_fifths(group: Counts, reference: Counts) -> bool:
    """Say whether the group's rate is under four fifths of the reference's, in whole numbers."""
    return 5 * group.selected * reference.people < 4 * reference.selected * group.people


def impact_ratios(rates: Mapping[str, Fraction | float | str]) -> dict[str, Fraction]:
    """Ratio of each rate to the highest one, exactly.

    A float is taken as the decimal it is written as: .48 is 48/100.
    Raises ValueError for no rates, a rate outside 0..1, or no rate above 0.
    """
    exact = {
        name: Fraction(repr(rate)) if isinstance(rate, float) else Fraction(rate)
        for name, rate in rates.items()
    }
    if not exact or not all(0 <= rate <= 1 for rate in exact.values()):
        raise ValueError("rates lie from 0 to 1, and there is at least one")
    highest = max(exact.values())
    if highest == 0:
        raise ValueError("nobody was selected, so there is no ratio")
    return {name: rate / highest for name, rate in exact.items()}


def exact_tests(group: Counts, reference: Counts) -> ExactTests:
    """Fisher's exact test and both two-sided mid-p variants.

    Sources: Fisher (1935), J. Royal Statistical Society 98(1); Lancaster (1961), JASA 56.
    """
    people, selected = group.people + reference.people, group.selected + reference.selected
    least = max(0, group.people - (people - selected))
    mass = _hypergeometric(people, selected, group.people)
    observed = float(mass[group.selected - least])
    # The tolerance, as R's, lets tables of equal likelihood count however they were rounded.
    fisher = float(mass[mass <= observed * (1 + 1e-7)].sum())
    below = float(mass[: group.selected - least].sum())
    above = float(mass[group.selected - least + 1 :].sum())
    return ExactTests(
        fisher=min(fisher, 1.0),
        mid_p_minimum_likelihood=min(fisher, 1.0) - observed / 2,
        mid_p_doubled=min(2 * (min(below, above) + observed / 2), 1.0),
    )


def _hypergeometric(people: int, selected: int, group: int) -> FloatArray:
    """Give the probability of each number of selected the group could have, lowest first.

    By the ratios of neighbours, in logarithms: exact in the tails, and quick for a large table.
    """
    k = np.arange(max(0, group - (people - selected)), min(group, selected), dtype=np.float64)
    up = np.log((selected - k) * (group - k))
    down = np.log((k + 1) * (people - selected - group + k + 1))
    log_mass = np.concatenate([[0.0], np.cumsum(up - down)])
    mass = np.exp(log_mass - log_mass.max())
    return np.asarray(mass / mass.sum())


def _ratio_interval(group: Counts, reference: Counts, level: float = 0.95) -> tuple[float, float]:
    """Log interval of a ratio of rates; NaN without anybody selected in one of them."""
    if not (group.selected and reference.selected):
        return float("nan"), float("nan")
    middle = np.log((group.selected * reference.people) / (reference.selected * group.people))
    variance = sum(c.not_selected / (c.people * c.selected) for c in (group, reference))
    half = float(ndtri(0.5 + level / 2)) * np.sqrt(variance)
    return float(np.exp(middle - half)), float(np.exp(middle + half))


def _z_scores(group: Counts, reference: Counts) -> tuple[float, float]:
    """Pooled two-proportion z, and hypergeometric SDs; NaN when nothing varies."""
    people, selected = group.people + reference.people, group.selected + reference.selected
    if selected in (0, people):
        return float("nan"), float("nan")
    rest = people - selected
    gap = group.selected / group.people - reference.selected / reference.people
    share = selected * rest / people**2
    z = gap / np.sqrt(share * (1 / group.people + 1 / reference.people))
    expected = group.people * selected / people
    variance = group.people * reference.people * selected * rest / (people**2 * (people - 1))
    return float(z), float((group.selected - expected) / np.sqrt(variance))


def _flip(group: Counts, reference: Counts) -> Flip:
    """Move one selection from the reference to the group, when there is one to move."""
    if group.selected == group.people or reference.selected == 0:
        return Flip(None, changes_four_fifths=False, reverses_order=False)
    more = Counts(group.people, group.selected + 1)
    fewer = Counts(reference.people, reference.selected - 1)
    behind = group.selected * reference.people < reference.selected * group.people
    return Flip(
        ratio=more.rate / fewer.rate if more.rate and fewer.rate else None,
        changes_four_fifths=below_four_fifths(group, reference) != below_four_fifths(more, fewer),
        reverses_order=behind and more.selected * fewer.people > fewer.selected * more.people,
    )
