"""C2 and its indices are those of mirt, and keep their promised distribution."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest

from assess.psychometrics.calibration import calibrate_graded
from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.limited_information import model_fit
from tests.psychometrics.grm_answers import inventory, science, simulated

FloatArray = NDArray[np.float64]
NAN = np.nan

ITEMS = GradedItems(
    np.array([0.9, 1.3, 1.7, 1.1, 2.0]),
    np.array([[-1.2, 0.8], [-0.5, 1.0], [-0.9, 0.4], [-0.1, 1.4], [-0.6, 0.6]]),
)


def test_science_has_the_c2_of_mirt() -> None:
    """R mirt, tests/testthat/test-02-mirtTwo.R: M2(type = "C2") of the graded model."""
    data = science()
    found = model_fit(data["answers"], calibrate_graded(data["answers"], 4).items)
    assert found.statistic == pytest.approx(data["C2"]["statistic"], rel=3e-4)
    assert found.p == pytest.approx(data["C2"]["p"], rel=3e-3)
    assert (found.df, found.n_persons, found.flags) == (2, 392, ())


@pytest.mark.parametrize("scale", ["EMP", "RES", "EMP9", "RES8"])
def test_the_personality_inventory_has_the_fit_of_mirt(reference_data: Path, scale: str) -> None:
    """R mirt 1.45.1, M2(type = "C2"), at mirt's own parameters."""
    people, reference = inventory(reference_data, scale)
    found = model_fit(people, GradedItems(np.array(reference["a"]), np.array(reference["b"])))
    expected = reference["C2"]
    assert found.statistic == pytest.approx(expected["M2"], rel=1e-5)
    assert (found.df, found.n_persons) == (expected["df"], 2000)
    assert found.p == pytest.approx(expected["p"], rel=1e-4, abs=1e-300)
    assert found.rmsea == pytest.approx(expected["RMSEA"], abs=1e-6)
    # mirt divides by N - 1 in the estimate and by N in the interval; here it is N - 1 in both.
    ends = np.array([found.rmsea_low, found.rmsea_high]) * np.sqrt(1999 / 2000)
    assert ends == pytest.approx([expected["RMSEA_5"], expected["RMSEA_95"]], abs=2e-6)
    assert found.srmsr == pytest.approx(expected["SRMSR"], abs=1e-6)
    assert [found.tli, found.cfi] == pytest.approx([expected["TLI"], expected["CFI"]], abs=1e-4)


def test_where_the_model_holds_the_statistic_is_a_chi_square() -> None:
    found = []
    for seed in range(80):
        people = simulated(ITEMS, 500, seed)
        found.append(model_fit(people, calibrate_graded(people, 3).items))
    assert np.mean([one.statistic for one in found]) == pytest.approx(found[0].df, abs=1.0)
    assert kstest([one.p for one in found], "uniform").pvalue > 0.01
    assert max(one.rmsea_low for one in found) < 0.05


def test_a_second_trait_is_seen() -> None:
    rng = np.random.default_rng(1)
    theta = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 800)
    first, second = (draw_categories(ITEMS, trait, rng) for trait in theta.T)
    people = np.column_stack([first[:, :3], second[:, 3:]])
    found = model_fit(people, calibrate_graded(people, 3).items)
    assert found.p < 1e-3
    assert found.rmsea_low > 0.04


def test_a_threshold_that_does_not_exist_changes_nothing() -> None:
    """Coding two categories as the first and last of four gives the same fit."""
    people = simulated(ITEMS, 500)
    wider = people.copy()
    wider[people[:, 0] == 2, 0] = 3
    wider[people[:, 0] == 1, 0] = 2
    plain = model_fit(people, calibrate_graded(people, 3, tolerance=1e-8).items)
    found = model_fit(wider, calibrate_graded(wider, 4, tolerance=1e-8).items)
    assert found.df == plain.df
    assert found.statistic == pytest.approx(plain.statistic, rel=1e-4)
    assert found.cfi == pytest.approx(plain.cfi, abs=1e-6)


def test_people_with_a_blank_are_left_out_and_counted() -> None:
    people = simulated(ITEMS, 400)
    holed = np.vstack([people, people[:10]])
    holed[400:, 2] = NAN
    found, plain = model_fit(holed, ITEMS), model_fit(people, ITEMS)
    assert (found.n_persons, found.flags, plain.flags) == (400, ("left-out",), ())
    assert found.statistic == plain.statistic


def test_what_has_no_fit_is_refused_in_words() -> None:
    people = simulated(ITEMS, 50)
    three = GradedItems(ITEMS.slopes[:3], ITEMS.thresholds[:3])
    with pytest.raises(ValueError, match="at least 4 items"):
        model_fit(people[:, :3], three)
    with pytest.raises(ValueError, match="do not fit 5 items"):
        model_fit(people[:, :4], ITEMS)
    with pytest.raises(ValueError, match="1 people answered every item"):
        model_fit(people[:1], ITEMS)
    people[3, 3] = 3.0
    with pytest.raises(ValueError, match="no category 3"):
        model_fit(people, ITEMS)
