"""Own texts of mails: places filled in and nothing else, what is always said, versions."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.campaigns import letters, service, wording_queries, wording_service
from assess.campaigns.models import Campaign, Mailing, MailKind, MailWording
from assess.campaigns.wording import Wording, check, fill, tidy
from assess.campaigns.wording_queries import Scope
from assess.db.scope import reading
from assess.errors import Invalid, NotFound, Refused
from assess.jobs.worker import run_until_idle
from assess.web.languages import LANGUAGES
from tests.service import NOW, csrf

TEXT = Wording("Come to {brand}", "{greeting}\n\nPlease answer, {name}: {link}\n\n{organisation}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind)
def test_our_own_text_can_be_kept_as_a_wording(kind, language):
    ours = letters.original(kind, language)
    check(kind, ours)
    assert "{greeting}" in ours.body
    assert tidy(ours.subject, ours.body) == ours


@pytest.mark.parametrize(
    ("kind", "subject", "body", "faults"),
    [
        ("invitation", "Hi", "Go to {link}\n{lnk}", ["text, line 2: {lnk} is not known here"]),
        ("invitation", "Hi {link}", "{link}", ["subject: {link} is not known here"]),
        (
            "invitation", "Hi", "Come",
            ["text: {link} is missing; without it nobody gets to the questions"],
        ),
        (
            "declined", "Hi", "So {long",
            ["text, line 1: a brace stands alone; braces are for places such as {brand}"],
        ),
        ("declined", "Hi", "{link}", ["text, line 1: {link} is not known here"]),
        ("declined", "Hi", "{name.a}", ["text, line 1: {name.a} is not known here"]),
        ("declined", "Hi\nBcc: all@example.org", "So",
         ["subject: holds a line break or a character that cannot be shown"]),
        ("declined", "", "So\u202e", ["subject: must have 1 to 150 characters",
         "text, line 1: holds a character that cannot be shown"]),
    ],
)  # fmt: skip
def test_a_fault_names_its_line(kind, subject, body, faults):
    with pytest.raises(Invalid) as refused:
        check(MailKind(kind), Wording(subject, body))
    assert list(refused.value.faults) == faults


@given(st.text(), st.text())
def test_a_value_is_put_in_once_and_stays_one_line(name, brand):
    filled = fill("{name}|{brand}", {"name": name, "brand": brand})
    assert filled == f"{' '.join(name.split())}|{' '.join(brand.split())}"
    assert len(filled.splitlines()) == 1


def test_an_empty_value_takes_its_blank_along():
    assert fill("Hello {name}, at {job}.", {"name": "", "job": "Desk"}) == "Hello, at Desk."


@pytest.fixture
def campaign_id(open_campaign):
    today = datetime.now(UTC).date()
    return open_campaign(opens_on=today, closes_on=today + timedelta(days=14))


def write(sessions, actor, scope, wording, act="one", kind=MailKind.INVITATION, language="en"):
    wording_service.write(
        sessions, actor, scope, kind, language, wording, act=act, now=datetime.now(UTC)
    )


def sent(sessions, settings, tenant, campaign_id, name="Ada {link}"):
    people = [service.Person(name, "ada@example.org", "en")]
    service.invite(sessions, tenant.recruiter, campaign_id, people, now=datetime.now(UTC))
    run_until_idle(sessions, settings, HANDLERS)
    with reading(sessions, tenant.organisation_id) as session:
        row = session.scalars(select(Mailing)).one()
    path = next(settings.mail_dir.glob(f"{row.message_id}@*"))
    return row, email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def test_a_mail_has_the_text_that_counts_when_it_is_sent_and_what_is_always_said(
    sessions, settings, tenant, campaign_id
):
    write(sessions, tenant.recruiter, Scope(), TEXT)
    row, message = sent(sessions, settings, tenant, campaign_id)
    text = message.get_content()
    assert message["Subject"] == "Come to Parcel Friend"
    assert text.startswith("Hello Ada {link},\n\nPlease answer, Ada {link}: http://localhost/i/")
    assert "The computer rejects nobody." in text
    assert "If you need another way" in text
    with reading(sessions, tenant.organisation_id) as session:
        assert row.wording_id == session.scalars(select(MailWording.id)).one()


def test_without_an_own_text_the_mail_is_ours(sessions, settings, tenant, campaign_id):
    row, message = sent(sessions, settings, tenant, campaign_id)
    assert row.wording_id is None
    assert "You are invited to answer" in message.get_content()


def test_the_nearest_text_counts_and_taking_it_back_leaves_the_wider_one(
    sessions, tenant, campaign_id
):
    with reading(sessions, tenant.organisation_id) as session:
        brand_id = session.scalars(select(Campaign.brand_id)).one()
    scopes = (Scope(), Scope(brand_id=brand_id), Scope(campaign_id=campaign_id))
    for number, scope in enumerate(scopes):
        own = Wording(f"Number {number}", "{link}")
        write(sessions, tenant.recruiter, scope, own, act=f"a{number}")
        assert now_counts(sessions, tenant, campaign_id) == f"Number {number}"
    for number in (2, 1, 0):
        write(sessions, tenant.recruiter, scopes[number], None, act=f"b{number}")
        left = None if number == 0 else f"Number {number - 1}"
        assert now_counts(sessions, tenant, campaign_id) == left


def now_counts(sessions, tenant, campaign_id):
    with reading(sessions, tenant.organisation_id) as session:
        found = wording_queries.counting(session, campaign_id, MailKind.INVITATION, "en")
        return found and found.subject


def test_a_form_sent_twice_is_one_version_and_none_is_changed(sessions, tenant):
    write(sessions, tenant.recruiter, Scope(), TEXT, act="a")
    write(sessions, tenant.recruiter, Scope(), Wording("Other", "{link}"), act="a")
    write(sessions, tenant.recruiter, Scope(), TEXT, act="b")
    write(sessions, tenant.recruiter, Scope(), None, act="c")
    write(sessions, tenant.recruiter, Scope(), None, act="d")
    with reading(sessions, tenant.organisation_id) as session:
        found = wording_queries.versions(session, Scope(), MailKind.INVITATION, "en")
    assert [one.wording and one.wording.subject for one in found] == [None, TEXT.subject]


def test_nobody_writes_for_another_organisation(sessions, tenant, other_tenant, campaign_id):
    with pytest.raises(NotFound):
        write(sessions, other_tenant.recruiter, Scope(campaign_id=campaign_id), TEXT)
    with pytest.raises(Refused):
        write(sessions, tenant.members[RoleName.HIRING_MANAGER], Scope(), TEXT)


def test_a_decline_always_says_that_a_person_decided_and_offers_a_second_look(
    sessions, settings, tenant
):
    own = Wording("About {job}", "<b>No</b>, sorry.")
    with reading(sessions, tenant.organisation_id) as session:
        letter = wording_service.sample(
            session, settings, Scope(), MailKind.DECLINED, "fr", own, NOW
        )
    found = letters.parts(settings, letter, link="[…]")
    assert (found.subject, found.own) == ("About Customer support", "<b>No</b>, sorry.")
    assert "Une personne de Harbour Care" in found.fixed
    assert "[…]" in found.fixed


def test_the_page_shows_keeps_and_tests_a_text(sessions, settings, tenant, signed_in):
    client = signed_in(tenant, RoleName.RECRUITER)
    address = "/mail-texts/declined/en"
    page = client.get(address).text
    token, act = csrf(page), "an act of the form"
    assert "Alex Example, who is made up" in page
    assert "second look by a person" in page
    sent_form = {"csrf_token": token, "act": act, "subject": "About {job}"}
    wrong = client.post(address, data={**sent_form, "body": "Dear {nam}", "do": "save"})
    assert wrong.status_code == 422
    assert "Text, line 1: {nam} is not known here." in wrong.text
    shown = client.post(address, data={**sent_form, "body": "<b>{job}</b>", "do": "preview"})
    assert "&lt;b&gt;Customer support&lt;/b&gt;" in shown.text
    assert "Versions" not in shown.text
    kept = client.post(address, data={**sent_form, "body": "On {job}", "do": "save"})
    assert kept.status_code == 303
    assert client.post(f"{address}/test", data={"csrf_token": token, "act": act}).status_code == 303
    run_until_idle(sessions, settings, HANDLERS)
    [path] = settings.mail_dir.glob("test-*")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == tenant.emails[RoleName.RECRUITER]
    assert message["Subject"] == "[Test] About Customer support"
    back = client.post(f"{address}/back", data={"csrf_token": token, "act": "another"})
    assert back.status_code == 303
    assert "Taken back" in client.get(address).text
