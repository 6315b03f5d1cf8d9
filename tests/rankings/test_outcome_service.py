"""Telling people: by a member, once for a decision, in the person's language; never by itself."""

import pytest
from sqlalchemy import select, update

from assess.accounts.models import RoleName
from assess.app import HANDLERS
from assess.campaigns import flow_queries
from assess.campaigns.models import Mailing, MailState
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.jobs.worker import run_until_idle
from assess.rankings import decision_queries as decisions
from assess.rankings.outcome_service import tell, tell_again
from tests.portal.conftest import mails
from tests.rankings.ranked import Ranked
from tests.service import NOW


@pytest.fixture
def ranked(sessions, tenant, shipped):
    """Give a blind campaign of eight whose people have addresses, the second in French."""
    made = Ranked(sessions, tenant, shipped, blind=True)
    with writing(sessions, tenant.organisation_id) as session:
        for place, one in enumerate(made.who[:7]):
            session.execute(
                update(Candidate)
                .where(Candidate.id == one)
                .values(email=f"p{place}@example.org", language="fr" if place == 1 else "en")
            )
    return made


def waiting(ranked):
    with reading(ranked.sessions, ranked.tenant.organisation_id) as session:
        return decisions.waiting(session, ranked.id)


def told(ranked, place):
    with reading(ranked.sessions, ranked.tenant.organisation_id) as session:
        return decisions.told(session, ranked.id, ranked.who[place])


def mailings(ranked):
    with reading(ranked.sessions, ranked.tenant.organisation_id) as session:
        rows = session.scalars(select(Mailing).order_by(Mailing.id))
        return [(row.kind, row.ordinal, row.state) for row in rows]


def test_a_decision_is_told_once_and_only_by_a_member(ranked, sessions, settings, tenant):
    ranked.decide("decline", ranked.who[0])
    ranked.decide("advance", ranked.who[1])
    ranked.decide("hold", ranked.who[2])
    ranked.decide("hired", ranked.who[3])
    run_until_idle(sessions, settings, HANDLERS)
    assert mailings(ranked) == []  # deciding tells nobody
    found = {one.kind.value: one for one in waiting(ranked)}
    assert sorted(found) == ["advance", "decline", "hired"]
    ids = [one.decision_id for one in found.values()]
    for role in (RoleName.HIRING_MANAGER, RoleName.PSYCHOLOGIST, RoleName.ANALYST):
        with pytest.raises(Refused):
            tell(sessions, tenant.members[role], ranked.id, ids, now=NOW)
    with pytest.raises(Refused, match="member"):
        tell(sessions, tenant.system, ranked.id, ids, now=NOW)
    with pytest.raises(Invalid):
        tell(sessions, tenant.recruiter, ranked.id, [], now=NOW)
    assert tell(sessions, tenant.recruiter, ranked.id, ids, now=NOW) == 3
    assert tell(sessions, tenant.recruiter, ranked.id, ids, now=NOW) == 0
    assert waiting(ranked) == []
    run_until_idle(sessions, settings, HANDLERS)
    assert sorted(mailings(ranked)) == [
        ("advanced", 1, "sent"), ("declined", 1, "sent"), ("hired", 1, "sent"),
    ]  # fmt: skip
    letters = {letter["To"]: letter for letter in mails(settings)}
    assert letters["p0@example.org"]["Subject"] == "Harbour Parcels: the decision on “Winter team”"
    assert "decided not to go on with you for this job" in letters["p0@example.org"].get_content()
    assert "l’étape suivante vous est ouverte" in letters["p1@example.org"].get_content()
    assert "would like you to have the job" in letters["p3@example.org"].get_content()
    for letter in letters.values():
        assert "http://localhost/my/i/" in letter.get_content()
        assert "Strong in what this job asks most" not in letter.get_content()
    assert [event.detail["kind"] for event in ranked.audit("outcome told")] == [
        "decline", "advance", "hired",
    ]  # fmt: skip
    assert (told(ranked, 1).kind.value, told(ranked, 1).told_at) == ("advance", NOW)
    assert told(ranked, 2) is None
    # A later decision is told anew; until then the person knows the earlier one.
    ranked.decide("advance", ranked.who[0])
    assert told(ranked, 0).kind.value == "decline"
    [again] = waiting(ranked)
    assert tell(sessions, tenant.recruiter, ranked.id, [again.decision_id], now=NOW) == 1
    assert told(ranked, 0).kind.value == "advance"


