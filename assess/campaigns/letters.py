"""Write the mails to candidates: plain text in the person's language, with their own links."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from assess.campaigns import service, stopping
from assess.campaigns.models import OUTCOMES, REMINDERS, MailKind
from assess.campaigns.portal_link import kept_until, portal_link
from assess.campaigns.queries import InvitationView
from assess.campaigns.wording import Wording, fill, known, tidy
from assess.instruments.model import Instrument
from assess.jobs import mail
from assess.settings import Settings

#: Median time of 1008 web volunteers on one statement of the work-style questionnaire (2019).
STATEMENT_SECONDS = 3.25
#: Assumed until they are measured: reading speed, rating a response, choosing most or least.
WORDS_A_MINUTE, RATING_SECONDS, CHOICE_SECONDS = 200, 2, 5
#: The notice and the practice.
START_SECONDS = 180
ROUND_TO_MINUTES = 5
#: What a mail asking to stop reminders has in its subject, before the token.
STOP_WORD: Final = "stop-mail"


@dataclass(frozen=True)
class Letter:
    """One mail to be written: its row, whom it is for, who sends it, what is to be answered.

    ``earlier`` has title and brand of the campaign whose answers the person is asked to lend.
    ``wording`` is the organisation's own text; without one it is ours.
    """

    mailing_id: int
    kind: MailKind
    message_id: str
    invitation: InvitationView
    organisation: str
    battery: tuple[Instrument, ...]
    earlier: tuple[str, str] | None = None
    wording: Wording | None = None


@dataclass(frozen=True)
class Parts:
    """A mail in pieces: what can be worded, and what is always said after it."""

    subject: str
    own: str
    fixed: str


def compose(
    settings: Settings, letter: Letter, email: str, *, link: str | None = None
) -> EmailMessage:
    """Write the mail, with the person's own links unless another is given for all of them.

    Raises ValueError when an address or a title cannot stand in one.
    """
    invitation = letter.invitation
    facts = _facts(settings, letter, link)
    message = mail.compose(
        settings, "letter", email, letter.message_id, language=invitation.language, **facts
    )
    if invitation.owner_email is not None:
        message["Reply-To"] = invitation.owner_email
    if letter.kind in REMINDERS and link is None:
        message["List-Unsubscribe"] = _ways_to_stop(settings, invitation, facts["stop_link"])
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def parts(settings: Settings, letter: Letter, *, link: str) -> Parts:
    """Write the mail in pieces, to be read before it is sent to anybody."""
    facts, language = _facts(settings, letter, link), letter.invitation.language
    whole = mail.render("letter", language=language, **facts)
    fixed = mail.render(f"fixed/{letter.kind}", language=language, **facts)
    subject, _, own = whole.removesuffix(fixed).partition("\n")
    return Parts(subject.strip(), own.strip(), fixed.strip())


def original(kind: MailKind, language: str) -> Wording:
    """Give our own text of a mail with its places, to begin a wording from."""
    places = {name: f"{{{name}}}" for name in known(kind)}
    text = mail.render(
        f"own/{kind}", language=language, editing=True, simulated=False,
        title="{job}", earlier=None, **{"link": "", **places},
    )  # fmt: skip
    subject, _, body = text.partition("\n")
    return tidy(subject, body)


def _facts(settings: Settings, letter: Letter, link: str | None) -> dict[str, Any]:
    """Give what the templates of mails know, the organisation's own text filled in."""
    invitation, language = letter.invitation, letter.invitation.language
    locale = locale_of(language)
    told = invitation.name if invitation.name != invitation.email else None
    facts: dict[str, Any] = {
        "kind": letter.kind.value,
        "editing": False,
        "name": told,
        "organisation": letter.organisation,
        "brand": invitation.brand,
        "title": invitation.title,
        "minutes": minutes_needed(letter.battery),
        "parts": len(letter.battery),
        "limit": invitation.time_limit_minutes,
        "last_day": format_date(invitation.closes_on, "full", locale=locale),
        "kept_until": format_date(kept_until(invitation.closes_on), "long", locale=locale),
        "link": link or _own_link(settings, letter),
        "practice_link": f"{settings.public_url}/practice?lang={language}",
        "stop_link": _stop_link(settings, letter, link),
        "contact": invitation.owner_name,
        "simulated": invitation.simulated,
        "earlier": letter.earlier,
    }
    values = {} if letter.wording is None else _values(letter, facts)
    own = letter.wording or Wording("", "")
    return facts | {"own_subject": fill(own.subject, values), "own_body": fill(own.body, values)}


def _values(letter: Letter, facts: Mapping[str, Any]) -> dict[str, str]:
    """Give what stands in the places of an own text, in the person's language."""
    language = letter.invitation.language
    said = {
        place: mail.render(template, language=language, **facts).strip()
        for place, template in (
            ("greeting", "_hello"),
            ("questionnaires", "_questionnaires"),
            ("time_limit", "_time_limit"),
        )
    }
    values = {"job": facts["title"], **said}
    return {name: str(values.get(name, facts.get(name)) or "") for name in known(letter.kind)}


def _stop_link(settings: Settings, letter: Letter, link: str | None) -> str | None:
    if letter.kind not in REMINDERS:
        return None
    return link or stopping.stop_link(settings, letter.invitation)


def minutes_needed(instruments: Sequence[Instrument]) -> int:
    """Give about how many minutes a battery takes, rounded up to the next five."""
    seconds = START_SECONDS + sum(map(_seconds, instruments))
    return ROUND_TO_MINUTES * math.ceil(seconds / 60 / ROUND_TO_MINUTES)


def locale_of(language: str) -> Locale:
    """Give the locale that writes days and moments for a language; English when there is none."""
    if language == "en":
        language = "en-GB"  # day before month, as on the pages
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _own_link(settings: Settings, letter: Letter) -> str:
    """Write the link the mail is about: to the questions, or once they are answered, beyond."""
    beyond = letter.kind == MailKind.THANKS or letter.kind in OUTCOMES
    write = portal_link if beyond else service.invitation_link
    return write(settings, letter.invitation)


def _ways_to_stop(settings: Settings, invitation: InvitationView, link: str) -> str:
    ways = f"<{link}>"
    if settings.stop_address is not None:
        subject = quote(f"{STOP_WORD} {stopping.stop_token(settings, invitation)}")
        ways = f"{ways}, <mailto:{settings.stop_address}?subject={subject}>"
    return ways


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
