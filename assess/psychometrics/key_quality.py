"""How good a key is that several experts made: spread, agreement and what has to be dropped.

Experts rate every option on the answer range; the key is their mean. Options are the targets and
experts the judges of Shrout & Fleiss' second design: both are samples of many, and an expert who
rates everything higher disagrees with the others.

rwg(j), the agreement over many items at once, is left out on purpose: it takes the items for
parallel measures of one thing, and nears 1 with the number of options however much experts differ.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_SPREAD: Final = 1.0
"""An option over which the experts' SD is larger than this is dropped from the key."""
LEAST_RELIABILITY: Final = 0.70
"""The mean of the experts needs an ICC(2,k) of this or more."""
LEAST_EXPERTS: Final = 5

LEVEL: Final = 0.95

_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Agreement:
    """Intraclass correlation with its interval: of one expert, ``single``, and of the mean of k.

    ``options`` and ``experts`` say how many of each it rests on. An interval is NaN where experts
    agree to the last point, and where options differ no more than the experts disagree; there a
    coefficient is negative, or NaN if its equation has no meaning. All are NaN where no two
    options were rated by every expert.
    """

    single: float
    single_low: float
    single_high: float
    mean: float
    mean_low: float
    mean_high: float
    options: int
    experts: int


@dataclass(frozen=True)
class KeyQuality:
    """A key from several experts, options first.

    ``key`` and ``sd`` (O,) mean and SD (n - 1) of the experts in rating points, SD NaN under two
    ratings · ``raters`` (O,) how many rated · ``rwg`` (O,) from 0, as scattered as chance, to 1 ·
    ``kept`` (O,) whether the SD is known and at most 1 · ``agreement`` over the options that
    every expert rated · ``flags``: few-experts, low-agreement, incomplete, dropped-options.
    """

    key: FloatArray
    sd: FloatArray
    raters: IntArray
    rwg: FloatArray
    kept: BoolArray
    agreement: Agreement
    flags: tuple[str, ...]


def key_quality(ratings: FloatArray, *, low: int = 1, high: int = 5) -> KeyQuality:
    """Describe the key that ``ratings`` (experts, options) make, NaN where one gave none.

    Ratings run from ``low`` to ``high``. Experts who rated nothing are left out. rwg is 1 - s^2 /
    ((A^2 - 1) / 12) with A answers, the variance of answers spread evenly; below 0 it is 0.
    Raises ValueError for fewer than two experts, an option nobody rated, a rating outside the
    range, or a range of fewer than two answers.
    Source: James, Demaree & Wolf (1984), J. Applied Psychology 69(1), 85-98 (rwg); Shrout &
    Fleiss (1979), Psychological Bulletin 86(2), 420-428 (ICC).
    """
    ratings = _checked(ratings, low, high)
    raters = (~np.isnan(ratings)).sum(axis=0)
    key = np.nanmean(ratings, axis=0)
    several = raters > 1
    around = np.nansum((ratings - key) ** 2, axis=0)
    sd = np.where(several, np.sqrt(around / np.maximum(raters - 1, 1)), np.nan)
    chance = ((high - low + 1) ** 2 - 1) / 12
    rwg = np.where(several, np.maximum(1 - sd**2 / chance, 0.0), np.nan)
    kept = several & (np.nan_to_num(sd) <= MOST_SPREAD + _ROUNDING)
    complete = raters == len(ratings)
    agreement = _agreement_or_none(ratings[:, complete])
    raised = {
        "few-experts": len(ratings) < LEAST_EXPERTS,
        "low-agreement": not agreement.mean >= LEAST_RELIABILITY,
        "incomplete": not complete.all(),
        "dropped-options": not kept.all(),
    }
    flags = tuple(flag for flag, is_raised in raised.items() if is_raised)
    return KeyQuality(key, sd, raters, rwg, kept, agreement, flags)


