"""A file of a thousand people, seven rows of it bad, goes through the pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from assess.accounts.models import RoleName
from assess.campaigns import service as campaigns
from assess.instruments.catalogue import default_catalogue
from tests.browser import DESK, PHONE, look
from tests.campaigns.conftest import opening
from tests.campaigns.people_files import thousand
from tests.journeys import single_sign_on
from tests.journeys.conftest import Service
from tests.journeys.test_main_job import sign_in
from tests.service import Tenant

pytestmark = pytest.mark.journey


def shown(page: Page) -> None:
    """Hold the page against the rules, wide and narrow."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        look(page)


# What the pages do is tested on both databases in tests/campaigns.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_with_faults_is_checked_the_others_are_invited_and_work_accounts_sign_in(
    service: Service, tenant: Tenant, sessions, open_page, tmp_path
):
    first = datetime.now(UTC).date() + timedelta(days=1)
    campaign_id = campaigns.open_campaign(
        sessions,
        tenant.recruiter,
        default_catalogue(),
        opening(opens_on=first, closes_on=first + timedelta(days=14)),
        now=datetime.now(UTC),
    )
    file = tmp_path / "people.csv"
    file.write_bytes(thousand())
    page = open_page(DESK, java_script_enabled=True)
    sign_in(page, service, tenant, RoleName.RECRUITER)
    page.goto(f"{service.url}/campaigns/{campaign_id}/")
    page.get_by_role("link", name="Import a file of many people").click()
    page.get_by_label("File").set_input_files(file)
    shown(page)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("E-mail address")).to_have_value("1")
    shown(page)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("993 people can be invited")
    expect(page.locator("tbody tr")).to_have_count(7)
    shown(page)
    page.get_by_role("button", name="Invite 993 people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("993 people are invited")
    shown(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Faulty rows as a file").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[:2]] == ["row", "142"]
    page.get_by_role("link", name="Back to the campaign").click()
    expect(page.locator(".funnel li").first).to_contain_text(re.compile("993"))
    page.goto(f"{service.url}/campaigns/{campaign_id}/imports/")
    shown(page)
    single_sign_on.walk(page, open_page(DESK), service, tenant)
