"""The main job, end to end: recruiter, candidate on a phone, ranking, PDF."""

import re
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.app import create_app
from assess.campaigns import service as campaigns
from assess.candidates.models import Candidate
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue
from assess.instruments.simulation import simulate_answers
from assess.profiles.mix import DriverShare
from assess.sittings.imports import ImportedPerson, import_people
from tests.browser import DESK, PHONE, look
from tests.journeys.conftest import Service
from tests.service import PASSWORD, Tenant

pytestmark = pytest.mark.journey

CANDIDATE = "Maria Løvås"
#: Presses one choice of each group, as `answer_screen` does with the pointer.
CHOOSE = """(groups, number) => groups.forEach((group, place) => {
  const choices = group.querySelectorAll("input[type=radio]");
  choices[(number + 2 * place) % Math.min(choices.length, 5)].click();
})"""
#: As many as make a ranking of several bands; each has a page in the ranked report.
SIMULATED = 14
MIX = {"delivery": ("40", "7"), "returns": ("30", "6"), "status": ("30", "3")}


def sign_in(page: Page, service: Service, tenant: Tenant, role: RoleName) -> None:
    """Sign a member in through the page."""
    app = create_app(service.settings)
    sessions = app.extensions["assess"]["sessions"]
    set_password(app, sessions, tenant.user_ids[role], PASSWORD)
    app.extensions["assess"]["engine"].dispose()
    page.goto(f"{service.url}/sign-in")
    look(page)
    page.get_by_label("E-mail address").fill(tenant.emails[role])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Campaigns")
    look(page)


def open_campaign(page: Page) -> int:
    """Open a campaign by its form; give its number."""
    page.get_by_role("link", name=re.compile("Open a campaign")).first.click()
    look(page)
    page.get_by_label("Title").fill("Spring intake")
    page.get_by_label("Brand").fill("Parcel & Home")
    page.get_by_label("Seats").fill("5")
    for driver, (share, minutes) in MIX.items():
        page.locator(f"[name=share_{driver}]").fill(share)
        page.locator(f"[name=minutes_{driver}]").fill(minutes)
    expect(page.get_by_text("The shares sum to 100 %.")).to_be_visible()
    page.get_by_role("button", name="Open the campaign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Spring intake")
    look(page)
    return int(re.search(r"/campaigns/(\d+)", page.url).group(1))


def invite(page: Page) -> None:
    """Invite one person by pasting her address; a faulty line first invites nobody."""
    page.get_by_label("Paste addresses").fill(f"{CANDIDATE} <maria@example.org>\nno address here")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Nobody was invited")).to_be_visible()
    look(page)
    page.get_by_label("Paste addresses").fill(f"{CANDIDATE} <maria@example.org>")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("1 person is invited.")).to_be_visible()
    look(page)


def require(page: Page, campaign: str) -> None:
    """Ask for a language, a shift and a day to start, by the form."""
    page.get_by_role("link", name="Set requirements").click()
    look(page)
    page.get_by_label("Language 1", exact=True).select_option("fr")
    page.get_by_label("Night shifts").select_option("nice")
    page.get_by_label("Last day to start").fill("2030-03-01")
    page.get_by_role("button", name="Save the requirements").click()
    expect(page.get_by_text("French, at least: good")).to_be_visible()
    look(page)
    page.goto(campaign)


