"""Simulated people who answer most/least blocks by the model."""

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.thurstonian_model import ForcedChoiceItems

FloatArray = NDArray[np.float64]

_CHUNK = 4096


def draw_traits(correlation: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """Draw traits (n, D) of people from N(0, ``correlation``)."""
    root = np.linalg.cholesky(np.asarray(correlation, dtype=np.float64))
    return np.asarray(rng.standard_normal((n, len(root))) @ root.T)


def draw_most_least(
    items: ForcedChoiceItems,
    theta: FloatArray,
    rng: np.random.Generator,
    *,
    cross_loadings: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Draw ``most`` and ``least`` (n, B) of people with traits ``theta`` (n, D).

    Each statement's utility is drawn once; the highest of a block is most, the lowest least.
    ``cross_loadings`` (B, S, D) add to what a statement takes from its own trait.
    """
    weights = items.loadings[:, :, None] * (items.traits[:, :, None] == np.arange(items.n_traits))
    if cross_loadings is not None:
        weights = weights + cross_loadings
    plane = weights.reshape(-1, items.n_traits).T
    most = np.empty((len(theta), items.n_blocks))
    least = np.empty_like(most)
    for start in range(0, len(theta), _CHUNK):
        rows = slice(start, start + _CHUNK)
        utility = (theta[rows] @ plane).reshape(-1, items.n_blocks, items.block_size)
        utility += items.intercepts
        utility += items.unique * rng.standard_normal(utility.shape)
        most[rows], least[rows] = utility.argmax(axis=2), utility.argmin(axis=2)
    return most, least
