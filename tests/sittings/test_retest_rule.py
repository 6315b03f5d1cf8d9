"""Members set the retest rule and let one person answer sooner."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.sittings import retest_service, reuse_queries, service
from assess.sittings.retest import DEFAULT, Counts, Policy
from tests.service import csrf
from tests.sittings.conftest import TODAY
from tests.sittings.test_reuse import again, finished

__all__ = ["again", "finished"]

OWN = Policy(90, 3, Counts.FIRST, 200)


@pytest.fixture
def rule(sessions, tenant):
    def read(campaign_id=None):
        with reading(sessions, tenant.organisation_id) as session:
            return reuse_queries.policy(session, campaign_id)

    return read


def acts(sessions, tenant, act):
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalars(select(AuditEvent.detail).where(AuditEvent.act == act)).all()


def test_a_campaign_follows_the_organisation_until_it_has_a_rule(sessions, tenant, invited, rule):
    chief = tenant.members[RoleName.ADMINISTRATOR]
    assert rule(invited.campaign_id) == DEFAULT
    for _ in range(2):
        retest_service.set_rule(sessions, chief, None, OWN, now=TODAY)
    assert rule() == rule(invited.campaign_id) == OWN
    assert acts(sessions, tenant, "retest rule set") == [{"rule": OWN.plain()}]
    other = replace(OWN, cool_off_days=0)
    retest_service.set_rule(sessions, tenant.recruiter, invited.campaign_id, other, now=TODAY)
    assert (rule(), rule(invited.campaign_id)) == (OWN, other)
    retest_service.set_rule(sessions, tenant.recruiter, invited.campaign_id, None, now=TODAY)
    assert rule(invited.campaign_id) == OWN


def test_who_may_not_is_refused(sessions, tenant, other_tenant, invited):
    with pytest.raises(Refused):
        retest_service.set_rule(sessions, tenant.recruiter, None, OWN, now=TODAY)
    with pytest.raises(NotFound):
        retest_service.set_rule(
            sessions, other_tenant.recruiter, invited.campaign_id, OWN, now=TODAY
        )
    with pytest.raises(Invalid):
        retest_service.set_rule(
            sessions, tenant.recruiter, invited.campaign_id, replace(OWN, valid_days=0), now=TODAY
        )


def allow(sessions, person, reason="The line broke twice"):
    retest_service.allow_sooner(
        sessions, person.tenant.recruiter, person.campaign_id, person.invitation_id, reason,
        today=TODAY.date(), now=TODAY,
    )  # fmt: skip


def test_an_exception_lets_one_person_answer_now(sessions, tenant, sitting_bank, finished, again):
    second, third = again(), again()
    with reading(sessions, tenant.organisation_id) as session:
        parts = sitting_parts(session, second)
        found = reuse_queries.waiting(session, second.campaign_id, parts, TODAY.date())
    day = (TODAY + timedelta(days=180)).date()
    assert found == [reuse_queries.Waiting(second.invitation_id, "Ada", day)]
    with pytest.raises(Invalid):
        allow(sessions, second, "  ")
    for _ in range(2):
        allow(sessions, second)
    assert acts(sessions, tenant, "retest allowed sooner") == [{}]
    with reading(sessions, tenant.organisation_id) as session:
        assert not reuse_queries.waiting(session, second.campaign_id, parts, TODAY.date())
    service.begin_anew(sessions, sitting_bank, second.claim, now=TODAY)
    with pytest.raises(Refused):
        service.begin_anew(sessions, sitting_bank, third.claim, now=TODAY)
    with pytest.raises(Conflict):
        allow(sessions, finished)


def sitting_parts(session, person):
    return campaigns.campaign(session, person.campaign_id).parts


def test_members_set_it_on_pages(sessions, tenant, signed_in, finished, again, rule):
    second = again()
    chief = signed_in(tenant, RoleName.ADMINISTRATOR)
    page = chief.get("/retest")
    assert "There is no “best of all”" in page.text
    typed = {
        "csrf_token": csrf(page.text), "cool_off_days": "30", "most_in_year": "3",
        "counts": "first", "valid_days": "300",
    }  # fmt: skip
    assert chief.post("/retest", data={**typed, "most_in_year": "0"}).status_code == 422
    assert chief.post("/retest", data=typed).status_code == 303
    assert rule() == Policy(30, 3, Counts.FIRST, 300)
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{second.campaign_id}/retest"
    page = recruiter.get(address)
    assert "Who has to wait" in page.text
    assert "Ada" in page.text
    token = csrf(page.text)
    typed |= {"csrf_token": token, "whose": "own", "counts": "latest"}
    assert recruiter.post(address, data=typed).status_code == 303
    assert rule(second.campaign_id) == Policy(30, 3, Counts.LATEST, 300)
    allowed = f"{address}/{second.invitation_id}/allow"
    refused = recruiter.post(allowed, data={"csrf_token": token, "reason": " "})
    assert refused.status_code == 422
    assert "Please say why" in refused.text
    done = recruiter.post(
        allowed, data={"csrf_token": token, "reason": "Ill on the day"}, follow_redirects=True
    )
    assert "may answer now" in done.text
    assert "Nobody who is invited has to wait" in done.text
