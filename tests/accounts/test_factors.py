"""Second factors: set up, asked for at sign-in, each code used once."""

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from assess.accounts import authenticator, factors, recovery, tries
from assess.accounts.models import (
    AuditEvent,
    AuthenticatorApp,
    RecoveryCode,
    RoleName,
    User,
)
from assess.accounts.sign_in import set_password
from assess.db.scope import Across, across
from assess.errors import NotFound, Refused
from tests.accounts.apps import acts, code_of, mails, page_of, set_up
from tests.service import NOW, PASSWORD, csrf

OLD, NEW = ("an old secret of more than 32 characters", "a new secret of more than 32 characters")


@pytest.fixture
def me(tenant):
    return tenant.user_ids[RoleName.RECRUITER]


def test_a_code_holds_for_its_time_and_once(sessions, settings, me):
    key, _codes = set_up(sessions, settings, me)

    def check(code, now):
        return factors.check_code(sessions, settings, me, code, now=now)

    later = NOW + timedelta(minutes=10)
    assert check(code_of(key, NOW), NOW) is None, "the code that confirmed the app is used up"
    assert check(code_of(key, NOW), later) is None
    shown = code_of(key, later)
    assert check(f"{shown[:3]} {shown[3:]}", later + timedelta(seconds=30)) == "app"
    assert check(shown, later) is None
    assert check(code_of(key, later - timedelta(seconds=30)), later) is None, "older than the last"
    for nonsense in ("", "１２３４５６", "12345", "not a code", "\0", "\udcff"):
        assert check(nonsense, later) is None


def test_an_app_is_in_use_only_once_it_has_shown_a_code(sessions, settings, me):
    factors.begin_app(sessions, settings, me, now=NOW)
    first = factors.waiting_app(sessions, settings, me, now=NOW)
    assert f"secret={first.key.replace(' ', '')}" in first.address
    assert not factors.has_any(sessions, me)
    factors.begin_app(sessions, settings, me, now=NOW)
    second = factors.waiting_app(sessions, settings, me, now=NOW)
    wrong, right = code_of(first.key, NOW), code_of(second.key, NOW)
    assert factors.confirm_app(sessions, settings, me, wrong, now=NOW) is None
    late = NOW + factors.SET_UP_WITHIN
    with pytest.raises(NotFound):
        factors.confirm_app(sessions, settings, me, code_of(second.key, late), now=late)
    assert factors.confirm_app(sessions, settings, me, right, now=NOW)
    with pytest.raises(NotFound):
        factors.confirm_app(sessions, settings, me, right, now=NOW)
    later = NOW + timedelta(hours=1)
    third, codes = set_up(sessions, settings, me, later)
    assert codes == (), "who has codes keeps them"
    later += timedelta(minutes=1)
    assert factors.check_code(sessions, settings, me, code_of(second.key, later), now=later) is None
    assert factors.check_code(sessions, settings, me, code_of(third, later), now=later) == "app"


def test_a_recovery_code_opens_once_and_a_new_set_voids_the_old(sessions, settings, tenant, me):
    _key, codes = set_up(sessions, settings, me)
    assert len(set(codes)) == recovery.HOW_MANY

    def check(code, user_id=me):
        return factors.check_code(sessions, settings, user_id, code, now=NOW)

    other = tenant.user_ids[RoleName.ANALYST]
    set_up(sessions, settings, other)
    assert check(codes[0], other) is None
    assert check(codes[0].upper().replace("-", " ")) == "recovery code"
    assert check(codes[0]) is None
    assert factors.of_user(sessions, me).codes_left == recovery.HOW_MANY - 1
    anew = factors.make_codes(sessions, me, now=NOW)
    assert check(codes[1]) is None
    assert check(anew[1]) == "recovery code"
    assert [act for act, _detail in acts(sessions, tenant)] == [
        "second factor added", "second factor added", "recovery code used", "recovery codes made",
        "recovery code used",
    ]  # fmt: skip
    factors.remove_app(sessions, me, now=NOW)
    assert check(anew[2]) is None, "codes go with the last factor"
    with pytest.raises(Refused):
        factors.make_codes(sessions, me, now=NOW)


