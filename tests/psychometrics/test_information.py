"""Information, conditional error and reliability are those of mirt."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.information import (
    empirical_reliability,
    information,
    marginal_reliability,
)
from assess.psychometrics.irt import GradedItems, category_log_probabilities
from assess.psychometrics.theta import ThetaScores, eap
from tests.psychometrics.grm_answers import inventory, items_of, science

if TYPE_CHECKING:
    from conftest import ScoredScale

FloatArray = NDArray[np.float64]
NAN = np.nan

# R mirt 1.45.1, empirical_rxx of the research key's scales.
MIRT_EMPIRICAL = {
    "empathy": 0.889,
    "calm": 0.892,
    "even_temper": 0.852,
    "dominance": 0.889,
    "influence": 0.904,
    "steadiness": 0.825,
    "conscientiousness": 0.808,
    "dependability": 0.864,
}


@pytest.mark.parametrize("scale", ["EMP", "RES", "EMP9", "RES8"])
def test_the_personality_inventory_has_the_information_of_mirt(
    reference_data: Path, scale: str
) -> None:
    """R mirt 1.45.1, iteminfo and testinfo at 33 thetas, and the ranges within an error of .33."""
    _, reference = inventory(reference_data, scale)
    items = GradedItems(np.array(reference["a"]), np.array(reference["b"]))
    found = information(items, np.array(reference["theta"]))
    each = [[row[name] for name in reference["items"]] for row in reference["item_info"]]
    np.testing.assert_allclose(found.items.T, each, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.test, reference["test_info"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.error, reference["se_ml"], rtol=1e-8)
    np.testing.assert_allclose(found.posterior_error, reference["psd"], rtol=1e-8)
    assert found.range_within(0.33) == tuple(reference["theta_range_SE_ML_le_0.33"])
    posterior = found.range_within(0.33, posterior=True)
    assert posterior == tuple(reference["theta_range_PSD_le_0.33"])


@pytest.mark.parametrize("scale", ["EMP", "RES", "EMP9", "RES8"])
def test_the_personality_inventory_has_the_scores_and_reliability_of_mirt(
    reference_data: Path, scale: str
) -> None:
    """R mirt 1.45.1, which takes no probability for smaller than 1e-10: hence the seventh digit."""
    people, reference = inventory(reference_data, scale)
    items = GradedItems(np.array(reference["a"]), np.array(reference["b"]))
    found = eap(people, items)
    np.testing.assert_allclose(found.mean[:10], reference["first10_eap"], rtol=0, atol=2e-7)
    np.testing.assert_allclose(found.error[:10], reference["first10_psd"], rtol=0, atol=2e-7)
    assert found.error.mean() == pytest.approx(reference["mean_eap_psd"], abs=2e-7)
    assert (found.error <= 0.33).mean() == reference["pct_eap_psd_le_0.33"]
    with_mean = np.corrcoef(found.mean, people.mean(axis=1))[0, 1]
    assert with_mean == pytest.approx(reference["r_eap_meanscore"], abs=2e-7)
    assert empirical_reliability(found) == pytest.approx(reference["empirical_rxx"], abs=2e-7)
    assert marginal_reliability(items) == pytest.approx(reference["marginal_rxx"], abs=1e-6)


def test_science_has_the_reliability_of_mirt() -> None:
    """R mirt 1.45.1, empirical_rxx and marginal_rxx."""
    data = science()
    items = items_of(data["parameters"])
    empirical = empirical_reliability(eap(data["answers"], items))
    assert empirical == pytest.approx(data["reliability"]["empirical"], abs=5e-5)
    assert marginal_reliability(items) == pytest.approx(data["reliability"]["marginal"], abs=5e-5)


@pytest.mark.parametrize("scale", MIRT_EMPIRICAL)
def test_the_research_key_has_the_reliability_of_mirt(
    research_key: "dict[str, ScoredScale]", scale: str
) -> None:
    reference = research_key[scale]
    found = empirical_reliability(eap(reference.categories, reference.items))
    assert found == pytest.approx(MIRT_EMPIRICAL[scale], abs=6e-4)


def test_information_is_what_the_curves_bend() -> None:
    """Against numerical derivatives: the sum over categories of P'^2 / P."""
    items = GradedItems(np.array([1.4, 0.8]), np.array([[-1.0, 0.2, NAN], [NAN, -0.5, 1.5]]))
    theta, step = np.linspace(-3, 3, 7), 1e-5

    def chances(at: FloatArray) -> FloatArray:
        return np.exp(category_log_probabilities(items, at))

    change = (chances(theta + step) - chances(theta - step)) / (2 * step)
    terms = change**2 / chances(theta)
    expected = [terms[0, [0, 1, 2]].sum(axis=0), terms[1, [0, 2, 3]].sum(axis=0)]
    np.testing.assert_allclose(information(items, theta).items, expected, rtol=1e-6)


def test_where_nothing_is_measured_to_an_error_there_is_no_range() -> None:
    items = GradedItems(np.array([0.5]), np.array([[0.0]]))
    found = information(items, np.linspace(-4, 4, 9))
    assert found.range_within(0.3) is None
    assert found.error.min() == pytest.approx(4.0)
    assert found.posterior_error.max() < 1


def test_people_without_a_score_have_no_part_in_reliability() -> None:
    scores = ThetaScores(
        np.array([-1.0, 0.0, 1.0, NAN]), np.array([0.5, 0.5, 0.5, NAN]), np.array([3, 3, 3, 0])
    )
    assert empirical_reliability(scores) == pytest.approx(1 / 1.25)
    with pytest.raises(ValueError, match="at least 2 people"):
        empirical_reliability(ThetaScores(scores.mean[2:], scores.error[2:], scores.answered[2:]))
