"""How many more people to invite, so that enough have finished by a day.

Everybody invited finishes in the end with probability p, after a delay of d whole days with
cumulative distribution F. Both are learnt from the people invited so far.

- Delays are seen only when they are over (right truncation). Going backward in time this is plain
  survival: the reverse hazard g(d) = P(delay = d | delay <= d) is the share, among those who
  finished within d days and were invited more than d days ago, of who took d; and
  F(d) = prod over j > d of (1 - g(j)). Each g(d) has a beta posterior. Source: Lagakos, Barraj &
  De Gruttola (1988), Biometrika 75, 515-523.
- p has a beta prior worth PRIOR_PEOPLE invitations at the field's rates. Given F its density is
  proportional to p^(a-1+finished) (1-p)^(b-1+out) prod over cohorts of (1 - p F(age))^open; once
  every delay is over, that is Beta(a + finished, b + not finished), and what m more people do is
  beta-binomial.
- Of the open people of a cohort seen for ``age`` days, each finishes by the day, h days from now,
  with probability p (F(age+h) - F(age)) / (1 - p F(age)); of m new people, with r = p F(h).
- The number of invitations until K of the new ones finish in time is K plus a negative binomial
  (K, r): its quantiles over the draws are the numbers to invite for a given chance.

The draws are of a fixed seed: the same data give the same numbers. What it supposes: that the next
people are like the last ones, and that each decides alone.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FIELD_STARTS: Final = 0.60
FIELD_FINISHES: Final = 0.90
"""Of those invited who start, and of these who finish: a vendor's year of data (Sova)."""
PRIOR_PEOPLE: Final = 8
"""What the field's rate weighs, in invitations: so few that rates from 26 to 81 % stay likely, for
campaigns differ (one employer reports 51 % before and 86 % after a change of platform)."""
ASSUMED_PER_DAY: Final = 0.35
"""Assumed, for want of a published figure: of those still to finish, who does so on a day."""
PRIOR_DELAYS: Final = 10
LONGEST_DELAY: Final = 120
MOST_INVITED: Final = 100_000
CHANCES: Final = (0.5, 0.8, 0.9)
RECOMMENDED: Final = 0.8
LEVEL: Final = 0.90
_DELAY_DRAWS, _RATE_DRAWS, _GRID, _SEED = 150, 16, 61, 20_260_101


@dataclass(frozen=True)
class Observed:
    """People by day of invitation, C days.

    ``age`` (C,) days since then, 0 is today; ``still_open`` (C,) may still finish; ``out`` (C,)
    never will: withdrawn, or not reached; ``finished`` (C, D) by the day of their delay, 0 the
    day they were invited; those who finished on the last day seen have ``age`` as their delay.
    """

    age: IntArray
    still_open: IntArray
    out: IntArray
    finished: IntArray

    def __post_init__(self) -> None:
        days = len(self.age)
        shapes_fit = self.still_open.shape == self.out.shape == (days,)
        if not shapes_fit or self.finished.ndim != 2 or len(self.finished) != days:
            raise ValueError("every cohort needs its age, its open people, and its finished ones")
        if any((part < 0).any() for part in (self.age, self.still_open, self.out, self.finished)):
            raise ValueError("a number of people or days is not negative")
        late = np.arange(self.finished.shape[1]) > self.age[:, None]
        if self.finished[late].any():
            raise ValueError("nobody finishes after today")

    @property
    def people(self) -> int:
        """How many were invited."""
        return int(self.still_open.sum() + self.out.sum() + self.finished.sum())


