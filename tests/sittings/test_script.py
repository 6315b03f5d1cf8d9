"""The script of the screens in a real browser: sends, waits, tries again, warns."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE
from tests.sittings.conftest import Invited, served_to_ada

pytestmark = pytest.mark.journey
SAVED = re.compile(r"^Saved \d\d:\d\d$")
#: The first words give way to the second a second later.
UNSAVED = re.compile(r"^(Not saved yet, trying again$|No connection: )")


@pytest.fixture
def served(tmp_path, migrated_sqlite, sitting_bank) -> Iterator[tuple[str, Invited]]:
    """Run the service for somebody who has agreed; give its address and the person."""
    with served_to_ada(tmp_path, migrated_sqlite, sitting_bank) as found:
        yield found


@pytest.fixture
def screen(open_page, served) -> Page:
    """Give a page at the first screen."""
    return at_first_screen(open_page(PHONE), served)


def at_first_screen(page: Page, served: tuple[str, Invited]) -> Page:
    url, person = served
    page.goto(url + person.path)
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{url}/take/1")
    return page


def choose(page: Page, item: str, value: str) -> None:
    page.locator(f'label:has(input[name="answer-{item}"][value="{value}"])').click()


def state(page: Page):
    return page.locator("#save-state")


def test_each_choice_is_saved_at_once_with_the_time(screen, served):
    choose(screen, "Q10", "6")
    expect(state(screen)).to_have_text(SAVED)
    choose(screen, "Q173", "none")
    expect(state(screen)).to_have_text(SAVED)
    assert served[1].log() == [("Q10", 6), ("Q173", None)]
    # Next carries all of it again, and adds nothing.
    screen.get_by_role("button", name="Next").click()
    expect(screen).to_have_url(re.compile("/take/2$"))
    assert served[1].log() == [("Q10", 6), ("Q173", None)]


def test_without_a_network_choices_wait_and_go_in_order(screen, served):
    screen.route("**/take/answers", lambda route: route.abort())
    for value in ("6", "2", "5"):
        choose(screen, "Q10", value)
    expect(state(screen)).to_have_text(UNSAVED)
    assert served[1].log() == []
    screen.unroute("**/take/answers")
    expect(state(screen)).to_have_text(SAVED)
    assert served[1].log() == [("Q10", 6), ("Q10", 2), ("Q10", 5)]


def test_an_answer_whose_confirmation_is_lost_is_kept_once(screen, served):
    lost = []

    def lose(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    screen.route("**/take/answers", lose)
    choose(screen, "Q10", "6")
    expect(state(screen)).to_have_text(SAVED)
    assert lost == [200]
    assert served[1].log() == [("Q10", 6)]


def test_next_waits_when_neither_the_network_nor_the_page_is_there(open_page, served):
    # Without a worker no page is kept on the device.
    screen = at_first_screen(open_page(PHONE, service_workers="block"), served)
    screen.route("**/take/answers", lambda route: route.abort())
    choose(screen, "Q10", "6")
    expect(state(screen)).to_have_text(UNSAVED)
    screen.get_by_role("button", name="Next").click()
    screen.wait_for_timeout(300)
    assert screen.url.endswith("/take/1")
    screen.unroute("**/take/answers")
    expect(screen).to_have_url(re.compile("/take/2$"))
    assert served[1].log() == [("Q10", 6)]


def test_leaving_with_unsent_answers_warns(screen):
    asked = []
    screen.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    screen.route("**/take/answers", lambda route: route.abort())
    choose(screen, "Q10", "6")
    expect(state(screen)).to_have_text(UNSAVED)
    screen.reload()
    assert asked == ["beforeunload"]


def test_leaving_with_everything_saved_does_not_warn(screen):
    asked = []
    screen.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose(screen, "Q10", "6")
    expect(state(screen)).to_have_text(SAVED)
    screen.reload()
    assert asked == []
    expect(screen.locator('input[name="answer-Q10"][value="6"]')).to_be_checked()


def test_a_link_taken_back_stops_and_says_so(screen, served):
    served[1].revoke()
    choose(screen, "Q10", "6")
    expect(state(screen)).to_have_text("Not saved: reload this page")
    assert served[1].log() == []


def test_a_rating_is_answered_by_keyboard(screen, served):
    screen.locator('input[name="answer-Q10"][value="1"]').focus()
    for _ in range(3):
        screen.keyboard.press("ArrowRight")
    expect(state(screen)).to_have_text(SAVED)
    assert served[1].current() == {"Q10": 4}
    screen.keyboard.press("Enter")
    expect(screen).to_have_url(re.compile("/take/2$"))
