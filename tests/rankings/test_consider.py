"""From one campaign to another: asked by mail, agreed, ranked, told, taken back."""

import email
import email.policy
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import func, select

from assess.accounts.models import RoleName
from assess.app import HANDLERS, KEEPERS
from assess.campaigns import considering
from assess.campaigns.models import Invitation
from assess.campaigns.service import set_blind
from assess.candidates import personal_data
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.jobs.worker import run_until_idle
from assess.portal import reuse_service as portal_reuse
from assess.rankings import decision_queries, decision_service, queries, service
from assess.rankings.decision_service import Deciding
from assess.rankings.models import DecisionKind
from assess.rankings.open_campaigns import batteries, open_campaigns
from assess.rankings.placement_pool import read_applicants
from assess.rankings.which_answers import which_answers
from assess.sittings import retest_service, reuse_service
from assess.sittings import service as sittings
from assess.sittings.retest import Counts, Policy
from tests.portal.conftest import hand_in
from tests.service import csrf
from tests.sittings.conftest import TODAY, Invited, invite, open_to_answers, sitting_bank

__all__ = ["sitting_bank"]


@pytest.fixture
def finished(sessions, tenant, settings, sitting_bank) -> Invited:
    """Give somebody who has handed in everything for a first campaign."""
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    person = invite(sessions, tenant, settings, campaign_id, "Ada")
    return hand_in(sessions, settings, sitting_bank, person)


@pytest.fixture
def other_id(sessions, tenant, sitting_bank) -> int:
    return open_to_answers(sessions, tenant, sitting_bank)


@pytest.fixture
def second(sessions, tenant, settings, finished, other_id) -> Invited:
    """Give the same person, considered for a second campaign."""
    who = [finished.invitation().candidate_id]
    done = considering.consider(
        sessions, tenant.recruiter, finished.campaign_id, other_id, who, now=TODAY
    )
    assert done == considering.Considered(1, 0, 0)
    with reading(sessions, tenant.organisation_id) as session:
        here = select(Invitation.id).where(Invitation.campaign_id == other_id)
        invitation_id = session.scalars(here).one()
    return Invited(sessions, tenant, settings, other_id, invitation_id)


def agree(sessions, bank, person):
    plan = reuse_service.look_earlier(sessions, person.claim, now=TODAY).plan
    assert reuse_service.agree_to_reuse(sessions, bank, person.claim, plan.token, now=TODAY)


def entry(sessions, tenant, snapshot_id):
    with reading(sessions, tenant.organisation_id) as session:
        return queries.snapshot(session, snapshot_id).entries[0]


def test_people_are_asked_by_mail_once(sessions, tenant, settings, finished, second, other_id):
    who = [finished.invitation().candidate_id]
    again = considering.consider(
        sessions, tenant.recruiter, finished.campaign_id, other_id, who, now=TODAY
    )
    assert again == considering.Considered(0, 1, 0)
    run_until_idle(sessions, settings, HANDLERS)
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in settings.mail_dir.glob("*.eml")
    ]
    texts = [" ".join(mail.get_content().split()) for mail in found]
    [asked] = [text for text in texts if "Nothing of them is used before you agree" in text]
    assert "You took part in “Spring intake” at Parcel Friend before" in asked


def test_who_is_not_there_cannot_be_considered(sessions, tenant, other_tenant, finished, other_id):
    who = [finished.invitation().candidate_id]
    for actor, here, there, people, fault in (
        (tenant.recruiter, finished.campaign_id, other_id, [999], NotFound),
        (tenant.recruiter, finished.campaign_id, finished.campaign_id, who, Invalid),
        (tenant.recruiter, finished.campaign_id, other_id, [], Invalid),
        (other_tenant.recruiter, finished.campaign_id, other_id, who, NotFound),
        (tenant.members[RoleName.ANALYST], finished.campaign_id, other_id, who, Refused),
    ):
        with pytest.raises(fault):
            considering.consider(sessions, actor, here, there, people, now=TODAY)


def test_nobody_is_ranked_before_they_agree_and_the_day_is_told(
    sessions, tenant, sitting_bank, finished, second
):
    with pytest.raises(Invalid):
        service.rank_campaign(
            sessions, tenant.recruiter, sitting_bank, second.campaign_id, now=TODAY
        )
    agree(sessions, sitting_bank, second)
    made = [
        service.rank_campaign(sessions, tenant.recruiter, sitting_bank, one, now=TODAY)
        for one in (finished.campaign_id, second.campaign_id)
    ]
    first, reused = (entry(sessions, tenant, one) for one in made)
    assert (first.given_on, reused.given_on) == (None, TODAY.date())
    assert (reused.fit, reused.scales) == (first.fit, first.scales)
    assert (reused.answered, reused.asked) == (first.answered, first.asked)


def test_it_is_taken_back_until_a_person_decides(sessions, tenant, sitting_bank, finished, second):
    agree(sessions, sitting_bank, second)
    snapshot_id = service.rank_campaign(
        sessions, tenant.recruiter, sitting_bank, second.campaign_id, now=TODAY
    )
    who = entry(sessions, tenant, snapshot_id).candidate_id

    def decide(kind, act):
        with reading(sessions, tenant.organisation_id) as session:
            seen = decision_queries.last_id(session, second.campaign_id)
        deciding = Deciding(kind, {who: "A good call in the interview"}, snapshot_id, seen, act)
        decision_service.decide(sessions, tenant.recruiter, second.campaign_id, deciding, now=TODAY)

    decide(DecisionKind.HOLD, "one")
    assert portal_reuse.take_back(sessions, second.claim, now=TODAY)
    assert not portal_reuse.take_back(sessions, second.claim, now=TODAY)
    with pytest.raises(Conflict):
        decide(DecisionKind.ADVANCE, "two")
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.standing(session, second.campaign_id).stale
    agree(sessions, sitting_bank, second)
    decide(DecisionKind.ADVANCE, "three")
    with pytest.raises(Refused):
        portal_reuse.take_back(sessions, second.claim, now=TODAY)


