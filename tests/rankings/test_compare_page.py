"""Who can be told apart: the chance itself, and the words it is put in."""

from dataclasses import replace
from statistics import NormalDist

import pytest
from flask import Flask
from flask_babel import Babel

from assess.rankings.compare_page import said
from assess.rankings.pairs import compare_pairs
from tests.reports.material import snapshot_view


@pytest.fixture(autouse=True)
def _in_words():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def people(*fits):
    entries = snapshot_view(len(fits), seats=1).entries
    return [
        replace(one, name=f"P{n}", fit=fit and fit[0], fit_error=fit and fit[1])
        for n, (one, fit) in enumerate(zip(entries, fits, strict=True))
    ]


def test_the_chance_is_that_of_two_normal_posteriors_and_the_better_comes_first():
    [pair] = compare_pairs(people((48.0, 3.0), (52.0, 4.0)))
    assert (pair.better, pair.other) == ("P1", "P0")
    assert pair.chance == pytest.approx(NormalDist().cdf(4 / 5), abs=1e-12)
    assert not pair.apart


@pytest.mark.parametrize(("gap", "apart"), [(8.22, False), (8.23, True)])
def test_two_are_told_apart_from_95_percent_on(gap, apart):
    # sqrt(3² + 4²) = 5, and 1.6449 * 5 = 8.224
    [pair] = compare_pairs(people((50 + gap, 3.0), (50.0, 4.0)))
    assert pair.apart is apart


def test_everybody_with_a_fit_is_compared_with_everybody():
    entries = people((70.0, 2.0), None, (50.0, 2.0), (51.0, 2.0), (69.0, 2.0))
    pairs = compare_pairs(entries)
    assert len(pairs) == 6
    assert {(p.better, p.other) for p in pairs if not p.apart} == {("P0", "P4"), ("P3", "P2")}
    assert said(pairs) == "Some of these people can be told apart"


@pytest.mark.parametrize(
    ("fits", "title"),
    [
        ([(50.0, 3.0), (51.0, 3.0)], "These two cannot be told apart"),
        ([(50.0, 3.0), (65.0, 3.0)], "These two can be told apart"),
        ([(50.0, 3.0), (51.0, 3.0), (52.0, 3.0)], "None of these people can be told apart"),
        ([(50.0, 3.0), (65.0, 3.0), (80.0, 3.0)], "All of these people can be told apart"),
        ([None, (65.0, 3.0)], "There is no fit to compare by"),
    ],
)
def test_the_title_says_what_is_seen(fits, title):
    assert said(compare_pairs(people(*fits))) == title
