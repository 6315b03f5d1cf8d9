"""Benchmarks of Thurstonian IRT: scoring, calibration, and the simulation study."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr

from assess.cli.bench_clock import SEED, Bench, Cost, Timed, costed, quickest, sized, timed
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
_SAMPLE: Final = 100
_STUDY_PEOPLE: Final = 5_000
_CIRCLE_MIXED: Final = next(one for one in CONDITIONS if one.name == "c2")
_WRONGS: Final[tuple[Wrong, ...]] = ("nothing", "half negatives", "cross-loadings", "30 % off")


def _people(n: int) -> tuple[ForcedChoiceItems, FloatArray, FloatArray, FloatArray]:
    """Give 24 tetrads with mixed keys, trait correlations, and answers of ``n`` people."""
    rng = np.random.default_rng(SEED)
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


def scoring(share: float) -> Timed:
    """Score 100,000 people x 24 tetrads; baseline scipy.optimize on a sample of them, scaled."""
    items, R, most, least = _people(sized(100_000, share))

    def scored() -> FloatArray:
        scores = score_most_least(most, least, items, R)
        return np.hstack([scores.mean, scores.error])

    found, ours = costed("Assess", scored)
    one_by_one, baseline = costed(
        f"scipy.optimize person by person (timed on {_SAMPLE}, scaled)",
        lambda: _one_by_one(items, R, most[:_SAMPLE], least[:_SAMPLE]),
        scale=len(most) / _SAMPLE,
        rounds=3,
    )
    furthest = np.abs(one_by_one - found[:_SAMPLE]).max()
    what = f"Thurstonian MAP and SE, {len(most):,} x {items.n_blocks} tetrads"
    note = f"largest difference in a score or its SE: {furthest:.0e}"
    return Timed(what, ours, baseline, at_least=100, notes=(note,))


def calibration(share: float) -> Timed:
    """Calibrate 24 mixed tetrads on 5,000 people; baseline two scorings of them for each cycle."""
    items, R, most, least = _people(sized(5_000, share))
    signs = np.sign(items.loadings)
    found, ours = costed(
        "Assess",
        lambda: calibrate_most_least(most, least, items.traits, signs, seed=SEED),
        rounds=1,
    )
    _, baseline = costed(
        "two scorings of the same people for each cycle",
        lambda: score_most_least(most, least, items, R),
        scale=2 * found.cycles,
    )
    r = np.corrcoef(found.items.loadings.ravel(), items.loadings.ravel())[0, 1]
    sizes = np.corrcoef(np.abs(found.items.loadings).ravel(), np.abs(items.loadings).ravel())[0, 1]
    note = (
        f"{found.cycles} cycles, loadings r {r:.4f} (their sizes {sizes:.3f}), "
        f"trait correlations within {np.abs(found.correlation - R).max():.3f}"
    )
    what = f"Thurstonian calibration, {len(most):,} x {items.n_blocks} tetrads"
    return Timed(what, ours, baseline, notes=(note,))


def study(share: float) -> Timed:
    """Recovery and coverage of every condition; baseline scipy.optimize on its people."""
    rows, n = list(_study_rows()), sized(5_000, share)
    found, seconds = timed(
        lambda: [recovery(condition, n=n, seed=SEED, wrong=wrong) for condition, wrong in rows]
    )
    right = np.concatenate([one.coverage for one in found if one.wrong == "nothing"])
    items, R, most, least = _people(_SAMPLE)
    _, theirs = quickest(lambda: _one_by_one(items, R, most, least), rounds=3)
    baseline = f"scipy.optimize for their scores alone (timed on {_SAMPLE}, scaled)"
    spread = f"coverage with true parameters {right.min():.3f} to {right.max():.3f}"
    return Timed(
        f"Thurstonian study, {len(rows)} cells of {n:,}",
        Cost("Assess", seconds),
        Cost(baseline, theirs * len(rows) * n / _SAMPLE),
        notes=(*study_lines(found), spread),
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


THURSTONIAN_BENCHES: Final[dict[str, Bench]] = {
    "thurstonian": scoring,
    "thurstonian-calibrate": calibration,
    "thurstonian-study": study,
}
