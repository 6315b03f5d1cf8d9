"""Thurstonian IRT scores from most/least blocks: posterior mode, its curvature as error.

The log-posterior of a person's traits eta is  -eta' R^-1 eta / 2 + w sum log Phi(s z)  over the
pairs an answer tells of, z their probit lines and s = +-1 which statement won; it is concave, and
Newton's method finds its top. The pairs of a block share utilities and so repeat each other in
part. Taken as independent (w = 1) they would claim too much: errors a seventh too small, 95 %
intervals that cover 91 %. The weight w = 0.7 counts a pair as what it adds; ``block_dependence``
gives it from the covariance of the pairs of a design, simulation confirms it.

Sources: Brown & Maydeu-Olivares (2011), Educational and Psychological Measurement 71(3), 460-502
(the model and its mode); Pauli, Racugno & Ventura (2011), Statistica Sinica 21(1), 149-164
(weighting a composite likelihood in a posterior).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from assess.psychometrics.thurstonian_coding import most_least_codes
from assess.psychometrics.thurstonian_mills import inverse_mills, mills_work
from assess.psychometrics.thurstonian_model import (
    ForcedChoiceItems,
    PairDesign,
    checked_correlation,
    pair_design,
    preferences,
)
from assess.psychometrics.thurstonian_packed import cholesky, inverted, solved

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

PAIR_WEIGHT: Final = 0.7

_CHUNK: Final = 192
"""People scored at once: eight arrays of 192 x 144 doubles stay in the cache."""
_TOLERANCE: Final = 1e-6
"""Newton's error after a step is about the step squared."""
_STEPS: Final = 60
_DAMPED_AFTER: Final = 10
_LONGEST_STEP: Final = 3.0
_NODES: Final = 15


@dataclass(frozen=True)
class ThurstonianScores:
    """Traits of people, in SD units; NaN for somebody without an answered block.

    ``mean`` posterior mode (n, D) · ``error`` its standard error (n, D) · ``covariance`` of the
    posterior (n, D, D), for contrasts between a person's traits · ``answered`` blocks (n,) ·
    ``partly`` blocks (n,) skipped because only "most" or only "least" was marked · ``settled``
    (n,) whether the mode was found.
    """

    mean: FloatArray
    error: FloatArray
    covariance: FloatArray
    answered: IntArray
    partly: IntArray
    settled: BoolArray

    @property
    def flags(self) -> tuple[tuple[str, ...], ...]:
        """Say for each person what a reader of the score must know."""
        named = {
            "not answered": self.answered == 0,
            "partly answered blocks skipped": self.partly > 0,
            "not settled": ~self.settled,
        }
        found: list[tuple[str, ...]] = [()] * len(self.answered)
        for flag, holds in named.items():
            for person in np.flatnonzero(holds):
                found[person] += (flag,)
        return tuple(found)


class _Work:
    """Arrays (m, P) that every step of every chunk writes anew, so that none is allocated."""

    def __init__(self, people: int, pairs: int) -> None:
        self.lines = np.empty((people, pairs))
        self.agreement = np.empty((people, pairs))
        self.mills = mills_work(people, pairs)


@dataclass(frozen=True)
class _Posterior:
    """What the log-posterior is made of; T = D (D + 1) / 2 packed symmetric entries."""

    table: FloatArray  # (S^2 + 1, pairs) what each answer tells of each pair: +1, -1 or 0
    plane: FloatArray  # (D + 1, P) intercepts over slopes, so that one product gives z
    slopes: FloatArray  # (P, D)
    weighted: FloatArray  # (P, D) slopes by the pair weight
    products: FloatArray  # (P, T) products of two slopes, by the pair weight
    precision: FloatArray  # (D, D) of the prior
    packed_precision: FloatArray  # (T,)
    start: FloatArray  # (P, D) and (D,): where the climb starts, linear in the answers
    start_shift: FloatArray


def score_most_least(
    most: FloatArray,
    least: FloatArray,
    items: ForcedChoiceItems,
    correlation: FloatArray,
    *,
    pair_weight: float = PAIR_WEIGHT,
) -> ThurstonianScores:
    """Score people by the mode and curvature of their posterior, prior N(0, ``correlation``).

    ``most`` and ``least`` (n, B) are positions 0..S-1 in each block, NaN where unmarked. A block
    without an answer is skipped; so is one with a single mark, and it is counted. A person's
    score depends on nobody else in the arrays.
    Raises ValueError for impossible marks, a correlation matrix (D, D) that is none or is not
    positive definite, and a pair weight outside (0, 1].
    """
    coded = most_least_codes(most, least, items.n_blocks, items.block_size)
    posterior = _posterior(items, checked_correlation(correlation, items.n_traits), pair_weight)
    n, size = len(coded.codes), items.n_traits
    mean, covariance = np.empty((n, size)), np.empty((n, size, size))
    settled = np.empty(n, dtype=np.bool_)
    work = _Work(_CHUNK, len(posterior.slopes))
    for start in range(0, n, _CHUNK):
        rows = slice(start, start + _CHUNK)
        signs = posterior.table.take(coded.codes[rows], axis=0).reshape(-1, len(posterior.slopes))
        mean[rows], covariance[rows], settled[rows] = _climb(signs, posterior, work)
    mean[coded.answered == 0] = covariance[coded.answered == 0] = np.nan
    error = np.sqrt(np.einsum("ndd->nd", covariance))
    return ThurstonianScores(mean, error, covariance, coded.answered, coded.partly, settled)


