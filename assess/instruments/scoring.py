"""From answers to scores: one row a person, each score with its error, missing evidence as NaN.

Rating scales are scored by the graded response model when calibrated, else classically with a
Kelley interval; judgement instruments by the shape of the ratings against the key. Nothing is
imputed, and nobody's score depends on who else is in the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.evidence import (
    CompetencyTable,
    competency_table,
    error_correlation,
    possible_parts,
    ranking_demand,
)
from assess.instruments.model import Instrument, Scale
from assess.instruments.most_least import TOO_FEW_MARKS, picture
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.keying import reverse_keyed
from assess.psychometrics.quality import one_side_share
from assess.psychometrics.sjt import JudgementNorm, score_ratings, to_true_score
from assess.psychometrics.theta import eap, theta_range
from assess.selection.demand import COMPETENCIES

__all__ = [
    "AttemptScores",
    "CompetencyTable",
    "ScoreTable",
    "blank_range",
    "competency_table",
    "error_correlation",
    "possible_parts",
    "ranking_demand",
    "score_answers",
    "score_table",
    "t_score",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEAST_SHARE: Final = 0.75
LEAST_ITEMS: Final = 3
NOT_SCORED: Final = "not_scored"
NOT_SCORABLE: Final = "not_scorable"
PROVISIONAL: Final = "provisional"
ONE_SIDED: Final = "one_sided"
"""Flag of a whole rating instrument: agreed, or disagreed, with its statements and their opposites.

Scores stay as they are; a ranking leaves the person out. With the cut at .85 it marks 0 of 1008
anonymous volunteers (largest share .80; one-sided 95 % limit .3 %), every constant answer, and
who answers at random on one side of the middle.
"""
MOST_ON_ONE_SIDE: Final = 0.85
FEWEST_FOR_ONE_SIDE: Final = 10
LEAST_REVERSED: Final = 0.2
T_MEAN: Final = 50.0
T_SD: Final = 10.0


@dataclass(frozen=True)
class ScoreTable:
    """Scores of n people on S scales, in the order of ``scales``.

    ``mean`` and ``error`` (n, S): theta and posterior SD of a rating scale, true score and its
    error of a judgement score, both on N(0, 1) of the reference; NaN where not scored. A picture
    of a most/least instrument has a mean in net marks a block, and NaN for its error.
    ``answered`` (n, S) items, or blocks with both marks; ``raw`` (n, S): a judgement's S_c, a
    rating scale's item mean in answer units, a picture's net count; ``flags`` per person, as
    "scale:flag", or "instrument:flag" where it is of all the answers.
    """

    scales: tuple[str, ...]
    mean: FloatArray
    error: FloatArray
    answered: IntArray
    flags: tuple[tuple[str, ...], ...]
    raw: FloatArray


@dataclass(frozen=True)
class AttemptScores:
    """One person's scores, the same numbers as a row of a ScoreTable.

    ``low`` and ``high`` are what each mean would be had every blank been answered lowest, or
    highest, for the scale; they equal the mean where nothing is blank, and are NaN for
    judgement scores.
    """

    scales: tuple[str, ...]
    mean: tuple[float, ...]
    error: tuple[float, ...]
    answered: tuple[int, ...]
    flags: tuple[str, ...]
    raw: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def t_score(mean: FloatArray) -> FloatArray:
    """Give T = 50 + 10 m for true scores or thetas of any shape."""
    return T_MEAN + T_SD * np.asarray(mean, dtype=np.float64)


def score_table(instrument: Instrument, answers: FloatArray) -> ScoreTable:
    """Score ``answers`` (n, J), columns in the order of ``instrument.items``, NaN missing.

    A rating scale needs 75 % of its items and at least 3 answered; a judgement form 75 % of its
    options and ratings that differ: otherwise NaN and a flag. A most/least instrument gives a
    picture within the person, from 75 % of its blocks on: net marks a block, -1 to +1, without
    error. Raises ValueError for a wrong shape or an answer outside the range, Invalid when the
    instrument has no calibration or norm to score with, or one statement is most and least.
    """
    answers = _checked(instrument, answers)
    if instrument.kind == "judgement":
        return _judgement_table(instrument, answers)
    if instrument.kind == "most_least":
        return _most_least_table(instrument, answers)
    columns = [_rating_scale(instrument, scale, answers) for scale in instrument.scales]
    mean, error, answered, raw = (np.column_stack(parts) for parts in zip(*columns, strict=True))
    missing = np.isnan(mean)
    uncalibrated = np.array([not scale.calibrated for scale in instrument.scales])
    flags = _flags(
        instrument.scale_names, {NOT_SCORED: missing, PROVISIONAL: ~missing & uncalibrated}
    )
    marked = (f"{instrument.key}:{ONE_SIDED}",)
    flags = tuple(
        one + marked if sided else one
        for one, sided in zip(flags, one_sided(instrument, answers).tolist(), strict=True)
    )
    return ScoreTable(instrument.scale_names, mean, error, answered.astype(np.int64), flags, raw)


def score_answers(instrument: Instrument, answers: Mapping[str, int | None]) -> AttemptScores:
    """Score one person's answers by item id; an absent item or None is missing.

    Raises Invalid for an item the instrument does not have or an answer outside its range.
    """
    unknown = sorted(set(answers) - set(instrument.item_ids))
    outside = {
        item: value
        for item, value in answers.items()
        if value is not None and not instrument.low <= value <= instrument.high
    }
    faults = [f"{item}: is not an item of {instrument.key}" for item in unknown]
    limits = f"{instrument.low} to {instrument.high}"
    faults += [f"{item}: {value} is not from {limits}" for item, value in outside.items()]
    if faults:
        raise Invalid(*faults)
    given = [answers.get(item) for item in instrument.item_ids]
    row = np.array([[np.nan if value is None else float(value) for value in given]])
    table = score_table(instrument, row)
    low, high = blank_range(instrument, row)
    return AttemptScores(
        scales=table.scales,
        mean=tuple(table.mean[0].tolist()),
        error=tuple(table.error[0].tolist()),
        answered=tuple(table.answered[0].tolist()),
        flags=table.flags[0],
        raw=tuple(table.raw[0].tolist()),
        low=tuple(low[0].tolist()),
        high=tuple(high[0].tolist()),
    )


def blank_range(instrument: Instrument, answers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give each mean (n, S) had every blank been lowest, and highest, for its scale.

    For the reviewer of someone who left items blank, scored or not. Judgement scores rest on
    the shape of the ratings, and a picture within the person on choices among statements; these
    have no lowest answer: NaN.
    """
    answers = _checked(instrument, answers)
    shape = (len(answers), len(instrument.scale_names))
    if instrument.kind != "rating":
        return np.full(shape, np.nan), np.full(shape, np.nan)
    low, high = np.empty(shape), np.empty(shape)
    for column, scale in enumerate(instrument.scales):
        points = _points(instrument, scale, answers)
        if scale.calibrated:
            ends = theta_range(points, _graded_items(instrument, scale))
            low[:, column], high[:, column] = ends.low, ends.high
        else:
            top = float(instrument.high - instrument.low)
            for out, filler in ((low, 0.0), (high, top)):
                filled = np.where(np.isnan(points), filler, points)
                out[:, column] = _kelley(instrument, scale, filled.mean(axis=1))[0]
    return low, high


