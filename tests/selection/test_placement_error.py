"""The error of margins: the moves behind one add up to it, and so do their variances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.selection.placement import NOWHERE, propose_placement
from assess.selection.placement_error import loss_error, within_error


def made(seed, n, seats, *, gaps=0.2):
    rng = np.random.default_rng(seed)
    fit = rng.normal(50, 10, (n, len(seats)))
    fit[rng.random(fit.shape) < gaps] = np.nan
    return fit, propose_placement(fit, np.array(seats))


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 9999), st.integers(1, 30), st.lists(st.integers(0, 4), min_size=1, max_size=5)
)
def test_the_moves_that_fill_a_seat_again_add_up_to_the_margin(seed, n, seats):
    fit, found = made(seed, n, seats)
    somewhere = np.column_stack([fit, np.zeros(n)])  # nowhere, -1, is the last
    assert np.nanmin(found.loss, axis=1, initial=np.inf)[np.isfinite(found.margin)] == (
        pytest.approx(found.margin[np.isfinite(found.margin)])
    )
    for i, place in np.argwhere(np.isfinite(found.loss)).tolist():
        here, other = int(found.campaign[i]), NOWHERE if place == len(seats) else place
        moves = [(i, here, other), *found.refill[other, here]]
        gone = [who for who, _, _ in moves if who >= 0]
        assert len(set(gone)) == len(gone)
        lost = sum(somewhere[w, a] - somewhere[w, b] for w, a, b in moves if w >= 0)
        assert lost == pytest.approx(found.loss[i, other], abs=1e-6)
        assert all(found.campaign[who] == a for who, a, _ in moves if who >= 0)


def test_the_error_of_a_margin_is_that_of_everybody_who_would_move():
    # Were 0 at 1, then 1 would go to 0; were 1 nowhere, then 2 would have that seat.
    fit = np.array([[60.0, 59.0], [51.0, 58.0], [40.0, 57.0]])
    found = propose_placement(fit, np.array([1, 1]))
    assert found.campaign.tolist() == [0, 1, NOWHERE]
    assert found.otherwise.tolist() == [1, NOWHERE, NOWHERE]
    assert found.margin[:2].tolist() == pytest.approx([8.0, 1.0])
    asked = []

    def apart(people, here, other):
        asked.append((people.tolist(), here, other))
        return np.where(people == 0, 2.5, 4.0)

    error = loss_error(found, apart)
    assert error[0, 1] == pytest.approx(np.hypot(2.5, 4.0))
    assert error[1, NOWHERE] == pytest.approx(np.hypot(4.0, 4.0))
    # 0 nowhere: 1 would go to 0, and 2 to 1.
    assert found.loss[0, NOWHERE] == pytest.approx(10.0)
    assert error[0, NOWHERE] == pytest.approx(np.sqrt(2.5**2 + 4**2 + 4**2))
    assert np.isnan(error[2]).all()
    assert np.isnan(error[0, 0])
    assert ([1], 1, 0) in asked
    assert ([2], NOWHERE, 1) in asked
    # The nearest place can be clearly worse while another, further off, is not: it is less sure.
    assert within_error(found, error).tolist() == [
        [False, False, True], [False, False, True], [False, False, False],
    ]  # fmt: skip
    assert not within_error(found, error / 100).any()


def test_somebody_without_whom_a_seat_stays_empty_is_not_within_error():
    fit = np.array([[50.0, np.nan], [np.nan, 45.0]])
    found = propose_placement(fit, np.array([1, 1]))
    error = loss_error(found, lambda people, _here, _other: np.ones(people.size))
    assert np.isinf(found.margin).all()
    assert np.isnan(error).all()
    assert not within_error(found, error).any()


def test_between_campaigns_that_ask_the_same_every_place_is_open():
    found = propose_placement(np.array([[50.0, 50.0], [40.0, 40.0]]), np.array([1, 1]))
    error = loss_error(found, lambda people, _here, _other: np.zeros(people.size))
    assert within_error(found, error).sum(axis=1).tolist() == [1, 1]
