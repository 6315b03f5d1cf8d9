"""Scores drawn without answers stand where scored answers of the same people would."""

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.simulated_scores import simulate_scores
from assess.instruments.simulation import graded_items
from assess.psychometrics.information import marginal_reliability
from assess.selection.demand import COMPETENCIES

BATTERY = ("work-style", "service-judgement-a", "disc-tetrads")
PEOPLE = 20_000


@pytest.fixture(scope="module")
def drawn():
    return simulate_scores(default_catalogue(), BATTERY, PEOPLE, np.random.default_rng(5))


def test_the_variance_of_scores_and_of_their_errors_makes_that_of_the_reference(drawn):
    """A posterior mean varies by the reliability, and its error by the rest."""
    for key in BATTERY[:2]:
        instrument = default_catalogue().instrument(key)
        table = drawn[key]
        for column, name in enumerate(table.scales):
            mean, error = table.mean[:, column], table.error[:, column]
            scale = next((one for one in instrument.scales if one.name == name), None)
            if name == "total" or (scale is not None and not scale.calibrated):
                continue
            assert abs(mean.mean()) < 0.03, name
            assert mean.var() + np.square(error).mean() == pytest.approx(1, abs=0.03), name


def test_each_score_is_as_sure_as_the_battery_says(drawn):
    style = default_catalogue().instrument("work-style")
    empathy = next(one for one in style.scales if one.name == "empathy")
    r = marginal_reliability(graded_items(style, empathy))
    column = drawn["work-style"].scales.index("empathy")
    assert np.square(drawn["work-style"].error[:, column]) == pytest.approx(1 - r)
    norm = default_catalogue().instrument("service-judgement-a").norm
    judged = drawn["service-judgement-a"]
    for place, code in enumerate(COMPETENCIES):
        said = norm.competencies[code].reliability
        assert judged.mean[:, place].var() == pytest.approx(said, abs=0.02)
    steady = next(one for one in style.scales if not one.calibrated)
    column, r = drawn["work-style"].scales.index(steady.name), steady.assumed.reliability
    assert drawn["work-style"].mean[:, column].var() == pytest.approx(r**2, abs=0.02)
    assert drawn["work-style"].error[0, column] == pytest.approx(np.sqrt(r * (1 - r)))


def test_competencies_go_together_as_in_the_reference(drawn):
    """Their scores do, less what error takes; parts of one competency correlate .30."""
    reference = np.array(default_catalogue().reference.matrix)
    names = [one.scale for one in default_catalogue().competencies if one.scale]
    table = drawn["work-style"]
    rated = table.mean[:, [table.scales.index(name) for name in names]]
    found = np.corrcoef(rated.T) / np.sqrt(np.outer(rated.var(axis=0), rated.var(axis=0)))
    places = [i for i, one in enumerate(default_catalogue().competencies) if one.scale]
    above = np.triu_indices(len(places), 1)
    assert found[above] == pytest.approx(reference[np.ix_(places, places)][above], abs=0.04)
    judged = drawn["service-judgement-a"].mean[:, 0]
    r = np.corrcoef(judged, rated[:, 0])[0, 1] / (judged.std() * rated[:, 0].std())
    assert r == pytest.approx(0.30, abs=0.04)


def test_a_picture_within_the_person_is_no_score_and_a_seed_gives_the_same_people(drawn):
    assert np.isnan(drawn["disc-tetrads"].mean).all()
    assert np.isnan(drawn["service-judgement-a"].mean[:, -1]).all()
    again = simulate_scores(default_catalogue(), BATTERY, PEOPLE, np.random.default_rng(5))
    for key in BATTERY:
        np.testing.assert_array_equal(drawn[key].mean, again[key].mean)
