"""Situational judgement: every option rated, scored by the distance of its shape to the key.

A person's ratings are standardised over all the options that person rated, the key over the same
options, so that rating everything high, low, boldly or mildly changes nothing. For a competency
with option weights w the score is ``1 - sum w (zp - zk)^2 / sum w (1 + zk^2)``: 1 is the key's own
shape, 0 what random rating gives on average. The total weighs every option alike, which makes it
the profile correlation. Standard deviations here divide by the number of options.

Moving one rating one step nearer to the key need not raise a score (it moves the person's mean and
SD as well), and nothing here says it does.

Source: McDaniel, Psotka, Legree, Yost & Weekley (2011), J. Applied Psychology 96(2), 327-336.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEAST_SHARE_RATED: Final = 0.75
LEAST_SCATTER: Final = 0.5
LOW, HIGH = 1.0, 5.0

_ROUNDING: Final = 1e-9

# The honest-rater model; every figure is assumed, none is measured.
_ACCURACY: Final = (6.0, 4.0)  # Beta(6, 4): mean .60, SD .15
_ACCURACY_BY_SCENARIO: Final = 0.15
_SCENARIO_SHARE: Final = 0.20
_ELEVATION: Final = (3.0, 0.35)
_LOG_SCATTER: Final = (np.log(1.15), 0.20)


@dataclass(frozen=True)
class JudgementScores:
    """Scores of n people on C competencies, and the style of their rating.

    ``scores`` (n, C) and ``total`` (n,) are at most 1, NaN where there is no score ·
    ``scorable`` (n,) · ``elevation`` and ``scatter`` (n,) the mean and SD of a person's ratings in
    rating points, NaN where nothing was rated · ``answered`` (n,) options rated.
    """

    scores: FloatArray
    total: FloatArray
    scorable: BoolArray
    elevation: FloatArray
    scatter: FloatArray
    answered: IntArray


@dataclass(frozen=True)
class JudgementNorm:
    """Frozen reference of a form: ``mean``, ``sd`` and ``reliability`` of each score, (C,)."""

    mean: FloatArray
    sd: FloatArray
    reliability: FloatArray


def score_ratings(ratings: FloatArray, key: FloatArray, weights: FloatArray) -> JudgementScores:
    """Score ``ratings`` (n, O), NaN missing, against ``key`` (O,) with ``weights`` (C, O) >= 0.

    Somebody who rated under 75 % of the options, or whose ratings have an SD under .5, is not
    scorable and has NaN throughout; so has a competency of which no weighted option was rated.
    A person's scores depend on nobody else in the array.
    Raises ValueError for shapes that do not fit, a key that does not vary, or a weight below 0.
    """
    ratings, key, weights = _checked(ratings, key, weights)
    rated = ~np.isnan(ratings)
    answered = rated.sum(axis=1)
    person, elevation, scatter = _standardised(ratings, rated)
    ideal, _, ideal_scatter = _standardised(np.where(rated, key, np.nan), rated)
    scorable = (
        (answered >= LEAST_SHARE_RATED * key.size)
        & (np.nan_to_num(scatter) >= LEAST_SCATTER - _ROUNDING)
        & (np.nan_to_num(ideal_scatter) > _ROUNDING)
    )
    everything = np.vstack([weights, np.ones(key.size)])
    distance = ((person - ideal) ** 2) @ everything.T
    chance = np.where(rated, 1 + ideal**2, 0.0) @ everything.T
    usable = scorable[:, None] & (chance > 0)
    scores = np.full(distance.shape, np.nan)
    scores[usable] = 1 - distance[usable] / chance[usable]
    return JudgementScores(scores[:, :-1], scores[:, -1], scorable, elevation, scatter, answered)


def to_true_score(scores: FloatArray, norm: JudgementNorm) -> tuple[FloatArray, FloatArray]:
    """Posterior mean and SD (n, C) of the true scores, on N(0, 1) of the norm's reference.

    With x = (score - mean) / sd and reliability rho: m = sqrt(rho) x, s = sqrt(1 - rho).
    NaN stays NaN in both. Source: Kelley (1947), Fundamentals of Statistics.
    """
    standard = (scores - norm.mean) / norm.sd
    error = np.where(np.isnan(standard), np.nan, np.sqrt(1 - norm.reliability))
    return np.sqrt(norm.reliability) * standard, error


def assumed_reliability(n_options: int) -> float:
    """Reliability assumed for a score of ``n_options`` keyed options until it is measured."""
    if n_options < 0:
        raise ValueError(f"no score rests on {n_options} options")
    return min(0.60, n_options / (n_options + 20))


def reference_norm(ratings: FloatArray, key: FloatArray, weights: FloatArray) -> JudgementNorm:
    """Norm of a form from a reference sample's ``ratings`` (n, O), reliability assumed.

    Mean and SD (n - 1) over the scorable; the reliability is ``assumed_reliability`` of the
    options a row of ``weights`` (C, O) keys. A row of ones gives the norm of the total.
    Raises ValueError when fewer than two people are scorable or a score does not vary.
    """
    found = score_ratings(ratings, key, weights)
    scores = found.scores[found.scorable]
    if len(scores) < 2:
        raise ValueError(f"a norm needs at least 2 scorable people, got {len(scores)}")
    sd = np.nanstd(scores, axis=0, ddof=1)
    if not (sd > 0).all():
        raise ValueError("a norm needs scores that vary")
    keyed = (np.asarray(weights) > 0).sum(axis=1)
    reliability = np.array([assumed_reliability(int(n)) for n in keyed])
    return JudgementNorm(np.nanmean(scores, axis=0), sd, reliability)


def honest_raters(
    key: FloatArray,
    scenario: IntArray,
    rng: np.random.Generator,
    n: int = 10_000,
    *,
    accuracy: FloatArray | None = None,
) -> FloatArray:
    """Simulate ``n`` people who rate every option as they see it: whole ratings 1..5, (n, O).

    ``key`` (O,) are the keyed ratings, ``scenario`` (O,) the scenario each option belongs to.
    This is an assumption, not a finding; it stands in for a sample only until there is one,
    and whatever rests on it must say that it is simulated:

    - accuracy: a person's view of the options correlates a with the standardised key,
      a ~ Beta(6, 4), and differs from scenario to scenario, + N(0, .15), kept within 0..1;
    - the rest of the view, sqrt(1 - a^2), is the person's own: 20 % of its variance is a liking or
      disliking of all the responses to one scenario, 80 % is single to each option;
    - style: the view is put on the scale with a mean ~ N(3, .35) and an SD ~ lognormal about
      1.15, then rounded and kept within 1..5.

    Accuracy is one ability for all competencies: the model has no specific ones. Nobody
    fakes, guesses or leaves blanks. Give the ``accuracy`` (n,) of the people to let the same
    people sit two forms, as ``rater_accuracy`` draws it; without it they are drawn.
    """
    key = np.asarray(key, dtype=np.float64)
    places = np.unique(np.asarray(scenario), return_inverse=True)[1]
    n_scenarios = int(places.max()) + 1
    standard_key = (key - key.mean()) / key.std()
    person = rater_accuracy(rng, n) if accuracy is None else np.asarray(accuracy)
    accuracy = person[:, None] + rng.normal(0, _ACCURACY_BY_SCENARIO, (n, n_scenarios))
    accuracy = np.clip(accuracy, 0, 1)[:, places]
    shared = rng.standard_normal((n, n_scenarios))[:, places] * np.sqrt(_SCENARIO_SHARE)
    single = rng.standard_normal((n, key.size)) * np.sqrt(1 - _SCENARIO_SHARE)
    view = accuracy * standard_key + np.sqrt(1 - accuracy**2) * (shared + single)
    elevation = rng.normal(*_ELEVATION, size=(n, 1))
    scatter = rng.lognormal(*_LOG_SCATTER, size=(n, 1))
    ratings: FloatArray = np.clip(np.rint(elevation + scatter * view), LOW, HIGH)
    return ratings


def rater_accuracy(rng: np.random.Generator, n: int) -> FloatArray:
    """Draw the accuracy (n,), 0 to 1, of ``n`` honest raters; assumed, see ``honest_raters``."""
    drawn: FloatArray = rng.beta(*_ACCURACY, size=n)
    return drawn


def jackknife_error_correlation(
    ratings: FloatArray, key: FloatArray, weights: FloatArray, scenario: IntArray
) -> FloatArray:
    """Correlation (C, C) of the errors of competency scores that share scenarios and ratings.

    For each person every scenario is left out in turn and the rest scored anew; the products
    (S - mean S)(S - mean S)' are added up over scenarios and over the people scorable with every
    scenario left out, then scaled to correlations, in which the jackknife's factor cancels.
    A competency keyed in very few scenarios has its error correlations understated.
    Raises ValueError for fewer than two scenarios, a competency that is keyed in one scenario
    alone, or when nobody remains. Source: Efron (1982), The Jackknife, chapter 3.
    """
    scenario = np.asarray(scenario)
    places = np.unique(scenario)
    weights = np.asarray(weights, dtype=np.float64)
    spread = np.array([(weights[:, scenario == place] > 0).any(axis=1) for place in places])
    if len(places) < 2 or (spread.sum(axis=0) < 2).any():
        raise ValueError("every competency must be keyed in at least 2 scenarios")
    left_out = np.stack(
        [
            score_ratings(ratings[:, kept], key[kept], weights[:, kept]).scores
            for kept in (scenario != place for place in places)
        ]
    )
    left_out = left_out[:, ~np.isnan(left_out).any(axis=(0, 2))]
    if left_out.shape[1] == 0:
        raise ValueError("nobody is scorable with every scenario left out")
    deviation = left_out - left_out.mean(axis=0)
    covariance = np.einsum("tnc,tnd->cd", deviation, deviation)
    sd = np.sqrt(np.diag(covariance))
    if not (sd > 0).all():
        raise ValueError("a competency's score does not vary between scenarios")
    correlation: FloatArray = covariance / np.outer(sd, sd)
    np.fill_diagonal(correlation, 1.0)
    return correlation


def _checked(
    ratings: FloatArray, key: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the three as float arrays, or refuse what cannot be a form."""
    ratings = np.asarray(ratings, dtype=np.float64)
    key = np.asarray(key, dtype=np.float64)
    weights = np.asarray(weights, dtype=np.float64)
    if ratings.ndim != 2 or key.shape != ratings.shape[1:] or weights.shape[1:] != key.shape:
        raise ValueError(
            f"ratings {ratings.shape}, key {key.shape}, weights {weights.shape} do not fit"
        )
    if not np.isfinite(key).all() or key.std() < _ROUNDING:
        raise ValueError("a key needs a rating for every option, and ratings that differ")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError("an option's weight is 0 or more")
    return ratings, key, weights


def _standardised(
    values: FloatArray, rated: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give standard values (n, O), 0 where not rated, with the mean and SD (n,) of each person."""
    answered = rated.sum(axis=1)
    some = np.where(answered > 0, answered, np.nan)
    mean = np.where(rated, values, 0.0).sum(axis=1) / some
    centred = np.where(rated, values - mean[:, None], 0.0)
    sd = np.sqrt((centred**2).sum(axis=1) / some)
    unit = np.where(np.nan_to_num(sd) > _ROUNDING, sd, 1.0)
    return centred / unit[:, None], mean, sd
