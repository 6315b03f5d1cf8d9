"""A contact mix from its YAML file, and what it demands: the shares of call drivers of a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.content import STYLE_LETTERS
from assess.instruments.document import Node, read_document, refuse
from assess.selection.demand import (
    COMPETENCIES,
    HIGHEST_EMPHASIS,
    HIGHEST_RATING,
    MULTIPLIER_RANGE,
    Demand,
    demand,
)
from assess.selection.guard_rails import HIGHEST_STYLE, MINIMUM_RANGE

_OPTIONAL = (
    *("title", "n_contacts", "emphasis", "multipliers", "emotional_load"),
    *("minimums", "style_weight"),
)


@dataclass(frozen=True)
class DriverShare:
    """One call driver of a mix: its share of contacts, in any unit, and handling minutes."""

    driver: str
    share: float
    minutes: float


@dataclass(frozen=True)
class ContactMix:
    """The contacts of a job. ``n_contacts`` infinite when the shares are known, not sampled.

    ``emotional_load`` 0 to 5 stands for a driver's own where a brand's records moved it.
    ``minimums`` are shown points (50 + 10 SD) by a headline index's competency, ``style_weight``
    0 to .10 of the fit.
    """

    title: str
    shares: tuple[DriverShare, ...]
    n_contacts: float = float("inf")
    emphasis: float = 1.0
    multipliers: Mapping[str, float] | None = None
    emotional_load: Mapping[str, float] | None = None
    minimums: Mapping[str, float] | None = None
    style_weight: float = 0.0


def load_contact_mix(path: Path, catalogue: Catalogue) -> ContactMix:
    """Load a profile file: ``contact_mix``, a list of driver, share and minutes, and options.

    Optional are ``title``, ``n_contacts`` (so few records lean on the occupation's prior),
    ``emphasis`` 0 to 3, ``multipliers`` 0.5 to 2 per competency, ``emotional_load`` 0 to 5 per
    driver of the mix, ``minimums`` 20 to 80 per headline index and ``style_weight`` 0 to 0.10.
    Invalid with every fault.
    """
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("contact_mix",), _OPTIONAL)
    shares = tuple(_share(node, catalogue) for node in root.child("contact_mix").entries())
    drivers = [share.driver for share in shares]
    for twin in sorted({driver for driver in drivers if drivers.count(driver) > 1}):
        root.child("contact_mix").fault(f"the call driver {twin!r} is given twice")
    if root.has("contact_mix") and not sum(share.share for share in shares) > 0 and not faults:
        root.child("contact_mix").fault("must hold a share above 0")
    mix = ContactMix(
        title=root.text("title", path.stem),
        shares=shares,
        n_contacts=root.number("n_contacts", 0) if root.has("n_contacts") else float("inf"),
        emphasis=root.number("emphasis", 0, HIGHEST_EMPHASIS) if root.has("emphasis") else 1.0,
        multipliers=_multipliers(root.child("multipliers")) if root.has("multipliers") else None,
        emotional_load=_loads(root.child("emotional_load"), drivers) or None,
        minimums=_minimums(root.child("minimums"), catalogue) or None,
        style_weight=_style_weight(root),
    )
    refuse(faults)
    return mix


def _share(node: Node, catalogue: Catalogue) -> DriverShare:
    node.expect(("driver", "share", "minutes"))
    return DriverShare(
        driver=node.choice("driver", tuple(catalogue.call_drivers)),
        share=node.number("share", 0),
        minutes=node.number("minutes", 0.01),
    )


def _multipliers(node: Node) -> dict[str, float]:
    for code, child in node.pairs():
        if code not in COMPETENCIES:
            child.fault(f"is not a competency; those are {', '.join(COMPETENCIES)}")
    return {code: node.number(code, *MULTIPLIER_RANGE) for code in COMPETENCIES if node.has(code)}


def _loads(node: Node, drivers: list[str]) -> dict[str, float]:
    for code, child in node.pairs():
        if code not in drivers:
            child.fault("is not a call driver of this mix")
    return {code: node.number(code, 0, HIGHEST_RATING) for code, _ in node.pairs()}


def _minimums(node: Node, catalogue: Catalogue) -> dict[str, float]:
    allowed = [index.competency for index in catalogue.indices]
    for code, child in node.pairs():
        if code not in allowed:
            child.fault(f"only an index can have a minimum; those are {', '.join(allowed)}")
    return {code: node.number(code, *MINIMUM_RANGE) for code in allowed if node.has(code)}


def _style_weight(root: Node) -> float:
    return root.number("style_weight", 0, HIGHEST_STYLE) if root.has("style_weight") else 0.0


def demand_of(mix: ContactMix, catalogue: Catalogue) -> Demand:
    """Give what a contact mix demands under the catalogue's call drivers and prior.

    Raises Invalid for an unknown call driver or figures that make no demand.
    """
    unknown = [one.driver for one in mix.shares if one.driver not in catalogue.call_drivers]
    if unknown:
        raise Invalid(*(f"{driver}: is not a known call driver" for driver in unknown))
    drivers = [catalogue.call_drivers[one.driver] for one in mix.shares]
    given, loads = mix.multipliers or {}, mix.emotional_load or {}
    try:
        return demand(
            np.array([one.share for one in mix.shares]),
            np.array([one.minutes for one in mix.shares]),
            np.array([loads.get(driver.code, driver.emotional_load) for driver in drivers]),
            np.array([[driver.ratings[code] for code in COMPETENCIES] for driver in drivers]),
            np.array([[driver.style_targets[x] for x in STYLE_LETTERS] for driver in drivers]),
            n_contacts=mix.n_contacts,
            emphasis=mix.emphasis,
            prior=np.array(catalogue.prior.weights),
            multipliers=np.array([given.get(code, 1.0) for code in COMPETENCIES]),
        )
    except ValueError as error:
        raise Invalid(f"{mix.title}: {error}") from error