def test_neither_keys_nor_codes_stand_in_the_database_or_the_trail(sessions, settings, tenant, me):
    key, codes = set_up(sessions, settings, me)
    factors.check_code(sessions, settings, me, codes[0], now=NOW)
    with across(sessions, Across.SIGN_IN) as session:
        rows = [
            repr({name: value for name, value in vars(row).items() if name[0] != "_"})
            for table in (AuthenticatorApp, RecoveryCode, AuditEvent)
            for row in session.scalars(select(table))
        ]
    for secret in (key, key.replace(" ", ""), *codes, *(code.replace("-", "") for code in codes)):
        assert not [row for row in rows if secret in row]
    assert acts(sessions, tenant)[1][1] == {"left": recovery.HOW_MANY - 1}


def test_the_secret_behind_the_keys_can_be_changed(sessions, settings, me, caplog):
    old, both = (replace(settings, factor_secrets=these) for these in ((OLD,), (NEW, OLD)))
    new = replace(settings, factor_secrets=(NEW,))
    key, _codes = set_up(sessions, old, me)

    def check(given, minutes):
        now = NOW + timedelta(minutes=minutes)
        return factors.check_code(sessions, given, me, code_of(key, now), now=now)

    assert check(new, 1) is None
    assert "not given" in caplog.text
    assert check(both, 2) == "app"
    assert check(new, 3) == "app", "a key used meanwhile is encrypted with the newest secret"
    assert check(old, 4) is None
    factors.begin_app(sessions, old, me, now=NOW)
    assert factors.waiting_app(sessions, old, me, now=NOW)
    assert factors.waiting_app(sessions, new, me, now=NOW) is None
    assert authenticator.factor_secrets(settings) == (settings.secret_key,)


@pytest.fixture
def at_second_step(app, sessions, tenant, me):
    """Give a function: a browser whose password was right."""
    set_password(app, sessions, me, PASSWORD)

    def begin(address="/sign-in?next=/placement/"):
        client = app.test_client()
        data = {"email": tenant.emails[RoleName.RECRUITER], "password": PASSWORD}
        token = csrf(client.get("/sign-in").text)
        answer = client.post(address, data=data | {"csrf_token": token})
        assert answer.status_code == 303, answer.text
        return client, answer.location

    return begin


def give(client, address, **typed):
    token = csrf(client.get(address).text)
    return client.post(address, data=typed | {"csrf_token": token})


def test_sign_in_asks_for_the_code_after_the_password(sessions, settings, me, at_second_step):
    key, codes = set_up(sessions, settings, me)
    client, address = at_second_step()
    assert address == "/sign-in/second?next=/placement/"
    assert client.get("/campaigns/").location.startswith("/sign-in"), "the password is not enough"
    assert client.post("/account/factors/app/remove").status_code == 400
    assert give(client, address, code="12345").status_code == 422
    moment = time.time() + 30
    answer = give(client, address, code=code_of(key, int(moment)))
    assert (answer.status_code, answer.location) == (303, "/placement/")
    assert client.get("/placement/").status_code == 200
    again, address = at_second_step()
    assert give(again, address, code=code_of(key, int(moment))).status_code == 422, "once"
    elsewhere = "/sign-in/second?next=https://evil.example/"
    answer = give(again, elsewhere, recovery_code=codes[3])
    assert answer.location == "/campaigns/"
    assert "9 recovery codes left" in again.get("/campaigns/").text
    assert [subject for _to, subject, _text in mails(settings)] == [
        "Your second factor for Assess: a recovery code was used"
    ]
    with again.session_transaction() as cookie:
        assert "second_step" not in cookie


def test_codes_are_tried_a_few_times_whatever_passwords_are_given_between(
    sessions, settings, me, at_second_step
):
    _key, codes = set_up(sessions, settings, me)
    for _ in range(tries.MOST_CODES):
        client, address = at_second_step()
        assert give(client, address, code="12345").status_code == 422
    client, address = at_second_step()
    token = csrf(client.get(address).text)
    answer = client.post(address, data={"recovery_code": codes[0], "csrf_token": token})
    assert answer.status_code == 429


