"""lz* is standard normal under the model, and low for random answers."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit

from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.person_fit import combined_fit, person_fit

NAN = np.nan


def items(j, k=5, seed=1):
    rng = np.random.default_rng(seed)
    steps = np.sort(rng.normal(0, 1.2, (j, k - 1)), axis=1) + 0.05 * np.arange(k - 1)
    return GradedItems(rng.uniform(0.8, 2.2, j), steps)


def test_two_categories_give_the_textbook_form():
    """Snijders (2001), Psychometrika 66(3), for the two-parameter model with a posterior mode."""
    two = items(12, 2)
    a, b = two.slopes, two.thresholds[:, 0]
    x = draw_categories(two, np.array([-1.3, 0.2, 1.8]), np.random.default_rng(3))
    found = person_fit(x, two)
    for row, star, theta in zip(x, found.lz_star, found.theta, strict=True):

        def lost(t, row=row):
            p = expit(a * (t - b))
            return -(row * np.log(p) + (1 - row) * np.log(1 - p)).sum() + t * t / 2

        best = minimize_scalar(lost, bounds=(-6, 6), method="bounded", options={"xatol": 1e-10}).x
        assert theta == pytest.approx(best, abs=1e-5)
        p = expit(a * (best - b))
        weight = np.log(p / (1 - p))
        slope = a * p * (1 - p)
        ratio = (slope * weight).sum() / (slope * a).sum()
        surprise = ((row - p) * weight).sum()
        spread = np.sqrt(((weight - ratio * a) ** 2 * p * (1 - p)).sum())
        assert star == pytest.approx((surprise - ratio * best) / spread, abs=1e-4)


@pytest.mark.parametrize("j", [8, 20])
def test_honest_people_are_flagged_as_often_as_the_cut_says(j):
    rng = np.random.default_rng(5)
    scale = items(j)
    answers = draw_categories(scale, rng.normal(size=6000), rng)
    found = person_fit(answers, scale)
    assert (found.lz_star < -1.645).mean() == pytest.approx(0.05, abs=0.012)
    assert found.lz_star.std() == pytest.approx(1, abs=0.07)
    # Without the correction the index is too narrow and flags too few.
    assert (found.lz < -1.645).mean() < 0.04


def test_random_answers_do_not_fit():
    rng = np.random.default_rng(6)
    found = person_fit(rng.integers(0, 5, (500, 20)).astype(float), items(20))
    assert (found.lz_star < -1.645).mean() > 0.95


def test_blanks_are_skipped_and_few_answers_have_no_fit():
    scale = items(6)
    answers = draw_categories(scale, np.zeros(3), np.random.default_rng(7))
    answers[0, 4:] = NAN
    answers[1, 2:] = NAN
    found = person_fit(answers, scale)
    part = GradedItems(scale.slopes[:4], scale.thresholds[:4])
    assert found.lz_star[0] == pytest.approx(person_fit(answers[:1, :4], part).lz_star[0])
    assert np.isnan([found.lz_star[1], found.lz[1], found.theta[1]]).all()
    assert found.answered.tolist() == [4, 2, 6]
    assert person_fit(np.empty((0, 6)), scale).lz_star.size == 0


def test_a_fit_depends_on_nobody_else():
    scale = items(9)
    rng = np.random.default_rng(8)
    answers = draw_categories(scale, rng.normal(0, 2, 50), rng)
    together = person_fit(answers, scale).lz_star
    alone = [person_fit(row[None], scale).lz_star[0] for row in answers]
    assert together == pytest.approx(alone, abs=1e-8)


def test_categories_that_are_not_told_apart_count_once():
    plain = GradedItems(np.array([1.0, 1.5, 2.0]), np.array([[-1.0, 1], [0, 1], [-0.5, 0.5]]))
    merged = GradedItems(plain.slopes, np.array([[-1.0, NAN, 1], [0, 1, NAN], [-0.5, 0.5, NAN]]))
    answers = np.array([[1.0, 2, 0]])
    assert person_fit(answers, merged).lz_star == pytest.approx(person_fit(answers, plain).lz_star)


def test_several_scales_join_into_one_standard_normal():
    rng = np.random.default_rng(9)
    fits = []
    for seed in range(4):
        scale = items(10, seed=seed)
        fits.append(person_fit(draw_categories(scale, rng.normal(size=2000), rng), scale))
    joined = combined_fit(fits)
    assert joined.std() == pytest.approx(1, abs=0.08)
    nothing = person_fit(np.full((2000, 10), NAN), items(10))
    assert np.isnan(combined_fit([nothing, nothing])).all()
    np.testing.assert_allclose(combined_fit([*fits, nothing]), joined)


def test_impossible_categories_are_refused():
    for bad in (-1.0, 5.0, 1.5):
        with pytest.raises(ValueError, match="categories run from 0 to 4"):
            person_fit(np.full((1, 6), bad), items(6))
    with pytest.raises(ValueError, match="do not fit"):
        person_fit(np.ones((1, 5)), items(6))
