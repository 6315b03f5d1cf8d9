"""A messy export goes through the pages in a real browser, without JavaScript and with it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assess.accounts.models import RoleName
from tests.browser import DESK, PHONE, look, steadily
from tests.journeys.conftest import Service
from tests.journeys.test_main_job import sign_in
from tests.profiles.exports import SECRETS, write_export
from tests.service import Tenant

pytestmark = pytest.mark.journey


def shown(page: Page, name: str) -> None:
    """Hold the page against the rules, and keep its picture where one asks for it."""
    look(page)
    text = steadily(page, page.content)
    assert not any(secret in text for secret in SECRETS), page.url


def read_export(page: Page, service: Service, export: Path) -> None:
    page.goto(f"{service.url}/profiles/records/")
    shown(page, "records")
    page.get_by_role("link", name="Read an export").first.click()
    page.get_by_label("Brand").fill("Parcel Friend")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Please choose a file.").first).to_be_visible()
    shown(page, "new")
    page.get_by_label("Brand").fill("Parcel Friend")
    page.get_by_label("File").set_input_files(export)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Which column means what?")
    expect(page.get_by_label("Reason of the contact")).to_have_value("6")
    shown(page, "columns")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What does each reason mean?")


# One database a viewport: what the pages do is tested on both in tests/profiles.
@pytest.mark.parametrize(
    ("database_url", "viewport"),
    [("sqlite", DESK), ("postgresql", PHONE)],
    indirect=["database_url"],
    ids=["desk", "phone"],
)
def test_an_export_becomes_the_mix_of_a_campaign(
    service: Service, tenant: Tenant, open_page, tmp_path, viewport
):
    page = open_page(viewport, java_script_enabled=True)
    sign_in(page, service, tenant, RoleName.HIRING_MANAGER)
    read_export(page, service, write_export(tmp_path / "acd.csv"))
    first = page.locator("tbody tr").first
    expect(first).to_contain_text(re.compile("no reason given|ZZ-917"))
    shown(page, "reasons")
    page.get_by_label("Call driver of ZZ-917 internal").select_option("-")
    page.get_by_label(re.compile("Take the emotional load")).check()
    page.get_by_role("button", name="Show the contact mix").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why customers of Parcel Friend")
    shown(page, "result")
    page.get_by_role("link", name="Use this mix").click()
    expect(page.get_by_label("Brand")).to_have_value("Parcel Friend")
    expect(page.get_by_label("Contacts counted")).not_to_have_value("")
    shown(page, "campaign")
    page.get_by_label("Title").fill("From records")
    page.get_by_role("button", name="Open the campaign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("From records")
    page.goto(f"{service.url}/profiles/drivers/")
    shown(page, "drivers")
    page.get_by_role("link", name="Add a call driver").click()
    shown(page, "driver")