def test_a_copy_holds_the_agreement_and_erasing_takes_it(
    sessions, tenant, sitting_bank, finished, second
):
    agree(sessions, sitting_bank, second)
    who = finished.invitation().candidate_id
    with writing(sessions, tenant.organisation_id) as session:
        held = personal_data.export(session, who)
        [agreed] = held["reuse"]["agreements"]
        assert agreed["notice_version"] == reuse_service.REUSE_NOTICE
        assert [one["instrument"] for one in agreed["answers_used"]] == [
            "work-style", "service-judgement-a",
        ]  # fmt: skip
        for keeper in KEEPERS:
            keeper.erase_person(session, who, TODAY)
        assert session.scalar(select(func.count(Invitation.id))) == 0


def test_members_go_through_pages(
    app, sessions, tenant, signed_in, sitting_bank, finished, other_id
):
    service.rank_campaign(sessions, tenant.recruiter, sitting_bank, finished.campaign_id, now=TODAY)
    who = finished.invitation().candidate_id
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    ranking = recruiter.get(f"/campaigns/{finished.campaign_id}/ranking").text
    address = f"/campaigns/{finished.campaign_id}/consider"
    assert f'formaction="{address}"' in ranking
    page = recruiter.get(f"{address}?person={who}")
    typed = {"csrf_token": csrf(page.text), "person": str(who), "other": str(other_id)}
    assert recruiter.post(address, data=typed | {"other": "999"}).status_code == 422
    done = recruiter.post(address, data=typed, follow_redirects=True)
    assert "1 person is invited and asked to agree." in done.text


def test_the_person_page_and_the_ranking_say_whose_day_it_is(
    app, sessions, tenant, signed_in, sitting_bank, finished, second
):
    agree(sessions, sitting_bank, second)
    service.rank_campaign(sessions, tenant.recruiter, sitting_bank, second.campaign_id, now=TODAY)
    who = finished.invitation().candidate_id
    manager = signed_in(tenant, RoleName.HIRING_MANAGER)
    ranking = manager.get(f"/campaigns/{second.campaign_id}/ranking").text
    assert "given for another campaign" in ranking
    assert "Consider for another" not in ranking
    page = manager.get(f"/campaigns/{second.campaign_id}/people/{who}").text
    assert "that were given for another campaign" in page
    table = manager.get(f"/campaigns/{second.campaign_id}/ranking.csv").text
    assert ",given_on" in table.splitlines()[0]
    assert TODAY.date().isoformat() in table
    portal_reuse.take_back(sessions, second.claim, now=TODAY)
    page = manager.get(f"/campaigns/{second.campaign_id}/people/{who}").text
    assert "has taken back the agreement" in page


def test_a_hidden_name_is_not_told_by_another_campaign(
    app, sessions, tenant, signed_in, sitting_bank, finished, other_id
):
    set_blind(sessions, tenant.recruiter, finished.campaign_id, blind=True, now=TODAY)
    service.rank_campaign(sessions, tenant.recruiter, sitting_bank, finished.campaign_id, now=TODAY)
    who = finished.invitation().candidate_id
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{finished.campaign_id}/consider"
    page = recruiter.get(f"{address}?person={who}").text
    assert "Reveal the name" in page
    assert "Ada" not in page
    token = csrf(recruiter.get(f"/campaigns/{finished.campaign_id}/").text)
    typed = {"csrf_token": token, "person": str(who), "other": str(other_id)}
    assert recruiter.post(address, data=typed).status_code == 422
    with reading(sessions, tenant.organisation_id) as session:
        there = select(Invitation.id).where(Invitation.campaign_id == other_id)
        assert session.scalar(there) is None


@pytest.mark.parametrize("counts", list(Counts))
def test_placement_takes_the_answers_that_the_rule_says(
    app, sessions, tenant, sitting_bank, finished, second, counts
):
    retest_service.allow_sooner(
        sessions, tenant.recruiter, second.campaign_id, second.invitation_id, "A broken line",
        today=TODAY.date(), now=TODAY,
    )  # fmt: skip
    later = TODAY + timedelta(days=1)
    sittings.begin_anew(sessions, sitting_bank, second.claim, now=later)
    sittings.agree(sessions, second.claim, now=later)
    sittings.submit(sessions, sitting_bank, second.claim, now=later)
    chief = tenant.members[RoleName.ADMINISTRATOR]
    retest_service.set_rule(sessions, chief, None, Policy(counts=counts), now=later)
    with reading(sessions, tenant.organisation_id) as session:
        both = open_campaigns(session, TODAY.date())
        found = read_applicants(session, both, batteries(session, sitting_bank, both))
        [entry] = [kept for (key, _digest), kept in found.scores.items() if key == "work-style"]
        with app.test_request_context():
            lines = which_answers(session, second.campaign_id, of(finished))
    # The second time nothing was answered, so nothing has a score.
    assert np.isfinite(entry.table.mean).any() == (counts is Counts.FIRST)
    assert "answered anew for this campaign" in lines[0]


def of(person):
    """Give somebody's entry as far as it is asked here."""
    return SimpleNamespace(candidate_id=person.invitation().candidate_id, given_on=None)
