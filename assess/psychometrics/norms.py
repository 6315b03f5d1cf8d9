"""Norm tables: from a score to T, sten and percentile of a frozen reference group.

The sample decides what may be said (``norm_tier``): under 30 people nothing, under 200 three wide
bands, from 200 a percentile, from 400 comparisons of subgroups. Norms are never made by sex or
race, and never mix applicants with incumbents.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_PEOPLE: Final = 30
LEAST_FOR_PERCENTILES: Final = 200
LEAST_FOR_SUBGROUPS: Final = 400
BANDS: Final = ("lowest quarter", "middle half", "highest quarter")
MOMENTS: Final = 4


class NormTier(Enum):
    """What a norm group of some size allows to be said."""

    NONE = "none"
    PROVISIONAL = "provisional"
    PERCENTILES = "percentiles"
    SUBGROUPS = "subgroups"


def norm_tier(people: int) -> NormTier:
    """Give the tier of a norm group of so many ``people``.

    Raises ValueError for a negative number. Source: the 200 follows EFPA's review model for
    tests, which rates smaller norm groups as inadequate.
    """
    if people < 0:
        raise ValueError(f"no group has {people} people")
    if people < LEAST_PEOPLE:
        return NormTier.NONE
    if people < LEAST_FOR_PERCENTILES:
        return NormTier.PROVISIONAL
    if people < LEAST_FOR_SUBGROUPS:
        return NormTier.PERCENTILES
    return NormTier.SUBGROUPS


@dataclass(frozen=True)
class NormTable:
    """A frozen norm: for each possible score, ascending ``scores`` (m,), what it stands for.

    ``share`` (m,) of the smoothed distribution, summing to 1 · ``percentile`` (m,) 0..100, the
    share below plus half the share at the score; NaN in the provisional tier · ``t`` (m,) linear,
    50 + 10 z · ``t_normal`` (m,) by area, what T would be were the scores normal · ``sten`` (m,)
    1..10 from z · ``band`` (m,) 0..2, into BANDS. ``people``, ``mean``, ``sd`` of the raw sample.
    """

    scores: FloatArray
    share: FloatArray
    percentile: FloatArray
    t: FloatArray
    t_normal: FloatArray
    sten: IntArray
    band: IntArray
    people: int
    mean: float
    sd: float
    moments: int
    tier: NormTier


@dataclass(frozen=True)
class NormedScores:
    """Scores of n people against a norm table, each (n,); NaN where there is no score.

    ``sten`` and ``band`` are floats so that they can be missing; ``outside`` says that a score
    lies beyond the table and was given its end's percentile and band.
    """

    t: FloatArray
    t_normal: FloatArray
    sten: FloatArray
    percentile: FloatArray
    band: FloatArray
    outside: NDArray[np.bool_]


def norm_table(observed: FloatArray, scores: FloatArray, *, moments: int = MOMENTS) -> NormTable:
    """Make a norm from a sample's ``observed`` (n,) on the possible ``scores`` (m,), ascending.

    Each observed score counts at the nearest possible one (so that theta can be normed on a
    grid). The frequencies are smoothed by a log-linear model that keeps the first ``moments``
    moments (2 gives a discrete normal, 4 also skewness and kurtosis); ``moments`` 0 smooths
    nothing. Missing scores (NaN) are left out.
    Raises ValueError for under 30 people, scores that do not vary or do not ascend, an observed
    score further than a step outside them, or a model that does not settle.
    Source: Holland & Thayer (2000), J. Educational & Behavioral Statistics 25(2), 133-183.
    """
    observed = np.asarray(observed, dtype=np.float64)
    observed = observed[~np.isnan(observed)]
    scores = np.asarray(scores, dtype=np.float64)
    tier = norm_tier(observed.size)
    if tier is NormTier.NONE:
        raise ValueError(f"a norm needs {LEAST_PEOPLE}+ people, got {observed.size}")
    if not np.ptp(observed) > 0:
        raise ValueError("a norm needs scores that vary")
    counts = _counts(observed, scores)
    share = _smoothed(counts, scores, moments)
    below = np.cumsum(share) - share
    half_way = below + share / 2
    mean, sd = float(observed.mean()), float(observed.std(ddof=1))
    standard = (scores - mean) / sd
    provisional = tier is NormTier.PROVISIONAL
    return NormTable(
        scores=scores,
        share=share,
        percentile=np.full(len(scores), np.nan) if provisional else 100 * half_way,
        t=t_scores(standard),
        t_normal=50 + 10 * ndtri(np.clip(half_way, 1e-6, 1 - 1e-6)),
        sten=stens(standard).astype(np.int64),
        band=np.digitize(half_way, (0.25, 0.75)).astype(np.int64),
        people=observed.size,
        mean=mean,
        sd=sd,
        moments=moments,
        tier=tier,
    )


def look_up(table: NormTable, observed: FloatArray) -> NormedScores:
    """Read ``observed`` (n,) off a norm ``table``, NaN staying NaN.

    T and sten come from the score itself; percentile, band and normalised T from the nearest
    possible score. Somebody's reading depends on the table alone, never on the batch.
    """
    observed = np.asarray(observed, dtype=np.float64)
    missing = np.isnan(observed)
    at = _nearest(np.where(missing, table.scores[0], observed), table.scores)
    standard = (observed - table.mean) / table.sd

    def read(column: NDArray[np.float64] | NDArray[np.int64]) -> FloatArray:
        return np.where(missing, np.nan, column[at].astype(np.float64))

    return NormedScores(
        t=t_scores(standard),
        t_normal=read(table.t_normal),
        sten=stens(standard),
        percentile=read(table.percentile),
        band=read(table.band),
        outside=~missing & ((observed < table.scores[0]) | (observed > table.scores[-1])),
    )


def t_scores(standard: FloatArray) -> FloatArray:
    """T-scores, 50 + 10 z, of standard scores of any shape; NaN stays NaN."""
    return 50.0 + 10.0 * np.asarray(standard, dtype=np.float64)


def stens(standard: FloatArray) -> FloatArray:
    """Stens 1..10 of standard scores of any shape, NaN staying NaN.

    Each sten is half an SD wide; the mean is the border of 5 and 6 and belongs to 6.
    Source: Canfield (1951), J. Applied Psychology 35(5); as Cattell's 16PF manuals use it.
    """
    standard = np.asarray(standard, dtype=np.float64)
    return np.asarray(np.clip(np.floor(2 * standard) + 6, 1, 10))


def normal_percentile(standard: FloatArray) -> FloatArray:
    """Percentiles 0..100 that standard scores of any shape would have in a normal group."""
    return np.asarray(100.0 * ndtr(np.asarray(standard, dtype=np.float64)))


def _counts(observed: FloatArray, scores: FloatArray) -> FloatArray:
    if scores.ndim != 1 or scores.size < 3 or not (np.diff(scores) > 0).all():
        raise ValueError("the possible scores are 3 or more and ascend")
    first, last = scores[1] - scores[0], scores[-1] - scores[-2]
    outside = (observed < scores[0] - first) | (observed > scores[-1] + last)
    if outside.any():
        raise ValueError(f"{observed[outside][0]:g} lies outside the possible scores")
    return np.bincount(_nearest(observed, scores), minlength=scores.size).astype(np.float64)


def _nearest(observed: FloatArray, scores: FloatArray) -> IntArray:
    """Index of the nearest of the ascending ``scores``; half-way goes up."""
    return np.digitize(observed, (scores[:-1] + scores[1:]) / 2).astype(np.int64)


def _smoothed(counts: FloatArray, scores: FloatArray, moments: int) -> FloatArray:
    """Shares (m,) of a log-linear polynomial model fitted by Newton's method."""
    n = counts.sum()
    if moments == 0:
        return np.asarray(counts / n)
    if not 2 <= moments < min(10, scores.size):
        raise ValueError(f"smoothing keeps 2 to 9 moments, fewer than scores, got {moments}")
    unit = 2 * (scores - scores[0]) / np.ptp(scores) - 1
    design = np.polynomial.legendre.legvander(unit, moments)[:, 1:]
    target, beta = design.T @ counts / n, np.zeros(moments)
    value, share = _log_linear(design, target, beta)
    for _ in range(200):
        gradient = target - design.T @ share
        if np.abs(gradient).max() < 1e-12:
            return share
        centred = design - design.T @ share
        step = np.linalg.lstsq((centred * share[:, None]).T @ centred, gradient, rcond=None)[0]
        for halving in range(40):
            moved = beta + step / 2**halving
            new_value, new_share = _log_linear(design, target, moved)
            if new_value >= value - 1e-15:
                break
        if np.abs(moved - beta).max() < 1e-13:
            return new_share
        beta, value, share = moved, new_value, new_share
    raise ValueError(f"smoothing to {moments} moments did not settle; keep fewer")


def _log_linear(
    design: FloatArray, target: FloatArray, beta: FloatArray
) -> tuple[float, FloatArray]:
    """Mean log-likelihood and shares of the model exp(design beta), normalised."""
    log_share = design @ beta
    top = log_share.max()
    norm = top + np.log(np.exp(log_share - top).sum())
    return float(target @ beta - norm), np.exp(log_share - norm)