def one_sided(instrument: Instrument, answers: FloatArray) -> BoolArray:
    """Say whose answers (n, J) to a rating instrument lie on one side of the middle, (n,).

    That is 85 % of at least 10 answers above, below or at the middle of the answer range. Nobody's
    where fewer than a fifth of the items are reversed: agreeing throughout may be meant there.
    """
    signs = {item: sign for scale in instrument.scales for item, sign in scale.items}
    reversed_items = sum(sign < 0 for sign in signs.values())
    if instrument.kind != "rating" or reversed_items < LEAST_REVERSED * len(instrument.items):
        return np.zeros(len(answers), dtype=np.bool_)
    share = one_side_share(answers, (instrument.low + instrument.high) / 2)
    enough = (~np.isnan(answers)).sum(axis=1) >= FEWEST_FOR_ONE_SIDE
    return np.asarray(enough & (np.nan_to_num(share) >= MOST_ON_ONE_SIDE))


def _checked(instrument: Instrument, answers: FloatArray) -> FloatArray:
    answers = np.asarray(answers, dtype=np.float64)
    if answers.ndim != 2 or answers.shape[1] != len(instrument.items):
        raise ValueError(f"answers {answers.shape} do not fit {len(instrument.items)} items")
    present = answers[~np.isnan(answers)]
    if ((present < instrument.low) | (present > instrument.high)).any():
        raise ValueError(f"answers must be from {instrument.low} to {instrument.high}")
    return answers


def _points(instrument: Instrument, scale: Scale, answers: FloatArray) -> FloatArray:
    """Give the scale's answers as categories 0..K-1 in its direction, (n, items)."""
    columns = [instrument.item_ids.index(item) for item in scale.item_ids]
    signs = np.array(scale.signs, dtype=np.float64)
    low, high = float(instrument.low), float(instrument.high)
    return reverse_keyed(answers[:, columns], signs, low, high) - low


def _rating_scale(
    instrument: Instrument, scale: Scale, answers: FloatArray
) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
    """Give mean, error, items answered and item mean (n,) of one scale."""
    points = _points(instrument, scale, answers)
    answered = (~np.isnan(points)).sum(axis=1)
    enough = (answered >= LEAST_SHARE * len(scale.items)) & (answered >= LEAST_ITEMS)
    total = np.where(np.isnan(points), 0.0, points).sum(axis=1)
    item_mean = np.divide(total, answered, out=np.full(len(points), np.nan), where=enough)
    if scale.calibrated:
        scores = eap(points, _graded_items(instrument, scale))
        mean, error = scores.mean, scores.error
    else:
        mean, error = _kelley(instrument, scale, item_mean)
    return (
        np.where(enough, mean, np.nan),
        np.where(enough, error, np.nan),
        answered,
        item_mean + instrument.low,
    )


