"""Two records become one: whatever each had, nothing points to the one that is gone."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assess.accounts.models import RoleName
from assess.campaigns import inviting, stopping
from assess.campaigns import queries as campaign_queries
from assess.campaigns.merged_invitations import counting
from assess.campaigns.models import Campaign, Invitation, Mailing, MailKind, MailState
from assess.candidates import erasure, merging, personal_data
from assess.candidates.duplicates import find
from assess.candidates.models import Candidate, MergedPerson
from assess.candidates.names import name_key
from assess.candidates.service import fresh_codes
from assess.db.base import Base
from assess.db.scope import Across, across, reading, writing
from assess.demographics import service as demographics
from assess.demographics.questions import questions_of
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.portal.models import ErasureRequest
from assess.rankings import service as rankings
from assess.rankings.models import (
    Decision,
    DecisionKind,
    NameReveal,
    PersonNote,
    RankingEntry,
    RankingRow,
)
from assess.rankings.rows import UNRANKED
from assess.sittings import queries as sittings
from assess.sittings.models import Sitting
from assess.web.links import LinkClaim
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW

BANK = default_catalogue()
DAY = timedelta(days=1)
QUESTIONS = questions_of(BANK.folder)
GENDER = ("woman", "man")
#: What cannot be two of one person stays with the emptied record.
RANKED = ("ranking_entry.candidate_id", "ranking_row.candidate_id")
STAYS = {"merged_person.candidate_id", "invitation.candidate_id", *RANKED}


def pointing_at(engine, person):
    """Give the tables and rows whose reference to a candidate is ``person``."""
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns = {
                element.parent.name
                for key in table.foreign_keys
                for element in key.constraint.elements
                if key.column.table.name == "candidate" and element.column.name == "id"
            } | ({"candidate_id"} & set(table.columns.keys()))
            for name in columns - {"organisation_id"}:
                rows = (
                    connection.execute(table.select().where(table.c[name] == person))
                    .mappings()
                    .all()
                )
                if rows:
                    found[f"{table.name}.{name}"] = rows
    return found


#: What each of the two had in each of two campaigns: not invited, or how far they came.
PLACE = st.sampled_from(["none", "invited", "started", "finished", "withdrawn"])
WORLD = st.fixed_dictionaries(
    {
        "places": st.tuples(*[PLACE] * 4),
        "later": st.booleans(),
        "decided": st.tuples(st.booleans(), st.booleans()),
        "same_act": st.booleans(),
        "revealed": st.tuples(st.booleans(), st.booleans()),
        "told": st.tuples(st.booleans(), st.booleans()),
        "ranked": st.booleans(),
    }
)


def place(session, tenant, campaign_id, person, far, at):
    """Put a person into a campaign, ``far`` along."""
    if far == "none":
        return
    sitting = None
    if far in ("started", "finished"):
        sitting = Sitting(candidate_id=person, started_at=at, notice_version="1",
                          submitted_at=at if far == "finished" else None)  # fmt: skip
        session.add(sitting)
        session.flush()
    session.add(
        Invitation(
            campaign_id=campaign_id, candidate_id=person, created_at=at,
            sitting_id=sitting.id if sitting else None,
            started_at=at if sitting else None,
            submitted_at=at if far == "finished" else None,
            withdrawn_at=at if far == "withdrawn" else None,
        )
    )  # fmt: skip


def ranked(snapshot_id, person, mark):
    """Give a place in a snapshot: the entry, and the row that the table goes by."""
    shared = {"snapshot_id": snapshot_id, "candidate_id": person, "at_cut": False}
    return [
        RankingEntry(**shared, coverage=1.0, evidence={"mark": mark}),
        RankingRow(
            **shared, section=UNRANKED, place=9, code_place=9, complete=True, mean_emp=1.5,
            flags=" secret ", finished_at=NOW,
        ),
    ]  # fmt: skip


def build(sessions, tenant, two, held, world):
    """Give two people what ``world`` says."""
    recruiter = tenant.recruiter.id
    with writing(sessions, tenant.organisation_id) as session:
        one, other = two
        for n, person in enumerate((one, other)):
            at = NOW + (DAY if (n == 0) == world["later"] else 2 * DAY)
            for k, campaign_id in enumerate(held["campaigns"]):
                place(session, tenant, campaign_id, person, world["places"][2 * n + k], at)
            if world["decided"][n]:
                act = "same" if world["same_act"] else f"act {n}"
                session.add(
                    Decision(
                        campaign_id=held["campaigns"][0], candidate_id=person, reason="r",
                        snapshot_id=held["snapshot"], kind=DecisionKind.ADVANCE,
                        decided_by=recruiter, decided_at=NOW, act=act,
                    )
                )  # fmt: skip
                session.add(
                    PersonNote(
                        campaign_id=held["campaigns"][0], candidate_id=person, text="t",
                        written_by=recruiter, written_at=NOW, act=f"note {person}",
                    )
                )  # fmt: skip
            if world["revealed"][n]:
                session.add(
                    NameReveal(
                        campaign_id=held["campaigns"][0], candidate_id=person, reason="r",
                        member_id=recruiter, revealed_at=NOW,
                    )
                )  # fmt: skip
            if world["told"][n]:
                demographics.keep_answers(session, person, QUESTIONS, {"gender": GENDER[n]})
            if world["ranked"] or n == 0:
                session.add_all(ranked(held["snapshot"], person, f"of {n}"))


@pytest.fixture
def settings_of_mail(request):
    """Give the service's settings; Hypothesis has the other name."""
    return request.getfixturevalue("settings")


