"""Fits to call drivers alone: those of a profile of one driver, and what stands out for sure."""

import numpy as np
import pytest

from assess.selection.fit_by_driver import fit_by_driver
from assess.selection.preview import standing
from tests.selection.matrices import WEIGHTS, drawn

RATINGS = np.array([[4.0, 3, 5, 2, 4, 1, 2], [2.0, 5, 3, 1, 1, 5, 2], [1.0, 1, 1, 1, 1, 1, 1]])


def test_each_column_is_the_fit_under_that_driver_s_weights():
    pool = drawn(30)
    found = fit_by_driver(pool, RATINGS, WEIGHTS)
    for column, row in enumerate(RATINGS):
        alone = standing(pool, row / row.sum())
        np.testing.assert_allclose(found.fit[:, column], alone.fit, atol=1e-12)
        np.testing.assert_allclose(found.error[:, column], alone.error, atol=1e-12)
    assert found.weights.sum(axis=1) == pytest.approx(1)
    assert np.isnan(found.fit[5]).all()
    assert np.isnan(found.lead_error[5]).all()


def test_a_lead_is_surer_than_two_separate_errors_and_matches_drawn_answers():
    pool, person = drawn(12, missing=0), 2
    found = fit_by_driver(pool, RATINGS, WEIGHTS)
    whole = standing(pool, WEIGHTS)
    assert (found.lead_error[person] < np.hypot(found.error[person], whole.error[person])).all()
    S = np.outer(pool.shared[person], pool.shared[person]) * pool.error_correlation
    np.fill_diagonal(S, pool.error[person] ** 2)
    truths = np.random.default_rng(1).multivariate_normal(pool.mean[person], S, 100_000)
    fits = [
        10 * truths @ w / np.sqrt(w @ pool.reference_correlation @ w)
        for w in (found.weights[1], WEIGHTS)
    ]
    assert (fits[0] - fits[1]).std() == pytest.approx(found.lead_error[person, 1], rel=0.02)
    assert (fits[0] - fits[1]).mean() == pytest.approx(found.lead[person, 1], abs=0.1)


def test_somebody_good_at_what_a_driver_asks_is_stronger_there():
    pool = drawn(12, missing=0, error=(0.1, 0.1))
    pool.mean[0], pool.mean[1] = [0, 2, 0, 0, 0, 2, 0], [0, -2, 0, 0, 0, -2, 0]
    found = fit_by_driver(pool, RATINGS, WEIGHTS)
    assert (found.stronger[0, 1], found.weaker[0, 1]) == (True, False)
    assert (found.stronger[1, 1], found.weaker[1, 1]) == (False, True)


def test_a_driver_that_is_the_whole_job_stands_out_for_nobody():
    found = fit_by_driver(drawn(30), WEIGHTS[None, :] * 5, WEIGHTS)
    assert not (found.stronger | found.weaker).any()
    assert np.nanmax(np.abs(found.lead)) < 1e-9


def test_shapes_and_empty_demands_are_refused():
    with pytest.raises(ValueError, match="shape"):
        fit_by_driver(drawn(3), RATINGS[:, :6], WEIGHTS)
    with pytest.raises(ValueError, match="positive sum"):
        fit_by_driver(drawn(3), np.zeros((1, 7)), WEIGHTS)
    assert fit_by_driver(drawn(3), np.empty((0, 7)), WEIGHTS).fit.shape == (3, 0)
