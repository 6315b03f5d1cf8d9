"""The clock of a limited sitting: active time only, extended ten times, never cruel."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.errors import Invalid, Refused
from assess.sittings.clock import IDLE, MOST_EXTENSIONS, SHORTEST_EXTENSION, WARNED, Clock
from assess.sittings.comfort import EXTRA_TIME, PLAIN, Comfort, comfort_of_form

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def running(minutes: float = 10) -> Clock:
    return Clock(minutes * MINUTE).gone_on(NOW)


def test_it_warns_early_enough_and_can_be_extended_ten_times():
    assert timedelta(seconds=20) <= WARNED <= SHORTEST_EXTENSION  # WCAG 2.2.1
    clock = running()
    for _ in range(MOST_EXTENSIONS):
        clock = clock.extended(NOW)
    assert clock.left_at(NOW) == 10 * MINUTE + MOST_EXTENSIONS * clock.extension
    with pytest.raises(Refused):
        clock.extended(NOW)


def test_a_pause_stops_it_for_as_long_as_it_lasts():
    clock = running().acted(NOW + MINUTE).paused(NOW + 2 * MINUTE)
    later = NOW + timedelta(days=3)
    assert clock.left_at(later) == 8 * MINUTE
    assert clock.stands_at(later)
    assert clock.gone_on(later).left_at(later + MINUTE) == 7 * MINUTE


def test_who_goes_away_without_a_pause_loses_minutes_not_hours():
    clock = running(30)
    assert clock.left_at(NOW + timedelta(hours=5)) == 30 * MINUTE - IDLE
    assert not clock.stands_at(NOW + timedelta(hours=5))


def test_when_it_ends_it_stands_and_more_time_lets_it_run():
    clock = running(5).acted(NOW + 2 * MINUTE).acted(NOW + 4 * MINUTE)
    over = clock.acted(NOW + 6 * MINUTE)
    assert over.since is None
    assert over.stands_at(NOW + 6 * MINUTE)
    with pytest.raises(Refused):
        over.gone_on(NOW + 7 * MINUTE)
    again = over.extended(NOW + 9 * MINUTE)
    assert not again.stands_at(NOW + 9 * MINUTE)
    assert again.left_at(NOW + 9 * MINUTE) > timedelta()


def test_more_time_is_whole_however_late_the_last_act_came():
    over = running(5).acted(NOW + 2.9 * MINUTE).acted(NOW + 5.8 * MINUTE)
    assert over.used == 5 * MINUTE
    assert over.extended(NOW + 9 * MINUTE).left_at(NOW + 9 * MINUTE) == over.extension


def test_without_a_limit_there_is_no_clock():
    clock = Clock(None)
    assert clock.left_at(NOW) is None
    assert not clock.stands_at(NOW)
    assert clock.acted(NOW) == clock


@given(st.lists(st.integers(0, 2_000), max_size=12))
def test_what_is_counted_is_never_more_than_what_passed(gaps):
    clock, now = running(10_000), NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        clock = clock.acted(now)
    assert timedelta() <= clock.used_by(now) <= now - NOW
    assert clock.used_by(now) == sum(
        (min(timedelta(seconds=gap), IDLE) for gap in gaps), timedelta()
    )


@pytest.mark.parametrize("value", EXTRA_TIME)
def test_extra_time_multiplies_or_takes_away(value):
    factor = Comfort(extra_time=value).time_factor
    assert factor == (None if value == "none" else float(value))


def test_a_posted_page_is_read_and_nothing_else_is_taken():
    liked = comfort_of_form({"text": "largest", "aloud": "1", "other": "x"}, PLAIN)
    assert liked == Comfort(text="largest", aloud=True)
    kept = comfort_of_form({"text": "normal"}, Comfort(extra_time="2", contrast=True))
    assert kept == Comfort(extra_time="2")
    for form in ({"text": "huge"}, {"extra_time": "9"}):
        with pytest.raises(Invalid):
            comfort_of_form(form, PLAIN)