def agreement_of(ratings: FloatArray, *, level: float = LEVEL) -> Agreement:
    """Give ICC(2,1) and ICC(2,k) of complete ``ratings`` (k experts, n options), with intervals.

    Absolute agreement: experts' different levels count against it. Unitless, at most 1.
    Raises ValueError for a rating that is missing, fewer than two experts or options, a level
    outside 0..1, or ratings that are all one.
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86(2), 420-428.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    if ratings.ndim != 2 or min(ratings.shape) < 2 or not np.isfinite(ratings).all():
        raise ValueError(f"agreement needs 2+ experts x 2+ options, complete, got {ratings.shape}")
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, got {level}")
    k, n = ratings.shape
    between, judges, error = _mean_squares(ratings)
    if between <= _ROUNDING and judges <= _ROUNDING and error <= _ROUNDING:
        raise ValueError("every expert gave every option the same rating")
    spread = k * (judges - error) / n
    single = _share(between - error, between + (k - 1) * error + spread)
    low, high = _interval(single, (between, judges, error), k, n, level)
    return Agreement(
        single=single,
        single_low=low,
        single_high=high,
        mean=_share(between - error, between + spread / k),
        mean_low=_stepped_up(low, k),
        mean_high=_stepped_up(high, k),
        options=n,
        experts=k,
    )


def _mean_squares(ratings: FloatArray) -> tuple[float, float, float]:
    """Mean squares between options, between experts and of the rest, of (k, n) ratings."""
    k, n = ratings.shape
    options, experts = ratings.mean(axis=0), ratings.mean(axis=1)
    rest = ratings - options - experts[:, None] + ratings.mean()
    between = k * options.var() * n / (n - 1)
    judges = n * experts.var() * k / (k - 1)
    return float(between), float(judges), float((rest**2).sum() / ((n - 1) * (k - 1)))


def _interval(
    single: float, squares: tuple[float, float, float], k: int, n: int, level: float
) -> tuple[float, float]:
    """Interval of ICC(2,1) by Satterthwaite's degrees of freedom; NaN where there is none."""
    between, judges, error = squares
    if error <= _ROUNDING or between <= error + _ROUNDING:
        return np.nan, np.nan
    ratio, own = judges / error, n * (1 + (k - 1) * single) - k * single
    freedom = (k - 1) * (n - 1) * (k * single * ratio + own) ** 2
    freedom /= (n - 1) * (k * single * ratio) ** 2 + own**2
    tail = 0.5 + level / 2
    wide, narrow = fdtri(n - 1, freedom, tail), fdtri(freedom, n - 1, tail)
    rest = k * judges + (k * n - k - n) * error
    low = n * (between - wide * error) / (wide * rest + n * between)
    high = n * (narrow * between - error) / (rest + n * narrow * between)
    return float(low), float(high)


def _share(part: float, whole: float) -> float:
    """Part of a whole that has to be positive, NaN where it is not."""
    return part / whole if whole > _ROUNDING else np.nan


def _stepped_up(single: float, k: int) -> float:
    """Spearman and Brown's step from one expert to the mean of k."""
    return k * single / (1 + (k - 1) * single)


def _agreement_or_none(ratings: FloatArray) -> Agreement:
    """Agreement over the options every expert rated, NaN where they are fewer than two."""
    experts, options = ratings.shape
    if options < 2:
        return Agreement(*(np.nan,) * 6, options=options, experts=experts)
    return agreement_of(ratings)


def _checked(ratings: FloatArray, low: int, high: int) -> FloatArray:
    """Give the ratings of experts who gave any, or refuse what makes no key."""
    ratings = np.asarray(ratings, dtype=np.float64)
    if high <= low:
        raise ValueError(f"ratings from {low} to {high} leave no choice")
    if ratings.ndim != 2:
        raise ValueError(f"ratings are experts x options, got {ratings.shape}")
    given = ~np.isnan(ratings)
    if (given & ~((ratings >= low) & (ratings <= high))).any():
        raise ValueError(f"a rating lies outside {low}..{high}")
    ratings = ratings[given.any(axis=1)]
    if len(ratings) < 2:
        raise ValueError(f"the quality of a key needs at least 2 experts, got {len(ratings)}")
    if not given.any(axis=0).all():
        option = int(np.flatnonzero(~given.any(axis=0))[0])
        raise ValueError(f"option {option} was rated by nobody")
    return ratings
