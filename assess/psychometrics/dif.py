"""Differential item functioning: whether an item treats people of one level alike.

Mantel-Haenszel for answers of two categories with the classes A, B, C of the Educational Testing
Service; ordinal logistic regression for ratings, with the change of Nagelkerke's R². Group
membership is for checking an instrument, never an input of anybody's score.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from assess.psychometrics.proportional_odds import proportional_odds

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MODERATE_R2: Final = 0.035
LARGE_R2: Final = 0.07
"""Changes of Nagelkerke's R² from which DIF is class B and C (Jodoin & Gierl 2001)."""
_DELTA: Final = -2.35
_LEAST_GROUP: Final = 10


@dataclass(frozen=True)
class MantelHaenszel:
    """DIF of one two-category item; negative ``delta``: harder for the focal group.

    ``odds_ratio`` of the reference over the focal group at one level · ``log_error`` SE of its
    logarithm · ``statistic`` chi-square, 1 df, continuity-corrected, and its ``p`` · ``delta``
    = -2.35 log odds ratio · ``size`` A negligible, B moderate, C large, or "" where it cannot
    be told · ``n_reference``, ``n_focal`` people at levels where both groups are ·
    ``flags`` few-people (under 10 of a group).
    """

    odds_ratio: float
    log_error: float
    statistic: float
    p: float
    delta: float
    size: str
    n_reference: int
    n_focal: int
    flags: tuple[str, ...]


@dataclass(frozen=True)
class RatingDif:
    """DIF of one rated item: what the group adds to the matching score.

    ``uniform`` chi-square of the group alone, 1 df · ``total`` of the group and its product with
    the matching score, 2 df, and its ``p`` · ``effect`` log odds of the focal group at one level
    (positive: it rates higher) and ``effect_error`` · ``nagelkerke_change``, ``mcfadden_change``
    of R² for both terms · ``size`` A, B or C · ``n_reference``, ``n_focal`` · ``flags``
    few-people (under 10 of a group).
    """

    uniform: float
    total: float
    p: float
    effect: float
    effect_error: float
    nagelkerke_change: float
    mcfadden_change: float
    size: str
    n_reference: int
    n_focal: int
    flags: tuple[str, ...]


def mantel_haenszel(answers: FloatArray, focal: BoolArray, matching: FloatArray) -> MantelHaenszel:
    """Test one item of answers 0 and 1 (n,) in the ``focal`` (n,) against the other people.

    ``matching`` (n,) is the level people are compared at, taken as it is: usually the number of
    items answered 1, this one included. People with a NaN are left out; so are levels at which
    one group is absent. Class A: |delta| < 1 or not significant at .05; C: |delta| >= 1.5 and
    significantly more than 1; B the rest.
    Raises ValueError for shapes that do not fit, other answers, or an absent group.
    Source: Holland & Thayer (1988), in Wainer & Braun (eds), Test Validity; the error of the log
    odds ratio: Robins, Breslow & Greenland (1986), Biometrics 42(2), 311-323; classes: Zieky
    (1993), in Holland & Wainer (eds), Differential Item Functioning.
    """
    answers, focal, matching = _compared(answers, focal, matching)
    if not np.isin(answers, (0.0, 1.0)).all():
        raise ValueError("Mantel-Haenszel takes answers of 0 and 1")
    level = np.unique(matching, return_inverse=True)[1]
    cells = np.zeros((level.max() + 1, 2, 2))
    np.add.at(cells, (level, focal.astype(np.int64), 1 - answers.astype(np.int64)), 1.0)
    cells = cells[(cells.sum(axis=2) > 0).all(axis=1)]
    if not len(cells):
        raise ValueError("no level of the matching score has people of both groups")
    ratio, error = _common_odds_ratio(cells)
    statistic = _corrected_chi_square(cells)
    p = float(chi2.sf(statistic, 1))
    delta = _DELTA * float(np.log(ratio)) if 0 < ratio < np.inf else float("nan")
    n_reference, n_focal = (int(count) for count in cells.sum(axis=(0, 2)))
    return MantelHaenszel(
        ratio, error, statistic, p, delta,
        _ets_class(delta, -_DELTA * error, p),
        n_reference, n_focal, _few(n_reference, n_focal),
    )  # fmt: skip


