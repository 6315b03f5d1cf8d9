"""Has a contact mix really moved? A test, an effect size, and a verdict that needs both."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

FloatArray = NDArray[np.float64]

LEAST_EFFECT: Final = 0.1
"""Cramér's V below which a mix has not moved, however sure the test is (Cohen 1988: small)."""

CHANCE: Final = 0.01
LEAST_CONTACTS: Final = 100
LEAST_EXPECTED: Final = 5.0


@dataclass(frozen=True)
class Drift:
    """How far two mixes differ: ``moved`` needs a sure test and a difference worth acting on.

    ``chi_square`` with ``freedom`` degrees and its ``p``; ``effect`` is Cramér's V of the two
    mixes at equal size, 0 (the same) to 1 (no call driver in common). ``enough`` is false when
    either has fewer than a hundred contacts: then nothing is said to have moved.
    """

    chi_square: float
    freedom: int
    p: float
    effect: float
    enough: bool

    @property
    def moved(self) -> bool:
        """Say whether the mix has really moved."""
        return self.enough and self.p < CHANCE and self.effect >= LEAST_EFFECT


def drift(before: FloatArray, after: FloatArray) -> Drift:
    """Compare the contacts counted under each call driver before (D,) and after (D,).

    Pearson's test of two samples; drivers of which fewer than five contacts are expected in
    either sample are pooled. The effect is ``sqrt(sum((p - q)^2 / (p + q)) / 2)`` of the shares
    p and q: Cramér's V as if both samples were equally large, so that it depends on the mixes
    and not on how many contacts were counted.

    Raises ValueError for shapes that disagree, negative counts or an empty sample.
    """
    before, after = np.asarray(before, np.float64), np.asarray(after, np.float64)
    if before.shape != after.shape or before.ndim != 1:
        raise ValueError(f"the counts have shapes {before.shape} and {after.shape}")
    if not ((before >= 0).all() and (after >= 0).all() and before.sum() > 0 < after.sum()):
        raise ValueError("counts must be 0 or more, and each sample must hold contacts")
    p, q = before / before.sum(), after / after.sum()
    present = (p + q) > 0
    effect = float(np.sqrt(((p - q)[present] ** 2 / (p + q)[present]).sum() / 2))
    table = _pooled(np.stack((before, after)))
    expected = _expected(table)
    chi_square = float(((table - expected) ** 2 / expected).sum())
    freedom = table.shape[1] - 1
    return Drift(
        chi_square=chi_square,
        freedom=freedom,
        p=float(chdtrc(freedom, chi_square)) if freedom else 1.0,
        effect=effect,
        enough=bool(min(before.sum(), after.sum()) >= LEAST_CONTACTS),
    )


def _pooled(table: FloatArray) -> FloatArray:
    """Give the table (2, K) with its thin columns in one; an empty column goes."""
    table = table[:, table.sum(axis=0) > 0]
    thin = (_expected(table) < LEAST_EXPECTED).any(axis=0)
    if thin.sum() < 2:
        return table
    return np.column_stack((table[:, ~thin], table[:, thin].sum(axis=1)))


def _expected(table: FloatArray) -> FloatArray:
    expected: FloatArray = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return expected
