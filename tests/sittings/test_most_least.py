"""Most/least blocks in a room: saved as two marks, refused as one, scored and brought in."""

import numpy as np
import pytest

from assess.db.scope import reading
from assess.errors import Invalid
from assess.instruments.scoring import score_table
from assess.instruments.simulation import simulate_answers
from assess.sittings import queries, service
from assess.sittings.faults import SameStatement
from assess.sittings.imports import ImportedPerson, import_people
from assess.sittings.overview import part_lines
from assess.sittings.screens import lay_out, resume_at
from assess.sittings.service import GivenAnswer
from tests.sittings.conftest import TODAY, invite, open_to_answers

BATTERY = ("service-recovery", "disc-tetrads")
FIRST = 3
"""The screen of the first block of four statements: two of the rating scale come before."""


@pytest.fixture
def campaign_id(sessions, tenant, sitting_bank):
    return open_to_answers(sessions, tenant, sitting_bank, battery=BATTERY)


@pytest.fixture
def ada(sessions, tenant, settings, sitting_bank, campaign_id):
    """Give somebody who has agreed."""
    person = invite(sessions, tenant, settings, campaign_id, "Ada")
    token = person.path.removeprefix("/i/")
    service.open_link(sessions, settings, sitting_bank, token, now=TODAY)
    service.agree(sessions, person.claim, now=TODAY)
    return person


def marks(block, most, least):
    return [GivenAnswer(f"{block}.most", most), GivenAnswer(f"{block}.least", least)]


@pytest.fixture
def mark(sessions, sitting_bank, ada):
    """Give a function that saves marks of a block."""

    def run(*answers):
        return service.save_answers(sessions, sitting_bank, ada.claim, answers, now=TODAY)

    return run


def test_the_two_marks_are_two_rows_of_the_log(mark, ada):
    assert mark(*marks("dt-01", 2, 4)).answered == 2
    assert ada.log() == [("dt-01.most", 2), ("dt-01.least", 4)]


def test_the_same_statement_twice_is_refused_and_nothing_is_kept(mark, ada):
    with pytest.raises(SameStatement, match="the same statement is marked most and least"):
        mark(GivenAnswer("SR1", 5), *marks("dt-01", 2, 2))
    assert ada.log() == []


def test_a_mark_that_meets_the_one_kept_before_is_refused(mark, ada):
    mark(*marks("dt-01", 2, 4))
    with pytest.raises(SameStatement):
        mark(GivenAnswer("dt-01.least", 2))
    assert ada.current() == {"dt-01.most": 2, "dt-01.least": 4}


def test_two_marks_change_places_in_one_request(mark, ada):
    mark(*marks("dt-01", 2, 4))
    mark(*marks("dt-01", 4, 2))
    assert ada.current() == {"dt-01.most": 4, "dt-01.least": 2}


def test_both_marks_can_be_declined(mark, ada):
    mark(*marks("dt-01", None, None))
    assert ada.current() == {"dt-01.most": None, "dt-01.least": None}


def test_the_same_place_in_two_blocks_is_no_clash(mark, ada):
    mark(GivenAnswer("dt-01.most", 1), GivenAnswer("dt-02.least", 1))
    assert len(ada.log()) == 2


@pytest.mark.parametrize("value", [0, 5])
def test_a_place_no_statement_has_is_refused(mark, value):
    with pytest.raises(Invalid, match="is not from 1 to 4"):
        mark(GivenAnswer("dt-01.most", value))


def test_a_person_goes_on_where_a_mark_is_open(sitting_bank):
    screens = lay_out([sitting_bank.instrument(key) for key in BATTERY])
    done = {item for screen in screens for item in screen.item_ids} - {"dt-07.least"}
    assert resume_at(screens, done, 1) == FIRST + 6
    (_, tetrads) = part_lines(screens, done)
    assert (tetrads.items, tetrads.answered) == (48, 47)
    assert [(step.step, step.open) for step in tetrads.open_steps] == [(7, 1)]


