"""A person's theta: expected a posteriori (EAP) under N(0, 1), with the posterior SD as error."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.irt import GRID, GradedItems, category_log_probabilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CHUNK: Final = 1024
"""People scored at once: 1024 x 61 doubles stay in the cache, and memory stays bounded."""


@dataclass(frozen=True)
class ThetaScores:
    """EAP ``mean`` and posterior SD ``error``, (n,) in SD units; items ``answered`` (n,)."""

    mean: FloatArray
    error: FloatArray
    answered: IntArray


@dataclass(frozen=True)
class ThetaRange:
    """EAP (n,) had every blank been answered lowest, ``low``, or highest, ``high``."""

    low: FloatArray
    high: FloatArray


def eap(categories: FloatArray, items: GradedItems, *, grid: FloatArray = GRID) -> ThetaScores:
    """Score people by the mean and SD of the posterior on ``grid``, prior N(0, 1).

    ``categories`` (n, J) are 0..K-1 in item direction, NaN where there is no answer: it is
    skipped. Somebody without any answer has NaN for mean and error, never the prior's 0.
    A person's score depends on nobody else in the array; raising one answer never lowers it.
    All in logarithms, so that no number of items underflows.
    Raises ValueError for a category the items do not have.
    Source: Bock & Mislevy (1982), Applied Psychological Measurement 6(4), 431-444.
    """
    codes, answered = _codes(categories, items)
    tables = _tables(items, grid)
    log_prior = -0.5 * grid**2
    moments = np.stack([np.ones_like(grid), grid, grid**2], axis=1)
    mean, error = np.empty(len(codes)), np.empty(len(codes))
    for start in range(0, len(codes), _CHUNK):
        rows = slice(start, start + _CHUNK)
        log_posterior = _log_likelihood(codes[rows], tables)
        log_posterior += log_prior
        log_posterior -= log_posterior.max(axis=1, keepdims=True)
        mass, first, second = (np.exp(log_posterior, out=log_posterior) @ moments).T
        mean[rows] = first / mass
        error[rows] = np.sqrt(np.maximum(second / mass - mean[rows] ** 2, 0.0))
    nobody = answered == 0
    mean[nobody] = error[nobody] = np.nan
    return ThetaScores(mean, error, answered)


def theta_range(
    categories: FloatArray, items: GradedItems, *, grid: FloatArray = GRID
) -> ThetaRange:
    """EAP if every blank had been answered in the lowest, and in the highest category.

    ``categories`` (n, J) are in item direction already, so lowest means least of the scale
    whatever an item's sign. With no blank both equal the EAP.
    """
    categories = np.asarray(categories, dtype=np.float64)
    blank = np.isnan(categories)
    low, high = (
        np.where(blank, 0.0, categories),
        np.where(blank, items.n_categories - 1, categories),
    )
    return ThetaRange(eap(low, items, grid=grid).mean, eap(high, items, grid=grid).mean)


def _codes(categories: FloatArray, items: GradedItems) -> tuple[IntArray, IntArray]:
    """Category numbers (n, J) with K for a blank, and how many were answered (n,)."""
    categories = np.asarray(categories, dtype=np.float64)
    if categories.ndim != 2 or categories.shape[1] != items.n_items:
        raise ValueError(f"{categories.shape} answers do not fit {items.n_items} items")
    blank = np.isnan(categories)
    codes = np.where(blank, 0.0, categories)
    impossible = (codes < 0) | (codes >= items.n_categories) | (codes != np.rint(codes))
    if impossible.any():
        person, item = np.argwhere(impossible)[0]
        raise ValueError(
            f"person {person}, item {item}: no category {categories[person, item]:g}, "
            f"they run from 0 to {items.n_categories - 1}"
        )
    codes[blank] = items.n_categories
    return codes.astype(np.int64), (~blank).sum(axis=1)


def _tables(items: GradedItems, grid: FloatArray) -> FloatArray:
    """Log probability of each answer, (J, K + 1, Q); the last row, a blank, adds nothing."""
    tables = category_log_probabilities(items, grid)
    return np.concatenate([tables, np.zeros((len(tables), 1, grid.size))], axis=1)


def _log_likelihood(codes: IntArray, tables: FloatArray) -> FloatArray:
    """Log likelihood (n, Q): one table row added for each answer."""
    total = np.zeros((len(codes), tables.shape[2]))
    addend = np.empty_like(total)
    for table, chosen in zip(tables, np.ascontiguousarray(codes.T), strict=True):
        # "clip" skips a bounds check; the codes are known to be in range.
        np.take(table, chosen, axis=0, out=addend, mode="clip")
        total += addend
    return total
