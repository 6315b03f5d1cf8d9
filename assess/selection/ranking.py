"""Ranks that admit their error: rank interval, P(top k), fixed bands, who is at the cut.

A person's fit is a normal posterior N(m, s**2), independent between persons; everything here
is conditional on the calibration, the norm and the key behind it. The definitions hold for
both methods: ``rank_low`` is the smallest rank r with P(rank <= r) >= .05, ``rank_high`` the
smallest with P(rank <= r) >= .95, so the interval holds at least 90 %. The person who looks
best of many is rarely the best, so the likely ranks can leave out the rank of the fit itself;
the interval is then stretched to hold that too.

Up to 2,000 people the posterior of the ranks is simulated; from there on it is analytic
(see ``rank_posterior``).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from assess.selection.rank_posterior import analytic_ranks, analytic_top, simulated_ranks

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ANALYTIC_FROM = 2000
"""Pools of this size and more are ranked analytically."""

BEATEN = 1.6448536269514722
"""Normal quantile of .95: who lies this many joint errors below is reliably below."""

CUT = (0.05, 0.95)
"""Between these probabilities of a seat a person is "at the cut"."""

_SMALLEST_ERROR = 1e-9


@dataclass(frozen=True)
class Ranking:
    """Where each person stands and how sure that is; all arrays (n,) in input order.

    ``rank`` from 1, equal fits share the better rank; ``rank_low`` (better) to ``rank_high``
    the 90 % rank interval; ``p_top`` the probability of belonging to the best ``seats``;
    ``band`` from 1; ``at_cut``: .05 < p_top < .95. Unranked persons: 0, NaN and False.
    """

    rank: IntArray
    rank_low: IntArray
    rank_high: IntArray
    p_top: FloatArray
    band: IntArray
    at_cut: NDArray[np.bool_]
    method: Literal["simulated", "analytic"]
    seed: int
    draws: int


def probability_beats(
    m1: FloatArray | float,
    s1: FloatArray | float,
    m2: FloatArray | float,
    s2: FloatArray | float,
) -> FloatArray:
    """Give P(first person's true fit is above the second's), broadcast; errors positive."""
    joint = np.sqrt(np.square(s1) + np.square(s2))
    return np.asarray(ndtr((np.asarray(m1) - m2) / joint), dtype=np.float64)


def best_first(fit: FloatArray, error: FloatArray, coverage: FloatArray | None = None) -> IntArray:
    """Give the places of the people with a fit, best first, (m,); ``fit`` and ``error`` (n,).

    Equal fits stand by the smaller error, then by the fuller ``coverage`` (n,), then as they
    came. NaN fits are left out.
    """
    fit, error = np.asarray(fit, dtype=np.float64), np.asarray(error, dtype=np.float64)
    # The quickest sort keeps no order among equals; those few are then put right by themselves.
    order = np.argsort(-fit)[: fit.size - np.count_nonzero(np.isnan(fit))].astype(np.int64)
    descending = fit[order]
    equal = descending[1:] == descending[:-1]
    if equal.any():
        tied = np.flatnonzero(np.r_[equal, False] | np.r_[False, equal])
        people = np.sort(order[tied])
        fullest = np.zeros(people.size) if coverage is None else -coverage[people]
        order[tied] = people[np.lexsort((fullest, error[people], -fit[people]))]
    return order


def chances_of_a_seat(fit: FloatArray, error: FloatArray, seats: int) -> FloatArray:
    """Give P(top ``seats``) (n,) by the formula alone, for any number of people.

    ``fit`` and ``error`` (n,) in one unit; NaN fit gives NaN and takes no seat. The same figures
    as ``rank_under_error`` where that is analytic, without the costlier rank interval. They sum
    to the seats and do not depend on the order of the people. Raises ValueError likewise.
    """
    fit, error = np.asarray(fit, dtype=np.float64), np.asarray(error, dtype=np.float64)
    _check(fit, error, np.zeros(fit.shape), seats, 1)
    order = best_first(fit, error)
    s = np.maximum(error[order], _SMALLEST_ERROR)
    return _placed_or_nan(order, analytic_top(fit[order], s, min(seats, order.size)), fit.size)


def rank_under_error(
    fit: FloatArray,
    error: FloatArray,
    seats: int,
    *,
    coverage: FloatArray | None = None,
    seed: int,
    draws: int = 10_000,
) -> Ranking:
    """Rank people by fit (n,) with standard error (n,), both in one unit; NaN fit = unranked.

    ``coverage`` (n,) is each person's evidence coverage: people of different coverage never
    share a band. ``seed`` and ``draws`` are stored even where the analytic method needs none.

    The result does not depend on the order of the people, to the last digit: draws are made in
    the order of (fit, error), and people equal in both share one pooled posterior of ranks.

    Raises ValueError for fewer than 1 seat or draw, shapes that disagree, or an error that is
    missing or negative where the fit is given.
    """
    fit, error = np.asarray(fit, dtype=np.float64), np.asarray(error, dtype=np.float64)
    groups = np.zeros(fit.shape) if coverage is None else np.asarray(coverage, dtype=np.float64)
    _check(fit, error, groups, seats, draws)
    # Coverages that differ by rounding only are the same evidence.
    groups = np.round(groups, 9)
    order = best_first(fit, error, groups)
    # A perfect score would divide by 0; so small an error changes no figure.
    m, s = fit[order], np.maximum(error[order], _SMALLEST_ERROR)
    simulate = order.size < ANALYTIC_FROM
    if simulate:
        low, high, p_top = simulated_ranks(m, s, seats, seed=seed, draws=draws)
    else:
        low, high, p_top = analytic_ranks(m, s, seats)
    rank = _competition_rank(m)
    return Ranking(
        rank=_placed(order, rank, fit.size),
        rank_low=_placed(order, np.minimum(low, rank), fit.size),
        rank_high=_placed(order, np.maximum(high, rank), fit.size),
        p_top=_placed_or_nan(order, p_top, fit.size),
        band=_placed(order, _bands(m, s, groups[order]), fit.size),
        at_cut=_placed(order, (p_top > CUT[0]) & (p_top < CUT[1]), fit.size).astype(np.bool_),
        method="simulated" if simulate else "analytic",
        seed=seed,
        draws=draws,
    )


def _check(
    fit: FloatArray, error: FloatArray, coverage: FloatArray, seats: int, draws: int
) -> None:
    """Raise ValueError unless seats, draws and arrays make sense together."""
    if seats < 1:
        raise ValueError(f"a ranking needs at least 1 seat, got {seats}")
    if draws < 1:
        raise ValueError(f"a ranking needs at least 1 draw, got {draws}")
    if fit.ndim != 1 or error.shape != fit.shape or coverage.shape != fit.shape:
        raise ValueError(
            f"fit, error and coverage need one shape (n,), got {fit.shape}, {error.shape} "
            f"and {coverage.shape}"
        )
    ranked = ~np.isnan(fit)
    if np.isinf(fit).any() or not (np.isfinite(error) & (error >= 0))[ranked].all():
        raise ValueError("every ranked fit must be finite, with an error of 0 or more")
    if not np.isfinite(coverage[ranked]).all():
        raise ValueError("every ranked person needs a coverage")


def _placed(order: IntArray, values: NDArray[np.generic], n: int) -> IntArray:
    """Give values of the ranked people at their input places, 0 elsewhere."""
    placed = np.zeros(n, dtype=np.int64)
    placed[order] = values
    return placed


def _placed_or_nan(order: IntArray, values: FloatArray, n: int) -> FloatArray:
    """Give values of the ranked people at their input places, NaN elsewhere."""
    placed = np.full(n, np.nan)
    placed[order] = values
    return placed


def _competition_rank(m: FloatArray) -> IntArray:
    """Give ranks from 1 for fits sorted best first; equal fits share the better rank."""
    starts = np.r_[True, m[1:] != m[:-1]][: m.size]
    return np.maximum.accumulate(np.where(starts, np.arange(1, m.size + 1), 0))


def _bands(m: FloatArray, s: FloatArray, coverage: FloatArray) -> IntArray:
    """Give fixed bands from 1 for people sorted best first, apart for each coverage.

    A band starts at the best person not yet in one and takes everyone of the same coverage
    whom that person beats with less than .95. Numbers follow the order of first persons.
    """
    bands = np.zeros(m.size, dtype=np.int64)
    widest = {value: float(s[coverage == value].max()) for value in np.unique(coverage).tolist()}
    depth, number = -m, 0
    for first in range(m.size):
        if bands[first]:
            continue
        number += 1
        reach = BEATEN * np.hypot(s[first], widest[float(coverage[first])])
        end = int(np.searchsorted(depth, depth[first] + reach, side="right"))
        rest = slice(first, max(end, first + 1))
        close = m[first] - m[rest] < BEATEN * np.hypot(s[first], s[rest])
        joins = close & (bands[rest] == 0) & (coverage[rest] == coverage[first])
        bands[rest][joins] = number
    return bands
