"""Single sign-on: members linked, signed in, and kept out."""

import re
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.accounts import (
    member_service,
)
from assess.accounts import service as accounts
from assess.accounts.models import (
    AuditEvent,
    OidcRequest,
    RoleName,
    SignIn,
)
from assess.db.scope import Across, across, reading, writing
from tests.accounts import provider as providers
from tests.accounts.desk import leads_to
from tests.service import NOW, csrf

ADMIN = RoleName.ADMINISTRATOR
RECRUITER = RoleName.RECRUITER


def test_a_member_links_signs_in_and_unlinks(desk, signed_in, tenant, sessions):
    desk.switch_on()
    _client, unknown = desk.sign_in("rae")
    assert unknown.location == "/sign-in/with/harbour/not-linked"
    assert "not linked yet" in _client.get(unknown.location).text
    assert _client.get("/campaigns/").status_code == 302
    mine = signed_in(tenant, RECRUITER)
    assert "Link my account at Harbour account" in mine.get("/account/provider").text
    linked = desk.go("/account/provider/link", "rae", mine)
    assert linked.location == "/account/provider"
    assert "Your account is linked" in mine.get("/account/provider").text
    for subject, words in (("rae", "account is linked"), ("other", "another account already")):
        desk.go("/account/provider/link", subject, mine)
        assert words in mine.get("/account/provider").text
    theirs = signed_in(tenant, RoleName.PSYCHOLOGIST)
    desk.go("/account/provider/link", "rae", theirs)
    assert "linked to another member" in theirs.get("/account/provider").text

    client, back = desk.sign_in("rae", next="/profiles/")
    assert (back.status_code, back.location) == (303, "/profiles/")
    assert client.get("/profiles/").status_code == 200
    assert "with your organisation" in client.get("/account/sign-ins").text
    with client.session_transaction() as cookie:
        assert "oidc" not in cookie, "the session is another one"
    desk.post("/account/provider/unlink", mine)
    assert "no longer linked" in mine.get("/account/provider").text
    assert client.get("/profiles/").status_code == 302, "the sign-ins it made end"
    assert mine.get("/profiles/").status_code == 200
    assert desk.sign_in("rae")[1].location.endswith("/not-linked")
    acts = [one for one in desk.acts() if one[0] != "provider changed"]
    assert ("signed in", {"by": "provider"}) in acts
    assert [act for act, _told in acts].count("account linked") == 1
    assert acts[-1] == ("account unlinked", {})
    assert "rae" not in repr(acts)


def test_a_way_back_works_once_in_its_own_browser_and_in_time(desk, sessions, tenant):
    desk.switch_on()
    desk.link(RECRUITER, "rae")
    client, other = desk.app.test_client(), desk.app.test_client()
    away = leads_to(desk.post("/sign-in/with/harbour", client))
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(away).query))
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    back = desk.provider.sign_in(away, "rae")
    other.get("/sign-in/with/harbour")
    desk.post("/sign-in/with/harbour", other)
    given = desk.provider.tokens_given
    for browser, path in (
        (other, back),
        (client, back.replace("state=", "state=x")),
        (client, re.sub(r"/back/\d+", "/back/999", back)),
    ):
        answer = browser.get(path)
        assert answer.status_code == 400
        assert "took too long, or was begun in another browser" in answer.text
    assert desk.provider.tokens_given == given, "no code left the house"
    assert client.get(back).location == "/campaigns/"
    assert client.get(back).status_code == 400, "replayed"
    late = leads_to(desk.post("/sign-in/with/harbour", other))
    with writing(sessions, tenant.organisation_id) as session:
        for row in session.scalars(select(OidcRequest)):
            row.began_at -= timedelta(minutes=10)
    assert other.get(desk.provider.sign_in(late, "rae")).status_code == 400
    desk.post("/sign-in/with/harbour", other)
    with reading(sessions, tenant.organisation_id) as session:
        assert len(session.scalars(select(OidcRequest)).all()) == 1, "what is too late goes"


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"}, {"aud": "another"}, {"exp": 1}, {"iss": "https://evil.example"},
        {"azp": "another"}, {"sub": None},
    ],
)  # fmt: skip
def test_a_wrong_token_signs_nobody_in(desk, bent):
    desk.switch_on()
    desk.link(RECRUITER, "rae")
    desk.provider.bent = bent
    client, back = desk.sign_in("rae")
    assert back.location == "/sign-in/with/harbour"
    assert "Problem" in client.get(back.location).text
    assert client.get("/campaigns/").status_code == 302


def test_a_provider_that_says_no_or_is_another_signs_nobody_in(desk):
    desk.provider.told = {"authorization_response_iss_parameter_supported": True}
    desk.set_up()
    for rest, words in (
        ("&iss=https://evil.example", "another provider"), ("", "another provider"),
        (f"&iss={desk.provider.url}&error=access_denied", "did not let you in"),
    ):  # fmt: skip
        away = desk.post("/members/provider/try")
        back = desk.client.get(desk.provider.sign_in(leads_to(away), "a") + rest)
        assert back.location == "/members/provider"
        assert words in desk.client.get("/members/provider").text
    away = desk.post("/members/provider/try")
    path = desk.provider.sign_in(leads_to(away), "a") + f"&iss={desk.provider.url}"
    desk.client.get(path)
    assert "It works" in desk.client.get("/members/provider").text


