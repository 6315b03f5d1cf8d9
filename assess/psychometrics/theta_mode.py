"""A person's theta by the posterior's mode (MAP) under N(0, 1), with its standard error."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.irt import GradedItems, boundaries
from assess.psychometrics.theta import ThetaScores, coded

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CLOSE: Final = 1e-10
_STEPS: Final = 200
"""Bisection alone, from the widest bracket, needs fewer."""


def posterior_mode(categories: FloatArray, items: GradedItems) -> ThetaScores:
    """Score people by the mode of the posterior, prior N(0, 1); the error is its curvature's.

    ``categories`` (n, J) are 0..K-1 in item direction, NaN missing: skipped. The log posterior
    of the graded model is concave, so Newton's steps inside a shrinking bracket find its one
    top, to 1e-10. The error is 1 / sqrt(1 - d2 log L / d theta2) there. Somebody without any
    answer has NaN. Raises ValueError for a category the items do not have.
    Source: Samejima (1969), Psychometrika Monograph 17; Bock & Aitkin (1981).
    """
    n_people = len(categories)
    mode, error = np.empty(n_people), np.empty(n_people)
    answered = np.empty(n_people, dtype=np.int64)
    bounds = _boundary_table(items)
    for rows, codes in coded(categories, items):
        mode[rows], error[rows] = _tops(codes.astype(np.int64), items.slopes, bounds)
        answered[rows] = np.count_nonzero(codes < items.n_categories, axis=1)
    nobody = answered == 0
    mode[nobody] = error[nobody] = np.nan
    return ThetaScores(mode, error, answered)


def _boundary_table(items: GradedItems) -> tuple[FloatArray, FloatArray]:
    """Give the intercepts below and above each category, (J, K + 1); K, a blank, has none."""
    lower, upper = boundaries(-items.slopes[:, None] * items.thresholds)
    aside = np.full((items.n_items, 1), np.inf)
    return np.hstack([lower, aside]), np.hstack([upper, -aside])


def _tops(
    codes: IntArray, slopes: FloatArray, bounds: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Mode and error (m,) of each log posterior."""
    places = np.arange(codes.shape[1])
    lower, upper = bounds[0][places, codes], bounds[1][places, codes]
    theta = np.zeros(len(codes))
    # No item pulls harder than its slope, so the top lies within their sum.
    high = np.full(len(codes), slopes.sum())
    low = -high
    for _ in range(_STEPS):
        gradient, curvature = _derivatives(theta, slopes, lower, upper)
        low = np.where(gradient > 0, theta, low)
        high = np.where(gradient < 0, theta, high)
        step = theta + gradient / curvature
        step = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved = np.abs(step - theta).max()
        theta = step
        if moved < _CLOSE:
            break
    return theta, 1 / np.sqrt(_derivatives(theta, slopes, lower, upper)[1])


def _derivatives(
    theta: FloatArray, slopes: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """First derivative of each log posterior, and minus the second, (m,).

    With s the logistic curve, d log(s(x) - s(y)) / d theta = a (1 - s(x) - s(y)).
    """
    line = theta[:, None] * slopes
    below, above = expit(line + lower), expit(line + upper)
    gradient = (slopes * (1 - below - above)).sum(axis=1) - theta
    bend = below * (1 - below) + above * (1 - above)
    return gradient, 1 + (slopes**2 * bend).sum(axis=1)