def test_what_no_longer_counts_or_reaches_nobody_is_not_told(
    ranked, sessions, settings, tenant, other_tenant
):
    ranked.decide("decline", ranked.who[0])
    [first] = waiting(ranked)
    ranked.decide("hold", ranked.who[0])
    with pytest.raises(Conflict, match="anew"):
        tell(sessions, tenant.recruiter, ranked.id, [first.decision_id], now=NOW)
    with pytest.raises(NotFound):
        tell(sessions, other_tenant.recruiter, ranked.id, [first.decision_id], now=NOW)
    with pytest.raises(NotFound):
        tell(sessions, tenant.recruiter, ranked.id, [10**6], now=NOW)
    ranked.decide("advance", ranked.who[7])
    [unreached] = waiting(ranked)
    assert not unreached.has_address
    with pytest.raises(Conflict, match="no address"):
        tell(sessions, tenant.recruiter, ranked.id, [unreached.decision_id], now=NOW)
    # A mail that has not gone is stopped by the next decision: the person was not told.
    ranked.decide("decline", ranked.who[4])
    wrong = next(one for one in waiting(ranked) if one.candidate_id == ranked.who[4])
    tell(sessions, tenant.recruiter, ranked.id, [wrong.decision_id], now=NOW)
    ranked.decide("hold", ranked.who[4])
    run_until_idle(sessions, settings, HANDLERS)
    assert mailings(ranked) == [("declined", 1, "dropped")]
    assert mails(settings) == []
    assert told(ranked, 4) is None


def test_a_mail_that_did_not_arrive_is_sent_again_and_one_that_did_is_not(
    ranked, sessions, settings, tenant, other_tenant
):
    ranked.decide("decline", ranked.who[0])
    ranked.decide("advance", ranked.who[1])
    ids = [one.decision_id for one in waiting(ranked)]
    tell(sessions, tenant.recruiter, ranked.id, ids, now=NOW)
    run_until_idle(sessions, settings, HANDLERS)
    everybody = ranked.who
    assert tell_again(sessions, tenant.recruiter, ranked.id, everybody, now=NOW) == 0
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(
            update(Mailing)
            .where(Mailing.kind == "declined")
            .values(state=MailState.BOUNCED, fault="The mail came back")
        )
    with reading(sessions, tenant.organisation_id) as session:
        [lost] = decisions.undelivered(session, ranked.id)
    assert (lost.candidate_id, lost.fault) == (ranked.who[0], "The mail came back")
    with pytest.raises(Refused):
        tell_again(sessions, tenant.system, ranked.id, everybody, now=NOW)
    with pytest.raises(NotFound):
        tell_again(sessions, other_tenant.recruiter, ranked.id, everybody, now=NOW)
    assert tell_again(sessions, tenant.recruiter, ranked.id, everybody, now=NOW) == 1
    assert tell_again(sessions, tenant.recruiter, ranked.id, everybody, now=NOW) == 0
    run_until_idle(sessions, settings, HANDLERS)
    assert mailings(ranked)[-1] == ("declined", 2, "sent")
    with reading(sessions, tenant.organisation_id) as session:
        assert decisions.undelivered(session, ranked.id) == []


def test_the_funnel_counts_who_was_advanced_and_hired(ranked, sessions, tenant):
    def counted():
        with reading(sessions, tenant.organisation_id) as session:
            far = flow_queries.flow(session, ranked.id, NOW).progress
        return far.advanced, far.hired

    ranked.decide("advance", ranked.who[0])
    ranked.decide("hired", ranked.who[1])
    assert counted() == (2, 1)
    ranked.decide("hold", ranked.who[0])
    assert counted() == (1, 1)
