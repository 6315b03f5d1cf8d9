"""Calibration finds what R mirt finds, and refuses what cannot be calibrated."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.calibration import GradedCalibration, calibrate_graded
from assess.psychometrics.irt import GRID, GradedItems, draw_categories
from assess.psychometrics.theta import eap
from tests.psychometrics.grm_answers import LSAT7, LSAT7_PATTERNS, inventory, science

if TYPE_CHECKING:
    from conftest import ScoredScale

FloatArray = NDArray[np.float64]
NAN = np.nan

# R mirt 1.45.1 on the AMBI answers, one model for each scale of the research key.
MIRT_LOG_LIKELIHOOD = {
    "empathy": -12040.04,
    "calm": -6166.10,
    "even_temper": -8626.40,
    "dominance": -13550.23,
    "influence": -14743.57,
    "steadiness": -8445.88,
    "conscientiousness": -13697.21,
    "dependability": -11868.85,
}

TRUE_ITEMS = GradedItems(
    np.array([0.8, 1.2, 1.6, 2.0, 2.4, 1.0]),
    np.array([[-1.5, 0.0, 1.5]]) + np.array([[-0.6], [-0.3], [0.0], [0.2], [0.4], [0.6]]),
)


def simulated(n: int, seed: int = 11) -> FloatArray:
    rng = np.random.default_rng(seed)
    return draw_categories(TRUE_ITEMS, rng.standard_normal(n), rng)


@pytest.fixture(scope="module")
def lsat7() -> GradedCalibration:
    return calibrate_graded(LSAT7, 2)


def test_lsat7_has_the_two_parameter_solution_of_mirt(lsat7: GradedCalibration) -> None:
    """R mirt 1.45.1, 2PL of LSAT7 (Bock & Lieberman 1970, Psychometrika 35(2), 179-197)."""
    intercepts = -lsat7.items.slopes * lsat7.items.thresholds[:, 0]
    assert lsat7.items.slopes == pytest.approx([0.9875, 1.0808, 1.7075, 0.7650, 0.7357], abs=2e-4)
    assert intercepts == pytest.approx([1.8559, 0.8080, 1.8052, 0.4860, 1.8545], abs=1e-4)
    assert lsat7.log_likelihood == pytest.approx(-2658.8051, abs=1e-4)
    assert (lsat7.converged, lsat7.n_persons, lsat7.sparse) == (True, 1000, ())


def test_lsat7_patterns_score_as_in_mirt(lsat7: GradedCalibration) -> None:
    """R mirt 1.45.1: EAP and SE of nobody's and everybody's right answers."""
    found = eap(LSAT7_PATTERNS[[0, 31]], lsat7.items)
    assert found.mean == pytest.approx([-1.8698, 0.7272], abs=1e-4)
    assert found.error == pytest.approx([0.6927, 0.8009], abs=1e-4)


@pytest.mark.parametrize("scale", MIRT_LOG_LIKELIHOOD)
def test_the_research_key_has_the_parameters_of_mirt(
    research_key: "dict[str, ScoredScale]", scale: str
) -> None:
    reference = research_key[scale]
    found = calibrate_graded(reference.categories, 7)
    assert found.converged
    np.testing.assert_allclose(found.items.slopes, reference.items.slopes, rtol=0, atol=0.01)
    np.testing.assert_allclose(
        found.items.thresholds, reference.items.thresholds, rtol=0, atol=0.01
    )
    assert found.log_likelihood == pytest.approx(MIRT_LOG_LIKELIHOOD[scale], abs=0.02)


@pytest.mark.parametrize("scale", ["EMP", "RES", "EMP9", "RES8"])
def test_the_personality_inventory_has_the_parameters_of_mirt(
    reference_data: Path, scale: str
) -> None:
    """R mirt 1.45.1 on 2000 people of the SAPA Personality Inventory, six categories."""
    people, reference = inventory(reference_data, scale)
    found = calibrate_graded(people, 6)
    np.testing.assert_allclose(found.items.slopes, reference["a"], rtol=0, atol=0.01)
    np.testing.assert_allclose(found.items.thresholds, reference["b"], rtol=0, atol=0.01)
    assert found.log_likelihood == pytest.approx(reference["logLik"], abs=0.01)
    assert found.log_likelihood >= reference["logLik"] - 1e-4


def test_science_has_the_parameters_of_mirt() -> None:
    """R mirt 1.45.1, graded model of 392 people, 4 items, 4 categories."""
    data = science()
    found = calibrate_graded(data["answers"], 4)
    figures = data["parameters"]
    assert found.items.slopes == pytest.approx(figures["slopes"], abs=3e-4)
    intercepts = -found.items.slopes[:, None] * found.items.thresholds
    np.testing.assert_allclose(intercepts, figures["intercepts"], rtol=0, atol=3e-4)
    assert found.log_likelihood == pytest.approx(figures["log_likelihood"], abs=1e-4)


def test_the_items_that_made_the_answers_are_recovered() -> None:
    found = calibrate_graded(simulated(4000), 4)
    assert found.items.slopes == pytest.approx(TRUE_ITEMS.slopes, abs=0.2)
    np.testing.assert_allclose(found.items.thresholds, TRUE_ITEMS.thresholds, atol=0.25)


def test_answers_missing_at_random_move_nothing_but_precision() -> None:
    people = simulated(4000)
    people[np.random.default_rng(2).random(people.shape) < 0.3] = NAN
    found = calibrate_graded(people, 4)
    assert found.items.slopes == pytest.approx(TRUE_ITEMS.slopes, abs=0.25)
    np.testing.assert_allclose(found.items.thresholds, TRUE_ITEMS.thresholds, atol=0.3)


def test_the_log_likelihood_is_the_printed_one() -> None:
    """Against sums and products of plain probabilities, people with blanks among them."""
    people = simulated(300)
    people[::3, 2] = NAN
    people[::7, :4] = NAN
    found = calibrate_graded(people, 4)
    slopes, thresholds = found.items.slopes, found.items.thresholds
    prior = np.exp(-(GRID**2) / 2)
    prior /= prior.sum()
    total = 0.0
    for person in people:
        likelihood = prior.copy()
        for item in np.flatnonzero(~np.isnan(person)):
            curves = expit(slopes[item] * (GRID - thresholds[item][:, None]))
            at_least = np.vstack([np.ones(61), curves, np.zeros(61)])
            category = int(person[item])
            likelihood *= at_least[category] - at_least[category + 1]
        total += np.log(likelihood.sum())
    assert found.log_likelihood == pytest.approx(total, abs=1e-7)


def test_no_other_parameters_make_the_answers_likelier() -> None:
    people = simulated(500)
    best = calibrate_graded(people, 4)
    rng = np.random.default_rng(1)
    for _ in range(20):
        moved = GradedItems(
            best.items.slopes * np.exp(rng.normal(0, 0.03, 6)),
            best.items.thresholds + rng.normal(0, 0.03, (6, 3)),
        )
        assert log_likelihood(people, moved) < best.log_likelihood


def log_likelihood(people: FloatArray, items: GradedItems) -> float:
    prior = np.exp(-(GRID**2) / 2)
    at_least = expit(items.slopes[:, None, None] * (GRID - items.thresholds[:, :, None]))
    ones, zeros = np.ones((6, 1, 61)), np.zeros((6, 1, 61))
    chances = -np.diff(np.concatenate([ones, at_least, zeros], axis=1), axis=1)
    likelihood = np.prod([chances[j, people[:, j].astype(int)] for j in range(6)], axis=0)
    return float(np.log(likelihood @ (prior / prior.sum())).sum())


def test_no_cycle_makes_the_answers_less_likely() -> None:
    people = simulated(400)
    path = [calibrate_graded(people, 4, max_iterations=n).log_likelihood for n in range(1, 12)]
    assert (np.diff(path) > 0).all()


def test_turning_every_item_round_turns_the_scale_round() -> None:
    people = simulated(800)
    found, turned = calibrate_graded(people, 4), calibrate_graded(3 - people, 4)
    np.testing.assert_allclose(turned.items.slopes, found.items.slopes, atol=1e-3)
    np.testing.assert_allclose(turned.items.thresholds, -found.items.thresholds[:, ::-1], atol=1e-3)
    assert turned.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-4)


def test_somebody_without_any_answer_changes_nothing() -> None:
    people = simulated(300)
    found = calibrate_graded(people, 4)
    padded = calibrate_graded(np.vstack([people, np.full((5, 6), NAN)]), 4)
    assert padded.n_persons == found.n_persons == 300
    assert padded.log_likelihood == found.log_likelihood


@pytest.mark.parametrize(
    ("codes", "threshold"),
    [([0, 2, 3, 4], 0), ([0, 1, 3, 4], 1), ([1, 2, 3, 4], 0), ([0, 1, 2, 3], 3)],
)
def test_a_category_nobody_chose_leaves_its_threshold_open_and_the_rest_alone(
    codes: list[int], threshold: int
) -> None:
    people = simulated(600)
    wider = people.copy()
    wider[:, 0] = np.array(codes, float)[people[:, 0].astype(int)]
    found, plain = calibrate_graded(wider, 5), calibrate_graded(people, 4)
    assert np.flatnonzero(np.isnan(found.items.thresholds[0])).tolist() == [threshold]
    kept = np.delete(found.items.thresholds[0], threshold)
    np.testing.assert_allclose(kept, plain.items.thresholds[0], atol=1e-5)
    np.testing.assert_allclose(found.items.slopes, plain.items.slopes, atol=1e-5)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    unused = ({0, 1, 2, 3, 4} - set(codes)).pop()
    assert (0, unused, 0) in found.sparse
    assert np.isfinite(eap(np.full((1, 6), float(unused)), found.items).mean).all()


def test_a_category_with_under_ten_answers_is_kept_and_reported() -> None:
    people = simulated(600)
    people[people[:, 4] == 3, 4] = 2
    people[:9, 4] = 3
    found = calibrate_graded(people, 4)
    assert (4, 3, 9) in found.sparse
    assert np.isfinite(found.items.thresholds[4]).all()
    people[9, 4] = 3
    assert (4, 3) not in {(j, k) for j, k, _ in calibrate_graded(people, 4).sparse}


def test_a_calibration_that_did_not_come_to_rest_says_so() -> None:
    found = calibrate_graded(simulated(300), 4, max_iterations=3)
    assert (found.converged, found.iterations) == (False, 3)


def test_items_that_repeat_each_other_end_without_a_fault() -> None:
    """Three copies of one item have no finite best slope; the result must still be honest."""
    people = simulated(300)
    people[:, 1] = people[:, 2] = people[:, 0]
    found = calibrate_graded(people[:, :4], 4, max_iterations=300)
    assert np.isfinite(found.items.slopes).all()
    assert np.isfinite(found.log_likelihood)
    assert found.items.slopes[0] > 10
    assert not found.converged


def test_answers_without_any_error_end_soon_and_without_a_fault() -> None:
    """Everybody in one order on every item: all slopes grow without limit."""
    place = np.arange(20)[:, None] / 20
    cuts = np.arange(1, 4) / 4 + np.array([[-0.06], [-0.02], [0.02]])
    found = calibrate_graded((place[:, :, None] > cuts).sum(axis=2).astype(float), 4)
    assert not found.converged
    assert found.iterations < 100
    assert np.isfinite(found.items.thresholds).all()


def test_an_item_keyed_the_wrong_way_is_refused_by_number() -> None:
    people = simulated(800)
    people[:, 2] = 3 - people[:, 2]
    with pytest.raises(ValueError, match="item 2: runs against the rest"):
        calibrate_graded(people, 4)


def with_answer(value: float) -> FloatArray:
    people = simulated(50)
    people[7, 2] = value
    return people


def with_constant_item(value: float) -> FloatArray:
    people = simulated(50)
    people[:, 3] = value
    return people


@pytest.mark.parametrize(
    ("people", "n_categories", "words"),
    [
        (with_answer(4.0), 4, "person 7, item 2: no category 4"),
        (with_answer(-1.0), 4, "person 7, item 2: no category -1"),
        (with_answer(1.5), 4, "person 7, item 2: no category 1.5"),
        (with_answer(np.inf), 4, "person 7, item 2: no category inf"),
        (with_constant_item(2.0), 4, "item 3: its answers fall in 1 of"),
        (with_constant_item(NAN), 4, "item 3: its answers fall in 0 of"),
        (np.empty((0, 6)), 4, "item 0: its answers fall in 0 of"),
        (simulated(50)[:, :2], 4, "at least 3 items"),
        (simulated(50)[0], 4, "at least 3 items"),
        (simulated(50), 1, "at least 2 categories"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_in_words(
    people: FloatArray, n_categories: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        calibrate_graded(people, n_categories)
