"""Delivery reports from a real mailbox connection reach the recruiter; nothing else is touched."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.app import HANDLERS
from assess.campaigns import letters, queries, service
from assess.campaigns.bounces import EACH_TEN_MINUTES, READ_JOB, Unread, read_mailbox
from assess.campaigns.models import Invitation, Mailing
from assess.candidates.models import Candidate
from assess.db.scope import reading
from assess.jobs import queue
from assess.jobs.models import Job
from assess.jobs.worker import Rounds, Work
from tests.campaigns.mails import START, days
from tests.jobs import reports


@pytest.fixture
def box(sessions, tenant, smtp, imap, mails, mailed):
    """Two people were invited by mail; give a function that reads the mailbox."""
    settings = replace(smtp[1], imap_url=imap.url, stop_address="stop@example.org")

    def read(now=START + timedelta(hours=1), settings=settings) -> None:
        job = queue.Claimed(0, tenant.organisation_id, READ_JOB, {}, 1, "test")
        read_mailbox(Work(sessions, settings, job, now))

    read.settings = settings
    return read


@pytest.fixture
def rows(sessions, tenant):
    def of(model):
        with reading(sessions, tenant.organisation_id) as session:
            return session.scalars(select(model).order_by(model.id)).all()

    return of


def test_an_invitation_that_came_back_counts_as_not_sent_and_can_be_sent_again(
    box, imap, rows, sessions, tenant, smtp, mails
):  # fmt: skip
    first, second = rows(Mailing)
    imap.put(reports.postfix(first.message_id))
    box()
    bounced, untouched = rows(Invitation)
    assert bounced.sent_at is None
    assert bounced.send_fault.startswith("The mail came back: there is no such mailbox")
    assert (untouched.send_fault, untouched.sent_at) == (None, START)
    mail = rows(Mailing)[0]
    assert (mail.state, mail.status, mail.sent_at) == ("bounced", "5.1.1", START)
    assert imap.seen == {11}
    mails.plan(START + days(4))
    assert [row[0] for row in mails.rows()] == ["not_started"], "the other one alone"
    service.send_again(
        sessions, tenant.recruiter, bounced.campaign_id, bounced.id, now=START + days(5)
    )
    mails.send(START + days(5))
    assert (rows(Invitation)[0].send_fault, rows(Invitation)[0].sent_at) == (None, START + days(5))
    kinds = [(m.kind, m.ordinal) for m in rows(Mailing) if m.invitation_id == bounced.id]
    assert kinds == [("invitation", 1), ("invitation", 2)]
    assert second.message_id not in {m.message_id for m in rows(Mailing)[2:]}


def test_a_reminder_that_came_back_ends_the_reminders(box, imap, rows, mails):
    mails.plan(START + days(3))
    mails.send(START + days(3))
    imap.put(*(reports.gmail(mail.message_id) for mail in rows(Mailing)[2:]))
    box(START + days(3.1))
    assert mails.rows() == [("not_started", 1, "bounced")] * 2
    for later in (6, 7, 25.9):
        mails.plan(START + days(later))
    assert len(mails.rows()) == 2
    assert all(one.sent_at == START for one in rows(Invitation)), "the invitation did arrive"


def test_the_same_report_twice_is_noted_once(box, imap, rows):
    imap.put(*[reports.exim(rows(Mailing)[0].message_id)] * 2)
    box()
    first = rows(Mailing)[0]
    assert imap.seen == {11, 12}
    imap.put(reports.postfix(first.message_id))
    box(START + days(2))
    assert rows(Mailing)[0].closed_at == first.closed_at == START + timedelta(hours=1)
    assert rows(Mailing)[0].status == "5.0.0"


def test_delays_forgeries_replies_and_rubbish_change_nothing_and_stay_unseen(box, imap, rows):
    mine = rows(Mailing)[0].message_id
    imap.put(
        reports.delayed(mine), reports.delivered(mine), reports.postfix("invitation-1"),
        reports.postfix(), reports.REPLY, *reports.NO_BOUNCES.values(),
        b"Subject: stop-mail not.a.token\r\n\r\nstop", b"Subject: stop-mail\r\n\r\n",
    )  # fmt: skip
    box()
    assert imap.seen == set()
    assert {mail.state for mail in rows(Mailing)} == {"sent"}
    assert {person.reminders_stopped_at for person in rows(Candidate)} == {None}


def test_a_mail_to_the_stop_address_stops_reminders(box, imap, rows, mails, smtp, sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        invitation = queries.invitation(session, rows(Invitation)[0].id)
        mail = rows(Mailing)[0]
    letter = letters.Letter(mail.id, letters.MailKind.STALLED, "x", invitation, "Harbour Care", ())
    header = letters.compose(box.settings, letter, "ada@example.org")["List-Unsubscribe"]
    assert header.startswith("<http://localhost/stop-mail/")
    way = header.split("<mailto:")[1].rstrip(">")
    address, subject = way.split("?subject=")
    assert address == "stop@example.org"
    imap.put(f"Subject: {subject.replace('%20', ' ')}\r\n\r\n".encode())
    box()
    stopped = {person.email: bool(person.reminders_stopped_at) for person in rows(Candidate)}
    assert stopped == {"ada@example.org": True, "ben@example.org": False}
    assert imap.seen == {11}


def test_a_mailbox_that_is_away_is_tried_again_and_its_password_kept(box, imap):
    imap.broken = True
    with pytest.raises(Unread) as told:
        box()
    assert "p@ss" not in str(told.value)


def test_without_a_mailbox_nothing_is_queued_and_with_one_each_ten_minutes(
    box, sessions, settings, rows, imap
):
    def readings():
        return [job for job in rows(Job) if job.kind == READ_JOB]

    Rounds((EACH_TEN_MINUTES,)).come_round(sessions, settings, START)
    assert readings() == []
    for _worker in range(2):
        rounds = Rounds((EACH_TEN_MINUTES,))
        for minute in (0, 9, 10, 11):
            rounds.come_round(sessions, box.settings, START + timedelta(minutes=minute))
    assert [job.run_after - START for job in readings()] == [
        timedelta(0), timedelta(minutes=10),
    ]  # fmt: skip
    assert READ_JOB in HANDLERS
    box(START + days(3))
    assert len(readings()) == 2, "what was not done is not forgotten"
