"""Read profile versions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import Catalogue, WithOwnDrivers
from assess.instruments.model import CallDriver
from assess.profiles.driver_faults import driver_faults
from assess.profiles.mix import ContactMix, DriverShare
from assess.profiles.models import OwnDriver, Profile, ProfileVersion

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VersionView:
    """One profile version; arrays (7,) stand in the order of COMPETENCIES.

    ``weights`` sum to 1, ``demand`` is 0 to 5, ``load_share`` (D,) goes with ``drivers``,
    ``style_target`` (4,) is D, I, S, C from 0 to 100; ``prior_share`` 0 to 1 says how much of
    the weights comes from ``prior``. ``n_contacts`` None means the mix was set by hand.
    ``minimums`` are shown points by competency code, ``style_weight`` 0 to .10 of the fit.
    ``rated_demand`` is the raters' mean by competency where it stands for the call drivers' own.
    """

    id: int
    profile_id: int
    name: str
    number: int
    digest: str
    reason: str
    frozen_at: datetime | None
    drivers: tuple[DriverShare, ...]
    n_contacts: int | None
    multipliers: Mapping[str, float]
    weights: FloatArray
    demand: FloatArray
    load_share: FloatArray
    style_target: FloatArray
    prior: FloatArray
    prior_share: float
    call_drivers_digest: str
    emotional_load: Mapping[str, float] = field(default_factory=dict)
    minimums: Mapping[str, float] = field(default_factory=dict)
    style_weight: float = 0.0
    rated_demand: Mapping[str, float] | None = None


def mix_of(version: VersionView) -> ContactMix:
    """Give the mix a version was made of, so that the next one changes only what it means to."""
    return ContactMix(
        version.drivers,
        version.n_contacts,
        multipliers=version.multipliers or None,
        emotional_load=version.emotional_load or None,
        minimums=version.minimums or None,
        style_weight=version.style_weight,
        rated_demand=version.rated_demand,
    )


def version(session: Session, version_id: int) -> VersionView:
    """Return one profile version; NotFound when the organisation has none of that id."""
    row = session.execute(
        select(ProfileVersion, Profile)
        .join(Profile, Profile.id == ProfileVersion.profile_id)
        .where(ProfileVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This profile version does not exist.")
    return _view(*row)


def versions(session: Session, version_ids: Collection[int]) -> dict[int, VersionView]:
    """Return profile versions by their id; those the organisation does not have are left out."""
    rows = session.execute(
        select(ProfileVersion, Profile)
        .join(Profile, Profile.id == ProfileVersion.profile_id)
        .where(ProfileVersion.id.in_(version_ids))
    )
    return {row.id: _view(row, profile) for row, profile in rows}


def drivers(
    session: Session, catalogue: Catalogue, brand_id: int | None = None
) -> Mapping[str, CallDriver]:
    """Return every call driver a mix may name: the catalogue's, then the organisation's own.

    With ``brand_id`` own drivers of another brand are left out. Raises Invalid when a stored
    own driver does not hold what a driver must.
    """
    return with_own_drivers(session, catalogue, brand_id).call_drivers


def with_own_drivers(
    session: Session,
    catalogue: Catalogue,
    brand_id: int | None = None,
    *,
    retired: bool = False,
) -> Catalogue:
    """Return the catalogue with the organisation's own call drivers, to make a mix with.

    ``retired`` adds those that no new mix may use, to show what an old profile was made with.
    """
    rows = session.scalars(select(OwnDriver).order_by(OwnDriver.title, OwnDriver.id))
    own = {
        row.code: row.driver()
        for row in rows
        if brand_id in (None, row.brand_id or brand_id) and (retired or row.retired_at is None)
    }
    faults = [fault for driver in own.values() for fault in driver_faults(driver)]
    if faults:
        raise Invalid(*faults)
    return WithOwnDrivers(catalogue, own) if own else catalogue


def _view(row: ProfileVersion, profile: Profile) -> VersionView:
    mix, asked = row.contact_mix, row.demand
    return VersionView(
        id=row.id,
        profile_id=profile.id,
        name=profile.name,
        number=row.number,
        digest=row.digest,
        reason=row.reason,
        frozen_at=row.frozen_at,
        drivers=tuple(DriverShare(**driver) for driver in mix["drivers"]),
        n_contacts=mix["n_contacts"],
        multipliers=mix["multipliers"] or {},
        weights=np.array(asked["weights"], dtype=np.float64),
        demand=np.array(asked["demand"], dtype=np.float64),
        load_share=np.array(asked["load_share"], dtype=np.float64),
        style_target=np.array(asked["style_target"], dtype=np.float64),
        prior=np.array(asked["prior"], dtype=np.float64),
        prior_share=asked["prior_share"],
        call_drivers_digest=asked["call_drivers_digest"],
        emotional_load=mix.get("emotional_load") or {},
        minimums=mix.get("minimums") or {},
        style_weight=mix.get("style_weight", 0.0),
        rated_demand=mix.get("rated_demand"),
    )
