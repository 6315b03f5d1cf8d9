"""Which answer counts when two pages answer one item: pure log, service, and plain forms."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assess.sittings import service
from assess.sittings.answer_log import AnswerLog, KeptAnswer, page_of
from assess.sittings.saving import Elsewhere, GivenAnswer
from tests.sittings.conftest import TODAY

MINUTE = timedelta(minutes=1)


@pytest.fixture
def save(sessions, sitting_bank, agreed):
    """Give a function that saves answers of somebody who has agreed."""

    def run(*answers, now=TODAY + 10 * MINUTE, **more):
        return service.save_answers(sessions, sitting_bank, agreed.claim, answers, now=now, **more)

    return run


def test_the_later_of_two_pages_counts_and_the_sender_is_told(save, agreed):
    start = save(GivenAnswer("Q20", 1, 1, "seen-1")).last
    save(GivenAnswer("Q10", 6, 2, "laptop-2"), after=start)
    told = save(GivenAnswer("Q10", 3, 2, "phone-2"), after=start)
    assert told.elsewhere == (Elsewhere("Q10", 3),)
    assert agreed.current()["Q10"] == 3


def test_an_answer_that_waited_longer_than_another_is_kept_and_does_not_count(save, agreed):
    start = save(GivenAnswer("Q20", 1, 1, "seen-1")).last
    save(GivenAnswer("Q10", 6, 2, "laptop-2"), after=start, now=TODAY + 10 * MINUTE)
    five_minutes = 5 * 60 * 1000
    late = GivenAnswer("Q10", 3, 2, "phone-2", waited=five_minutes)
    told = save(late, after=start, now=TODAY + 12 * MINUTE)
    assert told.added == 1
    assert told.elsewhere == (Elsewhere("Q10", 6),)
    assert agreed.log()[1:] == [("Q10", 6), ("Q10", 3)]
    assert agreed.current()["Q10"] == 6
    # Sent again, it is the same act.
    assert save(late, after=start, now=TODAY + 13 * MINUTE).added == 0
    assert agreed.current()["Q10"] == 6


def test_one_page_s_own_answers_are_never_elsewhere(save):
    start = save(GivenAnswer("Q20", 1, 1, "seen-1")).last
    assert save(GivenAnswer("Q10", 6, 2, "page-2"), after=start).elsewhere == ()
    # Its confirmation was lost, so the page has not heard of the row.
    assert save(GivenAnswer("Q10", 2, 3, "page-3"), after=start).elsewhere == ()


def test_what_a_page_has_heard_of_is_no_surprise(save):
    heard = save(GivenAnswer("Q10", 6, 1, "laptop-1")).last
    assert save(GivenAnswer("Q10", 3, 2, "phone-2"), after=heard).elsewhere == ()


def test_a_plain_form_repeats_what_it_showed_and_undoes_nothing(save, agreed):
    shown = save(GivenAnswer("Q10", 3, 1, "phone-1")).last
    save(GivenAnswer("Q10", 6, 2, "laptop-2"), after=shown)
    again = save(GivenAnswer("Q10", 3), GivenAnswer("Q20", 2), after=shown)
    assert again.added == 1
    assert agreed.current() == {"Q10": 6, "Q20": 2}
    changed = save(GivenAnswer("Q10", 5), after=shown)
    assert changed.elsewhere == (Elsewhere("Q10", 5),)
    assert agreed.current()["Q10"] == 5


def test_no_answer_was_given_before_the_sitting_began(save, agreed):
    start = save(GivenAnswer("Q20", 1, 1, "seen-1")).last
    save(GivenAnswer("Q10", 6, 2, "laptop-2", waited=2**31 - 1), after=start)
    # Both are cut to the sitting's beginning: neither is older, so the one that comes last counts.
    told = save(GivenAnswer("Q10", 3, 2, "phone-2", waited=2**31 - 1), after=start)
    assert told.elsewhere == (Elsewhere("Q10", 3),)
    assert agreed.current()["Q10"] == 3


def kept(number: int, item: str, value: int, counts: bool) -> KeptAnswer:
    at = datetime.fromisoformat("2026-01-05T09:00+00:00") + number * MINUTE
    return KeptAnswer(number, 1, item, value, number, f"p-{number}", at, timedelta(), counts)


@given(
    some.lists(
        some.tuples(some.sampled_from("abc"), some.integers(1, 7), some.booleans()), max_size=20
    ),
    some.integers(0, 25),
)
def test_the_log_answers_as_replaying_it_would(rows, number):
    log = AnswerLog.of(
        kept(place, item, value, counts) for place, (item, value, counts) in enumerate(rows, 1)
    )
    current, then = {}, {}
    for place, (item, value, counts) in enumerate(rows, 1):
        if counts:
            current[item] = value
            if place <= number:
                then[item] = value
    assert {item: row.value for item, row in log.current.items()} == current
    assert {item: row.value for item, row in log.as_of(number).items()} == then
    assert log.last == len(rows)


def test_a_key_names_its_page():
    assert page_of("ab-cd-12") == "ab-cd"
    assert page_of("form-0123") == "form"


def test_a_plain_form_says_that_another_device_answered(agreed, browser):
    here, there = browser(), browser()
    here.enter(agreed)
    there.enter(agreed)
    page = here.get("/take/1").text
    there.press(there.get("/take/1").text, "/take/1", **{"answer-Q10": "6", "after": "0"})
    after = page.split('name="after" value="')[1].split('"')[0]
    answer = here.press(page, "/take/1", **{"answer-Q10": "2", "after": after})
    assert "also answered in another tab or on another device" in answer.text
    assert agreed.log() == [("Q10", 6), ("Q10", 2)]
    assert "also answered" not in here.get("/take/1").text.split("elsewhere")[0]
