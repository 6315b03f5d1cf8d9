"""S-X2 and Q3 are those of mirt, keep their distribution, and find what was put in."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.calibration import calibrate_graded
from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.itemfit import item_fit, local_dependence
from tests.psychometrics.grm_answers import LSAT7, items_of, science, simulated

FloatArray = NDArray[np.float64]
NAN = np.nan

ITEMS = GradedItems(
    np.array([0.9, 1.3, 1.7, 1.1, 2.0, 1.5]),
    np.array([[-1.2, 0.8], [-0.5, 1.0], [-0.9, 0.4], [-0.1, 1.4], [-0.6, 0.6], [-1.0, 0.9]]),
)


def test_lsat7_has_the_item_fit_of_mirt() -> None:
    """R mirt, tests/testthat/test-01-mirtOne.R: itemfit S_X2 and df.S_X2."""
    found = item_fit(LSAT7, calibrate_graded(LSAT7, 2).items)
    expected = [4.749440, 14.451071, 1.270381, 5.237400, 0.941125]
    assert found.statistic == pytest.approx(expected, abs=5e-3)
    assert found.df.tolist() == [2, 2, 2, 2, 2]
    assert found.n_persons == 1000
    assert found.p[1] == pytest.approx(np.exp(-found.statistic[1] / 2))
    assert found.rmsea[1] == pytest.approx(np.sqrt((found.statistic[1] - 2) / (2 * 999)))
    assert found.rmsea[2] == 0


def test_science_has_the_q3_of_mirt() -> None:
    """R mirt, tests/testthat/test-02-mirtTwo.R: residuals(type = "Q3") of a constrained model."""
    data = science()
    found = local_dependence(data["answers"], items_of(data["Q3"]))
    np.testing.assert_allclose(found.q3, data["Q3"]["q3"], rtol=0, atol=6e-4)
    assert found.mean == pytest.approx(-0.1915, abs=5e-4)
    assert [pair[:2] for pair in found.dependent] == [(0, 3)]


def test_where_the_model_holds_item_fit_is_a_chi_square() -> None:
    """Of ratings too: statistics average their degrees of freedom, 5 in 100 pass the .05 cut."""
    found = []
    for seed in range(40):
        people = simulated(ITEMS, 600, seed)
        found.append(item_fit(people, calibrate_graded(people, 3).items))
    ratio = np.mean([one.statistic.sum() / one.df.sum() for one in found])
    assert ratio == pytest.approx(1.0, abs=0.08)
    assert 0.01 < np.mean([(one.p < 0.05).mean() for one in found]) < 0.1


def test_an_item_that_does_not_rise_with_the_trait_fits_worst() -> None:
    """Item 2 goes by the distance from the middle for half of the people."""
    rng = np.random.default_rng(6)
    theta = rng.standard_normal(1500)
    people = draw_categories(ITEMS, theta, rng)
    odd = rng.random(1500) < 0.5
    people[odd, 2] = np.digitize(np.abs(theta[odd]), [0.4, 1.0])
    found = item_fit(people, calibrate_graded(people, 3).items)
    assert int(np.argmin(found.p)) == 2
    assert found.p[2] < 1e-4


def test_a_pair_that_shares_more_than_the_trait_is_named() -> None:
    rng = np.random.default_rng(6)
    people = draw_categories(ITEMS, rng.standard_normal(1500), rng)
    copied = rng.random(1500) < 0.5
    people[copied, 4] = people[copied, 1]
    people[::9, 0] = NAN
    items = GradedItems(ITEMS.slopes, ITEMS.thresholds)
    found = local_dependence(people, items)
    assert [(i, j) for i, j, _ in found.dependent] == [(1, 4)]
    assert found.q3[1, 4] == found.q3[4, 1] == found.dependent[0][2]


def test_categories_not_told_apart_are_expected_alike() -> None:
    """With a threshold open, Q3 is that of the answers' average place among the two."""
    open_ = GradedItems(np.array([1.5] * 4), np.array([[-0.5, NAN, 1.0]] * 4))
    people = simulated(GradedItems(open_.slopes, open_.thresholds[:, [0, 2]]), 300)
    as_given = np.array([0.0, 1.5, 3.0])[people.astype(int)]
    wide = np.where(people == 2, 3.0, people)
    theta_free = local_dependence(wide, open_).q3
    assert np.isfinite(theta_free).all()
    assert np.corrcoef(as_given[:, 0], wide[:, 0])[0, 1] > 0.95


def test_pairs_answered_by_too_few_have_no_q3() -> None:
    people = simulated(ITEMS, 30)
    people[:, 0] = NAN
    people[:2, 0] = 1.0
    people[5] = NAN
    found = local_dependence(people, ITEMS)
    assert np.isnan(found.q3[0, 1:]).all()
    assert np.isfinite(found.q3[1:, 1:]).all()
    assert np.isnan(local_dependence(np.full((4, 6), NAN), ITEMS).mean)


def test_a_scale_too_short_for_item_fit_says_so() -> None:
    people = simulated(GradedItems(ITEMS.slopes[:3], ITEMS.thresholds[:3, :1]), 40)
    found = item_fit(people, GradedItems(ITEMS.slopes[:3], ITEMS.thresholds[:3, :1]))
    assert found.flags == (("no-df",),) * 3
    assert np.isnan([found.statistic, found.p, found.rmsea]).all()


def test_what_has_no_item_fit_is_refused_in_words() -> None:
    people = simulated(ITEMS, 50)
    with pytest.raises(ValueError, match="do not fit 6 items"):
        item_fit(people[:, :4], ITEMS)
    with pytest.raises(ValueError, match="1 people answered every item"):
        item_fit(people[:1], ITEMS)
    gap = GradedItems(ITEMS.slopes, np.where(ITEMS.thresholds == 0.4, NAN, ITEMS.thresholds))
    with pytest.raises(ValueError, match="item 2: not every category was chosen"):
        item_fit(people, gap)
    people[3, 3] = 3.0
    with pytest.raises(ValueError, match="no category 3"):
        item_fit(people, ITEMS)
