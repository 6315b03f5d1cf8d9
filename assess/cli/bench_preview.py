"""Benchmarks of the preview of new weights, and of placing a pool in several campaigns."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

from assess.cli.bench_clock import SEED, Bench, Timed, costed, sized
from assess.selection.demand import COMPETENCIES
from assess.selection.placement import propose_placement
from assess.selection.preview import Totals, standing, totals
from assess.selection.score_matrix import ScoreMatrix

FloatArray = NDArray[np.float64]

_STEPS: Final = 100
_CAMPAIGNS: Final = 10
_SEATS: Final = 60


def preview(share: float) -> Timed:
    """One slider step on 100,000; baseline two products, two rankings by SciPy of that size.

    The step is stateless, as a web worker takes it: the pool under the old weights and the new,
    who moves and how surely.
    """
    n = sized(100_000, share)
    pool = drawn_pool(n)
    rng = np.random.default_rng(SEED)
    old, seats = np.full(len(COMPETENCIES), 1 / len(COMPETENCIES)), max(1, n // 100)
    sets = old * rng.uniform(0.5, 2, (_STEPS, old.size))

    def step(new: FloatArray) -> Totals:
        return totals(pool, standing(pool, old), standing(pool, new), seats)

    told, ours = costed("Assess, one step", lambda: step(sets[0]), rounds=15)
    _, baseline = costed(
        f"two products ({n:,} x {old.size}) by ({old.size}), each ranked by scipy.stats",
        lambda: [rankdata(pool.mean @ weights) for weights in (old, sets[0])],
        rounds=15,
    )
    steps = 1e3 * np.array([_by_the_clock(partial(step, new)) for new in sets])
    p95, middle = np.quantile(steps, 0.95), np.median(steps)
    return Timed(
        f"preview of new weights, {n:,} people, {seats:,} seats",
        ours,
        baseline,
        at_most=6,
        notes=(
            (
                f"by the clock, {_STEPS} steps: median {middle:.0f} ms, p95 {p95:.0f} ms "
                "(goal: at most 300)"
            ),
            f"the score matrix: {_megabytes(pool):.0f} MB (goal: at most 200 with the peak above)",
            (
                f"this changes {told.changed:,} of {seats:,} seats, {told.shifted:,} surely, "
                f"{told.beyond_error:,} beyond error; rank correlation {told.rank_correlation:.3f}"
            ),
        ),
    )


def _by_the_clock(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def drawn_pool(n: int) -> ScoreMatrix:
    """Give ``n`` simulated people with every competency measured, their errors correlated."""
    rng, size = np.random.default_rng(SEED), len(COMPETENCIES)
    error = rng.uniform(0.3, 0.8, (n, size))
    R, P = (np.full((size, size), r) + (1 - r) * np.eye(size) for r in (0.3, 0.2))
    shown = np.sqrt(1 - error**2) * (rng.standard_normal((n, size)) @ np.linalg.cholesky(R).T)
    ones = np.ones(size, dtype=np.int64)
    return ScoreMatrix(
        mean=shown,
        error=error,
        shared=error * rng.uniform(0, 1, (n, size)),
        parts=np.ones((n, size), dtype=np.int64),
        scorable=np.ones(n, dtype=np.bool_),
        offered=ones,
        possible=ones,
        error_correlation=P,
        reference_correlation=R,
    )


def _megabytes(pool: ScoreMatrix) -> float:
    arrays = (pool.mean, pool.error, pool.shared, pool.parts, pool.scorable)
    return sum(one.nbytes for one in arrays) / 1e6


def placement(share: float) -> Timed:
    """5,000 people to 10 campaigns of 60 seats with margins; baseline SciPy's assignment alone."""
    n = sized(5_000, share)
    rng = np.random.default_rng(SEED)
    general, own = rng.standard_normal((n, 1)), rng.standard_normal((n, _CAMPAIGNS))
    fit = 50 + 8 * general + 6 * own
    seats = np.full(_CAMPAIGNS, max(1, round(_SEATS * n / 5_000)))
    found, ours = costed("Assess, with margins and prices", lambda: propose_placement(fit, seats))
    clock = _by_the_clock(lambda: propose_placement(fit, seats))
    cost = np.repeat(-fit.T, seats, axis=0)
    (row, column), baseline = costed(
        "scipy.optimize.linear_sum_assignment, every seat a row, everybody a column",
        lambda: linear_sum_assignment(cost),
    )
    apart = abs(found.total + cost[row, column].sum())
    gain = np.maximum((fit - found.price).max(axis=1), 0).sum() + seats @ found.price
    return Timed(
        f"placement of {n:,} in {_CAMPAIGNS} campaigns of {seats[0]} seats",
        ours,
        baseline,
        at_most=2,
        notes=(
            f"by the clock {clock:.2f} s (goal: at most 5)",
            (
                f"difference of the total from SciPy's {apart:.0e}, from the dual "
                f"{abs(gain - found.total):.0e}"
            ),
            (
                f"margins in points: smallest {np.nanmin(found.margin):.4f}, "
                f"median {np.nanmedian(found.margin):.2f}"
            ),
        ),
    )


PREVIEW_BENCHES: Final[dict[str, Bench]] = {"preview": preview, "placement": placement}