def _graded_items(instrument: Instrument, scale: Scale) -> GradedItems:
    if instrument.calibration is None:
        raise Invalid(f"{instrument.key}: scale {scale.name}: there is no calibration")
    parameters = instrument.calibration.scales[scale.name].parameters
    return GradedItems(
        np.array([item.slope for item in parameters]),
        np.array([item.thresholds for item in parameters]),
    )


def _kelley(
    instrument: Instrument, scale: Scale, item_mean: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give true score and its error from an item mean in points from 0.

    With z the standard score and rel the reliability: rel z, and SEE = sqrt(rel (1 - rel)), in
    SDs of the observed score. Mean, SD and reliability are assumed.
    Source: Kelley (1947), Fundamentals of Statistics.
    """
    if scale.assumed is None:
        raise Invalid(f"{instrument.key}: scale {scale.name}: has no assumed norm")
    norm = scale.assumed
    standard = (item_mean + instrument.low - norm.mean) / norm.sd
    see = np.sqrt(norm.reliability * (1 - norm.reliability))
    return norm.reliability * standard, np.where(np.isnan(standard), np.nan, see)


def scored_options(instrument: Instrument) -> IntArray:
    """Give the places (O,), among all items, of the options that were not dropped."""
    dropped = [instrument.option_keys[item].dropped for item in instrument.item_ids]
    return np.flatnonzero(~np.array(dropped, dtype=np.bool_))


def judgement_key(instrument: Instrument) -> tuple[FloatArray, FloatArray]:
    """Give the key (O,) and the weights (7, O) of the scored options, in the order shown.

    A dropped option is in neither: what nobody can say the worth of can standardise nobody's
    ratings, nor the key.
    """
    keys = [instrument.option_keys[instrument.item_ids[at]] for at in scored_options(instrument)]
    weights = [[key.competencies.get(code, 0.0) for key in keys] for code in COMPETENCIES]
    return np.array([key.points for key in keys]), np.array(weights)


def _judgement_table(instrument: Instrument, ratings: FloatArray) -> ScoreTable:
    key, weights = judgement_key(instrument)
    ratings = ratings[:, scored_options(instrument)]
    found = score_ratings(ratings, key, weights)
    raw = np.column_stack([found.scores, found.total])
    mean, error = to_true_score(raw, _judgement_norm(instrument))
    keyed = np.vstack([weights > 0, np.ones(key.size, dtype=np.bool_)])
    answered = (~np.isnan(ratings)).astype(np.int64) @ keyed.T.astype(np.int64)
    missing = np.isnan(mean)
    total = np.zeros_like(missing)
    total[:, -1] = ~found.scorable
    return ScoreTable(
        scales=instrument.scale_names,
        mean=mean,
        error=error,
        answered=answered,
        flags=_flags(instrument.scale_names, {NOT_SCORABLE: total}),
        raw=raw,
    )


def _most_least_table(instrument: Instrument, answers: FloatArray) -> ScoreTable:
    share, answered, counts = picture(instrument, answers)
    enough = answered >= LEAST_SHARE * len(instrument.blocks)
    shown = np.where(enough[:, None], share, np.nan)
    few, pictured = (TOO_FEW_MARKS,), tuple(f"{n}:{PROVISIONAL}" for n in instrument.scale_names)
    return ScoreTable(
        scales=instrument.scale_names,
        mean=shown,
        error=np.full_like(shown, np.nan),
        answered=np.repeat(answered[:, None], shown.shape[1], axis=1),
        flags=tuple(pictured if one else few for one in enough.tolist()),
        raw=np.where(enough[:, None], counts, np.nan),
    )


def _judgement_norm(instrument: Instrument) -> JudgementNorm:
    """Give the form's norm as arrays (8,), the total last; NaN where nothing is keyed."""
    norm = instrument.norm
    if norm is None:
        raise Invalid(f"{instrument.key}: there is no norm")
    rows = [norm.competencies.get(code) for code in COMPETENCIES] + [norm.total]
    columns = [
        (np.nan, np.nan, np.nan) if row is None else (row.mean, row.sd, row.reliability)
        for row in rows
    ]
    mean, sd, reliability = np.array(columns).T
    return JudgementNorm(mean, sd, reliability)


def _flags(names: tuple[str, ...], raised: Mapping[str, BoolArray]) -> tuple[tuple[str, ...], ...]:
    """Give each person's flags from (n, S) masks; people with the same mask share one tuple."""
    words = [f"{name}:{flag}" for flag in raised for name in names]
    masks = np.hstack(list(raised.values()))
    kinds, which = np.unique(masks, axis=0, return_inverse=True)
    sets = [tuple(word for word, up in zip(words, kind, strict=True) if up) for kind in kinds]
    return tuple(sets[index] for index in which.ravel().tolist())
