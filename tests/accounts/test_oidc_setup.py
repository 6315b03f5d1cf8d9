"""Single sign-on: set up, tried and switched on by an administrator; who may, who must."""

import html
import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from assess.accounts import (
    oidc_queries,
    oidc_service,
    oidc_way_service,
    queries,
)
from assess.accounts import service as accounts
from assess.accounts.models import (
    OidcProvider,
    OidcRequest,
    RoleName,
)
from assess.accounts.oidc_discovery import read
from assess.accounts.oidc_secret import seal, unseal
from assess.accounts.oidc_service import Typed
from assess.accounts.oidc_way_service import Purpose
from assess.db.scope import Across, across, reading
from assess.errors import Conflict, NotFound, Refused
from tests.accounts.desk import leads_to
from tests.accounts.provider import SECRET
from tests.service import NOW, PASSWORD, csrf

ADMIN = RoleName.ADMINISTRATOR
RECRUITER = RoleName.RECRUITER


def test_an_administrator_sets_it_up_tries_it_and_switches_it_on(desk, sessions, tenant):
    page = desk.client.get("/members/provider").text
    assert "Nothing is set up yet" in page
    assert f"http://localhost/sign-in/back/{tenant.organisation_id}" in page
    wrong = (
        {"issuer": "http://169.254.169.254"}, {"issuer": "https://127.0.0.1:1"},
        {"issuer": desk.provider.url + "/"}, {"short_name": "-a"}, {"short_name": "Big"},
        {"secret": ""}, {"label": ""}, {"client_id": " "},
    )  # fmt: skip
    for other in wrong:
        answer = desk.set_up(**other)
        assert answer.status_code == 422, other
        assert SECRET not in answer.text
    assert desk.set_up().status_code == 303
    early = desk.post("/members/provider/switch", on="y")
    assert early.status_code == 303
    page = desk.client.get("/members/provider").text
    assert "Try it first" in page
    assert SECRET not in page
    with reading(sessions, tenant.organisation_id) as session:
        stored = session.scalars(select(OidcProvider)).one()
        assert SECRET not in repr(vars(stored))
        assert not stored.on
    desk.switch_on()
    page = desk.client.get("/members/provider").text
    assert "switched on" in page
    assert "The settings are kept" in page
    told = [act for act, _detail in desk.acts()]
    assert told == ["signed in", *["provider changed"] * 2, "provider tried", "provider switched"]
    assert SECRET not in repr(desk.acts())
    assert desk.set_up(secret="", label="Other words").status_code == 303
    with reading(sessions, tenant.organisation_id) as session:
        assert oidc_queries.provider(session).on, "other words change nothing"
    assert desk.set_up(secret="", client_id="other").status_code == 422
    assert desk.set_up(client_id="other").status_code == 303
    with reading(sessions, tenant.organisation_id) as session:
        assert not oidc_queries.provider(session).on, "another client must be tried first"


