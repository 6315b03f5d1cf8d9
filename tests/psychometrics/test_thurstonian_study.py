"""Recovery and coverage of Thurstonian scores in every condition of the study."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from assess.psychometrics.thurstonian_study import CONDITIONS, CORRELATIONS, Condition, recovery

PUBLISHED = Path(__file__).parents[1] / "published"
BY_NAME = {one.name: one for one in CONDITIONS}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_95_percent_intervals_cover_the_truth_in_93_to_97(condition: Condition) -> None:
    """3,000 people: the standard error of one trait's coverage is .004, of the mean about .002.

    In unmatched blocks the weight is a little small (see the dependence of blocks): .96.
    """
    found = recovery(condition, n=3000, seed=1)
    assert (found.coverage > 0.93).all()
    assert (found.coverage < 0.97).all()
    assert found.coverage.mean() == pytest.approx(0.95 if condition.matched else 0.955, abs=0.01)


@pytest.mark.parametrize("name", ["a", "a2", "b", "b2", "c", "c2", "d", "d2"])
def test_recovery_is_what_an_independent_prototype_found(name: str) -> None:
    """Both drew their statements. Between draws r has an SD of up to .002 (mixed keys) or .006,
    that of counts .006, reliability .005 or .008, the SD of z .011: bounds are three SDs of a
    difference of two draws."""
    kept = json.loads((PUBLISHED / "thurstonian_conditions.json").read_text(encoding="utf-8"))
    published = kept["conditions"][name]
    mixed = BY_NAME[name].mixed
    found = recovery(BY_NAME[name], n=3000, seed=2)
    assert found.r == pytest.approx(published["r"], abs=0.01 if mixed else 0.025)
    assert found.r_counts == pytest.approx(published["r_counts"], abs=0.027)
    assert found.reliability == pytest.approx(
        published["reliability"], abs=0.021 if mixed else 0.034
    )
    assert found.z_sd == pytest.approx(published["z_sd"], abs=0.047)


def test_mixed_keys_show_a_persons_level_and_positive_ones_do_not() -> None:
    mixed, positive = (
        recovery(BY_NAME["c2"], n=1500, seed=3),
        recovery(BY_NAME["c"], n=1500, seed=3),
    )
    assert mixed.r_level > 0.9
    assert positive.r_level < 0.5
    assert mixed.correlation_error < positive.correlation_error


def test_scores_recover_more_than_counts() -> None:
    for condition in CONDITIONS:
        found = recovery(condition, n=1000, seed=4)
        assert found.r > found.r_counts


@pytest.mark.parametrize("wrong", ["half negatives", "cross-loadings", "30 % off"])
def test_wrong_parameters_cost_coverage(wrong: str) -> None:
    """What the study is for: the error a score claims holds for the parameters it assumes."""
    right = recovery(BY_NAME["b2"], n=1500, seed=5)
    found = recovery(BY_NAME["b2"], n=1500, seed=5, wrong=wrong)
    assert found.coverage.mean() < right.coverage.mean() - 0.02
    assert found.r < right.r


def test_there_must_be_negative_statements_to_halve() -> None:
    with pytest.raises(ValueError, match="no negative statement"):
        recovery(BY_NAME["a"], n=10, seed=1, wrong="half negatives")


def test_the_same_seed_gives_the_same_study() -> None:
    one, again = (recovery(BY_NAME["d2"], n=200, seed=6) for _ in range(2))
    assert one.r == again.r
    np.testing.assert_array_equal(one.coverage, again.coverage)


def test_the_rating_scales_correlate_as_the_study_assumes(reference_data: Path) -> None:
    """R mirt's EAP of 1008 people, r over the root of both empirical reliabilities."""
    with (reference_data / "ambi_mirt_eap_public.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scales = ("dominance", "influence", "steadiness", "conscientiousness")
    mean, error = (
        np.array([[float(row[f"{scale}_{part}"]) for scale in scales] for row in rows])
        for part in ("theta", "se")
    )
    variance = mean.var(axis=0, ddof=1)
    reliability = variance / (variance + (error**2).mean(axis=0))
    expected = np.corrcoef(mean.T) / np.sqrt(np.outer(reliability, reliability))
    np.fill_diagonal(expected, 1)
    np.testing.assert_allclose(CORRELATIONS["rating scales"], expected, rtol=0, atol=6e-4)
