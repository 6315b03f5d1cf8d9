"""Saving: acknowledged means committed, once; the last choice counts."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as some
from sqlalchemy import delete

from assess.authoring.models import PublishedInstrument
from assess.db.scope import writing
from assess.errors import Conflict, Invalid, Refused
from assess.sittings import service
from assess.sittings.faults import LinkShut, UnusableAnswer
from assess.sittings.service import GivenAnswer
from tests.service import csrf
from tests.sittings.conftest import TODAY

ITEMS = ("Q10", "Q20", "sjt-001.a")


@pytest.fixture
def save(sessions, sitting_bank, agreed):
    """Give a function that saves answers of somebody who has agreed."""

    def run(*answers, claim=agreed.claim, now=TODAY):
        return service.save_answers(sessions, sitting_bank, claim, answers, now=now)

    return run


def sent(item="Q10", value=3, sequence=1, key="k1"):
    return {"item": item, "value": value, "sequence": sequence, "key": key}


def test_a_repeated_key_is_saved_once(save, agreed):
    answer = GivenAnswer("Q10", 3, 1, "k1")
    assert [save(answer).added, save(answer).added] == [1, 0]
    assert save(answer, answer).added == 0
    assert agreed.log() == [("Q10", 3)]


def test_a_key_twice_in_one_request_is_saved_once(save, agreed):
    answer = GivenAnswer("Q10", 3, 1, "k1")
    assert save(answer, answer).added == 1
    assert agreed.log() == [("Q10", 3)]


def test_a_key_used_for_another_answer_is_refused(save, agreed):
    save(GivenAnswer("Q10", 3, 1, "k1"))
    with pytest.raises(Conflict, match="its key was used before"):
        save(GivenAnswer("Q10", 4, 2, "k1"))
    assert agreed.log() == [("Q10", 3)]


def test_a_copy_that_comes_late_undoes_nothing(save, agreed):
    first, second = GivenAnswer("Q10", 3, 1, "k1"), GivenAnswer("Q10", 5, 2, "k2")
    third = GivenAnswer("Q10", 3, 3, "k3")
    for answer in (first, second, third, second, first):
        save(answer)
    assert agreed.current() == {"Q10": 3}
    assert agreed.log() == [("Q10", 3), ("Q10", 5), ("Q10", 3)]


def test_a_form_that_repeats_the_current_value_adds_nothing(save, agreed):
    save(GivenAnswer("Q10", 3, 1, "k1"))
    assert save(GivenAnswer("Q10", 3), GivenAnswer("Q20", None)).added == 1
    assert save(GivenAnswer("Q10", 3), GivenAnswer("Q20", None)).added == 0
    assert agreed.log() == [("Q10", 3), ("Q20", None)]


def test_a_declined_item_counts_as_dealt_with(save, agreed):
    assert save(GivenAnswer("Q10", None, 1, "k1")).answered == 1
    assert agreed.invitation().answered == 1
    assert agreed.invitation().last_answer_at == TODAY


def test_changing_an_answer_does_not_count_twice(save, agreed):
    save(GivenAnswer("Q10", 3, 1, "k1"), GivenAnswer("Q10", 4, 2, "k2"))
    assert agreed.invitation().answered == 1


def test_a_value_off_the_scale_is_refused(save, agreed):
    for value in (0, 8, -1, 10**9):
        with pytest.raises(UnusableAnswer, match="is not from 1 to 7") as caught:
            save(GivenAnswer("Q20", 2, 1, "k1"), GivenAnswer("Q10", value, 2, "k2"))
        assert caught.value.item == "Q10"
    assert agreed.log() == []


def test_each_instrument_has_its_own_range(save):
    with pytest.raises(UnusableAnswer, match="7 is not from 1 to 5"):
        save(GivenAnswer("sjt-001.a", 7, 1, "k1"))


def test_an_item_of_no_attempt_is_refused(save):
    for item in ("Q9999", "P1", "", "x" * 5000):
        with pytest.raises(UnusableAnswer, match="is not a question of this assessment"):
            save(GivenAnswer(item, 3, 1, "k1"))


def test_five_hundred_answers_are_the_most(save):
    with pytest.raises(Invalid, match="at most 500"):
        save(*[GivenAnswer("Q10", 3, n, f"k{n}") for n in range(501)])
    save(*[GivenAnswer("Q10", 3, n, f"k{n}") for n in range(500)])


def test_a_key_or_sequence_that_cannot_be_kept_is_refused(save):
    for key, sequence in (("", 1), ("k" * 81, 1), ("k", -1), ("k", 2**31)):
        with pytest.raises(UnusableAnswer):
            save(GivenAnswer("Q10", 3, sequence, key))


def test_nothing_is_saved_before_consent(sessions, sitting_bank, invited, settings):
    service.open_link(sessions, settings, sitting_bank, invited.path.removeprefix("/i/"), now=TODAY)
    with pytest.raises(Refused, match="agree"):
        service.save_answers(
            sessions, sitting_bank, invited.claim, [GivenAnswer("Q10", 3, 1, "k")], now=TODAY
        )


def test_nothing_is_saved_after_submit(save, sessions, sitting_bank, agreed):
    service.submit(sessions, sitting_bank, agreed.claim, now=TODAY)
    with pytest.raises(Refused, match="handed in"):
        save(GivenAnswer("Q10", 3, 1, "k"))


def test_nothing_is_saved_by_a_link_taken_back(save, agreed):
    agreed.revoke()
    with pytest.raises(LinkShut):
        save(GivenAnswer("Q10", 3, 1, "k"))


class Changed:
    """A catalogue whose every questionnaire is another one by now."""

    def __init__(self, bank):
        self.bank = bank

    def keys(self):
        return self.bank.keys()

    def instrument(self, key):
        return replace(self.bank.instrument(key), digest="0" * 64)


def test_a_changed_folder_changes_nothing_for_a_sitting(agreed, sessions, sitting_bank):
    changed = Changed(sitting_bank)
    service.save_answers(
        sessions, changed, agreed.claim, [GivenAnswer("Q10", 3, 1, "k")], now=TODAY
    )
    service.submit(sessions, changed, agreed.claim, now=TODAY)
    assert agreed.current() == {"Q10": 3}
    assert agreed.invitation().state == "finished"


def test_what_was_never_stored_and_has_changed_takes_and_scores_nothing(
    agreed, sessions, tenant, sitting_bank
):
    with writing(sessions, tenant.organisation_id) as session:  # as before instruments were stored
        session.execute(delete(PublishedInstrument))
    changed = Changed(sitting_bank)
    with pytest.raises(Conflict, match="was changed after this campaign was opened"):
        service.save_answers(
            sessions, changed, agreed.claim, [GivenAnswer("Q10", 3, 1, "k")], now=TODAY
        )
    with pytest.raises(Conflict):
        service.submit(sessions, changed, agreed.claim, now=TODAY)
    service.submit(sessions, sitting_bank, agreed.claim, now=TODAY)


def together(act, count):
    """Run ``act(n)`` in ``count`` threads that start at once."""
    gate = threading.Barrier(count)

    def run(number):
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_the_same_answers_at_once_are_kept_once(save, agreed):
    answers = [GivenAnswer(item, 3, n, f"k{n}") for n, item in enumerate(ITEMS)]
    added = together(lambda _n: save(*answers).added, 8)
    assert sum(added) == len(ITEMS)
    assert sorted(agreed.log()) == sorted((item, 3) for item in ITEMS)


def test_the_same_form_at_once_is_kept_once(save, agreed):
    assert sum(together(lambda _n: save(GivenAnswer("Q10", 3)).added, 8)) == 1
    assert agreed.log() == [("Q10", 3)]


def test_opening_the_link_twice_at_once_begins_one_sitting(
    sessions, settings, sitting_bank, invited
):
    token = invited.path.removeprefix("/i/")
    together(lambda _n: service.open_link(sessions, settings, sitting_bank, token, now=TODAY), 6)
    service.agree(sessions, invited.claim, now=TODAY)
    assert len(service.look(sessions, invited.claim).path.sitting.attempts) == 2
    assert invited.invitation().sitting_id == 1


def test_submitting_while_answers_come_scores_all_that_were_confirmed(
    save, agreed, sessions, sitting_bank
):
    """Whatever was acknowledged stands in the log; nothing comes after the submit."""

    def act(number):
        if number == 3:
            service.submit(sessions, sitting_bank, agreed.claim, now=TODAY)
            return None
        try:
            save(GivenAnswer("Q10", 1 + number, number, f"k{number}"))
        except Refused:
            return None
        return ("Q10", 1 + number)

    confirmed = [kept for kept in together(act, 7) if kept]
    assert sorted(agreed.log()) == sorted(confirmed)


ACTS = some.lists(
    some.tuples(
        some.sampled_from(ITEMS),
        some.one_of(some.none(), some.integers(1, 5)),
        some.booleans(),
        some.lists(some.integers(0, 30), max_size=2),
    ),
    max_size=12,
)


@examples(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_any_saves_and_repeats_leave_the_last_choice(save, agreed, acts):
    """Keyed or by form, with copies of earlier keyed requests coming in between."""
    wanted, said, before = agreed.current(), [], len(agreed.log())
    changes = 0
    for number, (item, value, keyed, copies) in enumerate(acts):
        key = f"{before}-{number}-{threading.get_ident()}" if keyed else None
        answer = GivenAnswer(item, value, number, key)
        changes += keyed or item not in wanted or wanted[item] != value
        wanted[item] = value
        save(answer)
        said += [answer] if keyed else []
        for copy in copies:
            if said:
                save(said[copy % len(said)])
    assert agreed.current() == wanted
    assert len(agreed.log()) - before == changes


def test_the_script_s_answers_are_saved_at_once(browser, invited):
    walked = browser()
    page = walked.begin(invited).text
    answer = walked.send(page, sent(key="a", sequence=2, value=5), sent(key="b", value=None))
    assert answer.status_code == 200
    assert answer.json["saved"] == 2
    assert answer.json["answered"] == 1
    # In the order of the sequence, whatever the order of arrival.
    assert invited.log() == [("Q10", None), ("Q10", 5)]
    again = walked.send(page, sent(key="a", sequence=2, value=5))
    assert (again.status_code, invited.log()) == (200, [("Q10", None), ("Q10", 5)])


def test_what_the_script_had_not_sent_comes_with_the_form_once(browser, invited):
    walked = browser()
    page = walked.begin(invited).text
    unsent = [sent(value=3), sent(value=5, sequence=2, key="k2")]
    fields = {"answer-Q10": "5", "go": "next", "unsent": json.dumps(unsent)}
    walked.press(page, "/take/1", **fields)
    late = walked.send(page, unsent[0])
    assert late.status_code == 200
    assert invited.log() == [("Q10", 3), ("Q10", 5)]


FAULTS = [
    ({"answers": [sent(value=9)]}, "Q10"),
    ({"answers": [sent(value="3")]}, "Q10"),
    ({"answers": [sent(value=True)]}, "Q10"),
    ({"answers": [sent(value=2.0)]}, "Q10"),
    ({"answers": [{"item": "Q10", "sequence": 1, "key": "k"}]}, "Q10"),
    ({"answers": [sent(item="Q9999")]}, "Q9999"),
    ({"answers": [sent(key=7)]}, "Q10"),
    ({"answers": [sent(sequence="1")]}, "Q10"),
    ({"answers": [{"value": 3}]}, None),
    ({"answers": ["Q10"]}, None),
    ({"answers": []}, None),
    ({"answers": "Q10"}, None),
    ([], None),
    (None, None),
]


def test_a_fault_in_json_is_answered_in_json(browser, invited):
    walked = browser()
    headers = {"X-Form-Token": csrf(walked.begin(invited).text)}
    for body, item in FAULTS:
        answer = walked.client.post(
            "/take/answers", data=json.dumps(body), content_type="application/json", headers=headers
        )
        assert answer.status_code == 422, body
        assert set(answer.json) == {"error", "item"}
        assert answer.json["item"] == item
    assert invited.log() == []


def test_what_no_program_of_ours_sends_is_refused_not_a_fault_of_ours(browser, invited):
    walked = browser()
    page = walked.begin(invited).text
    for key in ("\ud800", "a\x00b"):
        assert walked.send(page, sent(key=key)).status_code == 422
    headers = {"X-Form-Token": csrf(page)}
    deep = walked.client.post(
        "/take/answers", data="[" * 100_000, content_type="application/json", headers=headers
    )
    assert deep.status_code == 422
    assert walked.press(page, "/take/1", unsent="[" * 5_000).status_code == 422
    assert invited.log() == []


def test_a_form_with_a_value_of_no_field_saves_nothing(browser, invited):
    walked = browser()
    page = walked.begin(invited).text
    for value in ("9", "seven", ""):
        answer = walked.press(page, "/take/1", go="next", **{"answer-Q10": value})
        assert answer.status_code == 422
    assert invited.log() == []


def test_a_page_of_no_invitation_sends_nothing(browser, invited):
    walked = browser()
    walked.begin(invited)
    answer = walked.client.post("/take/answers", json={"answers": [sent()]})
    assert answer.status_code == 403
    posted = walked.client.post("/take/1", data={"answer-Q10": "3"})
    assert posted.status_code == 403
    assert invited.log() == []
