"""What ratings of a job come to: the twelve statements, the verdict, the pulls."""

import xml.etree.ElementTree as ET
from collections import Counter

import numpy as np
import pytest

from assess.charts import rater_spread
from assess.instruments.catalogue import default_catalogue
from assess.profiles.mix import ContactMix, DriverShare, demand_of, mix_faults
from assess.profiles.rater_statements import ANSWERS, CODES, PLACES, STATEMENTS
from assess.profiles.rater_study import Verdict, demand_of_ratings, digest, letter, study
from assess.psychometrics.key_quality import agreement_of
from assess.selection.demand import COMPETENCIES
from tests.profiles.ratings import LIKE, agreeing, answers, opposed

BANK = default_catalogue()
MIX = ContactMix((DriverShare("delivery", 0.6, 7), DriverShare("status", 0.4, 3)), 1500)


def weigh(demand):
    rated = dict(zip(COMPETENCIES, demand.tolist(), strict=True))
    return demand_of(BANK, ContactMix(MIX.drivers, 1500, rated_demand=rated)).weights


def numbered(rows):
    return dict(enumerate(rows, start=1))


def test_twelve_statements_cover_the_seven_competencies_and_six_answers_run_from_0_to_5():
    assert len(STATEMENTS) == len(set(CODES)) == len({one.text for one in STATEMENTS}) == 12
    counts = Counter(one.competency for one in STATEMENTS)
    assert [counts[code] for code in COMPETENCIES] == [2, 2, 2, 2, 2, 1, 1]
    assert sorted(place for places in PLACES for place in places) == list(range(12))
    assert len(ANSWERS) == 6


def test_a_demand_is_the_mean_of_its_statements():
    assert demand_of_ratings(np.array(LIKE, float)).tolist() == [4, 4.5, 4.5, 2.5, 3.5, 2, 1]


def test_people_who_agree_may_give_the_profile_their_mean():
    found = study(numbered(agreeing()), weigh)
    table = np.array([list(row.values()) for row in agreeing()], float)
    assert found.agreement.mean == pytest.approx(agreement_of(table).mean)
    assert found.agreement.mean > 0.9
    assert (found.verdict, found.may_be_used, found.talk) == (Verdict.AGREE, True, ())
    mean = demand_of_ratings(table.mean(axis=0))
    assert found.demand == pytest.approx(mean)
    prior = np.array(BANK.prior.weights) / sum(BANK.prior.weights)
    # 1,500 contacts: a quarter of the weights is the occupation's, as with any other ratings.
    assert found.weights == pytest.approx(0.75 * mean / mean.sum() + 0.25 * prior)


def test_each_rater_s_pull_is_the_weights_with_less_without():
    rows = numbered(agreeing())
    found = study(rows, weigh)
    for place in rows:
        others = study({k: row for k, row in rows.items() if k != place}, weigh)
        assert found.moved[letter(place)] == pytest.approx(found.weights - others.weights)
    assert all(abs(moved.sum()) < 1e-12 for moved in found.moved.values())


def test_four_who_agree_are_too_few():
    found = study(numbered(agreeing(4)), weigh)
    assert (found.verdict, found.may_be_used) == (Verdict.FEW, False)


def test_people_who_do_not_agree_are_told_where_they_differ_most():
    found = study(numbered(opposed()), weigh)
    assert (found.verdict, found.may_be_used) == (Verdict.TALK, False)
    widest = sorted(found.statements, key=lambda one: -one.sd)
    assert found.talk == tuple(one.code for one in widest[:3])
    assert {"reg-1", "own-1"} <= {one.code for one in widest[:2]}
    assert found.joint < 0.7


@pytest.mark.parametrize("value", [3, 0])
def test_the_same_answer_to_everything_is_agreement_on_nothing(value):
    found = study(numbered([answers([value] * 12)] * 5), weigh)
    assert (found.verdict, found.may_be_used) == (Verdict.EVEN, False)
    assert np.isnan(found.agreement.mean)
    assert found.joint == 1
    assert np.isnan(found.weights).all() == (value == 0)


def test_nearly_even_ratings_have_no_reliable_mean_although_everybody_agrees():
    rows = [answers([4 if place == k else 3 for place in range(12)]) for k in range(6)]
    found = study(numbered(rows), weigh)
    assert found.verdict is Verdict.EVEN
    assert found.agreement.mean < 0.7


def test_a_digest_names_the_ratings_and_not_their_order():
    rows = numbered(agreeing())
    assert digest(rows) == digest(dict(reversed(rows.items())))
    changed = {**rows, 1: {**rows[1], "emp-1": 0}}
    assert digest(changed) != digest(rows)


def test_thirty_raters_have_thirty_letters():
    letters = [letter(place) for place in range(1, 31)]
    assert len(set(letters)) == 30
    assert (letters[0], letters[25], letters[26], letters[29]) == ("A", "Z", "AA", "AD")


@pytest.mark.parametrize(
    ("rated", "told"),
    [
        (dict.fromkeys(COMPETENCIES[:6], 3.0), "CHN: must be a number"),
        (dict.fromkeys(COMPETENCIES, 5.1), "EMP: must be a number from 0 to 5"),
        (dict.fromkeys(COMPETENCIES, float("nan")), "EMP: must be a number"),
        (dict.fromkeys((*COMPETENCIES, "XYZ"), 3.0), "no competency XYZ"),
        (dict.fromkeys(COMPETENCIES, 0.0), "above 0"),
    ],
)
def test_a_faulty_rated_demand_is_refused_in_words(rated, told):
    assert told in " ".join(mix_faults(BANK, ContactMix(MIX.drivers, rated_demand=rated)))


def test_the_picture_holds_every_rating_and_the_mean_and_stays_on_its_scale():
    ratings = {letter(k): k % 2 * 5 for k in range(1, 31)}
    svg = rater_spread(ratings, 2.5, 1.7, 3.3, title="“<odd>”: 30 raters")
    drawn = ET.fromstring(svg)  # noqa: S314 - our own
    circles = [one for one in drawn.iter() if one.get("class") == "chart-rating"]
    assert [circle[0].text for circle in circles] == [f"{k}: {v}" for k, v in ratings.items()]
    assert len({(one.get("cx"), one.get("cy")) for one in circles}) == 30
    assert all(0 < float(one.get("cx")) < float(drawn.get("width")) for one in circles)
    assert all(0 < float(one.get("cy")) < float(drawn.get("height")) for one in circles)
    assert sum(one.get("class") == "chart-dot" for one in drawn.iter()) == 1
    for wrong in ({}, {"A": 6}):
        with pytest.raises(ValueError, match="0 to 5"):
            rater_spread(wrong, 2.5, 2, 3, title="x")
