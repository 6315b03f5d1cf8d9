"""Benchmarks: each a ratio to a baseline timed in the same run; tests never assert a time."""

import statistics
import time
from collections.abc import Callable, Mapping

import click
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.calibration import calibrate_graded
from assess.psychometrics.irt import GRID, GradedItems, category_log_probabilities
from assess.psychometrics.theta import eap
from assess.selection.rank_posterior import analytic_ranks, simulated_ranks

FloatArray = NDArray[np.float64]
Timed = tuple[str, float, str, float]
"""What was done, its seconds; the baseline, its seconds."""

_SEED = 1
_ROUNDS = 3
_SAMPLE = 500


def _seconds(work: Callable[[], object]) -> float:
    """Median of a few rounds, after one that is not counted."""
    work()
    taken = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _answers(n: int) -> tuple[FloatArray, GradedItems]:
    """Answers of ``n`` simulated people to 20 items of 5 categories, and the items."""
    rng = np.random.default_rng(_SEED)
    items = GradedItems(rng.uniform(0.8, 2.2, 20), np.sort(rng.normal(0, 1.2, (20, 4)), axis=1))
    latent = rng.standard_normal((n, 1, 1)) - items.thresholds
    passed = expit(items.slopes[:, None] * latent) > rng.uniform(size=(n, 20, 1))
    return passed.sum(axis=2).astype(np.float64), items


def _eap_of_100_000() -> Timed:
    answers, items = _answers(100_000)
    tables = category_log_probabilities(items, GRID)
    prior = -(GRID**2) / 2

    def person_by_person() -> None:
        for row in answers[:_SAMPLE].astype(int):
            density = np.exp(prior + sum(tables[j, k] for j, k in enumerate(row)))
            mean = (GRID * density).sum() / density.sum()
            np.sqrt(((GRID - mean) ** 2 * density).sum() / density.sum())

    ours = _seconds(lambda: eap(answers, items))
    return ("EAP and SD, 100,000 x 20 x 5", ours, f"person by person (timed on {_SAMPLE}, scaled)",
            _seconds(person_by_person) * len(answers) / _SAMPLE)  # fmt: skip


def _top_k_of_20_000() -> Timed:
    rng = np.random.default_rng(_SEED)
    fit = np.sort(rng.normal(0, 1, 20_000))[::-1]
    error = rng.uniform(0.3, 0.6, fit.size)
    return (
        "rank interval and P(top k), 20,000, analytic",
        _seconds(lambda: analytic_ranks(fit, error, 400)),
        "the first 2,000 by 1,000 simulated draws, times ten",
        _seconds(lambda: simulated_ranks(fit[::10], error[::10], 40, seed=_SEED, draws=1_000)) * 10,
    )


def _calibration() -> Timed:
    answers, items = _answers(2_000)
    return (
        "calibrate 2,000 x 20 x 5",
        _seconds(lambda: calibrate_graded(answers, 5)),
        "100 scorings of the same people (about one EM cycle each)",
        _seconds(lambda: eap(answers, items)) * 100,
    )


BENCHES: Mapping[str, Callable[[], Timed]] = {
    "calibrate": _calibration,
    "eap": _eap_of_100_000,
    "top-k": _top_k_of_20_000,
}


@click.command()
@click.argument("name", required=False, type=click.Choice(sorted(BENCHES)))
def bench(name: str | None) -> None:
    """Time the science against a baseline of the same run; NAME for one benchmark alone."""
    for wanted in [name] if name else BENCHES:
        what, ours, baseline, theirs = BENCHES[wanted]()
        click.echo(f"{what}: {ours:.3f} s; {baseline}: {theirs:.3f} s; ratio {ours / theirs:.4f}")