def test_a_secret_opens_for_its_organisation_and_issuer_alone(settings):
    sealed = seal(settings, SECRET, 7, "https://id.example")
    assert unseal(settings, sealed, 7, "https://id.example") == SECRET
    assert seal(settings, SECRET, 7, "https://id.example") != sealed
    other = replace(settings, secret_key="another secret of more than thirty-two characters")
    for kept in (
        (settings, 8, "https://id.example"), (settings, 7, "https://evil.example"),
        (other, 7, "https://id.example"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            unseal(kept[0], sealed, *kept[1:])


def test_a_new_member_comes_in_by_mail_with_no_password(desk, app, settings, sessions, tenant):
    desk.switch_on()
    who = {"name": "Mai", "email": "mai@harbour-care.example", "role": "psychologist"}
    desk.post("/members", **who)
    first = mailed(settings)
    assert "Sign in with Harbour account here" in first
    with reading(sessions, tenant.organisation_id) as session:
        mai = next(one for one in queries.members(session) if one.name == "Mai")
    desk.post(f"/members/{mai.id}/mail")
    (old,), (link,) = links_in(first), links_in(mailed(settings))
    client = app.test_client()
    assert client.get(old).status_code == 403, "a newer mail ends the older link"
    page = client.get(link)
    assert "Welcome, Mai" in page.text
    away = client.post(link, data={"csrf_token": csrf(page.text)})
    back = client.get(desk.provider.sign_in(leads_to(away), "mai"))
    assert back.location == "/campaigns/"
    assert client.get("/experts/").status_code == 200
    assert client.get(link).status_code == 403, "it works once"
    assert "can sign in with Harbour account" in desk.client.get("/members").text
    assert desk.sign_in("mai")[0].get("/experts/").status_code == 200
    desk.post("/account/provider/unlink", client, next="")
    desk.post(f"/members/{mai.id}/unlink")
    assert client.get("/experts/").status_code == 302
    assert desk.sign_in("mai")[1].location.endswith("/not-linked")


def mailed(settings):
    files = sorted(settings.mail_dir.glob("member-*.eml"), key=lambda file: file.stat().st_mtime_ns)
    letter = message_from_bytes(files[-1].read_bytes(), policy=policy.default)
    return letter.get_content()


def links_in(text):
    return re.findall(r"http://localhost(/sign-in/join/\S+)", text)


def test_where_members_must_use_it_a_password_opens_nothing_but_to_administrators(
    desk, app, sessions, signed_in, tenant, other_tenant
):
    recruiter = signed_in(tenant, RECRUITER)
    desk.switch_on(required="y")
    assert recruiter.get("/campaigns/").status_code == 302, "what was open ends"
    assert desk.client.get("/members/provider").status_code == 200
    browser = app.test_client()
    form = {
        "email": tenant.emails[RECRUITER], "password": PASSWORD,
        "csrf_token": csrf(browser.get("/sign-in").text),
    }  # fmt: skip
    answer = browser.post("/sign-in", data=form)
    assert "wants you to sign in with Harbour account" in html.unescape(answer.text)
    assert browser.get("/campaigns/").status_code == 302
    wrong = browser.post("/sign-in", data=form | {"password": "wrong"})
    assert "Harbour account" not in wrong.text, "said to nobody who has not the password"
    desk.link(RECRUITER, "rae")
    assert desk.sign_in("rae")[0].get("/campaigns/").status_code == 200
    email = tenant.emails[RECRUITER]
    accounts.add_member(sessions, other_tenant.system, email, "R", RoleName.ANALYST, now=NOW)
    assert browser.post("/sign-in", data=form).status_code == 302
    page = browser.get("/campaigns/").text
    assert 'topbar-organisation">Rival Desk' in page
    assert "Go to Harbour Care" not in page
    there = f"/account/organisations/{tenant.organisation_id}/enter"
    assert browser.post(there, data={"csrf_token": csrf(page)}).status_code == 404


def test_required_needs_an_administrator_with_a_password(
    sessions, settings, tenant, other_tenant, provider
):
    admin = tenant.members[ADMIN]
    endpoints = read(provider.url, provider.configuration(), private=True)
    typed = Typed("Harbour account", "harbour", provider.url, "assess", SECRET)
    oidc_service.save(sessions, settings, admin, typed, endpoints, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        view = oidc_queries.provider(session)
    theirs = other_tenant.members[ADMIN]
    with pytest.raises(Conflict, match="taken"):
        oidc_service.save(sessions, settings, theirs, typed, endpoints, now=NOW)
    with pytest.raises(NotFound):
        oidc_service.passed(sessions, theirs, view, now=NOW)
    with pytest.raises(Conflict, match="meanwhile"):
        oidc_service.passed(sessions, admin, replace(view, sealed="another"), now=NOW)
    oidc_service.passed(sessions, admin, view, now=NOW)
    with pytest.raises(Refused, match="password"):
        oidc_service.switch(sessions, admin, on=True, required=True, now=NOW)
    with pytest.raises(Refused, match="role"):
        oidc_service.switch(sessions, tenant.recruiter, on=True, required=False, now=NOW)
    oidc_service.switch(sessions, admin, on=True, required=False, now=NOW)
    way = oidc_way_service.begin(
        sessions, view, Purpose.SIGN_IN, browser="b", member_id=None, next_page="", now=NOW
    )
    with across(sessions, Across.SIGN_IN) as session:
        row = session.scalars(select(OidcRequest)).one()
        kept = repr(vars(row))
    for secret in (way.state, way.derived(settings, "nonce"), way.derived(settings, "verifier")):
        assert secret not in kept
    assert 43 <= len(way.derived(settings, "verifier")) <= 128
