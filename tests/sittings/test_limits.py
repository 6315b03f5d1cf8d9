"""A campaign with a time limit: the server's clock, warnings, pauses, more time, no loss."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from assess.sittings.clock import MOST_EXTENSIONS
from tests.sittings.conftest import invite, open_to_answers

ITEM = re.compile(r'<input type="radio" name="answer-([\w.-]+)" value="1"')
LEFT = re.compile(r'data-left="(\d+)"')
MINUTE = timedelta(minutes=1)


class Hands:
    """The hands of the service's clock, moved by the test."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def move(self, minutes: float) -> None:
        self.now += minutes * MINUTE


@pytest.fixture
def hands(monkeypatch):
    made = Hands()
    monkeypatch.setattr("assess.web.pages.now", lambda: made.now)
    return made


@pytest.fixture
def person(sessions, tenant, settings, sitting_bank):
    campaign_id = open_to_answers(sessions, tenant, sitting_bank, time_limit=10)
    return invite(sessions, tenant, settings, campaign_id, "Ada")


@pytest.fixture
def walker(browser, person, hands):
    walked = browser()
    walked.begin(person)
    return walked


def start(walked):
    page = walked.get("/take/pause").text
    return walked.press(page, "/take/go-on")


def left(page) -> int:
    return int(LEFT.search(page.text).group(1))


def test_the_clock_begins_by_an_act_and_after_practice_only(walker, hands):
    ready = walker.client.get("/take/1", follow_redirects=True)
    assert ready.request.path == "/take/pause"
    assert "The clock begins when you press the button." in ready.text
    hands.move(60)
    assert left(start(walker)) == 600


def test_a_pause_stops_the_clock_and_says_all_is_saved(walker, hands, person):
    page = start(walker)
    item = ITEM.findall(page.text)[0]
    hands.move(2)
    paused = walker.press(page.text, "/take/1", go="pause", **{f"answer-{item}": "5"})
    assert paused.request.path == "/take/pause"
    assert "Everything you answered is saved." in paused.text
    assert person.current() == {item: 5}
    hands.move(600)
    assert left(start(walker)) == 480


def test_when_it_ends_it_pauses_and_the_last_answers_are_kept(walker, hands, person):
    page = start(walker)
    items = ITEM.findall(page.text)
    for _ in range(4):
        hands.move(2.4)
        sent = walker.send(page.text, {"item": items[0], "value": 3, "sequence": 1, "key": "a"})
        assert sent.status_code == 200
    hands.move(1)
    late = {f"answer-{items[1]}": "6", f"answer-{items[2]}": "2"}
    over = walker.press(page.text, "/take/1", go="next", **late)
    assert over.request.path == "/take/pause"
    assert "The time is over" in over.text
    assert person.current() == {items[0]: 3, items[1]: 6, items[2]: 2}
    assert person.invitation().state == "started"  # nothing was handed in
    # An answer that waited on the device without a network comes later still, and is kept.
    hands.move(30)
    sent = walker.send(page.text, {"item": items[3], "value": 4, "sequence": 9, "key": "z"})
    assert sent.status_code == 200
    assert person.current()[items[3]] == 4


def test_more_time_can_be_taken_ten_times_by_one_press(walker, hands, person):
    page = start(walker)
    for _ in range(MOST_EXTENSIONS):
        for _ in range(6):
            hands.move(2.9)
            walker.send(page.text, {"item": "Q10", "value": 3, "sequence": 1, "key": "a"})
        over = walker.get("/take/pause").text
        assert "take more time" in over
        page = walker.press(over, "/take/more-time")
        assert left(page) == 120
    for _ in range(3):
        hands.move(2.9)
        walker.send(page.text, {"item": "Q10", "value": 3, "sequence": 1, "key": "a"})
    over = walker.get("/take/pause").text
    assert "as often as it can be taken" in over
    assert walker.press(over, "/take/more-time").status_code == 403
    handed = walker.press(walker.get("/take/review").text, "/take/submit")
    assert handed.request.path == "/take/thanks"


def test_near_the_end_a_page_without_a_script_offers_more_time(walker, hands, person):
    page = start(walker)
    assert re.search(r"<div hidden>\s*<p><strong>Your time is nearly over", page.text)
    for _ in range(3):
        hands.move(2.8)
        page = walker.press(page.text, "/take/1", go="stay")
    assert re.search(r"<div>\s*<p><strong>Your time is nearly over", page.text)
    item = ITEM.findall(page.text)[0]
    more = walker.press(page.text, "/take/1", go="more", **{f"answer-{item}": "7"})
    assert more.request.path == "/take/1"
    assert left(more) == pytest.approx(96 + 120, abs=1)
    assert person.current() == {item: 7}


@pytest.mark.parametrize(("choice", "seconds"), [("1.25", 750), ("1.5", 900), ("2", 1200)])
def test_extra_time_is_the_person_s_own_choice(walker, choice, seconds):
    page = walker.get("/take/comfort").text
    assert "The usual limit is 10 minutes" in page
    walker.press(page, "/take/comfort", text="normal", extra_time=choice)
    assert left(start(walker)) == seconds


def test_no_limit_takes_the_clock_away(walker, hands):
    page = walker.get("/take/comfort").text
    walker.press(page, "/take/comfort", text="normal", extra_time="none")
    shown = walker.get("/take/1")
    assert shown.status_code == 200
    assert "data-left" not in shown.text
    hands.move(200)
    assert walker.get("/take/1").status_code == 200


def test_without_a_limit_there_is_no_question_of_time_and_a_pause_needs_no_act(
    browser, sessions, tenant, settings, sitting_bank
):
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    walked = browser()
    page = walked.begin(invite(sessions, tenant, settings, campaign_id, "Ben"))
    assert "extra_time" not in walked.get("/take/comfort").text
    paused = walked.press(page.text, "/take/1", go="pause")
    assert "Nothing runs while you are away." in paused.text
    assert 'href="/take/"' in paused.text
    assert "data-left" not in page.text
