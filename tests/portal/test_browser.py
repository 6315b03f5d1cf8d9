"""The candidate's own pages in a real browser at 360 px, with and without a script."""

import os
import re
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.app import create_app
from assess.db.engine import make_engine, make_sessions
from assess.rankings import service as rankings
from assess.settings import Settings
from tests.browser import DESK, PHONE, ask, look
from tests.portal.conftest import Own, hand_in, portal_path
from tests.service import csrf, make_tenant
from tests.sittings.conftest import TODAY, invite, open_to_answers

pytestmark = pytest.mark.journey


@contextmanager
def served(folder: Path, empty_database: Path, bank):
    """Run the service for somebody who has handed in; give its address and the person."""
    database = folder / "assess.sqlite"
    database.write_bytes(empty_database.read_bytes())
    ours = Settings(
        "s" * 40, "http://localhost", f"sqlite:///{database}", folder / "files",
        mail_dir=folder / "mail",
    )  # fmt: skip
    engine = make_engine(ours.database_url)
    sessions = make_sessions(engine)
    tenant = make_tenant(sessions, "Harbour Care")
    campaign_id = open_to_answers(sessions, tenant, bank)
    person = invite(sessions, tenant, ours, campaign_id, "Ada")
    hand_in(sessions, ours, bank, person)
    app = create_app(ours)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", Own(app.test_client(), person)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["assess"]["engine"].dispose()
    engine.dispose()


@pytest.fixture
def portal(tmp_path, migrated_sqlite, sitting_bank):
    with served(tmp_path, migrated_sqlite, sitting_bank) as given:
        yield given


def shoot(page, name: str) -> None:
    """Keep a picture for people's eyes, where a folder for them is named."""
    folder = os.environ.get("ASSESS_TEST_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def press(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def follow(page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


@pytest.mark.parametrize(("size", "script"), [(PHONE, True), (PHONE, False), (DESK, True)])
def test_the_whole_way_after_submit(portal, open_page, sitting_bank, size, script):
    url, own = portal
    page = open_page(size, java_script_enabled=script)
    kind = f"{size['width']}{'' if script else '-plain'}"

    def seen(name: str) -> None:
        shoot(page, f"{name}-{kind}")
        if script:
            look(page)
            small = ask(
                page,
                "[...document.querySelectorAll('main a:not(p a), main button')].filter("
                "e => { const r = e.getBoundingClientRect(); return r.height && r.height < 44 })"
                ".map(e => e.outerHTML.slice(0, 90))",
            )
            assert not small, small

    page.goto(url + portal_path(own.person))
    seen("link")
    press(page, "Open my pages")
    seen("status")
    follow(page, "Read your feedback")
    seen("feedback")
    follow(page, "Your pages")
    follow(page, "Tell us how it was")
    press(page, "Send")
    seen("experience-faults")
    page.get_by_label("very fair", exact=True).check()
    page.get_by_label("hard", exact=True).check()
    page.get_by_label("Anything you would like to add").fill("<b>Fine</b>")
    press(page, "Send")
    assert "Thank you for telling us" in page.inner_text("main")
    follow(page, "Some questions about yourself")
    seen("about-you")
    page.get_by_label("25 to 39").check()
    press(page, "Send")
    follow(page, "Ask a person to look again")
    seen("review")
    press(page, "Ask for a second look")
    seen("review-asked")
    follow(page, "Your pages")
    follow(page, "See, take away, correct or erase")
    seen("data")
    follow(page, "Correct your name or address")
    seen("contact")
    page.get_by_label("E-mail address").fill("ada.new@example.org")
    press(page, "Go on")
    seen("contact-code")
    page.get_by_label("Code from the mail to a•••@example.org").fill(own.code())
    page.get_by_label("Code from the mail to ada.new").fill(own.code("ada.new@example.org"))
    press(page, "Correct")
    assert "ada.new@example.org" in page.inner_text("main")
    follow(page, "Take all of it with you")
    seen("download")
    press(page, "Send me a code")
    page.get_by_label("Code from the mail").fill("1234 5678")
    press(page, "Download")
    seen("download-wrong-code")
    page.get_by_label("Code from the mail").fill(own.code("ada.new@example.org"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    assert '"$schema"' in Path(waiting.value.path()).read_text()
    follow(page, "Your pages")
    follow(page, "See, take away, correct or erase")
    follow(page, "Have everything erased")
    seen("erase")
    press(page, "Send me a code")
    page.get_by_label("Code from the mail").fill(own.code("ada.new@example.org"))
    page.get_by_label("Yes, erase everything").check()
    seen("erase-code")
    press(page, "Erase everything")
    assert "will be erased" in page.inner_text("main")
    seen("status-erasing")
    press(page, "Keep my data after all")
    assert "Nothing is erased" in page.inner_text("main")

    first = own.person
    campaign_id = open_to_answers(first.sessions, first.tenant, sitting_bank)
    second = invite(first.sessions, first.tenant, first.settings, campaign_id, "Ada.new")
    page.goto(url + second.path)
    press(page, "Continue")
    assert "You have answered these questions before" in page.inner_text("main")
    seen("earlier")
    press(page, "I agree: use these answers")
    assert "are used for this job, too" in page.inner_text("main")
    press(page, "How far it is")
    follow(page, "are used for this job")
    seen("reuse")
    press(page, "Take it back")
    assert "Taken back." in page.inner_text("main")


def test_what_members_see(portal, open_page, sitting_bank):
    url, own = portal
    person = own.person
    path = portal_path(person)
    own.client.post(path, data={"csrf_token": csrf(own.client.get(path).text)})
    own.post("/my/review", reason="Please look at <i>the</i> second part again.")
    rankings.rank_campaign(
        person.sessions, person.tenant.recruiter, sitting_bank, person.campaign_id, now=TODAY
    )
    app = own.client.application
    recruiter = person.tenant.user_ids[RoleName.RECRUITER]
    set_password(app, person.sessions, recruiter, "a long password")
    page = open_page(DESK)
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(person.tenant.emails[RoleName.RECRUITER])
    page.get_by_label(re.compile("^Password")).fill("a long password")
    press(page, "Sign in")
    for name, address in (
        ("campaign", f"/campaigns/{person.campaign_id}/"),
        ("say", f"/campaigns/{person.campaign_id}/candidates-say"),
        ("person", f"/campaigns/{person.campaign_id}/people/1"),
    ):
        page.goto(url + address)
        look(page)
        shoot(page, f"member-{name}-1280")
        assert "second look" in page.inner_text("main")
