"""Look after members: their roles, the end of a membership, the names of brands."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit, sign_ins
from assess.accounts.actor import Actor
from assess.accounts.models import Brand, Member, RoleName, User
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound, Refused

#: Who looks after members.
MANAGES: Final = (RoleName.ADMINISTRATOR,)


def change_role(
    sessions: Sessions, actor: Actor, member_id: int, role: RoleName, *, now: datetime
) -> None:
    """Give a member another role; the same one changes nothing.

    Raises NotFound without such a member, Refused for the last administrator and for somebody
    whose membership has ended.
    """
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        member = _member(session, member_id)
        if not member.active:
            raise Refused("This membership has ended. Let the person back in first.")
        before = RoleName(member.role)
        if before == role:
            return
        _keep_an_administrator(session, member)
        member.role = role
        audit.record(
            session, actor, "role changed", "member", member.id, now=now,
            before=before.value, role=role.value,
        )  # fmt: skip


def end_membership(sessions: Sessions, actor: Actor, member_id: int, *, now: datetime) -> None:
    """End a membership and every sign-in of its user; what the person did stays on record.

    Again changes nothing. Raises NotFound without such a member, Refused for the last
    administrator.
    """
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        member = _member(session, member_id)
        if not member.active:
            return
        _keep_an_administrator(session, member)
        member.active = False
        sign_ins.end_all(session, member.user_id, now=now)
        audit.record(session, actor, "membership ended", "member", member.id, now=now)


def let_back_in(sessions: Sessions, actor: Actor, member_id: int, *, now: datetime) -> None:
    """Begin an ended membership again, in its old role; again changes nothing."""
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        member = _member(session, member_id)
        if member.active:
            return
        member.active = True
        audit.record(
            session, actor, "membership begun again", "member", member.id, now=now,
            role=RoleName(member.role).value,
        )  # fmt: skip


def rename_brand(
    sessions: Sessions, actor: Actor, brand_id: int, name: str, *, now: datetime
) -> None:
    """Call a brand otherwise, in every campaign and profile; the same name changes nothing.

    Raises NotFound without such a brand, Invalid for an empty name, Conflict for one that is
    taken.
    """
    actor.must_be(*MANAGES)
    wanted = " ".join(name.split())
    if not wanted:
        raise Invalid("brand: give it a name")
    with writing(sessions, actor.organisation_id) as session:
        brand = session.scalar(select(Brand).where(Brand.id == brand_id))
        if brand is None:
            raise NotFound("This brand does not exist.")
        if brand.name == wanted:
            return
        if session.scalar(select(Brand.id).where(Brand.name == wanted)):
            raise Conflict(f"There is a brand named {wanted} already.")
        before, brand.name = brand.name, wanted
        audit.record(
            session, actor, "brand renamed", "brand", brand.id, now=now, before=before, name=wanted
        )


def _member(session: Session, member_id: int) -> Member:
    found = session.scalar(select(Member).where(Member.id == member_id).with_for_update())
    if found is None:
        raise NotFound("This member does not exist.")
    return found


def _keep_an_administrator(session: Session, member: Member) -> None:
    """Raise Refused when, without this member, nobody could look after the organisation.

    Who has set no password yet cannot, so does not count. All are locked in one order, so that
    two who give up the role at once cannot both.
    """
    if member.role != RoleName.ADMINISTRATOR:
        return
    there = session.execute(
        select(Member, User.password)
        .join(User, User.id == Member.user_id)
        .where(Member.role == RoleName.ADMINISTRATOR, Member.active, User.active)
        .order_by(Member.id)
        .with_for_update(of=Member)
        .execution_options(populate_existing=True)
    )
    if not any(one.id != member.id and password is not None for one, password in there):
        raise Refused(
            "This is the last administrator who can sign in. Give somebody else the role first."
        )
