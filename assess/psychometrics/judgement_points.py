"""What else a judgement answer says beside its score: item points, raw distance, best and worst.

Points describe a form's internal consistency. Raw distance and agreement on the best and worst
response are what other ways of scoring would see; they are there to be compared, never to rank:
raw distance rises with how mildly and how boldly somebody rates, agreement loses the middle.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.sjt import score_ratings

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class RawDistance:
    """Mean ``squared`` and ``absolute`` difference of ratings and key, (n,) in rating points.

    0 is the key itself; NaN where nothing was rated. ``answered`` (n,) options rated.
    """

    squared: FloatArray
    absolute: FloatArray
    answered: IntArray


@dataclass(frozen=True)
class BestWorst:
    """Share of scenarios, 0..1, in which a person picks the key's ``best`` and ``worst``, (n,).

    ``chance_best`` and ``chance_worst`` (n,) are what rating at random gives on the same
    scenarios; ``scenarios`` (n,) how many counted. NaN where none did.
    """

    best: FloatArray
    worst: FloatArray
    chance_best: FloatArray
    chance_worst: FloatArray
    scenarios: IntArray


def closeness(ratings: FloatArray, key: FloatArray, weights: FloatArray) -> FloatArray:
    """Give each option's share in a score: -w (z_p - z_k)^2, (n, O), of ``ratings`` (n, O).

    z_p and z_k are ratings and ``key`` (O,) standardised over the options a person rated, as a
    score does; ``weights`` (O,) of one competency, 0 elsewhere. NaN where an option was not
    rated and throughout for who is not scorable. Alpha over these is a lower bound: options of
    one scenario measure several things, and standardising within a person ties them together.
    Raises ValueError as ``score_ratings``.
    """
    ratings = np.asarray(ratings, dtype=np.float64)
    scorable = score_ratings(ratings, key, weights[None, :]).scorable
    out = np.full(ratings.shape, np.nan)
    kept = ratings[scorable]
    ideal = np.where(np.isnan(kept), np.nan, key)
    out[scorable] = -weights * (_standardised(kept) - _standardised(ideal)) ** 2
    return out


def raw_distance(ratings: FloatArray, key: FloatArray) -> RawDistance:
    """Give how far ``ratings`` (n, O), NaN missing, lie from ``key`` (O,) as they stand.

    Unlike the score it never grows when one rating moves nearer to the key. Raises ValueError
    for shapes that do not fit or a key with a gap.
    Source: the D^2 of Cronbach & Gleser (1953), Psychological Bulletin 50(6), 456-473.
    """
    ratings, key = _checked(ratings, key)
    rated = ~np.isnan(ratings)
    answered = rated.sum(axis=1)
    some = np.where(answered > 0, answered, np.nan)
    gap = np.where(rated, ratings - key, 0.0)
    return RawDistance((gap**2).sum(axis=1) / some, np.abs(gap).sum(axis=1) / some, answered)


def best_worst(ratings: FloatArray, key: FloatArray, scenario: IntArray) -> BestWorst:
    """Give how often a person's best and worst option of a scenario are the key's.

    ``ratings`` (n, O), NaN missing, ``key`` (O,), ``scenario`` (O,) the scenario of each option.
    Ties: somebody who rates several options of a scenario highest picks among them by lot, and
    any of several options keyed highest is right, so the scenario counts with the share of the
    tied ones that are right. A scenario counts when all its options were rated and its key has
    a best; which ones those are depends on nobody else in the array.
    Raises ValueError as ``raw_distance``, or when no scenario's key varies.
    """
    ratings, key = _checked(ratings, key)
    scenario = np.asarray(scenario)
    if scenario.shape != key.shape:
        raise ValueError(f"scenarios {scenario.shape} and key {key.shape} do not fit")
    own = [np.flatnonzero(scenario == place) for place in np.unique(scenario)]
    own = [options for options in own if np.ptp(key[options]) > 0]
    if not own:
        raise ValueError("no scenario has a best option")
    counts = np.stack([~np.isnan(ratings[:, options]).any(axis=1) for options in own])
    n = counts.sum(axis=0)
    some = np.where(n > 0, n, np.nan)
    found = []
    for sign in (1.0, -1.0):
        pairs = [(sign * ratings[:, options], sign * key[options]) for options in own]
        shares = np.stack([_share_right(values, ideal) for values, ideal in pairs])
        chance = np.array([np.mean(ideal == ideal.max()) for _, ideal in pairs])
        found.append(np.where(counts, shares, 0.0).sum(axis=0) / some)
        found.append(chance @ counts / some)
    best, chance_best, worst, chance_worst = found
    return BestWorst(best, worst, chance_best, chance_worst, n)


def _share_right(values: FloatArray, ideal: FloatArray) -> FloatArray:
    """Share (n,) of the options a person rated highest, (n, O), that are keyed highest, (O,)."""
    picked = values == values.max(axis=1, keepdims=True)
    right = (picked & (ideal == ideal.max())).sum(axis=1)
    return np.asarray(right / np.maximum(picked.sum(axis=1), 1), dtype=np.float64)


def _checked(ratings: FloatArray, key: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give both as float arrays, or refuse what does not fit together."""
    ratings, key = np.asarray(ratings, dtype=np.float64), np.asarray(key, dtype=np.float64)
    if ratings.ndim != 2 or key.shape != ratings.shape[1:]:
        raise ValueError(f"ratings {ratings.shape} and key {key.shape} do not fit")
    if not np.isfinite(key).all():
        raise ValueError("a key needs a rating for every option")
    return ratings, key


def _standardised(values: FloatArray) -> FloatArray:
    """Standardise each row that has two different values or more, NaN staying NaN."""
    around = values - np.nanmean(values, axis=1, keepdims=True)
    return np.asarray(around / np.sqrt(np.nanmean(around**2, axis=1, keepdims=True)))
