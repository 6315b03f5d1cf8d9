"""Read decisions: the newest of each person, one person's all, who was looked at or told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assess.accounts.models import AuditEvent, Member, User
from assess.campaigns import outbox
from assess.campaigns.models import OUTCOMES, Invitation, Mailing, MailState
from assess.campaigns.outbox import MailLine
from assess.candidates.models import Candidate
from assess.rankings.models import Decision, DecisionKind, OutcomeTold
from assess.rankings.service import PERSON_VIEWED


@dataclass(frozen=True)
class DecisionView:
    """One decision: what, why, whose, when, and when the person was told, None before."""

    id: int
    candidate_id: int
    kind: DecisionKind
    reason: str
    by: str
    at: datetime
    told_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """A decision that is to be told; without an address it cannot be by mail."""

    decision_id: int
    candidate_id: int
    invitation_id: int
    kind: DecisionKind
    code: str
    name: str
    language: str
    has_address: bool


@dataclass(frozen=True)
class Undelivered:
    """A decision that was told by a mail that did not arrive, and why it did not."""

    candidate_id: int
    invitation_id: int
    kind: DecisionKind
    code: str
    name: str
    fault: str
    at: datetime
    has_address: bool


@dataclass(frozen=True)
class Told:
    """What a person was told last: how somebody decided, when, and when that was told."""

    kind: DecisionKind
    decided_at: datetime
    told_at: datetime


def newest(
    session: Session, campaign_id: int, candidate_ids: Collection[int] | None = None
) -> dict[int, DecisionView]:
    """Return the decision that counts, of all or some, by candidate id; not all have one."""
    counting = _counting(campaign_id)
    if candidate_ids is not None:
        counting = counting.where(Decision.candidate_id.in_(candidate_ids))
    found = session.execute(_decisions().where(Decision.id.in_(counting)))
    return {row.candidate_id: _view(row, name, told_at) for row, name, told_at in found}


def untold(session: Session, campaign_id: int) -> int:
    """Count the decisions other than hold that count and that nobody was told of."""
    found = session.scalar(
        select(func.count(Decision.id))
        .outerjoin(OutcomeTold, OutcomeTold.decision_id == Decision.id)
        .where(
            Decision.id.in_(_counting(campaign_id)),
            Decision.kind != DecisionKind.HOLD,
            OutcomeTold.id.is_(None),
        )
    )
    return found or 0


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


def waiting(session: Session, campaign_id: int) -> list[Waiting]:
    """Return the decisions that count and are not told yet, by kind and language, then by code.

    Who withdrew is left out, and so is who is on hold: there is nothing to tell.
    """
    rows = session.execute(
        select(Decision, Invitation.id, Candidate)
        .join(Candidate, Candidate.id == Decision.candidate_id)
        .join(Invitation, Invitation.candidate_id == Candidate.id)
        .outerjoin(OutcomeTold, OutcomeTold.decision_id == Decision.id)
        .where(
            Decision.id.in_(_counting(campaign_id)),
            Decision.kind != DecisionKind.HOLD,
            OutcomeTold.id.is_(None),
            Invitation.campaign_id == campaign_id,
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Decision.kind, Candidate.language, Candidate.code)
    )
    return [
        Waiting(
            decision_id=row.id,
            candidate_id=person.id,
            invitation_id=invitation_id,
            kind=DecisionKind(row.kind),
            code=person.code,
            name=person.name,
            language=person.language,
            has_address=person.email is not None,
        )
        for row, invitation_id, person in rows
    ]


def undelivered(session: Session, campaign_id: int) -> list[Undelivered]:
    """Return the decisions that count and were told by a mail that did not arrive, by code."""
    newest_mail = (
        select(func.max(Mailing.id))
        .where(Mailing.kind.in_(OUTCOMES))
        .where(Mailing.state != MailState.DROPPED)
        .group_by(Mailing.invitation_id)
    )
    rows = session.execute(
        select(Decision.kind, Invitation.id, Candidate, Mailing)
        .join(OutcomeTold, OutcomeTold.decision_id == Decision.id)
        .join(Candidate, Candidate.id == Decision.candidate_id)
        .join(Invitation, Invitation.candidate_id == Candidate.id)
        .join(Mailing, Mailing.invitation_id == Invitation.id)
        .where(
            Decision.id.in_(_counting(campaign_id)),
            Invitation.campaign_id == campaign_id,
            Invitation.withdrawn_at.is_(None),
            Mailing.id.in_(newest_mail),
            Mailing.state.in_((MailState.FAILED, MailState.REFUSED, MailState.BOUNCED)),
        )
        .order_by(Candidate.code)
    )
    return [
        Undelivered(
            candidate_id=person.id,
            invitation_id=invitation_id,
            kind=DecisionKind(kind),
            code=person.code,
            name=person.name,
            fault=mail.fault or "",
            at=mail.closed_at or mail.queued_at,
            has_address=person.email is not None,
        )
        for kind, invitation_id, person, mail in rows
    ]


def told(session: Session, campaign_id: int, candidate_id: int) -> Told | None:
    """Return what a person was told last of a campaign, None before."""
    found = session.execute(
        select(Decision, OutcomeTold.told_at)
        .join(OutcomeTold, OutcomeTold.decision_id == Decision.id)
        .where(Decision.campaign_id == campaign_id, Decision.candidate_id == candidate_id)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    row, told_at = found
    return Told(DecisionKind(row.kind), row.decided_at, told_at)


def outcome_mail(session: Session, campaign_id: int, candidate_id: int) -> MailLine | None:
    """Return what became of the last mail that told a person of a decision."""
    invitation_id = session.scalar(
        select(Invitation.id).where(
            Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id
        )
    )
    if invitation_id is None:
        return None
    mails = outbox.lines(session, [invitation_id]).get(invitation_id, ())
    return next((one for one in reversed(mails) if one.kind in OUTCOMES), None)


def _counting(campaign_id: int) -> Select[int]:
    """Choose the decision of each person that counts: the newest."""
    return (
        select(func.max(Decision.id))
        .where(Decision.campaign_id == campaign_id)
        .group_by(Decision.candidate_id)
    )


def _decisions() -> Select[Decision, str, datetime]:
    return (
        select(Decision, User.name, OutcomeTold.told_at)
        .outerjoin(OutcomeTold, OutcomeTold.decision_id == Decision.id)
        .join(Member, Member.id == Decision.decided_by)
        .join(User, User.id == Member.user_id)
    )


def _view(row: Decision, name: str, told_at: datetime | None) -> DecisionView:
    return DecisionView(
        id=row.id,
        candidate_id=row.candidate_id,
        kind=DecisionKind(row.kind),
        reason=row.reason,
        by=name,
        at=row.decided_at,
        told_at=told_at,
    )
