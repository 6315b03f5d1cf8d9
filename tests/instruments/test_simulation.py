"""Simulated people answer as the model says they do."""

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import score_table
from assess.instruments.simulation import simulate_answers

BATTERY = ("work-style", "service-judgement-a")


@pytest.fixture(scope="module")
def answers():
    return simulate_answers(default_catalogue(), BATTERY, 800, np.random.default_rng(7))


def test_answers_are_whole_numbers_of_the_range(answers):
    for key, table in answers.items():
        instrument = default_catalogue().instrument(key)
        assert table.shape == (800, len(instrument.items))
        assert set(np.unique(table)) <= set(range(instrument.low, instrument.high + 1))


def test_calibrated_scores_of_the_simulated_stand_where_the_model_puts_people(answers):
    """EAP means average 0; their SD is the square root of the scale's reliability."""
    instrument = default_catalogue().instrument("work-style")
    scored = score_table(instrument, answers["work-style"])
    for column, scale in enumerate(instrument.scales):
        if scale.calibrated:
            mean, error = scored.mean[:, column], scored.error[:, column]
            assert abs(mean.mean()) < 0.12, scale.name
            assert mean.var() + (error**2).mean() == pytest.approx(1, abs=0.12), scale.name


def test_the_same_seed_gives_the_same_people():
    first, second = (
        simulate_answers(default_catalogue(), BATTERY, 5, np.random.default_rng(3))
        for _ in range(2)
    )
    for key in BATTERY:
        np.testing.assert_array_equal(first[key], second[key])


def test_simulated_people_are_scorable_on_the_judgement_form(answers):
    scored = score_table(
        default_catalogue().instrument("service-judgement-a"), answers["service-judgement-a"]
    )
    assert np.isfinite(scored.mean).all(axis=1).mean() > 0.95
