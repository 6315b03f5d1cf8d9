"""The structural summary of a circumplex profile: elevation, amplitude, displacement and fit.

A profile of k scales at known angles is described by a cosine curve. Angles and displacement are
in degrees, anticlockwise from the right; elevation, x, y and amplitude in the unit of the scores.

Source: Gurtman (1992), J. Personality & Social Psychology 63(1); Zimmermann & Wright (2017),
Assessment 24(1), for the bootstrap.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

OCTANTS: Final[FloatArray] = np.array([90.0, 135, 180, 225, 270, 315, 360, 45])
"""The angles of the octant scales PA, BC, DE, FG, HI, JK, LM, NO, in this order."""
OCTANTS.flags.writeable = False

CERTAIN_RATIO: Final = 0.35
"""Lower bound of the amplitude over the width of its interval, below which it touches 0."""

_CHUNK: Final = 250


@dataclass(frozen=True)
class StructuralSummary:
    """Summaries of n profiles, each (n,): the curve's parameters and how well it fits.

    ``displacement`` in degrees from 0 up to 360, NaN for a profile without amplitude; ``fit`` is
    R squared, at most 1, NaN for a flat profile. With 4 scales one degree of freedom is left and
    the fit says little.
    """

    elevation: FloatArray
    x: FloatArray
    y: FloatArray
    amplitude: FloatArray
    displacement: FloatArray
    fit: FloatArray


@dataclass(frozen=True)
class Interval:
    """An estimate with its bootstrap interval. Degrees may run past 0: ``low`` above ``high``."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ProfileSummary:
    """One group's (or contrast's) structural summary with percentile bootstrap intervals.

    ``displacement`` is None when the amplitude's interval touches 0: the direction of nothing.
    ``scores`` (k,) is the profile; ``persons`` behind it; ``level``, ``draws`` and ``seed`` of the
    bootstrap.
    """

    scores: FloatArray
    persons: int
    elevation: Interval
    x: Interval
    y: Interval
    amplitude: Interval
    displacement: Interval | None
    fit: float
    level: float
    draws: int
    seed: int


def structural_summary(scores: FloatArray, angles: FloatArray = OCTANTS) -> StructuralSummary:
    """Summarise profiles ``scores`` (n, k), or one (k,), of scales at ``angles`` (k,) degrees.

    A profile with a missing score has NaN throughout. The angles must be evenly spaced: only
    then are the three parameters the least-squares curve.
    Raises ValueError for under 4 scales, shapes that do not fit, or uneven angles.
    """
    scores = np.atleast_2d(np.asarray(scores, dtype=np.float64))
    angles = _checked_angles(angles, scores.shape[1])
    turned = np.deg2rad(angles)
    elevation = scores.mean(axis=1)
    x = scores @ np.cos(turned) * (2 / angles.size)
    y = scores @ np.sin(turned) * (2 / angles.size)
    amplitude = np.hypot(x, y)
    size = np.maximum(np.abs(scores).max(axis=1), 1e-300)
    flat = ~(amplitude > 1e-12 * size)
    displacement = np.where(flat, np.nan, np.rad2deg(np.arctan2(y, x)) % 360)
    curve = x[:, None] * np.cos(turned) + y[:, None] * np.sin(turned)
    around = scores - elevation[:, None]
    spread = (around**2).sum(axis=1)
    missed = ((around - curve) ** 2).sum(axis=1)
    varies = spread > (1e-12 * size) ** 2
    fit = 1 - np.divide(missed, spread, out=np.full(len(scores), np.nan), where=varies)
    return StructuralSummary(elevation, x, y, amplitude, displacement, fit)


def mean_profile(
    scores: FloatArray,
    angles: FloatArray = OCTANTS,
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
) -> ProfileSummary:
    """Summarise the mean profile of people ``scores`` (n, k), with bootstrap intervals.

    Raises ValueError as ``structural_summary`` does, for under 3 people, or a missing score.
    """
    scores, angles = _checked_people(scores, angles)
    rng = np.random.default_rng(seed)
    drawn = _resampled_means(scores, rng, draws)
    return _summary(scores.mean(axis=0), drawn, angles, len(scores), level, draws, seed)


def difference_profile(
    scores: FloatArray,
    others: FloatArray,
    angles: FloatArray = OCTANTS,
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
) -> ProfileSummary:
    """Summarise the difference of two groups' mean profiles, ``scores`` less ``others``.

    Each group (n, k) and (m, k) is resampled by itself. The amplitude is that of the difference
    scores, which is not the difference of the amplitudes. Raises as ``mean_profile``.
    """
    scores, angles = _checked_people(scores, angles)
    others, _ = _checked_people(others, angles)
    rng = np.random.default_rng(seed)
    drawn = _resampled_means(scores, rng, draws) - _resampled_means(others, rng, draws)
    profile = scores.mean(axis=0) - others.mean(axis=0)
    return _summary(profile, drawn, angles, len(scores) + len(others), level, draws, seed)


