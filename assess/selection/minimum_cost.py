"""What a minimum on an index would cost: seats, fit, and people put on the wrong side of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.selection.guard_rails import wrong_side
from assess.selection.minimum import below_minimums
from assess.selection.preview import Totals, in_top, standing, totals
from assess.selection.score_matrix import ScoreMatrix
from assess.selection.style_match import StyleDemand

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class MinimumLine:
    """One minimum, in shown points, on the index of the competency at ``place``.

    Counts of the people who would be ranked without any minimum: ``surely_below`` (P >= .95),
    ``may_be_below``, ``not_below`` and ``not_measured`` sum to them. ``reliability`` of the
    index and the share of the reference on the ``wrong_side`` of the minimum, NaN where nobody
    is measured.
    """

    place: int
    minimum: float
    surely_below: int
    may_be_below: int
    not_below: int
    not_measured: int
    reliability: float
    wrong_side: float


@dataclass(frozen=True)
class MinimumCost:
    """What a profile's minimums together do to a pool.

    ``lines`` one a minimum. ``totals`` compare the profile without its minimums with the whole:
    ``seats_changed`` of them go to others or stay ``seats_empty``. ``fit_lost`` is how much the
    mean shown fit of those with a seat falls, NaN where one of the two has none; it is below 0
    when seats that stay empty leave only the best.
    """

    lines: tuple[MinimumLine, ...]
    totals: Totals
    fit_lost: float
    seats_empty: int

    @property
    def seats_changed(self) -> int:
        """How many of the first seats change hands."""
        return self.totals.changed


def minimum_cost(
    pool: ScoreMatrix,
    weights: FloatArray,
    minimums: Mapping[int, float],
    seats: int,
    *,
    style: StyleDemand | None = None,
) -> MinimumCost:
    """Give what ``minimums`` cost under a profile's ``weights`` (C,) and ``style``.

    Minimums in shown points by a competency's place. Raises ValueError as `preview.standing`
    does, and for fewer than 1 seat.
    """
    free = standing(pool, weights, style=style)
    held = standing(pool, weights, style=style, minimums=minimums)
    found = totals(pool, free, held, seats)
    ranked = np.isfinite(free.fit)
    below = below_minimums(pool.mean, pool.error, minimums)
    reliability = index_reliability(pool)
    lines = []
    for column, place in enumerate(below.places):
        surely, may_be, unmeasured = (
            int(kind[ranked, column].sum())
            for kind in (below.surely, below.may_be, below.unmeasured)
        )
        rho = float(reliability[place])
        lines.append(
            MinimumLine(
                place=place,
                minimum=minimums[place],
                surely_below=surely,
                may_be_below=may_be,
                not_below=int(ranked.sum()) - surely - may_be - unmeasured,
                not_measured=unmeasured,
                reliability=rho,
                wrong_side=np.nan if np.isnan(rho) else wrong_side(minimums[place], rho),
            )
        )
    return MinimumCost(
        lines=tuple(lines),
        totals=found,
        fit_lost=_mean_of_top(free.fit, seats) - _mean_of_top(held.fit, seats),
        seats_empty=max(min(seats, found.ranked[0]) - found.ranked[1], 0),
    )


def index_reliability(pool: ScoreMatrix) -> FloatArray:
    """Give the reliability (C,) of each index, 0 to 1: what is left of its variance after error.

    Indices have variance 1 in the reference, and a posterior's error is what of that is not
    known; so it is 1 less the mean error variance of those measured, NaN where nobody is.
    """
    seen = np.isfinite(pool.mean)
    error = np.where(seen, pool.error, 0.0)
    people = seen.sum(axis=0)
    variance = np.square(error).sum(axis=0) / np.maximum(people, 1)
    return np.where(people > 0, np.clip(1 - variance, 0.0, 1.0), np.nan)


def _mean_of_top(fit: FloatArray, seats: int) -> float:
    top = in_top(fit, seats)
    return float(fit[top].mean()) if top.any() else float("nan")
