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

Where style has a weight d, a fit is (1 - d) times the competencies' plus d times the style's
(see ``style_match``), and v holds (1 - d) w / sd_ref and, for style, d / sd_ref; style before and
after may be nearness to two targets, whose errors go together.

Who is surely below a minimum of the profile (see ``minimum``) is held back: not ranked, no seat.
A move out for that reason is shifted, as nothing but the minimum makes it; it is beyond error
when i can also be told apart from j on an index that j is held back for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assess.selection.composite import (
    PARTIAL_EVIDENCE,
    contrast_error,
    coverage,
    fit,
    weights_in_use,
)
from assess.selection.minimum import below_minimums
from assess.selection.ranking import BEATEN
from assess.selection.score_matrix import ScoreMatrix
from assess.selection.stability import rank_scores, score_correlation
from assess.selection.style_match import (
    StyleDemand,
    match_covariance,
    style_match,
    weight_in_use,
    with_style,
)

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
    coverage; ``partial`` when the battery covers less than .60 of the profile. ``style`` in use,
    None at weight 0. ``held`` (n,) who would be ranked but is surely below one of ``minimums``,
    ``may_be`` (n,) who is ranked and may be below one.
    """

    weights: FloatArray
    fit: FloatArray
    error: FloatArray
    sd_ref: float
    reliability: float
    coverage: float
    partial: bool
    held: BoolArray
    may_be: BoolArray
    style: StyleDemand | None = None
    minimums: Mapping[int, float] = field(default_factory=dict)

    @property
    def shown_weights(self) -> FloatArray:
        """Points of the shown fit for one SD of each competency, (C,)."""
        found: FloatArray = _POINTS * ((1 - self._share) * self.weights) / self.sd_ref
        return found

    @property
    def shown_style(self) -> float:
        """Points of the shown fit for one SD of the style's score."""
        return _POINTS * self._share / self.sd_ref

    @property
    def _share(self) -> float:
        return self.style.weight if self.style else 0.0


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
    ``ranked`` people before and after, ``reliability`` and ``coverage`` likewise, and who is
    ``held`` back by a minimum; ``rank_correlation`` is Spearman's among people ranked both times,
    NaN for ties only.
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
    held: tuple[int, int] = (0, 0)

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


