"""Pages of raters: a link by mail, twelve ratings without an account, the result, the walls."""

import re
from datetime import UTC, datetime

import pytest

from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.app import HANDLERS
from assess.db.scope import reading, writing
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_until_idle
from assess.profiles import queries, service
from assess.profiles.mix import ContactMix, DriverShare
from tests.profiles.ratings import agreeing
from tests.service import csrf

BANK = default_catalogue()
HOSTILE = '<script>alert(1)</script> O\'Neil & "Söhne"'


@pytest.fixture
def profile_id(sessions, tenant):
    mix = ContactMix((DriverShare("delivery", 0.6, 7), DriverShare("status", 0.4, 3)))
    with writing(sessions, tenant.organisation_id) as session:
        brand_id = brand_named(session, "Parcel Friend")
        version_id = service.make_profile(
            session, tenant.system, BANK, brand_id, f"Parcel {HOSTILE}", mix,
            reason="first", now=datetime.now(UTC),
        )  # fmt: skip
        return queries.version(session, version_id).profile_id


@pytest.fixture
def manager(signed_in, tenant):
    return signed_in(tenant, RoleName.HIRING_MANAGER)


def post(client, place, **data):
    return client.post(place, data={"csrf_token": csrf(client.get(place_of(place)).text), **data})


def place_of(place):
    """Give the page an act's button stands on."""
    return re.match(r"/profiles/\d+/raters", place)[0]


def rate(app, link, ratings):
    """Walk a rater's way with a browser of their own; give the browser and the last page."""
    client = app.test_client()
    door = client.get(link)
    assert door.status_code == 200
    entered = client.post(link, data={"csrf_token": csrf(door.text)})
    assert (entered.status_code, entered.location) == (303, "/rate/")
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/rate;" in cookie
    page = client.get("/rate/").text
    sent = client.post("/rate/", data={"csrf_token": csrf(page), **ratings})
    assert sent.status_code == 303
    return client, client.get("/rate/").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_are_asked_rate_by_their_links_and_their_mean_is_adopted(
    app, sessions, settings, tenant, other_tenant, signed_in, manager, profile_id
):
    here = f"/profiles/{profile_id}/raters"
    assert "Nobody was asked yet" in manager.get(here).text
    faulty = post(manager, f"{here}/ask", people="a@example.org\nnobody")
    assert faulty.status_code == 422
    assert "line 2: &#39;nobody&#39; is not an e-mail address" in faulty.text
    people = "\n".join(f"O'Neil & Söhne {k} <r{k}@example.org>" for k in range(6))
    assert post(manager, f"{here}/ask", people=people).status_code == 303
    assert run_until_idle(sessions, settings, HANDLERS) == 6
    page = manager.get(here).text
    found = sorted(re.findall(r"http://localhost(/rate/i/[^\"]+)", page))
    assert len(set(found)) == 6
    mails = "".join(path.read_text() for path in settings.mail_dir.glob("*.eml"))
    assert mails.count("/rate/i/") == 6

    # A rater: nothing changes before the button; half is kept; it can be changed.
    one, half = rate(app, found[0], {"emp-1": "5", "chn-1": "0"})
    assert "10 of 12 are still open" in half
    assert half.count(" checked") == 2
    assert "alert(1)</script>" not in half
    assert "The result shows from two people on" in manager.get(here).text
    for link, row in zip(found, agreeing(), strict=True):
        _client, page = rate(app, link, row)
        assert "That is all; thank you" in page
    assert one.post("/rate/", data={"csrf_token": "forged", "emp-1": "1"}).status_code == 403
    wrong = {"csrf_token": csrf(one.get("/rate/").text), "emp-1": "9"}
    assert one.post("/rate/", data=wrong).status_code == 422

    # Letters, not names, until somebody asks for them and it is noted.
    page = manager.get(here).text
    assert "They agree enough to use the mean" in page
    assert page.count('class="chart-rating"') == 72
    pulls = page[page.index('id="pulls"') : page.index('id="adopt"')]
    assert "Neil" not in pulls
    named = post(manager, f"{here}/names").text
    assert "O&#39;Neil &amp; Söhne 0" in named[named.index('id="pulls"') :]
    assert "<script>alert" not in named

    # Who may not: tampered and foreign links, other roles, other organisations.
    assert app.test_client().get(found[0] + "x").status_code == 404
    assert app.test_client().get("/rate/").status_code == 403
    assert signed_in(tenant, RoleName.RECRUITER).get(here).status_code == 403
    rater_id = re.search(rf"{here}/(\d+)/revoke", page)[1]
    stranger = signed_in(other_tenant, RoleName.ADMINISTRATOR)
    assert stranger.get(here).status_code == 404
    token = csrf(stranger.get("/campaigns/").text)
    for act in ("send", "revoke", "forget"):
        gone = stranger.post(f"{here}/{rater_id}/{act}", data={"csrf_token": token})
        assert gone.status_code == 404

    # Adopted once, closed for all; a link taken back says so.
    seal = re.search(r'name="seal"[^>]*value="([0-9a-f]{64})"', page)[1]
    assert post(manager, f"{here}/adopt", seal=seal, reason=" ").status_code == 422
    assert post(manager, f"{here}/adopt", seal="0" * 64, reason="x").status_code == 409
    before = csrf(one.get("/rate/").text)
    assert post(manager, f"{here}/adopt", seal=seal, reason="Six rated it").status_code == 303
    assert one.post("/rate/", data={"csrf_token": before, "emp-1": "1"}).status_code == 403
    with reading(sessions, tenant.organisation_id) as session:
        made = queries.version(session, profile_id + 1)
    assert (made.number, made.reason) == (2, "Six rated it")
    assert "The ratings are closed" in one.get("/rate/").text
    assert post(manager, f"{here}/{rater_id}/revoke").status_code == 303
    assert post(manager, f"{here}/{rater_id}/forget").status_code == 303
    page = manager.get(here).text
    assert "Name erased" in page
    assert "their mean is version 2" in page
    statuses = sorted(app.test_client().get(link).status_code for link in found)
    assert statuses == [200] * 5 + [403]
