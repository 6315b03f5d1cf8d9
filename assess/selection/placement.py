"""Which people for which campaign: the assignment that fills the seats best, with its margins.

Several campaigns are open and one pool could serve them. The proposal fills as many seats as
can be filled, and among the ways to do so takes the largest sum of fits. It is a linear
assignment; what an answer is worth is read off its residual graph, in which every campaign is a
node, "not placed" another, and an arc from b to c costs what is lost by the cheapest move of
somebody from b to c. Shortest paths there are exact: the margin of a person is the cheapest
way to bring them elsewhere and fill their seat again, and the price of a seat (the dual of the
assignment) is what one more seat in that campaign would add.

Source: Ahuja, Magnanti & Orlin (1993), Network Flows, chapters 9 and 12; the solver is scipy's
(Crouse 2016, IEEE Transactions on Aerospace and Electronic Systems 52(4), 1679-1696).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NOWHERE: Final = -1
"""The campaign of somebody who is not placed."""


class Move(NamedTuple):
    """A person goes from one campaign to another, -1 nowhere; person -1 is a seat left empty."""

    person: int
    origin: int
    target: int


@dataclass(frozen=True)
class Placement:
    """A proposal for n people and C campaigns, people in input order.

    ``campaign`` (n,) of each person, -1 not placed; ``fit`` (n,) there, NaN not placed.
    ``margin`` (n,) what the total would lose if this person were not placed in that campaign
    and everybody else as well as then possible: 0 a tie, infinite where a seat would stay empty,
    NaN not placed. ``otherwise`` (n,) the campaign the person would then have, -1 none.
    ``filled`` (C,) seats; ``price`` (C,) what one more seat would add to the total, NaN where
    nobody is left for it or seats stay empty; ``total`` the sum of fits, ``mean_fit`` (C,) NaN
    for none. ``loss`` (n, C + 1) what the total would lose if this person were in each campaign
    instead, the last nowhere: NaN not placed, infinite where they are or where it cannot be;
    the margin is the least. ``refill`` holds, for each (instead, campaign), the moves of others by
    which the seat left behind is filled again; with the person's own move they add up to the loss.
    """

    campaign: IntArray
    fit: FloatArray
    margin: FloatArray
    otherwise: IntArray
    filled: IntArray
    price: FloatArray
    mean_fit: FloatArray
    total: float
    loss: FloatArray
    refill: Mapping[tuple[int, int], tuple[Move, ...]]


def propose_placement(fit: FloatArray, seats: IntArray) -> Placement:
    """Assign people to campaigns; ``fit`` (n, C) in one unit, NaN forbidden; ``seats`` (C,).

    Fits of different campaigns are compared with each other, so they must be standardised
    (shown fits are). People alike in every fit are taken as they come; otherwise the order of
    the people changes nothing, ties included.

    Raises ValueError for shapes that disagree, an infinite fit or a negative number of seats.
    """
    fit, seats = np.asarray(fit, dtype=np.float64), np.asarray(seats, dtype=np.int64)
    if fit.ndim != 2 or seats.shape != fit.shape[1:]:
        raise ValueError(f"fits {fit.shape} and seats {seats.shape} do not fit")
    if np.isinf(fit).any() or (seats < 0).any():
        raise ValueError("fits are finite or missing, seats are not negative")
    allowed = ~np.isnan(fit)
    # About their middle, as large numbers cost digits; the choice does not depend on it, since
    # the number of seats that are filled comes first.
    middle = float(fit[allowed].mean()) if allowed.any() else 0.0
    worth = np.where(allowed, fit - middle, -np.inf)
    empty = _empty_seat(worth, seats)
    campaign = _assigned(worth, seats, empty)
    distance, mover = _moves(worth, campaign, seats, empty)
    routes = _shorten(distance)
    loss = _losses(worth, campaign, distance, empty)
    margin, otherwise = _margins(loss, campaign)
    people = np.flatnonzero(campaign != NOWHERE)
    there = np.full(len(fit), np.nan)
    there[people] = fit[people, campaign[people]]
    filled = np.bincount(campaign[people], minlength=seats.size)
    sums = np.bincount(campaign[people], weights=there[people], minlength=seats.size)
    price = -distance[-1, :-1]
    return Placement(
        campaign=campaign,
        fit=there,
        margin=margin,
        otherwise=otherwise,
        filled=filled.astype(np.int64),
        price=np.where(np.abs(price) < empty / 2, price + middle, np.nan),
        mean_fit=np.divide(sums, filled, out=np.full(seats.size, np.nan), where=filled > 0),
        total=float(sums.sum()),
        loss=loss,
        refill={
            (a, b): _along(route, mover) for (a, b), route in routes.items() if NOWHERE != b != a
        },
    )


def _empty_seat(worth: FloatArray, seats: IntArray) -> float:
    """Give a loss for a seat left empty that no sum of fits and no path of moves can outweigh."""
    widest = np.abs(worth[np.isfinite(worth)]).max(initial=0.0)
    return float(4 * (seats.sum() + seats.size + 2) * (widest + 1))


def _assigned(worth: FloatArray, seats: IntArray, empty: float) -> IntArray:
    """Give the campaign (n,) of each person: a row a seat, a column a person, and empty ones."""
    people = _in_question(worth, int(seats.sum()))
    rows = np.repeat(np.arange(seats.size), seats)
    cost = np.full((rows.size, people.size + rows.size), empty)
    cost[:, : people.size] = -worth[people].T[rows]
    seat, column = linear_sum_assignment(cost)
    taken = column < people.size
    campaign = np.full(len(worth), NOWHERE, dtype=np.int64)
    campaign[people[column[taken]]] = rows[seat[taken]]
    return campaign


def _in_question(worth: FloatArray, seats: int) -> IntArray:
    """Give the people (m,) among the best ``seats`` of any campaign, in an order of their own.

    Nobody else is needed: of those better there, one at least is free, as all others have a
    seat. The order is that of the fits, so that ties fall the same however people come.
    """
    order = np.lexsort([-column for column in worth.T]) if worth.shape[1] else np.arange(0)
    ordered = worth[order]
    chosen = np.zeros(order.size, dtype=np.bool_)
    for column in ordered.T:
        best = np.argsort(-column, kind="stable")[:seats]
        chosen[best[np.isfinite(column[best])]] = True
    return order[chosen].astype(np.int64)


def _moves(
    worth: FloatArray, campaign: IntArray, seats: IntArray, empty: float
) -> tuple[FloatArray, IntArray]:
    """Give the cheapest single move (C + 1, C + 1) from node to node, the last nowhere, and whose.

    An empty seat counts as held by a person worth ``-empty`` everywhere, of whom there are
    enough nowhere; its mover is -1.
    """
    extended = np.column_stack([worth, np.zeros(len(worth))])
    size = seats.size + 1
    distance = np.full((size, size), np.inf)
    mover = np.full((size, size), -1, dtype=np.int64)
    for node in range(size):
        members = np.flatnonzero(campaign == (node if node < seats.size else NOWHERE))
        if members.size:
            losses = extended[members][:, [node]] - extended[members]
            mover[node] = members[losses.argmin(axis=0)]
            distance[node] = losses.min(axis=0)
    vacant = np.flatnonzero(seats > np.bincount(campaign[campaign != NOWHERE], minlength=size)[:-1])
    for nodes, cost in ((vacant, np.r_[np.zeros(seats.size), -empty]), ([seats.size], empty)):
        cheaper = distance[nodes] > cost
        distance[nodes] = np.where(cheaper, cost, distance[nodes])
        mover[nodes] = np.where(cheaper, -1, mover[nodes])
    np.fill_diagonal(distance, 0.0)
    return distance, mover


def _shorten(distance: FloatArray) -> dict[tuple[int, int], tuple[int, ...]]:
    """Turn single moves into the cheapest ways of any number of moves, in place; give the ways.

    A way from node to node (-1 nowhere) is the nodes it passes, both ends included.
    """
    size = len(distance)
    routes: dict[tuple[int, int], tuple[int, ...]] = {
        (a, b): (a, b) if a != b else (a,) for a in range(size) for b in range(size)
    }
    for middle in range(size):
        through = distance[:, [middle]] + distance[middle]
        # What is shorter by rounding alone is no other way, and might lead round in a circle.
        for a, b in np.argwhere(through < distance - 1e-9).tolist():
            routes[a, b] = routes[a, middle] + routes[middle, b][1:]
        np.minimum(distance, through, out=distance)
    named = [*range(size - 1), NOWHERE]
    return {
        (named[a], named[b]): tuple(named[node] for node in route)
        for (a, b), route in routes.items()
    }


def _along(route: tuple[int, ...], mover: IntArray) -> tuple[Move, ...]:
    """Give the moves along a way."""
    # Nowhere is -1, which is the last row and column too.
    return tuple(Move(int(mover[a, b]), a, b) for a, b in pairwise(route))


def _losses(
    worth: FloatArray, campaign: IntArray, distance: FloatArray, empty: float
) -> FloatArray:
    """Give what each person's every other place would cost (n, C + 1); see `Placement`."""
    found = np.full((len(worth), len(distance)), np.nan)
    people = np.flatnonzero(campaign != NOWHERE)
    here, rows = campaign[people], np.arange(people.size)
    extended = np.column_stack([worth[people], np.zeros(people.size)])
    # Elsewhere, and then somebody else, by whatever chain of moves, to the seat left behind.
    loss = extended[rows, here][:, None] - extended + distance[:, here].T
    loss[rows, here] = np.inf
    found[people] = np.where(loss < empty / 2, np.maximum(loss, 0.0), np.inf)
    return found


def _margins(loss: FloatArray, campaign: IntArray) -> tuple[FloatArray, IntArray]:
    """Give each person's margin (n,) and next campaign (n,); NaN and -1 for the unplaced."""
    margin = np.full(len(loss), np.nan)
    otherwise = np.full(len(loss), NOWHERE, dtype=np.int64)
    people = np.flatnonzero(campaign != NOWHERE)
    if people.size:
        margin[people] = loss[people].min(axis=1)
        node = loss[people].argmin(axis=1)
        real = np.isfinite(margin[people]) & (node < loss.shape[1] - 1)
        otherwise[people] = np.where(real, node, NOWHERE)
    return margin, otherwise
