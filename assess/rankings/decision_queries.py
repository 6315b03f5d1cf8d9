"""Read decisions: the newest of each person, one person's all, who was looked at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assess.accounts.models import AuditEvent, Member, User
from assess.campaigns.models import Invitation
from assess.rankings.models import Decision, DecisionKind
from assess.rankings.service import PERSON_VIEWED


@dataclass(frozen=True)
class DecisionView:
    """One decision: what, why, whose, when."""

    id: int
    candidate_id: int
    kind: DecisionKind
    reason: str
    by: str
    at: datetime


def newest(session: Session, campaign_id: int) -> dict[int, DecisionView]:
    """Return the decision that counts, by candidate id; who has none is not in it."""
    last = (
        select(func.max(Decision.id))
        .where(Decision.campaign_id == campaign_id)
        .group_by(Decision.candidate_id)
    )
    found = session.execute(_decisions().where(Decision.id.in_(last)))
    return {row.candidate_id: _view(row, name) for row, name in found}


def history(session: Session, campaign_id: int, candidate_id: int) -> tuple[DecisionView, ...]:
    """Return all decisions about one person, the one that counts first."""
    found = session.execute(
        _decisions()
        .where(Decision.campaign_id == campaign_id, Decision.candidate_id == candidate_id)
        .order_by(Decision.id.desc())
    )
    return tuple(_view(*row) for row in found)


def last_id(
    session: Session, campaign_id: int, candidate_ids: Collection[int] | None = None
) -> int:
    """Return the id of a campaign's last decision, or of the last about some; 0 without one."""
    chosen = select(func.max(Decision.id)).where(Decision.campaign_id == campaign_id)
    if candidate_ids is not None:
        chosen = chosen.where(Decision.candidate_id.in_(candidate_ids))
    return session.scalar(chosen) or 0


def opened(
    session: Session,
    campaign_id: int,
    member_id: int,
    candidate_ids: Collection[int],
    since: datetime,
) -> set[int]:
    """Return whose page this member has opened since the ranking was made."""
    found = session.scalars(
        select(Invitation.candidate_id)
        .join(AuditEvent, AuditEvent.subject_id == Invitation.id)
        .where(
            Invitation.campaign_id == campaign_id,
            Invitation.candidate_id.in_(candidate_ids),
            AuditEvent.subject_kind == "invitation",
            AuditEvent.act == PERSON_VIEWED,
            AuditEvent.actor_kind == "member",
            AuditEvent.actor_id == member_id,
            AuditEvent.at >= since,
        )
    )
    return set(found)


def _decisions() -> Select[Decision, str]:
    return (
        select(Decision, User.name)
        .join(Member, Member.id == Decision.decided_by)
        .join(User, User.id == Member.user_id)
    )


def _view(row: Decision, name: str) -> DecisionView:
    return DecisionView(
        id=row.id,
        candidate_id=row.candidate_id,
        kind=DecisionKind(row.kind),
        reason=row.reason,
        by=name,
        at=row.decided_at,
    )
