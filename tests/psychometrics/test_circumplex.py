"""The structural summary agrees with R circumplex; no direction is given to no amplitude."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.psychometrics.circumplex import (
    OCTANTS,
    correlation_profile,
    difference_profile,
    mean_profile,
    structural_summary,
    touches_zero,
)
from tests.published import public_answers as public

SCALES = ("PA", "BC", "DE", "FG", "HI", "JK", "LM", "NO")
# Inputs and figures of the test files of R circumplex (GPL-3; numbers only).
PUBLISHED = [
    (
        (0.374, -0.572, -0.520, 0.016, 0.688, 1.142, 1.578, 0.678),
        (0.423, 0.945, -0.264, 0.981, 344.4, 0.954),
    ),
    (
        (0.519, 0.504, 0.589, 0.685, 1.330, 1.361, 1.645, 0.933),
        (0.946, 0.459, -0.310, 0.554, 325.963, 0.889),
    ),
    (
        (0.585, 0.674, 0.664, 0.856, 1.075, 1.047, 1.300, 0.868),
        (0.884, 0.227, -0.186, 0.294, 320.685, 0.824),
    ),
    (
        (0.5502, 0.5834, 0.6239, 0.7646, 1.2110, 1.2144, 1.4843, 0.9027),
        (0.9168, 0.3511, -0.2523, 0.4323, 324.292, 0.8776),
    ),
    (
        (0.3291, 0.4939, 0.3289, 0.2032, 0.1020, 0.1431, 0.2065, 0.1926),
        (0.250, -0.094, 0.117, 0.150, 128.9, 0.802),
    ),
    (
        (0.3996, 0.3854, 0.2342, 0.1077, 0.0511, 0.0581, 0.0837, 0.3000),
        (0.202, -0.062, 0.179, 0.189, 108.967, 0.957),
    ),
]


def people(folder: Path):
    table = public.rows(folder / "circumplex_jz2017.csv")
    return table, np.array([[float(row[name]) for name in SCALES] for row in table])


def gap(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@pytest.mark.parametrize(("scores", "figures"), PUBLISHED)
def test_the_summaries_of_published_profiles(scores, figures):
    """R circumplex test files: aw2009, jz2017 by sex and together, two correlation profiles."""
    found = structural_summary(np.array(scores))
    got = [found.elevation, found.x, found.y, found.amplitude, found.fit]
    want = [figures[0], figures[1], figures[2], figures[3], figures[5]]
    assert np.ravel(got) == pytest.approx(want, abs=1.5e-3)
    assert gap(found.displacement[0], figures[4]) < 0.15


@given(st.floats(-2, 2), st.floats(0.01, 3), st.floats(0, 359.99), st.sampled_from([4, 6, 8, 16]))
def test_a_pure_curve_is_found_again_and_fits_perfectly(elevation, amplitude, angle, k):
    angles = np.arange(k) * 360 / k
    curve = elevation + amplitude * np.cos(np.deg2rad(angles - angle))
    found = structural_summary(curve, angles)
    assert found.elevation[0] == pytest.approx(elevation, abs=1e-9)
    assert found.amplitude[0] == pytest.approx(amplitude, abs=1e-9)
    assert gap(found.displacement[0], angle) < 1e-6
    assert found.fit[0] == pytest.approx(1, abs=1e-6)


def test_a_flat_profile_points_nowhere_and_a_missing_score_makes_all_missing():
    flat, missing = structural_summary(np.array([np.full(8, 2.0), [np.nan, *range(7)]])).__dict__, 1
    assert flat["elevation"][0] == 2
    assert flat["amplitude"][0] == pytest.approx(0, abs=1e-12)
    assert np.isnan([flat["displacement"][0], flat["fit"][0]]).all()
    assert all(np.isnan(values[missing]) for values in flat.values())


def test_a_profile_depends_on_nobody_else():
    scores = np.random.default_rng(1).normal(size=(20, 8))
    together = structural_summary(scores)
    alone = [structural_summary(row).displacement[0] for row in scores]
    assert together.displacement == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize(
    ("sex", "figures"),
    [
        ("Female", [(0.946, 0.907, 0.984), (0.554, 0.511, 0.600), (325.963, 321.8, 329.8), 0.889]),
        ("Male", [(0.884, 0.839, 0.928), (0.294, 0.256, 0.330), (320.685, 313.4, 328.0), 0.824]),
    ],
)
def test_the_intervals_of_a_group_agree_with_another_bootstrap(reference_data, sex, figures):
    """R circumplex, seed 12345, 2,000 draws; another generator's draws differ a little."""
    table, scores = people(reference_data)
    found = mean_profile(scores[[row["Gender"] == sex for row in table]], seed=12345)
    assert_close(found, figures)


def test_the_contrast_is_the_profile_of_the_differences(reference_data: Path):
    table, scores = people(reference_data)
    male = np.array([row["Gender"] == "Male" for row in table])
    found = difference_profile(scores[male], scores[~male], seed=12345)
    assert_close(
        found,
        [(-0.062, -0.122, -0.002), (0.263, 0.210, 0.322), (151.858, 140.1, 164.1), 0.855],
    )
    assert found.persons == 1166