@pytest.fixture
def held(sessions, tenant):
    """Open two campaigns, one of them ranked, that the people of every world share."""
    first, second = (
        open_ranked(sessions, tenant, BANK, seats=1, title=title) for title in ("One", "Two")
    )
    finish(sessions, tenant, BANK, first, drawn(BANK, 3))
    snapshot = rankings.rank_campaign(sessions, tenant.recruiter, BANK, first, now=NOW)
    return {"campaigns": (first, second), "snapshot": snapshot}


def newcomers(sessions, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        rows = [
            Candidate(code=f"N{n}-{fresh_codes(session, 1)[0]}", name=f"Ada {n}", source="test",
                      created_at=NOW, phone="+33123456789")
            for n in range(2)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        find(session, [row.id for row in rows], now=NOW)
        return [row.id for row in rows]


@given(world=WORLD)
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_points_to_the_record_that_is_gone(engine, sessions, tenant, held, world):
    keep, drop = two = newcomers(sessions, tenant)
    build(sessions, tenant, two, held, world)
    with reading(sessions, tenant.organisation_id) as session:
        links = session.execute(
            select(Invitation.id, Invitation.campaign_id).where(Invitation.candidate_id.in_(two))
        ).all()
    assert merging.merge(sessions, tenant.recruiter, keep, drop, now=NOW + 9 * DAY)
    left, kept = pointing_at(engine, drop), pointing_at(engine, keep)
    assert left.keys() <= STAYS
    campaigns_of_keep = {row["campaign_id"]: row for row in kept.get("invitation.candidate_id", [])}
    for row in left.get("invitation.candidate_id", []):
        assert row["withdrawn_at"] is not None
        assert row["campaign_id"] in campaigns_of_keep
    for name in RANKED:
        for row in left.get(name, []):
            assert row["snapshot_id"] in {r["snapshot_id"] for r in kept[name]}
    assert len(left.get(RANKED[0], [])) == len(left.get(RANKED[1], []))
    first = [n for n in (0, 1) if world["places"][2 * n] == "finished"]
    if first:
        assert campaigns_of_keep[held["campaigns"][0]]["submitted_at"] is not None
    if len(first) == 2:
        one = campaigns_of_keep[held["campaigns"][0]]
        assert one["submitted_at"].replace(tzinfo=None) == (NOW + DAY).replace(tzinfo=None)
    decided = sum(world["decided"])
    revealed = any(world["revealed"])
    for what, number in (
        ("decision", decided),
        ("person_note", decided),
        ("name_reveal", revealed),
    ):
        assert len(kept.get(f"{what}.candidate_id", [])) == number
    with reading(sessions, tenant.organisation_id) as session:
        told = personal_data.export(session, keep)
    said = [GENDER[n] for n in (0, 1) if world["told"][n]]
    assert list(told["demographics"]["answers"].values()) == said[-1:]
    assert len(told["campaigns"]["invitations"]) == len(links)
    for invitation_id, campaign_id in links:
        with across(sessions, Across.LINK) as session:
            path = sittings.by_link(session, LinkClaim("invitation", invitation_id, 1))
        assert path.invitation.candidate_id == keep
        assert path.invitation.id == campaigns_of_keep[campaign_id]["id"]
    before = kept
    assert not merging.merge(sessions, tenant.recruiter, keep, drop, now=NOW + 10 * DAY)
    assert pointing_at(engine, keep) == before


@given(order=st.permutations(range(4)), data=st.data())
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_records_merged_one_after_the_other_all_lead_to_the_last(sessions, tenant, order, data):
    people = newcomers(sessions, tenant) + newcomers(sessions, tenant)
    left = [people[n] for n in order]
    while len(left) > 1:
        keep, drop = data.draw(st.permutations(left))[:2]
        merging.merge(sessions, tenant.recruiter, keep, drop, now=NOW)
        left.remove(drop)
    with reading(sessions, tenant.organisation_id) as session:
        found = session.execute(
            select(MergedPerson.candidate_id, MergedPerson.merged_into).where(
                MergedPerson.candidate_id.in_(people)
            )
        ).all()
    assert {tuple(row) for row in found} == {(one, left[0]) for one in people if one != left[0]}


def test_mails_to_the_invitation_that_does_not_count_are_not_sent_and_its_stop_link_holds(
    sessions, tenant, held, settings_of_mail
):
    keep, drop = newcomers(sessions, tenant)
    with writing(sessions, tenant.organisation_id) as session:
        for one in (keep, drop):
            place(session, tenant, held["campaigns"][0], one, "invited", NOW)
        session.flush()
        spare = session.scalars(select(Invitation).where(Invitation.candidate_id == drop)).one()
        session.get_one(Campaign, held["campaigns"][0]).closes_on = (NOW + 60 * DAY).date()
        spare_id = spare.id
        inviting.enqueue_mails(
            session, [(spare_id, MailKind.INVITATION, 1)],
            session.get_one(Campaign, held["campaigns"][0]), NOW,
        )  # fmt: skip
        token = stopping.stop_token(
            settings_of_mail, campaign_queries.invitation(session, spare_id)
        )
    merging.merge(sessions, tenant.recruiter, keep, drop, now=NOW)
    stopping.stop(sessions, settings_of_mail, token, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        [mail] = session.scalars(select(Mailing).where(Mailing.invitation_id == spare_id))
        assert mail.state == MailState.DROPPED
        assert session.get_one(Candidate, keep).reminders_stopped_at == NOW
        assert counting(session, spare_id) != spare_id


def test_erasing_takes_what_stayed_with_the_merged_record(sessions, tenant, held, settings_of_mail):
    keep, drop = newcomers(sessions, tenant)
    with writing(sessions, tenant.organisation_id) as session:
        for n, one in enumerate((keep, drop)):
            place(session, tenant, held["campaigns"][0], one, "finished", NOW)
            session.add_all(ranked(held["snapshot"], one, f"secret {n}"))
    merging.merge(sessions, tenant.recruiter, keep, drop, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        assert len(personal_data.export(session, keep)["rankings"]["places"]) == 2
    erasure.erase(sessions, settings_of_mail, tenant.system, keep, "e" * 32, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        entries = session.scalars(select(RankingEntry.evidence)).all()
        assert "secret" not in json.dumps(entries)
        rows = session.scalars(select(RankingRow).where(RankingRow.candidate_id.in_((keep, drop))))
        assert [(one.flags, one.finished_at, one.mean_emp) for one in rows] == [
            ("", None, None)
        ] * 2
        assert not session.scalars(
            select(Invitation).where(Invitation.candidate_id.in_((keep, drop)))
        ).all()
        assert {session.get_one(Candidate, one).name for one in (keep, drop)} == {"Erased person"}


def test_who_cannot_be_merged(sessions, tenant, other_tenant, held):
    keep, drop = newcomers(sessions, tenant)
    with writing(sessions, tenant.organisation_id) as session:
        [simulated] = session.scalars(select(Candidate.id).where(Candidate.simulated).limit(1))
        session.add(ErasureRequest(candidate_id=drop, receipt="r", asked_at=NOW, due_at=NOW + DAY))
    for actor, pair, error in (
        (tenant.members[RoleName.ANALYST], (keep, drop), Refused),
        (tenant.recruiter, (keep, keep), Invalid),
        (tenant.recruiter, (keep, drop), Conflict),
        (tenant.recruiter, (keep, simulated), Conflict),
        (tenant.recruiter, (keep, 10**6), NotFound),
        (other_tenant.recruiter, (keep, drop), NotFound),
    ):
        with pytest.raises(error):
            merging.merge(sessions, actor, *pair, now=NOW)
    with pytest.raises(Invalid):
        merging.merge(sessions, tenant.recruiter, keep, drop, taken=["code"], now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(MergedPerson)).all() == []
        assert session.get_one(Candidate, drop).phone == "+33123456789"


@given(st.permutations(["Ada", "María", "Okoye"]), st.booleans())
def test_a_name_is_the_same_in_any_order_case_and_accent(words, loud):
    name = " ".join(words)
    assert name_key(name.upper() if loud else name) == "ada maria okoye"
