"""Stored scores as people read them: a value with its 90 % interval; and what to ask (pure)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assess.instruments.model import Competency
from assess.instruments.phrases import Z_90, region
from assess.rankings.queries import EntryView, Pair
from assess.selection.style_match import STRIP_T, TOLERANCE

Why = Literal["core", "low", "unmeasured", "wide"]

CORE_PROBES = 4
PERSONAL_PROBES = 2
WIDE_ERROR = 0.75
"""True-score SDs: from here on the 90 % interval is as wide as three quarters of all people."""
STYLE_TOLERANCE = TOLERANCE


@dataclass(frozen=True)
class Reading:
    """A value and its 90 % interval, in one unit."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Probe:
    """An interview question about a competency, and why this person is asked."""

    code: str
    title: str
    question: str
    why: Why


def fit_reading(entry: EntryView) -> Reading | None:
    """Give the fit in shown units, None for the unranked."""
    if entry.fit is None or entry.fit_error is None:
        return None
    return with_error(entry.fit, entry.fit_error)


def score_reading(pair: Pair | None) -> Reading | None:
    """Show a true score (mean, error) as T = 50 + 10 m; None where there is none."""
    return None if pair is None else with_error(50 + 10 * pair[0], 10 * pair[1])


def style_reading(pair: Pair | None) -> Reading | None:
    """Show a style score on the strip's 0 to 100: T 20 is 0, T 80 is 100."""
    seen = score_reading(pair)
    if seen is None:
        return None
    low, high = STRIP_T
    return Reading(*(100 * (t - low) / (high - low) for t in (seen.value, seen.low, seen.high)))


def competency_pair(entry: EntryView, code: str) -> Pair | None:
    """Give a competency's (mean, error), None where it was not measured."""
    mean, error = entry.mean.get(code), entry.error.get(code)
    return None if mean is None or error is None else (mean, error)


def probes(
    entry: EntryView, by_weight: Sequence[Competency], *, personal: int = PERSONAL_PROBES
) -> tuple[Probe, ...]:
    """Give the core four, the same for everyone in a campaign, and up to ``personal`` ones.

    ``by_weight`` are the competencies, the profile's heaviest first. Personal: what lies wholly
    below the reference, then what was not measured, then what is very uncertain.
    """
    core = [Probe(one.code, one.title, one.probe, "core") for one in by_weight[:CORE_PROBES]]
    rest = [(one, _why(entry, one.code)) for one in by_weight[CORE_PROBES:]]
    order: tuple[Why, ...] = ("low", "unmeasured", "wide")
    own = [
        Probe(one.code, one.title, one.probe, wanted)
        for wanted in order
        for one, why in rest
        if why == wanted
    ]
    return tuple(core + own[:personal])


def last_seat_band(entries: Sequence[EntryView], seats: int) -> int | None:
    """Give the band of whoever's rank takes the last seat; None when everybody ranked has one.

    By rank, not by filling up the bands: bands of different coverage or error overlap in rank.
    """
    places = [(one.rank, one.band or 0) for one in entries if one.rank is not None]
    if len(places) <= seats:
        return None
    return max(place for place in places if place[0] <= seats)[1]


def in_tenths(parts: Sequence[float], total: float) -> tuple[list[float], float]:
    """Round parts to tenths so that they still add up to the rounded ``total``; give both.

    The tenths that plain rounding loses go where it cut off most.
    """
    whole = round(10 * total)
    floors = [math.floor(10 * part) for part in parts]
    lost = sorted(range(len(parts)), key=lambda i: floors[i] - 10 * parts[i])
    for i in lost[: whole - sum(floors)]:
        floors[i] += 1
    return [floor / 10 for floor in floors], whole / 10


def _why(entry: EntryView, code: str) -> Why | None:
    pair = competency_pair(entry, code)
    if pair is None:
        return "unmeasured"
    if region(*pair) == "below":
        return "low"
    return "wide" if pair[1] >= WIDE_ERROR else None


def with_error(value: float, error: float) -> Reading:
    """Give a value with its 90 % interval, in its unit; ValueError when there is none."""
    if math.isnan(value) or math.isnan(error):
        raise ValueError("a score that is not there has no reading")
    return Reading(value, value - Z_90 * error, value + Z_90 * error)
