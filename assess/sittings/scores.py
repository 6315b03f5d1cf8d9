"""The score row of an attempt, from one person's scores or from a row of a table."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assess import __version__
from assess.instruments.model import Instrument
from assess.instruments.scoring import AttemptScores, blank_range, score_answers, score_table

FloatArray = NDArray[np.float64]
Row = dict[str, Any]


def score_attempt(
    instrument: Instrument, answers: Mapping[str, int | None], *, now: datetime
) -> Row:
    """Score one person's answers into the columns of a score row."""
    return _row(instrument, score_answers(instrument, answers), now)


def score_rows(instrument: Instrument, answers: FloatArray, *, now: datetime) -> list[Row]:
    """Give the columns of one score row for each person of ``answers`` (n, J)."""
    table = score_table(instrument, answers)
    low, high = blank_range(instrument, answers)
    people = zip(
        table.mean.tolist(),
        table.error.tolist(),
        table.answered.tolist(),
        table.flags,
        table.raw.tolist(),
        low.tolist(),
        high.tolist(),
        strict=True,
    )
    return [
        _row(instrument, AttemptScores(table.scales, *person), now)
        for person in (tuple(map(tuple, columns)) for columns in people)
    ]


def _row(instrument: Instrument, scores: AttemptScores, now: datetime) -> Row:
    return {
        **_versions(instrument, now),
        "scales": _scales(scores),
        "flags": {"flags": list(scores.flags)},
    }


def _versions(instrument: Instrument, now: datetime) -> Row:
    return {
        "instrument": instrument.key,
        "instrument_digest": instrument.digest,
        "engine_version": __version__,
        "scored_at": now,
    }


def _scales(scores: AttemptScores) -> Row:
    """Write the scores; ``low`` and ``high`` only where blanks leave the score a range."""
    ranged = [low < high for low, high in zip(scores.low, scores.high, strict=True)]
    return {
        "names": list(scores.scales),
        "mean": _known(scores.mean),
        "error": _known(scores.error),
        "raw": _known(scores.raw),
        "answered": list(scores.answered),
        "low": [v if is_open else None for v, is_open in zip(scores.low, ranged, strict=True)],
        "high": [v if is_open else None for v, is_open in zip(scores.high, ranged, strict=True)],
    }


def _known(values: Iterable[float]) -> list[float | None]:
    """Write NaN as null: JSON has no NaN, and missing is never 0."""
    return [None if math.isnan(value) else value for value in values]
