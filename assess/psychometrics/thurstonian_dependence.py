"""How much the pairs of a block repeat each other, and the pair weight that follows from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.thurstonian_coding import most_least_codes
from assess.psychometrics.thurstonian_mills import inverse_mills
from assess.psychometrics.thurstonian_model import (
    ForcedChoiceItems,
    checked_correlation,
    pair_design,
    preferences,
)
from assess.psychometrics.thurstonian_simulation import draw_most_least, draw_traits

FloatArray = NDArray[np.float64]

_PEOPLE = 4_000


@dataclass(frozen=True)
class BlockDependence:
    """Information about the traits in all blocks together, averaged over people.

    ``claimed`` (D, D) what the pairs' likelihood claims when they are taken as independent: its
    expected curvature · ``variance`` (D, D) of its slope, from the covariance of the pairs inside
    each block; the two are equal where pairs are independent · ``weight`` by which the pairs'
    likelihood claims what it has, on the average over the directions of the traits.
    """

    claimed: FloatArray
    variance: FloatArray
    weight: float


def block_dependence(
    items: ForcedChoiceItems, correlation: FloatArray, *, seed: int, people: int = _PEOPLE
) -> BlockDependence:
    """Simulate ``people`` from the model and compare the pairs' curvature H and variance J.

    weight = trace(H J^-1) / D, which makes the weighted curvature w H agree with the sandwich
    information H J^-1 H. Near .7 for blocks of four standardised statements.
    Raises ValueError for a correlation matrix that is none, and for a design in which the
    answers say nothing at all of some direction of the traits.
    Source: Varin, Reid & Firth (2011), Statistica Sinica 21(1), 5-42, section 2.3.
    """
    R = checked_correlation(correlation, items.n_traits)
    rng = np.random.default_rng(seed)
    theta = draw_traits(R, people, rng)
    coded = most_least_codes(*draw_most_least(items, theta, rng), items.n_blocks, items.block_size)
    signs = preferences(items.block_size)[coded.codes].reshape(people, -1)
    design = pair_design(items)
    lines = signs * (design.intercepts + theta @ design.slopes.T)
    score = inverse_mills(lines)
    curvature = (score * (lines + score) * signs**2).mean(axis=0)
    claimed = (design.slopes * curvature[:, None]).T @ design.slopes
    by_block = (people, items.n_blocks, -1)
    slopes = design.slopes.reshape(items.n_blocks, -1, items.n_traits)
    scores = np.einsum("nbp,bpd->bnd", (score * signs).reshape(by_block), slopes, optimize=True)
    variance = np.einsum("bnd,bne->de", scores, scores, optimize=True) / people
    if np.linalg.cond(variance) > 1e10:
        raise ValueError("the blocks say nothing of some combination of the traits")
    weight = float(np.trace(claimed @ np.linalg.inv(variance))) / items.n_traits
    return BlockDependence(claimed, variance, weight)
