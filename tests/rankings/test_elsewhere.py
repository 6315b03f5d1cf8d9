"""One person across the open jobs: only what their answers speak of, only what is sure."""

from datetime import timedelta

import pytest

from assess.accounts.models import RoleName
from assess.profiles.mix import DriverShare
from assess.rankings import service
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.test_driver_fit import sure
from tests.rankings.test_views import words
from tests.service import NOW

ALWAYS = {"days": 9999}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_person_is_set_beside_the_open_jobs_their_answers_speak_of(
    sessions, tenant, signed_in, shipped
):
    ours = sessions, tenant, shipped
    here = open_ranked(*ours, drivers=(DriverShare("status", 1.0, 4.0),), **ALWAYS)
    people = drawn(shipped, 5)
    people[0] = sure(people[0], 1.8)
    people[1].flags["service-judgement-a"] = ["total:not_scorable"]
    who = finish(*ours, here, people)
    service.rank_campaign(sessions, tenant.recruiter, shipped, here, now=NOW)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    address = f"/campaigns/{here}/people/{who[0]}/elsewhere"
    assert "No other job is open" in client.get(address).text
    open_ranked(*ours, title="Other form", battery=("service-judgement-b",), **ALWAYS)
    nothing = client.get(address).text
    assert "1 other job is open, but it measures with questionnaires" in words(nothing)
    angry = (DriverShare("rude", 0.7, 9.0), DriverShare("outage", 0.3, 5.0))
    open_ranked(*ours, title="Complaints desk", brand="Parcel Friend", drivers=angry, **ALWAYS)
    calm = {"drivers": (DriverShare("status", 1.0, 4.0),), **ALWAYS}
    open_ranked(*ours, title="Same again", **calm)
    open_ranked(*ours, title="Style only", battery=("work-style",), **calm)
    open_ranked(*ours, title="Long over", drivers=angry, days=0)
    open_ranked(*ours, title="Not real", simulated=True, **ALWAYS)
    text = words(client.get(address).text)
    assert "Would fit “Complaints desk” at Parcel Friend better" in text
    assert "agreed to take part in “Winter team” and in nothing else. Ask first" in text
    assert "1 more open job measures with questionnaires" in text
    for title in ("Same again", "Style only"):
        assert title in text
    assert "Same again Harbour Parcels" in text
    for title in ("Long over", "Not real", "Other form", people[2].name):
        assert title not in text
    middling = words(client.get(f"/campaigns/{here}/people/{who[3]}/elsewhere").text)
    assert "cannot be told apart from this" in middling
    unranked = client.get(f"/campaigns/{here}/people/{who[1]}/elsewhere").text
    assert "This person has no fit" in unranked
    assert signed_in(tenant, RoleName.PSYCHOLOGIST).get(address).status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_organisation_s_person_is_not_there(
    sessions, tenant, other_tenant, signed_in, shipped
):
    here = open_ranked(sessions, tenant, shipped, **ALWAYS)
    who = finish(sessions, tenant, shipped, here, drawn(shipped, 2), at=NOW + timedelta(days=1))
    service.rank_campaign(sessions, tenant.recruiter, shipped, here, now=NOW)
    client = signed_in(other_tenant, RoleName.ADMINISTRATOR)
    assert client.get(f"/campaigns/{here}/people/{who[0]}/elsewhere").status_code == 404
