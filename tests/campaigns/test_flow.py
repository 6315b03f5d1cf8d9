"""People by day and step, and where they stop: counts by hand, on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from assess.accounts.models import RoleName
from assess.campaigns import flow_queries, queries
from assess.campaigns.flow import Flow, Place, Step, Stop, observed, outlook, stops
from assess.campaigns.flow_queries import Kept
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from tests.campaigns.conftest import TODAY

MONDAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)


def day(n):
    return MONDAY + timedelta(days=n)


STEPS = (
    Step(day(0), None, None, withdrawn=False, people=7, sent=5, failed=2),
    Step(day(0), day(1), day(1), withdrawn=False, people=4, sent=4, failed=0),
    Step(day(0), day(1), day(3), withdrawn=True, people=1, sent=1, failed=0),
    Step(day(2), day(4), None, withdrawn=False, people=3, sent=3, failed=0),
    Step(day(4), day(4), day(4), withdrawn=False, people=2, sent=2, failed=0),
)


def test_days_add_up_and_feed_the_forecast():
    flow = Flow(NOW, STEPS)
    assert flow.progress == queries.Progress(invited=17, sent=15, started=10, finished=7, failed=2)
    assert flow.taking_part == 6
    assert [(d.invited, d.started, d.finished) for d in flow.by_day(day(4))] == [
        (12, 0, 0), (12, 5, 4), (15, 5, 4), (15, 5, 5), (17, 10, 7),
    ]  # fmt: skip
    seen = observed(flow, day(4), MONDAY)
    assert seen.age.tolist() == [0, 2, 4]
    assert seen.still_open.tolist() == [0, 3, 5]
    assert seen.out.tolist() == [0, 0, 3]
    assert seen.finished.tolist() == [[2, 0, 0, 0, 0], [0] * 5, [0, 4, 0, 0, 0]]
    assert seen.people == 17
    # Before the first day nobody has had time, and that day counts as today.
    early = Flow(NOW, STEPS[:1])
    assert observed(early, day(9), day(9)).age.tolist() == [0]
    assert outlook(early, NOW, day(9), day(12), 6) == outlook(
        early, datetime(2026, 1, 14, tzinfo=UTC), day(9), day(12), 6
    )
    with pytest.raises(ValueError, match="still to come"):
        outlook(flow, NOW, MONDAY, day(3), 6)


def test_nobody_invited_is_one_day_of_nothing():
    [only] = Flow(NOW, ()).by_day(day(4))
    assert (only.on, only.invited) == (day(4), 0)
    assert observed(Flow(NOW, ()), day(4), MONDAY).people == 0


def test_places_with_few_people_are_told_together(bank):
    battery = [bank.instrument("work-style"), bank.instrument("service-judgement-a")]
    blocks = [len(b.items) for b in battery[0].blocks]
    first, whole = blocks[0], len(battery[0].items)
    asked = whole + len(battery[1].items)
    title, other = battery[0].staff_title, battery[1].staff_title
    assert stops([], battery).hidden is False
    assert stops([(0, 4)], battery) == stops([(1, 2), (asked, 2)], battery)
    assert stops([(3, 4)], battery).hidden
    # Each by itself, and where nobody stopped there is no row.
    found = stops([(0, 6), (first - 1, 5), (first, 7), (asked - 1, 5), (asked, 9)], battery)
    last = len(battery[1].blocks[-1].items)
    assert found.rows == (
        Stop(6, nothing=True),
        Stop(5, Place(title, 1), Place(title, first)),
        Stop(7, Place(title, first + 1), Place(title, first + blocks[1])),
        Stop(5, Place(other, asked - whole - last + 1), Place(other, asked - whole)),
        Stop(9, everything=True),
    )
    # A few are told with the next ones, the last few with those before.
    joined = stops([(0, 2), (1, 4), (whole, 5), (asked, 1)], battery)
    assert [row.people for row in joined.rows] == [6, 6]
    assert joined.rows[0] == Stop(6, Place(title, 1), Place(title, first))
    assert joined.rows[1].everything
    assert (joined.rows[1].first, joined.rows[1].last) == (
        Place(other, 1), Place(other, asked - whole),
    )  # fmt: skip
    for some in (found, joined):
        assert sum(row.people for row in some.rows) == some.people


@pytest.fixture
def invited(sessions, tenant, open_campaign):
    """Open a campaign five days ago with people at every step; give its id."""
    now = datetime.now(UTC)
    campaign_id = open_campaign(
        opens_on=TODAY - timedelta(days=5), closes_on=TODAY + timedelta(days=9), seats=40
    )
    owner = {"organisation_id": tenant.organisation_id}
    begun = {"started_at": now - timedelta(days=4), "items": 85}
    done = begun | {"submitted_at": now - timedelta(days=3), "answered": 85}
    kinds = [{}] * 9 + [done] * 8 + [begun | {"answered": 3}] * 6
    kinds += [begun | {"answered": 40, "last_answer_at": now}, done | {"withdrawn_at": now}]
    blank = {"started_at": None, "submitted_at": None, "withdrawn_at": None,
             "last_answer_at": None, "items": 0, "answered": 0}  # fmt: skip
    with writing(sessions, tenant.organisation_id) as session:
        people = [
            owner | {"code": f"F-{i}", "name": f"Person {i:02}", "email": None, "language": "en",
                     "source": "test", "created_at": now}
            for i in range(len(kinds))
        ]  # fmt: skip
        made = insert(Candidate).returning(Candidate.id, sort_by_parameter_order=True)
        ids = session.scalars(made, people).all()
        rows = [
            owner | {"campaign_id": campaign_id, "candidate_id": one,
                     "created_at": now - timedelta(days=5)} | blank | kind
            for one, kind in zip(ids, kinds, strict=True)
        ]  # fmt: skip
        session.execute(insert(Invitation), rows)
    return campaign_id


def test_the_page_tells_steps_stops_and_what_to_invite(
    sessions, tenant, signed_in, invited, monkeypatch
):
    now = datetime.now(UTC)
    with reading(sessions, tenant.organisation_id) as session:
        flow = flow_queries.flow(session, invited, now)
        assert flow.progress == queries.progress(session, invited)
        assert flow.taking_part == 8
        assert {step.invited_on for step in flow.steps} == {(now - timedelta(days=5)).date()}
        assert flow_queries.stopped_at(session, invited, now) == ((3, 6),)
        by_name = queries.people(session, invited, limit=3, offset=4)
        assert by_name == queries.people(session, invited, limit=3, offset=4, named=False)
        # Large campaigns are counted once a minute; a small one each time.
        kept = Kept()
        assert kept.counted(session, invited, now) is not kept.counted(session, invited, now)
        monkeypatch.setattr(flow_queries, "MANY", 20)
        first = kept.counted(session, invited, now)
        assert kept.counted(session, invited, now + timedelta(seconds=59)) is first
        assert kept.counted(session, invited, now + timedelta(seconds=60)) is not first
        assert kept.counted(session, invited, now).flow.progress == flow.progress
    client = signed_in(tenant, RoleName.RECRUITER)
    shown = client.get(f"/campaigns/{invited}/").text
    for words in (
        "Of 25 invited since", "16 have started and 9 finished", "To fill 40 seats by",
        "120 people have finished by then. 8 have finished so far", "From this campaign",
        "6 people have started and have not gone on", "questions 1 to", "The 6 who stopped last",
        "3 of 85 answered", "not reminded yet",
    ):  # fmt: skip
        assert words in shown, words
    few = client.get(f"/campaigns/{invited}/?by={TODAY + timedelta(days=2)}&per_seat=0.2").text
    assert "Enter a number from 1 to 100." in few
    assert "To fill 40 seats" not in few
    late = client.get(f"/campaigns/{invited}/?by={TODAY - timedelta(days=1)}&per_seat=1").text
    assert "while people can answer" in late
    analyst = signed_in(tenant, RoleName.ANALYST).get(f"/campaigns/{invited}/").text
    assert "questions 1 to" in analyst
    assert "Person 17" not in analyst