def standing(
    pool: ScoreMatrix,
    weights: FloatArray,
    *,
    style: StyleDemand | None = None,
    minimums: Mapping[int, float] | None = None,
) -> Standing:
    """Give where a pool stands under a profile's ``weights`` (C,), of any positive sum.

    ``style`` adds the nearness to its target with its weight, where a scale of it counts;
    ``minimums`` in shown points by competency hold back who is surely below.
    Raises ValueError for weights that are negative, missing or all 0, or that demand nothing
    that the battery measures, and for a faulty minimum.
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
    d = weight_in_use(style, pool.style)
    if d and style is not None and pool.style is not None:
        found = with_style(found, style_match(pool.style, style.target), d)
    usable = np.isfinite(found.fit) & pool.scorable
    below = below_minimums(pool.mean, pool.error, minimums or {})
    may_be: BoolArray = np.any(below.may_be, axis=1, keepdims=False)
    ranked = usable & ~below.held
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
        held=usable & below.held,
        may_be=ranked & may_be,
        style=style if d else None,
        minimums=dict(minimums or {}),
    )


def consequence(pool: ScoreMatrix, before: Standing, after: Standing, seats: int) -> Consequence:
    """Say what becomes of the first ``seats`` when the profile changes.

    Raises ValueError for fewer than 1 seat, or a standing of another pool.
    """
    _check(pool, before, after, seats)
    was, now = in_top(before.fit, seats), in_top(after.fit, seats)
    entered, left = _best_first(now & ~was, before, after), _best_first(was & ~now, before, after)
    pairs = min(entered.size, left.size)
    shifted, beyond = how_sure(pool, before, after, entered[:pairs], left[:pairs])
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
        held=(int(before.held.sum()), int(after.held.sum())),
    )
    return Consequence(entered, left, shifted, beyond, totals)


def how_sure(
    pool: ScoreMatrix, before: Standing, after: Standing, entered: IntArray, left: IntArray
) -> tuple[BoolArray, BoolArray]:
    """Say of each pair (m,), who moves in for whom, whether it is shifted and beyond error.

    People by place in the matrix. Both are defined above.
    """
    apart = _surely(pool, entered, left, None, after)
    shifted = _surely(pool, entered, left, before, after)
    # With a minimum it is not the weights that part the two.
    lost = after.held[left] & ~before.held[left]
    freed = before.held[entered] & ~after.held[entered]
    on_index = _apart_on_index(pool, entered, left, after.minimums)
    shifted = shifted | lost | freed
    return shifted, shifted & np.where(lost, on_index, apart)


def totals(pool: ScoreMatrix, before: Standing, after: Standing, seats: int) -> Totals:
    """Give the consequence in numbers alone, for a pool of which nobody may be pointed out."""
    return consequence(pool, before, after, seats).totals


def apart_error(pool: ScoreMatrix, people: IntArray, one: Standing, other: Standing) -> FloatArray:
    """Give the standard errors (m,) of the difference of some people's fits in two standings.

    People by place in the matrix; both fits rest on the same answers. In shown points.
    """
    return _contrasted(pool, people, other, one)[1]


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


def _surely(
    pool: ScoreMatrix,
    first: IntArray,
    other: IntArray,
    before: Standing | None,
    after: Standing,
) -> BoolArray:
    """Say of each pair (m,) whether the fit after puts the first ahead with P >= .95.

    With ``before`` it is the difference of the two fits that is looked at.
    """
    (value, error), (others, others_error) = (
        _contrasted(pool, people, before, after) for people in (first, other)
    )
    ahead: BoolArray = value - others >= BEATEN * np.hypot(error, others_error)
    return ahead


def _contrasted(
    pool: ScoreMatrix, people: IntArray, before: Standing | None, after: Standing
) -> tuple[FloatArray, FloatArray]:
    """Give the shown fit of some people (m,), or how far it has moved, and its error."""
    contrast = after.shown_weights - (before.shown_weights if before else 0.0)
    mean = pool.mean[people]
    error = contrast_error(
        mean, pool.error[people], pool.shared[people], contrast, pool.error_correlation
    )
    value = np.nan_to_num(mean) @ contrast
    parts = [(a, sign) for a, sign in ((after, 1.0), (before, -1.0)) if a and a.style]
    if not parts or pool.style is None:
        return value, error
    scores, variance = pool.style.of(people), np.square(error)
    for one, sign in parts:
        value = value + sign * one.shown_style * style_match(scores, _target(one)).mean
        for other, other_sign in parts:
            both = sign * other_sign * one.shown_style * other.shown_style
            variance = variance + both * match_covariance(scores, _target(one), _target(other))
    return value, np.sqrt(np.maximum(variance, 0.0))


def _target(one: Standing) -> FloatArray:
    """Give the style's target of a standing that has one."""
    if one.style is None:
        raise ValueError("style has no weight in this standing")
    return one.style.target


def _apart_on_index(
    pool: ScoreMatrix, first: IntArray, other: IntArray, minimums: Mapping[int, float]
) -> BoolArray:
    """Say of each pair (m,) whether the first is ahead on an index the other is held back for."""
    columns = np.array(sorted(minimums), dtype=np.int64)
    held = below_minimums(pool.mean[other], pool.error[other], minimums).surely
    mean, error = pool.mean[first][:, columns], pool.error[first][:, columns]
    seen = np.isfinite(mean)
    lead = np.where(seen, mean, 0.0) - pool.mean[other][:, columns]
    both = np.hypot(np.where(seen, error, 1.0), pool.error[other][:, columns])
    ahead: BoolArray = np.any(held & (lead >= BEATEN * both), axis=1, keepdims=False)
    return ahead
