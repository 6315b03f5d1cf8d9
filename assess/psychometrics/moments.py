"""Counts, sums and cross-products of item points: what reliability needs of a file of any length.

Two sets are kept side by side: of the persons who answered every item (complete), and of every
pair of items over the persons who answered both (pairwise).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ItemMoments:
    """Sums over persons, of points less ``centre`` (k,), which keeps the sums small and exact.

    ``persons`` seen · ``complete`` persons without a blank, their ``total`` (k,) and ``products``
    (k, k) · ``pair_count``, ``pair_total`` and ``pair_products`` (k, k): of persons who answered
    items i and j, how many, the sum of item i, the sum of i times j. Persons ``answering`` at
    least one item, the sum and sum of squares of the means of what they answered, less the mean
    of the centre: ``average_total`` and ``average_squares``.
    """

    centre: FloatArray
    persons: int
    complete: int
    total: FloatArray
    products: FloatArray
    pair_count: FloatArray
    pair_total: FloatArray
    pair_products: FloatArray
    answering: int
    average_total: float
    average_squares: float

    def __add__(self, other: "ItemMoments") -> "ItemMoments":
        """Join the moments of two groups of persons that share a centre."""
        if not np.array_equal(self.centre, other.centre):
            raise ValueError("moments about different centres cannot be added")
        return ItemMoments(
            self.centre,
            self.persons + other.persons,
            self.complete + other.complete,
            self.total + other.total,
            self.products + other.products,
            self.pair_count + other.pair_count,
            self.pair_total + other.pair_total,
            self.pair_products + other.pair_products,
            self.answering + other.answering,
            self.average_total + other.average_total,
            self.average_squares + other.average_squares,
        )

    @property
    def mean(self) -> FloatArray:
        """The items' means (k,) over the complete persons; ValueError when there are none."""
        if self.complete == 0:
            raise ValueError("nobody answered every item")
        return self.centre + self.total / self.complete

    def averages(self) -> tuple[float, float]:
        """Give mean and SD of the persons' means over the items each answered.

        Raises ValueError when fewer than two persons answered anything.
        """
        n = self.answering
        if n < 2:
            raise ValueError(f"an SD needs 2+ persons who answered anything, got {n}")
        mean = self.average_total / n
        variance = max((self.average_squares - n * mean**2) / (n - 1), 0.0)
        return float(self.centre.mean()) + mean, float(np.sqrt(variance))

    def covariance(self) -> FloatArray:
        """Give the covariances (k, k) of the complete persons, divided by their number less 1.

        Raises ValueError when fewer than two persons are complete.
        """
        if self.complete < 2:
            raise ValueError(f"covariances need 2+ persons without a blank, got {self.complete}")
        mean = self.total / self.complete
        return np.asarray(
            (self.products - self.complete * np.outer(mean, mean)) / (self.complete - 1)
        )

    def pairwise_covariance(self) -> FloatArray:
        """Give the covariance (k, k) of each pair over the persons who answered both.

        Such a matrix need not be positive definite.
        Raises ValueError when a pair of items was answered together by fewer than two persons.
        """
        least = self.pair_count.min()
        if least < 2:
            raise ValueError(f"a pair of items was answered together by {least:g} persons only")
        crossed = self.pair_total * self.pair_total.T / self.pair_count
        return np.asarray((self.pair_products - crossed) / (self.pair_count - 1))


def item_moments(points: FloatArray, centre: FloatArray | None = None) -> ItemMoments:
    """Sum up ``points`` (n, k) of item points, NaN missing.

    ``centre`` (k,) is any constant near the items' means; 0 by default. Moments of several
    chunks of one file add up when they share it.
    Raises ValueError when the points are no matrix or the centre does not fit.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2:
        raise ValueError(f"points must be persons x items, got {points.shape}")
    centre = np.zeros(points.shape[1]) if centre is None else np.asarray(centre, np.float64)
    if centre.shape != (points.shape[1],):
        raise ValueError(f"centre {centre.shape} does not fit {points.shape[1]} items")
    answered = ~np.isnan(points)
    moved = np.where(answered, points - centre, 0.0)
    whole = moved[answered.all(axis=1)]
    seen = answered.astype(np.float64)
    some = answered.any(axis=1)
    summed = np.where(answered, points, 0.0)[some].sum(axis=1)
    average = summed / answered[some].sum(axis=1) - centre.mean()
    return ItemMoments(
        centre,
        len(points),
        len(whole),
        whole.sum(axis=0),
        whole.T @ whole,
        seen.T @ seen,
        moved.T @ seen,
        moved.T @ moved,
        len(average),
        float(average.sum()),
        float(average @ average),
    )


def correlation(covariance: FloatArray) -> FloatArray:
    """Give the correlations (k, k) of a covariance matrix.

    Raises ValueError when the matrix is not square and symmetric or an item does not vary.
    """
    covariance = np.asarray(covariance, dtype=np.float64)
    if covariance.ndim != 2 or covariance.shape[0] != covariance.shape[1]:
        raise ValueError(f"a covariance matrix is square, got {covariance.shape}")
    if not np.allclose(covariance, covariance.T, rtol=1e-9, atol=1e-12):
        raise ValueError("a covariance matrix is symmetric")
    variance = np.diag(covariance)
    flat = np.flatnonzero(~(variance > 0))
    if flat.size:
        raise ValueError(f"item {flat[0]} does not vary")
    spread = np.sqrt(variance)
    found = covariance / np.outer(spread, spread)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def require_positive_definite(matrix: FloatArray, what: str) -> None:
    """Raise ValueError, naming ``what``, unless the symmetric ``matrix`` is positive definite."""
    smallest = float(np.linalg.eigvalsh(matrix)[0])
    if not smallest > np.finfo(np.float64).eps * len(matrix):
        raise ValueError(f"{what} is not positive definite (smallest eigenvalue {smallest:.3g})")
