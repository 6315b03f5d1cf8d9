"""What one said about what the job asks for, on one's own pages."""

import pytest

from assess.campaigns import requirement_queries, requirement_service
from assess.candidates.requirements import Kind, Requirement
from assess.db.scope import reading
from assess.errors import Refused
from assess.portal import job_service
from assess.rankings import service as rankings
from tests.portal.test_journey import decided_and_told
from tests.sittings.conftest import TODAY
from tests.web.test_templates import checked

NIGHT = Requirement(Kind.SHIFT, name="night")


@pytest.fixture
def asking(sessions, tenant, handed_in):
    requirement_service.set_requirements(
        sessions, tenant.recruiter, handed_in.campaign_id, [NIGHT], "", after=0, now=TODAY
    )
    return handed_in


def state(person):
    with reading(person.sessions, person.tenant.organisation_id) as session:
        found = requirement_queries.of_invitation(session, person.campaign_id, person.invitation_id)
    return found.status.state


def test_where_nothing_is_asked_there_is_no_page(own):
    assert "/my/job" not in own.get("/my/").text
    assert own.get("/my/job").status_code == 404


def test_it_can_be_corrected(asking, own):
    assert "/my/job" in own.get("/my/").text
    checked(own.get("/my/job").text)
    assert (
        "What you said is changed" in own.post("/my/job", number="1", **{"shift:night": "no"}).text
    )
    assert state(asking) == "not_met"
    own.post("/my/job", number="1", **{"shift:night": "yes"})
    assert state(asking) == "met"
    assert own.acts().count("requirements answered") == 2
    assert own.post("/my/job", number="1", **{"shift:night": "maybe"}).status_code == 422
    assert own.post("/my/job", number="7", **{"shift:night": "no"}).status_code == 409
    assert state(asking) == "met"


def test_not_once_a_decision_is_told(asking, own, tenant, sessions, sitting_bank):
    own.post("/my/job", number="1", **{"shift:night": "no"})
    rankings.rank_campaign(sessions, tenant.recruiter, sitting_bank, asking.campaign_id, now=TODAY)
    who = {
        "campaign_id": asking.campaign_id,
        "candidate_id": asking.invitation().candidate_id,
    }
    decided_and_told(sessions, tenant, "decline", **who, told=False)
    assert "Save" in own.get("/my/job").text, "what is decided and not told yet does not show"
    decided_and_told(sessions, tenant, "decline", **who, told=True)
    page = own.get("/my/job").text
    checked(page)
    assert "It cannot be changed here any more" in page
    assert "Save" not in page
    with pytest.raises(Refused):
        job_service.declare(sessions, asking.claim, {}, number=1, now=TODAY)
    assert state(asking) == "not_met"
