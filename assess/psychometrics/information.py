"""How exactly a scale measures: information, conditional error, reliability of theta."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assess.psychometrics.irt import GradedItems, boundaries, category_log_probabilities
from assess.psychometrics.theta import ThetaScores

FloatArray = NDArray[np.float64]

_NODES: Final = np.linspace(-10.0, 10.0, 801)
"""Fine and wide enough that the sum over them equals the integral to ten digits."""


@dataclass(frozen=True)
class InformationCurve:
    """Fisher information along ``theta`` (Q,), in 1/SD²: ``items`` (J, Q) and their sum ``test``.

    ``error`` (Q,) = 1 / sqrt(test), the SE of an estimate from the answers alone;
    ``posterior_error`` = 1 / sqrt(test + 1), the SD left under the N(0, 1) prior. Both in SDs.
    """

    theta: FloatArray
    items: FloatArray
    test: FloatArray
    error: FloatArray
    posterior_error: FloatArray

    def range_within(self, error: float, *, posterior: bool = False) -> tuple[float, float] | None:
        """Give the lowest and highest theta of the curve measured to ``error`` or better.

        None where no point is. ``posterior`` asks for the posterior error instead.
        """
        precise = (self.posterior_error if posterior else self.error) <= error
        if not precise.any():
            return None
        return float(self.theta[precise][0]), float(self.theta[precise][-1])


def information(items: GradedItems, theta: FloatArray) -> InformationCurve:
    """Fisher information of each item and of all together at each ``theta`` (Q,), ascending.

    Source: Samejima (1969), Psychometrika Monograph 17, sum over categories of P'^2 / P.
    """
    theta = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    lower, upper = boundaries(-items.slopes[:, None] * items.thresholds)
    line = items.slopes[:, None, None] * theta
    below, above = expit(line + lower[:, :, None]), expit(line + upper[:, :, None])
    chances = np.exp(category_log_probabilities(items, theta))
    # Categories not told apart are one: it counts once.
    chances[:, 1:][np.isnan(items.thresholds)] = 0.0
    squares = chances * (items.slopes[:, None, None] * (1 - below - above)) ** 2
    each = np.asarray(squares.sum(axis=1), dtype=np.float64)
    test = np.asarray(each.sum(axis=0))
    with np.errstate(divide="ignore"):
        return InformationCurve(theta, each, test, 1 / np.sqrt(test), 1 / np.sqrt(test + 1))


def empirical_reliability(scores: ThetaScores) -> float:
    """Reliability of these people's EAP scores: var(mean) / (var(mean) + mean(error²)), 0 to 1.

    As R mirt's ``empirical_rxx``. People without answers are left out.
    Raises ValueError when fewer than two people were scored.
    Source: Bechger, Maris, Verstralen & Béguin (2003), Applied Psychological Measurement 27(5).
    """
    scored = ~np.isnan(scores.mean)
    if scored.sum() < 2:
        raise ValueError(f"reliability needs at least 2 people with a score, got {scored.sum()}")
    between = float(scores.mean[scored].var(ddof=1))
    return between / (between + float((scores.error[scored] ** 2).mean()))


def marginal_reliability(items: GradedItems) -> float:
    """Reliability expected of people from N(0, 1): the mean of I / (I + 1), 0 to 1.

    As R mirt's ``marginal_rxx``. Source: Green, Bock, Humphreys, Linn & Reckase (1984),
    Journal of Educational Measurement 21(4), 347-360.
    """
    test = information(items, _NODES).test
    weights = np.exp(-0.5 * _NODES**2)
    return float((weights * test / (test + 1)).sum() / weights.sum())
