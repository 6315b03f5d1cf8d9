"""How stable a ranking is: what becomes of it when the demand weights or the key move a little.

Weights are somebody's judgement and a key is a handful of experts' mean; a ranking that a small
change of either turns over should not be leant on. Both are moved many times by lot, people are
ranked anew each time, and the ranks are summarised. Measurement error is another matter (see
``ranking``): here every person's scores stay as they are.

A rank depends on who else is ranked, so everything here does, by definition: on the pool, the
seats, the seed and the draws. The order in which people come changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOVE: Final = 0.20
"""Each weight moves by up to this share of itself."""

_LOW: Final = 0.05
_HIGH: Final = 0.95
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Stability:
    """What moving the weights or the key did to a ranking, people in input order.

    ``rank`` (n,) as it stands, equal fits sharing the better one; ``rank_low`` (better) to
    ``rank_high`` (n,) hold nine draws in ten or more, ``rank_best`` to ``rank_worst`` (n,) all of
    them, and both today's rank.
    ``in_top`` (n,) share of draws in which the person is among the first ``seats``. Unranked
    people have ranks 0 and NaN.
    ``kept`` the mean share of today's top that stays there, ``kept_low`` what 95 % of draws
    keep or pass; ``agreement`` and ``agreement_low`` the same of Spearman's correlation with
    today's order, NaN where today's or a draw's order has only ties.
    """

    rank: IntArray
    rank_low: IntArray
    rank_high: IntArray
    rank_best: IntArray
    rank_worst: IntArray
    in_top: FloatArray
    kept: float
    kept_low: float
    agreement: float
    agreement_low: float
    moved: Literal["weights", "key"]
    seats: int
    draws: int
    seed: int


def stability_of_weights(
    mean: FloatArray,
    weights: FloatArray,
    seats: int,
    *,
    seed: int,
    move: float = MOVE,
    draws: int = 1000,
) -> Stability:
    """Rank anew under ``draws`` sets of weights, each weight moved by up to ``move`` of itself.

    ``mean`` (n, C) are the competency scores, NaN not measured, which counts 0 as it does in a
    fit; ``weights`` (C,) sum to 1. A weight is multiplied by 1 + u, u even over -move..move, and
    all are brought to a sum of 1 again. Somebody with no score that has weight is unranked.
    Takes draws x n x 4 bytes. Raises ValueError for shapes that do not fit, weights that do not
    sum to 1, a ``move`` outside 0..1, or fewer than 1 seat or draw.
    """
    mean, weights = np.asarray(mean, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if mean.ndim != 2 or weights.shape != mean.shape[1:]:
        raise ValueError(f"scores {mean.shape} and weights {weights.shape} do not fit")
    if not (weights >= 0).all() or abs(weights.sum() - 1) > _TOLERANCE:
        raise ValueError("weights are not negative and sum to 1")
    if not 0 <= move <= 1:
        raise ValueError(f"a weight moves by a share from 0 to 1 of itself, got {move}")
    seen = ~np.isnan(mean)
    evidence = (seen & (weights > 0)).any(axis=1)
    known = np.where(seen, mean, 0.0)

    def fits() -> Iterator[FloatArray]:
        rng = np.random.default_rng(seed)
        for _ in range(draws):
            moved = weights * (1 + rng.uniform(-move, move, weights.size))
            yield _composite(known, moved / moved.sum())

    original = np.where(evidence, _composite(known, weights), np.nan)
    return _summary(original, fits(), seats, draws=draws, seed=seed, moved="weights")


def stability_of_key(
    fits_under: Callable[[FloatArray], FloatArray],
    key: FloatArray,
    sd: FloatArray,
    seats: int,
    *,
    seed: int,
    draws: int = 200,
) -> Stability:
    """Rank anew under ``draws`` keys, each option's points drawn from N(key, sd).

    ``fits_under`` takes a key (O,) and gives every person's fit (n,), NaN unranked: it scores the
    people from their ratings on, with the norm as it stands. ``key`` (O,) and ``sd`` (O,), the
    experts' SD, in rating points. Somebody whom a drawn key leaves without a fit stands last in
    that draw.
    Takes draws x n x 4 bytes. Raises ValueError for shapes that do not fit, an SD that is
    missing or negative (a key of one expert has none), or fewer than 1 seat or draw.
    """
    key, sd = np.asarray(key, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    if key.ndim != 1 or sd.shape != key.shape:
        raise ValueError(f"key {key.shape} and SD {sd.shape} do not fit")
    if not np.isfinite(key).all() or not (np.isfinite(sd) & (sd >= 0)).all():
        raise ValueError("every option needs its points and the SD between several experts")

    def fits() -> Iterator[FloatArray]:
        rng = np.random.default_rng(seed)
        for _ in range(draws):
            yield fits_under(key + sd * rng.standard_normal(key.size))

    return _summary(fits_under(key), fits(), seats, draws=draws, seed=seed, moved="key")


def rank_scores(fit: FloatArray) -> FloatArray:
    """Ranks about their middle, equal fits (n,) sharing the mean of theirs: Spearman's scores."""
    # Equal fits get one value, so the order among them is free, and the quickest sort will do.
    order = np.argsort(fit)
    ascending = fit[order]
    new = np.r_[True, ascending[1:] != ascending[:-1]][: fit.size]
    edges = np.r_[np.flatnonzero(new), fit.size]
    scores = np.empty(fit.size)
    scores[order] = ((edges[:-1] + edges[1:] - fit.size) / 2)[np.cumsum(new) - 1]
    return scores


