"""Response quality: signs that somebody answered without reading. Flags only.

An index never changes a score, and none alone proves anything: a calm person repeats answers, an
unusual one lies far from the rest. All take answers persons x items, NaN missing, in the order
they were shown; somebody's indices depend on nobody else in the array.
Source: Curran (2016), J. Experimental Social Psychology 66; indices as in R careless 1.2.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEAST_SCALES: Final = 3
LONG_STRING: Final = "long_string"
LOW_VARIABILITY: Final = "low_variability"
INCONSISTENT: Final = "inconsistent"
FAR_OUT: Final = "far_out"
ODD_PATTERN: Final = "odd_pattern"


@dataclass(frozen=True)
class StringLengths:
    """Runs of the same answer in a row, for n people: ``longest`` (n,) and ``average`` (n,).

    A blank ends a run. ``longest`` is 0 and ``average`` NaN where nothing was answered.
    """

    longest: IntArray
    average: FloatArray


@dataclass(frozen=True)
class QualityCuts:
    """Where a flag is raised; None raises none.

    ``long_string`` or more same answers in a row; ``variability`` an SD under this share of the
    answer range; ``even_odd`` a consistency under this, over ``even_odd_scales`` or more scales:
    a correlation of fewer is mostly noise; ``distance`` a percentile of the reference sample
    above which an answer pattern counts as far out; ``person_fit`` an lz* under this that also
    lies at or under ``person_fit_percentile`` of the reference, for no scale fits real people
    perfectly. The first three follow an analysis of honest volunteers (10 in a row, SD .8 on
    1..6, consistency .30), where they flag 2, 8 and 10 of 2,000.
    """

    long_string: int | None = 10
    variability: float | None = 0.16
    even_odd: float | None = 0.30
    even_odd_scales: int = 10
    distance: float | None = 99.0
    person_fit: float | None = -1.645
    person_fit_percentile: float = 1.0


@dataclass(frozen=True)
class QualityIndices:
    """The indices of n people, each (n,), NaN where one could not be had.

    ``even_odd`` is over so many ``scales``.

    ``person_fit`` is lz* over all scales, their sum over the root of their number.
    """

    longest: IntArray
    average: FloatArray
    variability: FloatArray
    even_odd: FloatArray
    scales: int
    distance: FloatArray
    distance_percentile: FloatArray
    person_fit: FloatArray
    person_fit_percentile: FloatArray


def string_lengths(answers: FloatArray) -> StringLengths:
    """Find the longest and the average run of identical answers in each row of (n, J).

    Raises ValueError for no matrix or no items.
    """
    answers = _matrix(answers)
    n, items = answers.shape
    longest, runs = np.zeros(n, np.int64), np.zeros(n, np.int64)
    run, before = np.zeros(n, np.int64), np.full(n, np.nan)
    for item in range(items):
        now = answers[:, item]
        given = ~np.isnan(now)
        same = given & (now == before)
        run = np.where(same, run + 1, given.astype(np.int64))
        runs += given & ~same
        np.maximum(longest, run, out=longest)
        before = now
    answered = (~np.isnan(answers)).sum(axis=1)
    average = np.divide(answered, runs, out=np.full(n, np.nan), where=runs > 0)
    return StringLengths(longest, average)


def within_person_variability(answers: FloatArray) -> FloatArray:
    """SD (divisor answers - 1) of each person's raw answers (n, J), in answer units, (n,).

    Raw, not reversed: who reads, answers reversed items differently. NaN with under two answers.
    Raises ValueError for no matrix. Source: Dunn, Heggestad, Shanock & Theilgard (2018), J.
    Business & Psychology 33(1).
    """
    answers = _matrix(answers)
    given = ~np.isnan(answers)
    count = given.sum(axis=1)
    mean = np.where(given, answers, 0.0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(given, answers - mean[:, None], 0.0) ** 2
    enough = count > 1
    out = np.full(len(answers), np.nan)
    return np.asarray(np.sqrt(np.divide(squares.sum(axis=1), count - 1, out=out, where=enough)))


def one_side_share(answers: FloatArray, middle: float) -> FloatArray:
    """Give the largest share (n,) of somebody's answers (n, J) above, below or at ``middle``.

    Raw, not reversed: who agrees with statements and with their opposites alike comes near 1,
    whatever that person's standing. NaN where nothing was answered. Raises ValueError for no
    matrix. An index of acquiescence without pairs of items, after Weijters, Baumgartner &
    Schillewaert (2013), Psychological Methods 18(3), who compare reversed items with the rest.
    """
    answers = _matrix(answers)
    answered = (~np.isnan(answers)).sum(axis=1)
    sides = np.stack([(answers > middle).sum(1), (answers < middle).sum(1)])
    most = np.maximum(sides.max(axis=0), answered - sides.sum(axis=0))
    out = np.full(len(answers), np.nan)
    return np.asarray(np.divide(most, answered, out=out, where=answered > 0))


def even_odd_consistency(points: FloatArray, scales: Sequence[Sequence[int]]) -> FloatArray:
    """Correlate each person's odd and even halves of the scales, stepped up to full length, (n,).

    ``points`` (n, J) in item direction, ``scales`` the columns of each scale in its own order.
    1 is consistent, -1 the opposite (R careless turns the sign round). Halves are means of what
    was answered; a scale without both halves is left out; NaN with under 3 scales or halves that
    do not vary. Raises ValueError for a scale of one item or a column that does not exist.
    Source: Johnson (2005), J. Research in Personality 39(1), 103-129.
    """
    points = _matrix(points)
    for scale in scales:
        if len(scale) < 2 or not all(0 <= item < points.shape[1] for item in scale):
            raise ValueError(f"columns {list(scale)} are no scale of {points.shape[1]} items")
    shape = (len(points), len(scales))
    odd, even = np.full(shape, np.nan), np.full(shape, np.nan)
    for at, scale in enumerate(scales):
        odd[:, at] = _row_means(points[:, list(scale[0::2])])
        even[:, at] = _row_means(points[:, list(scale[1::2])])
    r = _row_correlations(odd, even)
    with np.errstate(divide="ignore", invalid="ignore"):
        stepped = 2 * r / (1 + r)
    return np.where(r <= -1 + 1e-12, -1.0, np.maximum(stepped, -1.0))


def quality_flags(
    indices: QualityIndices, answer_range: float, cuts: QualityCuts | None = None
) -> tuple[tuple[str, ...], ...]:
    """Name the flags each of n people raised; an index that is NaN raises none.

    ``answer_range`` is highest less lowest answer. Raises ValueError when it is not positive.
    """
    if not answer_range > 0:
        raise ValueError(f"an answer range is positive, got {answer_range}")
    cuts = cuts or QualityCuts()
    raised: Mapping[str, BoolArray | None] = {
        LONG_STRING: None if cuts.long_string is None else indices.longest >= cuts.long_string,
        LOW_VARIABILITY: None
        if cuts.variability is None
        else indices.variability < cuts.variability * answer_range - 1e-12,
        INCONSISTENT: None
        if cuts.even_odd is None or indices.scales < cuts.even_odd_scales
        else indices.even_odd < cuts.even_odd,
        FAR_OUT: None if cuts.distance is None else indices.distance_percentile > cuts.distance,
        ODD_PATTERN: None
        if cuts.person_fit is None
        else (indices.person_fit < cuts.person_fit)
        & (indices.person_fit_percentile <= cuts.person_fit_percentile),
    }
    masks = {name: mask for name, mask in raised.items() if mask is not None}
    return tuple(
        tuple(name for name, mask in masks.items() if mask[person])
        for person in range(len(indices.longest))
    )


def quality_indices(
    answers: FloatArray, points: FloatArray, scales: Sequence[Sequence[int]]
) -> QualityIndices:
    """Take long string, variability and even-odd of ``answers`` (n, J); the rest is NaN.

    ``points`` are the same answers in item direction. Distance and person fit rest on a frozen
    reference and are put in by ``with_distances`` and ``with_person_fit``.
    """
    runs = string_lengths(answers)
    nothing = np.full(len(answers), np.nan)
    return QualityIndices(
        longest=runs.longest,
        average=runs.average,
        variability=within_person_variability(answers),
        even_odd=even_odd_consistency(points, scales),
        scales=len(scales),
        distance=nothing,
        distance_percentile=nothing,
        person_fit=nothing,
        person_fit_percentile=nothing,
    )


def with_distances(
    indices: QualityIndices, distance: FloatArray, percentile: FloatArray
) -> QualityIndices:
    """Put distances and their percentiles (n,) in a reference beside the other indices."""
    return replace(indices, distance=distance, distance_percentile=percentile)


def with_person_fit(
    indices: QualityIndices, fit: FloatArray, percentile: FloatArray
) -> QualityIndices:
    """Put lz* and its percentiles (n,) in a reference beside the other indices."""
    return replace(indices, person_fit=fit, person_fit_percentile=percentile)


def _matrix(answers: FloatArray) -> FloatArray:
    answers = np.asarray(answers, dtype=np.float64)
    if answers.ndim != 2 or answers.shape[1] == 0:
        raise ValueError(f"answers must be persons x items, got {answers.shape}")
    return answers


def _row_means(values: FloatArray) -> FloatArray:
    """Means (n,) of what was answered, NaN where nothing was."""
    given = ~np.isnan(values)
    count = given.sum(axis=1)
    total = np.where(given, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))


def _row_correlations(one: FloatArray, other: FloatArray) -> FloatArray:
    """Pearson r (n,) of two rows each over the columns both have; NaN under 3 or without spread."""
    both = ~(np.isnan(one) | np.isnan(other))
    count = both.sum(axis=1)
    scale = np.maximum(count, 1)[:, None]
    sides = []
    for side in (one, other):
        kept = np.where(both, side, 0.0)
        sides.append(np.where(both, kept - kept.sum(axis=1, keepdims=True) / scale, 0.0))
    shared = (sides[0] * sides[1]).sum(axis=1)
    spread = np.sqrt((sides[0] ** 2).sum(axis=1) * (sides[1] ** 2).sum(axis=1))
    usable = (count >= LEAST_SCALES) & (spread > 1e-12)
    return np.asarray(np.divide(shared, spread, out=np.full(len(one), np.nan), where=usable))
