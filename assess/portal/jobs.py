"""Work after the response: the mails of the person's own pages, and erasing."""

from email.message import EmailMessage

from babel.dates import format_date
from sqlalchemy import select

from assess.accounts.actor import system
from assess.accounts.queries import organisation_name
from assess.campaigns import queries as campaigns
from assess.campaigns.mailing import deliver, locale_of
from assess.campaigns.queries import InvitationView
from assess.candidates import erasure
from assess.db.engine import empty_log
from assess.db.scope import reading, writing
from assess.errors import NotFound
from assess.jobs import mail
from assess.jobs.worker import NotNow, Work
from assess.portal import codes
from assess.portal.codes import Act
from assess.portal.entry import portal_link
from assess.portal.models import ActCode, ContactChange, ErasureRequest
from assess.sittings.overview import kept_until


class LogInUse(NotNow):
    """The person is erased; the database's log is emptied by a later try."""


def send_confirmation(work: Work) -> None:
    """Confirm what was handed in, with the link to the person's own pages."""
    try:
        with reading(work.sessions, work.job.organisation_id) as session:
            own = campaigns.invitation(session, work.job.payload["invitation_id"])
            organisation = organisation_name(session, own.organisation_id)
    except NotFound:
        return  # erased in the meantime
    if own.email is None:
        return
    kept = format_date(kept_until(own.closes_on), "long", locale=locale_of(own.language))
    message = mail.compose(
        work.settings, "confirmation", own.email, f"confirmation-{work.job.id}",
        language=own.language, organisation=organisation, title=own.title, kept_until=kept,
        link=portal_link(work.settings, own), **_to(own),
    )  # fmt: skip
    _send(work, message)


def send_code(work: Work) -> None:
    """Draw a code and mail it: to the known address, or to a new one that is to be proven."""
    with writing(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(select(ActCode).where(ActCode.id == work.job.payload["code_id"]))
        if row is None:
            return
        act = Act(row.act)
        own = campaigns.invitation(session, row.invitation_id)
        change = session.scalar(
            select(ContactChange.email).where(ContactChange.invitation_id == own.id)
        )
        address = change if act is Act.NEW_ADDRESS else own.email
        code = codes.draw(session, work.settings, row.id, own.generation, work.now)
        organisation = organisation_name(session, own.organisation_id)
    if address is None or code is None:
        return
    half = codes.DIGITS // 2
    message = mail.compose(
        work.settings, "code", address, f"code-{work.job.id}", language=own.language,
        organisation=organisation, act=act.value, code=f"{code[:half]} {code[half:]}",
        minutes=int(codes.LASTS.total_seconds() // 60), **_to(own),
    )  # fmt: skip
    _send(work, message)


def erase_person(work: Work) -> None:
    """Erase somebody who asked for it and did not think again.

    Raises LogInUse while others read from the database.
    """
    with reading(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(
            select(ErasureRequest).where(ErasureRequest.id == work.job.payload["request_id"])
        )
    try:
        if row is None:
            empty_log(work.sessions)  # erased by an earlier try that got no further
        elif row.cancelled_at is None and work.now >= row.due_at:
            erasure.erase(
                work.sessions, work.settings, system(work.job.organisation_id),
                row.candidate_id, row.receipt, now=work.now,
            )  # fmt: skip
    except TimeoutError:
        raise LogInUse("others read from the database") from None


def _to(own: InvitationView) -> dict[str, object]:
    return {
        "name": own.name if own.name != own.email else None,
        "simulated": own.simulated,
        "contact": own.owner_name,
    }


def _send(work: Work, message: EmailMessage) -> None:
    """Hand a mail over; an address that takes none is nobody's to mend here."""
    deliver(work, message)
