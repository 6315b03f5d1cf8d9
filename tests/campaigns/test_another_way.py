"""A candidate's own question for another way: seen before it is sent, mailed, answered."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.app import HANDLERS
from assess.campaigns import another_way
from assess.campaigns.models import WayRequest
from assess.db.scope import reading
from assess.errors import NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_one
from assess.sittings import easing
from assess.sittings.comfort import Comfort
from tests.service import csrf
from tests.sittings.conftest import Browser, invite, open_to_answers

WORDS = "A talk by phone would suit me.\nBest after six."


@pytest.fixture
def asked(app, sessions, tenant, settings, bank):
    """Give somebody who has opened the link, and their browser."""
    campaign_id = open_to_answers(sessions, tenant, bank)
    person = invite(sessions, tenant, settings, campaign_id, "Ada")
    walked = Browser(app.test_client())
    walked.enter(person)
    return person, walked


def send(walked, message=WORDS):
    page = walked.get("/take/another-way").text
    preview = walked.press(page, "/take/another-way", message=message)
    return preview, walked.press(
        preview.text, "/take/another-way", message=message.strip(), send="1"
    )


def ways(sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalars(select(WayRequest).order_by(WayRequest.id)).all()


def test_nothing_is_sent_before_it_was_seen(asked, sessions, tenant):
    _person, walked = asked
    page = walked.get("/take/another-way").text
    preview = walked.press(page, "/take/another-way", message=WORDS)
    assert "Ada asks for another way to take part." in preview.text
    assert "A talk by phone would suit me." in preview.text
    assert ways(sessions, tenant) == []
    changed = walked.press(preview.text, "/take/another-way", message=WORDS, edit="1")
    assert f"{WORDS}</textarea>" in changed.text
    assert ways(sessions, tenant) == []


def test_a_question_is_shown_to_who_hires_and_answered(asked, signed_in, sessions, tenant):
    person, walked = asked
    _preview, sent = send(walked)
    assert "It is not answered yet" in sent.text
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{person.campaign_id}/"
    page = client.get(address).text
    assert "Ada asks for another way to take part." in page
    assert "Best after six." in page
    assert page.count("not answered") == 2  # in its place, and in the person's row
    [way] = ways(sessions, tenant)
    done = client.post(
        f"{address}ways/{way.id}/answered", data={"csrf_token": csrf(page)}, follow_redirects=True
    )
    assert "another way: answered" in done.text
    assert "It was answered on" in walked.get("/take/another-way").text
    with reading(sessions, tenant.organisation_id) as session:
        acts = session.scalars(select(AuditEvent.act)).all()
    assert {"another way asked for", "another way answered"} <= set(acts)


def test_the_owner_gets_one_mail_with_what_the_preview_showed(asked, settings, sessions, tenant):
    person, walked = asked
    easing.set_comfort(
        sessions, default_catalogue(), person.claim, Comfort(text="largest"), now=datetime.now(UTC)
    )
    send(walked)
    send(walked)  # the same words again are the same question
    while run_one(sessions, settings, HANDLERS):
        pass
    [path] = settings.mail_dir.glob("*.eml")
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert letter["To"] == tenant.emails[RoleName.RECRUITER]
    assert letter["Subject"] == "Ada asks for another way to take part"
    text = letter.get_content()
    assert WORDS in text.replace("\r\n", "\n")
    assert f"/campaigns/{person.campaign_id}/#ways" in text
    assert "largest" not in text.lower()
    [way] = ways(sessions, tenant)
    assert way.mailed_at is not None


def test_a_message_is_not_needed_and_a_long_one_is_not_lost(asked, sessions, tenant):
    _person, walked = asked
    page = walked.get("/take/another-way").text
    long = walked.press(page, "/take/another-way", message="x" * 1001, send="1")
    assert long.status_code == 422
    assert "x" * 1001 in long.text
    assert ways(sessions, tenant) == []
    send(walked, "")
    [way] = ways(sessions, tenant)
    assert way.message == ""


def test_only_who_may_marks_it_as_answered(asked, sessions, tenant, other_tenant):
    person, walked = asked
    send(walked)
    [way] = ways(sessions, tenant)
    now = datetime.now(UTC)
    with pytest.raises(Refused):
        another_way.mark_answered(
            sessions, tenant.members[RoleName.ANALYST], person.campaign_id, way.id, now=now
        )
    with pytest.raises(NotFound):
        another_way.mark_answered(
            sessions, other_tenant.recruiter, person.campaign_id, way.id, now=now
        )
    assert ways(sessions, tenant)[0].answered_at is None


def test_roles_that_see_no_people_see_no_question(asked, signed_in, tenant):
    person, walked = asked
    send(walked)
    page = signed_in(tenant, RoleName.ANALYST).get(f"/campaigns/{person.campaign_id}/").text
    assert "another way" not in page
