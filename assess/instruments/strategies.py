"""What rating a judgement form without judgement earns: a report for its authors.

Each strategy's ratings are scored like anybody's; its percentile is where their median total falls
among simulated honest raters (`psychometrics.sjt.honest_raters`). These are facts about a form and
the scoring under that model, not about people. Random, longest and polite ratings should stay at
or under the 20th percentile; a coarse knower and faking good are reported and not limited, for the
first knows what is decent, and free practice for everybody is the fair answer to coaching.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.model import Instrument
from assess.instruments.scoring import judgement_key
from assess.psychometrics.sjt import honest_raters, score_ratings

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HIGHEST_PERCENTILE: Final = 20.0
RATERS: Final = 2000
SEED: Final = 7
DECENT: Final = 3.0
POLITE_WORDS: Final = (
    *("sorry", r"apolog\w+", r"thank\w*", "please", r"kind\w*", r"polite\w*", r"warm\w*"),
    *("friendly", "lovely", "happy", "understand", "luck", "wish", "care", "smile", "welcome"),
    *("honestly", r"calm\w*"),
)
"""The stated list of English politeness words, each a pattern for a whole word."""

_POLITE = re.compile(rf"\b(?:{'|'.join(POLITE_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class StrategyResult:
    """What one strategy earns on one form.

    ``percentile`` is where the median of its totals falls among the honest, in percent, NaN when
    it has no score; ``rise`` how many honest SDs its mean total lies above the honest mean;
    ``limit`` the highest percentile that is right, None where it is only reported.
    """

    form: str
    strategy: str
    percentile: float
    rise: float
    limit: float | None

    @property
    def fault(self) -> str | None:
        """What is wrong with the form, if its limit is passed."""
        if self.limit is None or not self.percentile > self.limit:
            return None
        return (
            f"{self.form}: {self.strategy} reaches percentile {self.percentile:.0f}, at most "
            f"{self.limit:g}; reword options until judgement is needed"
        )


def strategy_results(
    form: Instrument, *, raters: int = RATERS, seed: int = SEED
) -> tuple[StrategyResult, ...]:
    """Score every strategy on a judgement form against ``raters`` simulated honest people.

    The same form, raters and seed give the same numbers. Raises Invalid for another kind.
    """
    if form.kind != "judgement":
        raise Invalid(f"{form.key}: only a judgement form can be rated without judgement")
    honest = honest_ratings(form, raters=raters, seed=seed)
    totals = _totals(form, honest)
    found = []
    for name, (ratings, limit) in _strategies(form, honest, seed).items():
        earned = _totals(form, ratings)
        scored = earned[~np.isnan(earned)]
        found.append(
            StrategyResult(
                form=form.key,
                strategy=name,
                percentile=_percentile(totals, scored),
                rise=_rise(totals, scored),
                limit=limit,
            )
        )
    return tuple(found)


def honest_ratings(form: Instrument, *, raters: int = RATERS, seed: int = SEED) -> FloatArray:
    """Simulate the ratings (n, O) of honest people to a form, by the model of its norm."""
    key, _ = judgement_key(form)
    return honest_raters(key, scenario_places(form), np.random.default_rng(seed), raters)


def scenario_places(form: Instrument) -> IntArray:
    """Give the place of each option's scenario, (O,)."""
    sizes = [len(block.items) for block in form.blocks]
    return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)


def _strategies(
    form: Instrument, honest: FloatArray, seed: int
) -> Mapping[str, tuple[FloatArray, float | None]]:
    rng = np.random.default_rng(seed + 1)
    low, high = form.low, form.high
    points = range(low, high + 1)
    polite = polite_ratings(form)
    limited = {
        "random": rng.integers(low, high + 1, honest.shape).astype(np.float64),
        "longest in characters": longest(form, len),
        "longest in words": longest(form, lambda text: len(text.split())),
        "the longer the better": by_length(form),
        "most polite words": polite,
        "any polite word": np.where(polite > low, float(high), float(low)),
    }
    reported = {
        "coarse knower": coarse_knower(form),
        "faking good": faking_good(form, honest),
        **{f"{one} for everything": np.full(len(form.items), float(one)) for one in points},
    }
    return {name: (one, HIGHEST_PERCENTILE) for name, one in limited.items()} | {
        name: (one, None) for name, one in reported.items()
    }


def longest(form: Instrument, length: Callable[[str], int]) -> FloatArray:
    """Rate the longest option of each scenario highest and every other lowest, (O,)."""
    ratings: list[float] = []
    for block in form.blocks:
        lengths = [length(item.text) for item in block.items]
        ratings += [form.high if one == max(lengths) else form.low for one in lengths]
    return np.array(ratings, dtype=np.float64)


def by_length(form: Instrument) -> FloatArray:
    """Rate the options of each scenario from lowest for the shortest to highest, (O,)."""
    ratings: list[float] = []
    for block in form.blocks:
        order = np.argsort(np.argsort([len(item.text) for item in block.items]))
        span = (form.high - form.low) / (len(block.items) - 1)
        ratings += (form.low + order * span).tolist()
    return np.asarray(np.rint(ratings), dtype=np.float64)


def polite_ratings(form: Instrument) -> FloatArray:
    """Rate by polite words: none lowest, one two points more, two or more highest, (O,)."""
    counts = np.array([len(_POLITE.findall(item.text)) for item in form.items])
    return np.asarray(np.minimum(form.high, form.low + 2.0 * counts), dtype=np.float64)


def coarse_knower(form: Instrument) -> FloatArray:
    """Rate highest what the key calls decent, 3 or more, and lowest the rest, (O,)."""
    return np.where(judgement_key(form)[0] >= DECENT, float(form.high), float(form.low))


def faking_good(form: Instrument, honest: FloatArray) -> FloatArray:
    """Let the honest (n, O) exaggerate: what each finds better than average highest, else lowest.

    Nobody knows the key: who fakes pushes a rating towards the end on the side that this person
    takes for the good, or the poor, one.
    """
    above = honest > honest.mean(axis=1, keepdims=True)
    return np.where(above, float(form.high), float(form.low))


def _totals(form: Instrument, ratings: FloatArray) -> FloatArray:
    return score_ratings(np.atleast_2d(ratings), *judgement_key(form)).total


def _percentile(totals: FloatArray, scored: FloatArray) -> float:
    if not scored.size:
        return float("nan")
    known = totals[~np.isnan(totals)]
    return float(np.mean(known < np.median(scored)) * 100)


def _rise(totals: FloatArray, scored: FloatArray) -> float:
    if not scored.size:
        return float("nan")
    return float((scored.mean() - np.nanmean(totals)) / np.nanstd(totals))
