"""Score tables joined on person: what a ranking from files rests on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.cli.tables import Table, number
from assess.errors import Invalid
from assess.instruments.model import TOTAL, Competency
from assess.instruments.scoring import T_MEAN, T_SD
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

LARGEST_T: Final = 1000.0


@dataclass(frozen=True)
class JoinedScores:
    """Scores of everybody named in any file; a score that a person lacks is NaN.

    ``mean`` and ``error`` (n, S) on the true-score scale, columns as ``scales``; ``scored`` (n,)
    is false where a judgement form was answered but could not be scored; somebody without a row
    for it only has less evidence.
    """

    people: tuple[str, ...]
    scales: tuple[str, ...]
    mean: FloatArray
    error: FloatArray
    scored: NDArray[np.bool_]

    @property
    def judged(self) -> bool:
        """Say whether a judgement instrument is among the evidence."""
        return any(name in COMPETENCIES for name in self.scales)

    @property
    def complete(self) -> "JoinedScores":
        """Give one made-up person who has every score the files have columns for."""
        one = np.zeros((1, len(self.scales)))
        return JoinedScores(("",), self.scales, one, one + 1, np.ones(1, dtype=np.bool_))


def read_scores(
    paths: Sequence[Path], competencies: Sequence[Competency], styles: Sequence[str] = ()
) -> JoinedScores:
    """Read score tables as `assess score` writes them and join them on person.

    The columns used are SCALE_t and SCALE_se of the competencies' evidence and of ``styles``; a
    person's order is that of first appearance. Raises Invalid naming file, row or column of
    every fault.
    """
    evidence = [*COMPETENCIES, *(one.scale for one in competencies if one.scale), TOTAL]
    wanted = list(dict.fromkeys([*evidence, *styles]))
    tables = [Table(path) for path in paths]
    faults: list[str] = []
    owners: dict[str, Path] = {}
    for table in tables:
        faults += _claim(table, wanted, owners)
    if not faults and not set(owners).intersection(evidence) - {TOTAL}:
        faults = [f"{path}: row 1: no column is a score of a competency" for path in paths]
    if faults:
        raise Invalid(*faults)
    return _join(tables, tuple(name for name in wanted if name in owners), owners)


def _claim(table: Table, wanted: Sequence[str], owners: dict[str, Path]) -> list[str]:
    """Note which table has which score; give a fault where two have it or its error is absent."""
    faults = []
    for name in wanted:
        if f"{name}_t" not in table.columns:
            continue
        if f"{name}_se" not in table.columns:
            faults.append(f"{table.path}: row 1: the column {name}_se is missing")
        if name in owners:
            faults.append(f"{table.path}: row 1: {name}_t is in {owners[name]} too")
        owners.setdefault(name, table.path)
    return faults


def _join(tables: Sequence[Table], names: tuple[str, ...], owners: dict[str, Path]) -> JoinedScores:
    places: dict[str, int] = {}
    blocks = []
    for table in tables:
        own = [name for name in names if owners[name] == table.path]
        columns = [f"{name}_{part}" for part in ("t", "se") for name in own]
        rows: list[int] = []
        values = []
        for chunk in table.chunks(columns, number):
            rows += [places.setdefault(person, len(places)) for person in chunk.people]
            values.append(chunk.values)
        blocks.append((own, rows, np.vstack(values)))
        _check(table, own, rows, places, blocks[-1][2])
    mean = np.full((len(places), len(names)), math.nan)
    error = mean.copy()
    judged = np.ones(len(places), dtype=np.bool_)
    for own, rows, found in blocks:
        targets = np.ix_(rows, [names.index(name) for name in own])
        mean[targets] = (found[:, : len(own)] - T_MEAN) / T_SD
        error[targets] = np.where(np.isnan(mean[targets]), math.nan, found[:, len(own) :])
        if TOTAL in own:
            judged[rows] = ~np.isnan(mean[rows, names.index(TOTAL)])
    kept = [place for place, name in enumerate(names) if name != TOTAL]
    scales = tuple(names[place] for place in kept)
    return JoinedScores(tuple(places), scales, mean[:, kept], error[:, kept], judged)


def _check(
    table: Table, own: Sequence[str], rows: Sequence[int], places: dict[str, int], found: FloatArray
) -> None:
    """Raise Invalid, by person, for a score without a positive error or out of all proportion."""
    people = list(places)
    t, error = found[:, : len(own)], found[:, len(own) :]
    wrong = ~np.isnan(t) & ~(error > 0)
    huge = np.abs(t) > LARGEST_T
    faults = [
        f"{table.path}: person {people[rows[row]]!r}: {own[column]}_se must be above 0"
        for row, column in np.argwhere(wrong)
    ]
    faults += [
        f"{table.path}: person {people[rows[row]]!r}: {own[column]}_t is no T-score"
        for row, column in np.argwhere(huge)
    ]
    if faults:
        raise Invalid(*faults[:100])
