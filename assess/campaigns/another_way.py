"""Candidates' questions for another way to take part: kept, mailed to the owner, answered.

A question says what the candidate has read and sent, and nothing more: no reason is asked for,
and how the candidate's own pages look is not known here.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor, system
from assess.accounts.models import RoleName
from assess.campaigns import queries
from assess.campaigns.models import Invitation, WayRequest
from assess.campaigns.queries import InvitationView
from assess.candidates.models import Candidate
from assess.db.scope import Sessions, reading, writing
from assess.errors import Invalid, NotFound
from assess.jobs import mail, queue
from assess.jobs.worker import NotNow, Work

ANSWERS: Final = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
MAIL_JOB: Final = "mail-way-request"
LONGEST_MESSAGE: Final = 1000


@dataclass(frozen=True)
class WayView:
    """One question; ``message`` may be empty."""

    id: int
    invitation_id: int
    name: str
    message: str
    asked_at: datetime
    answered_at: datetime | None


def ask(
    session: Session, actor: Actor, invitation: InvitationView, message: str, *, now: datetime
) -> None:
    """Keep a question in the caller's transaction, and queue the mail to the campaign's owner.

    The same words again while they are unanswered are the same question.
    """
    words = message.replace("\r\n", "\n").strip()
    if len(words) > LONGEST_MESSAGE:
        raise Invalid(f"message: at most {LONGEST_MESSAGE} characters, not {len(words)}")
    known = session.scalar(
        select(WayRequest.id).where(
            WayRequest.invitation_id == invitation.id,
            WayRequest.message == words,
            WayRequest.answered_at.is_(None),
        )
    )
    if known is not None:
        return
    row = WayRequest(invitation_id=invitation.id, message=words, asked_at=now)
    session.add(row)
    session.flush()
    queue.enqueue(
        session,
        MAIL_JOB,
        {"request_id": row.id, "invitation_id": invitation.id},
        dedupe_key=str(row.id),
        now=now,
    )
    audit.record(
        session, actor, "another way asked for", "invitation", invitation.id,
        now=now, request_id=row.id,
    )  # fmt: skip


def asked(session: Session, campaign_id: int) -> dict[int, Sequence[WayView]]:
    """Give a campaign's questions by invitation, each oldest first."""
    found: dict[int, list[WayView]] = {}
    for way in _ways(session, Invitation.campaign_id == campaign_id):
        found.setdefault(way.invitation_id, []).append(way)
    return dict(found)


def of_invitation(session: Session, invitation_id: int) -> Sequence[WayView]:
    """Give one candidate's own questions, oldest first."""
    return _ways(session, Invitation.id == invitation_id)


def mark_answered(
    sessions: Sessions, actor: Actor, campaign_id: int, request_id: int, *, now: datetime
) -> None:
    """Note that a member has answered a question; the first one stays.

    Raises NotFound for a question of another campaign, Refused for a role that may not.
    """
    actor.must_be(*ANSWERS)
    with writing(sessions, actor.organisation_id) as session:
        row = session.scalar(
            select(WayRequest)
            .join(Invitation, Invitation.id == WayRequest.invitation_id)
            .where(WayRequest.id == request_id, Invitation.campaign_id == campaign_id)
        )
        if row is None:
            raise NotFound("There is no such question in this campaign.")
        if row.answered_at is not None:
            return
        row.answered_at, row.answered_by = now, actor.id if actor.kind == "member" else None
        audit.record(
            session, actor, "another way answered", "invitation", row.invitation_id,
            now=now, request_id=row.id,
        )  # fmt: skip


def mail_reference(job_id: int) -> str:
    """Name the mail that tells the campaign's owner of a question."""
    return f"way-request-{job_id}"


def send_question(work: Work) -> None:
    """Mail a question to the campaign's owner; again is the same mail. NotNow: try later."""
    payload = work.job.payload
    try:
        with reading(work.sessions, work.job.organisation_id) as session:
            invitation = queries.invitation(session, payload["invitation_id"])
            ways = of_invitation(session, invitation.id)
    except NotFound:
        return  # erased in the meantime
    way = next((one for one in ways if one.id == payload["request_id"]), None)
    if way is None or invitation.owner_email is None:
        return  # the campaign's page shows it all the same
    message = _letter(work, invitation, invitation.owner_email, way)
    try:
        mail.send(work.settings, message)
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(type(error).__name__) from None
    actor = system(work.job.organisation_id)
    with writing(work.sessions, work.job.organisation_id) as session:
        session.execute(
            update(WayRequest).where(WayRequest.id == way.id).values(mailed_at=work.now)
        )
        audit.record(
            session, actor, "another way mailed", "invitation", invitation.id, now=work.now
        )


def _letter(work: Work, invitation: InvitationView, to: str, way: WayView) -> EmailMessage:
    return mail.compose(
        work.settings,
        "another_way",
        to,
        mail_reference(work.job.id),
        name=invitation.name,
        email=invitation.email,
        title=invitation.title,
        message=way.message,
        url=f"{work.settings.public_url}/campaigns/{invitation.campaign_id}/#ways",
        simulated=invitation.simulated,
    )


def _ways(session: Session, whose: ColumnElement[bool]) -> list[WayView]:
    rows = session.execute(
        select(WayRequest, Candidate.name)
        .join(Invitation, Invitation.id == WayRequest.invitation_id)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(whose)
        .order_by(WayRequest.id)
    )
    return [
        WayView(way.id, way.invitation_id, name, way.message, way.asked_at, way.answered_at)
        for way, name in rows
    ]
