"""Every page of a candidate in four languages at 360 px: it fits, and nothing is in the way."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from assess.instruments.practice import KINDS
from assess.web.languages import LANGUAGES
from tests.browser import PHONE, hold_to_wcag, hold_to_width, look
from tests.languages import content_in_all_languages
from tests.sittings.conftest import Invited, served_to_ada

pytestmark = pytest.mark.journey
BATTERY = ("work-style", "service-judgement-a", "disc-tetrads")
TARGET = 44


@pytest.fixture(scope="session")
def whole_bank(tmp_path_factory):
    """Give content that is whole in every language."""
    return content_in_all_languages(tmp_path_factory.mktemp("content") / "questionnaires")


@pytest.fixture
def served(tmp_path, migrated_sqlite, whole_bank, request) -> Iterator[tuple[str, Invited]]:
    """Run the service for somebody invited in the language of the test."""
    language = getattr(request, "param", "en")
    with served_to_ada(
        tmp_path, migrated_sqlite, whole_bank, BATTERY, language=language, has_agreed=False
    ) as found:
        yield found


def go_on(page: Page) -> None:
    """Press the one button of the page that goes on, whatever its language."""
    with page.expect_navigation():
        page.locator(".actions .button:not(.secondary)").click()


def switch(page: Page, name: str) -> None:
    page.locator(".languages summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def see(page: Page, language: str) -> None:
    """Hold the page to its width; and to WCAG once, for the words change none of its rules."""
    if language == "en":
        hold_to_wcag(page)
    hold_to_width(page)


def check(page: Page, language: str) -> None:
    """Hold the page against WCAG and sideways scroll, its switch closed and open."""
    expect(page.locator("html")).to_have_attribute(
        "lang", "en-GB" if language == "en" else language
    )
    see(page, language)
    page.locator(".languages summary").click()
    see(page, language)
    boxes = [one.bounding_box() for one in page.locator(".languages-panel .button").all()]
    assert len(boxes) == len(LANGUAGES) - 1
    assert min(box["height"] for box in boxes) >= TARGET
    assert page.locator(".languages summary").bounding_box()["height"] >= TARGET
    page.locator(".languages summary").click()


@pytest.mark.parametrize(
    ("served", "language"), [(code, code) for code in LANGUAGES], indirect=["served"]
)
def test_every_step_fits_in_every_language(open_page, served, whole_bank, language):
    url, person = served
    page = open_page(PHONE)
    page.goto(url + person.path)
    check(page, language)
    go_on(page)
    check(page, language)
    for summary in page.locator("details:not(.languages) > summary").all():
        summary.click()
    see(page, language)
    go_on(page)
    check(page, language)
    go_on(page)
    see(page, language)
    first = 1
    for part, key in enumerate(BATTERY, 1):
        page.goto(f"{url}/take/practice/{part}")
        see(page, language)
        page.goto(f"{url}/take/{first}")
        check(page, language)
        for group in page.locator("#answers fieldset").all():
            group.locator("input[type=radio]").nth(part - 1).check(force=True)
        see(page, language)
        first += len(whole_bank.instrument(key).blocks)
    page.goto(f"{url}/take/review")
    check(page, language)
    go_on(page)
    expect(page).to_have_url(re.compile("/take/thanks$"))
    check(page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_open_to_everybody_fits_in_every_language(open_page, served, language):
    page = open_page(PHONE)
    for address in ("/practice", "/previews", *(f"/practice/{kind}" for kind in KINDS)):
        page.goto(f"{served[0]}{address}?lang={language}")
        expect(page.locator(".languages summary")).to_contain_text(LANGUAGES[language])
        for summary in page.locator("details:not(.languages) > summary").all():
            summary.click()
        see(page, language)
        if address.startswith("/practice/"):
            go_on(page)
            see(page, language)


@pytest.mark.parametrize("script", [True, False])
def test_a_switch_in_the_middle_loses_nothing(open_page, served, script):
    url, person = served
    page = open_page(PHONE, java_script_enabled=script)
    page.goto(url + person.path)
    go_on(page)
    go_on(page)
    page.goto(f"{url}/take/1")
    page.locator('label:has(input[name="answer-Q10"][value="6"])').click()
    switch(page, "Français")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.url.endswith("/take/1")
    expect(page.locator('input[name="answer-Q10"][value="6"]')).to_be_checked()
    page.locator('label:has(input[name="answer-Q173"][value="2"])').click()
    switch(page, "Bahasa Indonesia")
    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator('input[name="answer-Q173"][value="2"]')).to_be_checked()
    assert person.log() == [("Q10", 6), ("Q173", 2)]


def test_enter_goes_on_and_does_not_switch(open_page, served):
    url, person = served
    page = open_page(PHONE)
    page.goto(url + person.path)
    go_on(page)
    go_on(page)
    page.goto(f"{url}/take/1")
    page.locator('input[name="answer-Q10"][value="6"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/take/2$"))
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")


def test_a_page_that_runs_from_right_to_left_fits(open_page, served):
    """No such language is shipped; the style must not stand in its way."""
    url, person = served
    page = open_page(PHONE)
    page.goto(url + person.path)
    go_on(page)
    go_on(page)
    for number in (1, 12, 40):
        page.goto(f"{url}/take/{number}")
        page.evaluate("document.documentElement.dir = 'rtl'")
        page.locator("#answers fieldset input").first.check(force=True)
        look(page)
        summary = page.locator(".languages summary").bounding_box()
        assert summary["x"] < PHONE["width"] / 2