@dataclass(frozen=True)
class Expected:
    """A number most likely ``middle`` (median), and between ``low`` and ``high`` at 90 %."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """What to expect by the day, and what to do.

    ``rate`` who finish in the end; ``in_time`` who of new people finish by the day (mean);
    ``alone`` finished by the day when nobody more is invited, with the chance ``enough`` that
    this will do; ``invite`` how many more give each of CHANCES, None beyond MOST_INVITED;
    ``then`` finished by the day when the recommended number is invited; ``own`` the weight of
    the campaign's own people in the rate, 0 to 1.
    """

    rate: Expected
    in_time: float
    alone: Expected
    enough: float
    invite: tuple[tuple[float, int | None], ...]
    then: Expected | None
    own: float

    @property
    def recommended(self) -> int | None:
        """The number to invite, None when no number will do."""
        return dict(self.invite)[RECOMMENDED]


def forecast(seen: Observed, needed: int, *, days: int, day_gone: float = 0.0) -> Forecast:
    """Say how many more to invite so that ``needed`` have finished in ``days`` days, 0 today.

    New people are invited today. ``day_gone`` is the part of today that is over, 0 to 1. Raises
    ValueError for a day before today, or needing less than one.
    """
    if needed < 1 or days < 0 or not 0 <= day_gone <= 1:
        raise ValueError("a forecast needs at least one person, and a day that is still to come")
    rng = np.random.default_rng(_SEED)
    delays = _delay_draws(seen, rng)
    rates, which = _rate_draws(seen, delays, rng)
    longest = delays.shape[1] - 1
    done = int(seen.finished.sum())
    total = done + _coming(seen, rates, delays[which], days, day_gone, rng)
    fresh = rates * delays[which, min(days, longest)]
    lacking = np.maximum(needed - total, 0)
    more = lacking + rng.negative_binomial(np.maximum(lacking, 1), np.maximum(fresh, 1e-6)) * (
        lacking > 0
    )
    invite = tuple((chance, _number(more, chance)) for chance in CHANCES)
    recommended = dict(invite)[RECOMMENDED]
    then = None if recommended is None else _expected(total + rng.binomial(recommended, fresh))
    over = _over(seen, delays.mean(axis=0))
    return Forecast(
        _expected(rates), float(fresh.mean()), _expected(total), float((lacking == 0).mean()),
        invite, then, over / (over + PRIOR_PEOPLE),
    )  # fmt: skip


def _delay_draws(seen: Observed, rng: np.random.Generator) -> FloatArray:
    """Draw F (R, D + 1): by reverse hazards, today's unfinished day left out."""
    days = np.arange(LONGEST_DELAY + 1)
    before = np.exp(np.log1p(-ASSUMED_PER_DAY) * days)
    prior = before * ASSUMED_PER_DAY
    prior[-1] = before[-1]
    whole, within = _whole_days(seen)
    took = whole.sum(axis=0) + PRIOR_DELAYS * prior
    at_risk = (whole.cumsum(axis=1) * within).sum(axis=0) + PRIOR_DELAYS * prior.cumsum()
    hazard = rng.beta(
        np.maximum(took[1:], 1e-9),
        np.maximum((at_risk - took)[1:], 1e-9),
        (_DELAY_DRAWS, LONGEST_DELAY),
    )
    later = np.cumprod((1.0 - hazard)[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([later, np.ones((_DELAY_DRAWS, 1))], axis=1)


def _whole_days(seen: Observed) -> tuple[IntArray, NDArray[np.bool_]]:
    """Give finished (C, D + 1) by delay without today's, and which delays could be seen."""
    full = np.zeros((len(seen.age), LONGEST_DELAY + 1), dtype=np.int64)
    width = min(seen.finished.shape[1], LONGEST_DELAY + 1)
    full[:, :width] = seen.finished[:, :width]
    full[:, -1] += seen.finished[:, width:].sum(axis=1)
    within = np.arange(LONGEST_DELAY + 1) < seen.age[:, None]
    return full * within, within


def _rate_draws(
    seen: Observed, delays: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw p (S,) from its posterior given each drawn F, and say which F it was."""
    whole, _within = _whole_days(seen)
    finished = whole.sum()
    # Who finishes today was open at midnight, up to where the delays are seen.
    unsettled = (seen.still_open + seen.finished.sum(axis=1) - whole.sum(axis=1)).astype(float)
    field = FIELD_STARTS * FIELD_FINISHES
    shape = (PRIOR_PEOPLE * field + finished, PRIOR_PEOPLE * (1 - field) + seen.out.sum())
    past = _until(delays, seen.age - 1)
    centre, width = _mode(shape, unsettled, past)
    steps = centre[:, None] + width[:, None] * np.linspace(-6, 6, _GRID)
    log_density = shape[0] * np.log(expit(steps)) + shape[1] * np.log(expit(-steps))
    for people, share in zip(unsettled, past.T, strict=True):
        log_density += people * np.log1p(-expit(steps) * share[:, None])
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    mass = density.cumsum(axis=1) - density / 2
    mass /= density.sum(axis=1, keepdims=True)
    # Stratified: every part of the posterior is drawn alike from each F.
    at = (np.arange(_RATE_DRAWS) + rng.random((len(delays), _RATE_DRAWS))) / _RATE_DRAWS
    drawn = [np.interp(one, m, s) for one, m, s in zip(at, mass, steps, strict=True)]
    return expit(np.concatenate(drawn)), np.repeat(np.arange(len(delays)), _RATE_DRAWS)


def _mode(
    shape: tuple[float, float], unsettled: FloatArray, past: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Find the mode of logit p by halving, and its spread there, one of each for every F (R,)."""
    low, high = np.full(len(past), -20.0), np.full(len(past), 20.0)
    for _ in range(50):
        middle = (low + high) / 2
        up = _slope(expit(middle), shape, unsettled, past) > 0
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    step = 1e-4
    ends = [_slope(expit(low + move), shape, unsettled, past) for move in (-step, step)]
    curvature = (ends[0] - ends[1]) / (2 * step)
    return low, 1 / np.sqrt(np.maximum(curvature, 1.0))


def _slope(
    p: FloatArray, shape: tuple[float, float], unsettled: FloatArray, past: FloatArray
) -> FloatArray:
    """Give the slope of the log density of logit p at ``p``."""
    lost = (unsettled * past / (1 - p[:, None] * past)).sum(axis=1)
    return np.asarray(shape[0] * (1 - p) - shape[1] * p - lost * p * (1 - p))


def _coming(
    seen: Observed,
    rates: FloatArray,
    delays: FloatArray,
    days: int,
    day_gone: float,
    rng: np.random.Generator,
) -> IntArray:
    """Draw how many of the open people finish by the day (S,)."""
    now = (1 - day_gone) * _until(delays, seen.age - 1) + day_gone * _until(delays, seen.age)
    then = _until(delays, seen.age + days)
    p = rates[:, None]
    chance = p * (then - now) / np.maximum(1 - p * now, 1e-12)
    return np.asarray(rng.binomial(seen.still_open, np.clip(chance, 0, 1)).sum(axis=1))


def _until(delays: FloatArray, age: IntArray) -> FloatArray:
    """F after ``age`` days (R, C): 0 before the first, 1 behind the longest delay."""
    found = delays[:, np.clip(age, 0, LONGEST_DELAY)]
    return np.asarray(np.where(age < 0, 0.0, found))


def _over(seen: Observed, delay: FloatArray) -> float:
    """Count the people whose outcome is known, the open ones by the share of F that is over."""
    past = _until(delay[None, :], seen.age - 1)[0]
    return float(seen.out.sum() + seen.finished.sum() + (seen.still_open * past).sum())


def _number(more: IntArray, chance: float) -> int | None:
    found = int(np.quantile(more, chance, method="inverted_cdf"))
    return found if found <= MOST_INVITED else None


def _expected(draws: FloatArray | IntArray) -> Expected:
    tail = (1 - LEVEL) / 2
    low, middle, high = np.quantile(draws, [tail, 0.5, 1 - tail], method="inverted_cdf")
    return Expected(float(low), float(middle), float(high))


__all__ = ["CHANCES", "Expected", "Forecast", "Observed", "forecast"]
