"""Standard errors are those of mirt, of the Hessian, and of repeated samples."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.calibration import Anchors, GradedCalibration, calibrate_graded
from assess.psychometrics.graded_em import State, expect, one_hot
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.standard_errors import parameter_errors
from tests.psychometrics.grm_answers import LSAT7, items_of, science, simulated

FloatArray = NDArray[np.float64]
NAN = np.nan

ITEMS = GradedItems(
    np.array([0.9, 1.3, 1.7, 1.1]), np.array([[-1.2, 0.8], [-0.5, 1.0], [-0.9, 0.4], [-0.1, 1.4]])
)


def at(items: GradedItems, n: int) -> GradedCalibration:
    return GradedCalibration(items, NAN, 0, converged=True, n_persons=n, sparse=())


def test_science_has_the_errors_of_mirt_by_louis() -> None:
    """R mirt, tests/testthat/test-02-mirtTwo.R: SE.type = "Louis", at mirt's own estimates."""
    data = science()
    figures = data["louis"]
    found = parameter_errors(data["answers"], at(items_of(figures), 392))
    np.testing.assert_allclose(found.slopes, figures["slope_errors"], rtol=2e-3)
    np.testing.assert_allclose(found.intercepts, figures["intercept_errors"], rtol=2e-3)
    assert found.condition == pytest.approx(figures["condition"], rel=0.015)


def test_lsat7_has_the_errors_of_mirt_by_differences() -> None:
    """R mirt, tests/testthat/test-01-mirtOne.R: 95 % intervals of SE.type = "Richardson"."""
    found = parameter_errors(LSAT7, calibrate_graded(LSAT7, 2, tolerance=1e-7))
    low = np.array([[0.6406, 1.5984], [0.7501, 0.6291], [1.0779, 1.4036], [0.5022, 0.3392]])
    high = np.array([[1.3354, 2.1138], [1.4119, 0.9869], [2.334, 2.205], [1.028, 0.6328]])
    expected = (high - low) / (2 * 1.959964)
    np.testing.assert_allclose(found.slopes[:4], expected[:, 0], rtol=0.03)
    np.testing.assert_allclose(found.intercepts[:4, 0], expected[:, 1], rtol=0.02)


def hessian_errors(people: FloatArray, found: GradedCalibration) -> FloatArray:
    """Central second differences of the marginal log-likelihood over slopes and intercepts."""
    indicators = one_hot(people, found.items.n_categories)
    thresholds = found.items.thresholds
    intercepts = -found.items.slopes[:, None] * thresholds
    start = np.column_stack([found.items.slopes, intercepts]).ravel()

    def height(vector: FloatArray) -> float:
        rows = vector.reshape(len(thresholds), -1)
        return expect(indicators, State(rows[:, 0], rows[:, 1:])).log_likelihood

    step, size = 1e-3, start.size
    moves = np.eye(size) * step
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            a, b = moves[i], moves[j]
            hessian[i, j] = (
                height(start + a + b) - height(start + a - b)
                - height(start - a + b) + height(start - a - b)
            ) / (4 * step**2)  # fmt: skip
    return np.sqrt(np.diagonal(np.linalg.inv(-hessian))).reshape(len(thresholds), -1)


def test_errors_are_those_of_the_marginal_likelihoods_hessian_blanks_among_the_answers() -> None:
    people = simulated(ITEMS, 300)
    people[::4, 1] = NAN
    people[5] = NAN
    found = calibrate_graded(people, 3, tolerance=1e-8)
    errors = parameter_errors(people, found)
    expected = hessian_errors(people, found)
    np.testing.assert_allclose(errors.slopes, expected[:, 0], rtol=1e-4)
    np.testing.assert_allclose(errors.intercepts, expected[:, 1:], rtol=1e-4)


def test_errors_are_the_spread_of_repeated_samples() -> None:
    """A parametric bootstrap, 100 samples of 500: slopes and thresholds alike."""
    samples = [calibrate_graded(simulated(ITEMS, 500, seed), 3).items for seed in range(100)]
    errors = parameter_errors(simulated(ITEMS, 500, 500), at(ITEMS, 500))
    slopes = np.std([sample.slopes for sample in samples], axis=0, ddof=1)
    thresholds = np.std([sample.thresholds for sample in samples], axis=0, ddof=1)
    np.testing.assert_allclose(errors.slopes, slopes, rtol=0.25)
    np.testing.assert_allclose(errors.thresholds, thresholds, rtol=0.25)


def test_four_times_the_people_halve_the_errors() -> None:
    people = simulated(ITEMS, 400)
    one = parameter_errors(people, at(ITEMS, 400))
    four = parameter_errors(np.tile(people, (4, 1)), at(ITEMS, 1600))
    np.testing.assert_allclose(four.thresholds, one.thresholds / 2, rtol=1e-9)
    np.testing.assert_allclose(four.covariance, one.covariance / 4, rtol=1e-6, atol=1e-12)
    assert one.covariance.shape == (12, 12)
    assert np.isnan([one.latent_mean, one.latent_sd]).all()


def test_what_was_held_has_no_error_and_the_latent_has() -> None:
    """Latent mean and SD of an anchored calibration: against their spread over samples."""
    anchors = Anchors((0, 1, 2), GradedItems(ITEMS.slopes[:3], ITEMS.thresholds[:3]))

    def sample(seed: int) -> FloatArray:
        return simulated(ITEMS, 500, seed)

    found = [calibrate_graded(sample(seed), 3, anchors=anchors) for seed in range(50)]
    errors = parameter_errors(sample(0), found[0])
    assert np.isnan(errors.slopes[:3]).all()
    assert np.isnan(errors.thresholds[:3]).all()
    assert np.isfinite(errors.thresholds[3]).all()
    mean, sd = (
        float(np.std([getattr(one, field) for one in found], ddof=1))
        for field in ("latent_mean", "latent_sd")
    )
    assert errors.latent_mean == pytest.approx(mean, rel=0.25)
    assert errors.latent_sd == pytest.approx(sd, rel=0.3)


def test_a_threshold_that_does_not_exist_has_no_error() -> None:
    people = simulated(ITEMS, 400)
    wider = people.copy()
    wider[people[:, 0] == 2, 0] = 3
    wider[people[:, 0] == 1, 0] = 2
    errors = parameter_errors(wider, calibrate_graded(wider, 4, tolerance=1e-8))
    plain = parameter_errors(people, calibrate_graded(people, 3, tolerance=1e-8))
    assert np.flatnonzero(np.isnan(errors.thresholds[0])).tolist() == [0]
    np.testing.assert_allclose(errors.thresholds[0, 1:], plain.thresholds[0], rtol=1e-4)


def test_a_calibration_at_no_maximum_is_refused() -> None:
    people = simulated(ITEMS, 300)
    far = replace(at(ITEMS, 300), items=GradedItems(ITEMS.slopes * 4, ITEMS.thresholds + 2))
    with pytest.raises(ValueError, match="not positive definite"):
        parameter_errors(people, far)
    with pytest.raises(ValueError, match="do not fit 4 items"):
        parameter_errors(people[:, :3], at(ITEMS, 300))
