"""Plan reminders every hour, for a whole organisation, in batches; check each when it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assess.campaigns import outbox
from assess.campaigns.models import (
    REMINDERS,
    Campaign,
    Invitation,
    Mailing,
    MailKind,
    MailState,
)
from assess.campaigns.queries import reminder_choice
from assess.campaigns.reminding import (
    Facts,
    Past,
    Reminder,
    Rules,
    moment_by_hand,
    moment_for,
    next_reminder,
)
from assess.candidates.models import Candidate
from assess.candidates.zones import zone_of
from assess.db.scope import Across, Sessions, across, reading, writing
from assess.jobs import queue
from assess.jobs.worker import Planned, Work
from assess.settings import Settings

PLAN_JOB: Final = "plan-reminders"
BATCH: Final = 1_000
#: The last day lasts longest twelve hours behind UTC.
LONGEST_AFTER: Final = timedelta(days=1)
PLANS_KEPT: Final = timedelta(days=2)
_REMINDS = and_(
    or_(Campaign.remind_not_started, Campaign.remind_stalled, Campaign.remind_deadline),
    Campaign.closed_at.is_(None),
)
_AWAY = (MailState.REFUSED, MailState.BOUNCED)


def enqueue_plans(sessions: Sessions, _settings: Settings, hour: datetime) -> None:
    """Queue the hour's planning for each organisation that has somebody to remind."""
    with across(sessions, Across.PLANNED) as session:
        organisations = session.scalars(
            select(Campaign.organisation_id)
            .where(_REMINDS, Campaign.closes_on >= (hour - LONGEST_AFTER).date())
            .distinct()
        ).all()
    for organisation_id in organisations:
        try:
            with writing(sessions, organisation_id) as session:
                queue.enqueue(
                    session, PLAN_JOB, {}, dedupe_key=hour.isoformat(), now=hour,
                    priority=queue.BULK,
                )  # fmt: skip
        except IntegrityError:
            continue  # another worker was quicker


#: For the worker: once an hour, for all workers together.
HOURLY: Final = Planned(timedelta(hours=1), enqueue_plans)


def plan_reminders(work: Work) -> None:
    """Queue every reminder of the job's organisation that is due now; again, it queues none."""
    organisation_id = work.job.organisation_id
    with reading(work.sessions, organisation_id) as session:
        due = _due_mails(session, _rules_of_all(session, work.now), work.now)
    for start in range(0, len(due), BATCH):
        with writing(work.sessions, organisation_id) as session:
            batch = due[start : start + BATCH]
            outbox.queue_mails(session, batch, now=work.now, priority=queue.BULK)
        work.progress(min(start + BATCH, len(due)), len(due))
    with writing(work.sessions, organisation_id) as session:
        queue.forget_done(session, PLAN_JOB, before=work.now - PLANS_KEPT)


def moment_to_send(
    session: Session, mailing_id: int, kind: MailKind, invitation_id: int, now: datetime
) -> datetime | None:
    """Give when a queued reminder may go: now, later, or not any more (None)."""
    rows = session.execute(people_and_reminders().where(Invitation.id == invitation_id)).all()
    campaign = session.get_one(Campaign, rows[0].campaign_id)
    if campaign.closed_at is not None:
        return None
    facts, rules = facts_of(rows, campaign.time_zone, but=mailing_id), rules_of(campaign)
    if not any(row.mailing_id == mailing_id and row.act_id is not None for row in rows):
        return moment_for(Reminder(kind), rules, facts, now)
    told_twice = kind == MailKind.NOT_STARTED and facts.started_at is not None
    return None if told_twice else moment_by_hand(rules, facts, now)


def rules_of(campaign: Campaign) -> Rules:
    """Give what a campaign wants of reminders."""
    choice = reminder_choice(campaign)
    return Rules(choice.kinds, campaign.closes_on, choice.quiet_weekend)


def _rules_of_all(session: Session, now: datetime) -> dict[int, tuple[Rules, str | None]]:
    """Give rules and time zone of each campaign that is not over, by its id."""
    open_ones = select(Campaign).where(_REMINDS, Campaign.closes_on >= (now - LONGEST_AFTER).date())
    return {one.id: (rules_of(one), one.time_zone) for one in session.scalars(open_ones)}


def _due_mails(
    session: Session, rules: dict[int, tuple[Rules, str | None]], now: datetime
) -> list[tuple[int, MailKind, int]]:
    """Give what is due now as (invitation id, kind, ordinal); people are read as a stream."""
    rows = session.execute(
        people_and_reminders()
        .where(
            Invitation.campaign_id.in_(rules),
            Invitation.submitted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.sent_at.is_not(None),
            Candidate.email.is_not(None),
            Candidate.reminders_stopped_at.is_(None),
        )
        .order_by(Invitation.id)
        .execution_options(yield_per=BATCH)
    )
    due = []
    for invitation_id, lines in groupby(rows, key=attrgetter("id")):
        person = list(lines)
        wanted, zone = rules[person[0].campaign_id]
        one = next_reminder(wanted, facts_of(person, zone), now)
        if one is not None and one.at <= now:
            due.append((invitation_id, MailKind(one.kind), one.ordinal))
    return due


def people_and_reminders() -> Select[*tuple[Any, ...]]:
    """Select a row for each reminder of each invited person, and one for who had none."""
    return (
        select(
            Invitation.id,
            Invitation.campaign_id,
            Invitation.sent_at,
            Invitation.started_at,
            Invitation.last_answer_at,
            Invitation.submitted_at,
            Invitation.withdrawn_at,
            Candidate.time_zone,
            Candidate.reminders_stopped_at,
            Candidate.email.is_not(None).label("has_address"),
            Mailing.id.label("mailing_id"),
            Mailing.act_id,
            Mailing.kind,
            Mailing.ordinal,
            Mailing.state,
            Mailing.queued_at,
            Mailing.sent_at.label("reminded_at"),
        )
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .outerjoin(Mailing, (Mailing.invitation_id == Invitation.id) & Mailing.kind.in_(REMINDERS))
    )


def facts_of(
    rows: Sequence[Row[*tuple[Any, ...]]], campaign_zone: str | None, *, but: int | None = None
) -> Facts:
    """Put one person's rows together, without the reminder ``but``."""
    person = rows[0]
    past = [row for row in rows if row.mailing_id not in (None, but)]
    return Facts(
        zone=zone_of(person.time_zone, campaign_zone),
        invited_at=person.sent_at,
        started_at=person.started_at,
        last_answer_at=person.last_answer_at,
        submitted_at=person.submitted_at,
        withdrawn_at=person.withdrawn_at,
        stopped_at=person.reminders_stopped_at,
        has_address=bool(person.has_address),
        # An invitation that came back has no sent_at; one sent again makes up for the rest.
        came_back=any(
            row.state in _AWAY and row.sent_at is not None and row.queued_at >= row.sent_at
            for row in past
        ),
        past=tuple(Past(Reminder(row.kind), row.reminded_at or row.queued_at) for row in past),
    )
