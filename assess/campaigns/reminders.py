"""Plan reminders every hour, for a whole organisation, in batches; check each when it is sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, or_, select
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
_REMINDS = or_(Campaign.remind_not_started, Campaign.remind_stalled, Campaign.remind_deadline)
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
        rules = _rules_of_all(session, work.now)
    for mails in _due_mails(work, rules):
        with writing(work.sessions, organisation_id) as session:
            outbox.queue_mails(session, mails, now=work.now, priority=queue.BULK)
    with writing(work.sessions, organisation_id) as session:
        queue.forget_done(session, PLAN_JOB, before=work.now - PLANS_KEPT)


def moment_to_send(
    session: Session, mailing_id: int, kind: MailKind, invitation_id: int, now: datetime
) -> datetime | None:
    """Give when a queued reminder may go: now, later, or not any more (None)."""
    row = session.execute(_people().where(Invitation.id == invitation_id)).one()
    mails = _mails(session, invitation_id, invitation_id)
    others = [mail for mail in mails if mail.id != mailing_id]
    campaign = session.get_one(Campaign, row.campaign_id)
    facts = _facts(row, campaign.time_zone, others)
    return moment_for(Reminder(kind), rules_of(campaign), facts, now)


def rules_of(campaign: Campaign) -> Rules:
    """Give what a campaign wants of reminders."""
    choice = reminder_choice(campaign)
    return Rules(choice.kinds, campaign.closes_on, choice.quiet_weekend)


def _rules_of_all(session: Session, now: datetime) -> dict[int, tuple[Rules, str | None]]:
    """Give rules and time zone of each campaign that is not over, by its id."""
    open_ones = select(Campaign).where(_REMINDS, Campaign.closes_on >= (now - LONGEST_AFTER).date())
    return {one.id: (rules_of(one), one.time_zone) for one in session.scalars(open_ones)}


def _due_mails(
    work: Work, rules: dict[int, tuple[Rules, str | None]]
) -> Iterator[list[tuple[int, MailKind, int]]]:
    """Give what is due now, batch by batch; each batch is read in a transaction of its own."""
    last = 0
    while rules:
        with reading(work.sessions, work.job.organisation_id) as session:
            people = session.execute(_batch(rules, last)).all()
            mails = _by_person(_mails(session, people[0].id, people[-1].id) if people else ())
        due = []
        for row in people:
            wanted, zone = rules[row.campaign_id]
            one = next_reminder(wanted, _facts(row, zone, mails[row.id]), work.now)
            if one is not None and one.at <= work.now:
                due.append((row.id, MailKind(one.kind), one.ordinal))
        if due:
            yield due
        if len(people) < BATCH:
            return
        last = people[-1].id


def _people() -> Select[*tuple[Any, ...]]:
    return select(
        Invitation.id,
        Invitation.campaign_id,
        Invitation.sent_at,
        Invitation.started_at,
        Invitation.last_answer_at,
        Invitation.submitted_at,
        Candidate.email,
        Candidate.time_zone,
        Candidate.reminders_stopped_at,
    ).join(Candidate, Candidate.id == Invitation.candidate_id)


def _batch(campaigns: Iterable[int], last: int) -> Select[*tuple[Any, ...]]:
    """Select the next people after invitation ``last`` who may have to be reminded."""
    return (
        _people()
        .where(
            Invitation.id > last,
            Invitation.campaign_id.in_(campaigns),
            Invitation.submitted_at.is_(None),
            Invitation.sent_at.is_not(None),
            Candidate.email.is_not(None),
            Candidate.reminders_stopped_at.is_(None),
        )
        .order_by(Invitation.id)
        .limit(BATCH)
    )


def _mails(session: Session, first: int, last: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Give the mails of the invitations ``first`` to ``last``."""
    return session.execute(
        select(
            Mailing.id,
            Mailing.invitation_id,
            Mailing.kind,
            Mailing.state,
            Mailing.queued_at,
            Mailing.sent_at,
        ).where(Mailing.invitation_id.between(first, last))
    ).all()


def _by_person(
    mails: Iterable[Row[*tuple[Any, ...]]],
) -> defaultdict[int, list[Row[*tuple[Any, ...]]]]:
    found: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for mail in mails:
        found[mail.invitation_id].append(mail)
    return found


def _facts(
    row: Row[*tuple[Any, ...]], campaign_zone: str | None, mails: Iterable[Row[*tuple[Any, ...]]]
) -> Facts:
    reminders = [mail for mail in mails if mail.kind in REMINDERS]
    return Facts(
        zone=zone_of(row.time_zone, campaign_zone),
        invited_at=row.sent_at,
        started_at=row.started_at,
        last_answer_at=row.last_answer_at,
        submitted_at=row.submitted_at,
        stopped_at=row.reminders_stopped_at,
        # An invitation that came back has no sent_at; one sent again makes up for the rest.
        came_back=any(
            mail.state in _AWAY and row.sent_at is not None and mail.queued_at >= row.sent_at
            for mail in reminders
        ),
        past=tuple(Past(Reminder(m.kind), m.sent_at or m.queued_at) for m in reminders),
    )
