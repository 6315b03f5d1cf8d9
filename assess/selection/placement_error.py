"""How sure a placement is: the error of each person's margin."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assess.selection.placement import NOWHERE, Placement
from assess.selection.ranking import BEATEN

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Apart = Callable[[IntArray, int, int], FloatArray]
"""The standard errors (m,) of the difference of some people's (m,) fits to two campaigns; for -1,
nowhere, which has no error, those of their fits to the other."""


def margin_error(placement: Placement, apart: Apart) -> FloatArray:
    """Give the standard error (n,) of each margin; NaN not placed, or where a seat stays empty.

    A margin is a sum of differences, one for each person who would have to move: those of one
    person rest on the same answers, which ``apart`` knows; those of different people are
    independent.
    """
    found = np.full(len(placement.campaign), np.nan)
    for (other, here), moves in placement.refill.items():
        chain = sum(
            float(apart(np.array([move.person]), move.origin, move.target)[0]) ** 2
            for move in moves
            if move.person >= 0
        )
        people = np.flatnonzero(
            (placement.campaign == here)
            & (placement.otherwise == other)
            & np.isfinite(placement.margin)
        )
        if people.size:
            found[people] = np.sqrt(apart(people, here, other) ** 2 + chain)
    return found


def within_error(placement: Placement, error: FloatArray) -> BoolArray:
    """Say whose (n,) margin is not above 0 with P >= .95, so that another place is as good."""
    placed = (placement.campaign != NOWHERE) & np.isfinite(placement.margin)
    return placed & ~(placement.margin >= BEATEN * error)
