"""Ordinal regression: the top of its likelihood, its errors, and what it refuses."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, logit

from assess.psychometrics import proportional_odds as regression
from assess.psychometrics.proportional_odds import proportional_odds

FloatArray = NDArray[np.float64]


def drawn(n: int, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    predictors = np.column_stack([rng.normal(50, 10, n), rng.random(n) < 0.4]).astype(float)
    line = 0.08 * (predictors[:, 0] - 50) - 0.7 * predictors[:, 1] + rng.logistic(size=n)
    return np.digitize(line, [-1.0, 0.3, 1.5]).astype(float), predictors


def test_the_parameters_that_made_the_answers_are_recovered_within_their_errors() -> None:
    found = proportional_odds(*drawn(5000))
    expected = np.array([0.08, -0.7, -1.0 + 4, 0.3 + 4, 1.5 + 4])
    given = np.concatenate([found.slopes, found.cuts])
    assert (np.abs(given - expected) < 4 * found.errors).all()
    assert (found.errors[:2] < [0.004, 0.08]).all()


def test_the_errors_are_the_spread_of_repeated_samples() -> None:
    many = [proportional_odds(*drawn(400, seed)) for seed in range(200)]
    spread = np.std([np.concatenate([one.slopes, one.cuts]) for one in many], axis=0, ddof=1)
    np.testing.assert_allclose(many[0].errors, spread, rtol=0.25)


def test_two_categories_and_one_yes_or_no_predictor_give_the_log_odds_ratio() -> None:
    """By hand: 30 of 40 against 20 of 60; SE = sqrt(1/30 + 1/10 + 1/20 + 1/40)."""
    answers = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 20, 40])
    group = np.repeat([1.0, 0.0], [40, 60])[:, None]
    found = proportional_odds(answers, group)
    assert found.slopes[0] == pytest.approx(np.log(30 * 40 / (10 * 20)))
    assert found.cuts[0] == pytest.approx(-logit(20 / 60))
    assert found.errors[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 40))
    likelihood = 30 * np.log(0.75) + 10 * np.log(0.25) + 20 * np.log(1 / 3) + 40 * np.log(2 / 3)
    assert found.log_likelihood == pytest.approx(likelihood)
    assert found.null_log_likelihood == pytest.approx(100 * np.log(0.5))
    assert found.mcfadden == pytest.approx(1 - likelihood / (100 * np.log(0.5)))
    cox = 1 - np.exp(2 * (100 * np.log(0.5) - likelihood) / 100)
    assert found.nagelkerke == pytest.approx(cox / (1 - np.exp(2 * np.log(0.5))))


def test_no_other_parameters_make_the_answers_likelier() -> None:
    answers, predictors = drawn(300)
    found = proportional_odds(answers, predictors)
    rng = np.random.default_rng(0)

    def height(slopes: FloatArray, cuts: FloatArray) -> float:
        up_to = expit(cuts - (predictors @ slopes)[:, None])
        padded = np.hstack([np.zeros((300, 1)), up_to, np.ones((300, 1))])
        rows, codes = np.arange(300), answers.astype(int)
        return float(np.log(padded[rows, codes + 1] - padded[rows, codes]).sum())

    assert height(found.slopes, found.cuts) == pytest.approx(found.log_likelihood)
    for _ in range(20):
        moved = found.slopes + rng.normal(0, 0.2, 2) * found.errors[:2]
        shifted = found.cuts + rng.normal(0, 0.2, 3) * found.errors[2:]
        assert height(moved, shifted) < found.log_likelihood


def test_only_the_order_of_answers_counts() -> None:
    answers, predictors = drawn(300)
    other = np.array([1.0, 10.0, 11.0, 40.0])[answers.astype(int)]
    found, moved = proportional_odds(answers, predictors), proportional_odds(other, predictors)
    np.testing.assert_array_equal(found.slopes, moved.slopes)


def test_what_has_no_solution_is_refused_in_words() -> None:
    answers, predictors = drawn(60)
    with pytest.raises(ValueError, match="repeat each other"):
        proportional_odds(answers, np.column_stack([predictors, predictors[:, 0] * 2]))
    with pytest.raises(ValueError, match="constant"):
        proportional_odds(answers, np.ones((60, 1)))
    with pytest.raises(ValueError, match="one category"):
        proportional_odds(np.ones(60), predictors)
    with pytest.raises(ValueError, match="do not fit"):
        proportional_odds(answers[:-1], predictors)
    with pytest.raises(ValueError, match="miss nothing"):
        proportional_odds(np.where(answers == 1, np.nan, answers), predictors)
    with pytest.raises(ValueError, match="perfectly"):
        proportional_odds(np.arange(60) // 20 * 1.0, np.arange(60.0)[:, None])


def test_a_step_that_would_overshoot_is_shortened() -> None:
    """From far off a whole Newton step would leave the cuts out of order; it ends at the top."""
    answers, predictors = drawn(300)
    standard = (predictors - predictors.mean(axis=0)) / predictors.std(axis=0)
    codes = answers.astype(np.int64)
    start = np.array([6.0, -5.0, -9.0, 0.0, 9.0])
    _, gradient, information = regression._derivatives(start, codes, standard)
    whole = start + np.linalg.solve(information, gradient)
    here = regression._derivatives(start, codes, standard)[0]
    assert regression._derivatives(whole, codes, standard)[0] < here
    _, height, _ = regression._climbed(start, codes, standard)
    assert height == pytest.approx(proportional_odds(answers, predictors).log_likelihood)


def test_an_outlying_predictor_is_no_perfect_separation() -> None:
    rng = np.random.default_rng(0)
    predictor = rng.standard_t(1.2, size=(173, 1))
    line = 3 * predictor[:, 0] + rng.logistic(size=173)
    found = proportional_odds(np.digitize(line, [-2.0, 0.0, 2.0]).astype(float), predictor)
    assert abs(found.slopes[0] - 3) < 4 * found.errors[0]
