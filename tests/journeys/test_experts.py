"""Keys from experts, end to end: ten generated raters fill real workbooks in a real browser."""

import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from assess.accounts.models import RoleName
from assess.authoring import queries as authoring
from assess.campaigns import service as campaigns
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument
from assess.instruments.simulation import simulate_answers
from assess.sittings.imports import ImportedPerson, import_people
from tests.browser import DESK, PHONE, look
from tests.campaigns.conftest import TODAY, opening
from tests.instruments.experts import TEAM, draw, fill
from tests.journeys.conftest import Service
from tests.journeys.test_main_job import sign_in
from tests.service import NOW, Tenant

pytestmark = pytest.mark.journey

BANK = load_instrument(default_catalogue().folder / "service-judgement", derived=False)
TEN = draw(BANK, 10)
SPLIT = BANK.item_ids.index("sjt-005.c")
TEN[:, SPLIT] = [1, 5] * 5


def answered_campaign(sessions, tenant: Tenant) -> None:
    """Open a campaign whose people have answered under the key of today."""
    bank = default_catalogue()
    running = opening(opens_on=TODAY, closes_on=TODAY + timedelta(days=14))
    campaign_id = campaigns.open_campaign(sessions, tenant.recruiter, bank, running, now=NOW)
    answers = simulate_answers(bank, running.battery, 40, np.random.default_rng(4))
    people = [ImportedPerson(f"P{n:03d}", f"Person {n}", None) for n in range(40)]
    import_people(
        sessions, tenant.recruiter, bank, campaign_id, people, answers,
        now=NOW, source="a file", simulated=True,
    )  # fmt: skip


def rate(page: Page, folder: Path) -> list[Path]:
    """Take the workbook from the page and have each expert fill in a copy."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Workbook for experts").click()
    taken = folder / "blank.xlsx"
    waiting.value.save_as(taken)
    assert waiting.value.suggested_filename == "rate-service-judgement-2.xlsx"
    paths = []
    for name, ratings in zip(TEAM, TEN, strict=False):
        book = load_workbook(taken)
        said = dict(zip(BANK.item_ids, ratings, strict=True))
        fill(book, said, name=name, comments={"sjt-005.c": "depends on the company"})
        paths.append(folder / f"{name}.xlsx")
        book.save(paths[-1])
    return paths


def upload(page: Page, *paths: Path) -> None:
    page.get_by_label("Workbooks from experts").set_input_files(list(paths))
    page.get_by_role("button", name="Import the ratings").click()


# On one database: what the pages do is tested on both in tests/experts.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_ten_experts_key_a_new_version(
    open_page, service: Service, sessions, tenant: Tenant, tmp_path
):
    answered_campaign(sessions, tenant)
    page = open_page(DESK)
    sign_in(page, service, tenant, RoleName.PSYCHOLOGIST)
    page.get_by_role("link", name="Keys from experts").click()
    look(page)
    page.get_by_label("Questionnaire").select_option(index=0)
    page.get_by_role("button", name="Open a panel").click()
    expect(page.get_by_text("0 experts have rated")).to_be_visible()
    look(page)
    paths = rate(page, tmp_path)

    broken = tmp_path / "broken.xlsx"
    book = load_workbook(paths[0])
    book["Ratings"]["D17"] = 9
    book.save(broken)
    upload(page, broken)
    expect(page.get_by_text("broken.xlsx: Ratings!D17: is 9")).to_be_visible()
    look(page)

    upload(page, *paths[:4])
    expect(page.get_by_text("4 experts are added.")).to_be_visible()
    expect(page.get_by_text("10 or more should rate; 4 have.")).to_be_visible()
    look(page)
    page.screenshot(path=tmp_path / "four.png", full_page=True)
    upload(page, *paths[3:])
    expect(page.get_by_text("6 experts are added.")).to_be_visible()
    expect(page.get_by_text("Already there: Dewi Putri.xlsx.")).to_be_visible()
    expect(page.get_by_text("no longer provisional", exact=True)).to_be_visible()
    dropped = page.locator(".opinions tr").filter(has_text="sjt-005.c")
    expect(dropped.get_by_text("dropped", exact=True)).to_be_visible()
    first = page.get_by_role("row").filter(has_text="sjt-001.a").get_by_role("cell")
    assert first.nth(1).inner_text() == f"{TEN[:, 0].mean():.2f}"
    look(page)
    page.screenshot(path=tmp_path / "ten.png", full_page=True)
    dropped.screenshot(path=tmp_path / "dropped.png")
    page.set_viewport_size(PHONE)
    look(page)
    page.screenshot(path=tmp_path / "phone.png")
    page.set_viewport_size(DESK)

    page.get_by_role("link", name="See what the proposed key changes").click()
    expect(page.get_by_text("40 people have answered.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Spring intake simulated 5 40"))).to_be_visible()
    look(page)
    page.screenshot(path=tmp_path / "changes.png", full_page=True)
    page.get_by_role("button", name="Publish version 3").click()
    expect(page.get_by_text("Version 3 is published.")).to_be_visible()
    look(page)

    with reading(sessions, tenant.organisation_id) as session:
        library = {one.choice: one.instrument for one in authoring.library(
            session, default_catalogue())}  # fmt: skip
    keyed = {}
    for form in "ab":
        one = library[f"service-judgement-{form}"]
        assert (one.version, one.provisional) == ("3", False)
        keyed |= one.option_keys
    assert [item for item, key in keyed.items() if key.dropped] == ["sjt-005.c"]
    for place, item in enumerate(BANK.item_ids):
        assert keyed[item].points == pytest.approx(TEN[:, place].mean(), abs=0.05 + 1e-9)
