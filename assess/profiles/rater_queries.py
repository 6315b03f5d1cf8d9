"""Read rounds of ratings: who was asked, who has rated, what the ratings come to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, Member, User
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.profiles import queries
from assess.profiles.mix import ContactMix, demand_of
from assess.profiles.models import Profile, ProfileVersion, Rater, RatingRound
from assess.profiles.queries import VersionView, mix_of
from assess.profiles.rater_statements import CODES
from assess.profiles.rater_study import RatingStudy, digest, is_complete, letter, study
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RaterView:
    """One person asked; ``name`` and ``email`` None once forgotten. ``ratings`` by statement."""

    id: int
    place: int
    name: str | None
    email: str | None
    generation: int
    link_ends: datetime
    mailed_at: datetime | None
    mail_fault: str | None
    opened_at: datetime | None
    saved_at: datetime | None
    ratings: Mapping[str, int]
    revoked_at: datetime | None
    forgotten_at: datetime | None

    @property
    def letter(self) -> str:
        """The letter their ratings stand under."""
        return letter(self.place)

    @property
    def given(self) -> int:
        """How many of the twelve statements they have rated."""
        return sum(code in self.ratings for code in CODES)

    @property
    def complete(self) -> bool:
        """Whether their ratings count."""
        return is_complete(self.ratings)

    @property
    def may_rate(self) -> bool:
        """Whether their link still opens, as far as they are concerned."""
        return self.revoked_at is None and self.forgotten_at is None


@dataclass(frozen=True)
class RoundView:
    """A round of ratings; ``talks`` the times the raters were asked to talk, oldest first."""

    id: int
    profile_id: int
    profile: str
    brand: str
    version_id: int
    opened_at: datetime
    host: str | None
    host_email: str | None
    talks: tuple[Mapping[str, Any], ...]
    closed_at: datetime | None
    digest: str | None
    adopted_number: int | None
    raters: tuple[RaterView, ...]

    @property
    def rated(self) -> dict[int, Mapping[str, int]]:
        """The complete ratings by place."""
        return {one.place: one.ratings for one in self.raters if one.complete}

    @property
    def seal(self) -> str:
        """Name the complete ratings, so that nobody adopts others than they looked at."""
        return digest(self.rated)

    def rater(self, rater_id: int) -> RaterView:
        """Give one of the people asked; NotFound for somebody else."""
        found = next((one for one in self.raters if one.id == rater_id), None)
        if found is None:
            raise NotFound("Nobody like this was asked to rate this job.")
        return found


def rounds(session: Session, profile_id: int) -> list[RoundView]:
    """Return the rounds of a profile, newest first; NotFound when there is no such profile."""
    if session.scalar(select(Profile.id).where(Profile.id == profile_id)) is None:
        raise NotFound("This profile does not exist.")
    ids = session.scalars(
        select(RatingRound.id)
        .where(RatingRound.profile_id == profile_id)
        .order_by(RatingRound.id.desc())
    )
    return [round_of(session, round_id) for round_id in ids.all()]


def round_of(session: Session, round_id: int) -> RoundView:
    """Return one round; NotFound when the organisation has none of that id."""
    found = session.execute(
        select(RatingRound, Profile.name, Brand.name, User.name, User.email)
        .join(Profile, Profile.id == RatingRound.profile_id)
        .join(Brand, Brand.id == Profile.brand_id)
        .outerjoin(Member, Member.id == RatingRound.opened_by)
        .outerjoin(User, User.id == Member.user_id)
        .where(RatingRound.id == round_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This round of ratings does not exist.")
    row, profile, brand, host, host_email = found
    raters = session.scalars(
        select(Rater).where(Rater.round_id == round_id).order_by(Rater.name, Rater.place)
    )
    adopted = session.scalar(
        select(ProfileVersion.number).where(ProfileVersion.id == row.adopted_version_id)
    )
    return RoundView(
        id=row.id,
        profile_id=row.profile_id,
        profile=profile,
        brand=brand,
        version_id=row.version_id,
        opened_at=row.opened_at,
        host=host,
        host_email=host_email,
        talks=tuple(row.talks["held"]),
        closed_at=row.closed_at,
        digest=row.digest,
        adopted_number=adopted,
        raters=tuple(_view(one) for one in raters),
    )


def newest_version(session: Session, profile_id: int) -> VersionView:
    """Return a profile's newest version; NotFound when there is no such profile."""
    version_id = session.scalar(
        select(ProfileVersion.id)
        .where(ProfileVersion.profile_id == profile_id)
        .order_by(ProfileVersion.number.desc())
        .limit(1)
    )
    if version_id is None:
        raise NotFound("This profile does not exist.")
    return queries.version(session, version_id)


def compared_with(session: Session, found: RoundView) -> VersionView:
    """Return the version that a round's mean would change, or did change."""
    if found.adopted_number is None:
        return newest_version(session, found.profile_id)
    version_id = session.scalars(
        select(ProfileVersion.id).where(
            ProfileVersion.profile_id == found.profile_id,
            ProfileVersion.number == found.adopted_number - 1,
        )
    ).one()
    return queries.version(session, version_id)


def mix_rated(version: VersionView, demand: FloatArray) -> ContactMix:
    """Give a version's mix with a demand (7,) that people rated; all else stays as it is."""
    rated = dict(zip(COMPETENCIES, (round(float(one), 4) for one in demand), strict=True))
    return replace(mix_of(version), rated_demand=rated)


def study_of(
    session: Session, catalogue: Catalogue, found: RoundView, version: VersionView
) -> RatingStudy | None:
    """Study a round's complete ratings under a version's mix; None for fewer than two."""
    rated = found.rated
    if len(rated) < 2:
        return None
    # An old mix may name a driver that no new one can use.
    whole = queries.with_own_drivers(session, catalogue, retired=True)
    return study(rated, lambda demand: demand_of(whole, mix_rated(version, demand)).weights)


def _view(row: Rater) -> RaterView:
    return RaterView(
        id=row.id,
        place=row.place,
        name=row.name,
        email=row.email,
        generation=row.generation,
        link_ends=row.link_ends,
        mailed_at=row.mailed_at,
        mail_fault=row.mail_fault,
        opened_at=row.opened_at,
        saved_at=row.saved_at,
        ratings=row.ratings,
        revoked_at=row.revoked_at,
        forgotten_at=row.forgotten_at,
    )
