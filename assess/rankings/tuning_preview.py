"""What a tuned profile does to a pool, before it is saved (pure arrays).

The weights come from the call drivers as saving takes them, the standings from the same fits and
errors as the ranking; so the numbers here are those of the ranking under the saved version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.charts.moves import Sureness
from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import ContactMix, demand_of
from assess.profiles.queries import VersionView, mix_of
from assess.rankings.tuning_pools import Recent, Tried
from assess.selection.demand import COMPETENCIES
from assess.selection.minimum_cost import MinimumCost, minimum_cost
from assess.selection.preview import Consequence, Standing, consequence, standing
from assess.selection.style_match import StyleDemand

FloatArray = NDArray[np.float64]

MOST_PAIRS: Final = 10
"""Pairs of people drawn, one who moves in and one who moves out: more cannot be read."""


@dataclass(frozen=True)
class Tuned:
    """What a manager sets: multipliers of all seven weights, minimums by code, style's weight."""

    multipliers: Mapping[str, float] = field(default_factory=dict)
    minimums: Mapping[str, float] = field(default_factory=dict)
    style_weight: float = 0.0

    def mix(self, version: VersionView) -> ContactMix:
        """Give the version's contact mix with this tuning in place of its own."""
        factors = {code: factor for code, factor in self.multipliers.items() if factor != 1}
        return replace(
            mix_of(version),
            multipliers=factors or None,
            minimums=dict(self.minimums) or None,
            style_weight=self.style_weight,
        )

    def says_as(self, other: "Tuned") -> bool:
        """Say whether both set the same."""
        return (
            all(self.factor(code) == other.factor(code) for code in COMPETENCIES)
            and dict(self.minimums) == dict(other.minimums)
            and self.style_weight == other.style_weight
        )

    def factor(self, code: str) -> float:
        """Give the multiplier of one competency, 1 where none is set."""
        return self.multipliers.get(code, 1.0)


def tuned_as(version: VersionView) -> Tuned:
    """Give the tuning that a version carries."""
    return Tuned(dict(version.multipliers), dict(version.minimums), version.style_weight)


@dataclass(frozen=True)
class Weighing:
    """How a profile weighs people: ``weights`` (7,) sum to 1; minimums and style as set."""

    weights: FloatArray
    minimums: Mapping[str, float]
    style_weight: float
    style_target: FloatArray

    @property
    def style(self) -> StyleDemand | None:
        """What is asked of style; None where it has no weight."""
        if not self.style_weight:
            return None
        return StyleDemand(self.style_weight, self.style_target)

    @property
    def by_place(self) -> dict[int, float]:
        """The minimums by a competency's place."""
        return {COMPETENCIES.index(code): low for code, low in self.minimums.items()}


def weighing_of(version: VersionView) -> Weighing:
    """Give how a version weighs people, as it was saved."""
    return Weighing(version.weights, version.minimums, version.style_weight, version.style_target)


def weighing(catalogue: Catalogue, version: VersionView, tuned: Tuned) -> Weighing:
    """Give how the version would weigh people under this tuning, as saving would have it.

    Raises Invalid with every fault of the tuning.
    """
    asked = demand_of(catalogue, tuned.mix(version))
    return Weighing(asked.weights, tuned.minimums, tuned.style_weight, asked.style_target)


@dataclass(frozen=True)
class Trial:
    """A pool under the profile before and after, and what becomes of the seats."""

    before: Standing
    after: Standing
    consequence: Consequence


_standings: Final = Recent[Standing](4)


def try_on(tried: Tried, before: Weighing, after: Weighing, seats: int) -> Trial:
    """Say what ``after`` does to a pool that stood under ``before``.

    Raises ValueError for fewer than 1 seat.
    """
    # A hand on a slider changes what comes after many times, and what was before never.
    name = (tried.campaign_id, tried.digest, before.weights.tobytes(),
            tuple(sorted(before.minimums.items())), before.style_weight,
            before.style_target.tobytes())  # fmt: skip
    was = _standings.get(name, lambda: stand(tried, before))
    now = stand(tried, after)
    return Trial(was, now, consequence(tried.matrix, was, now, seats))


def stand(tried: Tried, weighing: Weighing) -> Standing:
    """Give where the people of a pool stand under a profile."""
    return standing(
        tried.matrix, weighing.weights, style=weighing.style, minimums=weighing.by_place
    )


def cost_of_minimums(tried: Tried, weighing: Weighing, seats: int) -> MinimumCost | None:
    """Say what a profile's minimums cost in a pool; None where it has none."""
    if not weighing.minimums:
        return None
    return minimum_cost(
        tried.matrix, weighing.weights, weighing.by_place, seats, style=weighing.style
    )


def likeness(before: Weighing, after: Weighing, reference: FloatArray) -> float:
    """Correlate the fits under two profiles in the reference: how alike the profiles are.

    ``reference`` (7, 7) are the correlations of the competencies; style is independent of them
    there, and the same, as both profiles have one target. It rests on no pool.
    """

    def shared(one: Weighing, other: Weighing) -> float:
        d, e = one.style_weight, other.style_weight
        return float((1 - d) * (1 - e) * (one.weights @ reference @ other.weights) + d * e)

    together = shared(before, after)
    return together / float(np.sqrt(shared(before, before) * shared(after, after)))


@dataclass(frozen=True)
class Mover:
    """Somebody whose seat changes, by ``place`` in the pool; None: not ranked.

    ``held`` back by a minimum, before and after.
    """

    place: int
    rank: tuple[int | None, int | None]
    fit: tuple[float | None, float | None]
    held: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Pair:
    """One who moves in and one who moves out, and how surely; one is None where fits are tied."""

    entered: Mover | None
    left: Mover | None
    sureness: Sureness


def pairs(trial: Trial, most: int = MOST_PAIRS) -> list[Pair]:
    """Give the moves in pairs, the surest first, then the best first; at most so many."""
    found = trial.consequence
    sure: list[Sureness] = [
        "beyond" if beyond else "shifted" if shifted else "within"
        for beyond, shifted in zip(found.beyond_error, found.shifted, strict=True)
    ]
    entered, left = found.moved_in.tolist(), found.moved_out.tolist()
    rows = max(len(entered), len(left))
    sure += ["within"] * (rows - len(sure))
    order = sorted(range(rows), key=lambda row: ("beyond", "shifted", "within").index(sure[row]))
    return [
        Pair(
            _mover(trial, entered[row]) if row < len(entered) else None,
            _mover(trial, left[row]) if row < len(left) else None,
            sure[row],
        )
        for row in order[:most]
    ]


def _mover(trial: Trial, place: int) -> Mover:
    both = (trial.before.fit, trial.after.fit)
    return Mover(
        place,
        (_rank(both[0], place), _rank(both[1], place)),
        (_shown(both[0][place]), _shown(both[1][place])),
        (bool(trial.before.held[place]), bool(trial.after.held[place])),
    )


def _rank(fit: FloatArray, place: int) -> int | None:
    """Give somebody's rank, equal fits sharing the better one; None for the unranked."""
    own = fit[place]
    return None if np.isnan(own) else 1 + int(np.count_nonzero(fit > own))


def _shown(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
