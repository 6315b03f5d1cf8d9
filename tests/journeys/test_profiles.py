"""A manager sets a mix by hand: sliders, locks, the effect at once; a new version; compared."""

import re

import pytest
from playwright.sync_api import Page, expect

from assess.accounts.models import RoleName
from tests.browser import DESK, PHONE, look
from tests.journeys.conftest import Service
from tests.journeys.test_main_job import sign_in
from tests.service import Tenant

pytestmark = pytest.mark.journey


def slider(page: Page, name: str):
    return page.get_by_label(f"{name}, share as a slider")


def shares(page: Page) -> dict[str, float]:
    """Give the shares that stand in the cards."""
    found = {
        one.get_attribute("name"): one.input_value() for one in page.locator(".mix-share").all()
    }
    return {name.removeprefix("share_"): float(v) for name, v in found.items() if float(v or 0)}


def set_by_hand(page: Page) -> None:
    """Build a mix: the first shares fill up what is missing, then one takes from the others."""
    for name, share, minutes in (
        ("Delivery failed or late", "40", "7"),
        ("Returns and refunds", "30", "6"),
        ("Order status and simple information", "30", "3"),
    ):
        page.get_by_label(f"{name}, share in %").fill(share)
        page.get_by_label(f"{name}, minutes each").fill(minutes)
    expect(page.get_by_text("The shares sum to 100 %.").first).to_be_visible()
    assert shares(page) == {"delivery": 40, "returns": 30, "status": 30}


def move_by_keyboard(page: Page) -> None:
    """Lock one share and move another with the arrow keys; the third gives what it takes."""
    effect = page.locator("#effect")
    expect(effect).to_contain_text("Delivery failed or late: 40 % of the contacts")
    page.evaluate("window.stays = true")
    lock = page.get_by_label("Lock Returns and refunds")
    lock.focus()
    page.keyboard.press("Space")
    expect(slider(page, "Returns and refunds")).to_be_disabled()
    slider(page, "Delivery failed or late").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert shares(page) == {"delivery": 50, "returns": 30, "status": 20}
    expect(effect).to_contain_text("Delivery failed or late: 50 % of the contacts")
    page.keyboard.press("End")
    assert shares(page) == {"delivery": 70, "returns": 30}, "a locked share is not taken from"
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    assert shares(page) == {"delivery": 50, "returns": 30, "status": 20}, "nothing is lost"
    expect(page.locator(".mix-told")).to_have_text(re.compile("The shares sum to 100 %. Delivery"))
    assert page.evaluate("window.stays"), "no page was loaded anew"


# What the pages do is tested on both databases in tests/profiles.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mix_by_hand_its_effect_a_new_version_and_both_compared(
    service: Service, tenant: Tenant, open_page
):
    page = open_page(DESK)
    sign_in(page, service, tenant, RoleName.HIRING_MANAGER)
    page.get_by_role("link", name="Profiles").click()
    look(page)
    with page.expect_navigation():  # the script is there when the first share is set
        page.get_by_role("link", name="Make a profile").click()
    page.get_by_label("Name").fill("Support desk")
    page.get_by_label("Brand").fill("Parcel Friend")
    set_by_hand(page)
    move_by_keyboard(page)
    look(page)
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Support desk")
    look(page)
    here = page.url

    phone = open_page(
        PHONE, has_touch=True, is_mobile=True, storage_state=page.context.storage_state()
    )
    phone.goto(here)
    look(phone)
    with phone.expect_navigation():
        phone.get_by_role("link", name="Change the mix").tap()
    page_effect = phone.locator("#effect")
    slider(phone, "Cancellation and retention").scroll_into_view_if_needed()
    box = slider(phone, "Cancellation and retention").bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] / 5, box["y"] + box["height"] / 2)
    expect(page_effect).to_contain_text("Cancellation and retention")
    taken = shares(phone)
    assert 10 <= taken["cancel"] <= 30
    assert sum(taken.values()) == 100
    expect(page_effect).to_contain_text("Without minutes yet")
    phone.get_by_label("Cancellation and retention, minutes each").fill("9")
    expect(page_effect).not_to_contain_text("Without minutes yet")
    phone.get_by_role("button", name="Undo all changes").tap()
    assert shares(phone) == {"delivery": 50, "returns": 30, "status": 20}
    phone.get_by_label("Cancellation and retention, share in %").fill("50")
    assert shares(phone) == {"delivery": 25, "returns": 15, "status": 10, "cancel": 50}
    phone.get_by_role("button", name="Spread the rest evenly").tap()
    assert shares(phone) == {"delivery": 25, "returns": 25, "status": 25, "cancel": 25}
    phone.get_by_label("Cancellation and retention, minutes each").fill("9")
    look(phone)
    phone.get_by_label("Why the mix changes").fill("Retention calls come to this desk now.")
    phone.get_by_role("button", name="Save as version 2").tap()
    expect(phone.get_by_text("Retention calls come to this desk now.")).to_be_visible()
    phone.get_by_role("link", name="Compare versions").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("version 1 and version 2")
    look(phone)
    page.goto(f"{here}compare")
    expect(
        page.get_by_role("row", name="Cancellation and retention none 25.0 % +25.0")
    ).to_be_visible()
    look(page)
