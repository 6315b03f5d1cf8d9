"""Small symmetric systems, one for each of many people, solved together.

A matrix is packed by its lower triangle, row by row: (D (D + 1) / 2, n). LAPACK's batched solver
takes a microsecond for each matrix; here every step is one operation on all people.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Factor = list[list[FloatArray]]


def cholesky(packed: FloatArray, size: int) -> Factor:
    """Factor positive definite matrices (T, n): rows of L, its diagonal inverted."""
    rows: Factor = []
    position = 0
    for i in range(size):
        row: list[FloatArray] = []
        for j in range(i + 1):
            value = packed[position].copy()
            position += 1
            for k in range(j):
                value -= row[k] * (row if j == i else rows[j])[k]
            row.append(1.0 / np.sqrt(value) if j == i else value * rows[j][j])
        rows.append(row)
    return rows


def solved(factor: Factor, right: FloatArray) -> FloatArray:
    """Solve L L' x = ``right`` (D, n) for each person."""
    size = len(factor)
    x = right.copy()
    for i in range(size):
        for k in range(i):
            x[i] -= factor[i][k] * x[k]
        x[i] *= factor[i][i]
    for i in reversed(range(size)):
        for k in range(i + 1, size):
            x[i] -= factor[k][i] * x[k]
        x[i] *= factor[i][i]
    return x


def inverted(factor: Factor) -> FloatArray:
    """Invert L L' for each person, (n, D, D)."""
    size, people = len(factor), factor[0][0].size
    inverse = np.empty((people, size, size))
    for column in range(size):
        unit = np.zeros((size, people))
        unit[column] = 1.0
        inverse[:, :, column] = solved(factor, unit).T
    return inverse
