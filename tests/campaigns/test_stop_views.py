"""One click stops reminders: without a cookie, by POST alone, for one person."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent
from assess.campaigns import queries, service, stopping
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.web import links
from tests.campaigns.conftest import PEOPLE, TODAY

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(sessions, tenant, open_campaign, settings) -> str:
    """Invite Ada and Ben; give the path that stops Ada's reminders."""
    campaign_id = open_campaign(opens_on=TODAY, closes_on=TODAY + timedelta(days=14))
    now = datetime.now(UTC)
    done = service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=now)
    with reading(sessions, tenant.organisation_id) as session:
        view = queries.invitation(session, done.invitation_ids[0])
    return stopping.stop_link(settings, view).removeprefix(settings.public_url)


@pytest.fixture
def stopped(sessions, tenant):
    def ask() -> list[bool]:
        with reading(sessions, tenant.organisation_id) as session:
            moments = session.scalars(
                select(Candidate.reminders_stopped_at).order_by(Candidate.email)
            ).all()
        return [moment is not None for moment in moments]

    return ask


def test_the_click_of_a_mail_program_stops_them_at_once(app, link, stopped, sessions, tenant):
    answer = app.test_client().post(link, data=ONE_CLICK)
    assert answer.status_code == 200, "a mail program must not be led on"
    assert "Set-Cookie" not in answer.headers
    assert stopped() == [True, False]
    app.test_client().post(link, data=ONE_CLICK, content_type="multipart/form-data")
    with reading(sessions, tenant.organisation_id) as session:
        acts = session.scalars(
            select(AuditEvent).where(AuditEvent.subject_kind == "candidate")
        ).all()
    assert [(event.act, event.actor_kind) for event in acts] == [("reminders stopped", "link")]


def test_opening_the_link_changes_nothing_and_shows_one_button(app, link, stopped):
    client = app.test_client()
    for _again in range(2):
        shown = client.get(link)
        assert shown.status_code == 200
        assert shown.text.count("<button") == 1
        assert "Harbour Care" in shown.text
        assert "Ada" not in shown.text, "the page names nobody"
    assert client.head(link).status_code == 200
    assert stopped() == [False, False]


def test_the_button_stops_and_undo_takes_it_back(app, link, stopped):
    client = app.test_client()
    done = client.post(link, data={"act": "stop"})
    assert "Reminders are stopped" in done.text
    assert "Your invitation stays valid" in done.text
    assert "Reminders are stopped" in client.get(link).text
    assert stopped() == [True, False]
    assert "No more reminders?" in client.post(link, data={"act": "resume"}).text
    assert stopped() == [False, False]


@pytest.mark.parametrize("data", [{}, {"act": "delete"}, {"List-Unsubscribe": "yes"}])
def test_any_other_post_is_refused(app, link, stopped, data):
    assert app.test_client().post(link, data=data).status_code == 422
    assert stopped() == [False, False]


def test_a_link_of_another_kind_or_a_changed_one_stops_nothing(
    app, link, stopped, settings, sessions, tenant
):
    client, later = app.test_client(), datetime.now(UTC) + timedelta(days=1)
    candidates_own = links.token(settings, "candidate", 1, 1, later)
    for path in (f"/stop-mail/{candidates_own}", link.replace(".", ".x", 1)):
        assert client.post(path, data=ONE_CLICK).status_code == 404
    nobody = links.token(settings, stopping.STOP_PURPOSE, 999_999, 0, later)
    assert client.post(f"/stop-mail/{nobody}", data=ONE_CLICK).status_code == 404
    past = links.token(settings, stopping.STOP_PURPOSE, 1, 0, later - timedelta(days=2))
    assert client.post(f"/stop-mail/{past}", data=ONE_CLICK).status_code == 403
    assert stopped() == [False, False]


def test_the_link_lets_nobody_in(app, link):
    token = link.removeprefix("/stop-mail/")
    assert app.test_client().get(f"/i/{token}").status_code == 404


def test_it_works_when_the_invitations_link_was_taken_back(app, link, stopped, sessions, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        for row in session.scalars(select(Invitation)):
            row.generation += 1
    assert app.test_client().post(link, data=ONE_CLICK).status_code == 200
    assert stopped() == [True, False]
