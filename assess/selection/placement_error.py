"""How sure a placement is: the error of what it would cost to have somebody elsewhere."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assess.selection.placement import Placement
from assess.selection.ranking import BEATEN

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Apart = Callable[[IntArray, int, int], FloatArray]
"""The standard errors (m,) of the difference of some people's (m,) fits to two campaigns; for -1,
nowhere, which has no error, those of their fits to the other."""


def loss_error(placement: Placement, apart: Apart) -> FloatArray:
    """Give the standard error (n, C + 1) of each loss of a placement; NaN where there is none.

    A loss is a sum of differences, one for each person who would have to move: those of one
    person rest on the same answers, which ``apart`` knows; those of different people are
    independent.
    """
    found = np.full(placement.loss.shape, np.nan)
    for (other, here), moves in placement.refill.items():
        people = np.flatnonzero(
            (placement.campaign == here) & np.isfinite(placement.loss[:, other])
        )
        if not people.size:
            continue
        chain = sum(
            float(apart(np.array([move.person]), move.origin, move.target)[0]) ** 2
            for move in moves
            if move.person >= 0
        )
        found[people, other] = np.sqrt(apart(people, here, other) ** 2 + chain)
    return found


def within_error(placement: Placement, error: FloatArray) -> BoolArray:
    """Say (n, C + 1) which other place is as good: its loss is not above 0 with P >= .95."""
    # Between campaigns that ask the same there is neither a loss nor an error, only rounding.
    clear = (placement.loss > 1e-9) & (placement.loss >= BEATEN * error)
    found: BoolArray = np.isfinite(placement.loss) & ~clear
    return found
