"""Benchmarks of the ranking: chances of a seat, and fits under a new profile."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.cli.bench_clock import SEED, Bench, Timed, costed, sized
from assess.selection.composite import fit
from assess.selection.demand import COMPETENCIES
from assess.selection.ranking import best_first, chances_of_a_seat

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_DRAWS: Final = 1_000
_MANY_DRAWS: Final = 20_000
_FAR: Final = 6.0
"""Who lies this many errors from the cut is in or out in every draw that is ever made."""


def chances(share: float) -> Timed:
    """P(top k) of 100,000 by the formula; baseline 1,000 plain draws in single precision."""
    n = sized(100_000, share)
    rng = np.random.default_rng(SEED)
    error = rng.uniform(0.24, 0.41, n)
    mean = rng.standard_normal(n) * np.sqrt(1 - error**2)
    seats = n // 100
    p, ours = costed("Assess, the formula", lambda: chances_of_a_seat(mean, error, seats))
    draws = max(10, round(_DRAWS * share))
    _, baseline = costed(
        f"{_DRAWS:,} plain float32 draws" + (f" (timed on {draws:,}, scaled)" * (draws < _DRAWS)),
        lambda: seats_taken(mean, error, seats, draws),
        scale=_DRAWS / draws,
        rounds=1,
    )
    many = max(draws, round(_MANY_DRAWS * share))
    note = (
        f"largest difference from {many:,} draws: "
        f"{furthest_from_draws(mean, error, seats, p, many):.4f} (goal: .02 from {_MANY_DRAWS:,})"
    )
    return Timed(f"P(top {seats:,}) of {n:,}", ours, baseline, at_least=5, notes=(note,))


def seats_taken(mean: FloatArray, error: FloatArray, seats: int, draws: int) -> IntArray:
    """Count in how many of ``draws`` pools each person (n,) is among the best ``seats``."""
    rng = np.random.default_rng(SEED)
    centre, spread = mean.astype(np.float32), error.astype(np.float32)
    taken = np.zeros(mean.size, dtype=np.int64)
    for _ in range(draws):
        drawn = centre + spread * rng.standard_normal(mean.size, dtype=np.float32)
        taken += drawn >= np.partition(drawn, mean.size - seats)[mean.size - seats]
    return taken


def furthest_from_draws(
    mean: FloatArray, error: FloatArray, seats: int, p: FloatArray, draws: int
) -> float:
    """Give the largest difference between chances ``p`` (n,) and drawn ones.

    Only the people near the cut are drawn: the others' seats are taken, or lost, beforehand.
    """
    cut = np.partition(mean, mean.size - seats)[mean.size - seats]
    distance = (mean - cut) / error
    near, sure = np.abs(distance) < _FAR, int((distance >= _FAR).sum())
    taken = seats_taken(mean[near], error[near], seats - sure, draws)
    return float(np.abs(taken / draws - p[near]).max())


def new_profile(share: float) -> Timed:
    """Fit, error and order of 100,000; baseline one argsort and one product of that size."""
    n, size = sized(100_000, share), len(COMPETENCIES)
    rng = np.random.default_rng(SEED)
    mean, error = rng.standard_normal((n, size)), rng.uniform(0.3, 0.8, (n, size))
    shared = error * rng.uniform(0, 1, (n, size))
    weights = rng.dirichlet(np.full(size, 5.0))
    P, R = (np.full((size, size), r) + (1 - r) * np.eye(size) for r in (0.2, 0.3))

    def ours() -> IntArray:
        found = fit(mean, error, shared, weights, P, R)
        return best_first(found.fit, found.error)

    values = mean @ weights
    _, cost = costed("Assess", ours, rounds=15)
    _, baseline = costed(
        f"one argsort of {n:,} and one product ({n:,} x {size}) by ({size})",
        lambda: (np.argsort(values), mean @ weights),
        rounds=15,
    )
    return Timed(f"fit, its error and order, {n:,} under a new profile", cost, baseline, at_most=8)


SELECTION_BENCHES: Final[dict[str, Bench]] = {"top-k": chances, "new-profile": new_profile}
