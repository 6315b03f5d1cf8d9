"""Blind review: codes for names until a decision, or a reveal that is kept."""

import dataclasses

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import service as campaigns
from assess.candidates import personal_data
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.rankings import labels, queries
from assess.rankings.labels import Sight, blinded
from assess.rankings.models import NameReveal
from assess.rankings.reveal_service import reveal
from assess.reports import queries as reports
from assess.reports import service as report_service
from assess.reports.models import ReportKind
from assess.reports.options import ReportOptions
from tests.rankings.ranked import Ranked
from tests.reports.material import snapshot_view
from tests.service import NOW


def test_a_hidden_person_is_a_code_in_every_field_and_in_the_order():
    snapshot = snapshot_view(12, unranked=1, seats=3)
    assert blinded(snapshot, Sight()) is snapshot
    shown = snapshot.entries[4]
    seen = blinded(snapshot, Sight(blind=True, named=frozenset({shown.candidate_id})))
    assert {one.candidate_id for one in seen.entries} == {
        one.candidate_id for one in snapshot.entries
    }
    for one in seen.entries:
        assert one.name == (shown.name if one.candidate_id == shown.candidate_id else one.code)
    places = [(one.band is None, one.band or 0, one.code) for one in seen.entries]
    assert places == sorted(places)
    hidden = [one.name for one in snapshot.entries if one is not shown]
    said = str(dataclasses.asdict(seen))
    assert not [name for name in hidden if name in said]


def test_who_sees_all_of_a_report():
    some = Sight(blind=True, named=frozenset({1, 2}))
    assert Sight().sees_all(None)
    assert some.sees_all([1])
    assert not some.sees_all([1, 3])
    assert not some.sees_all(None)
    assert labels.sight_of(some.listed) == some
    assert labels.sight_of(Sight().listed) == Sight()


@pytest.fixture
def blind(sessions, tenant, shipped):
    return Ranked(sessions, tenant, shipped, blind=True)


def test_a_name_shows_after_a_decision_or_to_who_revealed_it(blind, sessions, tenant, other_tenant):
    recruiter, manager = tenant.recruiter, tenant.members[RoleName.HIRING_MANAGER]
    first, second, third = blind.who[:3]

    def named(member):
        with reading(sessions, tenant.organisation_id) as session:
            return set(labels.sight(session, blind.id, member.id if member else None).named)

    assert named(recruiter) == set()
    blind.decide("hold", first)
    blind.decide("advance", second)
    assert named(None) == {second}
    for _ in range(2):  # sent twice is once
        reveal(sessions, recruiter, blind.id, third, "To agree on a time", now=NOW)
    assert named(recruiter) == {second, third}
    assert named(manager) == named(None) == {second}
    blind.decide("hold", second)  # undone: hidden again
    assert named(manager) == set()
    for actor, fault in (
        (tenant.members[RoleName.PSYCHOLOGIST], Refused),
        (tenant.system, Refused),
        (other_tenant.recruiter, NotFound),
    ):
        with pytest.raises(fault):
            reveal(sessions, actor, blind.id, first, "To agree on a time", now=NOW)
    with pytest.raises(Invalid):
        reveal(sessions, recruiter, blind.id, first, " ", now=NOW)
    [event] = blind.audit("name revealed")
    assert (event.actor_id, event.detail) == (recruiter.id, {})
    with reading(sessions, tenant.organisation_id) as session:
        held = personal_data.export(session, third)["rankings"]["names_revealed"]
    assert held == [{"revealed_at": NOW.isoformat(), "reason": "To agree on a time"}]
    with writing(sessions, tenant.organisation_id) as session:
        assert personal_data.erase(session, third, NOW).counts["names revealed"] == 1
        assert session.scalar(select(NameReveal.id)) is None


def test_switching_to_names_and_back_is_on_record(blind, sessions, tenant, other_tenant):
    with pytest.raises(Refused):
        campaigns.set_blind(
            sessions, tenant.members[RoleName.HIRING_MANAGER], blind.id, blind=False, now=NOW
        )
    with pytest.raises(NotFound):
        campaigns.set_blind(sessions, other_tenant.recruiter, blind.id, blind=False, now=NOW)
    for on in (True, False, False):  # only the change counts
        campaigns.set_blind(sessions, tenant.recruiter, blind.id, blind=on, now=NOW)
    assert [event.detail for event in blind.audit("blind review set")] == [{"blind": False}]
    with reading(sessions, tenant.organisation_id) as session:
        assert labels.sight(session, blind.id, None) == Sight()
        assert session.scalars(select(AuditEvent)).first() is not None


def test_a_report_with_names_is_not_handed_out_while_they_are_hidden(
    blind, sessions, settings, tenant
):
    def ask():
        return report_service.request(
            sessions, tenant.recruiter, blind.snapshot_id, ReportKind.RANKED, None,
            ReportOptions(0), now=NOW,
        )  # fmt: skip

    def hidden(report_id):
        with reading(sessions, tenant.organisation_id) as session:
            return reports.report(session, blind.id, report_id).hidden

    coded = ask()
    assert ask() == coded
    blind.decide("advance", blind.who[0])
    with_one = ask()
    assert with_one != coded
    campaigns.set_blind(sessions, tenant.recruiter, blind.id, blind=False, now=NOW)
    with_all = ask()
    assert not hidden(with_all)
    campaigns.set_blind(sessions, tenant.recruiter, blind.id, blind=True, now=NOW)
    assert [hidden(one) for one in (coded, with_one, with_all)] == [False, False, True]
    blind.decide("hold", blind.who[0])
    assert [hidden(one) for one in (coded, with_one, with_all)] == [False, True, True]
    with reading(sessions, tenant.organisation_id) as session, pytest.raises(Refused):
        reports.report_file(session, settings, blind.id, with_one)
    with reading(sessions, tenant.organisation_id) as session:
        assert len(queries.snapshot(session, blind.snapshot_id).entries) == 8
