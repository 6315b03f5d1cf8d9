"""Who has seen candidates' results: noted as it happens, told when a profile is changed.

Pages and files of rooms above show results; each notes it here, on the campaign or on a person's
invitation, so that a change of the profile can say who knew the results before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import AuditEvent, Member, User
from assess.campaigns.models import Invitation
from assess.db.scope import Sessions, reading, writing

CampaignAct = Literal["ranking viewed", "ranking downloaded", "report downloaded", "report read"]
PERSON_VIEWED = "person viewed"


@dataclass(frozen=True)
class Seen:
    """A member who has seen results of a campaign: when first and last, and by which acts."""

    member_id: int
    name: str
    first_at: datetime
    last_at: datetime
    acts: tuple[str, ...]


def note_seen(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    act: CampaignAct,
    *,
    now: datetime,
    **detail: Any,
) -> None:
    """Leave in the trail that a member saw results of a campaign; once a day for the same.

    ``detail`` holds ids. Looking again the same day, or twice at once, tells nothing new.
    """
    with reading(sessions, actor.organisation_id) as session:
        if _noted(session, actor, campaign_id, act, now, detail):
            return
    with writing(sessions, actor.organisation_id) as session:
        audit.record(session, actor, act, "campaign", campaign_id, now=now, **detail)


def seen_before(session: Session, campaign_id: int, moment: datetime) -> tuple[Seen, ...]:
    """Return the members who had seen results of a campaign before ``moment``, first one first."""
    invitations = select(Invitation.id).where(Invitation.campaign_id == campaign_id)
    of_campaign = and_(
        AuditEvent.subject_kind == "campaign",
        AuditEvent.subject_id == campaign_id,
        AuditEvent.act.in_(get_args(CampaignAct)),
    )
    of_person = and_(
        AuditEvent.subject_kind == "invitation",
        AuditEvent.subject_id.in_(invitations),
        AuditEvent.act == PERSON_VIEWED,
    )
    rows = session.execute(
        select(Member.id, User.name, AuditEvent.at, AuditEvent.act)
        .join(Member, Member.id == AuditEvent.actor_id)
        .join(User, User.id == Member.user_id)
        .where(
            or_(of_campaign, of_person),
            AuditEvent.actor_kind == "member",
            AuditEvent.at < moment,
        )
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    return _by_member([(member, name, at, act) for member, name, at, act in rows])


def _by_member(rows: Iterable[tuple[int, str, datetime, str]]) -> tuple[Seen, ...]:
    """Join events, oldest first, to one line a member."""
    found: dict[int, Seen] = {}
    for member_id, name, at, act in rows:
        before = found.get(member_id)
        acts = before.acts if before else ()
        found[member_id] = Seen(
            member_id=member_id,
            name=name,
            first_at=before.first_at if before else at,
            last_at=at,
            acts=acts if act in acts else (*acts, act),
        )
    return tuple(found.values())


def _noted(
    session: Session,
    actor: Actor,
    campaign_id: int,
    act: str,
    now: datetime,
    detail: dict[str, Any],
) -> bool:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    details = session.scalars(
        select(AuditEvent.detail).where(
            AuditEvent.subject_kind == "campaign",
            AuditEvent.subject_id == campaign_id,
            AuditEvent.act == act,
            AuditEvent.actor_kind == actor.kind,
            AuditEvent.actor_id == actor.id,
            AuditEvent.at >= today,
        )
    )
    return any(one == detail for one in details)