def test_no_way_leads_out_of_the_house(desk):
    desk.switch_on()
    desk.link(RECRUITER, "rae")
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\tb", "x"):
        assert desk.sign_in("rae", next=path)[1].location == "/campaigns/"


def test_a_provider_opens_its_own_organisation_alone(
    desk, sessions, signed_in, tenant, other_tenant
):
    desk.switch_on()
    desk.link(RECRUITER, "rae")
    email = tenant.emails[RECRUITER]
    accounts.add_member(sessions, other_tenant.system, email, "R", ADMIN, now=NOW)
    client, _back = desk.sign_in("rae")
    page = client.get("/campaigns/").text
    assert "Go to Rival Desk" not in page
    there = f"/account/organisations/{other_tenant.organisation_id}/enter"
    assert client.post(there, data={"csrf_token": csrf(page)}).status_code == 404
    with reading(sessions, other_tenant.organisation_id) as session:
        told = session.scalars(select(AuditEvent.act)).all()
    assert "signed in" not in told
    signed_in(tenant, RECRUITER)
    assert client.get("/account/sign-ins").text.count("127.0.0.x") == 1, "no other sign-in shows"


def test_who_is_no_longer_a_member_comes_in_no_more(desk, sessions, tenant):
    desk.switch_on()
    desk.link(RECRUITER, "rae")
    client, _back = desk.sign_in("rae")
    me = tenant.recruiter
    member_service.end_membership(sessions, tenant.members[ADMIN], me.id, now=NOW)
    assert client.get("/campaigns/").status_code == 302
    again, back = desk.sign_in("rae")
    assert "no longer a member" in again.get(back.location).text
    member_service.let_back_in(sessions, tenant.members[ADMIN], me.id, now=NOW)
    client, _back = desk.sign_in("rae")
    assert client.get("/campaigns/").status_code == 200
    desk.post("/members/provider/switch")
    assert client.get("/campaigns/").status_code == 302, "switched off, its sign-ins end"
    assert client.get("/sign-in/with/harbour").status_code == 404


def test_what_is_delicate_is_shown_at_the_provider_again(desk, sessions, tenant):
    desk.switch_on()
    desk.link(ADMIN, "ada")
    client, _back = desk.sign_in("ada")
    asked = client.get("/members")
    assert asked.location == "/account/provider/again?next=/members"
    assert "Sign in once more" in client.get(asked.location).text

    def again(subject):
        away = desk.post("/account/provider/again", client, next="/members")
        assert "prompt=login" in leads_to(away)
        assert "max_age=0" in leads_to(away)
        return client.get(desk.provider.sign_in(leads_to(away), subject)).location

    for bent in ({"auth_time": None}, {"auth_time": 1}):
        desk.provider.bent = bent
        assert again("ada").startswith("/account/provider/again")
        assert client.get("/members").status_code == 302
    desk.provider.bent = {}
    desk.link(RECRUITER, "rae")
    assert again("rae").startswith("/account/provider/again")
    assert "not the account that yours is linked to" in client.get("/account/sign-ins").text
    assert again("ada") == "/members"
    assert client.get("/members").status_code == 200
    by_password = desk.client.get("/account/provider/again?next=/members")
    assert by_password.location == "/verify?next=/members"
    by_password = desk.post("/account/provider/again", next="/members")
    assert by_password.location == "/verify?next=/members"


def test_trips_are_counted_by_address(desk):
    desk.switch_on()
    client = desk.app.test_client()
    token = csrf(client.get("/sign-in/with/harbour").text)
    from_afar = {"REMOTE_ADDR": "93.184.216.34"}
    answers = [
        client.post(
            "/sign-in/with/harbour", data={"csrf_token": token}, environ_base=from_afar
        ).status_code
        for _ in range(101)
    ]
    assert answers == [200] * 100 + [429]


def test_a_provider_of_other_peoples_making_signs_a_member_in(desk, app, sessions, tenant):
    with providers.process() as url:
        desk.set_up(issuer=url)

        def go(path, subject, client):
            address = leads_to(desk.post(path, client))
            form = urllib.parse.urlencode({"sub": subject}).encode()
            opener = urllib.request.build_opener(NotFollowed)
            with pytest.raises(urllib.error.HTTPError) as led:
                opener.open(urllib.request.Request(address, form))  # noqa: S310
            back = urllib.parse.urlsplit(led.value.headers["Location"])
            led.value.close()
            return client.get(f"{back.path}?{back.query}")

        go("/members/provider/try", "ada", desk.client)
        assert "It works" in desk.client.get("/members/provider").text
        desk.post("/members/provider/switch", on="y")
        go("/account/provider/link", "ada", desk.client)
        client = app.test_client()
        assert go("/sign-in/with/harbour", "ada", client).location == "/campaigns/"
        assert client.get("/campaigns/").status_code == 200
        stranger = app.test_client()
        back = go("/sign-in/with/harbour", tenant.emails[RECRUITER], stranger)
        assert back.location.endswith("/not-linked"), "an address links nobody"
    with across(sessions, Across.SIGN_IN) as session:
        made = session.scalars(select(SignIn.only_organisation_id).order_by(SignIn.id)).all()
    assert made == [None, tenant.organisation_id]


class NotFollowed(urllib.request.HTTPRedirectHandler):
    """Show where a redirect leads, and stay."""

    def redirect_request(self, *_args, **_kwargs):
        return None
