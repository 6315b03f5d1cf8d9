"""Anchored recalibration keeps the scale: known items hold its zero and unit."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.calibration import Anchors, calibrate_graded
from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.theta import eap

FloatArray = NDArray[np.float64]
NAN = np.nan

ITEMS = GradedItems(
    np.array([0.9, 1.2, 1.6, 2.0, 2.4, 1.1]),
    np.array([[-1.5, 0.0, 1.5]]) + np.array([[-0.6], [-0.3], [0.0], [0.2], [0.4], [0.6]]),
)


def some_of(items: GradedItems, places: list[int]) -> GradedItems:
    return GradedItems(items.slopes[places], items.thresholds[places])


def answers_of(mean: float, sd: float, n: int = 3000, seed: int = 4) -> FloatArray:
    rng = np.random.default_rng(seed)
    return draw_categories(ITEMS, rng.normal(mean, sd, n), rng)


def test_other_people_are_measured_on_the_anchors_scale() -> None:
    """Applicants 0.8 SD higher and less spread: their items come out in the old units."""
    found = calibrate_graded(
        answers_of(0.8, 0.7), 4, anchors=Anchors((0, 2, 4), some_of(ITEMS, [0, 2, 4]))
    )
    assert found.converged
    assert found.latent_mean == pytest.approx(0.8, abs=0.06)
    assert found.latent_sd == pytest.approx(0.7, abs=0.06)
    assert found.items.slopes == pytest.approx(ITEMS.slopes, abs=0.2)
    np.testing.assert_allclose(found.items.thresholds, ITEMS.thresholds, atol=0.15)
    free = calibrate_graded(answers_of(0.8, 0.7), 4)
    assert np.abs(free.items.thresholds - ITEMS.thresholds).max() > 0.8


def test_anchors_come_back_exactly_as_they_went_in() -> None:
    anchors = Anchors((4, 1), some_of(ITEMS, [4, 1]))
    found = calibrate_graded(answers_of(0.3, 1.2, 400), 4, anchors=anchors)
    np.testing.assert_array_equal(found.items.slopes[[4, 1]], anchors.items.slopes)
    np.testing.assert_array_equal(found.items.thresholds[[4, 1]], anchors.items.thresholds)
    assert found.anchored == (1, 4)
    assert found.flags == ("few-anchors",)


def test_one_scale_moved_is_the_other_scale() -> None:
    """Anchors at their own free solution give N(0, 1) and that solution back."""
    people = answers_of(0.0, 1.0)
    free = calibrate_graded(people, 4, tolerance=1e-8)
    held = calibrate_graded(
        people, 4, anchors=Anchors((0, 1, 2), some_of(free.items, [0, 1, 2])), tolerance=1e-8
    )
    assert (held.latent_mean, held.latent_sd) == pytest.approx((0.0, 1.0), abs=1e-4)
    np.testing.assert_allclose(held.items.slopes, free.items.slopes, atol=1e-4)
    assert held.log_likelihood == pytest.approx(free.log_likelihood, abs=1e-6)


def test_with_every_item_held_only_the_people_are_estimated() -> None:
    found = calibrate_graded(answers_of(-0.5, 1.3), 4, anchors=Anchors(tuple(range(6)), ITEMS))
    assert (found.latent_mean, found.latent_sd) == pytest.approx((-0.5, 1.3), abs=0.07)
    assert found.sparse == ()


def test_an_anchor_nobody_answers_does_no_harm_and_scores_stay_comparable() -> None:
    """A new form leaves an old item out; both forms score one person alike, up to their error."""
    people = answers_of(0.4, 0.9)
    people[:, 1] = NAN
    anchors = Anchors((0, 1, 2, 3), some_of(ITEMS, [0, 1, 2, 3]))
    found = calibrate_graded(people, 4, anchors=anchors)
    old, new = eap(people, ITEMS), eap(people, found.items)
    assert np.abs(old.mean - new.mean).max() < 0.15


def test_people_far_from_the_anchors_are_flagged() -> None:
    easy = GradedItems(ITEMS.slopes, ITEMS.thresholds + 3.5)
    rng = np.random.default_rng(1)
    people = draw_categories(easy, rng.normal(3.5, 0.5, 500), rng)
    found = calibrate_graded(people, 4, anchors=Anchors((0, 1, 2), some_of(easy, [0, 1, 2])))
    assert "far-off" in found.flags


def test_anchors_that_fix_no_scale_are_refused() -> None:
    people = answers_of(0.0, 1.0, 100)
    people[:, 0] = 2.0
    with pytest.raises(ValueError, match="not identified"):
        calibrate_graded(people, 4, anchors=Anchors((0,), some_of(ITEMS, [0])))
    with pytest.raises(ValueError, match="items run from 0 to 5"):
        calibrate_graded(people, 4, anchors=Anchors((6,), some_of(ITEMS, [0])))
    with pytest.raises(ValueError, match="4 categories do not fit 5"):
        calibrate_graded(people, 5, anchors=Anchors((1,), some_of(ITEMS, [1])))
    with pytest.raises(ValueError, match="do not fit 1 anchors"):
        Anchors((1, 2), some_of(ITEMS, [1]))
    with pytest.raises(ValueError, match="do not fit 2 anchors"):
        Anchors((1, 1), some_of(ITEMS, [1, 2]))


def test_a_sparse_category_is_reported_by_the_items_name() -> None:
    people = answers_of(0.0, 1.0, 600)
    people[people[:, 4] == 3, 4] = 2
    people[0, 4] = 3
    found = calibrate_graded(people, 4)
    names = ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6"]
    assert any(
        line.startswith("Q5: category 3 has 1 answer, fewer than 10")
        for line in found.sparse_warnings(names)
    )
    assert "sparse" in found.flags
    with pytest.raises(ValueError, match="5 names do not fit 6 items"):
        found.sparse_warnings(names[:5])
    assert "not-converged" in calibrate_graded(people, 4, max_iterations=2).flags
