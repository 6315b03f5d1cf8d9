"""The log-posterior of traits given most/least answers, and the climb to its top."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from assess.psychometrics.thurstonian_coding import CodeArray
from assess.psychometrics.thurstonian_mills import inverse_mills, mills_work
from assess.psychometrics.thurstonian_model import (
    ForcedChoiceItems,
    PairDesign,
    pair_design,
    preferences,
)
from assess.psychometrics.thurstonian_packed import cholesky, inverted, solved

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CHUNK: Final = 4096
"""People who climb together: memory stays bounded, and few steps are taken by a handful."""

_SLICE: Final = 128
"""People looked at together, pair by pair: 128 x 144 doubles, eight times, stay in the cache."""
_TOLERANCE: Final = 1e-6
"""Newton's error after a step is about the step squared."""
_STEPS: Final = 60
_DAMPED_AFTER: Final = 10
_LONGEST_STEP: Final = 3.0
_NODES: Final = 15


class Posterior:
    """What is the same for everybody who answers ``items``, with traits from N(0, ``R``).

    Keeps the arrays it works in, so one chunk at a time may climb. P pairs, D traits,
    T = D (D + 1) / 2 packed entries of a symmetric matrix.
    """

    def __init__(self, items: ForcedChoiceItems, R: FloatArray, pair_weight: float) -> None:
        design = pair_design(items)
        rows, columns = np.tril_indices(len(R))
        shape = (_SLICE, len(design.slopes))
        self._table = preferences(items.block_size)
        self._plane = np.vstack([design.intercepts, design.slopes.T])  # (D + 1, P)
        self._weighted = pair_weight * design.slopes  # (P, D)
        self._products = pair_weight * design.slopes[:, rows] * design.slopes[:, columns]  # (P, T)
        self._precision: FloatArray = np.asarray(np.linalg.inv(R), dtype=np.float64)
        self._packed_precision = self._precision[rows, columns]
        self._start, self._start_shift = _start(design, R, self._precision, pair_weight)
        self._lines, self._agreement = np.empty(shape), np.empty(shape)
        self._work = mills_work(*shape)

    def climb(self, codes: CodeArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Find the top for a chunk of people's ``codes`` (m, B): mode, covariance, success.

        Each person stops by their own steps, so that nobody's score depends on the chunk.
        """
        size, people = len(self._precision), len(codes)
        position = np.ones((people, size + 1))
        position[:, 1:] = self._starts(codes)
        curvature = np.empty((people, self._products.shape[1]))
        active = np.arange(people)
        for count in range(_STEPS):
            gradient = self._slope(codes, position, active, curvature)
            step = solved(cholesky(curvature[active].T, size), gradient.T)
            length = np.abs(step).max(axis=0)
            # Full steps always reach the top soon; shorter ones are for odd parameters.
            step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, _LONGEST_STEP))
            position[active, 1:] += step.T if count < _DAMPED_AFTER else step.T / 2
            active = active[length > _TOLERANCE]
            if not active.size:
                break
        settled = np.ones(people, dtype=np.bool_)
        settled[active] = False
        return position[:, 1:], inverted(cholesky(curvature.T, size)), settled

    def _starts(self, codes: CodeArray) -> FloatArray:
        """Where people (m, D) start."""
        starts = [
            self._signs(codes[first : first + _SLICE]) @ self._start
            for first in range(0, len(codes), _SLICE)
        ]
        return np.concatenate(starts) + self._start_shift

    def _signs(self, codes: CodeArray) -> FloatArray:
        """Look up what answer ``codes`` (m, B) tell of each pair, (m, P): +1, -1 or 0."""
        return self._table.take(codes, axis=0).reshape(len(codes), -1)

    def _slope(
        self, codes: CodeArray, position: FloatArray, active: IntArray, curvature: FloatArray
    ) -> FloatArray:
        """Gradient (a, D) at the ``position`` of ``active`` people; fills their ``curvature``.

        With h = phi / Phi at s z, a pair's score is s h and its curvature h (s z + h), which
        equals s h (z + s h): both are 0 by themselves where s is.
        """
        gradient = np.empty((len(active), len(self._precision)))
        for first in range(0, len(active), _SLICE):
            own = active[first : first + _SLICE]
            signs, at = self._signs(codes[own]), position[own]
            lines = np.matmul(at, self._plane, out=self._lines[: len(own)])
            agreement = np.multiply(lines, signs, out=self._agreement[: len(own)])
            score = inverse_mills(agreement, self._work)
            score *= signs
            gradient[first : first + _SLICE] = score @ self._weighted - at[:, 1:] @ self._precision
            lines += score
            lines *= score
            curvature[own] = lines @ self._products + self._packed_precision
        return gradient


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
