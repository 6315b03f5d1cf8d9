"""A ranking is kept as it was made; the same pool and versions give the same one."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select, update

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns.models import Campaign
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.scoring import score_table
from assess.instruments.simulation import simulate_answers
from assess.rankings import queries, service
from assess.rankings.models import RankingEntry, RankingSnapshot
from assess.selection.demand import COMPETENCIES
from assess.sittings.imports import ImportedPerson, import_people
from assess.sittings.models import Score
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW

LATER = NOW + timedelta(hours=1)


def ranked(sessions, tenant, catalogue, campaign_id, *, now=LATER):
    made = service.rank_campaign(sessions, tenant.recruiter, catalogue, campaign_id, now=now)
    with reading(sessions, tenant.organisation_id) as session:
        return queries.snapshot(session, made)


def test_a_snapshot_keeps_everybody_with_their_error(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped, seats=4)
    people = drawn(shipped, 25)
    skipped = {"service-judgement-a": dict.fromkeys(people[3].scores["service-judgement-a"])}
    people[3] = replace(
        people[3],
        scores={**people[3].scores, **skipped},
        flags={"service-judgement-a": ["total:not_scorable"]},
    )
    finish(sessions, tenant, shipped, campaign_id, people)
    seen = ranked(sessions, tenant, shipped, campaign_id)

    assert (seen.people, seen.unranked, seen.seats, len(seen.entries)) == (25, 1, 4, 25)
    assert not seen.partial
    assert seen.coverage == pytest.approx(1)
    assert tuple(seen.weights) == COMPETENCIES
    assert sum(seen.weights.values()) == pytest.approx(1)
    assert seen.method["seed"] == 7
    assert seen.method["kind"] == "simulated"
    assert all(one["digest"] == one["present_digest"] for one in seen.method["instruments"])
    places = [(one.band is None, one.band or 0, one.name.casefold()) for one in seen.entries]
    assert places == sorted(places)
    assert sum(one.p_top for one in seen.entries[:-1]) == pytest.approx(4, abs=1e-6)
    for one in seen.entries[:-1]:
        assert one.rank_low <= one.rank <= one.rank_high
        assert sum(one.contributions.values()) == pytest.approx(one.fit - 50, abs=1e-9)
        assert set(one.style) == {"dominance", "influence", "steadiness", "conscientiousness"}
        assert one.parts == {c: 1 if c in ("GUI", "ESC", "CHN") else 2 for c in COMPETENCIES}
    last = seen.entries[-1]
    assert last.name == people[3].name
    assert (last.rank, last.band, last.fit, last.p_top, last.at_cut) == (None,) * 4 + (False,)
    assert "total:not_scorable" in last.flags
    assert last.mean["GUI"] is None
    assert last.coverage < 1
    assert last.contributions == {}


def test_the_same_pool_gives_the_same_snapshot(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 8))
    first = ranked(sessions, tenant, shipped, campaign_id)
    again = ranked(sessions, tenant, shipped, campaign_id, now=LATER + timedelta(days=1))
    assert again == first
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalar(select(func.count(RankingSnapshot.id))) == 1
        assert session.scalar(select(func.count(RankingEntry.id))) == 8
        events = select(func.count(AuditEvent.id)).where(AuditEvent.act == "campaign ranked")
        assert session.scalar(events) == 1


def test_one_more_person_gives_a_new_snapshot_and_keeps_the_old(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 8))
    first = ranked(sessions, tenant, shipped, campaign_id)
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.standing(session, campaign_id) == queries.Standing(
            8, first.id, 0, stale=False
        )
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 2, seed=2))
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.standing(session, campaign_id) == queries.Standing(
            10, first.id, 2, stale=True
        )
    second = ranked(sessions, tenant, shipped, campaign_id, now=LATER + timedelta(days=1))
    assert second.id != first.id
    assert second.people == 10
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.newest(session, campaign_id) == second.id
        assert queries.snapshot(session, first.id) == first
    before = {one.candidate_id: (one.fit, one.fit_error) for one in first.entries}
    after = {one.candidate_id: (one.fit, one.fit_error) for one in second.entries}
    for candidate_id, figures in before.items():
        assert after[candidate_id] == pytest.approx(figures, abs=1e-9)


def test_a_changed_score_or_seat_makes_the_snapshot_old(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 6))
    first = ranked(sessions, tenant, shipped, campaign_id)
    with writing(sessions, tenant.organisation_id) as session:
        row = session.scalars(select(Score).limit(1)).one()
        changed = dict(row.scales, mean=[-m for m in row.scales["mean"]])
        session.execute(
            update(Score).where(Score.id == row.id)
            .values(scales=changed, figures=None, scored_at=LATER + timedelta(hours=1))
        )  # fmt: skip
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.standing(session, campaign_id).stale
    second = ranked(sessions, tenant, shipped, campaign_id, now=LATER + timedelta(hours=2))
    assert second.id != first.id
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Campaign).where(Campaign.id == campaign_id).values(seats=2))
    third = ranked(sessions, tenant, shipped, campaign_id, now=LATER + timedelta(hours=3))
    assert third.id != second.id
    assert third.seats == 2


def test_a_work_style_battery_is_ranked_on_partial_evidence(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped, battery=("work-style",))
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 10, battery=("work-style",)))
    seen = ranked(sessions, tenant, shipped, campaign_id)
    profile = seen.method["profile_weights"]
    four = ("EMP", "REG", "OWN", "INT")
    assert seen.partial
    assert seen.evidenced == four
    assert tuple(seen.weights) == four
    assert seen.coverage == pytest.approx(sum(profile[code] for code in four) / 2)
    for one in seen.entries:
        assert one.coverage == pytest.approx(seen.coverage)
        assert tuple(one.contributions) == four
        assert one.rank


def test_one_person_can_be_read_alone(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    who = finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 5))
    seen = ranked(sessions, tenant, shipped, campaign_id)
    with reading(sessions, tenant.organisation_id) as session:
        one = queries.entry(session, seen.id, who[2])
        assert one in seen.entries
        assert one.candidate_id == who[2]
        with pytest.raises(NotFound):
            queries.entry(session, seen.id, 10_000)


def test_nobody_finished_is_nobody_ranked(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    with pytest.raises(Invalid):
        service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.standing(session, campaign_id) == queries.Standing(0, None, 0, stale=False)


def test_versions_of_a_questionnaire_are_not_mixed(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 2))
    other = {"work-style": "0" * 64}
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 1), digests=other)
    with pytest.raises(Conflict):
        service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)


def test_another_organisation_ranks_and_reads_nothing(sessions, tenant, other_tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 3))
    seen = ranked(sessions, tenant, shipped, campaign_id)
    with pytest.raises(NotFound):
        service.rank_campaign(sessions, other_tenant.recruiter, shipped, campaign_id, now=NOW)
    with reading(sessions, other_tenant.organisation_id) as session:
        with pytest.raises(NotFound):
            queries.snapshot(session, seen.id)
        with pytest.raises(NotFound):
            queries.entry(session, seen.id, seen.entries[0].candidate_id)
        assert queries.newest(session, campaign_id) is None


@pytest.mark.parametrize("role", [RoleName.PSYCHOLOGIST, RoleName.ANALYST])
def test_roles_that_only_look_do_not_rank(sessions, tenant, shipped, role):
    campaign_id = open_ranked(sessions, tenant, shipped)
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 2))
    with pytest.raises(Refused):
        service.rank_campaign(sessions, tenant.members[role], shipped, campaign_id, now=NOW)


def test_blanks_are_counted_with_the_range_they_leave(sessions, tenant, shipped):
    """Two empathy items skipped: how many, and the score had they been lowest, or highest."""
    instrument = shipped.instrument("work-style")
    campaign_id = open_ranked(sessions, tenant, shipped, battery=("work-style",))
    answers = simulate_answers(shipped, ("work-style",), 3, np.random.default_rng(2))["work-style"]
    skipped = [instrument.item_ids.index(item) for item in ("Q10", "Q51")]
    answers[1, skipped] = np.nan
    people = [ImportedPerson(f"P{n}", f"Person {n}", None) for n in range(3)]
    import_people(
        sessions, tenant.system, shipped, campaign_id, people, {"work-style": answers},
        now=NOW, source="test", simulated=True,
    )  # fmt: skip
    seen = {one.code: one for one in ranked(sessions, tenant, shipped, campaign_id).entries}
    assert seen["P0"].blanks == seen["P2"].blanks == {}
    ((scale, (answered, of, low, high)),) = seen["P1"].blanks.items()
    assert (scale, answered, of) == ("empathy", 6, 8)
    mean, _error = seen["P1"].scales["empathy"]
    assert low < mean < high
    lowest, highest = answers[1:2].copy(), answers[1:2].copy()
    lowest[0, skipped], highest[0, skipped] = (1, 7), (7, 1)  # Q51 is reversed
    column = instrument.scale_names.index("empathy")
    assert low == pytest.approx(score_table(instrument, lowest).mean[0, column], abs=1e-12)
    assert high == pytest.approx(score_table(instrument, highest).mean[0, column], abs=1e-12)
