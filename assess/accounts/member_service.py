"""Look after members: their roles, the end of a membership."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit, factors, sign_ins
from assess.accounts.actor import Actor
from assess.accounts.models import Member, Organisation, RoleName, User
from assess.db.scope import Across, Sessions, across, writing
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


def ask_second_factor(sessions: Sessions, actor: Actor, *, asked: bool, now: datetime) -> None:
    """Ask every member for a second factor, or no longer; the same again changes nothing.

    Who has none is led to set it up, and can do nothing else before.
    """
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        organisation = session.get_one(Organisation, actor.organisation_id, with_for_update=True)
        if organisation.second_factor == asked:
            return
        organisation.second_factor = asked
        act = "second factor required" if asked else "second factor no longer required"
        audit.record(session, actor, act, "organisation", organisation.id, now=now)


def reset_factors(sessions: Sessions, actor: Actor, member_id: int, *, now: datetime) -> bool:
    """Remove a member's second factors and end their sign-ins; False: there were none.

    Raises NotFound without such a member, Refused when the membership has ended, and for
    somebody who is a member elsewhere too: one organisation must not open another's door.
    """
    actor.must_be(*MANAGES)
    with across(sessions, Across.SIGN_IN, write=True) as session:
        ours = Member.organisation_id == actor.organisation_id
        member = session.scalar(select(Member).where(Member.id == member_id, ours))
        if member is None:
            raise NotFound("This member does not exist.")
        if not member.active:
            raise Refused("This membership has ended.")
        elsewhere = select(Member.id).where(Member.user_id == member.user_id, Member.active, ~ours)
        if session.scalar(elsewhere.limit(1)) is not None:
            raise Refused(
                "This person is a member of another organisation, too. Whoever runs this service "
                "can remove the second factor."
            )
        if not factors.forget_all(session, member.user_id):
            return False
        sign_ins.end_all(session, member.user_id, now=now)
        audit.record(session, actor, "second factors reset", "member", member.id, now=now)
        return True


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