@pytest.mark.parametrize(
    ("measure", "figures"),
    [
        ("PARPD", [(0.250, 0.218, 0.282), (0.150, 0.113, 0.189), (128.9, 117.3, 141.6), 0.802]),
        ("NARPD", [(0.202, 0.170, 0.237), (0.189, 0.155, 0.224), (108.967, 98.7, 118.8), 0.957]),
    ],
)
def test_the_profile_of_a_measures_correlations(reference_data: Path, measure, figures):
    table, scores = people(reference_data)
    values = np.array([float(row[measure]) for row in table])
    assert_close(correlation_profile(scores, values, seed=12345), figures)


def test_all_people_have_the_reference_summary(reference_data: Path):
    _, scores = people(reference_data)
    theirs = public.figures(reference_data)["other_datasets"]["jz2017"]
    found = mean_profile(scores, seed=1, draws=100)
    assert found.scores == pytest.approx(list(theirs["octant_means"].values()), abs=1e-8)
    assert found.elevation.value == pytest.approx(theirs["ssm_elevation"], abs=1e-8)
    assert found.x.value == pytest.approx(theirs["ssm_x"], abs=1e-8)
    assert found.y.value == pytest.approx(theirs["ssm_y"], abs=1e-8)
    assert found.amplitude.value == pytest.approx(theirs["ssm_amplitude"], abs=1e-8)
    assert found.displacement is not None
    assert found.displacement.value == pytest.approx(theirs["ssm_displacement_deg"], abs=1e-7)
    assert found.fit == pytest.approx(theirs["ssm_fit_R2"], abs=1e-8)


def assert_close(found, figures):
    elevation, amplitude, displacement, fit = figures
    for got, want in ((found.elevation, elevation), (found.amplitude, amplitude)):
        assert got.value == pytest.approx(want[0], abs=6e-4)
        assert (got.low, got.high) == pytest.approx(want[1:], abs=0.008)
    assert found.displacement is not None
    assert gap(found.displacement.value, displacement[0]) < 0.06
    assert gap(found.displacement.low, displacement[1]) < 1.5
    assert gap(found.displacement.high, displacement[2]) < 1.5
    assert found.fit == pytest.approx(fit, abs=6e-4)


def test_displacement_is_not_stated_when_the_amplitude_may_be_none():
    """With no true amplitude the rule lets at most a few samples of a hundred through."""
    rng = np.random.default_rng(4)
    stated = [
        mean_profile(rng.normal(size=(40, 8)), seed=seed, draws=200).displacement is not None
        for seed in range(100)
    ]
    assert sum(stated) <= 5
    clear = np.cos(np.deg2rad(OCTANTS - 30)) + rng.normal(0, 0.5, (40, 8))
    found = mean_profile(clear, seed=1, draws=200)
    assert found.displacement is not None
    assert gap(found.displacement.value, 30) < 10


def test_an_interval_across_zero_degrees_stays_short():
    rng = np.random.default_rng(5)
    scores = np.cos(np.deg2rad(OCTANTS)) + rng.normal(0, 0.6, (60, 8))
    found = mean_profile(scores, seed=1, draws=500).displacement
    assert found is not None
    assert found.low > 300
    assert found.high < 60


def test_the_same_seed_gives_the_same_intervals():
    scores = np.random.default_rng(6).normal(size=(30, 8)) + np.cos(np.deg2rad(OCTANTS))
    assert mean_profile(scores, seed=3).amplitude == mean_profile(scores, seed=3).amplitude
    assert mean_profile(scores, seed=3).amplitude != mean_profile(scores, seed=4).amplitude


def test_touching_zero_is_judged_by_the_intervals_width():
    assert touches_zero(0.1, 0.5)
    assert not touches_zero(0.2, 0.5)
    assert touches_zero(0.0, 0.0)


def test_faulty_profiles_are_refused():
    scores = np.random.default_rng(7).normal(size=(10, 8))
    with pytest.raises(ValueError, match="do not fit"):
        structural_summary(scores[:, :3], np.array([0.0, 120, 240]))
    with pytest.raises(ValueError, match="evenly spaced"):
        structural_summary(scores[:, :4], np.array([0.0, 90, 180, 200]))
    with pytest.raises(ValueError, match="3\\+ people"):
        mean_profile(scores[:2], seed=1)
    with pytest.raises(ValueError, match="missing"):
        mean_profile(np.where(scores > 2, np.nan, scores) * np.nan, seed=1)
    with pytest.raises(ValueError, match="draws"):
        mean_profile(scores, seed=1, draws=10)
    with pytest.raises(ValueError, match="level"):
        mean_profile(scores, seed=1, level=1.5)
    with pytest.raises(ValueError, match="vary"):
        correlation_profile(scores, np.ones(10), seed=1)
    with pytest.raises(ValueError, match="do not fit"):
        correlation_profile(scores, np.ones(9), seed=1)
