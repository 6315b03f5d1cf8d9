"""How near a person's style is to what the job suits: an eighth part of the fit, a tenth at most.

A style has no better and no worse end, only nearer to the job's target or farther from it. On a
scale whose target lies at t (SDs of the reference), a person at x has the closeness

    k(x) = exp(-(x - t)^2 / (2 h^2)),  h = 1.2 SD, the tolerance of 20 points of the style strip:

1 at the target, .61 where the tolerance ends, .14 at twice the tolerance, never below 0, so that
one style far out cannot undo the other three. With the posterior N(m, s^2) of a scale

    E k = h / sqrt(h^2 + s^2) exp(-(m - t)^2 / (2 (h^2 + s^2))),
    k_t k_u = exp(-(t - u)^2 / (4 h^2)) times a k of width h / sqrt(2) and target (t + u) / 2,

which gives every mean, variance and covariance in closed form. The style's score is the sum of k
over the scales that count, brought to mean 0 and SD 1 where all scales are N(0, 1) and
independent. A scale that a person has no score on enters as N(0, 1), which is that reference: no
score at all gives mean 0 and error 1, as with a competency that was not measured.

Only calibrated rating scales count. Assumed, and labelled so: the scales are independent of each
other, and the style of the competencies, in the reference and in their errors.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.selection.composite import Fit
from assess.selection.guard_rails import HIGHEST_STYLE

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

TOLERANCE: Final = 20.0
"""Points of the style strip, 0 to 100, either side of a target."""

STRIP_T: Final = (20.0, 80.0)
"""These T-scores are the ends 0 and 100 of the style strip."""

_POINTS_PER_SD: Final = 1000 / (STRIP_T[1] - STRIP_T[0])
_WIDTH: Final = TOLERANCE / _POINTS_PER_SD


@dataclass(frozen=True)
class StyleScores:
    """The style scales of n people: ``mean`` and ``error`` (n, S), NaN not measured.

    ``counted`` (S,) says which scales may count: rating scales that are calibrated.
    Raises ValueError when shapes disagree.
    """

    mean: FloatArray
    error: FloatArray
    counted: BoolArray

    def __post_init__(self) -> None:
        """Refuse arrays that are not of the same people and scales."""
        shapes = self.mean.shape, self.error.shape, self.counted.shape
        if self.mean.ndim != 2 or shapes[1:] != (shapes[0], shapes[0][1:]):
            raise ValueError(f"style scores have shapes {shapes}, not (n, S), (n, S), (S,)")

    def of(self, people: NDArray[np.int64]) -> "StyleScores":
        """Give those of some people, by place (m,)."""
        return StyleScores(self.mean[people], self.error[people], self.counted)


@dataclass(frozen=True)
class StyleDemand:
    """What a profile asks of style: ``weight`` 0 to .10 in the fit, ``target`` (S,) 0 to 100.

    Raises ValueError for a value outside its range.
    """

    weight: float
    target: FloatArray

    def __post_init__(self) -> None:
        """Refuse a weight or a target out of range."""
        if not 0 <= self.weight <= HIGHEST_STYLE:
            raise ValueError(f"a style's weight lies in 0..{HIGHEST_STYLE:g}, got {self.weight}")
        if not ((self.target >= 0) & (self.target <= 100)).all():
            raise ValueError("style targets lie in 0..100")


@dataclass(frozen=True)
class StyleMatch:
    """The style's score, ``mean`` and ``error`` (n,), in SDs of the reference.

    ``measured`` (n,) how many of the scales that count each person has a score on.
    """

    mean: FloatArray
    error: FloatArray
    measured: NDArray[np.int64]


def weight_in_use(style: StyleDemand | None, scores: StyleScores | None) -> float:
    """Give the weight that style has in a fit: none where no scale that counts is offered."""
    if style is None or scores is None or not scores.counted.any():
        return 0.0
    return style.weight


def style_match(scores: StyleScores, target: FloatArray) -> StyleMatch:
    """Give how near each person's style is to ``target`` (S,), 0 to 100.

    Raises ValueError for targets that do not fit the scales, a mean without its error, or when
    no scale counts.
    """
    m, s, at = _counted(scores, target)
    centre, spread = _reference(at)
    near = _added(_expected(m, s, at, _WIDTH))
    variance = _covariance(m, s, at, at)
    return StyleMatch(
        mean=(near - centre) / spread,
        error=np.sqrt(np.maximum(variance, 0.0)) / spread,
        measured=np.isfinite(scores.mean[:, scores.counted]).sum(axis=1),
    )


def match_covariance(scores: StyleScores, target: FloatArray, other: FloatArray) -> FloatArray:
    """Give the error covariance (n,) of each person's matches to two targets (S,).

    Both rest on the same answers. Raises ValueError as `style_match` does.
    """
    m, s, at = _counted(scores, target)
    _m, _s, there = _counted(scores, other)
    found: FloatArray = _covariance(m, s, at, there) / (_reference(at)[1] * _reference(there)[1])
    return found


def with_style(found: Fit, match: StyleMatch, weight: float) -> Fit:
    """Give the fit (1 - weight) times the competencies' plus ``weight`` times the style's.

    Weight 0 gives ``found`` itself. Who has no fit without style has none with it.
    """
    if weight == 0:
        return found
    rest = 1 - weight
    style = np.where(np.isfinite(found.fit), weight * match.mean, np.nan)
    fit, error = rest * found.fit + style, np.hypot(rest * found.error, weight * match.error)
    sd_ref = float(np.hypot(rest * found.sd_ref, weight))
    return replace(
        found,
        fit=fit,
        error=error,
        contributions=rest * found.contributions,
        scaled=50 + 10 * fit / sd_ref,
        scaled_error=10 * error / sd_ref,
        sd_ref=sd_ref,
        style=style,
    )


def _counted(scores: StyleScores, target: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give mean, error (K, n) and target (K, 1) of the scales that count, in SDs."""
    target = np.asarray(target, dtype=np.float64)
    if target.shape != scores.counted.shape:
        raise ValueError(f"{scores.counted.size} style scales, {target.size} targets")
    if not scores.counted.any():
        raise ValueError("no style scale counts")
    m, s = (a[:, scores.counted].T for a in (scores.mean, scores.error))
    seen = np.isfinite(m)
    if not (np.isfinite(s) & (s >= 0))[seen].all():
        raise ValueError("every style score needs its error")
    at = (target[scores.counted] - 50) / _POINTS_PER_SD
    return np.where(seen, m, 0.0), np.where(seen, s, 1.0), at[:, None]


