"""Every mail to an invited person has a row and a job; both commit with what they tell of."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation, Mailing, MailKind, MailState
from assess.jobs import queue

MAIL_JOB = "mail"


@dataclass(frozen=True)
class MailLine:
    """One mail to one person; ``fault`` says why it was not sent or came back."""

    kind: MailKind
    state: MailState
    at: datetime
    fault: str | None


def queue_mails(
    session: Session,
    mails: Sequence[tuple[int, MailKind, int]],
    *,
    now: datetime,
    run_after: datetime | None = None,
    priority: int = queue.NORMAL,
    act_id: int | None = None,
) -> None:
    """Queue mails: (invitation id, kind, ordinal); ``act_id`` when a member asked for them.

    Raises IntegrityError, and queues none, when one of them was queued before: whatever crashes
    and runs again, no mail is doubled.
    """
    rows = [
        {
            "organisation_id": session.info["organisation_id"],
            "invitation_id": invitation_id,
            "kind": kind,
            "ordinal": ordinal,
            "message_id": f"{kind.replace('_', '-')}-{secrets.token_hex(16)}",
            "state": MailState.QUEUED,
            "queued_at": now,
            "act_id": act_id,
        }
        for invitation_id, kind, ordinal in mails
    ]
    if not rows:
        return
    # Asked for in the order of the rows, SQLite would insert them one by one.
    made = session.execute(
        insert(Mailing).returning(Mailing.id, Mailing.invitation_id, Mailing.kind, Mailing.ordinal),
        rows,
    )
    ids = {(invitation_id, kind, ordinal): id_ for id_, invitation_id, kind, ordinal in made}
    works = [({"mailing_id": ids[mail]}, ":".join(map(str, mail))) for mail in mails]
    queue.enqueue_new(session, MAIL_JOB, works, now=now, priority=priority, run_after=run_after)


def next_ordinal(session: Session, invitation_id: int, kind: MailKind) -> int:
    """Give which mail of its kind the next one is."""
    before = session.scalar(
        select(func.max(Mailing.ordinal)).where(
            Mailing.invitation_id == invitation_id, Mailing.kind == kind
        )
    )
    return (before or 0) + 1


def drop_queued(
    session: Session,
    invitation_ids: Collection[int] | Select[int],
    kinds: Collection[MailKind],
    now: datetime,
) -> list[int]:
    """Stop mails of these kinds that have not gone yet; give the invitations they were for."""
    stopped = session.scalars(
        update(Mailing)
        .where(
            Mailing.invitation_id.in_(invitation_ids),
            Mailing.kind.in_(kinds),
            Mailing.state == MailState.QUEUED,
        )
        .values(state=MailState.DROPPED, fault="There was no need for it any more.", closed_at=now)
        .returning(Mailing.invitation_id)
    )
    return list(stopped)


def lines(session: Session, invitation_ids: Sequence[int]) -> dict[int, tuple[MailLine, ...]]:
    """Give the mails to these invited people, oldest first, by invitation id.

    Those that fell away because there was no need any more are left out.
    """
    rows = session.scalars(
        select(Mailing)
        .where(Mailing.invitation_id.in_(invitation_ids), Mailing.state != MailState.DROPPED)
        .order_by(Mailing.id)
    )
    found: dict[int, tuple[MailLine, ...]] = {}
    for row in rows:
        at = row.closed_at or row.sent_at or row.queued_at
        line = MailLine(MailKind(row.kind), MailState(row.state), at, row.fault)
        found[row.invitation_id] = (*found.get(row.invitation_id, ()), line)
    return found


def note_sent(
    session: Session, mailing_id: int, now: datetime, wording_id: int | None = None
) -> None:
    """Note that a server has taken the mail, and which own text of the organisation it had."""
    _note(session, mailing_id, state=MailState.SENT, sent_at=now, wording_id=wording_id)


def note_ended(
    session: Session,
    mailing_id: int,
    state: MailState,
    fault: str,
    now: datetime,
    status: str | None = None,
) -> None:
    """Note that the mail did not or will not reach the person, and why."""
    _note(session, mailing_id, state=state, fault=fault[:300], status=status, closed_at=now)


def note_came_back(
    session: Session, mailing: Mailing, fault: str, status: str, now: datetime
) -> None:
    """Note a mail that a server had taken and another one returned.

    An invitation that came back counts as not sent: the recruiter sees why and can send again.
    """
    note_ended(session, mailing.id, MailState.BOUNCED, fault, now, status)
    if mailing.kind == MailKind.INVITATION:
        session.execute(
            update(Invitation)
            .where(Invitation.id == mailing.invitation_id, Invitation.sent_at == mailing.sent_at)
            .values(sent_at=None, send_fault=fault[:300])
        )


def _note(session: Session, mailing_id: int, **values: object) -> None:
    session.execute(update(Mailing).where(Mailing.id == mailing_id).values(**values))
