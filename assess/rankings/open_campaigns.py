"""Read campaigns side by side: what each asks for, and with which questionnaires it measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand
from assess.authoring.queries import held
from assess.campaigns.models import Campaign
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Competency, Instrument
from assess.profiles import queries as profiles
from assess.profiles.models import ProfileVersion
from assess.profiles.queries import VersionView

Battery = tuple[tuple[str, str], ...]
"""The instruments of a battery by key and digest, in order."""


@dataclass(frozen=True)
class OpenCampaign:
    """A campaign as it is set beside others; ``version`` is what it ranks under."""

    id: int
    title: str
    brand: str
    seats: int
    closes_on: date
    simulated: bool
    battery: Battery
    version: VersionView


def open_campaigns(
    session: Session, since: date, *, ids: Sequence[int] | None = None
) -> tuple[OpenCampaign, ...]:
    """Return the campaigns whose last day is ``since`` or later, by brand and title.

    With ``ids`` these alone; an id the organisation does not have is left out.
    """
    chosen: list[ColumnElement[bool]] = [Campaign.closes_on >= since]
    if ids is not None:
        chosen.append(Campaign.id.in_(ids))
    rows = session.execute(
        select(Campaign, Brand.name)
        .join(Brand, Brand.id == Campaign.brand_id)
        .where(*chosen)
        .order_by(func.lower(Brand.name), func.lower(Campaign.title), Campaign.id)
    ).all()
    versions = profiles.versions(session, {row.profile_version_id for row, _ in rows})
    return tuple(
        OpenCampaign(
            id=row.id,
            title=row.title,
            brand=brand,
            seats=row.seats,
            closes_on=row.closes_on,
            simulated=row.simulated,
            battery=tuple((part["key"], part["digest"]) for part in row.battery["instruments"]),
            version=versions[row.profile_version_id],
        )
        for row, brand in rows
    )


def newest_versions(session: Session, profile_ids: set[int]) -> dict[int, VersionView]:
    """Return the newest version of each of these profiles, by the profile's id."""
    number = (
        select(ProfileVersion.profile_id, func.max(ProfileVersion.number).label("number"))
        .where(ProfileVersion.profile_id.in_(profile_ids))
        .group_by(ProfileVersion.profile_id)
        .subquery()
    )
    ids = session.scalars(
        select(ProfileVersion.id).join(
            number,
            (ProfileVersion.profile_id == number.c.profile_id)
            & (ProfileVersion.number == number.c.number),
        )
    ).all()
    return {one.profile_id: one for one in profiles.versions(session, ids).values()}


def batteries(
    session: Session, catalogue: Catalogue, campaigns: Sequence[OpenCampaign]
) -> Mapping[Battery, tuple[Instrument, ...]]:
    """Return the instruments of each battery that the campaigns have, as they were published."""
    found = {}
    for battery in {campaign.battery for campaign in campaigns}:
        content = held(session, catalogue, battery)
        found[battery] = tuple(content.instrument(key) for key, _ in battery)
    return found


def evidencing(
    battery: Battery, instruments: Sequence[Instrument], competencies: Sequence[Competency]
) -> dict[str, str]:
    """Give key -> digest of a battery's questionnaires that are evidence of a competency."""
    counts = {name for one in competencies for name in (one.code, one.scale) if name}
    return {
        key: digest
        for (key, digest), one in zip(battery, instruments, strict=True)
        if one.kind != "most_least" and counts.intersection(one.scale_names)
    }
