"""Found organisations, add members and brands."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor, system
from assess.accounts.models import Brand, Member, Organisation, RoleName, User
from assess.db.scope import Across, Sessions, across, narrow, writing
from assess.errors import Conflict, Invalid


def found_organisation(
    sessions: Sessions, name: str, admin_email: str, admin_name: str, *, now: datetime
) -> tuple[int, int]:
    """Make an organisation with its first administrator; return both ids (organisation, user).

    Raises Conflict when an organisation of this name exists, Invalid for an empty name.
    """
    if not name.strip():
        raise Invalid("organisation: give it a name")
    with across(sessions, Across.OPERATOR, write=True) as session:
        if session.scalar(select(Organisation.id).where(Organisation.name == name.strip())):
            raise Conflict(f"An organisation named {name.strip()!r} exists already.")
        organisation = Organisation(name=name.strip(), created_at=now)
        session.add(organisation)
        session.flush()
        narrow(session, organisation.id)
        actor = system(organisation.id)
        audit.record(
            session, actor, "organisation founded", "organisation", organisation.id, now=now
        )
        member = _join(session, actor, admin_email, admin_name, RoleName.ADMINISTRATOR, now)
        return organisation.id, member.user_id


def add_member(
    sessions: Sessions, actor: Actor, email: str, name: str, role: RoleName, *, now: datetime
) -> tuple[int, int]:
    """Make somebody a member; return (member id, user id). Conflict when they are one already."""
    actor.must_be(RoleName.ADMINISTRATOR)
    with writing(sessions, actor.organisation_id) as session:
        member = _join(session, actor, email, name, role, now)
        return member.id, member.user_id


def brand_named(session: Session, name: str) -> int:
    """Return the id of the organisation's brand ``name``, made when it is new.

    Raises Invalid for an empty name, and for a brand that is archived.
    """
    wanted = name.strip()
    if not wanted:
        raise Invalid("brand: give it a name")
    found = session.scalar(select(Brand).where(Brand.name == wanted))
    if found is None:
        found = Brand(name=wanted)
        session.add(found)
        session.flush()
    if found.archived_at is not None:
        raise Invalid(f"brand: {wanted} is archived; an administrator can bring it back")
    return found.id


def _join(
    session: Session, actor: Actor, email: str, name: str, role: RoleName, now: datetime
) -> Member:
    address = email.strip().lower()
    if "@" not in address:
        raise Invalid(f"e-mail: {email!r} is not an address")
    user = session.scalar(select(User).where(User.email == address))
    if user is None:
        user = User(
            email=address, name=name, active=True, fs_uniquifier=uuid.uuid4().hex, created_at=now
        )
        session.add(user)
        session.flush()
    known = session.scalar(select(Member).where(Member.user_id == user.id))
    if known is not None and not known.active:
        raise Conflict(f"{address} was a member before. Let them back in, in the list.")
    if known is not None:
        raise Conflict(f"{address} is a member already.")
    member = Member(user_id=user.id, role=role, active=True, created_at=now)
    session.add(member)
    session.flush()
    audit.record(session, actor, "member added", "member", member.id, now=now, role=role.value)
    return member