def _reference(at: FloatArray) -> tuple[float, float]:
    """Give mean and SD of the summed closeness where every scale is N(0, 1)."""
    nobody, one = np.zeros((at.size, 1)), np.ones((at.size, 1))
    centre = float(_added(_expected(nobody, one, at, _WIDTH))[0])
    return centre, float(np.sqrt(_covariance(nobody, one, at, at)[0]))


def _expected(m: FloatArray, s: FloatArray, at: FloatArray, width: float) -> FloatArray:
    """Give the expected closeness (K, n) under N(m, s^2), of a given width."""
    variance = width**2 + s**2
    found: FloatArray = width / np.sqrt(variance) * np.exp(-((m - at) ** 2) / (2 * variance))
    return found


def _covariance(m: FloatArray, s: FloatArray, at: FloatArray, other: FloatArray) -> FloatArray:
    """Give the covariance (n,) of the summed closeness to two targets (K, 1)."""
    overlap = np.exp(-((at - other) ** 2) / (4 * _WIDTH**2))
    both = overlap * _expected(m, s, (at + other) / 2, _WIDTH / np.sqrt(2))
    return _added(both - _expected(m, s, at, _WIDTH) * _expected(m, s, other, _WIDTH))


def _added(rows: FloatArray) -> FloatArray:
    """Add rows (K, n) up in their order, so that equal people are equal to the last digit."""
    total: FloatArray = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total
