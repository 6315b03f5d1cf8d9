"""Requirements of a campaign: set, changed, answered, counted, kept apart from scores."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_queries, requirement_service, service
from assess.campaigns.models import Declaration, Invitation
from assess.campaigns.own_data import KEEPER
from assess.candidates.requirements import Kind, Outcome, Requirement
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from tests.campaigns.conftest import PEOPLE
from tests.service import NOW

FRENCH = Requirement(Kind.LANGUAGE, name="fr", level="good")
NIGHT = Requirement(Kind.SHIFT, must=False, name="night")
WORK = Requirement(Kind.WORK, name="FR")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def asking(sessions, tenant, open_campaign):
    """Open a campaign that asks, with Ada and Ben invited; give its id and their invitations."""
    campaign_id = open_campaign(opens_on=date(2026, 1, 5), closes_on=date(2026, 1, 19))
    done = service.invite(
        sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW, send=False
    ).invitation_ids
    return campaign_id, done


@pytest.fixture
def ask(sessions, tenant, asking):
    """Set the requirements of the campaign."""

    def ask_(*requirements, note="", after=0, actor=None):
        who = actor or tenant.recruiter
        return requirement_service.set_requirements(
            sessions, who, asking[0], requirements, note, after=after, now=NOW
        )

    return ask_


@pytest.fixture
def say(sessions, tenant, asking):
    """Let somebody declare."""

    def say_(place, number=1, at=NOW, **given):
        answers = {key.replace("_", ":"): value for key, value in given.items()}
        with writing(sessions, tenant.organisation_id) as session:
            invitation = campaigns.invitation(session, asking[1][place])
            return requirement_service.declare(
                session, tenant.system, invitation, answers, number=number, now=at
            )

    return say_


@pytest.fixture
def read(sessions, tenant):
    """Give a function that reads inside the organisation."""

    def read_(question, *given):
        with reading(sessions, tenant.organisation_id) as session:
            return question(session, *given)

    return read_


def states(session, campaign_id):
    found = session.execute(
        select(Invitation.id, Invitation.requirements_state)
        .where(Invitation.campaign_id == campaign_id)
        .order_by(Invitation.id)
    )
    return [state for _id, state in found]


def in_state(session, campaign_id, state):
    chosen = select(Invitation.candidate_id).where(
        Invitation.campaign_id == campaign_id, requirement_queries.in_state(state)
    )
    return set(session.scalars(chosen))


def acts(session, act):
    return list(session.scalars(select(AuditEvent).where(AuditEvent.act == act)))


def test_nothing_is_asked_before_somebody_says_so(asking, say, read):
    campaign_id, (ada, _ben) = asking
    assert read(requirement_queries.asked, campaign_id) is None
    assert read(requirement_queries.of_invitation, campaign_id, ada) is None
    assert read(requirement_queries.statuses, campaign_id) == {}
    with pytest.raises(NotFound):
        say(0, language_fr="good")


def test_answers_are_judged_counted_and_chosen_by(asking, ask, say, read):
    campaign_id, (_ada, ben) = asking
    assert ask(FRENCH, NIGHT, WORK) == 1
    found = say(0, language_fr="basic", shift_night="yes", work_FR="")
    assert found.status.state is Outcome.NOT_MET
    assert [one.outcome for one in found.results] == ["not_met", "met", "not_said"]
    assert read(states, campaign_id) == ["not_met", None]
    assert read(requirement_queries.counts, campaign_id) == {
        "met": 0, "not_met": 1, "not_said": 1
    }  # fmt: skip
    people = {one.name: one.candidate_id for one in read(campaigns.people, campaign_id)}
    first, second = people["Ada Okoye"], people["ben@example.org"]
    by_person = read(requirement_queries.statuses, campaign_id, [first, second])
    assert by_person[first].not_met == by_person[first].not_said == by_person[first].nice_met == 1
    assert by_person[second].not_said == 2
    for state, ids in (("not_met", {first}), ("not_said", {second}), ("met", set())):
        assert read(in_state, campaign_id, Outcome(state)) == ids
    kept = read(requirement_queries.of_person, campaign_id, first)
    assert kept.declared.answers == {"language:fr": "basic", "shift:night": "yes"}
    assert (kept.declared.number, kept.declared.given_at) == (1, NOW)
    assert read(requirement_queries.of_person, campaign_id, second).declared is None
    assert read(requirement_queries.of_invitation, campaign_id, ben).status.state == "not_said"


def test_a_correction_takes_the_place_of_what_was_said(asking, ask, say, read):
    campaign_id, _ids = asking
    ask(FRENCH)
    say(0, language_fr="basic")
    say(0, at=LATER, language_fr="good")
    say(0, at=LATER + timedelta(days=1), language_fr="good")
    assert read(states, campaign_id) == ["met", None]
    [row] = read(lambda session: list(session.scalars(select(Declaration))))
    assert (row.answers, row.given_at) == ({"language:fr": "good"}, LATER)
    events = read(acts, "requirements answered")
    assert [one.detail["first"] for one in events] == [True, False]
    assert "good" not in str([one.detail for one in events])


def test_a_change_holds_what_was_said_against_the_new_and_needs_a_note(asking, ask, say, read):
    campaign_id, (ada, _ben) = asking
    ask(FRENCH)
    say(0, language_fr="good")
    better = Requirement(Kind.LANGUAGE, name="fr", level="fluent")
    with pytest.raises(Invalid, match="note"):
        ask(better, after=1)
    assert ask(better, NIGHT, note="The client wants more", after=1) == 2
    assert read(states, campaign_id) == ["not_met", None]
    assert read(requirement_queries.declared, ada).number == 1
    event = read(acts, "requirements set")[-1]
    assert event.detail == {"number": 2, "musts": 1, "nice": 1, "answered": 1}
    with pytest.raises(Conflict):
        say(0, number=1, language_fr="fluent")
    assert say(0, number=2, language_fr="fluent").status.state is Outcome.MET
    assert [one.note for one in read(requirement_queries.history, campaign_id)] == [
        "The client wants more", ""
    ]  # fmt: skip


def test_to_ask_nothing_any_more_leaves_no_state(asking, ask, say, read):
    campaign_id, _ids = asking
    ask(FRENCH)
    say(0, language_fr="basic")
    assert ask(note="Not needed", after=1) == 2
    assert read(states, campaign_id) == [None, None]
    assert read(requirement_queries.asked, campaign_id) is None


def test_the_same_requirements_again_are_the_same_version(asking, ask, read):
    assert (ask(FRENCH), ask(FRENCH), ask(FRENCH, after=7)) == (1, 1, 1)
    assert len(read(acts, "requirements set")) == 1
    with pytest.raises(Conflict):
        ask(NIGHT, after=0)


def test_who_may_set_requirements(ask, tenant, other_tenant):
    for role in RoleName:
        if role not in service.INVITES:
            with pytest.raises(Refused):
                ask(FRENCH, actor=tenant.members[role])
    with pytest.raises(NotFound):
        ask(FRENCH, actor=other_tenant.recruiter)


def test_faulty_requirements_and_long_notes_are_refused(ask, read, asking):
    with pytest.raises(Invalid) as refused:
        ask(Requirement(Kind.SHIFT, name="lunch"), note="x" * 501)
    assert len(refused.value.faults) == 2
    assert read(requirement_queries.newest, asking[0]) is None


def test_what_was_said_is_taken_away_and_erased_with_the_person(
    asking, ask, say, read, sessions, tenant
):
    campaign_id, _ids = asking
    ask(FRENCH)
    say(0, language_fr="good")
    first, _second = (one.candidate_id for one in read(campaigns.people, campaign_id))
    [taken] = read(KEEPER.export_person, first)["invitations"]
    assert taken["requirements"] == {
        "said": {"language:fr": "good"}, "version": 1, "at": "2026-01-05T09:00:00+00:00",
        "state": "met", "asked": taken["requirements"]["asked"],
    }  # fmt: skip
    assert taken["requirements"]["asked"][0]["name"] == "fr"
    with writing(sessions, tenant.organisation_id) as session:
        removed = KEEPER.erase_person(session, first, NOW)
    assert removed.counts["answers on what a job asks for"] == 1
    assert read(lambda session: list(session.scalars(select(Declaration)))) == []


def test_a_merge_carries_what_was_said(asking, ask, say, read, sessions, tenant, open_campaign):
    campaign_id, _ids = asking
    ask(FRENCH)
    say(1, language_fr="good")
    second = next(
        one.candidate_id
        for one in read(campaigns.people, campaign_id)
        if one.name == "ben@example.org"
    )
    other = open_campaign()
    cat = [service.Person("Cat", "cat@example.org")]
    service.invite(sessions, tenant.recruiter, other, cat, now=NOW, send=False)
    [keep] = [one.candidate_id for one in read(campaigns.people, other)]
    with writing(sessions, tenant.organisation_id) as session:
        KEEPER.merge_people(session, keep, second, NOW)
    assert read(requirement_queries.of_person, campaign_id, keep).status.met == 1
