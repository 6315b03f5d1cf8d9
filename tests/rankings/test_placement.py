"""Placement: fits as in each campaign's own ranking, who is considered, words, file, refusals."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from sqlalchemy import update

from assess.accounts.models import RoleName
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound
from assess.profiles.mix import DriverShare
from assess.rankings.models import Decision, DecisionKind
from assess.rankings.placement_csv import COLUMNS, placement_csv
from assess.rankings.placement_fit import check_choice
from assess.rankings.placement_page import placement_page
from assess.rankings.placement_queries import choices, placed
from assess.selection.placement import NOWHERE
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.test_service import ranked
from tests.rankings.test_views import words
from tests.service import NOW

TODAY = NOW.date()
SALES = (DriverShare("sales", 0.8, 8.0), DriverShare("cancel", 0.2, 9.0))


def proposed(sessions, tenant, catalogue, ids, today=TODAY):
    with reading(sessions, tenant.organisation_id) as session:
        return placed(session, catalogue, ids, today, member_id=tenant.recruiter.id)


def withdraw(sessions, tenant, candidate_id):
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(
            update(Invitation)
            .where(Invitation.candidate_id == candidate_id)
            .values(withdrawn_at=NOW)
        )


def test_everybody_is_placed_by_the_fits_of_each_campaign_s_own_ranking(sessions, tenant, shipped):
    ours = sessions, tenant, shipped
    voice = open_ranked(*ours, title="Voice", seats=3)
    sales = open_ranked(*ours, title="Sales", seats=4, drivers=SALES)
    style = open_ranked(*ours, title="Style", seats=2, battery=("work-style",))
    people = drawn(shipped, 9)
    people[0].flags["service-judgement-a"] = ["total:not_scorable"]
    at_voice = finish(*ours, voice, people)
    at_sales = finish(*ours, sales, drawn(shipped, 5, seed=2))
    at_style = finish(*ours, style, drawn(shipped, 3, seed=3, battery=("work-style",)))
    withdraw(sessions, tenant, at_sales[4])
    found = proposed(*ours, [sales, voice, style])
    order = [one.title for one in found.campaigns]
    assert order == ["Sales", "Style", "Voice"]
    fits, column = found.proposal.fits, {title: place for place, title in enumerate(order)}
    row = {candidate: place for place, candidate in enumerate(found.applicants.candidates)}
    assert set(row) == {*at_voice, *at_sales[:4], *at_style}
    for campaign_id, title in ((voice, "Voice"), (sales, "Sales"), (style, "Style")):
        for one in ranked(*ours, campaign_id).entries:
            place = row[one.candidate_id], column[title]
            shown = (np.nan, np.nan) if one.fit is None else (one.fit, one.fit_error)
            np.testing.assert_allclose((fits.fit[place], fits.error[place]), shown, atol=1e-9)
    # Who answered both questionnaires is considered everywhere, style alone only there.
    for one in at_style:
        assert np.isnan(fits.fit[row[one], [column["Voice"], column["Sales"]]]).all()
    for one in (*at_voice[1:], *at_sales[:4]):
        assert np.isfinite(fits.fit[row[one]]).all()
    unusable = np.isnan(fits.fit[row[at_voice[0]]])
    assert unusable.tolist() == [True, False, True]  # their style can still be read alone
    both = np.array([row[at_voice[1]]])
    surer = fits.apart(both, column["Voice"], column["Sales"])
    apart = [fits.error[both[0], column[title]] for title in ("Voice", "Sales")]
    assert surer[0] < np.hypot(*apart)
    page = placement_page(found, found.proposal)
    assert (page.filled, page.seats) == (9, 9)
    assert page.people == 9 + 4 + 3
    own = {"Voice": set(at_voice), "Sales": set(at_sales)}
    for one in page.campaigns:
        assert [p.label for p in one.people] == sorted(p.label for p in one.people)
        for person in one.people:
            if one.campaign.title in own:
                asked = person.candidate_id not in own[one.campaign.title]
                assert bool(person.asked) == asked
            place = row[person.candidate_id]
            told = {"either place", "somebody else fits as well"}
            assert set(person.open_words) <= told
            assert bool(person.open_words) == found.proposal.as_good[place].any()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_has_everybody_and_no_formula(sessions, tenant, shipped):
    ours = sessions, tenant, shipped
    ids = [open_ranked(*ours, title=title, seats=2) for title in ("=Voice()", "Chat")]
    finish(*ours, ids[0], drawn(shipped, 6, names=["=A1", "+B", "-C", "@D", "E", "F"]))
    found = proposed(*ours, ids)
    rows = list(csv.DictReader(StringIO(placement_csv(found, found.proposal))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 6
    assert [bool(row["proposed_campaign"]) for row in rows] == [True] * 4 + [False] * 2
    assert {row["person"] for row in rows} == {"'=A1", "'+B", "'-C", "'@D", "E", "F"}
    assert {row["took_part_in"] for row in rows} == {"'=Voice()"}
    seats = found.proposal.placed.campaign != NOWHERE
    total = sum(float(row["fit_shown"]) for row in rows[:4])
    assert total == pytest.approx(found.proposal.placed.total, abs=1e-4)
    assert seats.sum() == 4
    for row in rows[:4]:
        assert row["ask_first"] == ("1" if row["proposed_campaign"] == "Chat" else "0")
        # Both jobs ask the same, so every place is as good as the other.
        assert row["either_place"] == "1"
        assert float(row["elsewhere_loss"]) == pytest.approx(0, abs=1e-6)
        assert float(row["no_seat_loss"]) >= 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_decisions_take_people_and_seats_out_and_a_blind_campaign_hides_names(
    sessions, tenant, shipped
):
    ours = sessions, tenant, shipped
    blind = open_ranked(*ours, title="Blind", seats=2, blind=True)
    known = open_ranked(*ours, title="Known", seats=2)
    at_blind = finish(*ours, blind, drawn(shipped, 4))
    names = ["Zoe Quill", "Yara Reed", "Xan Stone"]
    at_known = finish(*ours, known, drawn(shipped, 3, seed=2, names=names))
    snapshots = {one: ranked(*ours, one).id for one in (blind, known)}
    kinds = (
        (blind, at_blind[0], DecisionKind.HIRED),
        (known, at_known[0], DecisionKind.DECLINE),
        (blind, at_blind[1], DecisionKind.DECLINE),
        (blind, at_blind[1], DecisionKind.ADVANCE),
    )
    with writing(sessions, tenant.organisation_id) as session:
        for act, (campaign_id, candidate_id, kind) in enumerate(kinds):
            session.add(
                Decision(
                    campaign_id=campaign_id, candidate_id=candidate_id, kind=kind,
                    snapshot_id=snapshots[campaign_id], reason="", decided_at=NOW, act=str(act),
                    decided_by=tenant.recruiter.id,
                )
            )  # fmt: skip
            session.flush()
    found = proposed(*ours, [blind, known])
    assert [one.seats for one in found.campaigns] == [1, 2]
    row = {candidate: place for place, candidate in enumerate(found.applicants.candidates)}
    assert at_blind[0] not in row
    fit = found.proposal.fits.fit
    assert np.isfinite(fit[row[at_known[0]]]).tolist() == [True, False]
    assert np.isfinite(fit[row[at_blind[1]]]).all()
    # Decided on: named; all the others are not, not even those of the campaign with names.
    shown = {who: label == code for who, (label, code) in found.labels.items()}
    assert [shown[one] for one in at_blind] == [False, False, True, True]
    assert all(shown[one] for one in at_known)
    text = placement_csv(found, found.proposal)
    with reading(sessions, tenant.organisation_id) as session:
        hidden = [session.get(Candidate, one).name for one in (*at_blind[2:], *at_known)]
    assert not any(name in text for name in hidden)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_placed_together_is_refused_with_the_reason(
    sessions, tenant, other_tenant, shipped
):
    ours = sessions, tenant, shipped
    one = open_ranked(*ours, title="One")
    two = open_ranked(*ours, title="Two")
    unreal = open_ranked(*ours, title="Unreal", simulated=True)
    theirs = open_ranked(sessions, other_tenant, shipped, title="Theirs")
    assert proposed(*ours, [one, two]).proposal is None
    with pytest.raises(Invalid, match="at least two"):
        proposed(*ours, [one])
    with pytest.raises(Invalid, match="Simulated campaigns and real ones"):
        proposed(*ours, [one, unreal])
    for gone in ([one, theirs], [one, 99999]):
        with pytest.raises(NotFound):
            proposed(*ours, gone)
    with pytest.raises(NotFound, match="is over"):
        proposed(*ours, [one, two], TODAY + timedelta(days=61))
    proposed(*ours, [one, two], TODAY + timedelta(days=60))
    finish(*ours, two, drawn(shipped, 2))
    finish(*ours, two, drawn(shipped, 1, seed=2), digests={"work-style": "0" * 64})
    with pytest.raises(Conflict, match="Two: people answered 2 versions of work-style"):
        proposed(*ours, [one, two])
    with reading(sessions, tenant.organisation_id) as session:
        offered = choices(session, TODAY)
        assert [(c.campaign.title, c.finished) for c in offered] == [
            ("One", 0), ("Two", 3), ("Unreal", 0),
        ]  # fmt: skip
    big = [replace(offered[0].campaign, id=i, seats=100) for i in range(21)]
    with pytest.raises(Invalid) as refused:
        check_choice(big)
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_proposes_and_says_that_a_person_decides(sessions, tenant, signed_in, shipped):
    ours = sessions, tenant, shipped
    client = signed_in(tenant, RoleName.RECRUITER)
    first = open_ranked(*ours, title="Voice", seats=2, days=9999)
    assert "Two campaigns are needed" in client.get("/placement/").text
    second = open_ranked(*ours, title="Sales", seats=2, drivers=SALES, days=9999)
    both = f"/placement/?campaign={first}&campaign={second}"
    assert "Nobody has finished any of these campaigns yet" in client.get(both).text
    who = finish(*ours, first, drawn(shipped, 7))
    with writing(sessions, tenant.organisation_id) as session:
        session.get(Candidate, who[0]).name = "<b>Bold</b>"
    text = client.get(both).text
    said = words(text)
    assert "This is a proposal. A person decides. Nobody is told and nobody is moved." in said
    assert "4 of 4" in said
    assert "ask first: took part in Voice" in said
    assert "<b>Bold" not in text
    assert "style=" not in text
    alone = client.get(f"/placement/?campaign={first}&campaign=x")
    assert alone.status_code == 422
    assert "Choose at least two campaigns" in alone.text
    file = client.get(f"/placement/placement.csv?campaign={first}&campaign={second}")
    assert file.mimetype == "text/csv"
    assert len(file.text.splitlines()) == 8
    assert "/placement/" in client.get("/campaigns/").text
    psychologist = signed_in(tenant, RoleName.PSYCHOLOGIST)
    assert psychologist.get(both).status_code == 403
    assert "/placement/" not in psychologist.get("/campaigns/").text
