"""The fit of a calibration is that of the model in the people who answered."""

import numpy as np
import pytest

from assess.instruments.calibration_fit import scale_fit
from assess.instruments.model import Scale
from assess.psychometrics.calibration import Anchors, calibrate_graded
from assess.psychometrics.irt import GradedItems

TRUE = GradedItems(
    np.array([1.2, 1.8, 0.9, 1.5, 2.2]),
    np.array([[-1.0, 0.2, 1.1], [-0.8, 0.0, 0.9], [-1.5, 0.1, 1.4], [-0.5, 0.4, 1.2], [-1, 0, 1]]),
)


def scale_of(n_items):
    """A scale of items A0, A1, ... all keyed upwards."""
    items = tuple((f"A{place}", 1) for place in range(n_items))
    return Scale("calm", "Calm", items, calibrated=True, low_end="low", high_end="high")


def drawn(items, n=1500, seed=1, mean=0.0, sd=1.0):
    """Categories (n, J) drawn from the model."""
    rng = np.random.default_rng(seed)
    theta = mean + sd * rng.standard_normal((n, 1, 1))
    reached = 1 / (1 + np.exp(-items.slopes[:, None] * (theta - items.thresholds)))
    return (rng.random((n, items.n_items, 1)) < reached).sum(axis=2).astype(float)


def test_answers_that_follow_the_model_fit_it():
    answers = drawn(TRUE)
    fit = scale_fit(scale_of(5), answers, calibrate_graded(answers, 4))
    assert fit.model.p > 0.01
    assert (fit.misfits, fit.dependences, fit.notes) == ((), (), ())


def test_an_item_that_does_not_follow_its_curve_stands_out():
    answers = drawn(TRUE)
    middle = answers.sum(axis=1) > np.median(answers.sum(axis=1))
    answers[:, 2] = np.where(middle, 3 - answers[:, 4], answers[:, 4])
    fit = scale_fit(scale_of(5), answers, calibrate_graded(answers, 4))
    assert "A2" in [one.item for one in fit.misfits]
    assert all(one.p <= one.adjusted < 0.05 for one in fit.misfits)


def test_anchored_fit_is_judged_where_these_people_are():
    """Judged as N(0, 1) they would be off (SRMSR .18): they stand an SD higher, and closer."""
    answers = drawn(TRUE, mean=1.0, sd=0.6)
    anchors = Anchors((0, 1, 2), GradedItems(TRUE.slopes[:3], TRUE.thresholds[:3]))
    anchored = calibrate_graded(answers, 4, anchors=anchors)
    assert anchored.latent_mean == pytest.approx(1.0, abs=0.1)
    assert anchored.latent_sd == pytest.approx(0.6, abs=0.06)
    fit = scale_fit(scale_of(5), answers, anchored)
    free = scale_fit(scale_of(5), answers, calibrate_graded(answers, 4))
    assert fit.model.rmsea < 0.03
    assert fit.model.srmsr < 0.06  # sampling alone gives .03
    assert fit.misfits == ()
    assert fit.reliability == pytest.approx(free.reliability, abs=0.02)


def test_what_cannot_be_told_is_said_by_the_item():
    answers = drawn(TRUE)[:, :3]
    answers[:, 1] = np.minimum(answers[:, 1], 2)
    fit = scale_fit(scale_of(3), answers, calibrate_graded(answers, 4))
    assert fit.model is None
    assert fit.misfits is None
    assert fit.notes == (
        "C2: C2 needs at least 4 items, got 3",
        "S-X2: A1: not every category was chosen; S-X2 needs all of them",
    )
