"""Benchmarks of Thurstonian IRT: scoring, calibration, and the simulation study.

Times are of the processor, on both sides: one core's work, whatever else the machine does.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

import click
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr

from assess.psychometrics.thurstonian import PAIR_WEIGHT, score_most_least
from assess.psychometrics.thurstonian_calibration import calibrate_most_least
from assess.psychometrics.thurstonian_coding import most_least_codes
from assess.psychometrics.thurstonian_model import ForcedChoiceItems, pair_design, preferences
from assess.psychometrics.thurstonian_simulation import draw_most_least, draw_traits
from assess.psychometrics.thurstonian_study import (
    CONDITIONS,
    CORRELATIONS,
    Condition,
    Recovery,
    Wrong,
    draw_items,
    recovery,
)

FloatArray = NDArray[np.float64]
Timed = tuple[str, float, str, float]
"""What was done, its seconds; the baseline, its seconds."""

_SEED: Final = 1
_ROUNDS: Final = 5
_SAMPLE: Final = 100
_STUDY_PEOPLE: Final = 5_000
_CIRCLE_MIXED: Final = next(one for one in CONDITIONS if one.name == "c2")
_WRONGS: Final[tuple[Wrong, ...]] = ("nothing", "half negatives", "cross-loadings", "30 % off")
_Result = TypeVar("_Result")


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _quickest(work: Callable[[], _Result]) -> tuple[_Result, float]:
    """Time a few rounds and keep the quickest, which other work on the machine disturbed least."""
    return min((_timed(work) for _ in range(_ROUNDS)), key=lambda one: one[1])


def _peak_megabytes(work: Callable[[], object]) -> float:
    """Give the most memory held at once while ``work`` runs, above what was held before."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _people(n: int) -> tuple[ForcedChoiceItems, FloatArray, FloatArray, FloatArray]:
    """Give 24 tetrads with mixed keys, trait correlations, and answers of ``n`` people."""
    rng = np.random.default_rng(_SEED)
    items, R = draw_items(_CIRCLE_MIXED, rng), CORRELATIONS[_CIRCLE_MIXED.correlations]
    return items, R, *draw_most_least(items, draw_traits(R, n, rng), rng)


def _one_by_one(
    items: ForcedChoiceItems, R: FloatArray, most: FloatArray, least: FloatArray
) -> FloatArray:
    """Score each person by scipy.optimize, gradient given: mode and errors, (n, 2 D)."""
    design, precision = pair_design(items), np.linalg.inv(R)
    codes = most_least_codes(most, least, items.n_blocks, items.block_size).codes
    signs = preferences(items.block_size)[codes].reshape(len(codes), -1)

    def scored(known: FloatArray, slopes: FloatArray, intercepts: FloatArray) -> FloatArray:
        def downhill(eta: FloatArray) -> tuple[float, FloatArray]:
            z = known * (intercepts + slopes @ eta)
            logs = log_ndtr(z)
            mills = np.exp(-0.5 * z * z - logs) / np.sqrt(2 * np.pi)
            pull = precision @ eta
            height = 0.5 * eta @ pull - PAIR_WEIGHT * logs.sum()
            return height, pull - PAIR_WEIGHT * slopes.T @ (known * mills)

        mode = minimize(downhill, np.zeros(items.n_traits), jac=True).x
        z = known * (intercepts + slopes @ mode)
        mills = np.exp(-0.5 * z * z - log_ndtr(z)) / np.sqrt(2 * np.pi)
        curvature = precision + PAIR_WEIGHT * (slopes.T * (mills * (z + mills))) @ slopes
        return np.concatenate([mode, np.sqrt(np.diag(np.linalg.inv(curvature)))])

    told = [row != 0 for row in signs]
    return np.array(
        [
            scored(row[own], design.slopes[own], design.intercepts[own])
            for row, own in zip(signs, told, strict=True)
        ]
    )


