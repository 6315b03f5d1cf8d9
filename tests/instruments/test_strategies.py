"""What rating without judgement earns, and whether the two forms measure alike.

Everybody here is simulated by the honest-rater model of the norms, so these are facts about the
forms and the scoring under that model, not about people.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import judgement_key
from assess.psychometrics.sjt import honest_raters, rater_accuracy, score_ratings

FORMS = {form: default_catalogue().instrument(f"service-judgement-{form}") for form in "ab"}
POLITE = re.compile(
    r"\b(sorry|apolog\w+|thank\w*|please|kind\w*|polite\w*|warm\w*|friendly|lovely|happy"
    r"|understand|luck|wish|care|smile|welcome|honestly|calm\w*)\b",
    re.IGNORECASE,
)
SCORES = Path(__file__).parents[2] / "docs" / "scores.md"


def scenarios(form):
    """Give the place of each option's scenario (O,)."""
    return np.repeat(np.arange(len(form.blocks)), [len(block.items) for block in form.blocks])


def scored(form, ratings):
    key, weights = judgement_key(form)
    return score_ratings(np.atleast_2d(np.asarray(ratings, dtype=float)), key, weights)


@pytest.fixture(scope="module")
def honest():
    """Give the ratings of 2,000 honest raters of each form."""
    return {
        letter: honest_raters(
            judgement_key(form)[0], scenarios(form), np.random.default_rng(7), 2000
        )
        for letter, form in FORMS.items()
    }


def percentile(letter, honest, ratings):
    """Give where the median of ``ratings`` falls among the honest totals, in percent."""
    totals = scored(FORMS[letter], honest[letter]).total
    return float(np.mean(totals < np.nanmedian(scored(FORMS[letter], ratings).total)) * 100)


def longest(form, length):
    """Rate the longest option of each scenario 5 and every other 1."""
    ratings = []
    for block in form.blocks:
        lengths = [length(item.text) for item in block.items]
        ratings += [5 if one == max(lengths) else 1 for one in lengths]
    return ratings


def by_rank_of_length(form):
    """Rate the options of each scenario from 1 for the shortest up, 5 for the longest."""
    ratings = []
    for block in form.blocks:
        order = np.argsort(np.argsort([len(item.text) for item in block.items]))
        ratings += list(1 + 4 * order / (len(block.items) - 1))
    return np.rint(ratings)


def polite(form):
    """Rate by politeness words: one of them 3, two or more 5, none 1."""
    return [min(5, 1 + 2 * len(POLITE.findall(item.text))) for item in form.items]


@pytest.mark.parametrize("letter", FORMS)
def test_rating_without_judgement_earns_little(honest, letter):
    form = FORMS[letter]
    strategies = {
        "random": np.random.default_rng(3).integers(1, 6, (2000, len(form.items))),
        "longest in characters": longest(form, len),
        "longest in words": longest(form, lambda text: len(text.split())),
        "the longer the better": by_rank_of_length(form),
        "polite words": polite(form),
        "any polite word": [5 if one > 1 else 1 for one in polite(form)],
    }
    found = {name: percentile(letter, honest, ratings) for name, ratings in strategies.items()}
    assert max(found.values()) <= 20, found


@pytest.mark.parametrize("letter", FORMS)
@pytest.mark.parametrize("points", [1, 2, 3, 4, 5])
def test_one_rating_for_everything_has_no_score(letter, points):
    found = scored(FORMS[letter], np.full(len(FORMS[letter].items), points))
    assert not found.scorable[0]
    assert np.isnan(found.total[0])
    assert np.isnan(found.scores).all()


def coarse_knower(form):
    """Rate 5 whatever the key calls decent, 3 or more, and 1 the rest."""
    return np.where(judgement_key(form)[0] >= 3, 5, 1)


def faking_good(ratings):
    """Push each rating to the end of the scale on its side of the person's own mean."""
    return np.where(ratings > ratings.mean(axis=1, keepdims=True), 5, 1)


def rise_of_faking(letter, honest):
    """Give by how many honest SDs the mean total of the same people rises when they fake."""
    form = FORMS[letter]
    before, after = (
        scored(form, one).total for one in (honest[letter], faking_good(honest[letter]))
    )
    return float((np.nanmean(after) - np.nanmean(before)) / np.nanstd(before))


@pytest.mark.parametrize("letter", FORMS)
def test_the_documented_figures_of_coaching_are_those_of_the_forms(honest, letter):
    form = FORMS[letter]
    coarse = percentile(letter, honest, coarse_knower(form))
    row = f"| {letter.upper()} | {coarse:.0f} | {rise_of_faking(letter, honest):+.2f} |"
    assert row in SCORES.read_text("utf-8"), row


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
            ratings = honest_raters(key, scenarios(form)[own], rng, len(people), accuracy=people)
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
