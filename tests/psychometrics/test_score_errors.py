"""Errors of observed scores: the arithmetic of SEM, SEE, bands and Kelley's estimate."""

import numpy as np
import pytest

from assess.psychometrics.score_errors import (
    band_width,
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
