"""How far somebody's answers lie from a group's, all items at once: Mahalanobis distance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from assess.psychometrics.moments import (
    ItemMoments,
    item_moments,
    require_positive_definite,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CHUNK: Final = 4096


@dataclass(frozen=True)
class AnswerSpace:
    """A frozen reference group: its ``mean`` (k,) and ``covariance`` (k, k) of answers.

    Raises ValueError when shapes do not fit or the covariance is not positive definite.
    """

    mean: FloatArray
    covariance: FloatArray

    def __post_init__(self) -> None:
        if self.covariance.shape != (len(self.mean), len(self.mean)):
            raise ValueError(f"covariance {self.covariance.shape}, mean {self.mean.shape}")
        variance = np.diag(self.covariance)
        if not (variance > 0).all():
            raise ValueError(f"item {int(np.argmin(variance > 0))} does not vary")
        spread = np.sqrt(variance)
        scaled = self.covariance / np.outer(spread, spread)
        require_positive_definite(scaled, "the correlation matrix of the answers")


@dataclass(frozen=True)
class Distances:
    """Distances of n people, each (n,).

    ``squared`` over the ``answered`` items, NaN where nothing was answered; ``standard`` the
    same on a scale that makes different numbers of items comparable (Wilson-Hilferty).
    """

    squared: FloatArray
    standard: FloatArray
    answered: IntArray


def answer_space(answers: FloatArray) -> AnswerSpace:
    """Take mean and covariance (n - 1) of ``answers`` (n, k) of people without a blank.

    Raises ValueError unless more people than items are complete and no item is a sum of others.
    """
    return space_of(item_moments(answers))


def space_of(moments: ItemMoments) -> AnswerSpace:
    """Take mean and covariance from the moments of answers; raises as ``answer_space``."""
    items = len(moments.centre)
    if moments.complete <= items:
        raise ValueError(
            f"{items} items need more than as many people without a blank, got {moments.complete}"
        )
    return AnswerSpace(moments.mean, moments.covariance())


def mahalanobis(answers: FloatArray, space: AnswerSpace) -> Distances:
    """Squared Mahalanobis distances of ``answers`` (n, k), NaN missing, from a reference group.

    A blank leaves its item out of mean and covariance. Somebody's distance depends on the
    reference group alone. Raises ValueError when the shapes do not fit.
    Source: Mahalanobis (1936); Meade & Craig (2012), Psychological Methods 17(3) for its use;
    Wilson & Hilferty (1931), Proc. Nat. Acad. Sci. 17.
    """
    answers = np.asarray(answers, dtype=np.float64)
    if answers.ndim != 2 or answers.shape[1] != len(space.mean):
        raise ValueError(f"{answers.shape} answers do not fit {len(space.mean)} items")
    given = ~np.isnan(answers)
    answered = given.sum(axis=1)
    squared = np.full(len(answers), np.nan)
    for pattern, rows in _patterns(given):
        if not pattern.any():
            continue
        root = np.linalg.cholesky(space.covariance[np.ix_(pattern, pattern)])
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            away = answers[np.ix_(some, pattern)] - space.mean[pattern]
            solved = solve_triangular(root, away.T, lower=True, check_finite=False)
            squared[some] = (solved**2).sum(axis=0)
    degrees = np.maximum(answered, 1) * 1.0
    cube, spread = np.cbrt(squared / degrees), 2 / (9 * degrees)
    return Distances(squared, (cube - (1 - spread)) / np.sqrt(spread), answered)


def empirical_percentile(values: FloatArray, reference: FloatArray) -> FloatArray:
    """Share, 0..100, of a ``reference`` sample (m,) at or below each of ``values`` (n,).

    A chi-squared cut is no substitute: rating answers are not normal, and its 99.9 % cut flags
    one honest person in seven. NaN stays NaN and does not count in the reference.
    Raises ValueError for an empty reference.
    """
    reference = np.sort(reference[~np.isnan(reference)])
    if reference.size == 0:
        raise ValueError("a percentile needs a reference sample")
    at = np.searchsorted(reference, values, side="right")
    return np.where(np.isnan(values), np.nan, 100.0 * at / reference.size)


def _patterns(given: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], IntArray]]:
    """Each pattern of answered items (k,) with the rows that have it."""
    packed = np.packbits(given, axis=1)
    _, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(which.ravel(), minlength=first.size))
    groups = np.split(order, ends[:-1]) if first.size else []
    return [(given[row], rows) for row, rows in zip(first, groups, strict=True)]
