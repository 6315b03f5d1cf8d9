"""The honest time: as people here needed, else reckoned; the default battery in twenty minutes."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.campaigns.mailing import minutes_needed
from assess.db.scope import reading, writing
from assess.sittings import queries, service
from assess.sittings.models import SittingTime
from assess.sittings.overview import text_of
from assess.sittings.timing import (
    FEWEST_PEOPLE,
    LONGEST_GAP,
    Observed,
    active_time,
    battery_name,
    device_of,
    expected_from,
)

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MEDIANS = Path(__file__).parent.parent / "published" / "ambi_item_medians.csv"
#: Of the eight statements that are not in that data set: the median over all 181 that are.
OTHER_STATEMENT = 3250
WORDS_A_MINUTE, SECONDS_A_RATING, START_MINUTES = 200, 2, 3


def medians() -> dict[str, float]:
    with MEDIANS.open(encoding="utf-8", newline="") as file:
        return {row["item"]: float(row["milliseconds"]) for row in csv.DictReader(file)}


def reckoned(rating, judgement) -> tuple[float, float]:
    """Give the minutes of both parts, as docs/candidate-time.md says."""
    known = medians()
    style = sum(known.get(item, OTHER_STATEMENT) for item in rating.item_ids) / 60_000
    texts = [text for b in judgement.blocks for text in (b.scenario, *(i.text for i in b.items))]
    words = sum(len(text.split()) for text in texts)
    ratings = len(judgement.item_ids) * SECONDS_A_RATING / 60
    return style, words / WORDS_A_MINUTE + ratings


def test_the_default_battery_takes_twenty_minutes_at_most(sitting_bank):
    style, judged = reckoned(
        sitting_bank.instrument("work-style"), sitting_bank.instrument("service-judgement-a")
    )
    minutes = style + judged + START_MINUTES
    assert minutes <= 20
    told = (Path(__file__).parents[2] / "docs" / "candidate-time.md").read_text(encoding="utf-8")
    for figure in (style, judged, minutes):
        assert f"{figure:.1f} minutes" in told
    # What candidates are told is never less than that.
    battery = [sitting_bank.instrument(key) for key in ("work-style", "service-judgement-a")]
    assert minutes <= minutes_needed(battery) <= 20


def test_the_medians_are_those_of_the_whole_file(reference_data):
    with (reference_data / "ambi_milliseconds_public.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for item, median in medians().items():
        times = [float(row[item]) for row in rows if row[item]]
        assert np.median(times) == pytest.approx(median, abs=0)


def people(count, seconds, *, device="phone", slower=False, step=1):
    return [Observed(seconds + step * n, device, slower) for n in range(count)]


def test_thirty_people_like_this_one_tell_more_than_many_others():
    phones, desks = people(FEWEST_PEOPLE, 1200), people(200, 600, device="larger")
    found = expected_from([*phones, *desks], device="phone", slower=False)
    assert (found.low, found.high, found.people) == (21, 21, FEWEST_PEOPLE)
    slow = people(FEWEST_PEOPLE, 3000, slower=True)
    found = expected_from([*phones, *desks, *slow], device="larger", slower=True)
    assert (found.low, found.people) == (51, FEWEST_PEOPLE)


def test_fewer_than_thirty_people_tell_nothing():
    assert expected_from(people(FEWEST_PEOPLE - 1, 900), device="phone", slower=False) is None
    mixed = [*people(20, 900), *people(20, 900, device="larger")]
    assert expected_from(mixed, device="phone", slower=False).people == 40


@given(st.lists(st.floats(0, 10_000), max_size=30))
def test_active_time_is_at_most_what_passed_and_counts_breaks_short(offsets):
    moments = [NOW + timedelta(seconds=offset) for offset in offsets]
    needed = active_time(moments)
    passed = max(moments) - min(moments) if moments else timedelta()
    assert timedelta() <= needed <= passed
    assert needed <= LONGEST_GAP * max(0, len(moments) - 1)


def test_active_time_takes_a_night_for_a_short_break():
    morning = NOW + timedelta(hours=14)
    moments = [NOW, NOW + timedelta(seconds=30), morning, morning + timedelta(seconds=10)]
    assert active_time(moments) == LONGEST_GAP + timedelta(seconds=40)


def test_a_device_is_told_only_as_phone_or_larger():
    phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36"
    assert device_of(phone) == "phone"
    assert device_of("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/132.0") == "larger"
    assert device_of("") == "larger"


def test_a_finished_sitting_leaves_its_time_and_thirty_of_them_are_told(
    agreed, browser, sessions, tenant, sitting_bank
):
    service.submit(sessions, sitting_bank, agreed.claim, now=datetime.now(UTC))
    digests = [sitting_bank.instrument(k).digest for k in ("work-style", "service-judgement-a")]
    with reading(sessions, tenant.organisation_id) as session:
        [one] = queries.observed_times(session, battery_name(digests))
    assert one.seconds <= LONGEST_GAP.total_seconds()
    assert one.slower is False
    with writing(sessions, tenant.organisation_id) as session:
        row = session.get(SittingTime, (1,))
        assert row.device is None
        row.seconds = 17 * 60 + 30
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.observed_times(session, battery_name([*digests, "more"])) == []
        assert queries.observed_times(session, battery_name(reversed(digests)))[0].seconds == 1050


def test_the_page_says_where_its_time_comes_from(browser, invited, monkeypatch):
    reckoned_page = browser().enter(invited).text
    assert "about 20 minutes" in reckoned_page
    assert "reckoned from published answering times" in reckoned_page
    monkeypatch.setattr(queries, "observed_times", lambda *_a: people(90, 1000, step=5))
    measured = browser().enter(invited).text
    assert "Most people need between 21 and 23 minutes." in measured
    assert "90 people took these questions here" in measured


def test_the_words_of_a_page_are_its_main_part_as_sentences():
    page = "<p>No.</p><main id=x><h1>Before</h1><p>You <b>can</b>\n stop.</p></main><p>No</p>"
    assert text_of(page).split() == ["Before.", "You", "can", "stop."]
