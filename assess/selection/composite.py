"""From parts to a competency's index, and from seven indices to the fit and its error.

All scores are on the true-score scale N(0, 1) of a fixed reference; a missing part or
competency is NaN, never 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PART_CORRELATION = 0.30
"""Assumed correlation of a competency's two parts, until it is measured."""

PARTIAL_EVIDENCE = 0.60
"""Below this coverage a ranking is titled "partial evidence"."""

NOT_MEASURED = "not_measured"
ONE_PART_MISSING = "one_part_missing"

_TOLERANCE = 1e-9

_CHUNK = 4096
"""People whose fit is found at once: their scores stay in the processor's cache."""


@dataclass(frozen=True)
class Index:
    """A competency's scores, persons first.

    ``mean`` and ``error`` (n,) in SDs of the reference, NaN when nothing was observed;
    ``shared`` (n,) the judgement part's own contribution to the error, the only one that is
    correlated between competencies; ``parts`` (n,) how many parts were observed; ``flags``
    per person.
    """

    mean: FloatArray
    error: FloatArray
    shared: FloatArray
    parts: IntArray
    flags: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Fit:
    """The weighted composite, persons first.

    ``fit`` and ``error`` (n,) in the unit of the indices, ``contributions`` (n, 7) sum to
    ``fit``; ``scaled`` = 50 + 10 fit / sd_ref with ``scaled_error`` in the same unit. All NaN
    for a person without evidence on any weighted competency. ``style`` (n,) is what style adds
    to the contributions where it has a weight (see ``style_match``), None where it has none.
    """

    fit: FloatArray
    error: FloatArray
    contributions: FloatArray
    scaled: FloatArray
    scaled_error: FloatArray
    sd_ref: float
    style: FloatArray | None = None


def combine_parts(
    m1: FloatArray,
    s1: FloatArray,
    m2: FloatArray,
    s2: FloatArray,
    *,
    r: float = PART_CORRELATION,
) -> Index:
    """Give the index of a competency from its judgement part (1) and its rating part (2).

    All arrays (n,). Both parts: half their sum. One part: the other is predicted from it with
    correlation ``r``, which widens the error; averaging the gap away would reward skipping.
    Both are divided by sqrt((1 + r) / 2) to unit variance.

    Raises ValueError when shapes disagree, a mean comes without its error, or ``r`` is not in
    0..1.
    """
    m1, s1 = _checked_part(m1, s1)
    m2, s2 = _checked_part(m2, s2)
    if m1.shape != m2.shape:
        raise ValueError(f"the two parts have {m1.size} and {m2.size} persons")
    if not 0 <= r <= 1:
        raise ValueError(f"the correlation of the parts must lie in 0..1, got {r}")
    has1, has2 = np.isfinite(m1), np.isfinite(m2)
    both, one = has1 & has2, has1 ^ has2
    unit = np.sqrt((1 + r) / 2)
    seen_mean, seen_error = np.where(has1, m1, m2), np.where(has1, s1, s2)
    alone = (1 + r) / 2
    mean = np.where(both, (m1 + m2) / 2, alone * seen_mean) / unit
    variance = np.where(both, (s1**2 + s2**2) / 4, alone**2 * seen_error**2 + (1 - r**2) / 4)
    coefficient = np.select([both, has1], [0.5, alone], 0.0) / unit
    return Index(
        mean=mean,
        error=np.sqrt(variance) / unit,
        shared=coefficient * np.where(has1, s1, 0.0),
        parts=has1.astype(np.int64) + has2,
        flags=_flags(one, ~(has1 | has2)),
    )


def single_part(m: FloatArray, s: FloatArray) -> Index:
    """Give the index of a competency that only the judgement part feeds; arrays (n,).

    Raises ValueError when shapes disagree or a mean comes without its error.
    """
    m, s = _checked_part(m, s)
    seen = np.isfinite(m)
    return Index(
        mean=m,
        error=s,
        shared=np.where(seen, s, 0.0),
        parts=seen.astype(np.int64),
        flags=_flags(np.zeros_like(seen), ~seen),
    )


def coverage(weights: FloatArray, parts: IntArray, possible: IntArray) -> FloatArray:
    """Give each person's evidence coverage (n,), 0..1.

    The sum of the demand ``weights`` (7,) of competencies with evidence, half a weight where
    one of two parts was observed; ``parts`` (n, 7) observed, ``possible`` (7,) each 1 or 2.

    Raises ValueError when shapes disagree, weights do not sum to 1 or more parts were observed
    than are possible.
    """
    weights = _checked_weights(weights)
    parts, possible = (np.asarray(a, dtype=np.int64) for a in (parts, possible))
    _check_columns(weights.size, parts=parts)
    if possible.shape != weights.shape or not np.isin(possible, (1, 2)).all():
        raise ValueError("possible parts must be 1 or 2 for each competency")
    if (parts < 0).any() or (parts > possible).any():
        raise ValueError("a competency cannot have more parts observed than are possible")
    covered: FloatArray = (weights * (parts / possible)).sum(axis=1)
    return covered


