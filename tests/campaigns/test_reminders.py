"""Reminders from the planner to a real SMTP server: to whom, when, once, in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

import pytest
from sqlalchemy import select

from assess.accounts.models import Brand, RoleName
from assess.campaigns import outbox, queries, service
from assess.campaigns.mailing import send_mail
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.queries import ReminderChoice
from assess.campaigns.reminders import HOURLY, PLAN_JOB, enqueue_plans
from assess.campaigns.reminding import Reminder
from assess.candidates.models import Candidate
from assess.candidates.service import Person
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.jobs import queue
from assess.jobs.models import Job, JobState
from assess.jobs.worker import Rounds, Work
from assess.sittings.models import Sitting
from tests.campaigns.conftest import PEOPLE
from tests.campaigns.mails import LAST_DAY, START, Mails, days


def test_who_has_not_started_gets_a_mail_with_everything_in_it(mails, mailed, smtp):
    inbox, settings = smtp
    mails.plan(START + days(2.9))
    assert mails.rows() == []
    mails.plan(START + days(3))
    assert mails.send(START + days(3)) == 2
    to_ada = next(m for m in inbox.mails if m["To"] == "ada@example.org")
    assert to_ada["Subject"] == "Parcel Friend: your questions are still waiting for you"
    assert to_ada["Reply-To"] == "recruiter@harbour-care.example"
    assert to_ada["Auto-Submitted"] == "auto-generated"
    assert to_ada["Content-Language"] == "en"
    assert to_ada["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert to_ada["Message-ID"].startswith("<not-started-")
    body = to_ada.get_content()
    stop = body.split("/stop-mail/")[1].split()[0]
    assert to_ada["List-Unsubscribe"] == f"<{settings.public_url}/stop-mail/{stop}>"
    for words in (
        "Hello Ada Okoye,", "You have not started yet", f"{settings.public_url}/i/",
        "The last day is Sunday", "29 March 2026.",
        "No more reminders from Harbour Care", "find another way",
    ):  # fmt: skip
        assert words in body
    assert to_ada.get_content_type() == "text/plain"
    assert parseaddr(to_ada["From"])[1] == "no-reply@localhost"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_no_name_and_no_address_in_the_database_can_add_a_header(mails, mailed, smtp, end):
    mails.set(Brand, name=f"Parcel{end}Bcc: evil@example.net")
    mails.set(Candidate, name=f"Ada{end}Bcc: evil@example.net", language=f"en{end}X: y")
    mails.plan(START + days(3))
    mails.send(START + days(3))
    assert all(letter["Bcc"] is letter["X"] is None for letter in smtp[0].mails)
    assert {to for letter in smtp[0].mails for to in letter.get_all("To")} <= {
        "ada@example.org", "ben@example.org",
    }  # fmt: skip
    assert {state for _kind, _ordinal, state in mails.rows()} <= {"sent", "failed"}


def test_who_stopped_halfway_and_who_has_two_days_left(mails, mailed, ada, smtp):
    ada(started_at=START + days(1), last_answer_at=START + days(1.1), answered=9)
    mails.plan(START + days(3.1))
    mails.send(START + days(3.1))
    found = {m["To"]: m for m in smtp[0].mails}
    assert found["ada@example.org"]["Subject"] == "Parcel Friend: you can go on where you stopped"
    assert "Every answer you gave is kept" in found["ada@example.org"].get_content()
    assert "still waiting" in found["ben@example.org"]["Subject"]
    smtp[0].mails.clear()
    eve = datetime(2026, 3, 27, 9, tzinfo=UTC)
    for moment in (eve, eve + days(1), eve + days(2)):
        mails.plan(moment)
        mails.send(moment)
    assert ["29 March 2026" in m["Subject"] for m in smtp[0].mails] == [True, True]
    assert "This is the last reminder" in smtp[0].mails[0].get_content()
    assert [kind for kind, _n, _s in mails.rows()].count("deadline") == 2


def test_planning_twice_and_sending_twice_doubles_nothing(mails, mailed, smtp, sessions, tenant):
    for _again in range(3):
        mails.plan(START + days(3))
    assert mails.rows() == [("not_started", 1, "queued")] * 2
    job = queue.claim(sessions, "dies", now=START + days(3))
    work = Work(sessions, smtp[1], job, START + days(3))
    send_mail(work)
    send_mail(work)  # the worker died before it could finish the job
    assert len(smtp[0].mails) == 1
    mails.send(START + days(3) + timedelta(minutes=5))
    assert len(smtp[0].mails) == 2


def test_the_same_mail_cannot_be_queued_twice(sessions, tenant, mailed, mails):
    mail = [(mailed[0], Reminder.STALLED, 1)]
    with writing(sessions, tenant.organisation_id) as session:
        outbox.queue_mails(session, mail, now=START)
    with (
        pytest.raises(Exception, match=r"(?i)unique"),
        writing(sessions, tenant.organisation_id) as session,
    ):
        outbox.queue_mails(session, mail, now=START)
    assert mails.rows() == [("stalled", 1, "queued")]


@pytest.mark.parametrize("what", ["finished", "withdrawn", "stopped", "over", "turned off"])
def test_a_queued_reminder_falls_away_when_there_is_no_need(
    mails, mailed, ada, smtp, sessions, tenant, what
):
    now = START + days(3)
    mails.plan(now)
    if what == "finished":
        mails.set(Invitation, submitted_at=now)
    elif what == "withdrawn":
        mails.set(Invitation, withdrawn_at=now)
    elif what == "stopped":
        mails.set(Candidate, reminders_stopped_at=now)
    elif what == "over":
        now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    else:
        mails.set(Campaign, remind_not_started=False)
    mails.send(now)
    assert smtp[0].mails == []
    assert mails.rows() == [("not_started", 1, "dropped")] * 2


def test_a_mail_that_is_late_waits_for_the_morning_where_the_person_is(mails, mailed, smtp):
    now = START + days(3)
    mails.plan(now)
    mails.set(Candidate, time_zone="Asia/Tokyo")  # 21:00 there
    mails.send(now)
    assert smtp[0].mails == []
    morning = datetime(2026, 3, 5, 23, tzinfo=UTC)
    assert mails.send(morning - timedelta(minutes=1)) == 0
    assert mails.send(morning) == 2
    assert len(smtp[0].mails) == 2


def test_the_planner_knows_zones_weekends_and_who_is_through(mails, mailed, ada, smtp):
    mails.set(Campaign, time_zone="Asia/Tokyo", quiet_weekend=True)
    mails.plan(START + days(3))  # 21:00 there
    mails.plan(datetime(2026, 3, 7, 3, tzinfo=UTC))  # noon, but Saturday
    ada(withdrawn_at=START)
    assert mails.rows() == []
    mails.plan(datetime(2026, 3, 9, 3, tzinfo=UTC))
    assert mails.rows() == [("not_started", 1, "queued")]


def test_an_address_that_refused_is_reminded_no_more(mails, mailed, smtp):
    smtp[0].refusal = "550 5.1.1 no such user"
    mails.plan(START + days(3))
    mails.send(START + days(3))
    assert mails.rows() == [("not_started", 1, "refused")] * 2
    smtp[0].refusal = None
    for later in (6, 7, 8, 26):
        mails.plan(START + days(later))
    assert len(mails.rows()) == 2


def test_who_was_never_mailed_or_has_no_address_is_not_reminded(
    mails, sessions, tenant, open_campaign
):
    campaign_id = open_campaign(opens_on=START.date(), closes_on=LAST_DAY)
    service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=START, send=False)
    mails.plan(START + days(5))
    assert mails.rows() == []


def test_another_organisation_is_planned_by_itself(mails, mailed, sessions, smtp, other_tenant):
    Mails(sessions, smtp[1], other_tenant).plan(START + days(3))
    assert mails.rows() == []


def test_two_workers_plan_an_hour_once(sessions, settings, tenant, other_tenant, open_campaign):
    open_campaign(opens_on=START.date(), closes_on=LAST_DAY)
    for _worker in range(2):
        rounds = Rounds((HOURLY,))
        for minute in (1, 2, 59):
            rounds.come_round(sessions, settings, START + timedelta(minutes=minute))
    with reading(sessions, tenant.organisation_id) as session:
        assert [job.kind for job in session.scalars(select(Job))] == [PLAN_JOB]
    with reading(sessions, other_tenant.organisation_id) as session:
        assert session.scalars(select(Job)).all() == [], "it has nobody to remind"
    enqueue_plans(sessions, settings, START + timedelta(hours=1))
    with reading(sessions, tenant.organisation_id) as session:
        assert len(session.scalars(select(Job)).all()) == 2


def test_old_plans_are_forgotten(mails, mailed, sessions, settings, tenant):
    for hours in (0, 72):
        enqueue_plans(sessions, settings, START + timedelta(hours=hours))
        mails.send(START + timedelta(hours=hours))
    with reading(sessions, tenant.organisation_id) as session:
        plans = session.scalars(select(Job).where(Job.kind == PLAN_JOB)).all()
    assert [(job.run_after, job.state) for job in plans] == [(START + days(3), JobState.DONE)]


def test_after_submit_one_mail_says_thanks_and_what_comes_next(
    mails, mailed, ada, smtp, sessions, tenant
):
    with writing(sessions, tenant.organisation_id) as session:
        candidate_id = queries.invitation(session, mailed[0]).candidate_id
        sitting = Sitting(candidate_id=candidate_id, started_at=START, notice_version="1")
        session.add(sitting)
        session.flush()
        service.note_started(session, mailed[0], sitting.id, 93, START)
        night = datetime(2026, 3, 2, 23, tzinfo=UTC)
        for _twice in range(2):
            service.note_submitted(session, sitting.id, night)
    assert mails.send(night) == 1, "an answer to the person's own act does not wait for the day"
    [letter] = smtp[0].mails
    assert letter["Subject"] == "Parcel Friend: your answers have arrived"
    assert letter["List-Unsubscribe"] is None
    body = letter.get_content()
    for words in (
        "Thank you.",
        "What happens next",
        "A person decides",
        f"{smtp[1].public_url}/my/i/",
        "The link works until 29 September 2026.",
        "Answer this mail",
    ):
        assert words in body
    assert f"{smtp[1].public_url}/i/" not in body, "nothing can be answered any more"
    assert "stop-mail" not in body
    assert mails.rows() == [("thanks", 1, "sent")]


def test_a_person_without_an_address_is_not_thanked_by_mail(mails, mailed, ada, sessions, tenant):
    mails.set(Candidate, email=None)
    with writing(sessions, tenant.organisation_id) as session:
        candidate_id = queries.invitation(session, mailed[0]).candidate_id
        sitting = Sitting(candidate_id=candidate_id, started_at=START, notice_version="1")
        session.add(sitting)
        session.flush()
        service.note_started(session, mailed[0], sitting.id, 93, START)
        service.note_submitted(session, sitting.id, START)
    assert mails.rows() == []


def test_a_campaigns_reminders_are_set_by_who_may(sessions, tenant, other_tenant, open_campaign):
    campaign_id = open_campaign()
    choice = ReminderChoice(frozenset({Reminder.DEADLINE}), True, "Asia/Tokyo")

    def set_(who, what=choice):
        service.set_reminders(sessions, who, campaign_id, what, now=START)

    with pytest.raises(Refused):
        set_(tenant.members[RoleName.HIRING_MANAGER])
    with pytest.raises(NotFound):
        set_(other_tenant.recruiter)
    with pytest.raises(Invalid, match="no 'Mars/Base'"):
        set_(tenant.recruiter, replace(choice, time_zone="Mars/Base"))
    set_(tenant.recruiter)
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.campaign(session, campaign_id).reminders == choice


def test_a_person_is_invited_with_a_time_zone_of_their_own(sessions, tenant, open_campaign):
    campaign_id = open_campaign(opens_on=START.date(), closes_on=LAST_DAY)
    with pytest.raises(Invalid, match="person 1: 'Paris' is no time zone"):
        service.invite(
            sessions, tenant.recruiter, campaign_id,
            [Person("", "a@example.org", time_zone="Paris")], now=START,
        )  # fmt: skip
    service.invite(
        sessions, tenant.recruiter, campaign_id,
        [Person("", "a@example.org", time_zone="Europe/Paris")], now=START,
    )  # fmt: skip
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(Candidate.time_zone)).all() == ["Europe/Paris"]
