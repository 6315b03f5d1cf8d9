"""Requirements beside a ranking: a badge, a filter, a person's page, files; never in the fit."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_service
from assess.candidates.requirements import Kind, Requirement
from assess.db.scope import reading, writing
from assess.rankings import service
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW
from tests.web.test_templates import checked

NIGHT = Requirement(Kind.SHIFT, name="night")
WORK = Requirement(Kind.WORK, must=False, name="FR")


@pytest.fixture
def ranked(sessions, tenant, shipped, signed_in):
    """Rank three people: one says yes, one no, one nothing; give a browser and the ids."""
    campaign_id = open_ranked(sessions, tenant, shipped, seats=2)
    people = finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 3))
    service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
    client = signed_in(tenant, RoleName.RECRUITER)
    return client, f"/campaigns/{campaign_id}", people, campaign_id


@pytest.fixture
def asked(ranked, sessions, tenant):
    """Let the campaign ask, and two people answer."""
    campaign_id, people = ranked[3], ranked[2]
    requirement_service.set_requirements(
        sessions, tenant.recruiter, campaign_id, [NIGHT, WORK], "", after=0, now=NOW
    )
    with writing(sessions, tenant.organisation_id) as session:
        known = {one.candidate_id: one for one in campaigns.people(session, campaign_id)}
        for person, answer in ((people[0], "yes"), (people[1], "no")):
            invitation = campaigns.invitation(session, known[person].invitation_id)
            given = {"shift:night": answer, "work:FR": "sponsorship"}
            requirement_service.declare(
                session, tenant.system, invitation, given, number=1, now=NOW
            )
    return ranked


def rows(text):
    return list(csv.DictReader(StringIO(text)))


def test_where_nothing_is_asked_nothing_shows(ranked):
    client, address, people, _id = ranked
    page = client.get(f"{address}/ranking?requirements=met").text
    assert "requirements" not in page.lower().replace("requirements.css", "")
    assert "Requirements" not in client.get(f"{address}/people/{people[0]}").text
    assert "requirements" not in rows(client.get(f"{address}/ranking.csv").text)[0]


def test_the_ranking_shows_a_badge_and_finds_people_by_it(asked):
    client, address, people, _id = asked
    page = client.get(f"{address}/ranking").text
    checked(page)
    for words in ("all met", "1 not met", "1 not said"):
        assert page.count(words) == 1
    for choice in ("met", "not met", "not said"):
        assert f">{choice} (1)<" in page
    links = {one: f"/people/{one}" for one in people}
    for state, person in zip(("met", "not_met", "not_said"), people, strict=True):
        found = client.get(f"{address}/ranking?requirements={state}").text
        checked(found)
        assert [one for one in people if links[one] in found] == [person]
    assert all(
        link in client.get(f"{address}/ranking?requirements=x").text for link in links.values()
    )
    nobody = client.get(f"{address}/ranking?requirements=met&q=zzzz")
    assert "holds “zzzz”" in nobody.text


def test_the_person_page_says_what_was_asked_and_said(asked):
    client, address, people, _id = asked
    first, second, third = (client.get(f"{address}/people/{one}").text for one in people)
    for page in (first, second, third):
        checked(page)
        assert "Night shifts" in page
        assert "The right to work in France" in page
    assert "Only with a permit that the employer helps with" in second
    assert "to version 1 of the requirements" in second
    assert "This person was not asked yet" in third


def test_files_carry_it_in_columns_of_their_own(asked, ranked, sessions, tenant):
    client, address, people, campaign_id = asked
    with reading(sessions, tenant.organisation_id) as session:
        names = {one.candidate_id: one.code for one in campaigns.people(session, campaign_id)}
    found = {one["code"]: one for one in rows(client.get(f"{address}/ranking.csv").text)}
    told = [
        (
            found[names[one]]["requirements"],
            found[names[one]]["requirements_not_met"],
            found[names[one]]["requirements_not_said"],
        )
        for one in people
    ]
    assert told == [("met", "0", "0"), ("not_met", "1", "0"), ("not_said", "0", "1")]
    book = load_workbook(BytesIO(client.get(f"{address}/ranking.xlsx").data))
    sheet = book["Ranking"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[-3:] == ["requirements", "requirements_not_met", "requirements_not_said"]
    states = {row[heads.index("requirements")].value for row in sheet.iter_rows(min_row=2)}
    assert states == {"met", "not_met", "not_said"}


def test_the_fit_and_the_order_are_the_same_with_and_without(ranked, sessions, tenant, request):
    client, address, _people, _id = ranked
    before = rows(client.get(f"{address}/ranking.csv").text)
    request.getfixturevalue("asked")
    after = rows(client.get(f"{address}/ranking.csv").text)
    assert [{key: row[key] for key in before[0]} for row in after] == before
    assert "Rank again" not in client.get(f"{address}/ranking").text
