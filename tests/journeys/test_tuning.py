"""A manager tunes a profile by keyboard, sees what it does, saves it and ranks again."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from assess.accounts.models import RoleName
from assess.instruments.catalogue import default_catalogue
from tests.browser import DESK, PHONE, look
from tests.journeys.conftest import Service
from tests.journeys.test_main_job import sign_in
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import Tenant

pytestmark = pytest.mark.journey

NOTHING = "This changes none of the 12 seats."


def press(page: Page, name: str, key: str, times: int) -> None:
    """Move a slider by its arrow keys, as a hand that stays on one does."""
    page.get_by_label(f"{name}, as a slider").focus()
    for _ in range(times):
        page.keyboard.press(key)


def number(page: Page, name: str) -> Locator:
    """Give the number tied to a slider."""
    return page.get_by_role("spinbutton", name=name, exact=True)


def settled(page: Page, said: str | re.Pattern[str]) -> None:
    """Wait until the sentence says so, and has been said aloud once, at rest."""
    expect(page.locator("#tuning-headline")).to_have_text(said)
    expect(page.locator("#tuning-said")).to_have_text(said)


def turn(page: Page) -> None:
    """Turn two weights and see it drawn at once; undo, redo, start again."""
    expect(page.locator("#tuning-headline")).to_have_text(NOTHING)
    press(page, "Empathic listening", "ArrowRight", 10)
    press(page, "Ownership and follow-up", "ArrowLeft", 9)
    settled(page, re.compile(r"This changes \d+ of 12 seats"))
    expect(number(page, "Empathic listening")).to_have_value("1.78")
    expect(page.get_by_label("Empathic listening, as a slider")).to_have_attribute(
        "aria-valuetext", re.compile(r"^times 1\.78, weight 2\d\.\d %$")
    )
    expect(page.locator("#tuning-preview svg.chart-moves")).to_be_visible()
    look(page)
    page.keyboard.press("Control+z")
    expect(number(page, "Ownership and follow-up")).to_have_value("1")
    page.keyboard.press("Control+Shift+z")
    expect(number(page, "Ownership and follow-up")).to_have_value("0.59")
    page.get_by_role("link", name="Start again").click()
    settled(page, NOTHING)
    page.keyboard.press("Control+z")
    settled(page, re.compile(r"This changes \d+ of 12 seats"))


def warn(page: Page) -> None:
    """Set a minimum: what it costs is told, and a guard rail where scores are not sure enough."""
    number(page, "Stress resilience").fill("45")
    expect(page.get_by_text("Stress resilience, at least 45: of 200 people")).to_be_visible()
    press(page, "Weight of the style", "ArrowRight", 3)
    expect(page.get_by_text("Style counts for 3 % of the fit.")).to_be_visible()
    look(page)
    number(page, "Stress resilience").fill("")
    press(page, "Weight of the style", "ArrowLeft", 3)
    expect(page.get_by_text("Style counts for")).to_have_count(0)


def choose(page: Page, title: str) -> None:
    """Try it on a closed campaign: people by their codes, in numbers too."""
    page.get_by_label(title).check()
    expect(page.get_by_text("people of the closed campaign")).to_be_visible()
    page.get_by_text("The same in numbers").click()
    expect(page.locator("#tuning-numbers tbody tr").first).to_contain_text(re.compile(r"C-\d{5}"))
    look(page)


# One database a viewport: what the pages say is tested on both in tests/rankings.
@pytest.mark.parametrize(
    ("database_url", "viewport"),
    [("sqlite", DESK), ("postgresql", PHONE)],
    indirect=["database_url"],
    ids=["desk", "phone"],
)
def test_a_manager_tunes_a_profile_and_sees_what_that_does_before_saving(
    service: Service, sessions, tenant: Tenant, open_page, viewport
):
    shipped = default_catalogue()
    here, closed = (open_ranked(sessions, tenant, shipped, seats=12) for _ in range(2))
    finish(sessions, tenant, shipped, closed, drawn(shipped, 60))
    finish(sessions, tenant, shipped, here, drawn(shipped, 30, seed=4))
    page = open_page(viewport)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    sign_in(page, service, tenant, RoleName.HIRING_MANAGER)
    page.goto(f"{service.url}/campaigns/{here}/")
    page.get_by_role("link", name="Tune the profile").click()
    turn(page)
    warn(page)
    choose(page, "Winter team")
    kept = parse_qs(urlparse(page.url).query)
    assert "reason" not in kept
    assert "csrf_token" not in kept
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_text("Please say why").first).to_be_visible()
    expect(number(page, "Empathic listening")).to_have_value("1.78")
    page.get_by_label("Why this change?").fill("Callers are mostly bereaved.")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_text("The profile is saved as a new version")).to_be_visible()
    page.get_by_role("button", name=re.compile("Rank the 30")).click()
    expect(page.locator("dt:has-text('Profile version') + dd")).to_have_text("2")
    assert faults == []
