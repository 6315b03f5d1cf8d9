"""One click stops reminders (RFC 8058): the signed link, whom it is about, the act, its undoing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.queries import organisation_name
from assess.campaigns.models import Invitation
from assess.campaigns.queries import InvitationView
from assess.candidates import queries as candidate_queries
from assess.candidates import service as candidates
from assess.candidates.models import Candidate
from assess.db.scope import Across, Sessions, across, narrow
from assess.errors import NotFound
from assess.settings import Settings
from assess.web import links

STOP_PURPOSE: Final = "stop-mail"
#: Old mails stay in mailboxes: their link works on when the campaign is long over.
STILL_STOPS: Final = timedelta(days=365)


@dataclass(frozen=True)
class StopView:
    """Whose reminders a link stops, as far as its page says; ``stopped_at`` None: they are sent."""

    organisation: str
    language: str
    stopped_at: datetime | None


def stop_token(settings: Settings, invitation: InvitationView) -> str:
    """Sign the token that stops reminders; it lets nobody in, and a new link leaves it valid."""
    expires = invitation.expires + STILL_STOPS
    return links.token(settings, STOP_PURPOSE, invitation.id, 0, expires)


def stop_link(settings: Settings, invitation: InvitationView) -> str:
    """Write the link that stops reminders."""
    return f"{settings.public_url}/stop-mail/{stop_token(settings, invitation)}"


def look(sessions: Sessions, settings: Settings, token: str, *, now: datetime) -> StopView:
    """Read what the link is about and change nothing.

    Raises NotFound for a link that is not ours or a person who is gone, Refused out of time.
    """
    with _person(sessions, settings, token, now, write=False) as (session, _invitation, person):
        name = organisation_name(session, person.organisation_id)
        return StopView(name, person.language, person.reminders_stopped_at)


def stop(sessions: Sessions, settings: Settings, token: str, *, now: datetime) -> None:
    """Stop all reminders of the link's organisation to its person; again, it changes nothing.

    What a recruiter sends by an act of their own (an invitation) still goes. Raises as `look`.
    """
    with _person(sessions, settings, token, now, write=True) as (session, invitation, person):
        if person.reminders_stopped_at is None:
            candidates.stop_reminders(session, person.id, now)
            _record(session, "reminders stopped", invitation, person.id, now)


def resume(sessions: Sessions, settings: Settings, token: str, *, now: datetime) -> None:
    """Take the stopping back. Raises as `look`."""
    with _person(sessions, settings, token, now, write=True) as (session, invitation, person):
        if person.reminders_stopped_at is not None:
            candidates.resume_reminders(session, person.id)
            _record(session, "reminders resumed", invitation, person.id, now)


@contextmanager
def _person(
    sessions: Sessions, settings: Settings, token: str, now: datetime, *, write: bool
) -> Iterator[tuple[Session, Invitation, Candidate]]:
    claim = links.claim(settings, STOP_PURPOSE, token, now=now)
    with across(sessions, Across.LINK, write=write) as session:
        invitation = session.get(Invitation, claim.id)
        if invitation is None:
            raise NotFound("This link leads to nobody any more.")
        narrow(session, invitation.organisation_id)
        person = session.scalars(
            select(Candidate).where(
                Candidate.id == candidate_queries.merged_into(session, invitation.candidate_id)
            )
        ).one()
        yield session, invitation, person


def _record(
    session: Session, act: str, invitation: Invitation, candidate_id: int, now: datetime
) -> None:
    actor = Actor(invitation.organisation_id, "link", invitation.id)
    audit.record(session, actor, act, "candidate", candidate_id, now=now)
