"""Scores of chunks of people as rows of a score table, written or kept as they come."""

from collections.abc import Iterator
from math import isnan
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from assess import __version__
from assess.cli.tables import Chunk, quoted
from assess.instruments.document import refuse
from assess.instruments.model import Instrument
from assess.instruments.most_least import clashes
from assess.instruments.scoring import ONE_SIDED, score_table, t_score

FloatArray = NDArray[np.float64]

SCORE_DECIMALS = 7
T_DECIMALS = 6


class ScoreRows:
    """Scores of chunks as they come, written or kept, and what there is to say of them all."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.names = instrument.scale_names
        self.people = 0
        self._not_scored = np.zeros(len(self.names), dtype=np.int64)
        self.one_sided: list[str] = []
        self._kept: list[dict[str, object]] = []

    @property
    def columns(self) -> list[str]:
        """The header of the score table."""
        value = "score" if self.instrument.kind == "judgement" else "theta"
        value = "picture" if self.instrument.kind == "most_least" else value
        parts = (value, "se", "t", "n")
        return ["person", *(f"{name}_{part}" for name in self.names for part in parts)]

    def write(self, chunks: Iterator[Chunk], file: TextIO) -> None:
        """Write one CSV row a person."""
        file.write(",".join(self.columns) + "\n")
        one = f"%.{SCORE_DECIMALS}f,%.{SCORE_DECIMALS}f,%.{T_DECIMALS}f,%d"
        form = ",".join([one] * len(self.names))
        for chunk in chunks:
            rows = self._numbers(chunk).tolist()
            file.writelines(
                f"{quoted(person)},{(form % tuple(row)).replace('nan', '')}\n"
                for person, row in zip(chunk.people, rows, strict=True)
            )

    def keep(self, chunks: Iterator[Chunk]) -> None:
        """Keep one JSON object a person."""
        for chunk in chunks:
            for person, row in zip(chunk.people, self._numbers(chunk).tolist(), strict=True):
                numbers = [None if isnan(value) else value for value in row]
                named = zip(self.columns[1:], numbers, strict=True)
                self._kept.append({"person": person, **dict(named)})

    def _numbers(self, chunk: Chunk) -> FloatArray:
        """Score a chunk: value, error, T and count of each scale side by side, (n, 4 S)."""
        self._refuse_clashes(chunk)
        found = score_table(self.instrument, chunk.values)
        value = found.raw if self.instrument.kind == "judgement" else found.mean
        # Without an error there is no score, and so no T: a picture within the person.
        t = np.where(np.isnan(found.error), np.nan, t_score(found.mean))
        parts = np.stack([value, found.error, t, found.answered], axis=2)
        self.people += len(chunk.people)
        flag = f"{self.instrument.key}:{ONE_SIDED}"
        self.one_sided += [
            person
            for person, raised in zip(chunk.people, found.flags, strict=True)
            if flag in raised
        ]
        self._not_scored += np.isnan(found.mean).sum(axis=0)
        return parts.reshape(len(chunk.people), 4 * len(self.names))

    def _refuse_clashes(self, chunk: Chunk) -> None:
        """Name the people who marked one statement both most and least."""
        if self.instrument.kind == "most_least":
            refuse(
                [
                    f"person {chunk.people[row]}: {block}: the same statement is most and least"
                    for row, block in clashes(self.instrument, chunk.values)
                ]
            )

    def document(self) -> dict[str, object]:
        """Say what was scored, with what, and who was not."""
        calibration, norm = self.instrument.calibration, self.instrument.norm
        missing = dict(zip(self.names, self._not_scored.tolist(), strict=True))
        document: dict[str, object] = {
            "instrument": self.instrument.key,
            "version": self.instrument.version,
            "instrument_sha256": self.instrument.digest,
            "provisional": self.instrument.provisional,
            "calibration": calibration.label if calibration else None,
            "norm": norm.label if norm else None,
            "engine": __version__,
            "people": self.people,
            "columns": self.columns,
            "not_scored": missing,
            "one_sided": self.one_sided,
        }
        return document | ({"scores": self._kept} if self._kept else {})
