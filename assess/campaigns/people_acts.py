"""Who of a campaign an act on many people concerns, and what it would come to for each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assess.campaigns.models import (
    Campaign,
    Invitation,
    Mailing,
    MailKind,
    MailState,
    PeopleActKind,
)
from assess.campaigns.queries import InvitedPerson, person_of
from assess.campaigns.reminders import facts_of, people_and_reminders, rules_of
from assess.campaigns.reminding import STALLED_FOR, Hindrance, Reminder, hindrance
from assess.candidates.models import Candidate

#: What became of somebody whom the act concerns.
DONE: Final = "done"
NOT_FAILED: Final = "not_failed"
_AWAY: Final = (MailState.FAILED, MailState.REFUSED, MailState.BOUNCED)
Mail = tuple[int, MailKind, int]


class People(StrEnum):
    """Which of a campaign's people."""

    EVERYBODY = "everybody"
    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    STALLED = "stalled"
    NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True)
class Chosen:
    """Whom a member chose: everybody in a state, or these invitations."""

    state: People | None = None
    invitation_ids: tuple[int, ...] = ()

    def condition(self, campaign_id: int, now: datetime) -> ColumnElement[bool]:
        """Give the condition of their invitations; who came after ``now`` is not among them."""
        these = (
            Invitation.id.in_(self.invitation_ids) if self.state is None else those(self.state, now)
        )
        return and_(Invitation.campaign_id == campaign_id, Invitation.created_at <= now, these)

    def kept(self) -> dict[str, Any]:
        """Give it as the act keeps it."""
        if self.state is None:
            return {"invitations": list(self.invitation_ids)}
        return {"state": self.state.value}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Chosen":
        """Read what an act has kept."""
        if "state" in kept:
            return cls(People(kept["state"]))
        return cls(None, tuple(kept["invitations"]))


@dataclass(frozen=True)
class Outcome:
    """What an act comes to for one person: DONE with the mail there is, or why not."""

    invitation_id: int
    word: str
    mail: Mail | None = None
    begun: bool = False


def those(state: People, now: datetime) -> ColumnElement[bool]:
    """Give the condition of invitations in a state."""
    asked = and_(Invitation.submitted_at.is_(None), Invitation.withdrawn_at.is_(None))
    last_act = func.coalesce(Invitation.last_answer_at, Invitation.started_at)
    begun = and_(asked, Invitation.started_at.is_not(None))
    return {
        People.EVERYBODY: and_(Invitation.id.is_not(None)),
        People.NOT_STARTED: and_(asked, Invitation.started_at.is_(None)),
        People.UNDER_WAY: begun,
        People.STALLED: and_(begun, last_act < now - STALLED_FOR),
        People.NOT_DELIVERED: or_(Invitation.send_fault.is_not(None), _newest_away()),
    }[state]


def counts(session: Session, campaign_id: int, now: datetime) -> dict[People, int]:
    """Count a campaign's people in each state."""
    here = Invitation.campaign_id == campaign_id
    asked = (select(func.count(Invitation.id)).where(here, those(one, now)) for one in People)
    return {state: session.scalar(one) or 0 for state, one in zip(People, asked, strict=True)}


def page(
    session: Session, campaign_id: int, state: People, now: datetime, *, limit: int, offset: int
) -> Sequence[InvitedPerson]:
    """Give a page of the people in a state, as they were invited."""
    rows = session.execute(
        select(Invitation, Candidate)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(Invitation.campaign_id == campaign_id, those(state, now))
        .order_by(Invitation.id)
        .limit(limit)
        .offset(offset)
    )
    return [person_of(*row) for row in rows]


def outcomes(
    session: Session,
    campaign: Campaign,
    kind: PeopleActKind,
    condition: ColumnElement[bool],
    now: datetime,
) -> Iterator[Outcome]:
    """Say for each of the people what the act comes to now, in the order of their invitations."""
    if kind is PeopleActKind.REMIND:
        yield from _reminded(session, campaign, condition, now)
        return
    rows = session.execute(
        select(Invitation, Candidate.email.is_not(None), _invitations_before())
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(condition)
        .order_by(Invitation.id)
        .execution_options(yield_per=1_000)
    )
    for row, has_address, before in rows:
        word = _word(kind, row, bool(has_address))
        again = word == DONE and kind is PeopleActKind.SEND_AGAIN
        mail = (row.id, MailKind.INVITATION, before + 1) if again else None
        yield Outcome(row.id, word, mail, row.started_at is not None)


def told(found: Iterator[Outcome]) -> tuple[Counter[str], int]:
    """Count outcomes by word, and how many of those it is done to have begun."""
    words: Counter[str] = Counter()
    begun = 0
    for one in found:
        words[one.word] += 1
        begun += one.begun and one.word == DONE
    return words, begun


def _reminded(
    session: Session, campaign: Campaign, condition: ColumnElement[bool], now: datetime
) -> Iterator[Outcome]:
    rules = rules_of(campaign)
    rows = session.execute(
        people_and_reminders()
        .where(condition)
        .order_by(Invitation.id)
        .execution_options(yield_per=1_000)
    )
    for invitation_id, lines in groupby(rows, key=attrgetter("id")):
        person = list(lines)
        why = hindrance(rules, facts_of(person, campaign.time_zone), now)
        if campaign.closed_at is not None:
            why = why or Hindrance.OVER
        begun = person[0].started_at is not None
        kind = Reminder.STALLED if begun else Reminder.NOT_STARTED
        last = max((row.ordinal for row in person if row.kind == kind), default=0)
        mail = None if why else (invitation_id, MailKind(kind), last + 1)
        yield Outcome(invitation_id, why or DONE, mail, begun)


def _word(kind: PeopleActKind, row: Invitation, has_address: bool) -> str:  # noqa: FBT001
    if row.submitted_at is not None:
        return Hindrance.FINISHED
    if row.withdrawn_at is not None:
        return Hindrance.WITHDREW
    if kind is PeopleActKind.SEND_AGAIN:
        if row.send_fault is None:
            return NOT_FAILED
        if not has_address:
            return Hindrance.NO_ADDRESS
    return DONE


def _invitations_before() -> Any:
    """Give the ordinal of the last mail that invited the person, 0 without one."""
    return (
        select(func.coalesce(func.max(Mailing.ordinal), 0))
        .where(Mailing.invitation_id == Invitation.id, Mailing.kind == MailKind.INVITATION)
        .correlate(Invitation)
        .scalar_subquery()
    )


def _newest_away() -> ColumnElement[bool]:
    """Give the condition that the newest mail of some kind did not reach the person."""
    later = aliased(Mailing)
    return exists(
        select(Mailing.id)
        .where(
            Mailing.invitation_id == Invitation.id,
            Mailing.state.in_(_AWAY),
            ~exists(
                select(later.id).where(
                    later.invitation_id == Mailing.invitation_id,
                    later.kind == Mailing.kind,
                    later.ordinal > Mailing.ordinal,
                )
            ),
        )
        .correlate(Invitation)
    )
