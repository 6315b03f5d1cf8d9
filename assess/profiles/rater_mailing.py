"""Send raters their link: written and signed when it is sent, never stored."""

import smtplib
from email.message import EmailMessage

from sqlalchemy import select

from assess.accounts import audit
from assess.accounts.actor import system
from assess.accounts.queries import organisation_name
from assess.db.scope import reading, writing
from assess.jobs import mail, queue
from assess.jobs.worker import NotNow, Work
from assess.profiles import rater_queries
from assess.profiles.models import Rater
from assess.profiles.rater_access import rater_link
from assess.profiles.rater_queries import RaterView, RoundView
from assess.profiles.rater_service import mail_reference
from assess.profiles.rater_statements import STATEMENTS


def send_link(work: Work) -> None:
    """Mail a rater their link, or note why it will not go; again is the same mail.

    Raises NotNow when a later try may succeed; the last try notes that as well.
    """
    with reading(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(select(Rater).where(Rater.id == work.job.payload["rater_id"]))
        if row is None or row.email is None or row.mailed_at is not None:
            return  # forgotten, or sent by an earlier try
        found = rater_queries.round_of(session, row.round_id)
        organisation = organisation_name(session, row.organisation_id)
    rater = found.rater(row.id)
    if not rater.may_rate or found.closed_at is not None:
        return
    try:
        fault = _deliver(work, _letter(work, organisation, found, rater))
    except NotNow:
        if work.job.attempts >= queue.MAX_ATTEMPTS:
            _note(work, rater.id, "The mail server could not be reached.")
        raise
    except ValueError:
        fault = "The address or the title cannot stand in a mail."
    _note(work, rater.id, fault)


def _letter(work: Work, organisation: str, found: RoundView, rater: RaterView) -> EmailMessage:
    talk = work.job.payload["talk"] and found.talks
    items = found.talks[-1]["items"] if talk else ()
    return mail.compose(
        work.settings,
        "rater",
        rater.email or "",
        mail_reference(work.job.id),
        organisation=organisation,
        brand=found.brand,
        profile=" ".join(found.profile.split()),
        name=rater.name if rater.name != rater.email else None,
        host=found.host,
        host_email=found.host_email,
        link=rater_link(work.settings, rater),
        last_day=f"{rater.link_ends:%d %B %Y}",
        talk=[one.text for one in STATEMENTS if one.code in items],
        simulated=work.settings.simulated,
    )


def _deliver(work: Work, message: EmailMessage) -> str | None:
    """Hand a mail over; None when that is done, else a fault that no later try mends."""
    try:
        mail.send(work.settings, message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, _words = next(iter(refused.recipients.values()))
        if code >= 500:
            return f"The mail server refused the address (code {code})."
        raise NotNow(f"recipient, code {code}") from None
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            return f"The mail server refused the mail (code {refused.smtp_code})."
        raise NotNow(f"mail, code {refused.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        # The server's own words may hold the address; the kind of the fault is enough.
        raise NotNow(type(error).__name__) from None
    return None


def _note(work: Work, rater_id: int, fault: str | None) -> None:
    with writing(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(select(Rater).where(Rater.id == rater_id))
        if row is None or row.forgotten_at is not None:
            return
        row.mailed_at, row.mail_fault = (None, fault) if fault else (work.now, None)
        act = "rater's mail not sent" if fault else "rater's mail sent"
        actor = system(work.job.organisation_id)
        audit.record(session, actor, act, "rater", rater_id, now=work.now)
