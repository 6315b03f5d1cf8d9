"""Which reminder is due to whom, and when: rules alone, without a database and without a clock.

A reminder is sent by day (8:00 to 20:00 where the person is), at most so many times, never
within a day of another mail, and never once the person has finished, has withdrawn, has asked for
no more, or has no day left. The one about the last day is the last of all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class Hindrance(StrEnum):
    """Why somebody is not reminded when a member asks for it."""

    FINISHED = "finished"
    WITHDREW = "withdrew"
    NO_ADDRESS = "no_address"
    NOT_REACHED = "not_reached"
    STOPPED = "stopped"
    LAST_SAID = "last_said"
    RECENT = "recent"
    OVER = "over"


class Reminder(StrEnum):
    """Why somebody is reminded."""

    NOT_STARTED = "not_started"
    STALLED = "stalled"
    DEADLINE = "deadline"


MOST: Final = {Reminder.NOT_STARTED: 2, Reminder.STALLED: 2, Reminder.DEADLINE: 1}
UNSTARTED_FOR: Final = timedelta(days=3)
STALLED_FOR: Final = timedelta(hours=48)
BEFORE_LAST_DAY: Final = timedelta(hours=48)
BETWEEN_MAILS: Final = timedelta(hours=24)
MORNING, EVENING = time(8), time(20)
SATURDAY: Final = 5


@dataclass(frozen=True)
class Rules:
    """What a campaign wants."""

    kinds: frozenset[Reminder]
    last_day: date
    quiet_weekend: bool = False


@dataclass(frozen=True)
class Past:
    """A reminder that was queued or sent before."""

    kind: Reminder
    at: datetime


@dataclass(frozen=True)
class Facts:
    """Where one invited person is; ``zone`` is where the person lives.

    ``invited_at`` is when the invitation's mail went out: who had none is not reminded.
    """

    zone: tzinfo
    invited_at: datetime | None
    started_at: datetime | None = None
    last_answer_at: datetime | None = None
    submitted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    stopped_at: datetime | None = None
    came_back: bool = False
    has_address: bool = True
    past: tuple[Past, ...] = ()


@dataclass(frozen=True)
class Due:
    """The next reminder: the ``ordinal``-th of its kind, at ``at`` or later."""

    kind: Reminder
    ordinal: int
    at: datetime


def next_reminder(rules: Rules, facts: Facts, now: datetime) -> Due | None:
    """Give the reminder that comes next, not before ``now``; None when none will come."""
    found = list(_possible(rules, facts, now))
    # Of two at one moment the one about the last day is sent: no other follows it.
    return min(found, key=lambda due: (due.at, due.kind != Reminder.DEADLINE), default=None)


def moment_for(kind: Reminder, rules: Rules, facts: Facts, now: datetime) -> datetime | None:
    """Give the first moment from ``now`` at which ``kind`` may be sent; None when it may not."""
    if kind not in rules.kinds or _is_over(facts):
        return None
    due = _due(kind, rules, facts)
    if due is None:
        return None
    mails = [past.at for past in facts.past]
    earliest = max([due, now, *(at + BETWEEN_MAILS for at in (*mails, _invited(facts)))])
    at = next_allowed(earliest, facts.zone, quiet_weekend=rules.quiet_weekend)
    return at if at < _midnight(rules.last_day + timedelta(days=1), facts.zone) else None


def hindrance(rules: Rules, facts: Facts, now: datetime) -> Hindrance | None:
    """Say why a member's own reminder does not go to somebody; None when it does.

    It may come when none is due, but never to who wants none, within a day of another mail, or
    after the one that said it was the last.
    """
    reached = facts.invited_at is not None and not facts.came_back
    found = (
        (Hindrance.FINISHED, facts.submitted_at is not None),
        (Hindrance.WITHDREW, facts.withdrawn_at is not None),
        (Hindrance.NO_ADDRESS, not facts.has_address),
        (Hindrance.NOT_REACHED, not reached),
        (Hindrance.STOPPED, facts.stopped_at is not None),
        (Hindrance.LAST_SAID, any(past.kind == Reminder.DEADLINE for past in facts.past)),
        (Hindrance.RECENT, reached and now < _last_mail(facts) + BETWEEN_MAILS),
        (Hindrance.OVER, reached and moment_by_hand(rules, facts, now) is None),
    )
    return next((why for why, holds in found if holds), None)


def moment_by_hand(rules: Rules, facts: Facts, now: datetime) -> datetime | None:
    """Give the first moment by day at which a member's own reminder may go; None: never."""
    if _is_over(facts) or not facts.has_address:
        return None
    earliest = max(now, _last_mail(facts) + BETWEEN_MAILS)
    at = next_allowed(earliest, facts.zone, quiet_weekend=rules.quiet_weekend)
    return at if at < _midnight(rules.last_day + timedelta(days=1), facts.zone) else None


def next_allowed(moment: datetime, zone: tzinfo, *, quiet_weekend: bool = False) -> datetime:
    """Give ``moment``, or the end of the quiet hours and days it falls into, in UTC."""
    local = moment.astimezone(zone)
    while is_quiet(local, quiet_weekend=quiet_weekend):
        day = local.date() + timedelta(days=local.time() >= MORNING)
        # By way of UTC: a clock that is put forward has no such hour, and shows a later one.
        local = datetime.combine(day, MORNING, zone).astimezone(UTC).astimezone(zone)
    return local.astimezone(UTC)


def is_quiet(local: datetime, *, quiet_weekend: bool = False) -> bool:
    """Say whether nobody is to be reminded at this local time."""
    by_day = MORNING <= local.time() < EVENING
    return not by_day or (quiet_weekend and local.weekday() >= SATURDAY)


def _possible(rules: Rules, facts: Facts, now: datetime) -> Iterator[Due]:
    for kind in Reminder:
        at = moment_for(kind, rules, facts, now)
        if at is not None:
            yield Due(kind, 1 + sum(past.kind == kind for past in facts.past), at)


def _is_over(facts: Facts) -> bool:
    """Say whether nothing more is to be sent, whatever the day."""
    return (
        facts.invited_at is None
        or facts.submitted_at is not None
        or facts.withdrawn_at is not None
        or facts.stopped_at is not None
        or facts.came_back
        or any(past.kind == Reminder.DEADLINE for past in facts.past)
    )


def _due(kind: Reminder, rules: Rules, facts: Facts) -> datetime | None:
    """Give when ``kind`` would be due if every hour were a good one; None when it does not fit."""
    before = [past.at for past in facts.past if past.kind == kind]
    if len(before) >= MOST[kind]:
        return None
    if kind == Reminder.DEADLINE:
        return _midnight(rules.last_day, facts.zone) - BEFORE_LAST_DAY
    if kind == Reminder.NOT_STARTED:
        if facts.started_at is not None:
            return None
        return max([_invited(facts), *before]) + UNSTARTED_FOR
    if facts.started_at is None:
        return None
    touched = max(facts.started_at, facts.last_answer_at or facts.started_at)
    # Once a stop: who has not gone on since the last one is not told the same again.
    return None if any(at >= touched for at in before) else touched + STALLED_FOR


def _last_mail(facts: Facts) -> datetime:
    return max([_invited(facts), *(past.at for past in facts.past)])


def _invited(facts: Facts) -> datetime:
    assert facts.invited_at is not None  # noqa: S101 - `_is_over` was asked first
    return facts.invited_at


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
