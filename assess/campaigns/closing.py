"""Move a campaign's last day, or close it at once; what was answered is kept either way."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.campaigns import outbox
from assess.campaigns.models import REMINDERS, Campaign, Invitation, MailKind
from assess.campaigns.service import INVITES
from assess.db.scope import Sessions, writing
from assess.errors import Invalid, NotFound

UNSENT: Final = "The campaign was closed before the mail could be sent."


@dataclass(frozen=True)
class UnderWay:
    """How many people a campaign has that are asked for something; who withdrew is in none."""

    not_started: int
    begun: int
    finished: int


def under_way(session: Session, campaign_id: int) -> UnderWay:
    """Count who has not started, who has begun, who has finished."""
    started, done = Invitation.started_at.is_not(None), Invitation.submitted_at.is_not(None)
    counted = (
        func.count(case((~started & ~done, Invitation.id))),
        func.count(case((started & ~done, Invitation.id))),
        func.count(case((done, Invitation.id))),
    )
    here = (Invitation.campaign_id == campaign_id, Invitation.withdrawn_at.is_(None))
    return UnderWay(*session.execute(select(*counted).where(*here)).one())


def move_last_day(
    sessions: Sessions, actor: Actor, campaign_id: int, last_day: date, *, now: datetime
) -> None:
    """Set another last day; links that were sent follow it, and a closed campaign opens again.

    Set to what it is, nothing happens. Raises Invalid for a day that is over or before the first,
    NotFound for a campaign of nobody or of another organisation, Refused for a role that may not.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _locked(session, campaign_id)
        if last_day < max(row.opens_on, now.date()):
            raise Invalid("last day: choose today or a later day, not before the first day")
        if (row.closes_on, row.closed_at) == (last_day, None):
            return
        audit.record(
            session, actor, "last day moved", "campaign", campaign_id, now=now,
            before=row.closes_on.isoformat(), after=last_day.isoformat(),
            reopened=row.closed_at is not None,
        )  # fmt: skip
        row.closes_on, row.closed_at = last_day, None


def close(sessions: Sessions, actor: Actor, campaign_id: int, *, now: datetime) -> None:
    """Let nobody begin from now on, and send no more; closed again, nothing happens.

    Who has begun can finish for a day. Raises as `move_last_day`.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _locked(session, campaign_id)
        if row.closed_at is not None:
            return
        here = Invitation.campaign_id == campaign_id
        outbox.drop_queued(
            session, select(Invitation.id).where(here), {MailKind.INVITATION, *REMINDERS}, now
        )
        unsent = (Invitation.sent_at.is_(None), Invitation.send_fault.is_(None))
        session.execute(update(Invitation).where(here, *unsent).values(send_fault=UNSENT))
        before = row.closes_on
        row.closed_at = now
        row.closes_on = min(before, max(row.opens_on, now.date()))
        audit.record(
            session, actor, "campaign closed", "campaign", campaign_id, now=now,
            before=before.isoformat(),
        )  # fmt: skip


def _locked(session: Session, campaign_id: int) -> Campaign:
    row = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if row is None:
        raise NotFound("This campaign does not exist.")
    return row
