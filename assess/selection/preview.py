"""What new weights would do to a ranking: who gets and who loses a seat, and how surely.

Everything here is conditional on the pool it is shown on, by definition; the fits and their
errors are those of the ranking itself. A seat changes where somebody is among the first
``seats`` under one set of weights only; equal fits share the better rank, so a tie at the cut
seats everyone in it, and the order in which people come changes nothing.

**Beyond error.** Let v = w / sd_ref be the weights in shown units, v0 before and v1 after, and
S_i the error covariance of person i's competencies. Errors of two people are independent, those
of one person's two fits are not: they come from the same answers. So, for i who moves in and j
whom i displaces:

* under the new weights i leads j by v1'(m_i - m_j), with error variance v1'(S_i + S_j) v1;
* the change has moved i against j by (v1 - v0)'(m_i - m_j), with error variance
  (v1 - v0)'(S_i + S_j)(v1 - v0): what both fits share cancels.

The move is shifted when the second is above 0 with P >= .95: it is the change of weights that
parts the two. It is beyond error when the first is as well: they can then be told apart. At a cut
people are close, so that many moves are shifted and few beyond error. The i-th best of those who
move in (under the new weights) is held against the i-th best of those who move out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.selection.composite import (
    PARTIAL_EVIDENCE,
    contrast_error,
    coverage,
    fit,
    weights_in_use,
)
from assess.selection.ranking import BEATEN
from assess.selection.score_matrix import ScoreMatrix
from assess.selection.stability import rank_scores, score_correlation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_POINTS = 10.0
"""Points of a shown fit to one SD of the reference."""


@dataclass(frozen=True)
class Standing:
    """A pool under one set of weights.

    ``weights`` (C,) in use sum to 1; ``fit`` and ``error`` (n,) as shown, 50 + 10 fit / sd_ref,
    NaN unranked. ``reliability`` of the fit among the ranked: the variance of fits over that
    and the mean error variance, NaN for fewer than two; ``coverage`` their mean evidence
    coverage; ``partial`` when the battery covers less than .60 of the profile.
    """

    weights: FloatArray
    fit: FloatArray
    error: FloatArray
    sd_ref: float
    reliability: float
    coverage: float
    partial: bool


@dataclass(frozen=True)
class Least:
    """What may be told of an open campaign that has results: nothing that names anybody."""

    rank_correlation: float
    beyond_error: int


@dataclass(frozen=True)
class Totals:
    """The consequence as numbers alone: of ``seats``, ``changed`` go to others.

    Of these moves ``shifted`` are surely the change's, and ``beyond_error`` of those part people
    who can be told apart.
    ``ranked`` people before and after, ``reliability`` and ``coverage`` likewise;
    ``rank_correlation`` is Spearman's among people ranked both times, NaN for ties only.
    """

    seats: int
    changed: int
    shifted: int
    beyond_error: int
    rank_correlation: float
    ranked: tuple[int, int]
    reliability: tuple[float, float]
    coverage: tuple[float, float]
    partial: tuple[bool, bool]

    @property
    def least(self) -> Least:
        """Give what is left to tell once the first result exists."""
        return Least(self.rank_correlation, self.beyond_error)


@dataclass(frozen=True)
class Consequence:
    """Who moves, by place in the matrix, best first under the new weights.

    ``moved_in`` (a,) and ``moved_out`` (b,); ``shifted`` and ``beyond_error`` (min(a, b),) say
    of each pair of the two, in order, whether the move is; a and b differ where fits are tied
    at the cut, or seats are left over.
    """

    moved_in: IntArray
    moved_out: IntArray
    shifted: BoolArray
    beyond_error: BoolArray
    totals: Totals


def standing(pool: ScoreMatrix, weights: FloatArray) -> Standing:
    """Give where a pool stands under a profile's ``weights`` (C,), of any positive sum.

    Raises ValueError for weights that are negative, missing or all 0, or that demand nothing
    that the battery measures.
    """
    weights = np.asarray(weights, dtype=np.float64)
    if not weights.sum() > 0:
        raise ValueError("weights need a positive sum")
    weights = weights / weights.sum()
    used, share = weights_in_use(weights, pool.offered, pool.possible)
    found = fit(
        pool.mean,
        pool.error,
        pool.shared,
        used,
        pool.error_correlation,
        pool.reference_correlation,
    )
    ranked = np.isfinite(found.fit) & pool.scorable
    shown, error = (np.where(ranked, a, np.nan) for a in (found.scaled, found.scaled_error))
    covered = coverage(weights, pool.parts, pool.possible)[ranked]
    return Standing(
        weights=used,
        fit=shown,
        error=error,
        sd_ref=found.sd_ref,
        reliability=_reliability(shown[ranked], error[ranked]),
        coverage=float(covered.mean()) if covered.size else np.nan,
        partial=share < PARTIAL_EVIDENCE,
    )


def consequence(pool: ScoreMatrix, before: Standing, after: Standing, seats: int) -> Consequence:
    """Say what becomes of the first ``seats`` when the weights change.

    Raises ValueError for fewer than 1 seat, or a standing of another pool.
    """
    _check(pool, before, after, seats)
    was, now = in_top(before.fit, seats), in_top(after.fit, seats)
    entered, left = _best_first(now & ~was, before, after), _best_first(was & ~now, before, after)
    pairs = min(entered.size, left.size)
    old, new = (_POINTS * one.weights / one.sd_ref for one in (before, after))
    apart, shifted = (
        _surely(pool, entered[:pairs], left[:pairs], contrast) for contrast in (new, new - old)
    )
    beyond = apart & shifted
    both = np.isfinite(before.fit) & np.isfinite(after.fit)
    totals = Totals(
        seats=seats,
        changed=max(entered.size, left.size),
        shifted=int(shifted.sum()),
        beyond_error=int(beyond.sum()),
        rank_correlation=score_correlation(
            rank_scores(before.fit[both]), rank_scores(after.fit[both])
        ),
        ranked=(int(np.isfinite(before.fit).sum()), int(np.isfinite(after.fit).sum())),
        reliability=(before.reliability, after.reliability),
        coverage=(before.coverage, after.coverage),
        partial=(before.partial, after.partial),
    )
    return Consequence(entered, left, shifted, beyond, totals)


def totals(pool: ScoreMatrix, before: Standing, after: Standing, seats: int) -> Totals:
    """Give the consequence in numbers alone, for a pool of which nobody may be pointed out."""
    return consequence(pool, before, after, seats).totals


def in_top(fit: FloatArray, seats: int) -> BoolArray:
    """Say who (n,) is ranked among the first ``seats``, equal fits sharing the better rank."""
    ranked = fit[np.isfinite(fit)]
    if ranked.size <= seats:
        return np.isfinite(fit)
    cut = np.partition(ranked, ranked.size - seats)[ranked.size - seats]
    top: BoolArray = fit >= cut
    return top


def _check(pool: ScoreMatrix, before: Standing, after: Standing, seats: int) -> None:
    """Raise ValueError unless there are seats, and both standings are of the pool's people."""
    if seats < 1:
        raise ValueError(f"a preview needs at least 1 seat, got {seats}")
    for one in (before, after):
        if (one.fit.size, one.weights.size) != pool.mean.shape:
            raise ValueError(f"a standing of {one.fit.size} people is not of this pool")


