"""Decisions: whose, why, on which ranking; all kept, the newest counts."""

from datetime import timedelta

import pytest

from assess.accounts.models import RoleName
from assess.candidates import personal_data
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.rankings import queries, service
from assess.rankings.decision_service import LookFirst
from assess.rankings.decisions import to_look_at
from assess.rankings.models import DecisionKind
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.ranked import Ranked
from tests.service import NOW


@pytest.fixture
def ranked(sessions, tenant, shipped):
    return Ranked(sessions, tenant, shipped)


def test_decisions_are_kept_and_the_newest_counts(ranked):
    first, second = ranked.who[:2]
    ranked.decide("advance", first, second, act="one form")
    ranked.decide("decline", first, second, act="one form")  # sent twice: nothing more
    assert ranked.newest() == {0: "advance", 1: "advance"}
    manager = ranked.tenant.members[RoleName.HIRING_MANAGER]
    ranked.decide("hold", first, reason=" The earlier decision was a mistake ", actor=manager)
    assert ranked.newest() == {0: "hold", 1: "advance"}
    now, before = ranked.history(0)
    assert (now.reason, now.by) == (
        "The earlier decision was a mistake", "hiring_manager of Harbour Care",
    )  # fmt: skip
    assert (before.kind, before.by, before.at) == (
        DecisionKind.ADVANCE, "recruiter of Harbour Care", NOW,
    )  # fmt: skip
    events = ranked.audit("decided")
    assert [event.detail["kind"] for event in events] == ["advance", "advance", "hold"]
    assert "reason" not in events[0].detail


def test_what_is_no_decision_of_a_named_person_on_this_ranking_is_refused(
    ranked, shipped, other_tenant
):
    one, two = ranked.who[:2]
    for role in (RoleName.PSYCHOLOGIST, RoleName.ANALYST):
        with pytest.raises(Refused):
            ranked.decide("advance", one, actor=ranked.tenant.members[role])
    with pytest.raises(Refused, match="named person"):
        ranked.decide("advance", one, actor=ranked.tenant.system)
    with pytest.raises(NotFound):
        ranked.decide("advance", one, actor=other_tenant.recruiter)
    for reason in ("", " ", "x" * 1001):
        with pytest.raises(Invalid, match="person 2"):
            ranked.decide("advance", reasons={one: "Fine", two: reason})
    with pytest.raises(Invalid, match="choose 1 to 100"):
        ranked.decide("advance", reasons=dict.fromkeys(range(101), "Fine"))
    with pytest.raises(NotFound):
        ranked.decide("advance", one, 10**6)
    with pytest.raises(NotFound):
        ranked.decide("advance", one, snapshot_id=10**6)
    other = open_ranked(ranked.sessions, ranked.tenant, shipped)
    with pytest.raises(NotFound):
        ranked.decide("advance", one, campaign_id=other)
    assert ranked.newest() == {}
    ranked.decide("advance", one)
    with pytest.raises(Conflict, match="meanwhile"):
        ranked.decide("decline", one, seen=0)
    assert ranked.newest() == {0: "advance"}


def test_several_are_declined_only_after_a_look_at_those_picked(ranked):
    people, recruiter = ranked.who[:6], ranked.tenant.recruiter
    sample = to_look_at(7, recruiter.id, ranked.snapshot_id, people)
    rest = [one for one in people if one not in sample]
    ranked.look_at(recruiter, *rest, sample[0])
    ranked.look_at(ranked.tenant.members[RoleName.ADMINISTRATOR], *people)  # not the decider
    with pytest.raises(LookFirst, match="2 more"):
        ranked.decide("decline", *people)
    assert ranked.newest() == {}
    ranked.look_at(recruiter, *sample)
    ranked.decide("decline", reasons={one: f"Reason {one}" for one in people})
    assert ranked.newest() == dict.fromkeys(range(6), "decline")
    assert ranked.history(3)[0].reason == f"Reason {people[3]}"
    assert ranked.audit("decided")[0].detail["looked_at"] == sorted(sample)
    ranked.decide("decline", ranked.who[7])  # one alone: decided on that person's page
    assert ranked.newest()[7] == "decline"


def test_a_look_at_an_earlier_ranking_does_not_count(ranked, shipped):
    recruiter, later = ranked.tenant.recruiter, NOW + timedelta(days=1)
    ranked.look_at(recruiter, *ranked.who)
    finish(ranked.sessions, ranked.tenant, shipped, ranked.id, drawn(shipped, 1, seed=9), at=later)
    ranked.snapshot_id = service.rank_campaign(
        ranked.sessions, recruiter, shipped, ranked.id, now=later
    )
    with pytest.raises(LookFirst):
        ranked.decide("decline", *ranked.who[:2])


def test_a_person_takes_decisions_along_and_erasure_takes_the_words(ranked):
    one = ranked.who[2]
    ranked.decide("advance", one, reason="Told of a hard week at home")
    organisation_id = ranked.tenant.organisation_id
    with reading(ranked.sessions, organisation_id) as session:
        held = personal_data.export(session, one)
    assert held["rankings"]["decisions"] == [
        {
            "campaign": "Winter team",
            "decision": "advance",
            "reason": "Told of a hard week at home",
            "decided_at": NOW.isoformat(),
            "told_at": None,
        }
    ]
    with writing(ranked.sessions, organisation_id) as session:
        removed = personal_data.erase(session, one, NOW)
    assert removed.counts["reasons of decisions"] == 1
    [kept] = ranked.history(2)
    assert (kept.kind, kept.reason, kept.at) == (DecisionKind.ADVANCE, "", NOW)
    with reading(ranked.sessions, organisation_id) as session:
        assert queries.snapshot(session, ranked.snapshot_id).people == 8
    with pytest.raises(NotFound):
        ranked.decide("advance", one)
