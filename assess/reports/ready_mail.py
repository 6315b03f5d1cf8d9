"""Tell the member who asked by mail when a report that took long is ready: a link, no names."""

import smtplib
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Member, User
from assess.db.scope import reading
from assess.jobs import mail
from assess.jobs.queue import enqueue
from assess.jobs.worker import NotNow, Work
from assess.rankings.models import RankingSnapshot
from assess.reports.models import Report

JOB: Final = "mail-report-ready"
MANY_PAGES: Final = 100
MANY_SECONDS: Final = 30


def is_long(pages: int, seconds: float) -> bool:
    """Say whether somebody will have gone away from the page that waits."""
    return pages > MANY_PAGES or seconds > MANY_SECONDS


def queue_mail(session: Session, report: Report, *, now: datetime) -> None:
    """Queue the mail in the transaction that keeps the file; one for each file."""
    if report.asked_by is not None:
        said = {"report_id": report.id, "file_id": report.stored_file_id}
        enqueue(session, JOB, said, dedupe_key=f"{report.id}:{report.stored_file_id}", now=now)


def send_mail(work: Work) -> None:
    """Send it, unless the file is gone again or the asker is no member any more.

    Raises NotNow when the server does not take it.
    """
    said = work.job.payload
    with reading(work.sessions, work.job.organisation_id) as session:
        found = session.execute(
            select(Report, User.email, User.name, RankingSnapshot.campaign_id)
            .join(RankingSnapshot, RankingSnapshot.id == Report.snapshot_id)
            .join(Member, Member.id == Report.asked_by)
            .join(User, User.id == Member.user_id)
            .where(Report.id == said["report_id"], Report.stored_file_id == said["file_id"])
            .where(Member.active, User.active)
        ).one_or_none()
    if found is None:
        return
    _report, email, name, campaign_id = found
    link = f"{work.settings.public_url}/campaigns/{campaign_id}/reports/{said['report_id']}"
    reference = f"report-ready-{said['report_id']}-{said['file_id']}"
    simulated = work.settings.simulated
    try:
        message = mail.compose(
            work.settings, "report_ready", email, reference,
            name=name, link=link, simulated=simulated,
        )  # fmt: skip
        mail.send(work.settings, message)
    except (smtplib.SMTPException, OSError) as fault:
        # The server's words may hold the address.
        raise NotNow(f"mail not sent: {type(fault).__name__}") from fault
