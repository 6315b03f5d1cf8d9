"""Pools to try a profile on: read once, mapped after that, nobody's but the organisation's."""

import numpy as np
import pytest
from sqlalchemy import event

from assess.candidates import erasure
from assess.db.scope import reading
from assess.rankings import tuning_pools
from assess.rankings.score_matrix import matrix_key, people_key
from assess.rankings.tuning_pools import ground, people_at, real_pool, simulated_pool
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW


@pytest.fixture
def stage(sessions, tenant, settings, shipped, monkeypatch):
    """Give a campaign with 30 finished people, and a way to take its pool and count readings."""
    campaign_id = open_ranked(sessions, tenant, shipped)
    people = finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 30))
    read = []
    whole = tuning_pools.read_pool
    monkeypatch.setattr(tuning_pools, "read_pool", lambda *a: read.append(a) or whole(*a))

    def take(ticket="", tuned=campaign_id):
        with reading(sessions, tenant.organisation_id) as session:
            on = ground(session, shipped, campaign_id)
            return real_pool(session, settings, tuned, on, ticket)

    return campaign_id, people, take, read


def test_a_pool_is_read_once_and_then_mapped_by_anybody_with_or_without_its_ticket(
    sessions, tenant, settings, shipped, stage
):
    campaign_id, people, take, read = stage
    first = take()
    assert len(read) == 1
    for ticket in (first.ticket, "", "forged", first.ticket[:-2]):
        again = take(ticket)
        assert len(read) == 1
        assert (again.digest, again.ticket) == (first.digest, first.ticket)
        np.testing.assert_array_equal(again.matrix.mean, first.matrix.mean)
        assert not again.matrix.mean.flags.owndata
    assert people_at(settings, tenant.organisation_id, first, [3, 0]) == [people[3], people[0]]
    # A ticket holds for the page it was given to: another campaign's page begins anew.
    other = take(first.ticket, tuned=campaign_id + 1)
    assert other.ticket != first.ticket


def test_a_step_reads_a_handful_of_rows_however_many_people_there_are(
    app, sessions, tenant, shipped, stage
):
    _campaign_id, _people, take, _read = stage
    ticket = take().ticket
    fetched = []
    engine = sessions.kw["bind"]
    event.listen(engine, "after_cursor_execute", lambda *a: fetched.append(a[2]))
    take(ticket)
    assert not [one for one in fetched if "score" in one.lower() and "from score" in one.lower()]
    assert len(fetched) < 10


def test_somebody_who_finishes_is_in_a_page_opened_anew_and_not_in_one_that_is_open(
    sessions, tenant, shipped, stage
):
    campaign_id, _people, take, read = stage
    opened = take()
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 1, seed=9, names=["Zoe Last"]))
    assert len(take(opened.ticket).matrix.mean) == 30
    assert len(take().matrix.mean) == 31
    assert len(read) == 2
    # The older file is gone, so that the open page goes on with the pool as it is now.
    renewed = take(opened.ticket)
    assert len(renewed.matrix.mean) == 31
    assert renewed.digest != opened.digest


def test_erasing_a_person_takes_both_files_and_the_next_step_reads_without_them(
    sessions, tenant, settings, stage
):
    campaign_id, people, take, read = stage
    opened = take()
    erasure.erase(sessions, settings, tenant.system, people[4], "f" * 32, now=NOW)
    for key in (matrix_key, people_key):
        assert not (settings.files_dir / key(tenant.organisation_id, campaign_id)).exists()
    assert people_at(settings, tenant.organisation_id, opened, [4]) == [None]
    after = take(opened.ticket)
    assert len(after.matrix.mean) == 29
    assert len(read) == 2
    ids = people_at(settings, tenant.organisation_id, after, range(29))
    assert ids == [one for one in people if one != people[4]]


def test_simulated_people_are_the_same_ones_whatever_the_profile(sessions, tenant, shipped):
    ids = [open_ranked(sessions, tenant, shipped, seats=seats) for seats in (5, 5, 40)]
    with reading(sessions, tenant.organisation_id) as session:
        one, same, more = (simulated_pool(ground(session, shipped, i)) for i in ids)
    np.testing.assert_array_equal(one.matrix.mean, same.matrix.mean)
    assert (len(one.matrix.mean), len(more.matrix.mean)) == (200, 400)
    assert one.matrix.style is not None
    tuning_pools._simulated._kept.clear()
    with reading(sessions, tenant.organisation_id) as session:
        anew = simulated_pool(ground(session, shipped, ids[0]))
    np.testing.assert_array_equal(one.matrix.mean, anew.matrix.mean)
    assert (one.ticket, one.campaign_id) == ("", None)
