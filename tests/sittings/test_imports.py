"""People who have answered elsewhere come in as finished, all or nobody."""

import time

import numpy as np
import pytest
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.campaigns.models import Campaign, Invitation
from assess.candidates.models import Candidate
from assess.db.scope import reading
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.scoring import score_table
from assess.profiles.models import ProfileVersion
from assess.sittings import queries
from assess.sittings.imports import ImportedPerson, import_people
from assess.sittings.models import Answer, Attempt, Score, Sitting
from tests.sittings.conftest import TODAY, invite, open_to_answers


@pytest.fixture
def bring_in(sessions, tenant, sitting_bank):
    """Give a function that imports people into a campaign of both questionnaires."""

    def run(campaign_id, people, answers, actor=None):
        return import_people(
            sessions, actor or tenant.recruiter, sitting_bank, campaign_id, people, answers,
            now=TODAY, source="a file", simulated=True,
        )  # fmt: skip

    return run


@pytest.fixture
def campaign_id(sessions, tenant, sitting_bank):
    return open_to_answers(sessions, tenant, sitting_bank)


def people(n, start=0):
    return [ImportedPerson(f"P{i:04d}", f"Person {i}", None) for i in range(start, start + n)]


def table(bank, key, n, seed=1):
    instrument = bank.instrument(key)
    rng = np.random.default_rng(seed)
    values = rng.integers(instrument.low, instrument.high + 1, (n, len(instrument.items)))
    given = values.astype(float)
    given[rng.random(given.shape) < 0.05] = np.nan
    return given


def rows_of(sessions, tenant, *models):
    with reading(sessions, tenant.organisation_id) as session:
        return [len(session.scalars(select(model.id)).all()) for model in models]


def test_simulated_people_make_the_campaign_a_simulated_one(
    bring_in, campaign_id, sessions, tenant, sitting_bank, signed_in, settings, browser
):
    address = f"/campaigns/{campaign_id}/"
    client = signed_in(tenant, RoleName.RECRUITER)
    candidate = invite(sessions, tenant, settings, campaign_id, "Ada")
    shown = [client.get(address).text, browser().get(candidate.path).text]
    assert not any("no one here is real" in page for page in shown)
    bring_in(campaign_id, people(1), {"work-style": table(sitting_bank, "work-style", 1)})
    reader = browser()
    shown = [client.get(address).text, reader.get(candidate.path).text]
    shown += [reader.enter(candidate).text, reader.begin(candidate).text]
    assert all("Simulated people: no one here is real" in page for page in shown)


def test_stored_scores_are_those_of_the_table(
    bring_in, campaign_id, sessions, tenant, sitting_bank
):
    answers = {key: table(sitting_bank, key, 7) for key in ("work-style", "service-judgement-a")}
    answers["service-judgement-a"][3] = np.nan
    assert bring_in(campaign_id, people(7), answers) == 7
    with reading(sessions, tenant.organisation_id) as session:
        found = queries.finished_scores(session, campaign_id)
    assert [person[2] for person in found] == [person.code for person in people(7)]
    for key, given in answers.items():
        wanted = score_table(sitting_bank.instrument(key), given)
        views = [person[4][key] for person in found]
        np.testing.assert_array_equal(np.array([v.mean for v in views]), wanted.mean)
        np.testing.assert_array_equal(np.array([v.error for v in views]), wanted.error)
        np.testing.assert_array_equal(np.array([v.raw for v in views]), wanted.raw)
        np.testing.assert_array_equal(np.array([v.answered for v in views]), wanted.answered)
        assert tuple(v.flags for v in views) == wanted.flags


def test_every_answer_is_kept_and_a_blank_is_none(
    bring_in, campaign_id, sessions, tenant, sitting_bank
):
    given = table(sitting_bank, "work-style", 5)
    bring_in(campaign_id, people(5), {"work-style": given})
    with reading(sessions, tenant.organisation_id) as session:
        kept = session.execute(
            select(Candidate.code, Answer.item, Answer.value)
            .join(Sitting, Sitting.candidate_id == Candidate.id)
            .join(Attempt, Attempt.sitting_id == Sitting.id)
            .join(Answer, Answer.attempt_id == Attempt.id)
        ).all()
        lines = session.execute(select(Invitation.answered, Invitation.items)).all()
    items = sitting_bank.instrument("work-style").item_ids
    rebuilt = np.full_like(given, np.nan)
    for code, item, value in kept:
        rebuilt[int(code[1:]), items.index(item)] = value
    np.testing.assert_array_equal(rebuilt, given)
    assert len(kept) == (~np.isnan(given)).sum()
    assert [line.answered for line in lines] == (~np.isnan(given)).sum(axis=1).tolist()


