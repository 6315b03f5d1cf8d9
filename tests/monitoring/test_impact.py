"""Group outcomes of versions: once, closed, for the analyst; nobody's group from two of them."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

import assess
from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import queries as campaigns
from assess.candidates.service import Person, find_or_make
from assess.db.scope import reading, writing
from assess.demographics.models import DemographicAnswer, DemographicLink
from assess.demographics.queries import Outcome
from assess.demographics.questions import questions_of
from assess.demographics.release import renewed
from assess.errors import NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.monitoring import queries
from assess.monitoring.models import VersionImpact
from assess.monitoring.ratios import GroupRatio, as_plain, from_plain, rounded_ratios
from assess.monitoring.service import count_impact
from assess.profiles import service as profiles
from assess.profiles.queries import mix_of
from assess.rankings.models import RankingEntry, RankingSnapshot
from assess.selection.impact import Counts
from assess.selection.suppression import suppress
from tests.rankings.people import open_ranked
from tests.service import NOW, csrf

BANK = default_catalogue()
QUESTIONS = questions_of(BANK.folder)
CLOSED = NOW + timedelta(days=40)
SEATS = 40


def day(n):
    return CLOSED + timedelta(days=n)


@pytest.fixture
def analyst(tenant):
    return tenant.members[RoleName.ANALYST]


@pytest.fixture
def campaign_id(sessions, tenant):
    return open_ranked(sessions, tenant, BANK, seats=SEATS)


@pytest.fixture
def crowd(sessions, tenant):
    """Give 120 people's ids: every second is a woman, the others are men."""
    people = [Person(f"P{n}", f"p{n}@example.org") for n in range(120)]
    with writing(sessions, tenant.organisation_id) as session:
        ids = find_or_make(session, people, now=NOW, source="test")
        owner = {"organisation_id": tenant.organisation_id}
        links = [owner | {"candidate_id": one, "pseudonym": f"{one:032d}"} for one in ids]
        session.execute(insert(DemographicLink), links)
        said = [
            owner | {"pseudonym": f"{one:032d}", "question": "gender",
                     "choice": "woman" if place % 2 else "man"}
            for place, one in enumerate(ids)
        ]  # fmt: skip
        session.execute(insert(DemographicAnswer), said)
    return ids


@pytest.fixture
def version_with(sessions, tenant, campaign_id, crowd):
    """Give a function that makes a version whose ranking has these of the crowd first."""
    made = []

    def make(first, *, people=None):
        people = crowd if people is None else people
        order = [*first, *(one for one in people if one not in set(first))]
        with writing(sessions, tenant.organisation_id) as session:
            profile = campaigns.campaign(session, campaign_id).profile
            version_id = profile.id
            if made:
                mix = replace(mix_of(profile), multipliers={"EMP": 1 + len(made) / 10})
                version_id = profiles.new_version(
                    session, tenant.system, BANK, profile.profile_id, mix,
                    reason=f"change {len(made)}", now=NOW,
                )  # fmt: skip
            made.append(version_id)
            _rank(session, tenant.organisation_id, campaign_id, version_id, order)
        return version_id

    return make


def _rank(session, organisation_id, campaign_id, version_id, order):
    snapshot = RankingSnapshot(
        campaign_id=campaign_id, profile_version_id=version_id, pool_digest=f"{version_id:064d}",
        people=len(order), seats=SEATS, coverage=1.0, method={"unranked": 0}, made_at=NOW,
    )  # fmt: skip
    session.add(snapshot)
    session.flush()
    session.execute(
        insert(RankingEntry),
        [
            {"organisation_id": organisation_id, "snapshot_id": snapshot.id, "candidate_id": one,
             "rank": rank, "at_cut": False, "coverage": 1.0, "evidence": {}}
            for rank, one in enumerate(order, start=1)
        ],
    )  # fmt: skip


@pytest.fixture
def count(sessions, analyst, campaign_id):
    """Give a function that counts a version and returns what is stored of gender."""

    def count_(version_id, now=CLOSED):
        count_impact(sessions, analyst, QUESTIONS, campaign_id, version_id, now=now)
        with reading(sessions, analyst.organisation_id) as session:
            rows = session.scalars(
                select(VersionImpact).where(VersionImpact.profile_version_id == version_id)
            )
            return rows.one().ratios["gender"]

    return count_


def test_a_version_is_counted_once_on_closed_data_and_rounded(
    sessions, tenant, analyst, campaign_id, crowd, version_with, count
):
    women = [one for place, one in enumerate(crowd) if place % 2]
    men = [one for place, one in enumerate(crowd) if not place % 2]
    version_id = version_with([*women[:23], *men[:17]])
    with pytest.raises(Refused, match="still open"):
        count(version_id, NOW)
    with pytest.raises(Refused, match="role"):
        count_impact(sessions, tenant.recruiter, QUESTIONS, campaign_id, version_id, now=CLOSED)
    found = count(version_id)
    # 17/60 over 23/60 is .739: only .75 is told.
    assert found == {
        "groups": [["man", 0.75, False], ["other", None, False], ["woman", 1.0, False]][::2],
        "earlier": False,
    }
    assert count(version_id, day(5)) == found
    with reading(sessions, analyst.organisation_id) as session:
        row = session.scalars(select(VersionImpact)).one()
        trail = session.scalars(select(AuditEvent).where(AuditEvent.act == "impact counted")).all()
    assert (row.day, len(trail)) == (CLOSED.date(), 1)
    assert set(trail[0].detail) == {"campaign", "version"}
    assert not {"people", "selected", "counts"} & set(row.ratios["gender"])
    with pytest.raises(NotFound):
        count(version_id + 10**6)


