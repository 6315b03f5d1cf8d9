"""The invitation's mail: by a real SMTP server, into a folder, and once."""

import email
import email.policy
import smtplib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.campaigns import inviting, queries, service
from assess.campaigns.mailing import Undelivered, minutes_needed, send_mail
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.errors import Conflict, NotFound, Refused
from assess.instruments.model import Block
from assess.jobs import mail, queue
from assess.jobs.models import Job, JobState
from assess.jobs.worker import Work, run_until_idle
from assess.web import links
from tests.campaigns.conftest import PEOPLE
from tests.mail_server import free_port
from tests.service import NOW

FORBIDDEN = (
    "The mail server refused the mail: the rules of that mail server forbid it (code 5.7.1). "
    "The server said “spam”."
)


@pytest.fixture
def invited(sessions, tenant, open_campaign):
    """Invite two people to a campaign that is open today."""
    today = datetime.now(UTC)
    campaign_id = open_campaign(opens_on=today.date(), closes_on=today.date() + timedelta(days=14))
    return service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=today)


@pytest.fixture
def at(sessions, tenant, invited):
    """Give a function that reads an invitation's row."""

    def row(place: int = 0) -> Invitation:
        with reading(sessions, tenant.organisation_id) as session:
            return session.get_one(Invitation, invited.invitation_ids[place])

    return row


def work_of(sessions, settings, *, attempts=1) -> Work:
    job = queue.claim(sessions, "test", now=datetime.now(UTC) + timedelta(hours=1))
    assert job is not None
    return Work(sessions, settings, replace(job, attempts=attempts), datetime.now(UTC))


def test_the_mail_reaches_a_server_with_everything_the_person_needs(
    sessions, smtp, invited, at, bank
):
    inbox, settings = smtp
    assert run_until_idle(sessions, settings, HANDLERS) == 2
    minutes = minutes_needed(
        [bank.instrument(key) for key in ("work-style", "service-judgement-a")]
    )
    to_ada, to_ben = sorted(inbox.mails, key=lambda message: message["To"])
    assert (to_ada["To"], to_ben["To"]) == ("ada@example.org", "ben@example.org")
    assert to_ada["Subject"] == "Parcel Friend: your invitation to answer some questions"
    assert to_ada["Reply-To"] == "recruiter@harbour-care.example"
    body = to_ada.get_content()
    closes_on = datetime.now(UTC).date() + timedelta(days=14)
    for words in (
        "Hello Ada Okoye,", "Harbour Care", "2 questionnaires", f"{minutes} minutes",
        f"{closes_on.day} {closes_on:%B %Y}.", "A person at Harbour Care", "another way",
        "recruiter of Harbour Care",
    ):  # fmt: skip
        assert words in body
    assert to_ben.get_content().startswith("Hello,\r\n")
    token = body.split(f"{settings.public_url}/i/")[1].split()[0]
    claim = links.claim(settings, "candidate", token, now=datetime.now(UTC))
    assert (claim.id, claim.generation) == (invited.invitation_ids[0], 1)
    assert at().sent_at is not None
    assert at().send_fault is None


MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
}


@pytest.mark.parametrize(
    ("language", "greeting", "subject", "day"),
    [
        ("fr", "Bonjour Ada,", "votre invitation à répondre à quelques questions", "{} {} {}"),
        ("es", "Hola, Ada:", "su invitación para responder algunas preguntas", "{} de {} de {}"),
        ("id", "Halo Ada,", "undangan Anda untuk menjawab beberapa pertanyaan", "{} {} {}"),
    ],
)
def test_the_mail_is_received_in_the_person_s_language(
    sessions, smtp, tenant, open_campaign, language, greeting, subject, day
):
    inbox, settings = smtp
    today = datetime.now(UTC)
    last = today.date() + timedelta(days=14)
    campaign_id = open_campaign(opens_on=today.date(), closes_on=last)
    people = [service.Person("Ada", "ada@example.org", language)]
    service.invite(sessions, tenant.recruiter, campaign_id, people, now=today)
    run_until_idle(sessions, settings, HANDLERS)
    [mail_] = inbox.mails
    assert subject in mail_["Subject"]
    body = mail_.get_content()
    assert body.startswith(f"{greeting}\r\n")
    month = MONTHS[language].split()[last.month - 1]
    assert day.format(last.day, month, last.year) in body
    assert f"{settings.public_url}/practice?lang={language}" in body
    assert "customers" not in body, "an English sentence was left"


def test_without_a_server_the_mail_lies_in_the_folder(sessions, settings, invited, at):
    run_until_idle(sessions, settings, HANDLERS)
    files = sorted(settings.mail_dir.glob("*.eml"))
    assert len(files) == 2
    text = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert f"{settings.public_url}/i/" in text.get_content()
    assert at().sent_at is not None


def test_a_mail_that_is_sent_is_not_sent_again(sessions, smtp, invited, at):
    inbox, settings = smtp
    work = work_of(sessions, settings)
    send_mail(work)
    first = at().sent_at
    send_mail(work)
    assert len(inbox.mails) == 1
    assert at().sent_at == first


def test_a_worker_that_dies_after_sending_repeats_the_same_message(
    sessions, smtp, invited, monkeypatch
):
    inbox, settings = smtp
    work = work_of(sessions, settings)
    with monkeypatch.context() as dying:
        dying.setattr(service, "note_sent", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_mail(work)
    send_mail(work)
    assert len({message["Message-ID"] for message in inbox.mails}) == 1
    assert len(inbox.mails) == 2


def test_an_address_refused_for_good_is_noted_and_not_tried_again(
    sessions, smtp, invited, at, tenant
):
    inbox, settings = smtp
    inbox.refusal = "550 no such person ada@example.org"
    assert run_until_idle(sessions, settings, HANDLERS) == 2
    assert at().sent_at is None
    assert at().send_fault == (
        "The mail server refused the address (code 550). "
        "The server said “no such person (address)”."
    )
    with reading(sessions, tenant.organisation_id) as session:
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}
        assert queries.progress(session, at().campaign_id).failed == 2