def declare(page: Page) -> None:
    """Say what does not meet a must; read kindly that the way goes on, and go it."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("What this job asks for")
    look(page)
    page.get_by_label("Basic: simple, everyday talk").check()
    page.get_by_label("When could you start at the earliest?").fill("2030-02-01")
    press(page, "Go on")
    expect(page.get_by_text("You can go on all the same.")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Go on").click()


def mailed_link(folder: Path, to: str = "i") -> str:
    """Wait for the worker's mail and read the candidate's link in it."""
    for _ in range(1_200):
        for path in folder.glob("*.eml"):
            if not path.stat().st_size:
                continue  # it is being written
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert letter["To"].endswith("maria@example.org")
            link = re.search(rf"http\S+/{to}/\S+", letter.get_content())
            if link and (to == "i" or "open to you" in letter["Subject"]):
                return link.group(0)
        time.sleep(0.1)
    raise AssertionError("the mail did not come within two minutes")


def answer_screen(page: Page, number: int) -> None:
    """Answer every item of a screen, not all alike: with the pointer first, then quicker."""
    page.wait_for_load_state()
    if number > 3:
        page.locator("#answers fieldset").evaluate_all(CHOOSE, number)
        return
    for place, group in enumerate(page.locator("#answers fieldset").all()):
        choices = group.locator("input[type=radio]:visible, label:visible input[type=radio]")
        points = choices.count()
        choices.nth((number + 2 * place) % min(points, 5)).check(force=True)


def press(page: Page, name: str) -> None:
    """Press what leads on, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def take(page: Page, link: str) -> None:
    """Walk a candidate's whole path on a phone, with a break in the middle."""
    page.goto(link)
    look(page)
    page.get_by_role("button", name="Continue").click()
    look(page)
    page.get_by_role("button", name="I have read this and agree").click()
    declare(page)
    look(page)
    answer_screen(page, 0)
    press(page, "Next")
    look(page)
    page.get_by_role("link", name="Start with the questions").click()
    expect(page).to_have_url(re.compile("/take/1$"))
    page.wait_for_load_state()
    number = 0
    while "/take/review" not in page.url:
        number += 1
        assert number < 60, "the screens do not end"
        answer_screen(page, number)
        expect(page.locator("#save-state")).to_contain_text("Saved")
        if number in (1, 12):
            look(page)
        if number == 3:
            here = page.url
            page.goto(link)
            look(page)
            press(page, "Go on")
            assert page.url != here, "screen 3 was answered: the way goes on behind it"
            continue
        press(page, "Next")
    look(page)
    expect(page.get_by_text("You have been through every question.")).to_be_visible()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    look(page)


def add_simulated_people(service: Service, tenant: Tenant, campaign_id: int) -> None:
    """Let simulated people finish, so that there is something to rank."""
    catalogue = default_catalogue()
    battery = tuple(sorted(catalogue.default_battery))
    app = create_app(service.settings)
    people = [ImportedPerson(f"S-{n:02d}", f"Simulated {n:02d}", None) for n in range(SIMULATED)]
    import_people(
        app.extensions["assess"]["sessions"],
        tenant.system,
        catalogue,
        campaign_id,
        people,
        simulate_answers(catalogue, battery, len(people), np.random.default_rng(5)),
        now=datetime.now(UTC),
        source="simulated for a test",
        simulated=True,
    )
    app.extensions["assess"]["engine"].dispose()


def open_second(service: Service, tenant: Tenant) -> int:
    """Open another brand's campaign with the same questionnaires; give its number."""
    catalogue = default_catalogue()
    today = datetime.now(UTC)
    opening = campaigns.Opening(
        title="Sales desk",
        brand="Harbour Home",
        seats=4,
        drivers=(DriverShare("sales", 0.7, 8.0), DriverShare("cancel", 0.3, 9.0)),
        n_contacts=None,
        multipliers=None,
        battery=tuple(catalogue.default_battery),
        opens_on=today.date(),
        closes_on=today.date() + timedelta(days=30),
        simulated=True,  # as the first, since simulated people took part in it
    )
    app = create_app(service.settings)
    sessions = app.extensions["assess"]["sessions"]
    made = campaigns.open_campaign(sessions, tenant.recruiter, catalogue, opening, now=today)
    app.extensions["assess"]["engine"].dispose()
    return made


def place(page: Page, service: Service, first: int, second: int) -> None:
    """See where the candidate would fit, and propose who goes where, on a desk and on a phone."""
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        page.goto(f"{service.url}/campaigns/{first}/ranking")
        page.get_by_role("link", name=CANDIDATE).first.click()
        look(page)
        page.get_by_role("link", name="Where else would this person fit?").click()
        expect(page.get_by_text("Ask first.")).to_be_visible()
        look(page)
        page.goto(f"{service.url}/placement/")
        for campaign_id in (first, second):
            page.locator(f"#c-{campaign_id}").check()
        page.get_by_role("button", name="Propose a placement").click()
        expect(page.get_by_text("This is a proposal.")).to_be_visible()
        look(page)


