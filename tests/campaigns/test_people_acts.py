"""Acts on many people: told before, done once, safe to be killed; the last day and closing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.campaigns import closing, people_act_service, people_acts, queries, service
from assess.campaigns.models import (
    Campaign,
    Invitation,
    Mailing,
    MailKind,
    PeopleAct,
    PeopleActKind,
)
from assess.campaigns.people_acts import DONE, NOT_FAILED, Chosen, People
from assess.campaigns.reminding import Facts, Hindrance, Past, Reminder, Rules, hindrance
from assess.candidates.models import Candidate
from assess.candidates.service import Person
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.jobs.models import Job
from assess.jobs.worker import run_until_idle
from assess.web import pages
from tests.service import csrf

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=3)
RULES = Rules(frozenset(), (NOW + timedelta(days=9)).date())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"invited_at": NOW - timedelta(hours=23)}, "recent"),
        ({"past": (Past(Reminder.STALLED, NOW - timedelta(hours=2)),)}, "recent"),
        ({"past": (Past(Reminder.STALLED, NOW - timedelta(hours=25)),) * 4}, None),
        ({"past": (Past(Reminder.DEADLINE, LONG_AGO),)}, "last_said"),
        ({"stopped_at": LONG_AGO}, "stopped"),
        ({"submitted_at": LONG_AGO, "stopped_at": LONG_AGO}, "finished"),
        ({"withdrawn_at": LONG_AGO}, "withdrew"),
        ({"invited_at": None}, "not_reached"),
        ({"came_back": True}, "not_reached"),
        ({"has_address": False, "invited_at": None}, "no_address"),
    ],
)
def test_whom_a_member_s_own_reminder_does_not_reach(changes, why):
    facts = Facts(**{"zone": UTC, "invited_at": LONG_AGO, **changes})
    assert hindrance(RULES, facts, NOW) == why
    if why is None:
        over = Rules(frozenset(), (NOW - timedelta(days=1)).date())
        assert hindrance(over, facts, NOW) == "over"


@pytest.fixture
def campaign_id(open_campaign):
    today = NOW.date()
    return open_campaign(opens_on=today - timedelta(days=4), closes_on=today + timedelta(days=14))


@pytest.fixture
def people(sessions, tenant, campaign_id):
    """Give the invitations of nine people by what has become of them."""
    names = (
        "fresh", "old", "begun", "done", "stopped", "failed", "gone", "silent", "failed-begun",
    )  # fmt: skip
    placed = service.invite(
        sessions, tenant.recruiter, campaign_id,
        [Person(name, f"{name}@example.org") for name in names],
        now=LONG_AGO, send=False,
    ).invitation_ids  # fmt: skip
    ids = dict(zip(names, placed, strict=True))
    with writing(sessions, tenant.organisation_id) as session:

        def put(name, **values):
            session.execute(update(Invitation).where(Invitation.id == ids[name]).values(**values))

        for name in names:
            put(name, sent_at=LONG_AGO)
        put("fresh", sent_at=NOW - timedelta(hours=2))
        put("begun", started_at=LONG_AGO, last_answer_at=LONG_AGO)
        put("done", started_at=LONG_AGO, submitted_at=LONG_AGO)
        put("gone", withdrawn_at=LONG_AGO)
        put("failed", sent_at=None, send_fault="The mail came back")
        put("failed-begun", sent_at=None, send_fault="The mail came back", started_at=LONG_AGO)
        put("silent", sent_at=None)
        session.execute(
            update(Candidate)
            .where(Candidate.name == "stopped")
            .values(reminders_stopped_at=LONG_AGO)
        )
    return ids


def begin(sessions, tenant, campaign_id, kind, chosen, act="one", now=NOW):
    return people_act_service.begin(
        sessions, tenant.recruiter, campaign_id, kind, chosen, act=act, now=now
    )


def told(sessions, tenant, campaign_id, kind, chosen):
    with reading(sessions, tenant.organisation_id) as session:
        campaign = session.get_one(Campaign, campaign_id)
        condition = chosen.condition(campaign_id, NOW)
        return people_acts.told(people_acts.outcomes(session, campaign, kind, condition, NOW))[0]


def result(sessions, tenant, campaign_id, act_id):
    with reading(sessions, tenant.organisation_id) as session:
        return people_act_service.act(session, campaign_id, act_id)


def mails(sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        rows = session.execute(
            select(Candidate.name, Mailing.kind, Mailing.ordinal)
            .join(Invitation, Invitation.id == Mailing.invitation_id)
            .join(Candidate, Candidate.id == Invitation.candidate_id)
            .order_by(Mailing.id)
        )
        return [tuple(row) for row in rows]


def test_reminding_everybody_is_what_was_told_and_is_done_once(
    sessions, settings, tenant, campaign_id, people
):
    everybody = Chosen(People.EVERYBODY)
    expected = told(sessions, tenant, campaign_id, PeopleActKind.REMIND, everybody)
    assert expected == {
        DONE: 2, Hindrance.RECENT: 1, Hindrance.FINISHED: 1, Hindrance.STOPPED: 1,
        Hindrance.NOT_REACHED: 3, Hindrance.WITHDREW: 1,
    }  # fmt: skip
    act_id = begin(sessions, tenant, campaign_id, PeopleActKind.REMIND, everybody)
    assert begin(sessions, tenant, campaign_id, PeopleActKind.REMIND, everybody) == act_id
    run_until_idle(sessions, settings, HANDLERS)
    view = result(sessions, tenant, campaign_id, act_id)
    assert view.counts == expected
    assert view.done_at is not None
    assert mails(sessions, tenant) == [
        ("old", MailKind.NOT_STARTED, 1), ("begun", MailKind.STALLED, 1),
    ]  # fmt: skip
    again = begin(sessions, tenant, campaign_id, PeopleActKind.REMIND, everybody, act="two")
    run_until_idle(sessions, settings, HANDLERS)
    assert DONE not in result(sessions, tenant, campaign_id, again).counts


def test_an_act_that_is_killed_goes_on_where_it_stopped(
    sessions, settings, tenant, campaign_id, people, monkeypatch
):
    monkeypatch.setattr(people_act_service, "PIECE", 2)
    real, seen = people_act_service._piece, []

    def dies(session, row, now):
        seen.append(row.place)
        if len(seen) == 2:
            raise RuntimeError("the worker dies")
        return real(session, row, now)

    monkeypatch.setattr(people_act_service, "_piece", dies)
    chosen = Chosen(People.EVERYBODY)
    act_id = begin(sessions, tenant, campaign_id, PeopleActKind.REMIND, chosen)
    run_until_idle(sessions, settings, HANDLERS)
    assert result(sessions, tenant, campaign_id, act_id).done_at is None
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Job).values(run_after=NOW - timedelta(hours=1)))
    run_until_idle(sessions, settings, HANDLERS)
    view = result(sessions, tenant, campaign_id, act_id)
    assert sum(view.counts.values()) == view.people == len(people)
    assert len(mails(sessions, tenant)) == 2


def test_what_failed_is_sent_again_and_nothing_else(
    sessions, settings, tenant, campaign_id, people
):
    chosen = Chosen(None, tuple(people.values()))
    act_id = begin(sessions, tenant, campaign_id, PeopleActKind.SEND_AGAIN, chosen)
    run_until_idle(sessions, settings, HANDLERS)
    assert result(sessions, tenant, campaign_id, act_id).counts == {
        DONE: 2, NOT_FAILED: 5, Hindrance.FINISHED: 1, Hindrance.WITHDREW: 1,
    }  # fmt: skip
    with reading(sessions, tenant.organisation_id) as session:
        row = session.get_one(Invitation, people["failed"])
        assert row.send_fault is None
        assert row.sent_at is not None
        assert session.scalar(select(func.count(Mailing.id)).where(Mailing.act_id == act_id)) == 2


def test_invitations_are_taken_back_and_their_links_say_so_kindly(
    sessions, settings, tenant, campaign_id, people, app
):
    with reading(sessions, tenant.organisation_id) as session:
        view = queries.invitation(session, people["begun"])
    link = service.invitation_link(settings, view).removeprefix("http://localhost")
    act_id = begin(sessions, tenant, campaign_id, PeopleActKind.TAKE_BACK, Chosen(People.EVERYBODY))
    run_until_idle(sessions, settings, HANDLERS)
    assert result(sessions, tenant, campaign_id, act_id).counts == {
        DONE: 7, Hindrance.FINISHED: 1, Hindrance.WITHDREW: 1,
    }  # fmt: skip
    answer = app.test_client().get(link)
    assert answer.status_code == 403
    assert "The invitation was taken back" in answer.text
    assert "no judgement of you" in answer.text


def test_who_may_and_what_is_refused(sessions, tenant, other_tenant, campaign_id, people):
    chosen = Chosen(People.EVERYBODY)
    manager = tenant.members[RoleName.HIRING_MANAGER]
    with pytest.raises(Refused):
        people_act_service.begin(
            sessions, manager, campaign_id, PeopleActKind.REMIND, chosen, act="a", now=NOW
        )
    with pytest.raises(NotFound):
        begin(sessions, other_tenant, campaign_id, PeopleActKind.REMIND, chosen)
    with pytest.raises(Invalid):
        begin(sessions, tenant, campaign_id, PeopleActKind.REMIND, Chosen())
    closing.close(sessions, tenant.recruiter, campaign_id, now=NOW)
    with pytest.raises(Refused):
        begin(sessions, tenant, campaign_id, PeopleActKind.REMIND, chosen)
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(PeopleAct)).all() == []


def test_the_pages_tell_before_they_act(sessions, settings, tenant, campaign_id, people, signed_in):
    client = signed_in(tenant, RoleName.RECRUITER)
    listed = client.get(f"/campaigns/{campaign_id}/people?state=not_delivered")
    assert "failed@example.org" in listed.text
    assert "The mail came back" in listed.text
    assert "old@example.org" not in listed.text
    ticked = f"person={people['old']}&person={people['fresh']}"
    looked = client.get(f"/campaigns/{campaign_id}/acts/confirm?kind=remind&{ticked}")
    assert "1 person will be reminded" in looked.text
    assert "1 were written to within a day" in looked.text
    assert mails(sessions, tenant) == []
    form = {
        "csrf_token": csrf(looked.text), "act": "of the form", "kind": "remind",
        "person": [people["old"], people["fresh"]],
    }  # fmt: skip
    first = client.post(f"/campaigns/{campaign_id}/acts/", data=form)
    second = client.post(f"/campaigns/{campaign_id}/acts/", data=form)
    assert first.headers["Location"] == second.headers["Location"]
    assert "Refresh" in client.get(first.headers["Location"]).headers
    run_until_idle(sessions, settings, HANDLERS)
    assert "1 reminder is on its way" in client.get(first.headers["Location"]).text
    assert len(mails(sessions, tenant)) == 1


@pytest.fixture
def link(sessions, settings, tenant, people):
    """Give the address of somebody's link, as it was mailed."""

    def of(name):
        with reading(sessions, tenant.organisation_id) as session:
            view = queries.invitation(session, people[name])
        return service.invitation_link(settings, view).removeprefix("http://localhost")

    return of


