"""The pages of a ranking: who sees what, in which words."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assess.accounts.models import RoleName
from assess.db.scope import reading
from assess.rankings import service
from assess.rankings.models import RankingSnapshot
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW, csrf


@pytest.fixture
def open_campaign(sessions, tenant, shipped):
    """Open a campaign with people who have finished, ranked unless told otherwise."""

    def make(n=12, *, rank=True, battery=("work-style", "service-judgement-a"), names=None, **how):
        campaign_id = open_ranked(sessions, tenant, shipped, battery=battery, **how)
        people = drawn(shipped, n, battery=battery, names=names)
        who = finish(sessions, tenant, shipped, campaign_id, people)
        if rank:
            service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
        return campaign_id, who

    return make


def words(page):
    """Give a page's text without its pictures and tags."""
    text = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def people_of(page):
    """Give the ids of the people of a page of the table, in its order."""
    return [int(one) for one in re.findall(r'href="[^"]*/people/(\d+)"', page)]


def test_a_recruiter_ranks_by_a_button_and_never_by_looking(
    sessions, tenant, signed_in, open_campaign, shipped
):
    campaign_id, _ = open_campaign(rank=False)
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/ranking"
    first = client.get(address)
    assert "Rank the 12 finished people" in first.text
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalar(select(func.count(RankingSnapshot.id))) == 0
    assert client.post(address).status_code == 400  # no token, no act
    answer = client.post(address, data={"csrf_token": csrf(first.text)})
    assert answer.status_code == 303
    shown = client.get(address)
    assert "people are at the cut: their seat is open" in words(shown.text)
    assert "Rank again" not in shown.text
    later = NOW + timedelta(days=400)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 3, seed=3), at=later)
    assert "Rank again (3 more people finished)" in client.get(address).text


def test_the_page_names_its_group_and_claims_no_percentile(tenant, signed_in, open_campaign):
    campaign_id, _ = open_campaign(simulated=True)
    page = signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/ranking")
    text = words(page.text)
    assert "1008 anonymous web volunteers, 2019" in text
    assert "Simulated people: no one here is real" in text
    assert "provisional" in text
    assert "This ranking alone must not decide" in text
    assert "Assumed so far, and provisional: the reliability" in text
    assert "its interval is somewhat too narrow" in text
    assert "certainty" not in text
    assert "Provisional, not calibrated yet: Steadiness." in text
    assert "cannot be told apart from the band's first person" in text
    assert not re.search(r"\d+(st|nd|rd|th) percentile|better than \d+", text)
    assert page.text.count('href="#mini-score"') >= 12 * 3
    assert "chart-ranks" in page.text
    assert "style=" not in page.text


def test_partial_evidence_is_in_the_title_and_named(tenant, signed_in, open_campaign):
    campaign_id, who = open_campaign(battery=("work-style",))
    client = signed_in(tenant, RoleName.RECRUITER)
    text = words(client.get(f"/campaigns/{campaign_id}/ranking").text)
    assert "Partial evidence:" in text
    assert "Empathic listening, Composure and recovery, Ownership and follow-up, Honest" in text
    person = words(client.get(f"/campaigns/{campaign_id}/people/{who[0]}").text)
    assert "not ranked on" in person


def test_people_are_found_and_paged(tenant, signed_in, open_campaign):
    names = [f"Person {i:03d}" for i in range(119)] + ["Zoë Ångström"]
    campaign_id, _ = open_campaign(120, names=names)
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/ranking"
    pages_ = [client.get(address).text]
    while mark := re.search(r'name="after" value="([^"]+)"', pages_[-1]):
        pages_.append(client.get(address, query_string={"after": mark.group(1)}).text)
    rows = [page.count("/people/") for page in pages_]
    assert rows == [50, 50, 20]
    assert "51 to 100 of 120" in words(pages_[1])
    back = re.search(r'name="before" value="([^"]+)"', pages_[2]).group(1)
    again = client.get(address, query_string={"before": back}).text
    assert people_of(again) == people_of(pages_[1])
    assert people_of(client.get(f"{address}?before=end").text) == people_of("".join(pages_))[-50:]
    found = client.get(f"{address}?q=ångström").text
    assert found.count("/people/") == 1
    assert "Zoë Ångström" in found
    assert "Nobody's name or code holds" in client.get(f"{address}?q=<b>").text.replace(
        "&#39;", "'"
    )
    assert client.get(f"{address}?after=x&q=Person 01").text.count("/people/") == 10


