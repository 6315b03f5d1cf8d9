"""Second factors in a real browser, with a device that has passkeys (simulated by Chromium)."""

import os
import re
import shutil
import threading
import time
from pathlib import Path

import pytest
from passlib.totp import TOTP
from playwright.sync_api import expect
from werkzeug.serving import make_server

from assess.accounts import member_service
from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.app import create_app
from assess.db.engine import make_engine, make_sessions
from assess.settings import Settings
from tests.browser import DESK, PHONE, look
from tests.journeys.conftest import free_port
from tests.service import NOW, PASSWORD, make_tenant

pytestmark = pytest.mark.journey
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def place(tmp_path, migrated_sqlite, compiled_templates):
    """Give the address of a service whose members must have a second factor, and a member's."""
    shutil.copy(migrated_sqlite, tmp_path / "assess.sqlite")
    port = free_port()
    # Passkeys belong to a name; an address in numbers has none.
    url = f"http://localhost:{port}"
    ours = Settings(
        "s" * 40, url, f"sqlite:///{tmp_path}/assess.sqlite", tmp_path / "files",
        mail_dir=tmp_path / "mail", weak_passwords_hash=True,
    )  # fmt: skip
    engine = make_engine(ours.database_url)
    sessions = make_sessions(engine)
    tenant = make_tenant(sessions, "Harbour Care")
    owner = tenant.members[RoleName.ADMINISTRATOR]
    member_service.ask_second_factor(sessions, owner, asked=True, now=NOW)
    app = create_app(ours)
    app.jinja_env.bytecode_cache = compiled_templates
    set_password(app, sessions, tenant.user_ids[RoleName.ADMINISTRATOR], PASSWORD)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url, tenant.emails[RoleName.ADMINISTRATOR]
    server.shutdown()
    thread.join()
    server.server_close()
    for one in (app.extensions["assess"]["engine"], engine):
        one.dispose()


def shoot(page, name):
    """Keep pictures for people's eyes, where a folder for them is named."""
    folder = os.environ.get("ASSESS_TEST_PICTURES")
    for size in (DESK, PHONE) if folder else ():
        page.set_viewport_size(size)
        page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)


def type_password(page, url, email):
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def press(page, name):
    page.get_by_role("button", name=name).click()


def sign_out(page):
    page.locator("details.menu summary").click()
    press(page, "Sign out")
    page.wait_for_url("**/sign-in")


def test_a_member_sets_up_second_factors_and_signs_in_with_them(place, open_page):
    (url, email), page = place, open_page(PHONE)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{url}/sign-in")
    look(page)
    shoot(page, "sign-in")
    type_password(page, url, email)
    page.wait_for_url("**/account/factors")
    expect(page.get_by_text("asks every member for a second factor")).to_be_visible()
    look(page)
    shoot(page, "factors-due")
    press(page, "Set up an app")
    look(page)
    shoot(page, "app")
    key = page.locator(".app-key").inner_text().replace(" ", "")
    page.get_by_label("Code in the app").fill(TOTP(key).generate(int(time.time())).token)
    press(page, "Finish")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    look(page)
    shoot(page, "codes")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_label("Name of the passkey").fill("")
    press(page, "Add a passkey")
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_label("Name of the passkey").fill("Work laptop")
    press(page, "Add a passkey")
    expect(page.get_by_label("Name of the passkey Work laptop")).to_be_visible()
    press(page, "Add a passkey")
    expect(page.get_by_role("alert").filter(has_text="No passkey was made")).to_be_visible()
    look(page)
    shoot(page, "factors")
    sign_out(page)
    press(page, "Use a passkey")
    page.wait_for_url("**/campaigns/")
    page.goto(f"{url}/verify?next=/members")
    look(page)
    shoot(page, "password-again")
    press(page, "Use a passkey")
    page.wait_for_url("**/members")
    page.locator(".member-end summary", has_text="Lost phone").click()
    look(page)
    shoot(page, "members")
    sign_out(page)
    type_password(page, url, email)
    page.wait_for_url(re.compile("/sign-in/second"))
    look(page)
    shoot(page, "second-step")
    press(page, "Use a passkey")
    page.wait_for_url("**/campaigns/")
    sign_out(page)
    type_password(page, url, email)
    page.get_by_text("I do not have my phone").click()
    page.get_by_label("Recovery code").fill("abcd")
    press(page, "Sign in with this code")
    expect(page.locator("#error-summary")).to_be_visible()
    look(page)
    shoot(page, "second-step-wrong")
    page.get_by_label("Recovery code").fill(codes[0])
    press(page, "Sign in with this code")
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