def test_a_link_that_was_mailed_follows_the_last_day(
    sessions, tenant, campaign_id, link, app, monkeypatch
):
    mailed, client = link("old"), app.test_client()
    later = NOW + timedelta(days=20)
    monkeypatch.setattr(pages, "now", lambda: later)
    assert "This link has ended" in client.get(mailed).text
    closing.move_last_day(
        sessions, tenant.recruiter, campaign_id, later.date() + timedelta(days=5), now=later
    )
    assert client.get(mailed).status_code == 200
    with pytest.raises(Invalid):
        closing.move_last_day(
            sessions, tenant.recruiter, campaign_id, later.date() - timedelta(days=1), now=later
        )


def test_closing_lets_who_has_begun_finish_for_a_day_and_keeps_answers(
    sessions, settings, tenant, campaign_id, people, link, app, signed_in, monkeypatch
):
    old, begun = link("old"), link("begun")
    client = signed_in(tenant, RoleName.RECRUITER)
    page = client.get(f"/campaigns/{campaign_id}/last-day").text
    assert "2 people who have begun can finish within 24 hours" in page
    done = client.post(f"/campaigns/{campaign_id}/close", data={"csrf_token": csrf(page)})
    assert done.status_code == 303
    candidate = app.test_client()
    shut = candidate.get(old)
    assert shut.status_code == 403
    assert "The questions have been closed" in shut.text
    assert candidate.get(begun).status_code == 200
    now = datetime.now(UTC) + timedelta(hours=25)
    monkeypatch.setattr(pages, "now", lambda: now)
    assert "The questions have been closed" in candidate.get(begun).text
    with reading(sessions, tenant.organisation_id) as session:
        assert session.get_one(Invitation, people["silent"]).send_fault == closing.UNSENT
    closing.move_last_day(sessions, tenant.recruiter, campaign_id, now.date(), now=now)
    assert candidate.get(old).status_code == 200