def test_a_person_page_says_what_the_fit_is_made_of(sessions, tenant, signed_in, open_campaign):
    campaign_id, who = open_campaign()
    page = signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/people/{who[5]}")
    text = words(page.text)
    for part in (
        "This report alone must not decide.", "recruiter of Harbour Care decides",
        "Empathy", "Stress resilience", "Asked of everybody", "80 of 85", "Versions",
        "calibrated", "norm", "Engine", "Answers suggest",
    ):  # fmt: skip
        assert part in text
    shown = re.findall(r'figure-cell">([+−]\d+\.\d)</td>', page.text)
    points = [float(p.replace("−", "-")) for p in shown]
    assert len(points) == 8
    assert sum(points[:-1]) == pytest.approx(points[-1], abs=1e-6)
    # No answer, no item, no key.
    assert not re.search(r"\bQ\d+\b|sjt-\d|ws-\d", page.text)


def test_a_person_who_is_not_ranked_is_shown_without_a_fit(sessions, tenant, signed_in, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    people = drawn(shipped, 4)
    empty = dict.fromkeys(people[0].scores["service-judgement-a"])
    people[0].scores["service-judgement-a"] = empty
    people[0].flags["service-judgement-a"] = ["total:not_scorable"]
    who = finish(sessions, tenant, shipped, campaign_id, people)
    service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    text = words(client.get(f"/campaigns/{campaign_id}/people/{who[0]}").text)
    assert "This person is not ranked" in text
    assert "cannot be scored" in text
    table = words(client.get(f"/campaigns/{campaign_id}/ranking").text)
    assert "not scorable" in table


def test_somebody_who_answered_one_sidedly_is_shown_with_the_reason(
    sessions, tenant, signed_in, shipped
):
    campaign_id = open_ranked(sessions, tenant, shipped)
    people = drawn(shipped, 4)
    people[0].flags["work-style"] = ["work-style:one_sided"]
    who = finish(sessions, tenant, shipped, campaign_id, people)
    service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    text = words(client.get(f"/campaigns/{campaign_id}/people/{who[0]}").text)
    assert "This person is not ranked" in text
    assert "those that say the opposite too" in text
    table = words(client.get(f"/campaigns/{campaign_id}/ranking").text)
    assert "answered one-sidedly" in table


def test_the_file_is_for_those_who_see_rankings(tenant, signed_in, open_campaign):
    campaign_id, _ = open_campaign(simulated=True)
    answer = signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/ranking.csv")
    assert answer.mimetype == "text/csv"
    assert "filename=simulated-ranking-" in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == 13


def test_each_role_sees_its_pages(tenant, signed_in, open_campaign):
    campaign_id, who = open_campaign(3)
    for role, ranking, person, may_rank in (
        (RoleName.RECRUITER, 200, 200, True),
        (RoleName.HIRING_MANAGER, 200, 200, True),
        (RoleName.ADMINISTRATOR, 200, 200, True),
        (RoleName.PSYCHOLOGIST, 200, 403, False),
        (RoleName.ANALYST, 403, 403, False),
    ):
        client = signed_in(tenant, role)
        shown = client.get(f"/campaigns/{campaign_id}/ranking")
        assert shown.status_code == ranking, role
        assert client.get(f"/campaigns/{campaign_id}/ranking.csv").status_code == ranking, role
        seen = client.get(f"/campaigns/{campaign_id}/people/{who[0]}")
        assert seen.status_code == person, role
        token = csrf(client.get("/campaigns/").text)
        posted = client.post(f"/campaigns/{campaign_id}/ranking", data={"csrf_token": token})
        assert posted.status_code == (303 if may_rank else 403), role
        if ranking == 200:
            assert ("/people/" in shown.text) == (person == 200), role


def test_another_organisations_ranking_is_not_there(tenant, other_tenant, signed_in, open_campaign):
    campaign_id, who = open_campaign(3)
    client = signed_in(other_tenant, RoleName.ADMINISTRATOR)
    token = csrf(client.get("/campaigns/").text)
    for address in ("ranking", "ranking.csv", f"people/{who[0]}"):
        assert client.get(f"/campaigns/{campaign_id}/{address}").status_code == 404
    posted = client.post(f"/campaigns/{campaign_id}/ranking", data={"csrf_token": token})
    assert posted.status_code == 404


def test_nobody_signed_in_is_led_to_sign_in(app, open_campaign):
    campaign_id, _ = open_campaign(2)
    answer = app.test_client().get(f"/campaigns/{campaign_id}/ranking")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_before_anybody_finished_the_page_says_the_next_step(sessions, tenant, signed_in, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    client = signed_in(tenant, RoleName.RECRUITER)
    assert "Nobody has finished yet" in client.get(f"/campaigns/{campaign_id}/ranking").text
    assert client.get(f"/campaigns/{campaign_id}/ranking.csv").status_code == 404
    assert client.get(f"/campaigns/{campaign_id}/people/1").status_code == 404