def correlation_profile(
    scores: FloatArray,
    measure: FloatArray,
    angles: FloatArray = OCTANTS,
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
) -> ProfileSummary:
    """Summarise the correlations of a ``measure`` (n,) with the scales of ``scores`` (n, k).

    Raises as ``mean_profile``, and when the measure or a scale does not vary.
    """
    scores, angles = _checked_people(scores, angles)
    measure = np.asarray(measure, dtype=np.float64)
    if measure.shape != (len(scores),) or not np.isfinite(measure).all():
        raise ValueError(f"{measure.shape} measures do not fit {len(scores)} people")
    joined = np.column_stack([scores, measure])
    if not (np.ptp(joined, axis=0) > 0).all():
        raise ValueError("a correlation needs a measure and scales that vary")
    joined = (joined - joined.mean(axis=0)) / joined.std(axis=0)
    moments = np.hstack([joined, joined**2, joined[:, :-1] * joined[:, -1:]])
    rng = np.random.default_rng(seed)
    drawn = _correlations(_resampled_means(moments, rng, draws))
    profile = _correlations(moments.mean(axis=0)[None])[0]
    return _summary(profile, drawn, angles, len(scores), level, draws, seed)


def touches_zero(low: float, high: float) -> bool:
    """Say whether an amplitude with interval ``low`` to ``high`` may be none at all.

    An amplitude is never negative, and so a percentile interval never includes 0, even where
    there is nothing to be found. It counts as touching 0 when low / (high - low) is under .35:
    a true amplitude of 0 then passes in at most about 2.5 of 100 samples.
    Source: R circumplex, rule D-007 (github.com/jmgirard/circumplex, pull request 40).
    """
    return low < CERTAIN_RATIO * (high - low) or high <= 0


def _summary(
    profile: FloatArray,
    drawn: FloatArray,
    angles: FloatArray,
    persons: int,
    level: float,
    draws: int,
    seed: int,
) -> ProfileSummary:
    """Put the profile's parameters beside the quantiles of those drawn, (draws, k)."""
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, got {level}")
    at, boot = structural_summary(profile, angles), structural_summary(drawn, angles)
    tails = ((1 - level) / 2, (1 + level) / 2)

    def interval(value: FloatArray, values: FloatArray) -> Interval:
        low, high = np.quantile(values, tails)
        return Interval(float(value[0]), float(low), float(high))

    amplitude = interval(at.amplitude, boot.amplitude)
    return ProfileSummary(
        scores=profile,
        persons=persons,
        elevation=interval(at.elevation, boot.elevation),
        x=interval(at.x, boot.x),
        y=interval(at.y, boot.y),
        amplitude=amplitude,
        displacement=None
        if touches_zero(amplitude.low, amplitude.high)
        else _angle_interval(float(at.displacement[0]), boot.displacement, tails),
        fit=float(at.fit[0]),
        level=level,
        draws=draws,
        seed=seed,
    )


def _angle_interval(value: float, angles: FloatArray, tails: tuple[float, float]) -> Interval:
    """Quantiles of angles as deviations around their circular mean, in degrees."""
    angles = np.deg2rad(angles[~np.isnan(angles)])
    middle = np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())
    around = (angles - middle + np.pi) % (2 * np.pi) - np.pi
    low, high = np.rad2deg(middle + np.quantile(around, tails)) % 360
    return Interval(value, float(low), float(high))


def _resampled_means(values: FloatArray, rng: np.random.Generator, draws: int) -> FloatArray:
    """Column means (draws, c) of people drawn with replacement from ``values`` (n, c)."""
    n = len(values)
    if draws < 100:
        raise ValueError(f"a bootstrap interval needs 100+ draws, got {draws}")
    means = np.empty((draws, values.shape[1]))
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        picks = rng.integers(0, n, (size, n)) + np.arange(size)[:, None] * n
        counts = np.bincount(picks.ravel(), minlength=size * n).reshape(size, n)
        means[start : start + size] = counts @ values / n
    return means


def _correlations(means: FloatArray) -> FloatArray:
    """Correlations (d, k) with the last of k + 1 variables, from means, squares and products."""
    k = (means.shape[1] - 2) // 3
    first, second, products = means[:, : k + 1], means[:, k + 1 : 2 * k + 2], means[:, 2 * k + 2 :]
    spread = np.sqrt(np.maximum(second - first**2, 0.0))
    shared = products - first[:, :k] * first[:, k:]
    product = spread[:, :k] * spread[:, k:]
    return np.asarray(np.divide(shared, product, out=np.zeros_like(shared), where=product > 0))


def _checked_angles(angles: FloatArray, k: int) -> FloatArray:
    angles = np.asarray(angles, dtype=np.float64)
    if angles.shape != (k,) or k < 4:
        raise ValueError(f"{angles.shape} angles do not fit {k} scales (4 or more)")
    gaps = np.diff(np.sort(angles % 360))
    if not np.allclose(gaps, 360 / k):
        raise ValueError("the scales must stand at evenly spaced angles")
    return angles


def _checked_people(scores: FloatArray, angles: FloatArray) -> tuple[FloatArray, FloatArray]:
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or len(scores) < 3:
        raise ValueError(f"a bootstrap needs 3+ people x scales, got {scores.shape}")
    if not np.isfinite(scores).all():
        raise ValueError("a score is missing; leave such people out, and say so")
    return scores, _checked_angles(angles, scores.shape[1])
