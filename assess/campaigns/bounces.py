"""Read what comes back: delivery reports about our mails, and mails that ask for no more."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assess.accounts import audit
from assess.accounts.actor import system
from assess.accounts.models import Organisation
from assess.campaigns import outbox, stopping
from assess.campaigns.letters import STOP_WORD
from assess.campaigns.models import Mailing, MailState
from assess.db.scope import Across, Sessions, across, narrow, writing
from assess.errors import AssessError
from assess.jobs import mailbox, queue
from assess.jobs.delivery_reports import DeliveryReport, read_report, subject_of
from assess.jobs.mailbox import MailboxError
from assess.jobs.refusals import refusal
from assess.jobs.worker import NotNow, Planned, Work
from assess.settings import Settings

READ_JOB: Final = "read-mailbox"
#: Servers give up after five days at the latest.
DAYS_BACK: Final = timedelta(days=7)
READINGS_KEPT: Final = timedelta(days=1)
_REPORTS = (("Content-Type", "delivery-status"),)
_STOPS = (("Subject", STOP_WORD),)
_STOP = re.compile(rf"{STOP_WORD} ([\w.-]+)")


class Unread(NotNow):
    """The mailbox could not be read; the next try may."""


def enqueue_reading(sessions: Sessions, settings: Settings, start: datetime) -> None:
    """Queue a look into the mailbox, where there is one.

    The mailbox is the installation's and a job is an organisation's: the oldest one carries it.
    """
    if settings.imap_url is None:
        return
    with across(sessions, Across.PLANNED) as session:
        oldest = session.scalar(select(Organisation.id).order_by(Organisation.id).limit(1))
    if oldest is None:
        return
    try:
        with writing(sessions, oldest) as session:
            queue.enqueue(session, READ_JOB, {}, dedupe_key=start.isoformat(), now=start)
    except IntegrityError:
        return  # another worker was quicker


EACH_TEN_MINUTES: Final = Planned(timedelta(minutes=10), enqueue_reading)


def read_mailbox(work: Work) -> None:
    """Note every mail of ours that came back and every wish for no more; leave the rest unseen.

    Raises Unread when the mailbox cannot be read.
    """
    url = work.settings.imap_url
    if url is None:
        return
    wanted = _REPORTS + (_STOPS if work.settings.stop_address else ())
    try:
        mailbox.look_through(url, wanted, _taker(work), since=(work.now - DAYS_BACK).date())
    except MailboxError as error:
        raise Unread(str(error)) from None
    with writing(work.sessions, work.job.organisation_id) as session:
        queue.forget_done(session, READ_JOB, before=work.now - READINGS_KEPT)


def note_report(sessions: Sessions, report: DeliveryReport, *, now: datetime) -> bool:
    """Note that the mail of the report came back; False when it is none of ours."""
    with across(sessions, Across.REPORT, write=True) as session:
        found = session.scalar(
            select(Mailing)
            .where(Mailing.message_id.in_(report.message_ids))
            .limit(1)
            .with_for_update()
        )
        if found is None:
            return False
        narrow(session, found.organisation_id)
        if found.state != MailState.SENT:
            # Noted before; or quicker than the worker's own note, then it is read once more.
            return found.state != MailState.QUEUED
        fault = refusal("The mail came back", report.status, report.diagnostic)
        outbox.note_came_back(session, found, fault, report.status, now)
        audit.record(
            session, system(found.organisation_id), "mail came back", "invitation",
            found.invitation_id, now=now, mailing_id=found.id, status=report.status,
        )  # fmt: skip
        return True


def _taker(work: Work) -> Callable[[bytes], bool]:
    def take(content: bytes) -> bool:
        report = read_report(content)
        if report is not None:
            return note_report(work.sessions, report, now=work.now)
        return work.settings.stop_address is not None and _stopped(work, subject_of(content))

    return take


def _stopped(work: Work, subject: str) -> bool:
    """Stop the reminders that a mail's subject asks to stop; False when it asks for none."""
    asked = _STOP.search(subject)
    if asked is None:
        return False
    try:
        stopping.stop(work.sessions, work.settings, asked.group(1), now=work.now)
    except AssessError:
        return False
    return True
