"""Passkeys: what a device answers holds once, for its user, for this place."""

import secrets
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from assess.accounts import factors, passkeys
from assess.accounts.models import RoleName, User
from assess.accounts.sign_in import set_password
from assess.db.scope import Across, across
from assess.errors import Conflict, Invalid, NotFound
from tests.accounts.soft_passkey import SoftPasskey
from tests.service import NOW, PASSWORD, csrf


@pytest.fixture
def me(tenant):
    return tenant.user_ids[RoleName.RECRUITER]


@pytest.fixture
def add(sessions, settings):
    def add_(user_id, device, name="Phone"):
        challenge = secrets.token_bytes(32)
        asked = passkeys.ask_to_register(sessions, settings, user_id, challenge)
        kept = sessions, settings, user_id, name, device.made(asked), challenge
        return passkeys.register(*kept, now=NOW)

    return add_


@pytest.fixture
def sign(sessions, settings):
    """Give a function that lets a device sign in, or changes something on the way."""

    def sign_(device, user_id=None, *, challenge=None, answer=None, given=settings):
        asked_for = secrets.token_bytes(32)
        asked = passkeys.ask_to_sign_in(sessions, settings, user_id, asked_for)
        told = answer or device.signed(asked)
        kept = sessions, given, user_id, told, challenge or asked_for
        return passkeys.check(*kept, now=NOW)

    return sign_


def test_a_passkey_signs_in_its_user_alone_or_after_the_password(sessions, tenant, me, add, sign):
    device, other = SoftPasskey(), tenant.user_ids[RoleName.ANALYST]
    assert len(add(me, device)) == 10
    assert add(other, SoftPasskey(), "Other")
    assert sign(device) == me
    assert sign(device, me) == me
    assert sign(device, other) is None
    assert sign(SoftPasskey()) is None
    (mine,) = factors.of_user(sessions, me).passkeys
    assert (mine.name, mine.added_at, mine.used_at) == ("Phone", NOW, NOW)


def test_a_device_that_does_not_ask_who_it_is_needs_the_password_before(me, add, sign):
    device = SoftPasskey(verifies=False)
    add(me, device)
    assert sign(device) is None
    assert sign(device, me) == me


def test_an_answer_holds_for_its_challenge_place_count_and_key(me, add, sign, settings):
    device = SoftPasskey()
    add(me, device)
    assert sign(device, challenge=b"another") is None
    assert sign(replace(device, origin="https://assess.example.evil")) is None
    assert sign(replace(device, place="assess.example.evil")) is None
    elsewhere = replace(settings, public_url="https://assess.example.org")
    assert sign(device, given=elsewhere) is None
    assert sign(replace(device, key=SoftPasskey().key)) is None
    assert sign(replace(device, handle="AAAA")) is None
    assert sign(device) == me
    assert sign(replace(device, count=device.count - 1)) is None, "a copy is behind"


def test_an_answer_holds_once_even_from_a_device_that_does_not_count(
    sessions, settings, me, add, monkeypatch
):
    device, challenge = SoftPasskey(), b"c" * 32
    add(me, device)
    monkeypatch.setattr(SoftPasskey, "_data", _uncounted(SoftPasskey._data))
    told = device.signed(passkeys.ask_to_sign_in(sessions, settings, None, challenge))
    kept = sessions, settings, None, told, challenge
    assert [passkeys.check(*kept, now=NOW) for _ in range(2)] == [me, None]


def _uncounted(data):
    return lambda self, flags=0: data(self, flags)[:33] + bytes(4)


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "1", "nonsense", '{"rawId": 1}', '{"rawId": "é", "response": {}}',
     '{"rawId": "AA", "response": null}'],
)  # fmt: skip
def test_nonsense_is_no_passkey(sessions, settings, me, add, sign, answer):
    device = SoftPasskey()
    add(me, device)
    assert sign(device, answer=answer or " ") is None
    with pytest.raises(Invalid):
        passkeys.register(sessions, settings, me, "Phone", answer, b"c" * 32, now=NOW)


def test_a_mangled_answer_is_refused_not_a_fault(me, add, sign, sessions, settings):
    device = SoftPasskey()
    add(me, device)
    whole = device.signed(passkeys.ask_to_sign_in(sessions, settings, None, b"c" * 32))
    for at in range(0, len(whole), 7):
        assert sign(device, answer=whole[:at] + "AA" + whole[at + 2 :], challenge=b"d" * 32) is None
        assert sign(device, answer=whole[:at] + whole[at + 1 :], challenge=b"c" * 32) in (None, me)


