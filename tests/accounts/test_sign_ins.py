"""Sign-ins: known to the server, told in words, ended one by one, all others, or by time."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.accounts import sign_ins
from assess.accounts.devices import browser_words, masked
from assess.accounts.models import AuditEvent, RoleName
from assess.accounts.sign_in import password_link
from assess.db.scope import reading
from assess.errors import NotFound
from tests.service import NOW, PASSWORD, csrf


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/2010 Firefox/133.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
         "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1",
         "Safari on an iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Something", "An unknown browser on a Mac"),
        ("curl/8", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_words(told, words):
    assert browser_words(told) == words


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.77", "203.0.113.x"),
        ("2001:db8:7:9::1", "2001:0db8:0007:x"),
        ("::ffff:203.0.113.77", "203.0.113.x"),
        ("unix:", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_loses_what_names_one_line(address, shown):
    assert masked(address) == shown


def test_a_sign_in_holds_until_it_is_ended_or_not_seen_for_long(sessions, tenant, other_tenant):
    me, other = (one.user_ids[RoleName.RECRUITER] for one in (tenant, other_tenant))

    def begin(now):
        return sign_ins.begin(sessions, me, browser="Firefox", address="192.0.2.x", now=now)

    def holds(key, now, user=me):
        return sign_ins.holds(sessions, user, key, now=now)

    first, soon = begin(NOW), NOW + timedelta(hours=11)
    assert holds(first, NOW)
    assert not holds(first, NOW, other)
    assert not holds("", NOW)
    assert holds(first, soon)
    assert holds(first, soon + timedelta(hours=11)), "seen again, the time begins anew"
    late = soon + timedelta(hours=23, minutes=1)
    assert not holds(first, late)
    second, third = begin(late), begin(late + timedelta(minutes=1))
    (one, two) = sign_ins.listed(sessions, me, second, now=late)
    assert (one.here, two.here) == (True, False)
    with pytest.raises(NotFound):
        sign_ins.end(sessions, other, two.id, now=late)
    for _again in range(2):
        sign_ins.end(sessions, me, two.id, now=late)
    assert (holds(second, late), holds(third, late)) == (True, False)
    begin(late)
    assert sign_ins.end_others(sessions, me, second, now=late) == 1
    for _again in range(2):
        sign_ins.sign_out(sessions, me, second, now=late)
    assert sign_ins.listed(sessions, me, second, now=late) == []
    begin(late + sign_ins.KEPT + timedelta(hours=1))
    with pytest.raises(NotFound):
        sign_ins.end(sessions, me, two.id, now=late)
    with reading(sessions, tenant.organisation_id) as session:
        told = select(AuditEvent.act).where(AuditEvent.subject_kind == "sign_in")
        acts = list(session.scalars(told.order_by(AuditEvent.id)))
    assert acts == [
        *["signed in"] * 3, "sign-in ended", "signed in", "sign-in ended", "signed out",
        "signed in",
    ]  # fmt: skip


def test_a_sign_in_by_a_provider_ends_however_much_it_is_used(sessions, tenant):
    me, only = tenant.user_ids[RoleName.RECRUITER], tenant.organisation_id
    key = sign_ins.begin(sessions, me, browser="B", address="x", now=NOW, only=only)
    for hours, held in ((6, True), (11, True), (12, False)):
        now = NOW + timedelta(hours=hours)
        assert sign_ins.holds(sessions, me, key, now=now) == held
        assert len(sign_ins.listed(sessions, me, key, now=now)) == held


def test_a_browser_left_open_is_asked_for_the_password_again(app, signed_in, tenant):
    client = signed_in(tenant, RoleName.ADMINISTRATOR)
    assert client.get("/members").status_code == 200
    token = csrf(client.get("/members").text)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 1801
    asked = client.post("/campaigns/7/blind", data={"csrf_token": token})
    assert asked.location == "/verify?next=/campaigns/7/"
    me = tenant.members[RoleName.ADMINISTRATOR].id
    asked = client.post(f"/members/{me}/end", data={"csrf_token": token})
    assert asked.location == "/verify?next=/members"
    page = client.get(asked.location).text
    form = {"csrf_token": csrf(page), "next": "/members"}
    assert 'name="next"' in page
    wrong = client.post("/verify", data=form | {"password": "wrong words here"})
    assert "The password is not right" in wrong.text
    assert client.get("/members").status_code == 302
    right = client.post("/verify", data=form | {"password": PASSWORD})
    assert (right.status_code, right.location) == (302, "/members")
    assert "Now go on" in client.get("/members").text
    answers = {client.post("/verify", data=form | {"password": "x"}).status_code for _ in range(21)}
    assert answers == {200, 429}


def test_a_member_ends_what_was_left_open_elsewhere(app, sessions, signed_in, tenant):
    office, home = (signed_in(tenant, RoleName.RECRUITER) for _ in range(2))
    page = home.get("/account/sign-ins").text
    assert page.count('/end"') == 1
    assert "this browser" in page
    assert "127.0.0.x" in page
    (address,) = {part.split('"')[0] for part in page.split('action="')[1:] if '/end"' in part}
    assert office.get("/campaigns/").status_code == 200
    assert home.post(address, data={"csrf_token": csrf(page)}).status_code == 303
    assert office.get("/campaigns/").status_code == 302
    assert "signed out" in home.get("/account/sign-ins").text
    again = signed_in(tenant, RoleName.RECRUITER)
    home.post("/account/sign-ins/end-others", data={"csrf_token": csrf(page)})
    assert again.get("/campaigns/").status_code == 302
    assert home.get("/campaigns/").status_code == 200
    path = password_link(app, sessions, tenant.user_ids[RoleName.RECRUITER])[
        len("http://localhost") :
    ]
    other = app.test_client()
    new = {"password": PASSWORD, "password_confirm": PASSWORD}
    other.post(path, data=new | {"csrf_token": csrf(other.get(path).text)})
    assert home.get("/campaigns/").status_code == 302, "a new password ends every sign-in"
