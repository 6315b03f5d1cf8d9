"""What stands in for a reference sample: honest raters, their norm, their error correlation."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.sjt import (
    honest_raters,
    jackknife_error_correlation,
    reference_norm,
    score_ratings,
)

FloatArray = NDArray[np.float64]

KEY = np.array([2, 5, 3, 1, 5, 2, 4, 1, 4, 2, 5, 1, 2, 5, 3, 1.0])
SCENARIO = np.repeat([3, 5, 8, 13], 4)
WEIGHTS = np.array(
    [
        [1, 1, 0.5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0.5, 0, 0],
        [0, 0, 0, 1, 0, 1, 0.5, 1, 0, 0, 0, 0, 0, 0, 1, 0],
        [0.5, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0.5, 0, 0, 0, 1],
    ]
)


@pytest.fixture(scope="module")
def sample() -> FloatArray:
    return honest_raters(KEY, SCENARIO, np.random.default_rng(20), n=4000)


def test_honest_raters_give_whole_ratings_and_no_blank(sample: FloatArray) -> None:
    assert sample.shape == (4000, 16)
    assert set(np.unique(sample)) == {1, 2, 3, 4, 5}


def test_the_same_seed_gives_the_same_raters(sample: FloatArray) -> None:
    again = honest_raters(KEY, SCENARIO, np.random.default_rng(20), n=4000)
    np.testing.assert_array_equal(again, sample)
    other = honest_raters(KEY, SCENARIO, np.random.default_rng(21), n=4000)
    assert (other != sample).any()


def test_honest_raters_differ_in_ability_and_seldom_reach_the_key(sample: FloatArray) -> None:
    found = score_ratings(sample, KEY, WEIGHTS)
    assert found.scorable.mean() > 0.99
    total = found.total[found.scorable]
    assert 0.45 < total.mean() < 0.7
    assert 0.1 < total.std() < 0.3
    assert (total > 0.99).mean() < 0.005


def test_honest_raters_differ_in_style(sample: FloatArray) -> None:
    found = score_ratings(sample, KEY, WEIGHTS)
    assert found.elevation.mean() == pytest.approx(3, abs=0.05)
    assert 0.3 < found.elevation.std() < 0.5
    assert found.scatter.mean() == pytest.approx(1.1, abs=0.1)
    # Chance alone, without styles of their own, would spread these by about .15.
    assert 0.18 < found.scatter.std() < 0.3


def test_liking_of_a_scenario_is_shared_by_its_options(sample: FloatArray) -> None:
    """Residuals correlate within a scenario; the person's mean is taken out of both kinds."""
    residual = sample - sample.mean(axis=0)
    residual -= residual.mean(axis=1, keepdims=True)
    r = np.corrcoef(residual.T)
    same = SCENARIO[:, None] == SCENARIO
    off = ~np.eye(16, dtype=bool)
    assert r[same & off].mean() > r[~same].mean() + 0.05


def test_a_norm_is_mean_and_sd_of_the_scorable_with_assumed_reliability(
    sample: FloatArray,
) -> None:
    people = np.vstack([sample[:500], np.full((3, 16), 3.0)])
    everything = np.vstack([WEIGHTS, np.ones(16)])
    norm = reference_norm(people, KEY, everything)
    found = score_ratings(sample[:500], KEY, WEIGHTS)
    kept = found.scorable
    assert norm.mean[:3] == pytest.approx(found.scores[kept].mean(axis=0))
    assert norm.sd[:3] == pytest.approx(found.scores[kept].std(axis=0, ddof=1))
    assert norm.mean[3] == pytest.approx(found.total[kept].mean())
    assert norm.reliability == pytest.approx([6 / 26, 5 / 25, 7 / 27, 16 / 36])


def test_a_norm_needs_people_and_scores_that_vary(sample: FloatArray) -> None:
    with pytest.raises(ValueError, match="at least 2 scorable"):
        reference_norm(sample[:1], KEY, WEIGHTS)
    with pytest.raises(ValueError, match="scores that vary"):
        reference_norm(np.vstack([KEY, KEY]), KEY, WEIGHTS)


def test_error_correlation_is_the_delete_one_scenario_jackknife(sample: FloatArray) -> None:
    """Against the sum written out person by person."""
    people = sample[:40]
    pooled = np.zeros((3, 3))
    for person in people:
        scores = []
        for place in (3, 5, 8, 13):
            kept = place != SCENARIO
            scores.append(score_ratings(person[None, kept], KEY[kept], WEIGHTS[:, kept]).scores[0])
        if not np.isnan(scores).any():
            deviations = np.array(scores) - np.mean(scores, axis=0)
            pooled += 3 / 4 * deviations.T @ deviations
    expected = pooled / np.sqrt(np.outer(np.diag(pooled), np.diag(pooled)))
    found = jackknife_error_correlation(people, KEY, WEIGHTS, SCENARIO)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_error_correlation_is_a_correlation_matrix(sample: FloatArray) -> None:
    found = jackknife_error_correlation(sample, KEY, WEIGHTS, SCENARIO)
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_array_equal(np.diag(found), np.ones(3))
    assert (np.linalg.eigvalsh(found) > 0).all()


def test_competencies_on_the_same_options_share_all_their_error(sample: FloatArray) -> None:
    twice = np.vstack([WEIGHTS[0], 2 * WEIGHTS[0], WEIGHTS[1]])
    found = jackknife_error_correlation(sample[:200], KEY, twice, SCENARIO)
    assert found[0, 1] == pytest.approx(1)
    assert found[0, 2] < 0.9


def test_somebody_not_scorable_adds_nothing_to_the_error_correlation(sample: FloatArray) -> None:
    found = jackknife_error_correlation(sample[:50], KEY, WEIGHTS, SCENARIO)
    padded = np.vstack([sample[:50], np.full((5, 16), 3.0)])
    again = jackknife_error_correlation(padded, KEY, WEIGHTS, SCENARIO)
    np.testing.assert_allclose(again, found, atol=1e-12)


def test_a_competency_of_one_scenario_has_no_jackknife(sample: FloatArray) -> None:
    weights = WEIGHTS.copy()
    weights[1, 4:] = 0
    with pytest.raises(ValueError, match="at least 2 scenarios"):
        jackknife_error_correlation(sample[:50], KEY, weights, SCENARIO)
    with pytest.raises(ValueError, match="nobody is scorable"):
        jackknife_error_correlation(np.full((5, 16), 3.0), KEY, WEIGHTS, SCENARIO)
