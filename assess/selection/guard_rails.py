"""What is shaky about a profile: found before it is saved, as codes with their numbers.

Each finding says what was found, about what, and the figures it rests on; the words for people
are the pages'. Nothing is forbidden here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from assess.selection.demand import PRIOR_CONTACTS

FloatArray = NDArray[np.float64]

Code = Literal[
    "one_scale",
    "unreliable_minimum",
    "unmeasured_minimum",
    "uncalibrated_weight",
    "style_weight",
    "few_contacts",
]

ONE_SCALE: Final = 0.50
"""A scale that carries more of the weight than all the others together."""

RELIABLE: Final = 0.80
"""Reliability from which single scores may decide about a person, as for a minimum.

Nunnally & Bernstein (1994), Psychometric Theory, 3rd ed., ask for .90 where a single score
decides, so this is the lenient bound.
"""

HIGHEST_STYLE: Final = 0.10

MINIMUM_RANGE: Final = (20.0, 80.0)
"""Shown points: a minimum beyond the scale on which an index is drawn would hold back nobody."""


@dataclass(frozen=True)
class Source:
    """One scored scale of the battery and the competency, by place, that it is evidence of."""

    scale: str
    competency: int
    calibrated: bool


@dataclass(frozen=True)
class Tuning:
    """A profile as it would be saved.

    ``weights`` (C,) sum to 1; ``minimums`` by competency, in shown points (50 + 10 SDs);
    ``reliability`` (C,) of each competency's index, NaN not measured; ``style_weight`` 0..1;
    ``n_contacts`` the records behind the mix, None for one given by hand.
    """

    weights: FloatArray
    sources: Sequence[Source]
    reliability: FloatArray
    minimums: Mapping[int, float]
    style_weight: float = 0.0
    n_contacts: int | None = None


@dataclass(frozen=True)
class Finding:
    """What was found: about a scale, or a competency by place, or the profile (None)."""

    code: Code
    about: str | int | None
    figures: Mapping[str, float]


def guard_rails(tuning: Tuning) -> tuple[Finding, ...]:
    """Look a profile over; findings kind by kind, always in the same order.

    Raises ValueError when weights and reliabilities disagree or a place is no competency.
    """
    size = tuning.weights.size
    places = {one.competency for one in tuning.sources} | set(tuning.minimums)
    if tuning.reliability.shape != (size,) or not places <= set(range(size)):
        raise ValueError("weights, reliabilities, sources and minimums are not of one profile")
    shares = scale_shares(tuning.weights, tuning.sources)
    return (
        *_one_scale(shares),
        *_minimums(tuning),
        *_uncalibrated(tuning.sources, shares),
        *_style(tuning.style_weight),
        *_contacts(tuning.n_contacts),
    )


def scale_shares(weights: FloatArray, sources: Sequence[Source]) -> dict[str, float]:
    """Give each scale's share of the weight that has evidence; they sum to 1, or none has any.

    The parts of a competency count alike, as its index is half of each.
    """
    parts = np.bincount([one.competency for one in sources], minlength=weights.size)
    evidenced = float(weights[parts > 0].sum())
    if evidenced <= 0:
        return {}
    shares: dict[str, float] = {}
    for one in sources:
        part = float(weights[one.competency]) / int(parts[one.competency]) / evidenced
        shares[one.scale] = shares.get(one.scale, 0.0) + part
    return shares


def wrong_side(minimum: float, reliability: float) -> float:
    """Give the share of the reference whom an index puts on the wrong side of a ``minimum``.

    The minimum in shown points. True scores are N(0, 1), their posterior means N(0,
    reliability), and the two correlate by its root: who is above by one and below by the other
    is misjudged. Raises ValueError for a reliability outside 0..1.
    """
    if not 0 <= reliability <= 1:
        raise ValueError(f"a reliability lies in 0..1, got {reliability}")
    cut = (minimum - 50) / 10
    if reliability == 0:
        return float(ndtr(-abs(cut)))
    from scipy.stats import multivariate_normal  # noqa: PLC0415 - half a second of every start

    r = np.sqrt(reliability)
    below = multivariate_normal.cdf([cut, cut / r], cov=[[1, r], [r, 1]], allow_singular=True)
    return float(max(0.0, ndtr(cut) + ndtr(cut / r) - 2 * below))


def _one_scale(shares: Mapping[str, float]) -> Iterator[Finding]:
    for scale, share in shares.items():
        if share > ONE_SCALE:
            yield Finding("one_scale", scale, {"share": share, "at_most": ONE_SCALE})


def _minimums(tuning: Tuning) -> Iterator[Finding]:
    for place, minimum in sorted(tuning.minimums.items()):
        reliability = float(tuning.reliability[place])
        if np.isnan(reliability):
            yield Finding("unmeasured_minimum", place, {"minimum": minimum})
        elif reliability < RELIABLE:
            yield Finding(
                "unreliable_minimum",
                place,
                {
                    "minimum": minimum,
                    "reliability": reliability,
                    "at_least": RELIABLE,
                    "wrong_side": wrong_side(minimum, reliability),
                },
            )


def _uncalibrated(sources: Sequence[Source], shares: Mapping[str, float]) -> Iterator[Finding]:
    for scale in dict.fromkeys(one.scale for one in sources if not one.calibrated):
        if shares.get(scale, 0.0) > 0:
            yield Finding("uncalibrated_weight", scale, {"share": shares[scale]})


def _style(weight: float) -> Iterator[Finding]:
    if weight > 0:
        yield Finding("style_weight", None, {"weight": weight, "at_most": HIGHEST_STYLE})


def _contacts(n: int | None) -> Iterator[Finding]:
    if n is not None and n < PRIOR_CONTACTS:
        pull = PRIOR_CONTACTS / (PRIOR_CONTACTS + n)
        yield Finding("few_contacts", None, {"n": n, "prior_pull": pull})
