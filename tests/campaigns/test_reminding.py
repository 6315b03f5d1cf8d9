"""Who is reminded when: the rules hold for every person, zone and moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.campaigns.reminding import (
    BETWEEN_MAILS,
    EVENING,
    MORNING,
    MOST,
    Facts,
    Past,
    Reminder,
    Rules,
    moment_for,
    next_allowed,
    next_reminder,
)

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Half hours, fourteen hours ahead, eleven behind, a clock change within the simulated weeks.
ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago",
         "America/New_York", "Australia/Lord_Howe"]  # fmt: skip
ALL = frozenset(Reminder)


def rules(last_day=date(2026, 3, 31), kinds=ALL, **more) -> Rules:
    return Rules(kinds, last_day, **more)


def facts(zone="UTC", invited_at=MONDAY, **more) -> Facts:
    return Facts(ZoneInfo(zone), invited_at, **more)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_who_has_not_started_is_reminded_after_three_days_twice_then_of_the_last_day():
    person, sent, now = facts(), [], MONDAY
    while due := next_reminder(rules(), person, now):
        sent.append((due.kind.value, due.ordinal, due.at))
        now = due.at
        person = facts(past=(*person.past, Past(due.kind, due.at)))
    assert sent == [
        ("not_started", 1, MONDAY + timedelta(days=3)),
        ("not_started", 2, MONDAY + timedelta(days=6)),
        ("deadline", 1, datetime(2026, 3, 29, 8, tzinfo=UTC)),
    ]


def test_who_has_stopped_is_reminded_48_hours_after_the_last_answer_once_a_stop():
    started, last = MONDAY + hours(1), MONDAY + hours(2)
    person = facts(started_at=started, last_answer_at=last)
    due = next_reminder(rules(), person, now=last)
    assert (due.kind, due.at) == (Reminder.STALLED, last + hours(48))
    past = (Past(Reminder.STALLED, due.at),)
    idle = facts(started_at=started, last_answer_at=last, past=past)
    assert next_reminder(rules(), idle, now=due.at).kind == Reminder.DEADLINE
    went_on = facts(started_at=started, last_answer_at=due.at + hours(1), past=past)
    again = next_reminder(rules(), went_on, now=due.at + hours(1))
    assert (again.kind, again.ordinal, again.at) == (Reminder.STALLED, 2, due.at + hours(49))


@pytest.mark.parametrize(
    ("zone", "due", "sent"),
    [
        ("UTC", "2026-03-04T07:59", "2026-03-04T08:00"),
        ("UTC", "2026-03-04T08:00", "2026-03-04T08:00"),
        ("UTC", "2026-03-04T19:59", "2026-03-04T19:59"),
        ("UTC", "2026-03-04T20:00", "2026-03-05T08:00"),
        ("America/New_York", "2026-03-04T12:59", "2026-03-04T13:00"),
        ("Asia/Kolkata", "2026-03-04T14:30", "2026-03-05T02:30"),
        # The clock goes forward in the night to Sunday the 8th.
        ("America/New_York", "2026-03-08T05:00", "2026-03-08T12:00"),
    ],
)
def test_a_mail_due_in_quiet_hours_waits_for_the_morning_where_the_person_is(zone, due, sent):
    moment = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert next_allowed(moment, ZoneInfo(zone)) == datetime.fromisoformat(sent).replace(tzinfo=UTC)


def test_a_quiet_weekend_waits_for_monday():
    saturday = datetime(2026, 3, 7, 12, tzinfo=UTC)
    monday = datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert next_allowed(saturday, UTC, quiet_weekend=True) == monday
    assert next_allowed(datetime(2026, 3, 6, 21, tzinfo=UTC), UTC, quiet_weekend=True) == monday
    assert next_allowed(saturday, UTC) == saturday


def test_a_short_campaign_reminds_of_the_last_day_a_day_after_the_invitation():
    due = next_reminder(rules(last_day=date(2026, 3, 3)), facts(), MONDAY)
    assert (due.kind, due.at) == (Reminder.DEADLINE, MONDAY + BETWEEN_MAILS)
    assert next_reminder(rules(last_day=date(2026, 3, 2)), facts(), MONDAY) is None


@pytest.mark.parametrize(
    "change",
    [
        {"submitted_at": MONDAY}, {"withdrawn_at": MONDAY}, {"stopped_at": MONDAY},
        {"came_back": True}, {"invited_at": None}, {"past": (Past(Reminder.DEADLINE, MONDAY),)},
    ],
)  # fmt: skip
def test_nothing_is_due_to_who_is_through_with_it(change):
    assert next_reminder(rules(), facts(**change), MONDAY) is None


def test_what_a_campaign_has_turned_off_is_not_sent():
    assert next_reminder(rules(kinds=frozenset()), facts(), MONDAY) is None
    only = rules(kinds=frozenset({Reminder.DEADLINE}))
    assert next_reminder(only, facts(), MONDAY).kind == Reminder.DEADLINE


def test_a_reminder_that_was_overtaken_is_not_sent_or_waits_anew():
    started = facts(started_at=MONDAY + hours(80))
    assert moment_for(Reminder.NOT_STARTED, rules(), started, MONDAY + hours(81)) is None
    moment = moment_for(Reminder.STALLED, rules(), started, MONDAY + hours(81))
    assert moment == next_allowed(MONDAY + hours(128), UTC)


@st.composite
def lives(draw):
    """Draw a campaign, a person's zone, and what the person does at which hour."""
    hour = st.integers(0, 24 * 30)
    started = draw(st.none() | hour)
    answers = sorted(draw(st.lists(hour, max_size=4))) if started is not None else []
    return {
        "rules": rules(
            last_day=MONDAY.date() + timedelta(days=draw(st.integers(0, 28))),
            kinds=draw(st.frozensets(st.sampled_from(Reminder))),
            quiet_weekend=draw(st.booleans()),
        ),
        "zone": ZoneInfo(draw(st.sampled_from(ZONES))),
        "started": started,
        "answers": [hour for hour in answers if started is not None and hour >= started],
        "submitted": draw(st.none() | hour),
        "withdrawn": draw(st.none() | hour),
        "stopped": draw(st.none() | hour),
        "planner_asleep": draw(st.frozensets(st.integers(0, 24 * 30), max_size=100)),
    }