def test_the_first_step_holds_for_ten_minutes_and_no_longer_than_the_password(
    sessions, settings, me, at_second_step
):
    _key, codes = set_up(sessions, settings, me)
    late, address = at_second_step()
    with late.session_transaction() as cookie:
        cookie["second_step"] = cookie["second_step"] | {"at": time.time() - 601}
    assert late.get(address).location == "/sign-in?next=/placement/"
    token = csrf(late.get("/sign-in").text)
    for path in ("/sign-in/second", "/sign-in/second/passkey", "/sign-in/second/options"):
        answer = late.post(path, data={"csrf_token": token, "recovery_code": codes[0]})
        assert answer.location == "/sign-in"
    closed, address = at_second_step()
    with across(sessions, Across.SIGN_IN, write=True) as session:
        anew = update(User).where(User.id == me).values(fs_uniquifier="after a new password")
        session.execute(anew)
    assert closed.get(address).location.startswith("/sign-in?")


def test_a_member_sets_up_an_app_and_removes_it(settings, signed_in, tenant):
    client = signed_in(tenant, RoleName.PSYCHOLOGIST)
    token = csrf(page_of(client))
    client.post("/account/factors/app", data={"csrf_token": token})
    page = page_of(client, "/account/factors/app")
    assert "<svg" in page
    key = re.search(r'"app-key">([A-Z2-7 ]+)<', page).group(1)
    wrong = client.post("/account/factors/app/confirm", data={"csrf_token": token, "code": "1"})
    assert wrong.status_code == 422
    right = {"csrf_token": token, "code": code_of(key, int(time.time()))}
    shown = client.post("/account/factors/app/confirm", data=right)
    codes = re.findall(r"<code>([a-z2-9-]{19})</code>", shown.text)
    assert len(codes) == recovery.HOW_MANY
    again = client.post("/account/factors/app/confirm", data=right)
    assert again.location == "/account/factors", "loaded anew, the page shows no codes"
    page = page_of(client)
    assert "10 codes are left" in page
    assert codes[0] not in page
    assert client.get("/account/factors/app").status_code == 303, "the key is shown no more"
    anew = client.post("/account/factors/codes", data={"csrf_token": token}).text
    assert codes[0] not in anew
    assert anew.count("</code>") == recovery.HOW_MANY
    client.post("/account/factors/app/remove", data={"csrf_token": token})
    assert "codes are left" not in page_of(client)
    for path in ("/account/factors/codes", "/account/factors/app/remove"):
        assert client.post(path, data={"csrf_token": token}).status_code == 303
    told = mails(settings)
    assert {to for to, _subject, _text in told} == {tenant.emails[RoleName.PSYCHOLOGIST]}
    assert sorted(subject.partition(": ")[2] for _to, subject, _text in told) == [
        "an app was set up", "new recovery codes were made", "the app was removed",
    ]  # fmt: skip
    assert not [text for _to, _subject, text in told if key in text or codes[0] in text]


def test_who_changes_factors_gives_the_password_again_after_a_while(signed_in, tenant):
    client = signed_in(tenant, RoleName.RECRUITER)
    token = csrf(page_of(client))
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 1801
    for path in ("", "/app", "/app/remove", "/codes", "/passkeys/options", "/passkeys"):
        answer = client.post(f"/account/factors{path}", data={"csrf_token": token})
        assert path == "" or answer.location == "/verify?next=/account/factors", path
    assert client.get("/account/factors").location == "/verify?next=/account/factors"


def test_a_wrong_password_does_not_tell_of_a_second_factor(sessions, settings, app, tenant, me):
    set_password(app, sessions, me, PASSWORD)
    pages = []
    for _ in range(2):
        client = app.test_client()
        data = {"email": tenant.emails[RoleName.RECRUITER], "password": "wrong words here"}
        token = csrf(client.get("/sign-in").text)
        answer = client.post("/sign-in", data=data | {"csrf_token": token})
        pages.append((answer.status_code, re.sub(r'value="[^"]{40,}"', "", answer.text)))
        if not factors.has_any(sessions, me):
            set_up(sessions, settings, me)
    assert pages[0] == pages[1]