def score_correlation(one: FloatArray, other: FloatArray) -> float:
    """Correlate centred scores (n,); NaN where either has only ties."""
    length = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / length) if length > 0 else np.nan


def _composite(mean: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted sum (n,), added competency by competency so that equal people stay equal."""
    total = np.zeros(len(mean))
    for scores, weight in zip(mean.T, weights, strict=True):
        total += weight * scores
    return total


def _summary(
    original: FloatArray,
    fits: Iterator[FloatArray],
    seats: int,
    *,
    draws: int,
    seed: int,
    moved: Literal["weights", "key"],
) -> Stability:
    """Rank every draw and sum up what happened to the people ranked today."""
    if seats < 1 or draws < 1:
        raise ValueError(f"stability needs 1 seat and 1 draw at least, got {seats} and {draws}")
    ranked = ~np.isnan(original)
    today = original[ranked]
    ranks, agreement = _drawn(today, (drawn[ranked] for drawn in fits), draws)
    rank, in_top = _ranks(today), ranks <= seats
    kept = in_top[:, rank <= seats].mean(axis=1) if today.size else np.full(draws, np.nan)
    ranks.sort(axis=0)
    share = np.full(original.size, np.nan)
    share[ranked] = in_top.mean(axis=0)
    return Stability(
        rank=_placed(ranked, rank),
        rank_low=_placed(ranked, np.minimum(ranks[int(_LOW * (draws - 1))], rank)),
        rank_high=_placed(ranked, np.maximum(ranks[int(np.ceil(_HIGH * (draws - 1)))], rank)),
        rank_best=_placed(ranked, np.minimum(ranks[0], rank)),
        rank_worst=_placed(ranked, np.maximum(ranks[-1], rank)),
        in_top=share,
        kept=float(kept.mean()),
        kept_low=float(np.quantile(kept, _LOW, method="lower")),
        agreement=float(agreement.mean()),
        agreement_low=float(np.quantile(agreement, _LOW, method="lower")),
        moved=moved,
        seats=seats,
        draws=draws,
        seed=seed,
    )


def _drawn(
    today: FloatArray, fits: Iterator[FloatArray], draws: int
) -> tuple[NDArray[np.int32], FloatArray]:
    """Give the ranks (draws, m) under each draw, and its Spearman correlation with today's."""
    ranks = np.empty((draws, today.size), dtype=np.int32)
    agreement, places = np.empty(draws), rank_scores(today)
    for draw, drawn in enumerate(fits):
        fit = np.where(np.isnan(drawn), -np.inf, drawn)
        ranks[draw] = _ranks(fit)
        agreement[draw] = score_correlation(places, rank_scores(fit))
    return ranks, agreement


def _placed(ranked: BoolArray, values: IntArray) -> IntArray:
    """Give the ranked people's values at their input places, 0 elsewhere."""
    everybody = np.zeros(ranked.size, dtype=np.int64)
    everybody[ranked] = values
    return everybody


def _ranks(fit: FloatArray) -> IntArray:
    """Ranks from 1, the best; equal fits share the better one."""
    return np.searchsorted(np.sort(-fit), -fit).astype(np.int64) + 1
