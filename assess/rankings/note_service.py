"""Notes of members about a person in a campaign: written, read, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import Member, RoleName, User
from assess.campaigns.models import Invitation
from assess.db.scope import Sessions, writing
from assess.errors import Invalid, NotFound, Refused
from assess.rankings.models import PersonNote

WRITES: Final = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
LONGEST_NOTE: Final = 4000
LONGEST_ACT: Final = 40


@dataclass(frozen=True)
class NoteView:
    """One note: what, whose, when."""

    text: str
    by: str
    at: datetime


def write_note(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    candidate_id: int,
    text: str,
    act: str,
    *,
    now: datetime,
) -> None:
    """Keep a note; ``act`` names the form, so that a form sent twice writes once.

    Raises Refused for a role that may not and for anybody who is no member, Invalid for no words
    or too many, NotFound for a person who is not in the campaign.
    """
    actor.must_be(*WRITES)
    if actor.kind != "member" or actor.id is None:
        raise Refused("Only a member writes notes.")
    words = text.replace("\r\n", "\n").strip()
    if not 0 < len(words) <= LONGEST_NOTE or "\0" in words:
        raise Invalid(f"note: must have 1 to {LONGEST_NOTE} characters that can be kept")
    if not 0 < len(act) <= LONGEST_ACT:
        raise Invalid("form: it has no name; load the page again")
    with writing(sessions, actor.organisation_id) as session:
        # The row is locked, so that a form sent twice at once writes once.
        invitation_id = session.scalar(
            select(Invitation.id)
            .where(Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id)
            .with_for_update()
        )
        if invitation_id is None:
            raise NotFound("This person is not in the campaign.")
        if session.scalar(select(PersonNote.id).where(PersonNote.act == act)) is not None:
            return
        session.add(
            PersonNote(
                campaign_id=campaign_id,
                candidate_id=candidate_id,
                text=words,
                written_by=actor.id,
                written_at=now,
                act=act,
            )
        )
        audit.record(session, actor, "note written", "invitation", invitation_id, now=now)


def notes(session: Session, campaign_id: int, candidate_id: int) -> Sequence[NoteView]:
    """Return the notes about a person in a campaign, oldest first."""
    rows = session.execute(
        select(PersonNote, User.name)
        .join(Member, Member.id == PersonNote.written_by)
        .join(User, User.id == Member.user_id)
        .where(PersonNote.campaign_id == campaign_id, PersonNote.candidate_id == candidate_id)
        .order_by(PersonNote.id)
    )
    return [NoteView(row.text, name, row.written_at) for row, name in rows]