def evidenced_weights(weights: FloatArray, measured: NDArray[np.bool_]) -> FloatArray:
    """Give the weights (7,) renormalised over the ``measured`` competencies, 0 elsewhere.

    Raises ValueError when shapes disagree or no weighted competency is measured.
    """
    weights = _checked_weights(weights)
    measured = np.asarray(measured, dtype=np.bool_)
    if measured.shape != weights.shape:
        raise ValueError(f"measured has shape {measured.shape}, weights {weights.shape}")
    kept: FloatArray = np.where(measured, weights, 0.0)
    if kept.sum() <= 0:
        raise ValueError("no competency with a demand weight is measured")
    kept /= kept.sum()
    return kept


def weights_in_use(
    weights: FloatArray, offered: IntArray, possible: IntArray
) -> tuple[FloatArray, float]:
    """Give the weights (7,) a ranking rests on, and how much of the profile is evidenced, 0..1.

    ``offered`` (7,) parts that a battery observes of ``possible`` (7,). Below .60 only the
    competencies with evidence keep their weight. Raises ValueError as `coverage` and
    `evidenced_weights` do.
    """
    offered = np.asarray(offered, dtype=np.int64)
    share = float(coverage(weights, offered[None, :], possible)[0])
    used = evidenced_weights(weights, offered > 0) if share < PARTIAL_EVIDENCE else weights
    return np.asarray(used, dtype=np.float64), share


def fit(
    mean: FloatArray,
    error: FloatArray,
    shared: FloatArray,
    weights: FloatArray,
    error_correlation: FloatArray,
    reference_correlation: FloatArray,
) -> Fit:
    """Give the weighted composite of the competencies and its standard error.

    ``mean``, ``error``, ``shared`` (n, 7); ``weights`` (7,) sum to 1. The error covariance has
    ``error**2`` on its diagonal and ``shared_c * shared_d * error_correlation_cd`` elsewhere.
    A competency that was not measured enters at mean 0 and error 1.

    Raises ValueError when shapes disagree, weights do not sum to 1, a correlation matrix is not
    positive semidefinite, or ``shared`` exceeds ``error``.
    """
    weights = _checked_weights(weights)
    mean, error, shared = (np.asarray(a, dtype=np.float64) for a in (mean, error, shared))
    _check_columns(weights.size, mean=mean, error=error, shared=shared)
    P = _checked_correlation("the error correlation", error_correlation, weights.size)
    R = _checked_correlation("the reference correlation", reference_correlation, weights.size)
    total, total_error, contributions = _weighted(mean, error, shared, weights, P)
    sd_ref = float(np.sqrt(weights @ R @ weights))
    if sd_ref <= _TOLERANCE:
        raise ValueError("under these weights the reference composite does not vary")
    return Fit(
        fit=total,
        error=total_error,
        contributions=contributions,
        scaled=50 + 10 * total / sd_ref,
        scaled_error=10 * total_error / sd_ref,
        sd_ref=sd_ref,
    )


def contrast_error(
    mean: FloatArray,
    error: FloatArray,
    shared: FloatArray,
    contrast: FloatArray,
    error_correlation: FloatArray,
) -> FloatArray:
    """Give the standard error (n,) of ``contrast`` (7,) times each person's competencies.

    Unlike weights, a contrast may be negative and sum to anything: with the difference of two
    sets of weights it gives the error of the difference between a person's two fits, which rest
    on the same answers. Arrays, and what is not measured, as in `fit`; ValueError likewise.
    """
    contrast = np.asarray(contrast, dtype=np.float64)
    mean, error, shared = (np.asarray(a, dtype=np.float64) for a in (mean, error, shared))
    _check_columns(contrast.size, mean=mean, error=error, shared=shared)
    P = _checked_correlation("the error correlation", error_correlation, contrast.size)
    found = np.empty(len(mean))
    for start in range(0, len(mean), _CHUNK):
        rows = slice(start, start + _CHUNK)
        _seen, _m, own, common = _known(mean[rows], error[rows], shared[rows])
        # Nearly opposite terms may cancel to a rounding error below 0.
        found[rows] = np.sqrt(np.maximum(_variance(own, common, contrast, P), 0.0))
    return found


def _flags(one: NDArray[np.bool_], none: NDArray[np.bool_]) -> tuple[tuple[str, ...], ...]:
    """Give each person's flags from who lacks one part and who lacks all."""
    words = {(True, False): (ONE_PART_MISSING,), (False, True): (NOT_MEASURED,)}
    return tuple(words.get(pair, ()) for pair in zip(one.tolist(), none.tolist(), strict=True))


