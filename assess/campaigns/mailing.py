"""Send the mails to candidates: each is written and signed when it is sent, never stored."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import system
from assess.accounts.queries import organisation_name
from assess.authoring.queries import held
from assess.campaigns import considering, letters, outbox, queries, service, wording_queries
from assess.campaigns.letters import Letter, minutes_needed
from assess.campaigns.models import REMINDERS, Mailing, MailKind, MailState
from assess.campaigns.queries import InvitationView
from assess.campaigns.reminders import moment_to_send
from assess.db.scope import reading, writing
from assess.instruments.catalogue import open_catalogue
from assess.jobs import mail, queue
from assess.jobs.refusals import refusal, status_in
from assess.jobs.worker import Later, NotNow, Work
from assess.settings import Settings

__all__ = [
    "Fault",
    "Undelivered",
    "deliver",
    "hand_over",
    "minutes_needed",
    "preview",
    "send_mail",
]

LINK_IN_PREVIEW: Final = "[…]"


class Undelivered(NotNow):
    """A later try may deliver the mail."""


@dataclass(frozen=True)
class Fault:
    """Why a mail will not go: words for the recruiter, the status code where there is one."""

    state: MailState
    words: str
    status: str | None = None


def send_mail(work: Work) -> None:
    """Send the mail of the row the job names, and note that it was sent, or why not.

    Idempotent: a mail that is sent stays so, and a try that is repeated because the worker died
    in between carries the same Message-ID. A reminder that there is no need for any more falls
    away. Raises Undelivered when a later try may succeed, Later when it has to wait for the
    morning where the person is.
    """
    with reading(work.sessions, work.job.organisation_id) as session:
        letter = _letter(session, work.settings, work.job.payload["mailing_id"])
        if letter is None:
            return
        fault = _fault_before_sending(session, letter, work)
    note = partial(_note, work, letter)
    if fault is None:
        email = letter.invitation.email or ""
        hand_over(work, partial(letters.compose, work.settings, letter, email), note)
    else:
        note(fault)


def preview(
    session: Session, settings: Settings, invitation_id: int, kind: MailKind
) -> tuple[str, str]:
    """Write a mail as its person would get it: subject and text, for a member to read first.

    The person's own link is not in it: whoever has that is let in as the person.
    """
    invitation = queries.invitation(session, invitation_id)
    letter = _write_to(session, settings, invitation, kind)
    message = letters.compose(settings, letter, invitation.email or "", link=LINK_IN_PREVIEW)
    return message["Subject"], message.get_content()


def hand_over(
    work: Work, write: Callable[[], EmailMessage], note: Callable[[Fault | None], None]
) -> None:
    """Write a mail and hand it over; ``note`` is told that it went, or of a fault that stays.

    Raises Undelivered when a later try may succeed; the last try notes that as well.
    """
    try:
        fault = deliver(work.settings, write())
    except ValueError:
        fault = Fault(MailState.FAILED, "The address or the title cannot stand in a mail.")
    except Undelivered:
        if work.job.attempts >= queue.MAX_ATTEMPTS:
            note(Fault(MailState.FAILED, "The mail server could not be reached."))
        raise
    note(fault)


def _letter(session: Session, settings: Settings, mailing_id: int) -> Letter | None:
    """Give the mail to be written; None when it is done, or its person was erased meanwhile."""
    row = session.get(Mailing, mailing_id)
    if row is None or row.state != MailState.QUEUED:
        return None
    invitation = queries.invitation(session, row.invitation_id)
    return _write_to(session, settings, invitation, MailKind(row.kind), row.id, row.message_id)


def _write_to(
    session: Session,
    settings: Settings,
    invitation: InvitationView,
    kind: MailKind,
    mailing_id: int = 0,
    message_id: str = "preview",
) -> Letter:
    content = held(session, open_catalogue(settings.questionnaires_dir), invitation.parts)
    return Letter(
        mailing_id=mailing_id,
        kind=kind,
        message_id=message_id,
        invitation=invitation,
        organisation=organisation_name(session, invitation.organisation_id),
        battery=tuple(content.instrument(part.key) for part in invitation.battery),
        earlier=considering.asked_from(session, invitation.id),
        wording=wording_queries.counting(
            session, invitation.campaign_id, kind, invitation.language
        ),
    )


def _fault_before_sending(session: Session, letter: Letter, work: Work) -> Fault | None:
    invitation, now = letter.invitation, work.now
    if letter.kind in REMINDERS:
        moment = moment_to_send(session, letter.mailing_id, letter.kind, invitation.id, now)
        if moment is None:
            return Fault(MailState.DROPPED, "There was no need for it any more.")
        if moment > now:
            raise Later(moment)
    if invitation.email is None:
        return Fault(MailState.FAILED, "There is no e-mail address.")
    if letter.kind == MailKind.INVITATION and now >= invitation.expires:
        return Fault(MailState.FAILED, "The campaign was over before the mail could be sent.")
    return None


def deliver(settings: Settings, message: EmailMessage) -> Fault | None:
    """Hand a mail over; None when that is done, else a fault that no later try mends."""
    try:
        mail.send(settings, message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        if code >= 500:
            return _refused("The mail server refused the address", code, words)
        raise Undelivered(f"recipient, code {code}") from None
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            return _refused(
                "The mail server refused the mail", refused.smtp_code, refused.smtp_error
            )
        raise Undelivered(f"mail, code {refused.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        return Fault(MailState.REFUSED, "The mail server cannot write to this kind of address.")
    except (smtplib.SMTPException, OSError) as error:
        # The server's own words may hold the address; the kind of the fault is enough.
        raise Undelivered(type(error).__name__) from None
    return None


def _refused(what: str, code: int, words: bytes | str) -> Fault:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    status = status_in(said) or str(code)
    return Fault(MailState.REFUSED, refusal(what, status, said), status)


def _note(work: Work, letter: Letter, fault: Fault | None) -> None:
    actor, invitation_id = system(work.job.organisation_id), letter.invitation.id
    with writing(work.sessions, work.job.organisation_id) as session:
        if fault is None:
            wording_id = letter.wording.id if letter.wording else None
            outbox.note_sent(session, letter.mailing_id, work.now, wording_id)
        else:
            outbox.note_ended(
                session, letter.mailing_id, fault.state, fault.words, work.now, fault.status
            )
        if letter.kind == MailKind.INVITATION:
            words = None if fault is None else fault.words
            service.note_sent(session, invitation_id, words, work.now)
        act = f"{_name(letter.kind)} {'sent' if fault is None else 'not sent'}"
        audit.record(
            session, actor, act, "invitation", invitation_id, now=work.now,
            mailing_id=letter.mailing_id,
        )  # fmt: skip


def _name(kind: MailKind) -> str:
    return "reminder" if kind in REMINDERS else kind.value