def rank_and_read(page: Page, service: Service, tenant: Tenant, campaign_id: int) -> str:
    """Rank, look at the list without names, compare two; give the candidate's code."""
    page.goto(f"{service.url}/campaigns/{campaign_id}/")
    page.get_by_role("link", name="Ranking and reports").click()
    look(page)
    page.get_by_role("button", name=f"Rank the {SIMULATED + 1} finished people").click()
    app = create_app(service.settings)
    with reading(app.extensions["assess"]["sessions"], tenant.organisation_id) as session:
        code = session.scalar(select(Candidate.code).where(Candidate.name == CANDIDATE))
    app.extensions["assess"]["engine"].dispose()
    expect(page.get_by_role("link", name=code).first).to_be_visible()
    expect(page.get_by_text(CANDIDATE)).to_have_count(0)
    look(page)
    page.get_by_text("Filter, order, rows on a page").click()
    page.get_by_label("Requirements").select_option("not_met")
    page.get_by_role("button", name="Show these people").click()
    expect(page.get_by_text("1 not met")).to_have_count(1)
    page.get_by_role("link", name="Show everybody").click()
    page.get_by_label(f"Choose {code}").check()
    page.get_by_label(re.compile("Choose (?!" + code + ")")).first.check()
    page.get_by_role("button", name="Compare two to five").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("told apart")
    look(page)
    page.get_by_role("link", name="Decide on these people").click()
    page.get_by_role("link", name="Decline these 2 people").click()
    expect(page.get_by_text("not opened yet")).to_have_count(2)
    look(page)
    page.get_by_role("link", name=code).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(code)
    expect(page.get_by_text("Basic: simple, everyday talk")).to_be_visible()
    look(page)
    return code


def decide_and_tell(page: Page) -> None:
    """Advance the candidate with a reason, see the name, read the mail and send it."""
    page.get_by_label(re.compile("^Advance")).check()
    page.get_by_label("Reason").select_option(label="Strong in what this job asks most")
    page.get_by_role("button", name="Decide in my name").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CANDIDATE)
    page.get_by_role("link", name=re.compile("Tell this person")).click()
    expect(page.get_by_text("the next step is open to you").first).to_be_visible()
    look(page)
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_text("1 mail is on its way.")).to_be_visible()


def read_outcome(page: Page, link: str) -> None:
    """Read on one's own pages how somebody decided."""
    page.goto(link)
    page.get_by_role("button", name="Open my pages").click()
    expect(page.get_by_text("The next step is open to you.")).to_be_visible()
    look(page)


def download(page: Page, button: str, folder: Path) -> bytes:
    """Ask for a report, wait for the worker, download it."""
    page.get_by_role("button", name=button).first.click()
    look(page)
    # The page asks again by itself until the report is there.
    link = page.get_by_role("link", name=re.compile("Download"))
    expect(link.first).to_be_visible()
    look(page)
    with page.expect_download() as waiting:
        link.first.click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target.read_bytes()


# On the embedded database; the other journeys go over PostgreSQL, with the worker and without.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_opening_a_campaign_to_the_ranked_pdf(service, tenant, open_page, tmp_path):
    recruiter = open_page(DESK, accept_downloads=True)
    sign_in(recruiter, service, tenant, RoleName.RECRUITER)
    campaign_id = open_campaign(recruiter)
    invite(recruiter)
    require(recruiter, f"{service.url}/campaigns/{campaign_id}/")
    phone = open_page(PHONE, has_touch=True, is_mobile=True)
    take(phone, mailed_link(service.settings.mail_dir))
    add_simulated_people(service, tenant, campaign_id)
    rank_and_read(recruiter, service, tenant, campaign_id)
    decide_and_tell(recruiter)
    read_outcome(phone, mailed_link(service.settings.mail_dir, "my/i"))
    recruiter.goto(f"{service.url}/campaigns/{campaign_id}/ranking")
    recruiter.get_by_role("link", name=CANDIDATE).first.click()
    person = download(recruiter, "Make this person's PDF", tmp_path)
    recruiter.goto(f"{service.url}/campaigns/{campaign_id}/ranking")
    ranked = download(recruiter, "Make the ranked PDF", tmp_path)
    for content in (person, ranked):
        assert content.startswith(b"%PDF-")
    place(recruiter, service, campaign_id, open_second(service, tenant))
    for path in ("/campaigns/", f"/campaigns/{campaign_id}/", f"/campaigns/{campaign_id}/ranking"):
        recruiter.set_viewport_size(PHONE)
        recruiter.goto(service.url + path)
        look(recruiter)
