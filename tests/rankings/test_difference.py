"""A changed profile beside the former one: in the ranking, in the preview, on the pages."""

import csv
import io
import re

import numpy as np
import pytest
from scipy.stats import spearmanr

from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.rankings import difference_queries, queries, service
from assess.rankings.csv_file import COLUMNS
from assess.rankings.difference import difference
from assess.rankings.pool import read_pool
from assess.rankings.profile_basis import minimums_by_place, profile_basis, style_demand
from assess.rankings.score_matrix import kept_matrix, matrix_digest, score_matrix
from assess.selection.preview import consequence, standing
from tests.rankings.conftest import LATER
from tests.rankings.people import BOTH
from tests.rankings.test_views import words


def test_the_ranking_after_saving_is_the_preview_before(
    sessions, settings, tenant, shipped, campaign_id, change
):
    battery = [shipped.instrument(key) for key in BOTH]

    def preview(version):
        """The way of the tuning page: a matrix that is kept as a file, then standings."""
        basis = profile_basis(shipped, battery, version)
        with reading(sessions, tenant.organisation_id) as session:
            pool = read_pool(session, campaign_id, battery)
        matrix = kept_matrix(
            settings, tenant.organisation_id, campaign_id, basis, matrix_digest(basis, pool),
            lambda: score_matrix(basis, pool.tables, pool.flags),
        )  # fmt: skip
        found = standing(
            matrix, version.weights, style=style_demand(version),
            minimums=minimums_by_place(version),
        )  # fmt: skip
        return pool.candidates, matrix, found

    with reading(sessions, tenant.organisation_id) as session:
        first = campaigns.campaign(session, campaign_id).profile
    _, _, before = preview(first)
    change(campaign_id)
    with reading(sessions, tenant.organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        two = difference_queries.versions(session, campaign)
        seen = queries.snapshot(session, two.present_snapshot)
        former = queries.snapshot(session, two.former_snapshot)
    people, matrix, after = preview(campaign.profile)
    told = consequence(matrix, before, after, 12)
    entries = {one.candidate_id: one for one in seen.entries}
    for place, candidate in enumerate(people):
        entry, fit = entries[candidate], after.fit[place]
        assert entry.held_back == after.held[place]
        assert ("EMP:may_be_below_minimum" in entry.flags) == after.may_be[place]
        if entry.rank is None:
            assert np.isnan(fit)
        else:
            pair = fit, after.error[place]
            assert (entry.fit, entry.fit_error) == pytest.approx(pair, abs=1e-9)
        if entry.fit is not None:
            assert sum(entry.contributions.values()) == pytest.approx(entry.fit - 50, abs=1e-9)
    assert seen.held_back == told.totals.held[1] > 2
    assert seen.ranked == told.totals.ranked[1]
    assert (seen.minimums, seen.style_weight) == ({"EMP": 54.0}, 0.1)
    flags = [entries[one].flags for one in people]
    assert "style:style_not_measured" in flags[0]
    assert "style:style_part_missing" in flags[1]
    assert "EMP:minimum_not_measured" in flags[8]
    assert not entries[people[8]].held_back
    # The page of the difference says the same as the preview did.
    found = difference(
        (former, two.former), (seen, two.present), shipped, battery, lambda e: e.code
    )
    assert [one.candidate_id for one in found.moved_in] == [people[i] for i in told.moved_in]
    assert {one.candidate_id for one in found.moved_out} == {people[i] for i in told.moved_out}
    assert found.changed == told.totals.changed > 2
    assert found.count("beyond") == told.totals.beyond_error
    assert found.count("shifted", "beyond") == told.totals.shifted
    assert any(one.held_back and one.after is None for one in found.moved_out)
    assert found.rank_correlation == pytest.approx(told.totals.rank_correlation)
    pairs = [
        (one.fit, other.fit)
        for one in former.entries
        if one.rank and (other := entries[one.candidate_id]).rank
    ]
    assert found.rank_correlation == pytest.approx(spearmanr(*zip(*pairs, strict=True)).statistic)
    assert (found.both, found.more) == (60, 0)


def test_the_pages_say_what_a_changed_profile_did(
    sessions, tenant, signed_in, shipped, campaign_id, change
):
    address = f"/campaigns/{campaign_id}/ranking"
    client = signed_in(tenant, RoleName.RECRUITER)
    alone = words(client.get(f"{address}/difference").text)
    assert "There is only one profile version here" in alone
    assert "What the change of profile did" not in words(client.get(address).text)
    header = client.get(f"{address}.csv").text.splitlines()[0]
    assert header.startswith(",".join(COLUMNS) + ",")
    assert "style_contribution" not in header

    change(campaign_id, rank=False)
    waiting = words(client.get(f"{address}/difference").text)
    assert "Rank again to see the difference" in waiting
    assert "Something this ranking rests on has changed" in words(client.get(address).text)
    # Until then a person's page speaks of the version they were ranked under.
    with reading(sessions, tenant.organisation_id) as session:
        first = queries.snapshot(session, queries.needed(session, campaign_id)).entries[0]
    person = f"/campaigns/{campaign_id}/people/{first.candidate_id}"
    assert "Style, weight 0" in words(client.get(person).text)

    service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=LATER)
    ranking = client.get(address).text
    told = words(ranking)
    assert "What the change of profile did" in told
    assert "This profile has a minimum" in told
    assert "Asked for: Empathy 54" in told
    last = words(client.get(f"{address}?page=2").text)
    assert "Below the profile's minimum, a person decides" in last
    assert "Style, 10 % of the fit" in told
    assert "may be below the minimum" in told
    assert "It has weight 0" not in told
    with reading(sessions, tenant.organisation_id) as session:
        seen = queries.snapshot(session, queries.needed(session, campaign_id))
    held = next(one for one in seen.entries if one.held_back)
    kept = words(client.get(f"/campaigns/{campaign_id}/people/{held.candidate_id}").text)
    assert "This person has a fit and no rank" in kept
    assert "Chance that Empathy is truly below the minimum of 54" in kept
    assert "Style: nearness to the target" in kept
    assert "Style, 10 % of the fit" in kept
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").text)))
    assert list(rows[0])[: len(COLUMNS) + 2] == [*COLUMNS, "style_contribution", "held_back"]
    assert sum(row["held_back"] == "1" for row in rows) == seen.held_back
    for row in rows:
        assert (row["rank"] == "") == (row["held_back"] == "1" or row["fit"] == "")
        if row["fit"]:
            steps = [float(v) for name, v in row.items() if name.endswith("_contribution") and v]
            assert sum(steps) == pytest.approx(float(row["fit"]), abs=1e-5)

    page = client.get(f"{address}/difference").text
    told = words(page)
    assert re.search(r"The change of profile gives \d+ of 12 seats to others", told)
    assert "“Night shift”" in told
    assert "“first version”" in told
    assert "Empathy at least 54" in told
    assert "below the minimum" in told
    assert "chart-moves" in page
    assert "style=" not in page
    # The recruiter looked before the change, here and on a person's page afterwards.
    assert "Who had seen results before the change" in told
    assert "recruiter of Harbour Care : the ranking, the ranking's file, a person's page" in told
    psychologist = signed_in(tenant, RoleName.PSYCHOLOGIST).get(f"{address}/difference")
    assert psychologist.status_code == 200
    assert "/people/" not in psychologist.text
    assert signed_in(tenant, RoleName.ANALYST).get(f"{address}/difference").status_code == 403
