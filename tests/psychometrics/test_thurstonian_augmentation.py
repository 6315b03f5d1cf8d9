"""Utilities drawn given answers follow the distribution that rejection sampling gives."""

import numpy as np
import pytest

from assess.psychometrics.thurstonian_augmentation import (
    draw_utilities,
    roles_of,
    starting_utilities,
)

PEOPLE = 10_000


@pytest.mark.parametrize(
    ("means", "spreads", "most", "least"),
    [
        ([0.3, -0.4, 0.1, 0.8], [0.6, 0.9, 0.7, 0.5], 1, 3),
        ([0.0, 1.5, 0.2, 0.1], [0.4, 0.8, 1.0, 0.6], 0, 2),
        ([0.5, -0.5, 0.0], [0.5, 0.7, 1.0], 1, 0),
        ([0.5, -0.5], [0.5, 0.7], 1, 0),
    ],
)
def test_draws_agree_with_rejection_sampling(
    means: list[float], spreads: list[float], most: int, least: int
) -> None:
    """Means and second moments of up to 10,000 draws of each; bounds of 4.5 standard errors."""
    rng, size = np.random.default_rng(1), len(means)
    free = np.array(means) + np.array(spreads) * rng.standard_normal((700_000, size))
    kept = free[(free.argmax(axis=1) == most) & (free.argmin(axis=1) == least)][:PEOPLE]
    assert len(kept) > 3_000
    roles = roles_of(np.full((PEOPLE, 1), most * size + least, dtype=np.int16), size)
    order = roles.statement[:, 0, 0]
    shape = roles.statement.shape
    utilities = starting_utilities(roles)
    own_means = np.broadcast_to(np.array(means)[order, None, None], shape)
    own_spreads = np.broadcast_to(np.array(spreads)[order, None, None], shape)
    for _ in range(80):
        draw_utilities(utilities, own_means, own_spreads, roles, rng)
    drawn = np.empty((PEOPLE, size))
    drawn[:, order] = utilities[:, :, 0].T
    assert (drawn.argmax(axis=1) == most).all()
    assert (drawn.argmin(axis=1) == least).all()
    products = [(i, j) for i in range(size) for j in range(i + 1)]
    for one, other in (
        (drawn, kept),
        *(((drawn[:, i] * drawn[:, j]), (kept[:, i] * kept[:, j])) for i, j in products),
    ):
        bound = 4.5 * np.sqrt(one.var(axis=0) / len(one) + other.var(axis=0) / len(other))
        assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < bound).all()


def test_roles_name_most_then_least_then_the_others() -> None:
    roles = roles_of(np.array([[3 * 4 + 1, 16]], dtype=np.int16), 4)
    assert roles.statement[:, 0, 0].tolist() == [3, 1, 0, 2]
    assert roles.statement[:, 0, 1].tolist() == [4, 5, 6, 7]
    assert roles.cell[:, 0, 0].tolist() == [3, 1, 0, 2]
    assert roles.blank.tolist() == [[False, True]]


def test_a_blank_block_is_drawn_without_order() -> None:
    roles = roles_of(np.full((PEOPLE, 1), 9, dtype=np.int16), 3)
    rng = np.random.default_rng(2)
    utilities = starting_utilities(roles)
    shape = roles.statement.shape
    draw_utilities(utilities, np.full(shape, 0.5), np.full(shape, 2.0), roles, rng)
    assert utilities.mean(axis=(1, 2)) == pytest.approx([0.5] * 3, abs=4.5 * 2 / np.sqrt(PEOPLE))
    assert (utilities[0] < utilities[1]).mean() == pytest.approx(0.5, abs=0.02)


def test_draws_stay_in_order_far_in_the_tails() -> None:
    """Answers against all expectation: the statement thirty SDs below comes out on top."""
    roles = roles_of(np.full((200, 1), 1 * 3 + 0, dtype=np.int16), 3)
    means = np.array([30.0, -30.0, 0.0])[roles.statement]
    utilities, rng = starting_utilities(roles), np.random.default_rng(3)
    for _ in range(20):
        draw_utilities(utilities, means, np.ones(means.shape), roles, rng)
    assert np.isfinite(utilities).all()
    assert (utilities[0] >= utilities[2]).all()
    assert (utilities[2] >= utilities[1]).all()
