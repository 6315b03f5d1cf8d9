"""The score row of an attempt, from one person's scores or from a row of a table."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from assess import __version__
from assess.instruments.model import Instrument
from assess.instruments.scoring import AttemptScores, ScoreTable, score_answers

Row = dict[str, Any]


def score_attempt(
    instrument: Instrument, answers: Mapping[str, int | None], *, now: datetime
) -> Row:
    """Score one person's answers into the columns of a score row."""
    return _row(instrument, score_answers(instrument, answers), now)


def score_rows(instrument: Instrument, table: ScoreTable, *, now: datetime) -> list[Row]:
    """Give the columns of one score row for each person of ``table``."""
    people = zip(
        table.mean.tolist(),
        table.error.tolist(),
        table.answered.tolist(),
        table.flags,
        table.raw.tolist(),
        strict=True,
    )
    return [
        {
            **_versions(instrument, now),
            "scales": _scales(table.scales, mean, error, raw, answered),
            "flags": {"flags": list(flags)},
        }
        for mean, error, answered, flags, raw in people
    ]


def _row(instrument: Instrument, scores: AttemptScores, now: datetime) -> Row:
    return {
        **_versions(instrument, now),
        "scales": _scales(scores.scales, scores.mean, scores.error, scores.raw, scores.answered),
        "flags": {"flags": list(scores.flags)},
    }


def _versions(instrument: Instrument, now: datetime) -> Row:
    return {
        "instrument": instrument.key,
        "instrument_digest": instrument.digest,
        "engine_version": __version__,
        "scored_at": now,
    }


def _scales(
    names: Iterable[str],
    mean: Iterable[float],
    error: Iterable[float],
    raw: Iterable[float],
    answered: Iterable[int],
) -> Row:
    return {
        "names": list(names),
        "mean": _known(mean),
        "error": _known(error),
        "raw": _known(raw),
        "answered": list(answered),
    }


def _known(values: Iterable[float]) -> list[float | None]:
    """Write NaN as null: JSON has no NaN, and missing is never 0."""
    return [None if math.isnan(value) else value for value in values]
