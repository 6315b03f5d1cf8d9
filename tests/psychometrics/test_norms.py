"""Norms: the sample decides what may be said; smoothing keeps the moments."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.psychometrics.norms import (
    NormTier,
    look_up,
    norm_table,
    norm_tier,
    normal_percentile,
    stens,
    t_scores,
)
from tests.published import public_answers as public

SUMS = np.arange(0, 41.0)


def sample(n, seed=1, p=0.6):
    return np.random.default_rng(seed).binomial(40, p, n).astype(float)


@pytest.mark.parametrize(
    ("people", "tier"),
    [
        (0, "none"),
        (29, "none"),
        (30, "provisional"),
        (199, "provisional"),
        (200, "percentiles"),
        (399, "percentiles"),
        (400, "subgroups"),
    ],
)
def test_the_tier_follows_the_number_of_people(people, tier):
    assert norm_tier(people) is NormTier(tier)


def test_a_negative_number_of_people_is_refused():
    with pytest.raises(ValueError, match="people"):
        norm_tier(-1)


def test_under_thirty_there_is_no_norm_and_under_two_hundred_no_percentile():
    with pytest.raises(ValueError, match="30\\+ people"):
        norm_table(sample(29), SUMS)
    few = norm_table(sample(199), SUMS)
    assert np.isnan(few.percentile).all()
    assert set(few.band.tolist()) == {0, 1, 2}
    assert not np.isnan(norm_table(sample(200), SUMS).percentile).any()


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 5), st.floats(0.2, 0.8))
def test_smoothing_keeps_the_moments_it_names(seed, moments, p):
    """Holland & Thayer (2000): a log-linear model's fitted moments are the sample's."""
    observed = sample(400, seed, p)
    table = norm_table(observed, SUMS, moments=moments)
    assert table.share.sum() == pytest.approx(1, abs=1e-12)
    for power in range(1, moments + 1):
        fitted = (table.share * (SUMS / 40) ** power).sum()
        assert fitted == pytest.approx(((observed / 40) ** power).mean(), abs=1e-9)
    assert (np.diff(table.percentile) >= -1e-9).all()


def test_no_smoothing_gives_the_raw_mid_percentiles():
    observed = np.repeat([1.0, 2.0, 3.0], [50, 100, 50])
    table = norm_table(observed, np.array([1.0, 2, 3]), moments=0)
    assert table.percentile.tolist() == [12.5, 50, 87.5]
    assert table.share.tolist() == [0.25, 0.5, 0.25]


def test_a_norm_of_normal_scores_gives_normal_percentiles_and_t():
    grid = np.arange(-60, 61) / 10
    observed = np.random.default_rng(3).normal(size=5000)
    table = norm_table(observed, grid)
    read = look_up(table, np.array([-1.0, 0.0, 1.0, np.nan]))
    assert read.percentile[:3] == pytest.approx(normal_percentile(np.array([-1, 0, 1])), abs=1.5)
    assert read.t[:3] == pytest.approx([40, 50, 60], abs=0.5)
    assert read.t_normal[:3] == pytest.approx([40, 50, 60], abs=0.5)
    assert read.band[:3].tolist() == [0, 1, 2]
    assert all(np.isnan(column[3]) for column in (read.t, read.t_normal, read.sten, read.band))


def test_a_reading_depends_on_the_table_alone():
    table = norm_table(sample(500), SUMS)
    together = look_up(table, SUMS)
    alone = [look_up(table, np.array([score])).percentile[0] for score in SUMS]
    assert together.percentile.tolist() == alone
    assert together.percentile.tolist() == table.percentile.tolist()
    assert not together.outside.any()
    assert look_up(table, np.array([-1.0, 41.0])).outside.all()


def test_t_and_sten_of_known_standard_scores():
    """T: mean 50, SD 10; stens: mean 5.5, SD 2, whole numbers 1 to 10."""
    assert t_scores(np.array([-2.0, 0, 1.5])).tolist() == [30, 50, 65]
    z = np.array([-9, -2.01, -1.99, -0.01, 0, 0.49, 0.5, 1.99, 2.0, 9, np.nan])
    assert stens(z)[:-1].tolist() == [1, 1, 2, 5, 6, 6, 7, 9, 10, 10]
    assert np.isnan(stens(z)[-1])


def test_faulty_norms_are_refused():
    with pytest.raises(ValueError, match="vary"):
        norm_table(np.full(50, 3.0), SUMS)
    with pytest.raises(ValueError, match="ascend"):
        norm_table(sample(50), SUMS[::-1])
    with pytest.raises(ValueError, match="outside"):
        norm_table(np.append(sample(50), 90.0), SUMS)
    with pytest.raises(ValueError, match="moments"):
        norm_table(sample(50), SUMS, moments=1)
    with pytest.raises(ValueError, match="30\\+ people"):
        norm_table(np.full(50, np.nan), SUMS)


def test_quantiles_of_real_scale_scores_are_those_of_r(reference_data: Path):
    """R quantile type 7 of 2,000 people's scale means: numpy's linear method."""
    one = public.instrument("spi-eight")
    given_answers = public.answers(reference_data / "spi_public.csv", one)
    theirs = public.figures(reference_data)["public"]["ctt"]["scales"]
    for name, points in public.points(one, given_answers).items():
        quantiles = theirs[name]["percentiles"]
        means = points.mean(axis=1)
        at = [float(key.rstrip("%")) / 100 for key in quantiles]
        assert np.quantile(means, at) == pytest.approx(list(quantiles.values()), abs=1e-6)
        table = norm_table(points.sum(axis=1), np.arange(points.shape[1], 6 * points.shape[1] + 1))
        assert table.mean / points.shape[1] == pytest.approx(theirs[name]["mean"], abs=1e-9)
        # A percentile and a quantile undo each other, but for the steps and the smoothing.
        middle = look_up(table, np.array([quantiles["50%"] * points.shape[1]])).percentile[0]
        assert middle == pytest.approx(50, abs=6)