def test_an_address_refused_for_now_is_tried_later_and_the_job_names_nobody(
    sessions, smtp, invited, at, tenant
):
    inbox, settings = smtp
    inbox.refusal = "450 try later, ada@example.org"
    assert run_until_idle(sessions, settings, HANDLERS) == 2
    assert (at().sent_at, at().send_fault) == (None, None)
    with reading(sessions, tenant.organisation_id) as session:
        jobs = session.scalars(select(Job)).all()
    assert {job.state for job in jobs} == {JobState.WAITING}
    assert all("Undelivered" in job.fault and "example.org" not in job.fault for job in jobs)


@pytest.mark.parametrize("attempts", [1, queue.MAX_ATTEMPTS])
def test_a_server_that_is_away_is_told_after_the_last_try(
    sessions, settings, invited, at, attempts
):
    away = replace(settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    with pytest.raises(Undelivered, match="ConnectionRefusedError"):
        send_mail(work_of(sessions, away, attempts=attempts))
    told = "The mail server could not be reached." if attempts == queue.MAX_ATTEMPTS else None
    assert at().send_fault == told


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (smtplib.SMTPDataError(554, b"5.7.1 spam"), FORBIDDEN),
        (smtplib.SMTPDataError(451, b"later"), None),
        (smtplib.SMTPAuthenticationError(535, b"no"), None),
        (smtplib.SMTPNotSupportedError(), "The mail server cannot write to this kind of address."),
        (ValueError(), "The address or the title cannot stand in a mail."),
        (TimeoutError(), None),
    ],
)
def test_only_what_no_later_try_mends_is_final(
    sessions, settings, invited, at, monkeypatch, raised, told
):
    def fail(*_):
        raise raised

    monkeypatch.setattr(mail, "send", fail)
    work = work_of(sessions, settings)
    if told is None:
        with pytest.raises(Undelivered):
            send_mail(work)
    else:
        send_mail(work)
    assert at().send_fault == told


def test_a_mail_that_failed_can_be_sent_again_once(sessions, smtp, invited, at, tenant):
    inbox, settings = smtp
    inbox.refusal = "550 no"
    run_until_idle(sessions, settings, HANDLERS)
    inbox.refusal = None
    again = (sessions, tenant.recruiter, at().campaign_id, at().id)
    now = datetime.now(UTC)
    service.send_again(*again, now=now)
    with pytest.raises(Conflict):
        service.send_again(*again, now=now)
    assert run_until_idle(sessions, settings, HANDLERS) == 1
    assert [message["To"] for message in inbox.mails] == ["ada@example.org"]
    assert (at().send_fault, at().sent_at is not None) == (None, True)
    assert at(1).sent_at is None


def test_sending_again_stays_in_the_campaign_and_the_role(
    sessions, invited, at, tenant, other_tenant, open_campaign
):
    analyst = tenant.members[RoleName.ANALYST]
    for actor, campaign_id, fault in (
        (tenant.recruiter, open_campaign(), NotFound),
        (other_tenant.recruiter, at().campaign_id, NotFound),
        (analyst, at().campaign_id, Refused),
    ):
        with pytest.raises(fault):
            service.send_again(sessions, actor, campaign_id, at().id, now=NOW)


def test_after_the_end_nothing_is_sent(sessions, smtp, invited, at):
    inbox, settings = smtp
    work = replace(work_of(sessions, settings), now=datetime.now(UTC) + timedelta(days=30))
    send_mail(work)
    assert inbox.mails == []
    assert at().send_fault == "The campaign was over before the mail could be sent."


def test_an_invitation_that_is_gone_is_no_fault(sessions, smtp, invited, tenant):
    inbox, settings = smtp
    work = work_of(sessions, settings)
    with writing(sessions, tenant.organisation_id) as session:
        for model in (Invitation, Candidate):
            for row in session.scalars(select(model)):
                session.delete(row)
            session.flush()
    send_mail(work)
    assert inbox.mails == []


def test_no_mail_goes_out_before_the_first_day(sessions, tenant, open_campaign, settings):
    now = datetime.now(UTC)
    first = now.date() + timedelta(days=3)
    campaign_id = open_campaign(opens_on=first, closes_on=first)
    service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=now)
    assert run_until_idle(sessions, settings, HANDLERS) == 0
    job = queue.claim(sessions, "test", now=datetime.combine(first, inviting.FIRST_MAILS, UTC))
    assert job is not None


@pytest.mark.parametrize(("statements", "minutes"), [(1, 5), (36, 5), (37, 10), (106, 10)])
def test_the_minutes_are_rounded_up_to_the_next_five(bank, statements, minutes):
    """Three minutes to start and 3.25 s a statement: 36 take 4:57, 37 take 5:00.25."""
    whole = bank.instrument("work-style")
    items = (*whole.items, *whole.items)[:statements]
    assert minutes_needed([replace(whole, blocks=(Block("b", None, items),))]) == minutes


def test_scenarios_take_longer_than_statements(bank):
    style, judgement = (bank.instrument(key) for key in ("work-style", "service-judgement-a"))
    as_statements = replace(judgement, kind="rating")
    assert minutes_needed([judgement]) > minutes_needed([as_statements])
    # The promise to candidates: the default battery in about twenty minutes.
    assert minutes_needed([style, judgement]) == 20


def test_twenty_four_blocks_of_most_and_least_take_ten_minutes(bank):
    assert minutes_needed([bank.instrument("disc-tetrads")]) == 10