def thurstonian() -> Timed:
    """Score 100,000 people x 24 tetrads; baseline scipy.optimize on a sample of them, scaled."""
    items, R, most, least = _people(100_000)

    def ours() -> FloatArray:
        scores = score_most_least(most, least, items, R)
        return np.hstack([scores.mean, scores.error])

    found, seconds = _quickest(ours)
    one_by_one, theirs = _quickest(
        lambda: _one_by_one(items, R, most[:_SAMPLE], least[:_SAMPLE]),
    )
    furthest = np.abs(one_by_one - found[:_SAMPLE]).max()
    what = (
        f"Thurstonian mode and error, 100,000 x 24 tetrads, peak {_peak_megabytes(ours):.0f} MB, "
        f"largest difference {furthest:.0e}"
    )
    return (
        what,
        seconds,
        f"scipy.optimize person by person (timed on {_SAMPLE}, scaled)",
        theirs * len(most) / _SAMPLE,
    )


def thurstonian_calibrate() -> Timed:
    """Calibrate 24 mixed tetrads on 5,000 people; baseline two scorings of them for each cycle."""
    items, R, most, least = _people(5_000)
    found, seconds = _timed(
        lambda: calibrate_most_least(
            most, least, items.traits, np.sign(items.loadings), seed=_SEED
        ),
    )
    _, scoring = _quickest(lambda: score_most_least(most, least, items, R))
    r = np.corrcoef(found.items.loadings.ravel(), items.loadings.ravel())[0, 1]
    sizes = np.corrcoef(np.abs(found.items.loadings).ravel(), np.abs(items.loadings).ravel())[0, 1]
    what = (
        f"Thurstonian calibration, 5,000 x 24 tetrads, {found.cycles} cycles, loadings r {r:.4f} "
        f"(their sizes {sizes:.3f}), correlations within {np.abs(found.correlation - R).max():.3f}"
    )
    return (
        what,
        seconds,
        "two scorings of the same people for each cycle",
        scoring * 2 * found.cycles,
    )


def thurstonian_study() -> Timed:
    """Print recovery and coverage of every condition; baseline scipy.optimize on its people."""
    rows = list(_study_rows())
    found, seconds = _timed(
        lambda: [
            recovery(condition, n=_STUDY_PEOPLE, seed=_SEED, wrong=wrong)
            for condition, wrong in rows
        ],
    )
    for line in study_lines(found):
        click.echo(line)
    right = np.concatenate([one.coverage for one in found if one.wrong == "nothing"])
    items, R, most, least = _people(_SAMPLE)
    _, theirs = _quickest(lambda: _one_by_one(items, R, most, least))
    what = (
        f"Thurstonian study, {len(rows)} cells of {_STUDY_PEOPLE:,}: coverage with true parameters "
        f"{right.min():.3f} to {right.max():.3f}"
    )
    return (
        what,
        seconds,
        f"scipy.optimize for their scores alone (timed on {_SAMPLE}, scaled)",
        theirs * len(rows) * _STUDY_PEOPLE / _SAMPLE,
    )


def _study_rows() -> Iterator[tuple[Condition, Wrong]]:
    """Give every condition with every wrong that it can have."""
    for wrong in _WRONGS:
        for condition in CONDITIONS:
            if condition.mixed or wrong != "half negatives":
                yield condition, wrong


def study_lines(found: list[Recovery]) -> Iterator[str]:
    """Lay the study out as a table, one line for each cell."""
    yield (
        "cell keys     correlations  blocks    wrong           r counts   r^2 claimed z SD "
        "coverage    level"
    )
    for one in found:
        cell = one.condition
        yield (
            f"{cell.name:4} {'mixed' if cell.mixed else 'positive':8} {cell.correlations:13} "
            f"{'matched' if cell.matched else 'unmatched':9} {one.wrong:14} {one.r:.3f} "
            f"{one.r_counts:.3f} {one.r**2:.3f}  {one.reliability:.3f} {one.z_sd:.2f} "
            f"{one.coverage.min():.3f}-{one.coverage.max():.3f} {one.r_level:.2f}"
        )


THURSTONIAN_BENCHES: Final[Mapping[str, Callable[[], Timed]]] = {
    "thurstonian": thurstonian,
    "thurstonian-calibrate": thurstonian_calibrate,
    "thurstonian-study": thurstonian_study,
}