def _checked_part(m: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give mean and error (n,) as floats, both NaN where missing; ValueError when they disagree."""
    m, s = np.asarray(m, dtype=np.float64), np.asarray(s, dtype=np.float64)
    if m.ndim != 1 or m.shape != s.shape:
        raise ValueError(f"means and errors need one shape (n,), got {m.shape} and {s.shape}")
    if np.isinf(m).any() or (np.isfinite(m) & ~(np.isfinite(s) & (s >= 0))).any():
        raise ValueError("every observed score needs a finite mean and an error of 0 or more")
    return m, np.where(np.isfinite(m), s, np.nan)


def _checked_weights(weights: FloatArray) -> FloatArray:
    """Give the weights as floats; ValueError unless none is negative and they sum to 1."""
    weights = np.asarray(weights, dtype=np.float64)
    if weights.ndim != 1 or not (weights >= 0).all():
        raise ValueError("weights must be one row of numbers, none negative or missing")
    if abs(weights.sum() - 1) > _TOLERANCE:
        raise ValueError(f"weights must sum to 1, they sum to {weights.sum():.6f}")
    return weights


def _check_columns(n_columns: int, **tables: FloatArray | IntArray) -> None:
    """Raise ValueError unless every table is (n, n_columns) with one n."""
    shapes = {name: table.shape for name, table in tables.items()}
    if (
        any(len(s) != 2 or s[1] != n_columns for s in shapes.values())
        or len(set(shapes.values())) != 1
    ):
        raise ValueError(f"shapes must agree as (persons, {n_columns}), got {shapes}")


def _checked_correlation(name: str, R: FloatArray, size: int) -> FloatArray:
    """Give the matrix as floats; ValueError unless it is a correlation matrix of that size."""
    R = np.asarray(R, dtype=np.float64)
    if R.shape != (size, size):
        raise ValueError(f"{name} must be {size} x {size}, got {R.shape}")
    if not np.isfinite(R).all() or not np.allclose(R, R.T, atol=_TOLERANCE):
        raise ValueError(f"{name} must be symmetric and complete")
    if not np.allclose(np.diag(R), 1.0, atol=_TOLERANCE):
        raise ValueError(f"{name} must have ones on its diagonal")
    smallest = float(np.linalg.eigvalsh(R)[0])
    # Matrices from a file are rounded to a few decimals; more than that is a mistake.
    if smallest < -1e-6:
        raise ValueError(f"{name} is not positive semidefinite: eigenvalue {smallest:.4f}")
    return R


def _weighted(
    mean: FloatArray, error: FloatArray, shared: FloatArray, weights: FloatArray, P: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give fit (n,), its error (n,) and contributions (n, 7); all NaN without any evidence."""
    contributions = np.empty((weights.size, len(mean)))
    total, total_error = np.empty(len(mean)), np.empty(len(mean))
    for start in range(0, len(mean), _CHUNK):
        rows = slice(start, start + _CHUNK)
        seen, m, own, common = _known(mean[rows], error[rows], shared[rows])
        parts = np.multiply(m, weights[:, None], out=contributions[:, rows])
        total[rows] = _added(parts)
        total_error[rows] = np.sqrt(_variance(own, common, weights, P))
        if not seen.all():
            nothing = start + np.flatnonzero(~seen[weights > 0].any(axis=0))
            contributions[:, nothing] = total[nothing] = total_error[nothing] = np.nan
    return total, total_error, contributions.T


def _known(
    mean: FloatArray, error: FloatArray, shared: FloatArray
) -> tuple[NDArray[np.bool_], FloatArray, FloatArray, FloatArray]:
    """Give which scores are seen, and mean, error, shared error, each (7, m).

    What is not seen has mean 0, error 1 and shares nothing. Raises ValueError unless each seen
    score has 0 <= shared <= error, both finite.
    """
    m, own, common = (a.T.copy() for a in (mean, error, shared))
    seen = np.isfinite(m)
    if not seen.all():
        m, own = np.where(seen, m, 0.0), np.where(seen, own, 1.0)
        common = np.where(seen, common, 0.0)
    fine = (common >= 0) & (common <= own + _TOLERANCE) & (own < np.inf)
    if not fine.all():
        if not (np.isfinite(own) & np.isfinite(common)).all():
            raise ValueError("every observed score needs its error and its shared error")
        raise ValueError("the shared error of a score must lie between 0 and its whole error")
    return seen, m, own, common


def _variance(
    own: FloatArray, common: FloatArray, weights: FloatArray, P: FloatArray
) -> FloatArray:
    """Give w' Sigma w of each person (m,) without building m matrices; arrays (7, m).

    Sigma's diagonal is the whole error squared; off it stands the shared error's covariance,
    each pair counted twice. ``own`` and ``common`` are used up.
    """
    own *= weights[:, None]
    variance = _added(np.square(own, out=own))
    pulls = np.multiply(common, weights[:, None], out=common)
    product = np.empty_like(variance)
    for c in range(1, len(pulls)):
        others = pulls[0] * (2 * P[c, 0])
        for d in range(1, c):
            others += np.multiply(pulls[d], 2 * P[c, d], out=product)
        others *= pulls[c]
        variance += others
    return variance


def _added(rows: FloatArray) -> FloatArray:
    """Add rows (k, m) up one after the other, (m,).

    A product with ones or a sum along a short axis may add in another order at a chunk's end;
    so two people with the same scores have the same fit to the last digit, wherever they stand.
    """
    total: FloatArray = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total
