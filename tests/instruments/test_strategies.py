"""What rating without judgement earns, and whether the two forms measure alike.

Everybody here is simulated by the honest-rater model of the norms, so these are facts about the
forms and the scoring under that model, not about people.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import judgement_key
from assess.instruments.strategies import (
    HIGHEST_PERCENTILE,
    faking_good,
    polite_ratings,
    scenario_places,
    strategy_results,
)
from assess.psychometrics.sjt import honest_raters, rater_accuracy, score_ratings

FORMS = {form: default_catalogue().instrument(f"service-judgement-{form}") for form in "ab"}
SCORES = Path(__file__).parents[2] / "docs" / "scores.md"
LIMITED = (
    *("random", "longest in characters", "longest in words", "the longer the better"),
    *("most polite words", "any polite word"),
)


@cache
def results(letter):
    """Give what each strategy earns on a form, by name."""
    return {one.strategy: one for one in strategy_results(FORMS[letter])}


@pytest.mark.parametrize("letter", FORMS)
@pytest.mark.parametrize("strategy", LIMITED)
def test_rating_without_judgement_earns_little(letter, strategy):
    found = results(letter)[strategy]
    assert found.limit == HIGHEST_PERCENTILE == 20
    assert found.percentile <= 20
    assert found.fault is None


@pytest.mark.parametrize("letter", FORMS)
@pytest.mark.parametrize("points", [1, 2, 3, 4, 5])
def test_one_rating_for_everything_has_no_score(letter, points):
    assert np.isnan(results(letter)[f"{points} for everything"].percentile)
    form = FORMS[letter]
    found = score_ratings(np.full((1, len(form.items)), float(points)), *judgement_key(form))
    assert not found.scorable[0]
    assert np.isnan(found.scores).all()


@pytest.mark.parametrize("letter", FORMS)
def test_the_documented_figures_of_coaching_are_those_of_the_forms(letter):
    coarse, fakers = (results(letter)[one] for one in ("coarse knower", "faking good"))
    assert coarse.limit is fakers.limit is None
    row = f"| {letter.upper()} | {coarse.percentile:.0f} | {fakers.rise:+.2f} |"
    assert row in SCORES.read_text("utf-8"), row


def test_a_form_that_politeness_answers_is_named():
    """The key's own best options made polite, the rest bare: the strategy finds them."""
    form = FORMS["a"]

    def spoken(item):
        good = form.option_keys[item.id].points >= 4
        return replace(item, text="Sorry, please and thank you." if good else "Go on.")

    blocks = tuple(replace(block, items=tuple(map(spoken, block.items))) for block in form.blocks)
    spoiled = replace(form, blocks=blocks)
    assert set(polite_ratings(spoiled)) == {1, 5}
    faults = [one.fault for one in strategy_results(spoiled, raters=300) if one.fault]
    assert any("service-judgement-a: most polite words reaches percentile" in one for one in faults)


def test_faking_good_keeps_the_order_of_what_somebody_likes():
    honest = np.array([[1.0, 2.0, 4.0, 5.0]])
    assert faking_good(FORMS["a"], honest).tolist() == [[1, 1, 5, 5]]


def test_another_kind_of_instrument_is_refused():
    with pytest.raises(Invalid, match="only a judgement form"):
        strategy_results(default_catalogue().instrument("work-style"))


def sittings():
    """Give the scores (n, 3), total, EMP, REG, of the same people on the options a form alone has.

    Two separate sittings of each form: the people keep their accuracy, everything else is new.
    """
    rng = np.random.default_rng(11)
    people = rater_accuracy(rng, 20_000)
    shared = {block.id for block in FORMS["a"].blocks} & {block.id for block in FORMS["b"].blocks}
    assert len(shared) == 4
    found = {}
    for letter, form in FORMS.items():
        own = [
            place
            for place, item in enumerate(form.items)
            if item.id.rpartition(".")[0] not in shared
        ]
        key, weights = (array[..., own] for array in judgement_key(form))
        for sitting in (1, 2):
            ratings = honest_raters(
                key, scenario_places(form)[own], rng, len(people), accuracy=people
            )
            scores = score_ratings(ratings, key, weights)
            found[letter, sitting] = np.column_stack([scores.total, scores.scores[:, :2]])
    kept = ~np.isnan(np.hstack(list(found.values()))).any(axis=1)
    return {sitting: scores[kept] for sitting, scores in found.items()}


def test_the_forms_agree_on_what_each_has_alone():
    """Total, EMP and REG of separate sittings: disattenuated r, means and SDs."""
    found = sittings()
    for place, name in enumerate(("total", "EMP", "REG")):
        one = {sitting: scores[:, place] for sitting, scores in found.items()}
        between = np.mean(
            [np.corrcoef(one["a", i], one["b", j])[0, 1] for i in (1, 2) for j in (1, 2)]
        )
        within = [np.corrcoef(one[letter, 1], one[letter, 2])[0, 1] for letter in "ab"]
        a, b = (np.concatenate([one[letter, 1], one[letter, 2]]) for letter in "ab")
        assert between / np.sqrt(np.prod(within)) >= 0.95, name
        assert abs(a.mean() - b.mean()) / np.sqrt((a.var() + b.var()) / 2) <= 0.10, name
        assert 0.9 <= a.std() / b.std() <= 1.1, name