def test_near_versions_show_the_same_and_two_a_day_are_refused(crowd, version_with, count):
    """Whoever an attacker puts in for whom, the first figures stay, to the last digit."""
    rng = np.random.default_rng(5)
    before = count(version_with(crowd[:SEATS]))
    for n in range(1, 4):
        out, into = int(rng.integers(SEATS)), int(rng.integers(SEATS, 120))
        first = [one for one in crowd[:SEATS] if one != crowd[out]]
        near = version_with([*first, crowd[into]])
        if n == 1:
            with pytest.raises(Refused, match="tomorrow"):
                count(near)
        assert count(near, day(n)) == {"groups": before["groups"], "earlier": True}
    # Twenty others come, ten women and ten men: a table of its own.
    far = count(version_with([*crowd[20:SEATS], *crowd[60:80]]), day(4))
    assert far["earlier"] is False
    # Twelve women come for twelve men: all of them would be told, so what was shown stands.
    left = [one for place, one in enumerate(crowd[:SEATS]) if place % 2 or place >= 24]
    women = [one for place, one in enumerate(crowd) if place % 2 and place >= 80][:12]
    told = count(version_with([*left, *women]), day(5))
    assert told == {"groups": far["groups"], "earlier": True}


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0.2, 0.8),
    people=st.integers(40, 160),
    apart=st.integers(1, 9),
)
def test_no_pair_of_versions_a_few_people_apart_has_two_tables(seed, share, people, apart):
    """Pools and groups at random, the second version's first k up to nine people away."""
    rng = np.random.default_rng(seed)
    groups = {p: "a" if rng.random() < share else "b" for p in range(people)}
    k = people // 3
    order = rng.permutation(people).tolist()
    first = Outcome(frozenset(order), frozenset(order[:k]))
    table = renewed([], first, groups)
    near = frozenset([*order[apart:k], *order[k : k + apart]])
    second = Outcome(frozenset(order), near)
    assert renewed([(first, table)], second, groups) is None
    for extra in (people, people + 1):  # nor with somebody more in the pool
        more = Outcome(first.people | {extra}, first.selected)
        assert renewed([(first, table)], more, {**groups, extra: "a"}) is None


def test_ratios_are_told_to_the_nearest_twentieth_and_need_two_groups():
    table = suppress(
        {"a": Counts(100, 50), "b": Counts(40, 16), "c": Counts(20, 9), "unknown": Counts(30, 15)}
    )
    found = rounded_ratios(table, unknown="unknown")
    assert [(one.code, one.ratio, one.unstable) for one in found] == [
        ("a", 1.0, False), ("b", 0.8, False), ("c", 0.9, True)
    ]  # fmt: skip
    assert from_plain(as_plain(found)) == found
    alone = suppress({"a": Counts(100, 50), "unknown": Counts(30, 15)})
    assert rounded_ratios(alone, unknown="unknown") == (GroupRatio("a", None, unstable=False),)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_analyst_reaches_the_page_and_no_other_hears_of_groups(
    sessions, tenant, other_tenant, signed_in, campaign_id, crowd, version_with, monkeypatch
):
    version_id = version_with(crowd[:SEATS])
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.ranked_versions(session, now=NOW) == [], "it is still open"
    monkeypatch.setattr("assess.web.pages.now", lambda: CLOSED)
    here = f"/monitoring/profiles/{version_id}/impact"
    client = signed_in(tenant, RoleName.ANALYST)
    assert "Winter team" in client.get("/monitoring/impact").text
    page = client.get(here).text
    assert "Not counted yet" in page
    token = csrf(page)
    assert client.post(f"{here}/{campaign_id}", data={"csrf_token": token}).status_code == 303
    page = client.get(here).text
    assert "Woman" in page
    assert "1.00" in page
    near = version_with([*crowd[1:SEATS], crowd[SEATS]])
    second = f"/monitoring/profiles/{near}/impact/{campaign_id}"
    refused = client.post(second, data={"csrf_token": token})
    assert refused.status_code == 409
    assert "Come back tomorrow" in refused.text
    for role in set(RoleName) - {RoleName.ANALYST}:
        other = signed_in(tenant, role)
        for address in (here, "/monitoring/impact"):
            answer = other.get(address)
            assert answer.status_code == 403
            assert "Woman" not in answer.text
        home = other.get("/campaigns/").text
        assert "Group outcomes" not in home
        posted = other.post(f"{here}/{campaign_id}", data={"csrf_token": csrf(home)})
        assert posted.status_code == 403
    stranger = signed_in(other_tenant, RoleName.ANALYST)
    assert stranger.get(here).status_code == 404
    assert "Winter team" not in stranger.get("/monitoring/impact").text


def test_what_a_manager_tunes_with_imports_nothing_of_groups():
    """The import rules forbid it as well; this names the file."""
    package = Path(assess.__file__).parent
    tuned = [
        *(package / "rankings").glob("*.py"),
        *(package / "profiles").glob("*.py"),
        package / "selection" / "preview.py",
    ]
    walled = ("demographics", "monitoring", "impact", "suppression", "disclosure")
    for path in tuned:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            found = [
                n for n in names if n.startswith("assess.") and set(n.split(".")) & set(walled)
            ]
            assert not found, path
