"""Read organisations, brands and memberships."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from assess.accounts.models import (
    AuditEvent,
    AuthenticatorApp,
    Brand,
    Member,
    OidcLink,
    OidcProvider,
    Organisation,
    Passkey,
    RoleName,
    SignIn,
    User,
)
from assess.errors import NotFound


@dataclass(frozen=True)
class MemberView:
    """What pages show of the member who is signed in.

    ``factor_due``: the organisation asks for a second factor, and there is none yet.
    """

    id: int
    organisation_id: int
    organisation_name: str
    name: str
    email: str
    role: RoleName
    by_provider: bool
    factor_due: bool


def has_second_factor() -> ColumnElement[bool]:
    """Say of a selected `User` whether sign-in asks for more than the password."""
    app = select(AuthenticatorApp.id).where(
        AuthenticatorApp.user_id == User.id, AuthenticatorApp.in_use
    )
    return or_(app.exists(), select(Passkey.id).where(Passkey.user_id == User.id).exists())


def memberships(session: Session, user_id: int, key_digest: str) -> Sequence[MemberView]:
    """Return the active memberships that a user's sign-in opens, oldest first.

    One that an organisation's provider made opens that organisation; one by password opens the
    others, and for administrators also one whose members must use the provider.
    """
    rows = session.execute(
        select(Member, Organisation, User, SignIn.only_organisation_id, has_second_factor())
        .join(Organisation, Organisation.id == Member.organisation_id)
        .join(User, User.id == Member.user_id)
        .join(SignIn, and_(SignIn.user_id == User.id, SignIn.key_digest == key_digest))
        .outerjoin(
            OidcProvider,
            and_(
                OidcProvider.organisation_id == Member.organisation_id,
                OidcProvider.on,
                OidcProvider.required,
            ),
        )
        .where(Member.user_id == user_id, Member.active, User.active)
        .where(
            or_(
                SignIn.only_organisation_id == Member.organisation_id,
                and_(
                    SignIn.only_organisation_id.is_(None),
                    or_(OidcProvider.id.is_(None), Member.role == RoleName.ADMINISTRATOR),
                ),
            )
        )
        .order_by(Member.id)
    )
    return [
        MemberView(
            m.id, m.organisation_id, o.name, u.name, u.email, RoleName(m.role), only is not None,
            # Whom an organisation's provider lets in, the provider has asked for what it asks.
            o.second_factor and not has and only is None,
        )
        for m, o, u, only, has in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class MemberLine:
    """One member as administrators see them.

    ``waiting``: no password was set yet; ``linked``: to an account at the organisation's provider.
    """

    id: int
    user_id: int
    name: str
    email: str
    role: RoleName
    active: bool
    waiting: bool
    second_factor: bool
    since: datetime
    linked: bool


def members(session: Session) -> Sequence[MemberLine]:
    """Return the organisation's members by name, those whose membership has ended last."""
    chosen = select(Member, User, OidcLink.id, has_second_factor())
    return _lines(session, chosen.order_by(Member.active.desc(), User.name, User.id))


def member(session: Session, member_id: int) -> MemberLine:
    """Return one member; NotFound when the organisation has none of this number."""
    chosen = select(Member, User, OidcLink.id, has_second_factor())
    found = _lines(session, chosen.where(Member.id == member_id))
    if not found:
        raise NotFound("This member does not exist.")
    return found[0]


def _lines(session: Session, chosen: Select[Member, User, int, bool]) -> Sequence[MemberLine]:
    rows = session.execute(
        chosen.join(User, User.id == Member.user_id).outerjoin(
            OidcLink, OidcLink.member_id == Member.id
        )
    )
    return [
        MemberLine(
            m.id, u.id, u.name, u.email, RoleName(m.role), m.active and u.active,
            u.password is None, has, m.created_at, linked is not None,
        )
        for m, u, linked, has in rows
    ]  # fmt: skip


def brands(session: Session) -> Sequence[tuple[int, str]]:
    """Return (id, name) of the organisation's brands in use, by name."""
    used = select(Brand).where(Brand.archived_at.is_(None)).order_by(Brand.name)
    return [(b.id, b.name) for b in session.scalars(used)]


@dataclass(frozen=True)
class BrandLine:
    """One brand as administrators see it."""

    id: int
    name: str
    archived: bool


def brand_lines(session: Session) -> Sequence[BrandLine]:
    """Return every brand of the organisation by name, those that are archived last."""
    rows = session.scalars(select(Brand).order_by(Brand.archived_at.is_not(None), Brand.name))
    return [BrandLine(one.id, one.name, one.archived_at is not None) for one in rows]


def member_name(session: Session, member_id: int | None) -> str | None:
    """Return the name of a member, None for the system."""
    if member_id is None:
        return None
    return session.scalar(
        select(User.name).join(Member, Member.user_id == User.id).where(Member.id == member_id)
    )


def organisation_name(session: Session, organisation_id: int) -> str:
    """Return an organisation's name; NotFound when there is none."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("This organisation does not exist.")
    return found.name


def asks_second_factor(session: Session, organisation_id: int) -> bool:
    """Say whether an organisation asks its members for a second factor."""
    return session.get_one(Organisation, organisation_id).second_factor


def events_about(
    session: Session, subject_kind: str, subject_ids: Collection[int]
) -> list[dict[str, str]]:
    """Return what was done to some records, oldest first: when, the act, and who by kind."""
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.act, AuditEvent.actor_kind)
        .where(AuditEvent.subject_kind == subject_kind, AuditEvent.subject_id.in_(subject_ids))
        .order_by(AuditEvent.id)
    )
    return [{"at": at.isoformat(), "act": act, "by": kind} for at, act, kind in rows]


def first_event(session: Session, act: str, subject_kind: str, subject_id: int) -> datetime | None:
    """Return when an act was first done to a record, None if never."""
    return session.scalar(
        select(func.min(AuditEvent.at)).where(
            AuditEvent.act == act,
            AuditEvent.subject_kind == subject_kind,
            AuditEvent.subject_id == subject_id,
        )
    )