def test_a_form_without_a_script_comes_back_with_its_choices(ada, browser):
    walker = browser()
    walker.begin(ada)
    address = f"/take/{FIRST}"
    page = walker.get(address).text
    both = {"answer-dt-01.most": "3", "answer-dt-01.least": "3", "go": "next"}
    refused = walker.press(page, address, **both)
    assert refused.status_code == 422
    assert "One statement cannot be both." in refused.text
    assert refused.text.count('value="3" checked') == 2
    assert ada.log() == []
    walker.press(refused.text, address, **both | {"answer-dt-01.least": "none"})
    assert ada.current() == {"dt-01.most": 3, "dt-01.least": None}
    assert 'value="none" checked' in walker.get(address).text


def test_the_script_is_told_which_mark_is_at_fault(ada, browser):
    walker = browser()
    walker.begin(ada)
    page = walker.get(f"/take/{FIRST}").text
    sent = [
        {"item": f"dt-01.{mark}", "value": 1, "sequence": n, "key": f"k{n}"}
        for n, mark in enumerate(("most", "least"), 1)
    ]
    refused = walker.send(page, *sent)
    assert refused.status_code == 422
    assert refused.json["item"].startswith("dt-01.")
    assert "most and least" in refused.json["error"]


def test_every_part_after_the_first_offers_its_own_practice(ada, browser):
    walker = browser()
    walker.begin(ada)
    assert "/take/practice/2" in walker.get(f"/take/{FIRST}").text
    assert "/take/practice/2" not in walker.get(f"/take/{FIRST + 1}").text
    page = walker.get("/take/practice/2")
    assert "I cook something new at weekends." in page.text
    fields = {"answer-practice.most": "1", "answer-practice.least": "1"}
    refused = walker.press(page.text, "/take/practice/2", **fields)
    assert refused.status_code == 422
    assert "One statement cannot be both." in refused.text
    told = walker.press(page.text, "/take/practice/2", **fields | {"answer-practice.least": "2"})
    assert "the two in between stay unmarked" in told.text
    assert f'href="/take/{FIRST}"' in told.text
    assert walker.get("/take/practice/9").status_code == 404
    assert ada.log() == []


def test_the_notice_names_the_four_ways_of_working(ada, browser, sessions, tenant, settings):
    other = invite(sessions, tenant, settings, ada.campaign_id, "Bo")
    notice = browser().enter(other).text
    assert "Directness" in notice
    assert "Empathic listening" not in notice


def test_what_is_handed_in_is_scored_as_a_picture(mark, ada, sessions, tenant, sitting_bank):
    tetrads = sitting_bank.instrument("disc-tetrads")
    drawn = simulate_answers(sitting_bank, ("disc-tetrads",), 1, np.random.default_rng(2))
    row = drawn["disc-tetrads"]
    mark(*(GivenAnswer(i, int(v)) for i, v in zip(tetrads.item_ids, row[0], strict=True)))
    service.submit(sessions, sitting_bank, ada.claim, now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        ((*_, scores),) = queries.finished_scores(session, ada.campaign_id)
    kept = scores["disc-tetrads"]
    np.testing.assert_allclose(kept.mean, score_table(tetrads, row).mean[0])
    assert np.isnan(kept.error).all()


def bring_in(sessions, tenant, bank, campaign_id, table):
    people = [ImportedPerson(f"P{n}", f"Person {n}", None) for n in range(len(table))]
    return import_people(
        sessions, tenant.recruiter, bank, campaign_id, people, {"disc-tetrads": table},
        now=TODAY, source="a file", simulated=True,
    )  # fmt: skip


def test_imported_marks_are_kept_and_one_statement_twice_names_person_and_block(
    sessions, tenant, sitting_bank, campaign_id
):
    table = simulate_answers(sitting_bank, ("disc-tetrads",), 3, np.random.default_rng(2))[
        "disc-tetrads"
    ]
    spoilt = table.copy()
    spoilt[1, 5] = spoilt[1, 4]
    with pytest.raises(Invalid) as refused:
        bring_in(sessions, tenant, sitting_bank, campaign_id, spoilt)
    (fault,) = refused.value.faults
    assert fault == "disc-tetrads: P1: dt-03: the same statement is marked most and least"
    assert bring_in(sessions, tenant, sitting_bank, campaign_id, table) == 3
