"""The EM cycles climb, shorten what overshoots, and throw away what an extrapolation spoils."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics import graded_em
from assess.psychometrics.calibration import calibrate_graded
from assess.psychometrics.graded_em import Expectation, State, design_of, expect, maximise
from assess.psychometrics.irt import (
    GRID,
    GradedItems,
    boundaries,
    draw_categories,
    log_probabilities,
)

FloatArray = NDArray[np.float64]

TRUE_ITEMS = GradedItems(
    np.array([0.8, 1.2, 1.6, 2.0, 2.4, 1.0]),
    np.array([[-1.5, 0.0, 1.5]]) + np.array([[-0.6], [-0.3], [0.0], [0.2], [0.4], [0.6]]),
)


def simulated(n: int, seed: int = 11) -> FloatArray:
    rng = np.random.default_rng(seed)
    return draw_categories(TRUE_ITEMS, rng.standard_normal(n), rng)


def test_a_step_that_would_overshoot_is_shortened() -> None:
    """From a start far off, a whole scoring step of some items makes their answers less likely."""
    people = simulated(400)
    counts = (people[:, :, None] == np.arange(4)).sum(axis=0)
    design = design_of(counts > 0, np.ones(6, dtype=bool))
    best = calibrate_graded(people, 4).items
    indicators = graded_em.one_hot(people, 4)
    expected = expect(indicators, State(best.slopes, -best.slopes[:, None] * best.thresholds))
    start = State(np.full(6, 9.0), np.tile([12.0, 11.0, 10.5], (6, 1)))

    def logs(slopes: FloatArray, intercepts: FloatArray) -> FloatArray:
        return log_probabilities(slopes, *boundaries(intercepts), GRID)

    here = logs(start.slopes, start.intercepts)
    before = graded_em.objective(expected.answers, here, design)
    step = graded_em.fisher_step(expected.answers, here, design, start.slopes, start.intercepts)
    far = logs(start.slopes + step[:, 0], start.intercepts + step[:, 1:])
    assert not (graded_em.objective(expected.answers, far, design) >= before).all()
    found = Expectation(expected.answers, expected.people, 0.0, here)
    taken = maximise(found, design, start)
    after = graded_em.objective(expected.answers, logs(taken.slopes, taken.intercepts), design)
    assert (after >= before).all()
    assert (np.diff(taken.intercepts, axis=1) < 0).all()
    assert not np.array_equal(taken.slopes, start.slopes)


def test_extrapolation_ends_where_plain_cycles_end_and_sooner() -> None:
    people = simulated(800)
    counts = (people[:, :, None] == np.arange(4)).sum(axis=0)
    design = design_of(counts > 0, np.ones(6, dtype=bool))
    indicators = graded_em.one_hot(people, 4)
    state = State(np.ones(6), np.tile([1.0, 0.0, -1.0], (6, 1)))
    for _ in range(400):
        state = maximise(expect(indicators, state), design, state)
    found = calibrate_graded(people, 4)
    assert found.converged
    assert found.iterations < 40
    np.testing.assert_allclose(found.items.slopes, state.slopes, atol=1e-4)
    np.testing.assert_allclose(
        found.items.thresholds, -state.intercepts / state.slopes[:, None], atol=1e-4
    )


def test_a_spoilt_extrapolation_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent to thresholds out of order, the climb returns to the plain step and still arrives."""
    people = simulated(400)
    good = calibrate_graded(people, 4)
    spoilt = []
    extrapolated = graded_em._Trail.extrapolated

    def reversing(trail: graded_em._Trail) -> FloatArray:
        place = extrapolated(trail)
        if len(spoilt) < 3:
            spoilt.append(place)
            return -place
        return place

    monkeypatch.setattr(graded_em._Trail, "extrapolated", reversing)
    found = calibrate_graded(people, 4)
    assert len(spoilt) == 3
    assert found.converged
    np.testing.assert_allclose(found.items.slopes, good.items.slopes, atol=1e-4)
    assert found.iterations > good.iterations


def test_no_number_of_items_underflows() -> None:
    """1,300 items: a person's likelihood is below exp(-1,000), far under the least double."""
    rng = np.random.default_rng(5)
    items = GradedItems(np.full(1300, 1.5), np.sort(rng.normal(size=(1300, 3)), axis=1))
    people = draw_categories(items, np.array([-1.0, 0.0, 1.0]), rng)
    found = expect(graded_em.one_hot(people, 4), State(items.slopes, -1.5 * items.thresholds))
    assert -6000 < found.log_likelihood < -3000
    assert np.isfinite(found.answers).all()
    assert found.people.sum() == pytest.approx(3)