def test_an_instrument_left_out_was_not_taken(
    bring_in, campaign_id, sessions, tenant, sitting_bank
):
    bring_in(campaign_id, people(3), {"work-style": table(sitting_bank, "work-style", 3)})
    with reading(sessions, tenant.organisation_id) as session:
        found = queries.finished_scores(session, campaign_id)
    assert [set(person[4]) for person in found] == [{"work-style"}] * 3


def test_a_code_already_in_the_campaign_brings_nobody_in(
    bring_in, campaign_id, sessions, tenant, sitting_bank
):
    bring_in(campaign_id, people(2), {"work-style": table(sitting_bank, "work-style", 2)})
    before = rows_of(sessions, tenant, Candidate, Invitation, Sitting, Attempt, Answer, Score)
    with pytest.raises(Conflict, match="P0001 is in this campaign already"):
        bring_in(campaign_id, people(4, 1), {"work-style": table(sitting_bank, "work-style", 4)})
    assert before == rows_of(
        sessions, tenant, Candidate, Invitation, Sitting, Attempt, Answer, Score
    )


def test_a_code_of_the_pool_is_the_same_person(bring_in, sessions, tenant, sitting_bank):
    given = {"work-style": table(sitting_bank, "work-style", 2)}
    for _ in range(2):
        bring_in(open_to_answers(sessions, tenant, sitting_bank), people(2), given)
    assert rows_of(sessions, tenant, Candidate, Invitation) == [2, 4]


def test_faults_name_person_item_and_value(bring_in, campaign_id, sitting_bank):
    given = table(sitting_bank, "work-style", 2)
    given[1, 0], given[0, 3] = 8, 2.5
    with pytest.raises(Invalid) as caught:
        bring_in(campaign_id, people(2), {"work-style": given, "nothing": given})
    items = sitting_bank.instrument("work-style").item_ids
    assert list(caught.value.faults) == [
        f"work-style: P0000: {items[3]}: 2.5 is not a whole number from 1 to 7",
        f"work-style: P0001: {items[0]}: 8 is not a whole number from 1 to 7",
        "nothing: is not in the battery of this campaign",
    ]


def test_a_code_twice_or_a_wrong_shape_is_refused(bring_in, campaign_id, sitting_bank):
    given = table(sitting_bank, "work-style", 2)
    with pytest.raises(Invalid, match="P0000 is there twice"):
        bring_in(campaign_id, people(1) * 2, {"work-style": given})
    with pytest.raises(Invalid, match="people and items are"):
        bring_in(campaign_id, people(3), {"work-style": given})


def test_another_person_s_address_is_refused(bring_in, campaign_id, sitting_bank):
    given = {"work-style": table(sitting_bank, "work-style", 1)}
    bring_in(campaign_id, [ImportedPerson("A", "Ada", "Ada@example.org")], given)
    with pytest.raises(Conflict, match="another person"):
        bring_in(campaign_id, [ImportedPerson("B", "Ben", "ada@example.org ")], given)


def test_another_organisation_s_campaign_is_not_there(
    bring_in, campaign_id, other_tenant, sitting_bank
):
    given = {"work-style": table(sitting_bank, "work-style", 1)}
    with pytest.raises(NotFound):
        bring_in(campaign_id, people(1), given, actor=other_tenant.recruiter)


def test_only_those_who_may_invite_may_import(bring_in, campaign_id, tenant, sitting_bank):
    given = {"work-style": table(sitting_bank, "work-style", 1)}
    with pytest.raises(Refused):
        bring_in(campaign_id, people(1), given, actor=tenant.members[RoleName.ANALYST])


def test_importing_freezes_the_profile_version(
    bring_in, campaign_id, sessions, tenant, sitting_bank
):
    bring_in(campaign_id, people(1), {"work-style": table(sitting_bank, "work-style", 1)})
    with reading(sessions, tenant.organisation_id) as session:
        frozen = session.scalar(
            select(ProfileVersion.frozen_at)
            .join(Campaign, Campaign.profile_version_id == ProfileVersion.id)
            .where(Campaign.id == campaign_id)
        )
    assert frozen == TODAY


@pytest.mark.slow
def test_a_thousand_people_come_in_within_seconds(
    bring_in, campaign_id, sessions, tenant, sitting_bank
):
    given = table(sitting_bank, "work-style", 1008)
    given[:, 45:] = np.nan
    started = time.perf_counter()
    bring_in(campaign_id, people(1008), {"work-style": given})
    imported = time.perf_counter()
    with reading(sessions, tenant.organisation_id) as session:
        assert len(queries.finished_scores(session, campaign_id)) == 1008
    read = time.perf_counter()
    print(f"1008 people in {imported - started:.2f} s, read in {read - imported:.2f} s")  # noqa: T201
    assert imported - started < 15
    assert read - imported < 3
