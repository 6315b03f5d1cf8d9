"""The pages of profiles without any script: made, seen, changed, compared, used."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import service as campaigns
from assess.campaigns.models import Campaign
from assess.db.scope import reading, writing
from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.profiles import driver_service, profile_queries, profile_service, queries
from assess.profiles import service as profiles
from assess.profiles.mix import ContactMix, DriverShare
from assess.profiles.models import Profile, ProfileVersion
from assess.rankings.tuning_pools import ground, simulated_pool
from assess.rankings.tuning_preview import try_on, weighing_of
from assess.selection.demand import COMPETENCIES
from tests.campaigns.conftest import ANGRY, answers, opening
from tests.profiles.test_effect import CALM
from tests.profiles.test_record_views import fields
from tests.profiles.test_records import own
from tests.service import csrf

BANK = default_catalogue()
TODAY = datetime.now(UTC)
MIX_A = {f"share_{d.code}": f"{100 * d.share:g}" for d in ANGRY} | {
    f"minutes_{d.code}": str(d.minutes) for d in ANGRY
}


def said(page: str) -> str:
    """Give a page's words, without tags, pictures and spare room."""
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page)).split())


@pytest.fixture
def client(signed_in, tenant):
    return signed_in(tenant, RoleName.HIRING_MANAGER)


@pytest.fixture
def make(sessions, tenant):
    """Give a function that makes a profile; it gives the profile as it is shown."""

    def make_(mix=None, **changes):
        profile_id = profile_service.make(
            sessions, tenant.recruiter, BANK, mix=mix or ContactMix(ANGRY),
            **{"brand": "Parcel Friend", "name": "Desk", "now": TODAY, **changes},
        )  # fmt: skip
        return see(sessions, tenant, profile_id)

    return make_


