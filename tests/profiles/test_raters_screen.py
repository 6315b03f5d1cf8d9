"""A rater's phone without script, and the manager's result, in a real browser held to WCAG."""

import secrets
import threading
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.accounts.sign_in import set_password
from assess.db.scope import reading, writing
from assess.instruments.catalogue import default_catalogue
from assess.profiles import queries, rater_access, rater_queries, rater_service, service
from assess.profiles.mix import ContactMix, DriverShare
from assess.profiles.rater_access import LINK_PURPOSE
from assess.profiles.rater_statements import STATEMENTS
from assess.web import links
from tests.browser import DESK, PHONE, look
from tests.profiles.ratings import LIKE, agreeing
from tests.service import PASSWORD

BANK = default_catalogue()
pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asked(sessions, settings, tenant):
    """Ask six people, five of whom have rated; give the profile and the sixth's link."""
    manager, now = tenant.members[RoleName.HIRING_MANAGER], datetime.now(UTC)
    mix = ContactMix((DriverShare("delivery", 0.6, 7), DriverShare("status", 0.4, 3)))
    with writing(sessions, tenant.organisation_id) as session:
        brand_id = brand_named(session, "Parcel Friend")
        version_id = service.make_profile(
            session, manager, BANK, brand_id, "Parcel line", mix, reason="first", now=now
        )
        profile_id = queries.version(session, version_id).profile_id
    people = rater_service.people_of("\n".join(f"r{k}@example.org" for k in range(6)))
    rater_service.invite(sessions, manager, profile_id, people, now=now, rng=secrets.SystemRandom())
    with reading(sessions, tenant.organisation_id) as session:
        [found] = rater_queries.rounds(session, profile_id)
    paths = [
        rater_access.rater_link(settings, one).partition("localhost")[2] for one in found.raters
    ]
    for path, row in zip(paths[1:], agreeing()[1:], strict=True):
        claim = links.claim(settings, LINK_PURPOSE, path.rpartition("/")[2], now=now)
        rater_access.save(sessions, claim, row, now=now)
    return profile_id, paths[0]


def test_the_last_rater_s_phone_makes_the_mean_usable(
    app, sessions, tenant, served, asked, open_page
):
    profile_id, path = asked
    scripted = open_page(PHONE)  # axe is a script
    scripted.goto(served + path)
    look(scripted)
    scripted.get_by_role("button", name="Go on").click()
    expect(scripted).to_have_url(f"{served}/rate/")
    look(scripted)
    phone = open_page(PHONE, java_script_enabled=False)
    phone.goto(served + path)
    phone.get_by_role("button", name="Go on").click()
    expect(phone).to_have_url(f"{served}/rate/")
    for one, value in zip(STATEMENTS, LIKE, strict=True):
        phone.locator(f"fieldset#{one.code} input[value='{value}']").check(force=True)
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("That is all; thank you")).to_be_visible()

    set_password(app, sessions, tenant.user_ids[RoleName.HIRING_MANAGER], PASSWORD)
    desk = open_page(DESK)
    desk.goto(f"{served}/sign-in")
    desk.locator("input[name=email]").fill(tenant.emails[RoleName.HIRING_MANAGER])
    desk.locator("input[name=password]").fill(PASSWORD)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Sign in", exact=True).click()
    desk.goto(f"{served}/profiles/{profile_id}/raters")
    expect(desk.get_by_role("heading", name="They agree enough to use the mean")).to_be_visible()
    look(desk)
    desk.set_viewport_size(PHONE)
    look(desk)
    desk.get_by_label("Why this change is made").fill("Six people rated it")
    desk.get_by_role("button", name="Make the new version").click()
    expect(desk.get_by_text("their mean is version 2")).to_be_visible()
