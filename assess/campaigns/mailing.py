"""The invitation's mail: written and signed when it is sent, never stored."""

import math
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from assess.accounts import audit
from assess.accounts.actor import system
from assess.accounts.queries import organisation_name
from assess.authoring.queries import held
from assess.campaigns import queries, service
from assess.campaigns.queries import InvitationView
from assess.db.scope import reading, writing
from assess.errors import NotFound
from assess.instruments.catalogue import open_catalogue
from assess.instruments.model import Instrument
from assess.jobs import mail, queue
from assess.jobs.worker import NotNow, Work

#: Median time of 1008 web volunteers on one statement of the work-style questionnaire (2019).
STATEMENT_SECONDS = 3.25
#: Assumed until they are measured: reading speed, rating a response, choosing most or least.
WORDS_A_MINUTE, RATING_SECONDS, CHOICE_SECONDS = 200, 2, 5
#: The notice and the practice.
START_SECONDS = 180
ROUND_TO_MINUTES = 5


class Undelivered(NotNow):
    """A later try may deliver the mail."""


def send_invitation(work: Work) -> None:
    """Send the mail of the invitation the job names, and note that it was sent, or why not.

    Idempotent: an invitation that is sent stays so, and a try that is repeated because the
    worker died in between carries the same Message-ID. Raises Undelivered when a later try
    may succeed.
    """
    try:
        with reading(work.sessions, work.job.organisation_id) as session:
            invitation = queries.invitation(session, work.job.payload["invitation_id"])
            organisation = organisation_name(session, invitation.organisation_id)
            content = held(
                session, open_catalogue(work.settings.questionnaires_dir), invitation.parts
            )
    except NotFound:
        return  # erased in the meantime: there is nobody to write to
    if invitation.sent_at is not None:
        return
    minutes = minutes_needed([content.instrument(part.key) for part in invitation.battery])
    _note(work, invitation, _try_to_send(work, invitation, organisation, minutes))


def minutes_needed(instruments: Sequence[Instrument]) -> int:
    """Give about how many minutes a battery takes, rounded up to the next five."""
    seconds = START_SECONDS + sum(map(_seconds, instruments))
    return ROUND_TO_MINUTES * math.ceil(seconds / 60 / ROUND_TO_MINUTES)


def _seconds(instrument: Instrument) -> float:
    """Give how long the median person takes over one instrument."""
    if instrument.kind == "rating":
        return STATEMENT_SECONDS * len(instrument.items)
    texts = [
        text for b in instrument.blocks for text in (b.scenario or "", *(i.text for i in b.items))
    ]
    reading_time = 60 * sum(len(text.split()) for text in texts) / WORDS_A_MINUTE
    each = RATING_SECONDS if instrument.kind == "judgement" else CHOICE_SECONDS
    return reading_time + each * len(instrument.items)


def _try_to_send(
    work: Work, invitation: InvitationView, organisation: str, minutes: int
) -> str | None:
    """Hand the mail over; None when that is done, words for a fault no later try mends."""
    if invitation.email is None:
        return "There is no e-mail address."
    if work.now >= invitation.expires:
        return "The campaign was over before the mail could be sent."
    try:
        return deliver(work, _compose(work, invitation, invitation.email, organisation, minutes))
    except ValueError:
        return "The address or the title cannot stand in a mail."
    except Undelivered:
        if work.job.attempts >= queue.MAX_ATTEMPTS:
            _note(work, invitation, "The mail server could not be reached.")
        raise


def _compose(
    work: Work, invitation: InvitationView, email: str, organisation: str, minutes: int
) -> EmailMessage:
    message = mail.compose(
        work.settings,
        "invitation",
        email,
        f"invitation-{work.job.id}",
        language=invitation.language,
        name=invitation.name if invitation.name != email else None,
        organisation=organisation,
        brand=invitation.brand,
        minutes=minutes,
        parts=len(invitation.battery),
        limit=invitation.time_limit_minutes,
        last_day=format_date(invitation.closes_on, "long", locale=locale_of(invitation.language)),
        practice_link=f"{work.settings.public_url}/practice?lang={invitation.language}",
        link=service.invitation_link(work.settings, invitation),
        contact=invitation.owner_name,
        simulated=invitation.simulated,
    )
    if invitation.owner_email is not None:
        message["Reply-To"] = invitation.owner_email
    return message


def deliver(work: Work, message: EmailMessage) -> str | None:
    """Hand a mail over; None when that is done, words for a fault no later try mends.

    Raises Undelivered when a later try may succeed.
    """
    try:
        mail.send(work.settings, message)
    except smtplib.SMTPRecipientsRefused as refused:
        code = next((code for code, _words in refused.recipients.values()), 0)
        if code >= 500:
            return f"The mail server refused the address (code {code})."
        raise Undelivered(f"recipient, code {code}") from None
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            return f"The mail server refused the mail (code {refused.smtp_code})."
        raise Undelivered(f"mail, code {refused.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        return "The mail server cannot write to this kind of address."
    except (smtplib.SMTPException, OSError) as error:
        # The server's own words may hold the address; the kind of the fault is enough.
        raise Undelivered(type(error).__name__) from None
    return None


def _note(work: Work, invitation: InvitationView, fault: str | None) -> None:
    actor = system(work.job.organisation_id)
    with writing(work.sessions, work.job.organisation_id) as session:
        service.note_sent(session, invitation.id, fault, work.now)
        act = "invitation sent" if fault is None else "invitation not sent"
        audit.record(session, actor, act, "invitation", invitation.id, now=work.now)


def locale_of(language: str) -> Locale:
    """Give the locale that dates of a mail in ``language`` are written in."""
    if language == "en":
        language = "en-GB"  # day before month, as on the pages
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
