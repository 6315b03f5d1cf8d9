"""What a key would change is told from stored answers, and nothing is written."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from assess.db.scope import reading, writing
from assess.experts import queries, service
from assess.experts.changes import changes
from assess.rankings import queries as rankings
from assess.rankings.service import rank_campaign
from assess.sittings.models import Score
from tests.experts.conftest import RATED, TEN
from tests.instruments.experts import TEAM, filled
from tests.service import NOW

TODAY = NOW.date()


def told(sessions, tenant, bank, panel_id, today=TODAY):
    with reading(sessions, tenant.organisation_id) as session:
        panel = queries.panel(session, panel_id)
        files = service.proposed_files(session, panel, panel.study(), date="2026-01-05")
        return changes(session, bank, panel, files, today=today)


@pytest.fixture(scope="module")
def turned():
    """Give workbooks of experts who turn the key round."""
    return [
        (f"e{place}.xlsx", filled(RATED, 6 - ratings, name=name))
        for place, (name, ratings) in enumerate(zip(TEAM, TEN, strict=False))
    ]


def scores(sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        rows = session.scalars(select(Score).where(Score.instrument == "service-judgement-a"))
        return [(row.instrument_digest, row.scales) for row in rows]


def test_a_similar_key_changes_little(sessions, tenant, bank, panel_id, send, workbooks, answered):
    send(*workbooks)
    before = scores(sessions, tenant)
    found = told(sessions, tenant, bank, panel_id)
    assert scores(sessions, tenant) == before
    assert found.version == "3"
    a, b = found.forms
    assert (a.key, b.key, b.change) == ("service-judgement-a", "service-judgement-b", None)
    total = a.change.scales[-1]
    assert (a.change.people, total.people) == (30, 30)
    assert total.r > 0.95
    np.testing.assert_allclose(
        a.change.before[:, -1], [one[1]["mean"][-1] for one in before], atol=1e-9
    )
    [campaign] = found.campaigns
    assert (campaign.id, campaign.seats, campaign.people) == (answered, 5, 30)
    assert len(campaign.entering) == len(campaign.leaving) <= 2


def best(sessions, tenant, bank, campaign_id, seats):
    """Give the codes of the best in a ranking made of the scores as they are stored now."""
    snapshot_id = rank_campaign(sessions, tenant.recruiter, bank, campaign_id, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        entries = rankings.snapshot(session, snapshot_id).entries
    return {one.code for one in sorted(entries, key=lambda one: -one.fit)[:seats]}


def test_who_comes_in_and_leaves_is_what_a_ranking_of_the_new_scores_says(
    sessions, tenant, bank, panel_id, send, turned, answered
):
    send(*turned)
    found = told(sessions, tenant, bank, panel_id)
    change = found.forms[0].change
    assert change.scales[-1].r < -0.9
    [campaign] = found.campaigns
    first = best(sessions, tenant, bank, answered, 5)
    with writing(sessions, tenant.organisation_id) as session:
        rows = session.scalars(
            select(Score).where(Score.instrument == "service-judgement-a").order_by(Score.id)
        ).all()
        for row, mean in zip(rows, change.after.tolist(), strict=True):
            row.scales = {**row.scales, "mean": mean}
            row.figures = None
    second = best(sessions, tenant, bank, answered, 5)
    assert set(campaign.entering) == second - first
    assert set(campaign.leaving) == first - second
    assert len(campaign.leaving) >= 2


def test_closed_campaigns_and_other_versions_are_left_out(
    sessions, tenant, bank, panel_id, send, workbooks, answered
):
    send(*workbooks)
    later = NOW.date() + timedelta(days=400)
    assert told(sessions, tenant, bank, panel_id, today=later).campaigns == ()
    with reading(sessions, tenant.organisation_id) as session:
        panel = queries.panel(session, panel_id)
        files = service.proposed_files(session, panel, panel.study(), date="2026-01-05")
        other = replace(panel, files=files)
        found = changes(session, bank, other, files, today=TODAY)
    assert found.forms == ()
    assert found.campaigns == ()


def test_somebody_without_a_score_stays_without(
    sessions, tenant, bank, panel_id, send, workbooks, answered
):
    send(*workbooks)
    found = told(sessions, tenant, bank, panel_id)
    assert found.forms[0].change.unscored == 0
    assert np.isfinite(found.forms[0].change.after[:, -1]).all()
