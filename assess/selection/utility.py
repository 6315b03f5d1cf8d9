"""What a selection procedure is worth: range restriction, success ratio, money, expectancy.

Validities are correlations of score and performance; base rate is the share who would succeed
without selection, selection ratio the share selected. The models take score and performance as
bivariate normal; they say what to expect on average, never of one person.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEVEL: Final = 0.90


@dataclass(frozen=True)
class ExpectancyTable:
    """Observed success by band of score, lowest band first, each (b,).

    ``low`` and ``high`` score of a band, ``people`` and ``succeeded`` in it, ``rate`` with its
    Wilson interval ``rate_low`` to ``rate_high``. People of one score are never parted, so
    bands may differ in size.
    """

    low: FloatArray
    high: FloatArray
    people: IntArray
    succeeded: IntArray
    rate: FloatArray
    rate_low: FloatArray
    rate_high: FloatArray


def unrestricted_validity(validity: float, sd_unrestricted: float, sd_restricted: float) -> float:
    """Correct a correlation for direct range restriction on the score (case II).

    r u / sqrt(1 - r^2 + r^2 u^2) with u the unrestricted over the restricted SD.
    Raises ValueError for a correlation outside -1..1 or an SD that is not positive.
    Source: Thorndike (1949), Personnel Selection, case II.
    """
    _check_validity(validity)
    if not (sd_unrestricted > 0 and sd_restricted > 0):
        raise ValueError("SDs are positive")
    u = sd_unrestricted / sd_restricted
    return float(validity * u / np.sqrt(1 - validity**2 + (validity * u) ** 2))


def mean_selected_score(selection_ratio: float) -> float:
    """Mean standard score of those selected from the top: density at the cut / selection ratio.

    Raises ValueError unless 0 < selection ratio < 1.
    Source: Kelley (1923), Statistical Method; Naylor & Shine (1965), J. Industrial Psychology 3.
    """
    cut = _cut(selection_ratio, "selection ratio")
    return float(np.exp(-0.5 * cut**2) / np.sqrt(2 * np.pi) / selection_ratio)


def success_ratio(validity: float, selection_ratio: float, base_rate: float) -> float:
    """Share of the selected who will succeed, after Taylor and Russell.

    Raises ValueError for a validity outside -1..1, or a ratio or rate outside 0..1 (exclusive).
    Source: Taylor & Russell (1939), J. Applied Psychology 23(5), 565-578.
    """
    cut = _cut(selection_ratio, "selection ratio")
    return _succeeding(validity, base_rate, cut, np.inf) / selection_ratio


def expected_success(validity: float, base_rate: float, bands: int = 5) -> FloatArray:
    """Share who will succeed in each of ``bands`` equal bands of score, lowest first, (bands,).

    They average to the base rate. Raises ValueError as ``success_ratio``, and for no band.
    Source: Lawshe, Bolda, Brune & Auclair (1958), Personnel Psychology 11(4), 545-559.
    """
    if bands < 1:
        raise ValueError(f"there is at least one band, got {bands}")
    edges = ndtri(np.linspace(0, 1, bands + 1))
    return np.array(
        [bands * _succeeding(validity, base_rate, low, high) for low, high in pairwise(edges)]
    )


def utility(
    validity: float,
    selection_ratio: float,
    performance_sd: float,
    *,
    hired: float = 1,
    years: int = 1,
    discount: float = 0.0,
    variable_costs: float = 0.0,
    tax: float = 0.0,
    cost: float = 0.0,
) -> float:
    """Gain over hiring at random, in the money of ``performance_sd``, after Brogden and others.

    Per year: hired x validity x SD of performance in money x mean score of the selected. Each
    year's gain loses the share of ``variable_costs`` it brings, then ``tax``, and is discounted
    at year's end; ``cost`` is what the procedure costs at the start, before tax.
    Raises ValueError for a share outside 0..1, a negative SD or number, or no year.
    Sources: Brogden (1949), Personnel Psychology 2; Cronbach & Gleser (1965), Psychological
    Tests and Personnel Decisions; Boudreau (1983), Personnel Psychology 36 for the adjustments.
    """
    _check_validity(validity)
    if not (performance_sd >= 0 and hired >= 0 and years >= 1 and discount > -1):
        raise ValueError("SD and number hired are not negative, years are 1 or more")
    if not (0 <= variable_costs <= 1 and 0 <= tax <= 1):
        raise ValueError("variable costs and tax are shares from 0 to 1")
    yearly = hired * validity * performance_sd * mean_selected_score(selection_ratio)
    worth = sum(1 / (1 + discount) ** year for year in range(1, years + 1))
    if discount == 0:
        worth = float(years)
    return float(yearly * worth * (1 - variable_costs) * (1 - tax) - cost * (1 - tax))


def expectancy_table(
    scores: FloatArray, succeeded: BoolArray, bands: int = 5, *, level: float = LEVEL
) -> ExpectancyTable:
    """Count success by band of score among people who were hired and rated.

    ``scores`` (n,) in any unit, ``succeeded`` (n,); people with a missing score are left out.
    Raises ValueError for shapes that do not fit, fewer people than bands, or scores that do not
    vary. Source: Lawshe et al. (1958); Wilson (1927), JASA 22 for the interval.
    """
    scores, succeeded = np.asarray(scores, dtype=np.float64), np.asarray(succeeded, dtype=np.bool_)
    if scores.ndim != 1 or scores.shape != succeeded.shape:
        raise ValueError(f"{scores.shape} scores do not fit {succeeded.shape} outcomes")
    known = ~np.isnan(scores)
    scores, succeeded = scores[known], succeeded[known]
    if bands < 1 or scores.size < bands or not np.ptp(scores) > 0:
        raise ValueError(f"{bands} bands need as many people, and scores that vary")
    edges = np.quantile(scores, np.linspace(0, 1, bands + 1)[1:-1])
    band = np.searchsorted(edges, scores, side="left")
    used, band = np.unique(band, return_inverse=True)
    people = np.bincount(band, minlength=used.size)
    good = np.bincount(band, weights=succeeded, minlength=used.size).astype(np.int64)
    rate_low, rate_high = wilson_interval(good, people, level=level)
    return ExpectancyTable(
        low=np.array([scores[band == b].min() for b in range(used.size)]),
        high=np.array([scores[band == b].max() for b in range(used.size)]),
        people=people.astype(np.int64),
        succeeded=good,
        rate=good / people,
        rate_low=rate_low,
        rate_high=rate_high,
    )


def wilson_interval(
    successes: IntArray, people: IntArray, *, level: float = LEVEL
) -> tuple[FloatArray, FloatArray]:
    """Interval of shares ``successes`` / ``people``, (b,) each; no group may be empty.

    Source: Wilson (1927), J. American Statistical Association 22, 209-212.
    """
    if not (np.asarray(people) > 0).all() or not 0 < level < 1:
        raise ValueError("groups are not empty and a level lies between 0 and 1")
    z = ndtri(0.5 + level / 2)
    share = successes / people
    middle = (share + z**2 / (2 * people)) / (1 + z**2 / people)
    spread = np.sqrt(share * (1 - share) / people + z**2 / (4 * people**2))
    half = z / (1 + z**2 / people) * spread
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _succeeding(validity: float, base_rate: float, low: float, high: float) -> float:
    """Share of everybody whose score lies from ``low`` to ``high`` and who succeed."""
    _check_validity(validity)
    bar = _cut(base_rate, "base rate")
    rest = np.sqrt(1 - validity**2)
    if rest < 1e-9:
        return _succeeding_for_certain(validity, bar, low, high)

    def density(x: float) -> float:
        normal = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
        return float(normal * ndtr((validity * x - bar) / rest))

    start, stop = max(low, -9.0), min(high, 9.0)
    # Where success turns likely is named, lest a steep curve slip between the nodes.
    turn = bar / validity if validity else 0.0
    middle = [turn] if start < turn < stop else None
    found = quad(density, start, stop, points=middle, epsabs=1e-12, epsrel=1e-10, limit=200)
    return float(found[0])


def _succeeding_for_certain(validity: float, bar: float, low: float, high: float) -> float:
    """As ``_succeeding`` for a validity of 1 or -1."""
    low, high = (max(low, bar), high) if validity > 0 else (low, min(high, -bar))
    return max(float(ndtr(high) - ndtr(low)), 0.0)


def _cut(share: float, what: str) -> float:
    """Give the standard score above which the share lies."""
    if not 0 < share < 1:
        raise ValueError(f"a {what} lies between 0 and 1, got {share}")
    return float(-ndtri(share))


def _check_validity(validity: float) -> None:
    if not -1 <= validity <= 1:
        raise ValueError(f"a correlation lies from -1 to 1, got {validity}")