def rating_dif(answers: FloatArray, focal: BoolArray, matching: FloatArray) -> RatingDif:
    """Test one rated item (n,) in the ``focal`` (n,) against the others by ordinal regression.

    ``matching`` (n,) is usually the mean of the scale's other items. People with a NaN are left
    out. Three proportional-odds models: matching; + group; + their product. Class by the change
    of Nagelkerke's R² from first to last: B from .035, C from .07; A also where the 2-df test is
    not significant at .05.
    Raises ValueError for shapes that do not fit, an absent group, or a model without solution.
    Source: Zumbo (1999), A Handbook on the Theory and Methods of DIF; Jodoin & Gierl (2001),
    Applied Measurement in Education 14(4), 329-349.
    """
    answers, focal, matching = _compared(answers, focal, matching)
    group = focal.astype(np.float64)
    level = proportional_odds(answers, matching[:, None])
    shifted = proportional_odds(answers, np.column_stack([matching, group]))
    crossed = proportional_odds(answers, np.column_stack([matching, group, matching * group]))
    total = 2 * (crossed.log_likelihood - level.log_likelihood)
    p = float(chi2.sf(max(total, 0.0), 2))
    change = crossed.nagelkerke - level.nagelkerke
    n_focal = int(focal.sum())
    return RatingDif(
        uniform=2 * (shifted.log_likelihood - level.log_likelihood),
        total=total,
        p=p,
        effect=float(shifted.slopes[1]),
        effect_error=float(shifted.errors[1]),
        nagelkerke_change=change,
        mcfadden_change=crossed.mcfadden - level.mcfadden,
        size="A" if change < MODERATE_R2 or p >= 0.05 else "B" if change < LARGE_R2 else "C",
        n_reference=len(focal) - n_focal,
        n_focal=n_focal,
        flags=_few(len(focal) - n_focal, n_focal),
    )


def rest_mean(points: FloatArray, item: int) -> FloatArray:
    """Give each person's mean (n,) of the other items of ``points`` (n, J): what DIF matches on.

    NaN in any of them gives NaN: that person is left out of the comparison.
    """
    points = np.asarray(points, dtype=np.float64)
    return np.asarray(np.delete(points, item, axis=1).mean(axis=1), dtype=np.float64)


def _compared(
    answers: FloatArray, focal: BoolArray, matching: FloatArray
) -> tuple[FloatArray, BoolArray, FloatArray]:
    """Give the people both known on answer and level, or refuse."""
    answers = np.asarray(answers, dtype=np.float64)
    focal = np.asarray(focal, dtype=np.bool_)
    matching = np.asarray(matching, dtype=np.float64)
    if answers.ndim != 1 or answers.shape != focal.shape or answers.shape != matching.shape:
        raise ValueError(
            f"answers {answers.shape}, group {focal.shape} and matching {matching.shape} differ"
        )
    known = ~np.isnan(answers) & ~np.isnan(matching)
    if not focal[known].any() or focal[known].all():
        raise ValueError("DIF compares two groups; one of them has no answers")
    return answers[known], focal[known], matching[known]


def _common_odds_ratio(cells: FloatArray) -> tuple[float, float]:
    """Give the Mantel-Haenszel odds ratio of (level, group, answered 1 or 0), and SE of its log."""
    (a, b), (c, d) = cells.transpose(1, 2, 0)
    n = cells.sum(axis=(1, 2))
    with_, against = a * d / n, b * c / n
    if with_.sum() == 0 or against.sum() == 0:
        ratio = 0.0 if with_.sum() == 0 else np.inf
        return float("nan") if with_.sum() == against.sum() else float(ratio), float("nan")
    agree, differ = (a + d) / n, (b + c) / n
    variance = (
        (agree * with_).sum() / (2 * with_.sum() ** 2)
        + (agree * against + differ * with_).sum() / (2 * with_.sum() * against.sum())
        + (differ * against).sum() / (2 * against.sum() ** 2)
    )
    return float(with_.sum() / against.sum()), float(np.sqrt(variance))


def _corrected_chi_square(cells: FloatArray) -> float:
    """Give Mantel and Haenszel's chi-square with continuity correction; 0 without variation."""
    rows, columns, n = cells.sum(axis=2), cells.sum(axis=1), cells.sum(axis=(1, 2))
    expected = rows[:, 0] * columns[:, 0] / n
    variance = rows.prod(axis=1) * columns.prod(axis=1) / (n**2 * np.maximum(n - 1, 1))
    if variance.sum() == 0:
        return 0.0
    difference = abs(float((cells[:, 0, 0] - expected).sum()))
    return float(max(difference - 0.5, 0.0) ** 2 / variance.sum())


def _ets_class(delta: float, error: float, p: float) -> str:
    """Class the size of DIF; "" where the odds ratio has no finite logarithm."""
    if np.isnan(delta):
        return ""
    if abs(delta) < 1 or p >= 0.05:
        return "A"
    beyond_one = (abs(delta) - 1) / error > norm.ppf(0.95)
    return "C" if abs(delta) >= 1.5 and beyond_one else "B"


def _few(n_reference: int, n_focal: int) -> tuple[str, ...]:
    return ("few-people",) if min(n_reference, n_focal) < _LEAST_GROUP else ()