def _posterior(items: ForcedChoiceItems, R: FloatArray, pair_weight: float) -> _Posterior:
    """Prepare all that is the same for everybody."""
    if not 0 < pair_weight <= 1:
        raise ValueError(f"a pair weight lies above 0 and up to 1, not {pair_weight}")
    design = pair_design(items)
    rows, columns = np.tril_indices(items.n_traits)
    precision = np.asarray(np.linalg.inv(R), dtype=np.float64)
    start, shift = _start(design, R, precision, pair_weight)
    return _Posterior(
        table=preferences(items.block_size),
        plane=np.vstack([design.intercepts, design.slopes.T]),
        slopes=design.slopes,
        weighted=pair_weight * design.slopes,
        products=pair_weight * design.slopes[:, rows] * design.slopes[:, columns],
        precision=precision,
        packed_precision=precision[rows, columns],
        start=start,
        start_shift=shift,
    )


def _start(
    design: PairDesign, R: FloatArray, precision: FloatArray, pair_weight: float
) -> tuple[FloatArray, FloatArray]:
    """Give a linear start: one step from 0 with the curvature expected over the prior.

    The score of a pair at 0, s h(s a), is even * s + odd for s = +-1.
    """
    at_zero = design.intercepts[None, :]
    up, down = inverse_mills(at_zero)[0], inverse_mills(-at_zero)[0]
    nodes, mass = np.polynomial.hermite_e.hermegauss(_NODES)
    spread = np.sqrt(np.einsum("pd,de,pe->p", design.slopes, R, design.slopes))
    lines = design.intercepts + nodes[:, None] * spread
    won, lost = inverse_mills(lines), inverse_mills(-lines)
    curvature = won * (won + lines) * ndtr(lines) + lost * (lost - lines) * ndtr(-lines)
    expected = mass @ curvature / mass.sum()
    information = pair_weight * (design.slopes * expected[:, None]).T @ design.slopes
    gain = pair_weight * design.slopes @ np.linalg.inv(precision + information)
    return (up + down)[:, None] / 2 * gain, (up - down) / 2 @ gain


def _climb(
    signs: FloatArray, posterior: _Posterior, work: _Work
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Newton's method for a chunk of people with ``signs`` (m, P): mode, covariance, success.

    Each person stops by their own steps, so that nobody's score depends on the chunk.
    """
    size = posterior.slopes.shape[1]
    position = np.ones((len(signs), size + 1))
    position[:, 1:] = signs @ posterior.start + posterior.start_shift
    curvature = np.empty((len(signs), posterior.products.shape[1]))
    active = np.arange(len(signs))
    for count in range(_STEPS):
        own = signs if len(active) == len(signs) else signs[active]
        gradient, curvature[active] = _slope(own, position[active], posterior, work)
        step = solved(cholesky(curvature[active].T, size), gradient.T).T
        length = np.abs(step).max(axis=1)
        # The top is always reached in few full steps; these two rules are for odd parameters.
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, _LONGEST_STEP))[:, None]
        position[active, 1:] += step if count < _DAMPED_AFTER else step / 2
        active = active[length > _TOLERANCE]
        if not active.size:
            break
    settled = np.ones(len(signs), dtype=np.bool_)
    settled[active] = False
    return position[:, 1:], inverted(cholesky(curvature.T, size)), settled


def _slope(
    signs: FloatArray, position: FloatArray, posterior: _Posterior, work: _Work
) -> tuple[FloatArray, FloatArray]:
    """Gradient (m, D) and packed negative Hessian (m, T) of the log-posterior at ``position``.

    With h = phi / Phi at s z, a pair's score is s h and its curvature h (s z + h), which equals
    s h (z + s h): both are 0 by themselves where s is.
    """
    lines = np.matmul(position, posterior.plane, out=work.lines[: len(signs)])
    agreement = np.multiply(lines, signs, out=work.agreement[: len(signs)])
    score = inverse_mills(agreement, work.mills)
    score *= signs
    gradient = score @ posterior.weighted - position[:, 1:] @ posterior.precision
    lines += score
    lines *= score
    return gradient, lines @ posterior.products + posterior.packed_precision
