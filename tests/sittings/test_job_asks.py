"""What the job asks for, before the questions: asked, answered, never in anybody's way."""

from datetime import date

import pytest
from sqlalchemy import select

from assess.campaigns import requirement_queries, requirement_service
from assess.campaigns.models import Invitation
from assess.candidates.requirements import Kind, Requirement
from assess.db.scope import reading
from assess.errors import Refused
from assess.rankings import service as rankings
from assess.sittings import declaring
from assess.sittings import service as sittings
from assess.sittings.models import Score
from tests.sittings.conftest import TODAY
from tests.web.test_templates import checked

FRENCH = Requirement(Kind.LANGUAGE, name="fr", level="good")
START = Requirement(Kind.START, must=False, by=date(2030, 3, 1))
PLACE = Requirement(Kind.PLACE, must=False, places=('A "b" <i>',), home="")


@pytest.fixture
def asks(sessions, tenant, invited):
    """Let the campaign ask for something; again for something else."""

    def asks_(*requirements, after=0):
        requirement_service.set_requirements(
            sessions, tenant.recruiter, invited.campaign_id, requirements, "so", after=after,
            now=TODAY,
        )  # fmt: skip

    return asks_


@pytest.fixture
def walked(asks, invited, browser):
    """Give a browser on the page that asks, and that page."""
    asks(FRENCH, START, PLACE)
    one = browser()
    page = one.press(one.enter(invited).text, "/take/")
    assert page.request.path == "/take/job"
    return one, page


def said(invited, sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        return requirement_queries.of_invitation(
            session, invited.campaign_id, invited.invitation_id
        )


def test_who_is_asked_nothing_meets_no_page(invited, browser):
    one = browser()
    notice = one.enter(invited)
    assert "This job asks for" not in notice.text
    assert one.press(notice.text, "/take/").request.path == "/take/practice"
    assert one.get("/take/job").location == "/take/"
    assert one.get("/take/job/said").location == "/take/"
    assert one.press(notice.text, "/take/job").status_code == 404


def test_the_notice_tells_first_and_nobody_is_asked_before_consent(asks, invited, browser):
    asks(FRENCH, START)
    one = browser()
    notice = one.enter(invited)
    checked(notice.text)
    assert "French, at least: good" in notice.text
    assert "Start on 1 March 2030 or before" in notice.text
    assert one.get("/take/job").location == "/take/"


def test_a_must_that_is_not_met_is_told_kindly_and_the_way_goes_on(
    walked, invited, sessions, tenant
):
    one, page = walked
    checked(page.text)
    assert "A &#34;b&#34; &lt;i&gt;" in page.text
    told = one.press(page.text, "/take/job", number="1", **{"language:fr": "basic"})
    assert told.request.path == "/take/job/said"
    checked(told.text)
    assert "You can go on all the same" in told.text
    assert "Basic: simple, everyday talk" in told.text
    assert said(invited, sessions, tenant).status.not_met == 1
    assert one.get("/take/").location == "/take/practice"
    better = one.press(page.text, "/take/job", number="1", **{"language:fr": "good"})
    assert better.request.path == "/take/practice"
    again = one.get("/take/job").text
    assert 'value="good" checked' in again
    assert said(invited, sessions, tenant).status.state == "met"


def test_every_question_can_be_left(walked, invited, sessions, tenant):
    one, page = walked
    onwards = one.press(page.text, "/take/job", number="1", **{"language:fr": "", "start:": ""})
    assert onwards.request.path == "/take/practice"
    found = said(invited, sessions, tenant)
    assert (found.declared.answers, found.status.state) == ({}, "not_said")


def test_what_is_no_answer_is_said_beside_it_and_the_rest_stays(walked, invited, sessions, tenant):
    one, page = walked
    fields = {"language:fr": "fluent", "start:": "1 March", "home:": "yes"}
    wrong = one.press(page.text, "/take/job", number="1", **fields)
    assert wrong.status_code == 422
    checked(wrong.text)
    assert "Please give the day" in wrong.text
    assert 'value="fluent" checked' in wrong.text
    assert 'value="1 March"' in wrong.text
    assert said(invited, sessions, tenant).declared is None


def test_another_language_keeps_what_was_chosen(walked, invited, sessions, tenant):
    one, page = walked
    fields = {"language:fr": "fluent", "language": "es"}
    spanish = one.press(page.text, "/take/job", number="1", **fields)
    assert (spanish.status_code, spanish.request.path) == (200, "/take/job")
    checked(spanish.text)
    assert "Lo que pide este puesto" in spanish.text
    assert "¿Qué tan bien habla este idioma: francés?" in spanish.text
    assert 'value="fluent" checked' in spanish.text
    assert said(invited, sessions, tenant).declared is None


def test_a_change_meanwhile_is_told_and_asked_again(walked, asks, invited, sessions, tenant):
    one, page = walked
    asks(FRENCH, Requirement(Kind.SHIFT, name="night"), after=1)
    late = one.press(page.text, "/take/job", number="1", **{"language:fr": "fluent"})
    assert late.status_code == 409
    checked(late.text)
    assert "The job asks for something else now" in late.text
    assert "Can you work night shifts?" in late.text
    assert 'value="fluent" checked' in late.text
    one.press(late.text, "/take/job", number="2", **{"language:fr": "fluent"})
    assert said(invited, sessions, tenant).status.not_said == 1
    asks(FRENCH, after=2)
    assert one.get("/take/").location == "/take/job", "before the practice everybody is asked again"


def test_a_foreign_page_says_nothing(walked):
    one, _page = walked
    answer = one.client.post("/take/job", data={"number": "1", "language:fr": "good"})
    assert answer.status_code == 403


def test_it_can_be_changed_before_handing_in_and_not_here_after(
    walked, agreed, invited, sessions, sitting_bank
):
    one, page = walked
    one.press(page.text, "/take/job", number="1")
    assert "/take/job" in one.get("/take/review").text
    sittings.submit(sessions, sitting_bank, invited.claim, now=TODAY)
    assert one.get("/take/job").location == "/take/thanks"
    with pytest.raises(Refused):
        declaring.declare(sessions, invited.claim, {}, number=1, now=TODAY)


def test_no_score_and_no_ranking_knows_of_it(asks, agreed, sessions, tenant, sitting_bank):
    sittings.submit(sessions, sitting_bank, agreed.claim, now=TODAY)
    rank = (sessions, tenant.recruiter, sitting_bank, agreed.campaign_id)
    before = rankings.rank_campaign(*rank, now=TODAY)
    asks(FRENCH)
    with reading(sessions, tenant.organisation_id) as session:
        scores = [(row.id, row.scales) for row in session.scalars(select(Score))]
        invitation = session.scalars(select(Invitation)).one()
        assert invitation.requirements_state is None
    assert rankings.rank_campaign(*rank, now=TODAY) == before
    with reading(sessions, tenant.organisation_id) as session:
        assert [(row.id, row.scales) for row in session.scalars(select(Score))] == scores
