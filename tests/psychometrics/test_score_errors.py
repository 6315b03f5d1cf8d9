"""Errors of observed scores: the arithmetic of SEM, SEE, bands and Kelley's estimate."""

import numpy as np
import pytest

from assess.psychometrics.score_errors import (
    band_width,
    observed_bands,
    reliably_different,
    standard_error_of_estimate,
    standard_error_of_measurement,
    true_scores,
)


def test_errors_and_bands_of_a_score_of_reliability_90():
    """SD 10, reliability .90: SEM 3.162, 95 % band 8.765, 90 % 7.357; SEE 3.000, 95 % 8.316.

    Arithmetic after Gasperson et al. (2013), Int. J. Selection & Assessment 21(1).
    """
    sem, see = standard_error_of_measurement(10, 0.9), standard_error_of_estimate(10, 0.9)
    assert (sem, see) == pytest.approx((3.162, 3.000), abs=5e-4)
    assert band_width(sem, level=0.95) == pytest.approx(8.765, abs=5e-4)
    assert band_width(sem) == pytest.approx(7.357, abs=2e-3)
    assert band_width(see, level=0.95) == pytest.approx(8.316, abs=1e-3)
    assert band_width(3, other=4) == pytest.approx(1.6448536 * 5)


def test_an_observed_score_is_drawn_to_the_mean_by_its_reliability():
    found = true_scores(np.array([70.0, 50.0, np.nan]), 50, 10, 0.8)
    assert found.estimate[:2] == pytest.approx([66, 50])
    assert found.error == pytest.approx(4)
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.6448536 * 4)
    assert np.isnan([found.estimate[2], found.low[2], found.high[2]]).all()


@pytest.mark.parametrize(("sd", "reliability"), [(0, 0.9), (-1, 0.9), (10, 1.1), (10, -0.1)])
def test_an_impossible_sd_or_reliability_is_refused(sd, reliability):
    for error in (standard_error_of_measurement, standard_error_of_estimate):
        with pytest.raises(ValueError, match=r"positive|from 0 to 1"):
            error(sd, reliability)


def test_an_impossible_level_or_error_is_refused():
    with pytest.raises(ValueError, match="level"):
        band_width(3, level=1.0)
    with pytest.raises(ValueError, match="negative"):
        band_width(-1)


def test_two_scores_differ_reliably_from_the_width_of_their_errors_on():
    """1.645 times the root of 3^2 + 4^2: 8.22."""
    second = np.array([61.7, 61.8, 50.0, np.nan])
    found = reliably_different(np.array(70.0), np.array(3.0), second, np.array(4.0))
    assert found.tolist() == [True, False, True, False]
    with pytest.raises(ValueError, match="negative"):
        reliably_different(second, np.array(-1.0), second, np.array(1.0))


def test_bands_of_observed_scores_are_fixed_not_sliding():
    """SD 10, reliability .90: the SEE is 3 and a band reaches 6.98 below its first score."""
    scores = np.array([60, 53.1, 53, 70, 63.5, 46.5, np.nan, 45])
    see = standard_error_of_estimate(10, 0.9)
    assert observed_bands(scores, see).tolist() == [2, 2, 3, 1, 1, 3, 0, 4]
    # With the SEM of 3.162 it reaches 7.36, with no error at all to equal scores alone.
    sem = standard_error_of_measurement(10, 0.9)
    assert observed_bands(scores, sem).tolist() == [2, 2, 2, 1, 1, 3, 0, 3]
    assert observed_bands(np.array([50.0, 60, 50]), 0.0).tolist() == [2, 1, 2]


def test_an_unsure_score_stays_in_a_band_that_a_surer_one_leaves_and_order_is_nothing():
    scores, error = np.array([60.0, 52, 51]), np.array([3.0, 2, 9])
    assert observed_bands(scores, error).tolist() == [1, 2, 1]
    turned = observed_bands(scores[::-1], error[::-1])
    assert turned.tolist() == [1, 2, 1]
    assert observed_bands(np.zeros(0), 3.0).tolist() == []


def test_a_score_without_an_error_has_no_band():
    with pytest.raises(ValueError, match="each with its error"):
        observed_bands(np.array([50.0, 60]), np.array([3.0, np.nan]))
    with pytest.raises(ValueError, match="level"):
        observed_bands(np.array([50.0, 60]), 3.0, level=0.0)