def test_passkeys_are_named_listed_and_removed_by_their_owner(sessions, tenant, me, add, sign):
    device, second, other = SoftPasskey(), SoftPasskey(), tenant.user_ids[RoleName.ANALYST]
    add(me, device, "  My   phone ")
    assert add(me, second, "Key") == (), "recovery codes are there already"
    assert device.handle == second.handle
    with pytest.raises(Conflict):
        add(other, device)
    with pytest.raises(Invalid):
        add(me, SoftPasskey(), " ")
    first, last = factors.of_user(sessions, me).passkeys
    assert (first.name, last.name) == ("My phone", "Key")
    for act in (
        lambda: passkeys.rename(sessions, other, first.id, "Mine"),
        lambda: passkeys.remove(sessions, other, first.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    passkeys.rename(sessions, me, first.id, "Work phone")
    assert factors.of_user(sessions, me).passkeys[0].name == "Work phone"
    passkeys.remove(sessions, me, first.id, now=NOW)
    assert sign(device) is None
    assert sign(second) == me
    passkeys.remove(sessions, me, last.id, now=NOW)
    kept = factors.of_user(sessions, me)
    assert (kept.any, kept.codes_left) == (False, 0)


def test_an_account_that_was_closed_opens_with_no_passkey(sessions, me, add, sign):
    device = SoftPasskey()
    add(me, device)
    with across(sessions, Across.SIGN_IN, write=True) as session:
        session.execute(update(User).where(User.id == me).values(active=False))
    assert sign(device) is None


def test_the_pages_let_a_passkey_in_and_forget_the_challenge(app, sessions, tenant, me, add):
    device = SoftPasskey()
    add(me, device)
    client = app.test_client()
    token = csrf(client.get("/sign-in").text)

    def options(path="/sign-in/passkey"):
        return client.post(f"{path}/options", data={"csrf_token": token}).text

    answer = device.signed(options())
    thief = app.test_client()
    stolen = {"csrf_token": csrf(thief.get("/sign-in").text), "answer": answer}
    assert thief.post("/sign-in/passkey", data=stolen).location == "/sign-in"
    with client.session_transaction() as cookie:
        asked = cookie["passkey_challenge"]
        cookie["passkey_challenge"] = asked | {"at": time.time() - timedelta(minutes=6).seconds}
    data = {"csrf_token": token, "answer": answer}
    assert client.post("/sign-in/passkey", data=data).location == "/sign-in"
    data["answer"] = device.signed(options())
    answered = client.post("/sign-in/passkey?next=/placement/", data=data)
    assert answered.location == "/placement/"
    assert client.get("/placement/").status_code == 200
    set_password(app, sessions, me, PASSWORD)
    client = app.test_client()
    token = csrf(client.get("/sign-in").text)
    who = {"email": tenant.emails[RoleName.RECRUITER], "password": PASSWORD}
    assert client.post("/sign-in", data=who | {"csrf_token": token}).status_code == 303
    asked = options("/sign-in/second")
    second = {"csrf_token": token, "answer": SoftPasskey().signed(asked)}
    assert client.post("/sign-in/second/passkey", data=second).location == "/sign-in/second"
    second["answer"] = device.signed(options("/sign-in/second"))
    assert client.post("/sign-in/second/passkey", data=second).location == "/campaigns/"
    assert client.get("/campaigns/").status_code == 200


def test_a_passkey_will_do_where_the_password_is_asked_for_again(signed_in, tenant, me, add):
    device, other = SoftPasskey(), SoftPasskey()
    client = signed_in(tenant, RoleName.RECRUITER)
    address = "/verify?next=/account/factors"
    page = client.get(address).text
    assert "/account/factors/again" not in page, "without passkeys none is asked for"
    add(me, device)
    add(tenant.user_ids[RoleName.ANALYST], other)
    assert "/account/factors/again?next=/account/factors" in client.get(address).text
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 1801

    def answer(passkey):
        data = {"csrf_token": csrf(page)}
        asked = client.post("/account/factors/again/options", data=data).text
        data["answer"] = passkey.signed(asked)
        return client.post("/account/factors/again?next=/account/factors", data=data).location

    assert answer(other) == address
    device.verifies = False
    assert answer(device) == address
    assert client.get("/account/factors").location == address
    device.verifies = True
    assert answer(device) == "/account/factors"
    assert client.get("/account/factors").status_code == 200
