"""Utilities behind most/least answers, drawn given the traits: the answers' exact likelihood.

The statement marked most has the highest utility of its block, the one marked least the lowest;
nothing else is known. A draw goes round the statements of a block, each from its normal
distribution cut off at its neighbours (Gibbs sampling), so no likelihood of pairs is needed.

Sources: Albert & Chib (1993), Journal of the American Statistical Association 88(422), 669-679;
Yao & Böckenholt (1999), British Journal of Mathematical and Statistical Psychology 52(1), 79-92.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_TINY: Final = 1e-300
"""ndtri of it is -37: a bound farther out holds the draw itself."""


@dataclass(frozen=True)
class Roles:
    """Which statement plays which role in a block: most first, least second, then the others.

    ``statement`` (S, n, B) its number in 0..B S - 1 · ``cell`` (S, n, B) the same in the flat
    array of n x B S utilities · ``blank`` (n, B) blocks without an answer, where order is free.
    """

    statement: IntArray
    cell: IntArray
    blank: BoolArray


def roles_of(codes: NDArray[np.int16], size: int) -> Roles:
    """Turn answer codes (n, B) into roles; see ``thurstonian_coding`` for the codes."""
    table = np.tile(np.arange(size), (size * size + 1, 1))
    for code in range(size * size):
        marked = [code // size, code % size]
        table[code, :2] = marked
        if marked[0] != marked[1]:
            table[code, 2:] = [one for one in range(size) if one not in marked]
    n, n_blocks = codes.shape
    position = np.moveaxis(table[codes], 2, 0)
    statement = np.ascontiguousarray(position + size * np.arange(n_blocks))
    cell = statement + (size * n_blocks * np.arange(n))[:, None]
    return Roles(statement, cell, codes == size * size)


def starting_utilities(roles: Roles) -> FloatArray:
    """Give utilities (S, n, B) in the order of the roles: 1 most, -1 least, 0 between."""
    utilities = np.zeros(roles.statement.shape)
    utilities[0], utilities[1] = 1.0, -1.0
    return utilities


def draw_utilities(
    utilities: FloatArray,
    means: FloatArray,
    spreads: FloatArray,
    roles: Roles,
    rng: np.random.Generator,
) -> None:
    """Replace ``utilities`` (S, n, B), in roles' order, by a round of draws around ``means``.

    ``means`` and ``spreads`` (S, n, B) are those of the statements given the traits.
    """
    between = utilities[2:]
    highest = between.max(axis=0) if len(between) else utilities[1]
    utilities[0] = -_below(-means[0], spreads[0], -highest, rng)
    lowest = between.min(axis=0) if len(between) else utilities[0]
    utilities[1] = _below(means[1], spreads[1], lowest, rng)
    for one, mean, spread in zip(between, means[2:], spreads[2:], strict=True):
        one[:] = _within(mean, spread, utilities[1], utilities[0], rng)
    free = roles.blank
    if free.any():
        noise = rng.standard_normal((len(utilities), int(free.sum())))
        utilities[:, free] = means[:, free] + spreads[:, free] * noise


def _below(
    mean: FloatArray, spread: FloatArray, high: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Draw from N(mean, spread^2) below ``high``."""
    bound = (high - mean) / spread
    z = ndtri(np.maximum(rng.random(bound.shape) * ndtr(bound), _TINY))
    return np.asarray(mean + spread * np.minimum(z, bound))


def _within(
    mean: FloatArray,
    spread: FloatArray,
    low: FloatArray,
    high: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Draw from N(mean, spread^2) between ``low`` and ``high``.

    An interval in the upper tail is mirrored into the lower, where probabilities near 0 keep
    their digits and those near 1 would not.
    """
    below, above = (low - mean) / spread, (high - mean) / spread
    side = np.where(below + above > 0, -1.0, 1.0)
    first = np.minimum(side * below, side * above)
    last = np.maximum(side * below, side * above)
    start = ndtr(first)
    reached = start + rng.random(start.shape) * (ndtr(last) - start)
    z = np.clip(ndtri(np.maximum(reached, _TINY)), first, last)
    return np.asarray(mean + spread * side * z)
