"""Scores as people read them, the words for them, the file of them."""

import csv
import math
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.campaigns.queries import campaign
from assess.db.scope import reading
from assess.rankings.csv_file import COLUMNS, plain_text, ranking_csv
from assess.rankings.driver_fit import driver_table
from assess.rankings.driver_queries import driver_ground
from assess.rankings.queries import EntryView
from assess.rankings.readings import (
    in_tenths,
    last_seat_band,
    probes,
    score_reading,
    style_reading,
)
from assess.selection.demand import COMPETENCIES
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.test_service import ranked


def entry(**changed):
    """Give a person who was measured on everything, in the middle and certain."""
    given_ = {
        "candidate_id": 1, "code": "C-1", "name": "Ada", "rank": 1, "rank_low": 1, "rank_high": 2,
        "p_top": 0.5, "band": 1, "at_cut": True, "fit": 50.0, "fit_error": 4.0, "coverage": 1.0,
        "mean": dict.fromkeys(COMPETENCIES, 0.0), "error": dict.fromkeys(COMPETENCIES, 0.4),
        "parts": dict.fromkeys(COMPETENCIES, 1), "contributions": {}, "style": {}, "flags": (),
        "scales": {}, "answered": 85, "asked": 85, "blanks": {},
    }  # fmt: skip
    return EntryView(**(given_ | changed))


def test_a_score_is_shown_as_t_with_its_ninety_percent_interval():
    seen = score_reading((0.5, 0.4))
    assert (seen.value, seen.low, seen.high) == pytest.approx((55, 48.42, 61.58))
    assert score_reading(None) is None


def test_a_style_runs_from_t_20_to_t_80():
    assert style_reading((-3.0, 0.3)).value == pytest.approx(0)
    assert style_reading((0.0, 0.3)).value == pytest.approx(50)
    seen = style_reading((3.0, 0.3))
    assert seen.value == pytest.approx(100)
    assert seen.high - seen.value == pytest.approx(1.645 * 3 * 100 / 60)


@given(st.lists(st.floats(-15, 15), min_size=1, max_size=7))
def test_shown_tenths_add_up_to_the_shown_sum(parts):
    tenths, total = in_tenths(parts, math.fsum(parts))
    assert round(10 * math.fsum(tenths)) == round(10 * total)
    assert all(abs(t - p) < 0.1 + 1e-9 for t, p in zip(tenths, parts, strict=True))


def test_the_core_questions_are_the_same_for_everybody(shipped):
    by_weight = shipped.competencies
    low = entry(mean=dict.fromkeys(COMPETENCIES, -2.0))
    for person in (entry(), low):
        core = [one.code for one in probes(person, by_weight) if one.why == "core"]
        assert core == [one.code for one in by_weight[:4]]


def test_at_most_two_personal_questions_the_clearly_low_first(shipped):
    mean = dict.fromkeys(COMPETENCIES, 0.0) | {"INT": None, "CHN": -2.0}
    error = dict.fromkeys(COMPETENCIES, 0.4) | {"INT": None, "ESC": 0.9}
    asked = probes(entry(mean=mean, error=error), shipped.competencies)[4:]
    assert [(one.code, one.why) for one in asked] == [("CHN", "low"), ("INT", "unmeasured")]
    assert len(probes(entry(), shipped.competencies)) == 4


def test_the_last_seat_is_where_its_rank_is_not_where_bands_fill_up():
    bands = (1, 2, 1, 2, 1, 1)
    people = [entry(rank=rank, band=band) for rank, band in enumerate(bands, 1)]
    unranked = entry(rank=None, band=None)
    assert last_seat_band([*people, unranked], 2) == 2
    assert last_seat_band([*people, unranked], 3) == 1
    for seats in (6, 7):
        assert last_seat_band([*people, unranked], seats) is None
    tied = [entry(rank=1, band=1), entry(rank=2, band=2), entry(rank=2, band=1), people[3]]
    assert last_seat_band(tied, 3) == 2


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_in_the_file_is_never_a_formula(sign):
    assert plain_text(f"{sign}1") == f"'{sign}1"
    assert plain_text(f"O{sign}") == f"O{sign}"


def test_the_file_holds_everybody_by_rank(sessions, tenant, shipped):
    campaign_id = open_ranked(sessions, tenant, shipped, seats=2)
    names = ["=cmd|' /C calc'!A0", "Müller, Jo", "Ada", "Bo", "Chidi"]
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 5, names=names))
    seen = ranked(sessions, tenant, shipped, campaign_id)
    with reading(sessions, tenant.organisation_id) as session:
        ground = driver_ground(session, campaign(session, campaign_id), seen, shipped)
    drivers = driver_table(seen.entries, seen, ground)
    rows = list(csv.DictReader(StringIO(ranking_csv(seen, drivers))))
    assert tuple(rows[0])[: len(COLUMNS)] == COLUMNS
    assert tuple(rows[0])[len(COLUMNS) :] == (
        *("delivery_fit_shown", "delivery_fit_shown_se", "delivery_stands_out"),
        *("billing_fit_shown", "billing_fit_shown_se", "billing_stands_out"),
        *("status_fit_shown", "status_fit_shown_se", "status_stands_out"),
    )
    assert [int(row["rank"]) for row in rows] == [1, 2, 3, 4, 5]
    assert {row["person"] for row in rows} == {"'" + names[0], *names[1:]}
    by_code = {one.code: one for one in seen.entries}
    for row in rows:
        assert float(row["fit_shown"]) == pytest.approx(by_code[row["code"]].fit, abs=1e-4)
        steps = [float(row[f"{code}_contribution"]) for code in COMPETENCIES]
        assert sum(steps) == pytest.approx(float(row["fit"]), abs=1e-5)
        shown = 50 + 10 * float(row["fit"]) / seen.method["sd_ref"]
        assert float(row["fit_shown"]) == pytest.approx(shown, abs=1e-4)
        place = drivers.rows[by_code[row["code"]].candidate_id]
        own = float(drivers.fits.fit[place, 0])
        assert float(row["delivery_fit_shown"]) == pytest.approx(own, abs=1e-4)
        assert row["billing_stands_out"] == (drivers.stands_out(place, 1) or "")
        assert float(row["p_top"]) == pytest.approx(by_code[row["code"]].p_top, abs=1e-4)
