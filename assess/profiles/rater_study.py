"""What several people's ratings of a job say together: agreement, weights, who pulls them where."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from assess.profiles.rater_statements import CODES, HIGHEST, LOWEST, PLACES
from assess.psychometrics.key_quality import (
    LEAST_EXPERTS,
    LEAST_RELIABILITY,
    MOST_SPREAD,
    Agreement,
    KeyQuality,
    key_quality,
)
from assess.psychometrics.rater_agreement import pulls, within_group_agreement
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

LEAST_RATERS: Final = LEAST_EXPERTS
MOST_RATERS: Final = 30
SHOWN_TO_TALK: Final = 3
LEVEL: Final = 0.90
#: Raters say the same of a statement from this rwg on.
LIKE_MINDED: Final = 0.70

#: From ratings (7,) of the job to demand weights (7,).
Weigh = Callable[[FloatArray], FloatArray]


class Verdict(StrEnum):
    """What to do with the mean."""

    WAIT = "wait"
    FEW = "few"
    AGREE = "agree"
    EVEN = "even"
    TALK = "talk"


@dataclass(frozen=True)
class StatementView:
    """What raters say of one statement, in points from 0 to 5.

    ``mean`` with its 90 % interval ``low`` to ``high`` (Student's t over raters, held inside the
    scale) · ``sd`` (n - 1) · ``rwg`` 0 to 1 · ``given`` by rater, in the order of the study.
    """

    code: str
    mean: float
    low: float
    high: float
    sd: float
    rwg: float
    given: tuple[int, ...]


@dataclass(frozen=True)
class RatingStudy:
    """Complete ratings of a job, raters by letter.

    ``agreement`` over the twelve statements, NaN where everybody gave one answer to all ·
    ``joint`` rwg(j) · ``demand`` and ``weights`` (7,) of the mean · ``moved`` by letter (7,): the
    weights with this rater less those without · ``talk`` the statements to talk about first.
    """

    letters: tuple[str, ...]
    statements: tuple[StatementView, ...]
    agreement: Agreement
    joint: float
    demand: FloatArray
    weights: FloatArray
    moved: Mapping[str, FloatArray]
    verdict: Verdict
    talk: tuple[str, ...]

    @property
    def may_be_used(self) -> bool:
        """Say whether the mean is good enough to stand in a profile."""
        return self.verdict is Verdict.AGREE


def letter(place: int) -> str:
    """Name the rater at a place, 1 to 30: A to Z, then AA to AD."""
    return chr(64 + place) if place <= 26 else "A" + chr(64 + place - 26)


def is_complete(ratings: Mapping[str, int]) -> bool:
    """Say whether somebody has rated every statement."""
    return all(code in ratings for code in CODES)


def digest(rated: Mapping[int, Mapping[str, int]]) -> str:
    """Name the complete ratings, by place: the same ratings have the same name."""
    rows = [[place, [row[code] for code in CODES]] for place, row in sorted(rated.items())]
    content = json.dumps({"statements": CODES, "ratings": rows}, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def demand_of_ratings(ratings: FloatArray) -> FloatArray:
    """Give (7,) demands 0..5 of ratings (..., 12): the mean of each competency's statements."""
    columns = [ratings[..., list(places)].mean(axis=-1) for places in PLACES]
    return np.asarray(np.stack(columns, axis=-1), dtype=np.float64)


def study(rated: Mapping[int, Mapping[str, int]], weigh: Weigh) -> RatingStudy:
    """Study complete ratings by the rater's place; ``weigh`` turns a demand into weights.

    Raises ValueError for fewer than two raters, a statement without a rating or a rating outside
    0..5.
    """
    places = sorted(rated)
    table = np.array([[rated[p][code] for code in CODES] for p in places], dtype=np.float64)
    quality = _quality(table)
    statements, agreement = _statements(table, quality), quality.agreement
    whole = table.mean(axis=0)
    demand = demand_of_ratings(whole)
    weights = _weights(demand, weigh)
    verdict = _verdict(len(places), agreement, statements)
    return RatingStudy(
        letters=tuple(letter(place) for place in places),
        statements=statements,
        agreement=agreement,
        joint=within_group_agreement(table, low=LOWEST, high=HIGHEST),
        demand=demand,
        weights=weights,
        moved={
            letter(places[one.rater]): weights
            - _weights(demand_of_ratings(whole - one.moved), weigh)
            for one in pulls(table)
        },
        verdict=verdict,
        talk=_talk(statements, verdict),
    )


def _quality(table: FloatArray) -> KeyQuality:
    """Describe the ratings; one answer to everything has no intraclass correlation."""
    if np.ptp(table):
        return key_quality(table, low=LOWEST, high=HIGHEST)
    k, n = table.shape
    none = Agreement(*(math.nan,) * 6, options=n, experts=k)
    alike, sure = np.zeros(n), np.ones(n)
    return KeyQuality(table[0], alike, np.full(n, k), sure, sure.astype(bool), none, ())


def _statements(table: FloatArray, quality: KeyQuality) -> tuple[StatementView, ...]:
    k = len(table)
    half = stdtrit(k - 1, 0.5 + LEVEL / 2) * quality.sd / math.sqrt(k)
    return tuple(
        StatementView(
            code=code,
            mean=float(quality.key[n]),
            low=float(max(quality.key[n] - half[n], LOWEST)),
            high=float(min(quality.key[n] + half[n], HIGHEST)),
            sd=float(quality.sd[n]),
            rwg=float(quality.rwg[n]),
            given=tuple(int(value) for value in table[:, n]),
        )
        for n, code in enumerate(CODES)
    )


def _weights(demand: FloatArray, weigh: Weigh) -> FloatArray:
    """Weigh a demand; NaN where nothing at all is demanded."""
    return weigh(demand) if demand.sum() > 0 else np.full(len(COMPETENCIES), np.nan)


def _verdict(k: int, agreement: Agreement, statements: Sequence[StatementView]) -> Verdict:
    if k < LEAST_RATERS:
        return Verdict.FEW
    if agreement.mean >= LEAST_RELIABILITY:
        return Verdict.AGREE
    if all(one.rwg >= LIKE_MINDED for one in statements):
        return Verdict.EVEN
    return Verdict.TALK


def _talk(statements: Sequence[StatementView], verdict: Verdict) -> tuple[str, ...]:
    """Name the statements raters differ on most: those spread over one point, or the widest."""
    by_spread = sorted(statements, key=lambda one: -one.sd)
    wide = [one.code for one in by_spread if one.sd > MOST_SPREAD + 1e-9]
    if not wide and verdict is Verdict.TALK:
        wide = [one.code for one in by_spread if one.sd > 0]
    return tuple(wide[:SHOWN_TO_TALK])
