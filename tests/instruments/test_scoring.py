"""A score is what the specification says, and missing evidence is missing."""

import math

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import blank_range, score_answers, score_table, t_score
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.theta import eap

WORK = default_catalogue().instrument("work-style")
SJT = default_catalogue().instrument("service-judgement-a")


def scale_named(name):
    return next(scale for scale in WORK.scales if scale.name == name)


def in_direction(name, point):
    """Answers to one scale's items that each give ``point``, 1..7 in the scale's direction."""
    return {item: point if sign > 0 else 8 - point for item, sign in scale_named(name).items}


def same(found, expected):
    """Equal but for the last bit, which a matrix product may round by the size of a batch."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


def value_of(scores, name, what="mean"):
    return getattr(scores, what)[scores.scales.index(name)]


@pytest.fixture(scope="module")
def work_answers():
    rng = np.random.default_rng(11)
    answers = rng.integers(1, 8, (40, len(WORK.items))).astype(float)
    answers[rng.random(answers.shape) < 0.2] = np.nan
    return answers


@pytest.fixture(scope="module")
def key_ratings():
    return np.array([[SJT.option_keys[item].points for item in SJT.item_ids]])


def test_a_calibrated_scale_is_the_eap_of_its_keyed_answers(work_answers):
    scale = scale_named("empathy")
    parameters = WORK.calibration.scales["empathy"].parameters
    items = GradedItems(
        np.array([p.slope for p in parameters]), np.array([p.thresholds for p in parameters])
    )
    answers = work_answers[:, [WORK.item_ids.index(item) for item in scale.item_ids]]
    keyed = np.where(np.array(scale.signs) > 0, answers - 1, 7 - answers)
    expected = eap(keyed, items)
    found = score_table(WORK, work_answers)
    enough = (~np.isnan(keyed)).sum(axis=1) >= 6
    assert enough.any()
    assert not enough.all()
    same(found.mean[enough, 0], expected.mean[enough])
    same(found.error[enough, 0], expected.error[enough])
    assert np.isnan(found.mean[~enough, 0]).all()


def test_one_person_s_scores_are_the_row_of_the_table(work_answers):
    table = score_table(WORK, work_answers)
    for row in range(5):
        given = {
            item: None if np.isnan(value) else int(value)
            for item, value in zip(WORK.item_ids, work_answers[row], strict=True)
        }
        one = score_answers(WORK, given)
        same(one.mean, table.mean[row])
        same(one.error, table.error[row])
        assert one.flags == table.flags[row]
        assert one.answered == tuple(table.answered[row])


def test_nobody_s_score_depends_on_the_batch(work_answers):
    whole = score_table(WORK, work_answers)
    part = score_table(WORK, work_answers[7:9])
    same(whole.mean[7:9], part.mean)
    same(whole.error[7:9], part.error)


@pytest.mark.parametrize(
    ("name", "answered", "scored"),
    [
        *[("empathy", 6, True), ("empathy", 5, False)],
        *[("even_keel", 3, True), ("even_keel", 2, False)],
        *[("goodwill", 4, True), ("goodwill", 3, False)],
        *[("steadiness", 6, True), ("steadiness", 5, False)],
    ],
)
def test_a_scale_needs_three_quarters_and_three_items(name, answered, scored):
    given = dict(list(in_direction(name, 6).items())[:answered])
    found = score_answers(WORK, given)
    assert np.isfinite(value_of(found, name)) == scored
    assert np.isfinite(value_of(found, name, "error")) == scored
    assert (f"{name}:not_scored" in found.flags) != scored
    assert value_of(found, name, "answered") == answered


def test_nothing_answered_is_no_score_never_50():
    found = score_answers(WORK, {})
    assert np.isnan(found.mean).all()
    assert np.isnan(found.error).all()
    assert set(found.answered) == {0}


def test_a_reversed_item_counts_the_other_way():
    given = in_direction("empathy", 4)
    more = score_answers(WORK, {**given, "Q51": 1})
    less = score_answers(WORK, {**given, "Q51": 7})
    assert value_of(more, "empathy") > value_of(less, "empathy")


def test_raising_one_answer_never_lowers_theta():
    base = in_direction("dominance", 3)
    for item, sign in scale_named("dominance").items:
        thetas = [
            value_of(
                score_answers(WORK, {**base, item: point if sign > 0 else 8 - point}), "dominance"
            )
            for point in range(1, 8)
        ]
        assert thetas == sorted(thetas), item


def test_an_uncalibrated_scale_has_the_stated_kelley_interval():
    """mean 4, SD 1.2, reliability .80: T = 50 + 10 (.8 z), SEE = sqrt(.8 x .2) = .4."""
    for point, mean in ((4, 0.0), (7, 2.0), (1, -2.0)):
        found = score_answers(WORK, in_direction("steadiness", point))
        assert value_of(found, "steadiness") == pytest.approx(mean)
        assert value_of(found, "steadiness", "error") == pytest.approx(0.4)
        assert value_of(found, "steadiness", "raw") == pytest.approx(point)
        assert "steadiness:provisional" in found.flags


def test_the_range_is_what_blanks_could_have_made_of_the_score():
    for name in ("empathy", "steadiness"):
        whole = in_direction(name, 5)
        first, second = list(whole)[:2]
        partly = {item: value for item, value in whole.items() if item not in (first, second)}
        found = score_answers(WORK, partly)
        low, high = in_direction(name, 1), in_direction(name, 7)
        for end, filler in (("low", low), ("high", high)):
            filled = {**partly, first: filler[first], second: filler[second]}
            expected = value_of(score_answers(WORK, filled), name)
            assert value_of(found, name, end) == pytest.approx(expected)
        assert value_of(found, name, "low") < value_of(found, name) < value_of(found, name, "high")


def test_without_a_blank_the_range_is_the_score():
    rng = np.random.default_rng(3)
    answers = rng.integers(1, 8, (5, len(WORK.items))).astype(float)
    low, high = blank_range(WORK, answers)
    mean = score_table(WORK, answers).mean
    np.testing.assert_allclose(low, mean)
    np.testing.assert_allclose(high, mean)


def test_t_scores_are_50_plus_10_true_scores():
    np.testing.assert_array_equal(t_score(np.array([-1.0, 0.0, 2.5])), [40.0, 50.0, 75.0])


def test_the_key_s_own_pattern_scores_one(key_ratings):
    found = score_table(SJT, key_ratings)
    np.testing.assert_allclose(found.raw, 1.0)
    assert found.flags == ((),)


def test_a_judgement_s_true_score_follows_from_the_norm(key_ratings):
    """x = (S - mean) / SD, m = sqrt(rho) x, s = sqrt(1 - rho)."""
    ratings = key_ratings.copy()
    ratings[0, 3] = 4.0
    found = score_table(SJT, ratings)
    for place, code in enumerate(SJT.scale_names):
        norm = SJT.norm.total if code == "total" else SJT.norm.competencies[code]
        x = (found.raw[0, place] - norm.mean) / norm.sd
        assert found.mean[0, place] == pytest.approx(np.sqrt(norm.reliability) * x)
        assert found.error[0, place] == pytest.approx(np.sqrt(1 - norm.reliability))


def test_harsh_and_mild_raters_of_one_view_score_alike(key_ratings):
    harsh = score_table(SJT, 1 + (key_ratings - 1) * 0.5)
    np.testing.assert_allclose(harsh.raw, score_table(SJT, key_ratings).raw)


def test_a_flat_rater_is_not_scorable_and_flagged():
    found = score_table(SJT, np.full((1, len(SJT.items)), 3.0))
    assert np.isnan(found.mean).all()
    assert found.flags == (("total:not_scorable",),)


def test_too_few_ratings_are_not_scorable(key_ratings):
    least = math.ceil(0.75 * len(SJT.items))
    for rated, scorable in ((least, True), (least - 1, False)):
        ratings = key_ratings.copy()
        ratings[0, rated:] = np.nan
        found = score_table(SJT, ratings)
        assert np.isfinite(found.mean[0, -1]) == scorable
        assert found.answered[0, -1] == rated


def test_random_raters_average_zero():
    ratings = np.random.default_rng(5).integers(1, 6, (40_000, len(SJT.items))).astype(float)
    raw = score_table(SJT, ratings).raw
    assert np.nanmean(raw[:, -1]) == pytest.approx(0, abs=0.005)
    np.testing.assert_allclose(np.nanmean(raw[:, :-1], axis=0), 0, atol=0.02)


def test_an_answer_that_cannot_be_is_refused():
    with pytest.raises(Invalid) as refused:
        score_answers(WORK, {"Q10": 8, "Q999": 1})
    assert refused.value.faults == (
        "Q999: is not an item of work-style",
        "Q10: 8 is not from 1 to 7",
    )
    with pytest.raises(ValueError, match="from 1 to 7"):
        score_table(WORK, np.full((1, len(WORK.items)), 0.0))
    with pytest.raises(ValueError, match="do not fit 53 items"):
        score_table(WORK, np.ones((1, 3)))


@pytest.mark.parametrize("instrument", [WORK, SJT])
def test_without_calibration_or_norm_there_is_no_score(instrument):
    bare = default_catalogue().without_derived(instrument.key)
    rng = np.random.default_rng(1)
    answers = rng.integers(1, 6, (1, len(bare.items))).astype(float)
    with pytest.raises(Invalid, match="there is no"):
        score_table(bare, answers)
