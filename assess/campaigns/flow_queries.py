"""Count a campaign's people by day, step and place; find those who stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from assess.campaigns.flow import Flow, Step
from assess.campaigns.models import Invitation, Mailing, MailKind, MailState
from assess.campaigns.reminding import STALLED_FOR
from assess.candidates.models import Candidate
from assess.db.days import utc_day

MOST_STALLED: Final = 10
MANY: Final = 20_000
"""Campaigns of more people are counted again only when someone joins, or a minute has passed."""
KEPT_FOR: Final = timedelta(minutes=1)
_MOST_KEPT: Final = 64
#: Kinds of decision as the room of rankings names them: who is hired was advanced.
HIRED: Final = "hired"
ADVANCED: Final = ("advance", HIRED)


@dataclass(frozen=True)
class StalledPerson:
    """Somebody who has begun and stopped; ``reminded`` how often, ``stopped`` mails for good."""

    invitation_id: int
    name: str
    last_at: datetime
    answered: int
    items: int
    reminded: int
    stopped: bool


@dataclass(frozen=True)
class Counted:
    """A campaign's flow; who has begun and stopped, as (items answered, people); the latest ids."""

    flow: Flow
    stopped: tuple[tuple[int, int], ...]
    latest: tuple[int, ...]


class Kept:
    """Counts of large campaigns, for a minute; one service's own, never another's."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[int, int], tuple[int, Counted]] = {}

    def counted(self, session: Session, campaign_id: int, now: datetime) -> Counted:
        """Give a campaign's counts, of a large one perhaps of up to a minute ago."""
        place = session.info["organisation_id"], campaign_id
        invited = session.scalar(select(func.count(Invitation.id)).where(_in(campaign_id)))
        before = self._kept.get(place)
        if before and before[0] == invited:
            kept = before[1]
            if now - KEPT_FOR < kept.flow.counted_at <= now:
                return kept
        found = counted(session, campaign_id, now)
        if invited and invited > MANY:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[place] = invited, found
        return found


def counted(session: Session, campaign_id: int, now: datetime) -> Counted:
    """Count a campaign's people now."""
    return Counted(
        flow(session, campaign_id, now),
        stopped_at(session, campaign_id, now),
        _latest(session, campaign_id, now),
    )


def flow(session: Session, campaign_id: int, now: datetime) -> Flow:
    """Count everybody invited by their days, in one statement."""
    invited, started, finished = (
        utc_day(Invitation.created_at),
        utc_day(Invitation.started_at),
        utc_day(Invitation.submitted_at),
    )
    gone = Invitation.withdrawn_at.is_not(None)
    rows = session.execute(
        select(
            invited, started, finished, gone, func.count(Invitation.id),
            func.count(Invitation.sent_at), func.count(Invitation.send_fault),
            _decided(*ADVANCED), _decided(HIRED),
        )
        .where(_in(campaign_id))
        .group_by(invited, started, finished, gone)
    )  # fmt: skip
    return Flow(
        now,
        tuple(
            Step(date.fromisoformat(day), _day(begun), _day(done), bool(withdrawn), *counts)
            for day, begun, done, withdrawn, *counts in rows
        ),
    )


def stopped_at(session: Session, campaign_id: int, now: datetime) -> tuple[tuple[int, int], ...]:
    """Count those who have begun and stopped by how many items they answered: (items, people)."""
    rows = session.execute(
        select(Invitation.answered, func.count(Invitation.id))
        .where(_in(campaign_id), _stalled(now))
        .group_by(Invitation.answered)
        .order_by(Invitation.answered)
    )
    return tuple((answered, people) for answered, people in rows)


def stalled(session: Session, invitation_ids: Sequence[int], now: datetime) -> list[StalledPerson]:
    """Give those of these who have begun and stopped, the latest first."""
    found = session.execute(
        select(Invitation, Candidate.name, Candidate.reminders_stopped_at)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(Invitation.id.in_(invitation_ids), _stalled(now))
        .order_by(_last_act().desc(), Invitation.id)
    ).all()
    reminders = _reminders(session, [row.id for row, _name, _stopped in found])
    return [
        StalledPerson(
            row.id, name, row.last_answer_at or row.started_at or now, row.answered, row.items,
            reminders.get(row.id, 0), stopped is not None,
        )
        for row, name, stopped in found
    ]  # fmt: skip


def _latest(session: Session, campaign_id: int, now: datetime) -> tuple[int, ...]:
    """Give the ids of MOST_STALLED invitations of people who have stopped, the latest."""
    ids = session.scalars(
        select(Invitation.id)
        .where(_in(campaign_id), _stalled(now))
        .order_by(_last_act().desc(), Invitation.id)
        .limit(MOST_STALLED)
    )
    return tuple(ids)


def _reminders(session: Session, invitation_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Mailing.invitation_id, func.count(Mailing.id))
        .where(
            Mailing.invitation_id.in_(invitation_ids),
            Mailing.kind == MailKind.STALLED,
            Mailing.state == MailState.SENT,
        )
        .group_by(Mailing.invitation_id)
    )
    return {invitation_id: times for invitation_id, times in rows}  # noqa: C416 - rows, not pairs


def _decided(*kinds: str) -> ColumnElement[int]:
    return func.count(case((Invitation.decision.in_(kinds), Invitation.id)))


def _in(campaign_id: int) -> ColumnElement[bool]:
    return Invitation.campaign_id == campaign_id


def _last_act() -> ColumnElement[Any]:
    return func.coalesce(Invitation.last_answer_at, Invitation.started_at)


def _stalled(now: datetime) -> ColumnElement[bool]:
    return and_(
        Invitation.submitted_at.is_(None),
        Invitation.started_at.is_not(None),
        Invitation.withdrawn_at.is_(None),
        _last_act() < now - STALLED_FOR,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
