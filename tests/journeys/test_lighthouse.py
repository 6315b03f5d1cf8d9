"""Lighthouse on every candidate page: quick on a slow phone, accessible, by good practice.

Run by ``make lighthouse``, which puts Lighthouse into a folder of its own: it is no dependency.
The throttling is Lighthouse's own for phones: CPU 4 times slower, 1.6 Mbit/s, 150 ms.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from assess.instruments.catalogue import default_catalogue
from tests.browser import PHONE
from tests.sittings.conftest import Invited, served_to_ada

pytestmark = [pytest.mark.journey, pytest.mark.slow]

CLI = os.environ.get("ASSESS_LIGHTHOUSE")
BATTERY = ("work-style", "service-judgement-a", "disc-tetrads")
INTERACTIVE_MS = 2500
PAGES = (
    "/take/", "/take/comfort", "/take/another-way", "/take/practice", "/take/1", "/take/12",
    "/take/26", "/take/pause", "/take/review", "/take/thanks",
)  # fmt: skip


@pytest.fixture
def served(tmp_path, migrated_sqlite):
    with served_to_ada(
        tmp_path, migrated_sqlite, default_catalogue(), BATTERY, has_agreed=False
    ) as found:
        yield found


def measure(address: str, cookie: str | None = None) -> dict[str, float]:
    """Give what Lighthouse says: milliseconds to interactive, scores from 0 to 1."""
    extra = [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    told = subprocess.run(
        [
            str(CLI), address, "--output=json", "--quiet", "--disable-full-page-screenshot",
            "--only-categories=performance,accessibility,best-practices",
            "--chrome-flags=--headless=new --no-sandbox", *extra,
        ],
        env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
        capture_output=True, check=False, text=True, timeout=180,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    faults = [
        key
        for name in ("accessibility", "best-practices")
        for key in (one["id"] for one in report["categories"][name]["auditRefs"])
        if report["audits"][key]["score"] == 0
    ]
    return {
        "interactive": report["audits"]["interactive"]["numericValue"],
        "bytes": report["audits"]["total-byte-weight"]["numericValue"],
        "accessibility": report["categories"]["accessibility"]["score"],
        "best-practices": report["categories"]["best-practices"]["score"],
        "faults": faults,
    }


def take(page: Page, url: str, address: str) -> None:
    """Go as far as a page needs."""
    if address in ("/take/", "/take/comfort", "/take/another-way"):
        return
    if page.request.get(f"{url}/take/1").url.endswith("/take/"):
        page.goto(f"{url}/take/")
        page.get_by_role("button", name="I have read this and agree").click()
    if address == "/take/thanks":
        page.goto(f"{url}/take/review")
        page.get_by_role("button", name="Hand in my answers").click()


@pytest.mark.skipif(CLI is None, reason="make lighthouse runs this")
def test_every_candidate_page_is_quick_and_faultless(served: tuple[str, Invited], open_page):
    url, person = served
    page = open_page(PHONE)
    found = {"/i/": measure(url + person.path)}
    sys.stdout.write(f"\n/i/                  {found['/i/']}\n")
    page.goto(url + person.path)
    page.get_by_role("button", name="Continue").click()
    for address in PAGES:
        take(page, url, address)
        kept = page.context.cookies(url + "/take/")
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in kept)
        found[address] = measure(url + address, cookies)
        sys.stdout.write(f"{address:20} {found[address]}\n")
    bad = {
        address: figures
        for address, figures in found.items()
        if figures["interactive"] > INTERACTIVE_MS
        or figures["accessibility"] < 1
        or figures["best-practices"] < 1
    }
    assert not bad
