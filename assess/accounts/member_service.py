"""Look after members: their roles, the end of a membership."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit, sign_ins
from assess.accounts.actor import Actor
from assess.accounts.models import Member, RoleName, User
from assess.db.scope import Sessions, writing
from assess.errors import NotFound, Refused

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
