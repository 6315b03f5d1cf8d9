"""Calibration of most/least blocks by stochastic EM.

Each cycle draws every person's traits and utilities from their posterior under the parameters so
far (``thurstonian_augmentation``: the exact likelihood of the blocks, not that of pairs), then
moves the parameters to what the completed data show. After a warm-up they are averaged.

Identification, stated: traits have mean 0 and variance 1; every utility has variance 1 over
people, so that a loading is its correlation with its trait and the unique variance is
1 - loading^2; the intercepts of a block have mean 0 (only differences show); the direction of a
trait is that of its keys. Trait correlations show only where statements of opposite keys are
compared: without such blocks they must be given.

Sources: Celeux & Diebolt (1985), Computational Statistics Quarterly 2, 73-82 (stochastic EM);
Nielsen (2000), Bernoulli 6(3), 457-489 (averaging its cycles); Liu & Wu (1999), Journal of the
American Statistical Association 94(448), 1264-1274 (parameter expansion); Bürkner, Schulte &
Holling (2019), Educational and Psychological Measurement 79(5), 827-854 (what equally keyed
blocks cannot tell).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.thurstonian_coding import most_least_codes
from assess.psychometrics.thurstonian_cycles import Parameters, run_cycles, starting_point
from assess.psychometrics.thurstonian_model import (
    ForcedChoiceItems,
    checked_correlation,
    checked_traits,
    pair_design,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_SETTLED_WITHIN: Final = 0.05
_LEAST_MIXING: Final = 0.25
"""How much the blocks must tell of the direction they tell least of, beside the average: of 24
blocks of four, about five must mix both keys evenly."""


@dataclass(frozen=True)
class ThurstonianCalibration:
    """What a calibration found, and how far it may be trusted.

    ``items`` in standardised utilities · ``correlation`` (D, D) of the traits, ``freed`` if it was
    estimated · ``cycles`` run · ``drift`` the largest difference of any loading or correlation
    between the means of the two halves of the cycles kept, ``settled`` if it is under .05 ·
    ``n_persons`` people with an answered block · ``partly`` blocks skipped because only one mark
    was made.
    """

    items: ForcedChoiceItems
    correlation: FloatArray
    freed: bool
    cycles: int
    drift: float
    settled: bool
    n_persons: int
    partly: int


def calibrate_most_least(
    most: FloatArray,
    least: FloatArray,
    traits: IntArray,
    keys: FloatArray,
    *,
    seed: int,
    correlation: FloatArray | None = None,
    warm_up: int = 80,
    cycles: int = 160,
) -> ThurstonianCalibration:
    """Estimate intercepts, loadings and, unless ``correlation`` is given, trait correlations.

    ``most`` and ``least`` (n, B) are positions 0..S-1, NaN where unmarked; ``traits`` and ``keys``
    (B, S) say what each statement measures, numbered from 0, and in which direction, +1 or -1.
    The first ``warm_up`` of ``cycles`` are not averaged. The same ``seed`` gives the same result.
    Raises ValueError for blocks of fewer than three statements, keys other than +1 and -1, a
    statement everybody places alike, a correlation matrix that is none, and when correlations
    are to be estimated from blocks whose statements are (nearly) all keyed alike.
    """
    traits, keys = checked_traits(traits), np.asarray(keys, dtype=np.float64)
    _refuse_design(traits, keys, warm_up, cycles)
    if correlation is None:
        _refuse_unidentified(traits, keys)
    else:
        correlation = checked_correlation(correlation, int(traits.max()) + 1)
    coded = most_least_codes(most, least, *traits.shape)
    own = coded.answered > 0
    codes = coded.codes[own]
    _refuse_constant(codes, traits.shape[1])
    start = starting_point(np.asarray(most)[own], np.asarray(least)[own], traits, keys, correlation)
    rng = np.random.default_rng(seed)
    history = run_cycles(codes, traits, start, rng, cycles, freed=correlation is None)
    kept = history[warm_up:]
    found, drift = _averaged(kept), _drift(kept)
    return ThurstonianCalibration(
        items=found.items(traits),
        correlation=found.correlation if correlation is None else correlation,
        freed=correlation is None,
        cycles=cycles,
        drift=drift,
        settled=drift < _SETTLED_WITHIN,
        n_persons=int(own.sum()),
        partly=int(coded.partly.sum()),
    )


def _refuse_design(traits: IntArray, keys: FloatArray, warm_up: int, cycles: int) -> None:
    """Refuse what cannot be calibrated whatever the answers."""
    if traits.shape[1] < 3:
        raise ValueError("a calibration needs blocks of at least three statements")
    if keys.shape != traits.shape or not np.isin(keys, (-1, 1)).all():
        raise ValueError(f"keys must be +1 or -1 in the shape {traits.shape}")
    if not 0 <= warm_up <= cycles - 2:
        raise ValueError(f"{cycles} cycles leave fewer than two after a warm-up of {warm_up}")


def _refuse_unidentified(traits: IntArray, keys: FloatArray) -> None:
    """Refuse to estimate correlations where (nearly) no statements of opposite keys meet."""
    ones = np.ones(keys.shape)
    slopes = pair_design(ForcedChoiceItems(traits, 0 * ones, keys, ones)).slopes
    told = np.linalg.eigvalsh(slopes.T @ slopes)
    if told[0] < _LEAST_MIXING * told.mean():
        raise ValueError(
            "the trait correlations cannot be estimated from these blocks: (nearly) every block "
            "compares statements keyed in the same direction (or would, with whole traits turned "
            "round), so the answers say which trait of a person is stronger than another but not "
            "how strong they all are; give the correlations from rating scales, or key about half "
            "the statements of each trait negatively"
        )


def _refuse_constant(codes: NDArray[np.int16], size: int) -> None:
    """Refuse a block without answers, and a statement everybody gives the same place."""
    for block, column in enumerate(codes.T):
        answers = column[column < size * size]
        if not answers.size:
            raise ValueError(f"block {block}: nobody answered it")
        for statement in range(size):
            place = (answers // size == statement) * 1 - (answers % size == statement)
            if (place == place[0]).all():
                word = {1: "most", -1: "least", 0: "between"}[int(place[0])]
                raise ValueError(
                    f"block {block}, statement {statement}: everybody places it {word}, so the "
                    "answers set no bound to its intercept"
                )


def _averaged(kept: Sequence[Parameters]) -> Parameters:
    """Give the mean of the parameters of some cycles; a block's intercepts have mean 0 again."""
    return Parameters(
        np.mean([one.loadings for one in kept], axis=0),
        np.mean([one.intercepts for one in kept], axis=0),
        np.mean([one.correlation for one in kept], axis=0),
    )


def _drift(kept: Sequence[Parameters]) -> float:
    """Compare the two halves of the cycles kept."""
    first, second = _averaged(kept[: len(kept) // 2]), _averaged(kept[len(kept) // 2 :])
    return float(
        max(
            np.abs(first.loadings - second.loadings).max(),
            np.abs(first.correlation - second.correlation).max(),
        )
    )