def see(sessions, tenant, profile_id):
    with reading(sessions, tenant.organisation_id) as session:
        return profile_queries.profile(session, profile_id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_both_worked_examples_come_out_on_the_page(client):
    mix_b = {f"share_{d.code}": 100 * d.share for d in CALM} | {
        f"minutes_{d.code}": d.minutes for d in CALM
    }
    for mix, loads, weights in (
        (MIX_A, "42.4 23.1 6.9 13.8 13.8", "14.8 14.2 18.0 14.6 17.0 9.0 12.4"),
        (mix_b, "33.3 31.1 35.6", "9.8 9.8 15.7 15.8 21.5 5.9 21.5"),
    ):
        drawn = client.get("/profiles/effect", query_string={**mix, "contacts": 10**9}).text
        found = re.findall(r"<strong>([\d.]+) %</strong>", drawn)
        assert found == [*weights.split(), *loads.split()], "as in the worked example"
        assert "The shares sum to 100 %." in drawn
        assert "100 % of each weight comes from the mix" in drawn
    pulled = said(client.get("/profiles/effect", query_string=MIX_A).text)
    assert "Empathic listening 14.3 % 14.8 % 13.8 %" in pulled, "weight, mix alone, occupation"
    assert "which weighs as much as 500 contacts" in pulled
    assert "Steadiness 65 45 to 85" in pulled


def test_a_profile_is_made_by_hand_without_a_script(client, sessions, tenant):
    page = client.get("/profiles/").text
    assert "No profile yet" in page
    assert 'href="/profiles/new"' in page
    page = client.get("/profiles/new").text
    assert "every weight is that of the whole occupation" in page
    data = {**fields(page), "name": "Desk", "brand": "Parcel Friend", **MIX_A}
    seen = client.post("/profiles/new", data={**data, "share_status": "5", "act": "effect"})
    assert seen.status_code == 200
    assert "The shares sum to 85 %: 15 % are missing." in seen.text
    assert "Drawn as if these shares were the whole." in seen.text
    assert 'value="Parcel Friend"' in seen.text
    faulty = client.post("/profiles/new", data={**data, "share_status": "5"})
    assert faulty.status_code == 422
    assert "the shares sum to 85 %, not to 100 %" in faulty.text
    made = client.post("/profiles/new", data=data)
    assert made.status_code == 302, made.text
    shown = said(client.get(made.location).text)
    for words in ("Parcel Friend · version 1 · set by hand", "first version", "42.4 %", "14.3 %"):
        assert words in shown
    again = client.post("/profiles/new", data=data)
    assert "Parcel Friend has a profile Desk already." in again.text
    with reading(sessions, tenant.organisation_id) as session:
        [version_id] = session.scalars(select(ProfileVersion.id)).all()
        assert set(queries.version(session, version_id).drivers) == set(ANGRY)
    listed = said(client.get("/profiles/").text)
    assert "Delivery failed or late 42 %" in listed


def test_a_change_is_a_new_version_with_its_reason_and_what_was_tuned(
    client, sessions, tenant, make
):
    view = make()
    said_by = dict.fromkeys(COMPETENCIES, 3.0) | {"OWN": 5.0}
    tuned = ContactMix(
        ANGRY, multipliers={"EMP": 1.5}, minimums={"EMP": 40.0}, style_weight=0.05,
        rated_demand=said_by,
    )  # fmt: skip
    with writing(sessions, tenant.organisation_id) as session:
        profiles.new_version(
            session, tenant.recruiter, BANK, view.id, tuned, reason="tuned", now=TODAY
        )
    here = f"/profiles/{view.id}/mix"
    page = client.get(here).text
    data = fields(page)
    assert (data["share_delivery"], data["minutes_cancel"]) == ("35", "9")
    assert "saving makes version 3" in page
    changed = {**data, "share_delivery": "45", "share_returns": "15"}
    assert "Please fill this in." in client.post(here, data=changed).text, "a reason is needed"
    looked = said(client.post(here, data={**changed, "act": "effect"}).text)
    assert "These weights rest on what people who know the job rated." in looked
    assert re.search(r"Ownership and follow-up ([\d.]+) % 0 ", looked)
    anew = {**changed, "act": "effect", "keep_rated": []}
    drivers = said(client.post(here, data=anew).text)
    assert "people who know the job rated. The mix" not in drivers
    assert re.search(r"Ownership and follow-up [\d.]+ % −\d\.\d", drivers)
    assert "Empathic listening × 1.5" in looked
    changed["reason"] = "More parcels come late."
    assert client.post(here, data=changed).status_code == 302
    assert client.post(here, data=changed).status_code == 302, "sent twice is once"
    unlike = client.post(here, data={**changed, "share_delivery": "40", "share_returns": "20"})
    assert unlike.status_code == 422
    assert "Somebody saved version 3 meanwhile" in unlike.text
    same = client.post(here, data={**fields(client.get(here).text), "reason": "again"})
    assert "nothing is changed" in same.text
    view = see(sessions, tenant, view.id)
    assert [line.number for line in view.lines] == [3, 2, 1]
    assert view.lines[0].made_by == "hiring_manager of Harbour Care"
    newest = view.newest
    assert (dict(newest.multipliers), dict(newest.minimums)) == ({"EMP": 1.5}, {"EMP": 40.0})
    assert (newest.style_weight, dict(newest.rated_demand)) == (0.05, said_by)
    shown = said(client.get(f"/profiles/{view.id}/").text)
    assert "Least score in Empathic listening: 40." in shown
    assert "Style counts for 5 % of the fit." in shown
    compared = said(client.get(f"/profiles/{view.id}/compare?a=1&b=3").text)
    for words in (
        "Delivery failed or late 35.0 % 45.0 % +10.0", "More parcels come late.",
        "Empathic listening 1.00 1.50 +0.50", "Empathic listening none 40 +40",
        "0 % of the fit before and 5 % after",
    ):  # fmt: skip
        assert words in compared
    usual = said(client.get(f"/profiles/{view.id}/compare").text)
    assert "version 2 and version 3" in usual
    assert client.get(f"/profiles/{view.id}/compare?a=1&b=9").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_sees_and_changes_what_it_may(signed_in, tenant, make, role):
    view, client = make(), signed_in(tenant, role)
    sees, changes = role in profile_service.SEES, role in profile_service.CHANGES
    for path in ("/profiles/", f"/profiles/{view.id}/", f"/profiles/{view.id}/compare"):
        answer = client.get(path)
        assert answer.status_code == (200 if sees else 403)
        assert (f"/profiles/{view.id}/mix" in answer.text) == (
            changes and path.endswith(f"{view.id}/")
        )
    for path in ("/profiles/new", "/profiles/effect", f"/profiles/{view.id}/mix"):
        assert client.get(path).status_code == (200 if changes else 403)
    assert ('href="/profiles/"' in client.get("/campaigns/").text) == sees


def test_another_organisation_finds_nothing(signed_in, other_tenant, sessions, make):
    view = make()
    client = signed_in(other_tenant, RoleName.ADMINISTRATOR)
    assert "No profile yet" in client.get("/profiles/").text
    for path in ("", "mix", "compare"):
        assert client.get(f"/profiles/{view.id}/{path}").status_code == 404
    token = csrf(client.get("/profiles/new").text)
    changed = {"csrf_token": token, "reason": "x", "seen": view.newest.id, **MIX_A}
    assert client.post(f"/profiles/{view.id}/mix", data=changed).status_code == 404
    assert client.get(f"/profiles/effect?saved={view.newest.id}").status_code == 404
    assert client.get(f"/campaigns/new?profile={view.newest.id}").status_code == 404
    faulty = replace(opening(), profile_version_id=view.newest.id)
    with pytest.raises(Invalid, match="does not exist"):
        campaigns.open_campaign(sessions, other_tenant.recruiter, BANK, faulty, now=TODAY)


def test_a_campaign_opens_under_the_very_version(client, sessions, tenant, make):
    view = make()
    chosen = f"/campaigns/new?profile={view.newest.id}"
    assert chosen in client.get(f"/profiles/{view.id}/").text
    assert (
        f'<option value="{view.newest.id}">Parcel Friend: Desk, version 1'
        in client.get("/campaigns/new").text
    )
    page = client.get(chosen).text
    assert "takes this version as it is" in page
    data = {**fields(page), "title": "Spring", "battery": answers()["battery"]}
    assert "share_delivery" not in data
    elsewhere = client.post("/campaigns/new", data={**data, "brand": "Northline"})
    assert "of the brand Parcel Friend, not of Northline" in elsewhere.text
    opened = client.post("/campaigns/new", data=data)
    assert opened.status_code == 302, opened.text
    with reading(sessions, tenant.organisation_id) as session:
        [row] = session.scalars(select(Campaign)).all()
        assert row.profile_version_id == view.newest.id
        assert len(session.scalars(select(Profile)).all()) == 1, "no copy is made"
        assert "campaign opened" in session.scalars(select(AuditEvent.act)).all()
    assert "Spring" in said(client.get(f"/profiles/{view.id}/").text)
    assert "Spring" in client.get("/profiles/").text
    looked = client.post(
        "/campaigns/new",
        data={**answers(), **fields(client.get("/campaigns/new").text), **MIX_A, "act": "effect"},
    )
    assert looked.status_code == 200
    assert "Delivery failed or late: 35 % of the contacts, 42 % of the work." in looked.text


def test_records_that_moved_are_told_and_make_the_next_version(
    client, sessions, tenant, make, take, map_reasons, export
):
    view = make(ContactMix(CALM, 5000))
    other = make(name="Late desk", now=TODAY + timedelta(days=1))
    assert "Has the mix moved?" not in client.get(f"/profiles/{view.id}/").text
    records_id = take(export.read_bytes())
    digest = map_reasons(records_id)
    shown = said(client.get(f"/profiles/{view.id}/").text)
    assert "Newer contact records show another mix than this profile." in shown
    assert "Yes: the mix of the newest records is really another." in shown
    assert re.search(r"Order status and simple information 50\.0 % 1\d\.\d % −3\d\.\d", shown)
    assert "Chi-square" in shown
    assert "What it would do to a ranking" not in shown
    used = replace(opening(), profile_version_id=view.newest.id)
    campaign_id = campaigns.open_campaign(sessions, tenant.recruiter, BANK, used, now=TODAY)
    told = said(client.get(f"/profiles/{view.id}/").text)
    older = said(client.get(f"/profiles/{other.id}/").text)
    assert "These records are older than this version." in older
    assert "The mix has moved" not in older
    here = f"/profiles/{view.id}/mix?records={records_id}"
    assert here.replace("&", "&amp;") in client.get(f"/profiles/{view.id}/").text
    page = client.get(here).text
    data = fields(page)
    reason = unescape(re.search(r"<textarea[^>]*name=\"reason\"[^>]*>\s*([^<]*)<", page)[1])
    assert re.match(r"Taken from \d+ contact records on ", reason)
    assert client.post(here, data={**data, "reason": reason.strip()}).status_code == 302
    with reading(sessions, tenant.organisation_id) as session:
        saved = queries.version(session, see(sessions, tenant, view.id).newest.id)
        assert saved.digest == digest
        pool = simulated_pool(ground(session, BANK, campaign_id))
    trial = try_on(pool, weighing_of(view.newest), weighing_of(saved), used.seats)
    changed = trial.consequence.totals.changed
    assert changed
    assert f"This changes {changed} of {used.seats} seats, " in told
    assert f"who answer the questionnaires of {used.title}; nobody real" in told
    assert "Has the mix moved?" not in client.get(f"/profiles/{view.id}/").text
    page = client.get(f"/profiles/new?records={records_id}").text
    made = client.post("/profiles/new", data={**fields(page), "name": "Counted"})
    assert f"{see(sessions, tenant, view.id).newest.n_contacts} contacts" in said(
        client.get(made.location).text
    )
    strange = make(brand="Northline")
    assert client.get(f"/profiles/{strange.id}/mix?records={records_id}").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_driver_that_is_gone_is_told_on_the_page_that_changes_the_mix(
    signed_in, sessions, tenant, make
):
    who = tenant.members[RoleName.ADMINISTRATOR]
    driver_service.save_driver(sessions, who, BANK, own(), now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        whole = queries.with_own_drivers(session, BANK)
    mix = ContactMix((DriverShare("meter", 0.4, 5), DriverShare("status", 0.6, 3)))
    profile_id = profile_service.make(
        sessions, who, whole, brand="Grid", name="Meters", mix=mix, now=TODAY
    )
    driver_service.retire_driver(sessions, who, "meter", now=TODAY)
    client = signed_in(tenant, RoleName.ADMINISTRATOR)
    page = said(client.get(f"/profiles/{profile_id}/mix").text)
    assert "their share is to be given to others: Meter reading." in page
    assert "The shares sum to 60 %: 40 % are missing." in page
    assert "Meter reading" in client.get(f"/profiles/{profile_id}/").text
