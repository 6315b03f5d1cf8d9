"""Read organisations, brands and memberships."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, Member, Organisation, RoleName, User
from assess.errors import NotFound


@dataclass(frozen=True)
class MemberView:
    """What pages show of the member who is signed in."""

    id: int
    organisation_id: int
    organisation_name: str
    name: str
    email: str
    role: RoleName


def memberships(session: Session, user_id: int) -> Sequence[MemberView]:
    """Return the active memberships of a user, over all organisations, oldest first."""
    rows = session.execute(
        select(Member, Organisation, User)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .join(User, User.id == Member.user_id)
        .where(Member.user_id == user_id, Member.active, User.active)
        .order_by(Member.id)
    )
    return [
        MemberView(m.id, m.organisation_id, o.name, u.name, u.email, RoleName(m.role))
        for m, o, u in rows
    ]


def brands(session: Session) -> Sequence[tuple[int, str]]:
    """Return (id, name) of the organisation's brands by name."""
    return [(b.id, b.name) for b in session.scalars(select(Brand).order_by(Brand.name))]


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