def _reliability(shown: FloatArray, error: FloatArray) -> float:
    """Give the share of the variance between people (m,) that is not error.

    Fits are posterior means, already shrunken: true variance is theirs and the mean error's.
    Source: Bock & Mislevy (1982), Applied Psychological Measurement 6(4), 431-444.
    """
    if shown.size < 2:
        return np.nan
    between, within = float(shown.var()), float(np.square(error).mean())
    return between / (between + within) if between + within > 0 else np.nan


def _best_first(chosen: BoolArray, before: Standing, after: Standing) -> IntArray:
    """Give the places of the chosen, best first under the new weights, the unranked last."""
    people = np.flatnonzero(chosen)
    keys = (before.error, -before.fit, after.error, -after.fit)
    return people[np.lexsort([key[people] for key in keys])].astype(np.int64)


def _surely(pool: ScoreMatrix, first: IntArray, other: IntArray, contrast: FloatArray) -> BoolArray:
    """Say of each pair (m,) whether ``contrast`` (C,) puts the first ahead with P >= .95."""
    (value, error), (others, others_error) = (
        _contrasted(pool, people, contrast) for people in (first, other)
    )
    ahead: BoolArray = value - others >= BEATEN * np.hypot(error, others_error)
    return ahead


def _contrasted(
    pool: ScoreMatrix, people: IntArray, contrast: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give ``contrast`` (C,) times the scores of some people (m,), and its error."""
    mean = pool.mean[people]
    error = contrast_error(
        mean, pool.error[people], pool.shared[people], contrast, pool.error_correlation
    )
    return np.nan_to_num(mean) @ contrast, error
