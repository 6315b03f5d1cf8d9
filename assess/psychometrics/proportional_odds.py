"""Ordinal logistic regression, proportional odds, fitted by Newton's method.

Source: McCullagh (1980), J. R. Statist. Soc. B 42(2), 109-142; the parameters are those of
R MASS ``polr``: logit P(y <= k) = cut_k - x'beta.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CLOSE: Final = 1e-9
_STEPS: Final = 100
_FLAT: Final = 1e-10


@dataclass(frozen=True)
class OrdinalRegression:
    """``slopes`` (P,) and ``cuts`` (K-1,) in logits, their ``errors`` (P + K-1,), log-likelihood.

    ``n_persons`` people; ``null_log_likelihood`` of the cuts alone.
    """

    slopes: FloatArray
    cuts: FloatArray
    errors: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    n_persons: int

    @property
    def nagelkerke(self) -> float:
        """Nagelkerke's R², 0 to 1. Source: Nagelkerke (1991), Biometrika 78(3), 691-692."""
        gain = 1 - np.exp(2 * (self.null_log_likelihood - self.log_likelihood) / self.n_persons)
        return float(gain / (1 - np.exp(2 * self.null_log_likelihood / self.n_persons)))

    @property
    def mcfadden(self) -> float:
        """McFadden's R², 1 - log L / log L of the cuts alone."""
        return 1 - self.log_likelihood / self.null_log_likelihood


def proportional_odds(answers: FloatArray, predictors: FloatArray) -> OrdinalRegression:
    """Regress ``answers`` (n,), any ordered numbers, on ``predictors`` (n, P), none missing.

    Categories nobody chose are no categories. Raises ValueError for shapes that do not fit,
    missing values, fewer than two categories, predictors that repeat each other or are constant,
    and answers they tell apart perfectly (no finite slopes exist).
    """
    answers = np.asarray(answers, dtype=np.float64)
    predictors = np.asarray(predictors, dtype=np.float64)
    if answers.ndim != 1 or predictors.ndim != 2 or len(answers) != len(predictors):
        raise ValueError(f"answers {answers.shape} do not fit predictors {predictors.shape}")
    if np.isnan(answers).any() or np.isnan(predictors).any():
        raise ValueError("a regression takes people who miss nothing")
    codes = np.unique(answers, return_inverse=True)[1].astype(np.int64)
    counts = np.bincount(codes)
    if len(counts) < 2:
        raise ValueError("answers in one category leave nothing to explain")
    centre, scale = predictors.mean(axis=0), predictors.std(axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank((predictors - centre) / scale) < len(scale):
        raise ValueError("predictors are constant or repeat each other: not identified")
    standard = (predictors - centre) / scale
    shares = counts.cumsum()[:-1] / len(codes)
    start = np.concatenate([np.zeros(len(scale)), logit(shares)])
    found, log_likelihood, information = _climbed(start, codes, standard)
    back = _to_raw_units(centre, scale, len(shares))
    raw = back @ found
    covariance = back @ np.linalg.inv(information) @ back.T
    return OrdinalRegression(
        slopes=raw[: len(scale)],
        cuts=raw[len(scale) :],
        errors=np.sqrt(np.diagonal(covariance)),
        log_likelihood=log_likelihood,
        null_log_likelihood=float((counts * np.log(counts / len(codes))).sum()),
        n_persons=len(codes),
    )


def _climbed(
    start: FloatArray, codes: IntArray, predictors: FloatArray
) -> tuple[FloatArray, float, FloatArray]:
    """Give the top of the concave log-likelihood, its height, and minus the Hessian there."""
    here = start
    height, gradient, information = _derivatives(here, codes, predictors)
    for _ in range(_STEPS):
        # Where slopes run away the answers soon say nothing more about them.
        if not np.linalg.eigvalsh(information)[0] > _FLAT * len(codes):
            break
        step = np.linalg.solve(information, gradient)
        trial = _derivatives(here + step, codes, predictors)
        while not trial[0] >= height - 1e-10 * abs(height):
            step = step / 2
            trial = _derivatives(here + step, codes, predictors)
        here = here + step
        height, gradient, information = trial
        if np.abs(step).max() < _CLOSE * (1 + np.abs(here).max()):
            return here, height, information
    raise ValueError("the predictors tell the answers apart perfectly: no finite slopes exist")


def _derivatives(
    parameters: FloatArray, codes: IntArray, predictors: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood, gradient (P,) and information (P, P); -inf where cuts are out of order."""
    n_slopes = predictors.shape[1]
    slopes, cuts = parameters[:n_slopes], parameters[n_slopes:]
    if (np.diff(cuts) <= 0).any():
        return -np.inf, parameters, np.eye(len(parameters))
    padded = np.concatenate([[-np.inf], cuts, [np.inf]])
    line = predictors @ slopes
    low, high = padded[codes] - line, padded[codes + 1] - line
    width = np.where(
        np.isfinite(low) & np.isfinite(high), padded[codes] - padded[codes + 1], -np.inf
    )
    height = float((log_expit(high) + log_expit(-low) + np.log(-np.expm1(width))).sum())
    above, below = expit(high), expit(low)
    chance = np.exp(log_expit(high) + log_expit(-low) + np.log(-np.expm1(width)))
    rise, fall = above * (1 - above) / chance, below * (1 - below) / chance
    # How each answer's two logits move with the parameters.
    by_high = np.hstack([-predictors, np.eye(len(cuts) + 1)[codes][:, : len(cuts)]])
    by_low = np.hstack([-predictors, np.eye(len(cuts) + 1)[codes - 1][:, : len(cuts)]])
    by_low[codes == 0, n_slopes:] = 0.0
    scores = rise[:, None] * by_high - fall[:, None] * by_low
    information = scores.T @ scores
    information -= (by_high * (rise * (1 - 2 * above))[:, None]).T @ by_high
    information += (by_low * (fall * (1 - 2 * below))[:, None]).T @ by_low
    return height, scores.sum(axis=0), information


def _to_raw_units(centre: FloatArray, scale: FloatArray, n_cuts: int) -> FloatArray:
    """Give the matrix that turns slopes and cuts of standard predictors into those of raw ones."""
    size = len(scale) + n_cuts
    back = np.eye(size)
    back[: len(scale), : len(scale)] = np.diag(1 / scale)
    back[len(scale) :, : len(scale)] = centre / scale
    return back
