"""A profile as pictures with their numbers, ready to show."""

import math
from dataclasses import dataclass

from assess.charts import contact_mix, demand_weights, mix_swatch
from assess.instruments.catalogue import Catalogue
from assess.profiles.queries import VersionView
from assess.selection.demand import COMPETENCIES


@dataclass(frozen=True)
class MixRow:
    """One call driver of a mix; shares in per cent, ``swatch`` is its key in the bar."""

    title: str
    share: float
    minutes: float
    load: float
    swatch: str


@dataclass(frozen=True)
class DemandRow:
    """One competency; weights in per cent, ``demand`` 0 to 5, ``picture`` one lollipop."""

    code: str
    title: str
    definition: str
    weight: float
    prior: float
    demand: float
    picture: str


def mix_picture(profile: VersionView, catalogue: Catalogue, *, title: str) -> str:
    """Give the contact mix as one bar."""
    shares = [(_driver_title(catalogue, driver.code), driver.share) for driver in profile.drivers]
    return contact_mix(shares, title=title, width=640, height=28)


def mix_table(profile: VersionView, catalogue: Catalogue) -> list[MixRow]:
    """Give the contact mix, largest share first, as the bar draws it."""
    held = sorted(
        zip(profile.drivers, profile.load_share, strict=True), key=lambda row: -row[0].share
    )
    return [
        MixRow(
            title=_driver_title(catalogue, driver.code),
            share=100 * driver.share,
            minutes=driver.minutes,
            load=100 * float(load),
            swatch=mix_swatch(place, len(held), title=_driver_title(catalogue, driver.code)),
        )
        for place, (driver, load) in enumerate(held)
    ]


def demand_table(profile: VersionView, catalogue: Catalogue) -> list[DemandRow]:
    """Give the demand weights in the order of the competencies, drawn on one common scale."""
    highest = math.ceil(20 * float(max(*profile.weights, *profile.prior)) - 1e-9) / 20
    titles = {competency.code: competency for competency in catalogue.competencies}
    rows = []
    for code, weight, prior, demand in zip(
        COMPETENCIES, profile.weights, profile.prior, profile.demand, strict=True
    ):
        title = titles[code].title
        picture = demand_weights(
            [(title, float(weight), float(prior))], title=title, highest=highest
        )
        rows.append(
            DemandRow(
                code, title, titles[code].definition,
                100 * float(weight), 100 * float(prior), float(demand), picture,
            )
        )  # fmt: skip
    return rows


def _driver_title(catalogue: Catalogue, code: str) -> str:
    """Give the words for a driver; its code when the questionnaires no longer have it."""
    driver = catalogue.call_drivers.get(code)
    return code if driver is None else driver.title
