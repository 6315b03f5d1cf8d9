"""Statements in forced-choice blocks, and the pairs that "most" and "least" answers compare.

A statement i of trait a has the utility t_i = mu_i + lambda_i eta_a + e_i, e_i ~ N(0, psi_i^2);
in a block a person marks the statement of the highest utility "most" and of the lowest "least".
So i is preferred to l with probability Phi((mu_i - mu_l + lambda_i eta_a - lambda_l eta_b) /
sqrt(psi_i^2 + psi_l^2)). Intercepts belong to statements, not to pairs: free pairwise thresholds
would give impossible orders a positive probability.

Source: Brown & Maydeu-Olivares (2011), Educational and Psychological Measurement 71(3), 460-502.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_SYMMETRY: Final = 1e-8
_LEAST_EIGENVALUE: Final = 1e-8


@dataclass(frozen=True)
class ForcedChoiceItems:
    """Statements in blocks: every array is (B, S), B blocks of S statements.

    ``traits`` the trait a statement measures, numbered from 0 · ``intercepts`` mu ·
    ``loadings`` lambda, negative where a statement is keyed against its trait · ``unique`` psi,
    the SD of what the trait leaves open. Utilities are in any unit common to a block; traits are
    in SD units.
    Raises ValueError when shapes do not fit, a number is missing, an SD is not positive, a block
    has fewer than two statements, or a trait has no statement.
    """

    traits: IntArray
    intercepts: FloatArray
    loadings: FloatArray
    unique: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "traits", checked_traits(self.traits))
        for name in ("intercepts", "loadings", "unique"):
            values = np.asarray(getattr(self, name), dtype=np.float64)
            if values.shape != self.traits.shape or not np.isfinite(values).all():
                raise ValueError(f"{name} must be numbers in the shape {self.traits.shape}")
            object.__setattr__(self, name, values)
        if not (self.unique > 0).all():
            raise ValueError("every unique SD must be positive")

    @property
    def n_blocks(self) -> int:
        """How many blocks, B."""
        return int(self.traits.shape[0])

    @property
    def block_size(self) -> int:
        """How many statements a block has, S."""
        return int(self.traits.shape[1])

    @property
    def n_traits(self) -> int:
        """How many traits, D."""
        return int(self.traits.max()) + 1


@dataclass(frozen=True)
class PairDesign:
    """Every pair of every block as one probit line: intercept (P,) + eta @ slopes.T (P, D).

    P = B S (S - 1) / 2, in the order of ``pairs_of(S)`` inside each block.
    """

    intercepts: FloatArray
    slopes: FloatArray


def checked_traits(traits: IntArray) -> IntArray:
    """Give trait numbers (B, S) as integers, or say what is wrong with them."""
    numbers = np.asarray(traits)
    if numbers.ndim != 2 or numbers.shape[0] < 1 or numbers.shape[1] < 2:
        raise ValueError(f"blocks x at least 2 statements are needed, got {numbers.shape}")
    whole = numbers.astype(np.int64)
    if (whole != numbers).any() or (whole < 0).any():
        raise ValueError("traits must be whole numbers from 0")
    missing = np.setdiff1d(np.arange(whole.max() + 1), whole)
    if missing.size:
        raise ValueError(f"trait {missing[0]} has no statement")
    return whole


def pairs_of(size: int) -> IntArray:
    """Give the pairs (first, second) of a block of ``size``, (size (size - 1) / 2, 2)."""
    return np.array(list(combinations(range(size), 2)), dtype=np.int64)


def pair_design(items: ForcedChoiceItems) -> PairDesign:
    """Lay out all pairs of ``items`` as probit lines."""
    first, second = pairs_of(items.block_size).T
    spread = np.sqrt(items.unique[:, first] ** 2 + items.unique[:, second] ** 2)
    weights = items.loadings[:, :, None] * (items.traits[:, :, None] == np.arange(items.n_traits))
    slopes = (weights[:, first] - weights[:, second]) / spread[:, :, None]
    lines = (items.intercepts[:, first] - items.intercepts[:, second]) / spread
    return PairDesign(lines.ravel(), slopes.reshape(-1, items.n_traits))


def preferences(size: int) -> FloatArray:
    """Say what each answer tells of each pair, (size^2 + 1, pairs): +1 first preferred, -1 second.

    Row most * size + least; the last row is a blank. 0 where the answer does not tell: the pairs
    among the statements between, and everything about a blank.
    """
    first, second = pairs_of(size).T
    table = np.zeros((size * size + 1, len(first)))
    for most in range(size):
        for least in range(size):
            if most != least:
                won = (first == most) | (second == least)
                lost = (second == most) | (first == least)
                table[most * size + least] = won.astype(np.float64) - lost
    return table


def checked_correlation(correlation: FloatArray, n_traits: int) -> FloatArray:
    """Give the correlation matrix of the traits, (D, D), or say why it cannot be one."""
    R = np.asarray(correlation, dtype=np.float64)
    if R.shape != (n_traits, n_traits):
        raise ValueError(f"{n_traits} traits need a {n_traits} x {n_traits} matrix, got {R.shape}")
    if not np.isfinite(R).all():
        raise ValueError("a trait correlation is missing")
    if np.abs(R - R.T).max() > _SYMMETRY or np.abs(np.diag(R) - 1).max() > _SYMMETRY:
        raise ValueError("trait correlations must be symmetric with ones on the diagonal")
    if np.linalg.eigvalsh(R)[0] < _LEAST_EIGENVALUE:
        raise ValueError(
            "the trait correlations contradict each other (the matrix is not positive definite)"
        )
    return R