def standing(life, hour, past) -> Facts:
    """Give the facts as they are at ``hour`` of a life."""

    def at(what):
        return MONDAY + hours(what) if what is not None and what <= hour else None

    answered = [one for one in life["answers"] if one <= hour]
    return Facts(
        life["zone"], MONDAY, at(life["started"]), at(answered[-1]) if answered else None,
        at(life["submitted"]), at(life["withdrawn"]), at(life["stopped"]), past=past,
    )  # fmt: skip


@given(lives())
def test_over_a_whole_campaign_every_promise_holds(life):
    past: tuple[Past, ...] = ()
    for hour in range(24 * 30):
        if hour in life["planner_asleep"]:
            continue
        now, person = MONDAY + hours(hour), standing(life, hour, past)
        due = next_reminder(life["rules"], person, now)
        assert due == next_reminder(life["rules"], person, now), "asked twice, the same"
        if due is None or due.at > now:
            continue
        local = now.astimezone(life["zone"])
        assert MORNING <= local.time() < EVENING
        assert not (life["rules"].quiet_weekend and local.weekday() >= 5)
        assert local.date() <= life["rules"].last_day
        assert due.kind in life["rules"].kinds
        assert life["submitted"] is None or hour < life["submitted"]
        assert life["withdrawn"] is None or hour < life["withdrawn"]
        assert life["stopped"] is None or hour < life["stopped"]
        assert all(now - one.at >= BETWEEN_MAILS for one in past)
        assert now - MONDAY >= BETWEEN_MAILS
        past = (*past, Past(due.kind, now))
        assert due.ordinal == sum(one.kind == due.kind for one in past) <= MOST[due.kind]
        # Planned again in the same hour, nothing more comes.
        again = next_reminder(life["rules"], standing(life, hour, past), now)
        assert again is None or again.at > now
