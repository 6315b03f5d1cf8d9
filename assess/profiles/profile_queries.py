"""Read profiles with their versions, and the newest records to hold them against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, Member, User
from assess.errors import NotFound
from assess.profiles.models import ContactSummary, Profile, ProfileVersion, SummaryState
from assess.profiles.queries import VersionView, versions


@dataclass(frozen=True)
class BrandView:
    """A brand."""

    id: int
    name: str


@dataclass(frozen=True)
class VersionLine:
    """One version on record; ``made_by`` is None for the system, ``n_contacts`` by hand."""

    id: int
    number: int
    reason: str
    made_by: str | None
    created_at: datetime
    frozen_at: datetime | None
    n_contacts: int | None


@dataclass(frozen=True)
class ProfileView:
    """A profile with its versions, the newest first, and what the newest asks."""

    id: int
    name: str
    brand: BrandView
    lines: Sequence[VersionLine]
    newest: VersionView


@dataclass(frozen=True)
class ProfileLine:
    """A profile in a list: its newest version, and when that was made."""

    id: int
    name: str
    brand: str
    newest: VersionView
    created_at: datetime


@dataclass(frozen=True)
class Choice:
    """The newest version of a profile, to open a campaign with."""

    version_id: int
    name: str
    number: int
    brand: str


@dataclass(frozen=True)
class RecordsLine:
    """An export whose reasons are mapped: which, of when, with the digest of its mix."""

    id: int
    made_at: datetime
    digest: str | None


def count(session: Session) -> int:
    """Return how many profiles the organisation has."""
    return session.scalar(select(func.count(Profile.id))) or 0


def overview(session: Session, *, limit: int, offset: int = 0) -> list[ProfileLine]:
    """Return profiles by brand, in each the newest first."""
    rows = session.execute(
        _newest().order_by(Brand.name, Profile.id.desc()).limit(limit).offset(offset)
    ).all()
    found = versions(session, [row.id for row in rows])
    return [
        ProfileLine(row.Profile.id, row.Profile.name, row.brand, found[row.id], row.created_at)
        for row in rows
    ]


def choices(session: Session, *, limit: int) -> list[Choice]:
    """Return the newest version of each of the newest profiles of brands in use."""
    used = _newest().where(Brand.archived_at.is_(None))
    rows = session.execute(used.order_by(Profile.id.desc()).limit(limit))
    return [Choice(row.id, row.Profile.name, row.number, row.brand) for row in rows]


def profile(session: Session, profile_id: int) -> ProfileView:
    """Return one profile; NotFound when the organisation has none of this id."""
    row = session.execute(
        select(Profile, Brand.name)
        .join(Brand, Brand.id == Profile.brand_id)
        .where(Profile.id == profile_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This profile does not exist.")
    held = session.execute(
        select(ProfileVersion, User.name)
        .outerjoin(Member, Member.id == ProfileVersion.made_by)
        .outerjoin(User, User.id == Member.user_id)
        .where(ProfileVersion.profile_id == profile_id)
        .order_by(ProfileVersion.number.desc())
    ).all()
    lines = [_line(version, made_by) for version, made_by in held]
    return ProfileView(
        id=profile_id,
        name=row[0].name,
        brand=BrandView(row[0].brand_id, row[1]),
        lines=lines,
        newest=versions(session, [lines[0].id])[lines[0].id],
    )


def brand_of(session: Session, version_id: int) -> BrandView:
    """Return the brand of a version; NotFound when the organisation has none of this id."""
    row = session.execute(
        select(Brand.id, Brand.name)
        .join(Profile, Profile.brand_id == Brand.id)
        .join(ProfileVersion, ProfileVersion.profile_id == Profile.id)
        .where(ProfileVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This profile version does not exist.")
    return BrandView(row.id, row.name)


def newest_records(session: Session, brand_id: int) -> RecordsLine | None:
    """Return the brand's newest export whose reasons are mapped, None without one."""
    row = session.execute(
        select(ContactSummary.id, ContactSummary.made_at, ContactSummary.profile_digest)
        .where(
            ContactSummary.brand_id == brand_id,
            ContactSummary.state == SummaryState.READY,
            ContactSummary.profile_digest.is_not(None),
        )
        .order_by(ContactSummary.made_at.desc(), ContactSummary.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else RecordsLine(*row)


def _newest() -> Select[Profile, str, int, int, datetime]:
    """Give each profile with its brand, and id, number and moment of its newest version."""
    last = (
        select(ProfileVersion.profile_id, func.max(ProfileVersion.number).label("number"))
        .group_by(ProfileVersion.profile_id)
        .subquery()
    )
    return (
        select(
            Profile,
            Brand.name.label("brand"),
            ProfileVersion.id,
            ProfileVersion.number,
            ProfileVersion.created_at,
        )
        .join(Brand, Brand.id == Profile.brand_id)
        .join(last, last.c.profile_id == Profile.id)
        .join(
            ProfileVersion,
            (ProfileVersion.profile_id == Profile.id) & (ProfileVersion.number == last.c.number),
        )
    )


def _line(row: ProfileVersion, made_by: str | None) -> VersionLine:
    return VersionLine(
        id=row.id,
        number=row.number,
        reason=row.reason,
        made_by=made_by,
        created_at=row.created_at,
        frozen_at=row.frozen_at,
        n_contacts=row.contact_mix["n_contacts"],
    )
