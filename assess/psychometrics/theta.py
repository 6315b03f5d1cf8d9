"""A person's theta: expected a posteriori (EAP) under N(0, 1), with the posterior SD as error."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.irt import GRID, GradedItems, category_log_probabilities

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CHUNK: Final = 1024
"""People scored at once: 1024 x 61 doubles stay in the cache, and memory stays bounded."""
_TABLE_BYTES: Final = 4 << 20
"""Items share lookup tables as long as all of them together stay near the processor."""
_TABLE_ROWS: Final = 1300
_SAFE: Final = -600.0
"""Logarithms from here up to 0 neither underflow nor overflow when their exponential is taken."""


@dataclass(frozen=True)
class ThetaScores:
    """Theta ``mean`` and its ``error`` (SD), (n,) in SD units; items ``answered`` (n,).

    From ``eap`` they are the posterior's mean and SD, from ``theta_mode.posterior_mode`` its mode
    and the SD of the normal curve that touches it there. NaN where nothing was answered.
    """

    mean: FloatArray
    error: FloatArray
    answered: IntArray

    @property
    def flags(self) -> tuple[tuple[str, ...], ...]:
        """Give each person's flags: no-answers, where there is nothing to score."""
        return tuple(("no-answers",) if count == 0 else () for count in self.answered.tolist())


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
    All in logarithms, so that no number of items underflows; beyond the answers and the scores
    memory does not grow with n.
    Raises ValueError for a category the items do not have.
    Source: Bock & Mislevy (1982), Applied Psychological Measurement 6(4), 431-444.
    """
    categories = np.asarray(categories, dtype=np.float64)
    tables, log_prior = _single_tables(items, grid), -0.5 * grid**2
    keeps_above = (tables.min(axis=1).sum(axis=0) + log_prior).max()
    shared, radix = _shared_tables(tables)
    shared[0] = shared[0] + log_prior
    moments = np.stack([np.ones_like(grid), grid, grid**2], axis=1)
    mean, error = np.empty(len(categories)), np.empty(len(categories))
    answered = np.empty(len(categories), dtype=np.int64)
    for rows, codes in coded(categories, items):
        log_posterior = _log_posterior(codes @ radix, shared)
        # Whoever answers whatever: on a test short enough some node stays far from underflow.
        if keeps_above < _SAFE:
            log_posterior -= log_posterior.max(axis=1, keepdims=True)
        mass, first, second = (np.exp(log_posterior, out=log_posterior) @ moments).T
        mean[rows] = first / mass
        error[rows] = np.sqrt(np.maximum(second / mass - mean[rows] ** 2, 0.0))
        answered[rows] = np.count_nonzero(codes < items.n_categories, axis=1)
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


def coded(categories: FloatArray, items: GradedItems) -> Iterator[tuple[slice, FloatArray]]:
    """Give people some at a time: which rows, and their categories (m, J), K for a blank.

    ``categories`` (n, J) are 0..K-1, NaN missing. Raises ValueError for another number of items
    and for a category the items do not have.
    """
    categories = np.asarray(categories, dtype=np.float64)
    if categories.ndim != 2 or categories.shape[1] != items.n_items:
        raise ValueError(f"{categories.shape} answers do not fit {items.n_items} items")
    highest = items.n_categories - 1
    for start in range(0, len(categories), _CHUNK):
        answers = categories[start : start + _CHUNK]
        known = ~np.isnan(answers)
        possible = (answers >= 0) & (answers <= highest) & (answers == np.rint(answers))
        if not np.array_equal(known, possible):
            person, item = np.argwhere(known != possible)[0]
            raise ValueError(
                f"person {start + person}, item {item}: no category {answers[person, item]:g}, "
                f"they run from 0 to {highest}"
            )
        yield slice(start, start + len(answers)), np.where(known, answers, highest + 1)


def _single_tables(items: GradedItems, grid: FloatArray) -> FloatArray:
    """Log probability of each answer, (J, K + 1, Q); the last row, a blank, adds nothing."""
    logs = category_log_probabilities(items, grid)
    return np.concatenate([logs, np.zeros((len(logs), 1, grid.size))], axis=1)


def _shared_tables(tables: FloatArray) -> tuple[list[FloatArray], FloatArray]:
    """Put a few items in each table, (rows, Q), so that fewer have to be added.

    With them the matrix (J, tables) that turns categories into row numbers: an item's category
    is a digit of its table's row number, to base K + 1. How many items share a table depends on
    the items alone, never on who answered.
    """
    n_items, n_rows, _ = tables.shape
    size = 1
    while size < n_items and n_rows ** (size + 1) <= _TABLE_ROWS:
        n_tables = -(-n_items // (size + 1))
        if n_tables * n_rows ** (size + 1) * tables[0, 0].nbytes > _TABLE_BYTES:
            break
        size += 1
    shared, starts = [], range(0, n_items, size)
    radix = np.zeros((n_items, len(starts)))
    for place, start in enumerate(starts):
        joint = tables[start]
        for table in tables[start + 1 : start + size]:
            joint = (joint[:, None] + table).reshape(-1, tables.shape[2])
        own = min(size, n_items - start)
        radix[start : start + own, place] = float(n_rows) ** np.arange(own - 1, -1, -1)
        shared.append(joint)
    return shared, radix


def _log_posterior(numbers: FloatArray, shared: list[FloatArray]) -> FloatArray:
    """Log posterior (m, Q) up to a constant: of each table the row of that number, added."""
    columns = np.ascontiguousarray(numbers.T).astype(np.int64)
    total = np.empty((len(numbers), shared[0].shape[1]))
    addend = np.empty_like(total)
    for place, (table, chosen) in enumerate(zip(shared, columns, strict=True)):
        # "clip" skips a bounds check; the numbers are known to be in range.
        np.take(table, chosen, axis=0, out=addend if place else total, mode="clip")
        if place:
            total += addend
    return total
