"""Factors of an item correlation matrix, as far as omega needs them: minres, oblimin, second order.

Every figure here follows R psych's ``fa``, ``schmid`` and ``omega`` (minres, oblimin), so that it
can be compared with theirs.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assess.psychometrics.moments import require_positive_definite

FloatArray = NDArray[np.float64]

LEAST_UNIQUENESS: Final = 0.005
_OBLIMIN_STEPS: Final = 1000
_OBLIMIN_GRADIENT: Final = 1e-5
_NUDGE: Final = 1e-3


@dataclass(frozen=True)
class Factors:
    """Loadings (k, m) of k items on m factors, and uniquenesses (k,); in correlation units."""

    loadings: FloatArray
    uniqueness: FloatArray


@dataclass(frozen=True)
class SchmidLeiman:
    """A general factor and m group factors, all uncorrelated.

    ``general`` (k,) and ``group`` (k, m) loadings, ``uniqueness`` (k,), ``heywood`` whether a
    uniqueness stands at its lowest bound, so that the solution is improper.
    """

    general: FloatArray
    group: FloatArray
    uniqueness: FloatArray
    heywood: bool


def minres(correlation: FloatArray, n_factors: int = 1) -> Factors:
    """Fit ``n_factors`` to a correlation matrix (k, k) by least squares off the diagonal.

    Each factor is turned so that its loadings sum to a positive number.
    Raises ValueError when the matrix is not positive definite, or k items cannot carry so many
    factors. Source: Harman & Jones (1966), Psychometrika 31(3), 351-368.
    """
    correlation = np.asarray(correlation, dtype=np.float64)
    k = len(correlation)
    if n_factors < 1 or (k - n_factors) ** 2 < k + n_factors:
        raise ValueError(f"{k} items cannot tell {n_factors} factors apart")
    require_positive_definite(correlation, "the correlation matrix")
    start = np.clip(1.0 / np.diag(np.linalg.inv(correlation)), LEAST_UNIQUENESS, 1.0)
    found = minimize(
        _residual,
        start,
        args=(correlation, n_factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * k,
        options={"maxiter": 5000, "ftol": 1e-14, "gtol": 1e-7},
    )
    loadings = _principal(correlation, found.x, n_factors)[0]
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Factors(loadings, 1.0 - (loadings**2).sum(axis=1))


def oblimin(loadings: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rotate ``loadings`` (k, m) to oblique simple structure: pattern (k, m), correlations (m, m).

    Direct quartimin (oblimin, gamma 0), gradient projection from beside the unrotated axes.
    Raises ValueError when the rotation does not settle.
    Source: Bernaards & Jennrich (2005), Educ. Psychol. Measurement 65(5), 676-696.
    """
    m = loadings.shape[1]
    # A hair off the axes: between two equal factors the axes themselves are a saddle.
    turn, step = np.eye(m) + np.triu(np.full((m, m), _NUDGE), 1), 1.0
    turn /= np.sqrt((turn**2).sum(axis=0))
    pattern = loadings @ np.linalg.inv(turn).T
    value, slope = _quartimin(pattern)
    for _ in range(_OBLIMIN_STEPS):
        gradient = -(pattern.T @ slope @ np.linalg.inv(turn)).T
        projected = gradient - turn * (turn * gradient).sum(axis=0)
        size = float(np.linalg.norm(projected))
        if size < _OBLIMIN_GRADIENT:
            return np.asarray(pattern), np.asarray(turn.T @ turn)
        step *= 2.0
        for _ in range(11):
            moved = turn - step * projected
            moved /= np.sqrt((moved**2).sum(axis=0))
            new_pattern = loadings @ np.linalg.inv(moved).T
            new_value, new_slope = _quartimin(new_pattern)
            if value - new_value > 0.5 * size**2 * step:
                break
            step /= 2.0
        turn, pattern, value, slope = moved, new_pattern, new_value, new_slope
    raise ValueError("the oblimin rotation did not settle")


def schmid_leiman(correlation: FloatArray, n_groups: int = 3) -> SchmidLeiman:
    """Split a correlation matrix (k, k) into a general and ``n_groups`` group factors.

    Minres factors, oblimin, a general factor of the factors' correlations, orthogonalised. Two
    groups cannot say how each loads on the general factor: they load alike.
    Raises ValueError as ``minres`` and ``oblimin`` do, and for fewer than two groups.
    Source: Schmid & Leiman (1957), Psychometrika 22(1), 53-61.
    """
    if n_groups < 2:
        raise ValueError("a second-order solution needs 2+ group factors")
    first = minres(correlation, n_groups)
    pattern, between = oblimin(first.loadings)
    second = _second_order(between)
    general = pattern @ second
    if general.sum() < 0:  # the axes' directions are arbitrary: more of the trait is positive
        general, pattern = -general, -pattern
    group = pattern * np.sqrt(np.maximum(1.0 - second**2, 0.0))
    heywood = bool((first.uniqueness <= LEAST_UNIQUENESS + 1e-6).any())
    heywood |= bool((1.0 - second**2 <= LEAST_UNIQUENESS + 1e-6).any())
    return SchmidLeiman(general, group, first.uniqueness, heywood)


def _second_order(between: FloatArray) -> FloatArray:
    """Give the loadings (m,) of the group factors on the general one."""
    if len(between) == 2:
        shared = np.sqrt(abs(between[0, 1]))
        return np.array([shared, np.sign(between[0, 1]) * shared])
    return np.asarray(minres(between, 1).loadings[:, 0])


def _principal(
    correlation: FloatArray, uniqueness: FloatArray, n_factors: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give loadings on the largest roots of the reduced matrix, the other roots and vectors."""
    roots, vectors = np.linalg.eigh(correlation - np.diag(uniqueness))
    largest = np.maximum(roots[-n_factors:][::-1], 0.0)
    kept = vectors[:, -n_factors:][:, ::-1] * np.sqrt(largest)
    return kept, roots[:-n_factors], vectors[:, :-n_factors]


def _residual(
    uniqueness: FloatArray, correlation: FloatArray, n_factors: int
) -> tuple[float, FloatArray]:
    """Half the squared roots left over, and its slope in the uniquenesses."""
    _, roots, vectors = _principal(correlation, uniqueness, n_factors)
    return 0.5 * float((roots**2).sum()), -(vectors**2 @ roots)


def _quartimin(pattern: FloatArray) -> tuple[float, FloatArray]:
    """Sum of the products of squared loadings over pairs of factors, and its slope."""
    squares = pattern**2
    others = squares.sum(axis=1, keepdims=True) - squares
    return float((squares * others).sum()) / 4.0, pattern * others
