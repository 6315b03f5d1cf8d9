"""Fits to call drivers from stored places alone: those of the pool's matrix, in plain words."""

import re

import numpy as np
import pytest

from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.instruments.model import CallDriver
from assess.profiles import driver_service
from assess.profiles.mix import STYLE_LETTERS, DriverShare
from assess.profiles.queries import with_own_drivers
from assess.rankings.driver_fit import driver_table, person_drivers
from assess.rankings.driver_page import drivers_section, strong_where
from assess.rankings.driver_queries import driver_ground
from assess.rankings.entry_scores import entries_matrix, snapshot_basis
from assess.rankings.pool import read_pool
from assess.rankings.score_matrix import score_matrix
from assess.selection.demand import COMPETENCIES
from tests.rankings.people import BOTH, DRIVERS, drawn, finish, open_ranked
from tests.rankings.test_service import ranked
from tests.service import NOW

OWN = CallDriver(
    "lost-keys", "Lost keys of a parcel box", 4.0,
    dict.fromkeys(COMPETENCIES, 0.0) | {"EMP": 5.0, "REG": 5.0},
    dict.fromkeys(STYLE_LETTERS, 50.0),
)  # fmt: skip
JUDGED, RATED = BOTH[1], BOTH[0]


def sure(person, mean):
    """Give somebody whose answers are nearly free of error, strong in empathy and composure."""
    scores = {
        key: {name: (mean if name in ("EMP", "REG", "empathy", "even_keel") else 0.0, 0.05)
              for name in of}
        for key, of in person.scores.items()
    }  # fmt: skip
    return type(person)(person.name, scores)


@pytest.fixture
def seen(sessions, tenant, shipped):
    """Give a ranking of twelve under an own driver that was retired since, and its ground."""
    driver_service.save_driver(
        sessions, tenant.members[RoleName.HIRING_MANAGER], shipped, OWN, now=NOW
    )
    with reading(sessions, tenant.organisation_id) as session:
        whole = with_own_drivers(session, shipped)
    mix = (*DRIVERS[:2], DriverShare("lost-keys", 0.2, 3.0))
    campaign_id = open_ranked(sessions, tenant, whole, drivers=mix, days=9999)
    people = drawn(shipped, 12)
    people[0], people[1] = sure(people[0], 1.5), sure(people[1], -1.5)
    people[2].scores[JUDGED].update(dict.fromkeys(people[2].scores[JUDGED]))
    people[2].flags[JUDGED] = ["total:not_scorable"]
    people[3].scores[RATED]["empathy"] = None
    who = finish(sessions, tenant, shipped, campaign_id, people)
    driver_service.retire_driver(
        sessions, tenant.members[RoleName.HIRING_MANAGER], OWN.code, now=NOW
    )
    snapshot = ranked(sessions, tenant, shipped, campaign_id)
    with reading(sessions, tenant.organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        ground = driver_ground(session, campaign, snapshot, shipped)
        pool = read_pool(session, campaign_id, ground.battery)
    return snapshot, ground, pool, who, campaign_id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_stored_places_give_the_pool_s_scores_and_the_page_says_what_is_sure(
    seen, shipped, tenant, signed_in
):
    snapshot, ground, pool, who, campaign_id = seen
    entries = sorted(snapshot.entries, key=lambda one: one.candidate_id)
    basis = snapshot_basis(snapshot, ground.battery, shipped)
    kept = entries_matrix(entries, basis, ground.battery)
    made = score_matrix(basis, pool.tables, pool.flags)
    for name in ("mean", "error", "shared", "parts", "scorable", "offered"):
        np.testing.assert_allclose(getattr(kept, name), getattr(made, name), atol=1e-12)
    table = driver_table(entries, snapshot, ground, others=True)
    shown = [np.nan if one.fit is None else one.fit for one in entries]
    np.testing.assert_allclose(table.whole, shown, atol=1e-9)
    assert [driver.code for driver in table.drivers[:3]] == ["delivery", "billing", "lost-keys"]
    assert len(table.drivers) == len(shipped.call_drivers) + 1
    # One person alone has the same figures as among all.
    alone = person_drivers(driver_table([entries[0]], snapshot, ground), who[0])
    assert alone.mix == person_drivers(table, who[0]).mix
    assert alone.titles("stronger")[-1] == OWN.title
    assert OWN.title in person_drivers(table, who[1]).titles("weaker")
    assert person_drivers(table, who[2]) is None
    assert drivers_section(table, who[2]) is None

    client = signed_in(tenant, RoleName.RECRUITER)
    page = client.get(f"/campaigns/{campaign_id}/people/{who[0]}").text
    assert "Strong where these calls dominate: " in page
    assert OWN.title in page
    assert "Onboarding and sales enquiry" in page
    quiet = client.get(f"/campaigns/{campaign_id}/people/{who[2]}").text
    assert "Strong where" not in quiet
    listed = client.get(f"/campaigns/{campaign_id}/ranking").text
    hints = re.findall(r"stronger: ([^<]+)<", listed)
    strong = [names for names in (table.titles(one, "stronger") for one in who) if names]
    assert sorted(hints) == sorted("; ".join(names) for names in strong)
    header = client.get(f"/campaigns/{campaign_id}/ranking.csv").text.splitlines()[0]
    assert header.endswith("lost-keys_fit_shown,lost-keys_fit_shown_se,lost-keys_stands_out")


def test_a_title_claims_only_what_is_sure(app):
    with app.test_request_context():
        assert strong_where([], []) == "No call driver stands out: the difference is within error"
        assert "“Billing dispute”" in strong_where(["Billing dispute"], [])
        assert "within error" not in strong_where([], ["Billing dispute"])
