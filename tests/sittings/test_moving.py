"""A code moves a sitting to another device: once, for ten minutes, revoked with the link."""

import re
from datetime import timedelta

import pytest

from assess.sittings import moving
from assess.sittings.faults import LinkShut, ShutReason
from tests.browser import PHONE, look
from tests.sittings.conftest import TODAY, served_to_ada


@pytest.fixture
def code(sessions, settings, agreed):
    """Give a function that makes a code."""
    return lambda now=TODAY: moving.make_code(sessions, settings, agreed.claim, now=now)


@pytest.fixture
def use(sessions, settings):
    """Give a function that uses a code."""
    return lambda token, now=TODAY: moving.use_code(sessions, settings, token, now=now)


def refusal(act) -> ShutReason:
    with pytest.raises(LinkShut) as caught:
        act()
    return caught.value.reason


def test_a_code_lets_in_once(code, use, agreed):
    token = code()
    assert use(token).claim.id == agreed.invitation_id
    assert refusal(lambda: use(token)) is ShutReason.USED


def test_a_code_ends_after_ten_minutes(code, use):
    token = code()
    assert refusal(lambda: use(token, TODAY + timedelta(minutes=10, seconds=1))) is ShutReason.USED
    assert use(token, TODAY + timedelta(minutes=9, seconds=59))


def test_a_newer_code_ends_the_older(code, use):
    older, newer = code(), code()
    assert refusal(lambda: use(older)) is ShutReason.USED
    assert use(newer)


def test_taking_the_link_back_ends_the_code(code, use, agreed):
    token = code()
    agreed.revoke()
    assert refusal(lambda: use(token)) is ShutReason.REVOKED


def test_a_code_is_no_invitation_and_an_invitation_no_code(code, use, agreed, browser):
    assert refusal(lambda: use(agreed.path.removeprefix("/i/"))) is ShutReason.UNKNOWN
    assert refusal(lambda: use("nonsense")) is ShutReason.UNKNOWN
    assert browser().get(f"/i/{code()}").status_code == 404


def test_phone_to_laptop_and_back_by_plain_pages(agreed, browser, code):
    phone, laptop = browser(), browser()
    phone.enter(agreed)
    page = phone.get("/take/move/")
    shown = phone.press(page.text, "/take/move/")
    assert "<svg" in shown.text
    # The picture holds the same kind of address that `make_code` signs.
    address = f"/i/move/{code()}"
    landing = laptop.get(address)
    assert "Go on here" in landing.text
    arrived = laptop.press(landing.text, address)
    assert arrived.request.path.startswith("/take/")
    assert laptop.get("/take/1").status_code == 200
    assert phone.get("/take/1").status_code == 200
    again = laptop.press(landing.text, address)
    assert again.status_code == 403
    assert "used already" in again.text


def test_opening_a_code_s_address_changes_nothing(code, use, browser):
    token = code()
    for _ in range(3):
        assert browser().get(f"/i/move/{token}").status_code == 200
    assert use(token)


@pytest.mark.journey
def test_the_code_is_read_from_the_screen(open_page, tmp_path, migrated_sqlite, sitting_bank):
    with served_to_ada(tmp_path, migrated_sqlite, sitting_bank) as (url, person):
        page = open_page(PHONE)
        page.goto(url + person.path)
        page.get_by_role("button", name="Go on").click()
        page.goto(f"{url}/take/1")
        page.get_by_role("link", name="Go on another device").click()
        look(page)
        page.get_by_role("button", name="Show the code").click()
        look(page)
        box = page.locator(".move-code svg").bounding_box()
        assert box
        assert 150 <= box["width"] <= 328
        assert re.search(r"/take/move/$", page.url)
