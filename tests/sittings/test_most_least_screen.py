"""The most/least screen in a real browser: two groups of choices, by touch and by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, look
from tests.sittings.conftest import Invited, served_to_ada

pytestmark = pytest.mark.journey
SAVED = re.compile(r"^Saved \d\d:\d\d$")
TARGET = 44


@pytest.fixture
def served(tmp_path, migrated_sqlite, sitting_bank) -> Iterator[tuple[str, Invited]]:
    with served_to_ada(tmp_path, migrated_sqlite, sitting_bank, ("disc-tetrads",)) as found:
        yield found


@pytest.fixture
def come(open_page, served):
    """Give a function that brings a browser to a page of the questions."""
    url, person = served

    def at(address: str, viewport=PHONE, **options: object) -> Page:
        page = open_page(viewport, **options)
        page.goto(url + person.path)
        page.get_by_role("button", name="Go on").click()
        page.goto(url + address)
        return page

    return at


def choices(page: Page, words: str):
    return page.get_by_role("group", name=words).get_by_role("radio")


def choose(page: Page, mark: str, value: int | str, block: str = "dt-01") -> None:
    page.locator(f'label:has(input[name="answer-{block}.{mark}"][value="{value}"])').click()


def checked(page: Page, words: str) -> list[int]:
    return [n for n, one in enumerate(choices(page, words).all(), 1) if one.is_checked()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK])
@pytest.mark.parametrize("address", ["/take/1", "/take/practice"])
def test_the_screen_is_accessible_and_fits(come, address, viewport, scheme):
    page = come(address, viewport, color_scheme=scheme)
    look(page)
    for words in ("Most like me", "Least like me"):
        expect(choices(page, words)).to_have_count(5)


def test_each_choice_is_named_by_its_statement_in_both_groups(come, sitting_bank):
    page = come("/take/1")
    block = sitting_bank.instrument("disc-tetrads").blocks[0]
    for words in ("Most like me", "Least like me"):
        group = page.get_by_role("group", name=words)
        for item in block.items:
            expect(group.get_by_role("radio", name=item.text)).to_have_count(1)


def test_every_target_is_large_enough_for_a_thumb(come):
    page = come("/take/1")
    boxes = [one.bounding_box() for one in page.locator(".most-least-point").all()]
    assert len(boxes) == 10
    assert min(box["width"] for box in boxes) >= TARGET
    assert min(box["height"] for box in boxes) >= TARGET
    columns = {round(box["x"]) for box in boxes}
    assert len(columns) == 2


def test_choices_stand_in_the_line_of_their_statement(come):
    page = come("/take/1")
    for row in range(1, 6):
        line = page.locator(f".most-least-text.most-least-row-{row}").bounding_box()
        for mark in page.locator(f".most-least-point.most-least-row-{row}").all():
            box = mark.bounding_box()
            assert line["y"] - 1 <= box["y"]
            assert box["y"] + box["height"] <= line["y"] + line["height"] + 1


def test_two_marks_are_saved_as_they_are_made(come, served):
    page = come("/take/1")
    choose(page, "most", 2)
    choose(page, "least", 4)
    expect(page.locator("#save-state")).to_have_text(SAVED)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/take/2$"))
    assert served[1].log() == [("dt-01.most", 2), ("dt-01.least", 4)]
    page.get_by_role("button", name="Back").click()
    assert (checked(page, "Most like me"), checked(page, "Least like me")) == ([2], [4])


def test_one_statement_for_both_waits_and_says_why(come, served):
    page = come("/take/1")
    choose(page, "most", 2)
    expect(page.locator("#save-state")).to_have_text(SAVED)
    choose(page, "least", 2)
    told = page.get_by_role("alert")
    expect(told).to_contain_text("One statement cannot be both.")
    look(page)
    page.get_by_role("button", name="Next").click()
    expect(told).to_be_focused()
    assert page.url.endswith("/take/1")
    assert served[1].log() == [("dt-01.most", 2)]
    choose(page, "least", 3)
    expect(told).to_be_hidden()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/take/2$"))
    assert served[1].current() == {"dt-01.most": 2, "dt-01.least": 3}


def test_two_marks_can_change_places(come, served):
    page = come("/take/1")
    choose(page, "most", 1)
    choose(page, "least", 3)
    choose(page, "most", 3)
    expect(page.get_by_role("alert")).to_be_visible()
    choose(page, "least", 1)
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#save-state")).to_have_text(SAVED)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/take/2$"))
    assert served[1].current() == {"dt-01.most": 3, "dt-01.least": 1}


def test_the_keyboard_alone_answers_a_block_and_goes_on(come, served):
    page = come("/take/1")
    choices(page, "Most like me").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(choices(page, "Least like me").first).to_be_focused()
    page.keyboard.press("Space")
    assert (checked(page, "Most like me"), checked(page, "Least like me")) == ([2], [1])
    expect(page.locator("#save-state")).to_have_text(SAVED)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/take/2$"))
    assert served[1].current() == {"dt-01.most": 2, "dt-01.least": 1}


def test_without_a_script_a_clash_comes_back_with_everything_kept(come, served):
    page = come("/take/1", java_script_enabled=False)
    choose(page, "most", 4)
    choose(page, "least", 4)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("One statement cannot be both.")
    assert (checked(page, "Most like me"), checked(page, "Least like me")) == ([4], [4])
    assert served[1].log() == []
    choose(page, "least", 1)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/take/2$"))
    assert served[1].current() == {"dt-01.most": 4, "dt-01.least": 1}


def test_practice_explains_and_refuses_one_statement_for_both(come, served):
    page = come("/take/practice")
    choose(page, "most", 1, "practice")
    choose(page, "least", 1, "practice")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("One statement cannot be both.")
    choose(page, "least", 3, "practice")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("the two in between stay unmarked")).to_be_visible()
    page.get_by_role("link", name="Start with the questions").click()
    expect(page).to_have_url(re.compile("/take/1$"))
    assert served[1].log() == []
