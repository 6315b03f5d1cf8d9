"""A contact mix as somebody states it, and the demand it makes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.selection.demand import (
    COMPETENCIES,
    HIGHEST_RATING,
    MULTIPLIER_RANGE,
    PRIOR_CONTACTS,
    Demand,
    demand,
)
from assess.selection.guard_rails import HIGHEST_STYLE, MINIMUM_RANGE

STYLE_LETTERS = ("D", "I", "S", "C")

#: A mix set by hand is a judgement; it weighs as much as this many contact records, which is
#: as much as the prior of the whole occupation.
BY_HAND_CONTACTS = int(PRIOR_CONTACTS)

SUM_TOLERANCE = 0.005
LONGEST_CONTACT = 600.0


@dataclass(frozen=True)
class DriverShare:
    """One call driver's ``share`` of the contacts (0.35 is 35 %) and its mean ``minutes``."""

    code: str
    share: float
    minutes: float


@dataclass(frozen=True)
class ContactMix:
    """Why customers call: drivers, how many contacts were counted, and a manager's emphasis.

    ``n_contacts`` None means the mix was set by hand. ``multipliers`` scale a competency's
    weight by 0.5 to 2. ``emotional_load`` 0 to 5 stands for the catalogue's where a brand's own
    records moved it. ``minimums`` are in shown points (50 + 10 SD) by the code of a headline
    index's competency, the only ones shown as a score of their own; ``style_weight`` 0 to .10 is
    the share of the fit that the style's closeness to the job's target has. ``rated_demand`` 0 to
    5 for each competency, the mean of people who know the job, stands for what the call drivers'
    own ratings come to; the drivers still say what the load is made of.
    """

    drivers: tuple[DriverShare, ...]
    n_contacts: int | None = None
    multipliers: Mapping[str, float] | None = None
    emotional_load: Mapping[str, float] | None = None
    minimums: Mapping[str, float] | None = None
    style_weight: float = 0.0
    rated_demand: Mapping[str, float] | None = None

    @property
    def evidence(self) -> int:
        """How many contact records the mix weighs."""
        return BY_HAND_CONTACTS if self.n_contacts is None else self.n_contacts


def prior_share(n_contacts: int) -> float:
    """Give the part of the demand weights that comes from the prior, 0 to 1."""
    return PRIOR_CONTACTS / (PRIOR_CONTACTS + n_contacts)


def mix_faults(catalogue: Catalogue, mix: ContactMix) -> list[str]:
    """Say what is wrong with ``mix``, one line for each fault."""
    faults = [] if mix.drivers else ["contact mix: name at least one call driver"]
    seen: set[str] = set()
    for driver in mix.drivers:
        faults += [f"contact mix: {driver.code}: {fault}" for fault in _driver(catalogue, driver)]
        if driver.code in seen:
            faults.append(f"contact mix: {driver.code}: is there twice")
        seen.add(driver.code)
    total = sum(driver.share for driver in mix.drivers)
    if mix.drivers and not abs(total - 1) <= SUM_TOLERANCE + 1e-9:
        faults.append(f"contact mix: the shares sum to {100 * total:.4g} %, not to 100 %")
    if mix.n_contacts is not None and mix.n_contacts < 1:
        faults.append("contacts: must be 1 or more, or empty when the mix is set by hand")
    return [
        *faults,
        *_multiplier_faults(mix),
        *_load_faults(mix),
        *_minimum_faults(catalogue, mix),
        *_style_faults(mix),
        *_rated_faults(mix),
    ]


def _multiplier_faults(mix: ContactMix) -> list[str]:
    faults = []
    for code, factor in (mix.multipliers or {}).items():
        low, high = MULTIPLIER_RANGE
        if code not in COMPETENCIES:
            faults.append(f"multipliers: there is no competency {code}")
        elif not low <= factor <= high:
            faults.append(f"multipliers: {code}: must lie between {low:g} and {high:g}")
    return faults


def _load_faults(mix: ContactMix) -> list[str]:
    faults = []
    named = {driver.code for driver in mix.drivers}
    for code, load in (mix.emotional_load or {}).items():
        if code not in named:
            faults.append(f"emotional load: the mix has no call driver {code}")
        elif not 0 <= load <= HIGHEST_RATING:
            faults.append(f"emotional load: {code}: must lie between 0 and 5")
    return faults


def _minimum_faults(catalogue: Catalogue, mix: ContactMix) -> list[str]:
    faults = []
    # No other competency has enough evidence to be shown as a score, so none can be held to one.
    allowed = [index.competency for index in catalogue.indices]
    low, high = MINIMUM_RANGE
    for code, points in (mix.minimums or {}).items():
        if code not in allowed:
            known = ", ".join(allowed)
            faults.append(f"minimums: {code}: only an index can have a minimum; those are {known}")
        elif not low <= points <= high:
            faults.append(f"minimums: {code}: must lie between {low:g} and {high:g}")
    return faults


def _style_faults(mix: ContactMix) -> list[str]:
    if 0 <= mix.style_weight <= HIGHEST_STYLE:
        return []
    return [f"style weight: must lie between 0 and {100 * HIGHEST_STYLE:g} %"]


def _rated_faults(mix: ContactMix) -> list[str]:
    rated = mix.rated_demand
    if rated is None:
        return []
    faults = [
        f"rated demand: {code}: must be a number from 0 to {HIGHEST_RATING:g}"
        for code in COMPETENCIES
        if not 0 <= rated.get(code, math.nan) <= HIGHEST_RATING
    ]
    faults += [f"rated demand: there is no competency {c}" for c in rated if c not in COMPETENCIES]
    if not faults and not any(rated.values()):
        faults.append("rated demand: at least one competency must be above 0")
    return faults


def demand_of(catalogue: Catalogue, mix: ContactMix) -> Demand:
    """Turn ``mix`` into demand weights with the catalogue's call drivers and prior.

    Raises Invalid with every fault of the mix.
    """
    faults = mix_faults(catalogue, mix)
    if faults:
        raise Invalid(*faults)
    drivers = [catalogue.call_drivers[driver.code] for driver in mix.drivers]
    factors, loads, rated = mix.multipliers, mix.emotional_load or {}, mix.rated_demand
    return demand(
        np.array([driver.share for driver in mix.drivers]),
        np.array([driver.minutes for driver in mix.drivers]),
        np.array([loads.get(d.code, d.emotional_load) for d in drivers], dtype=np.float64),
        np.array([[driver.ratings[code] for code in COMPETENCIES] for driver in drivers]),
        np.array([[driver.style_targets[s] for s in STYLE_LETTERS] for driver in drivers]),
        n_contacts=mix.evidence,
        prior=np.array(catalogue.prior.weights),
        multipliers=np.array([factors.get(c, 1.0) for c in COMPETENCIES]) if factors else None,
        rated=np.array([rated[code] for code in COMPETENCIES]) if rated else None,
    )


def _driver(catalogue: Catalogue, driver: DriverShare) -> list[str]:
    faults = []
    if driver.code not in catalogue.call_drivers:
        known = ", ".join(catalogue.call_drivers)
        faults.append(f"there is no such call driver; known are: {known}")
    if not (math.isfinite(driver.share) and 0 < driver.share <= 1):
        faults.append("the share must be more than 0 and at most 100 %")
    if not 0 < driver.minutes <= LONGEST_CONTACT:
        faults.append(f"the minutes must be more than 0 and at most {LONGEST_CONTACT:g}")
    return faults
