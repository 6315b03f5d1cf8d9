"""From the scores of several instruments to the seven competencies, and how much is evidenced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.model import Competency, Instrument
from assess.selection.composite import (
    PARTIAL_EVIDENCE,
    Index,
    combine_parts,
    single_part,
    weights_in_use,
)
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Scores(Protocol):
    """What a score table must have: the names of its scales, their means and errors (n, S)."""

    @property
    def scales(self) -> tuple[str, ...]:
        """Names, one a column."""

    @property
    def mean(self) -> FloatArray:
        """True scores, NaN where not scored."""

    @property
    def error(self) -> FloatArray:
        """Their errors, in the same unit."""


@dataclass(frozen=True)
class CompetencyTable:
    """The seven competencies of n people, columns in the order of COMPETENCIES.

    ``mean``, ``error``, ``shared`` (n, 7) in SDs of the reference, NaN without evidence;
    ``parts`` (n, 7) how many parts were observed; ``flags`` per person, as "CODE:flag".
    """

    mean: FloatArray
    error: FloatArray
    shared: FloatArray
    parts: IntArray
    flags: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class RankingDemand:
    """What a ranking may rest on.

    ``weights`` (7,) summing to 1 over the competencies used; ``coverage`` the share of the
    whole demand that the pool has evidence on; ``partial`` below .60, when ``weights`` hold
    only the ``evidenced`` competencies.
    """

    weights: FloatArray
    coverage: float
    partial: bool
    evidenced: tuple[str, ...]


def competency_table(
    tables: Mapping[str, Scores], competencies: Sequence[Competency]
) -> CompetencyTable:
    """Join the score tables of a battery, by instrument key, into competencies.

    A competency's judgement part is the score named by its code, its rating part the scale its
    evidence map names. Every table has the same people in the same order.
    Raises ValueError when the tables differ in length or two give the same score.
    """
    people = {len(table.mean) for table in tables.values()}
    if len(people) != 1:
        raise ValueError(f"score tables of one pool need the same people, got {sorted(people)}")
    n = people.pop()
    columns: dict[str, tuple[FloatArray, FloatArray]] = {}
    for table in tables.values():
        for place, name in enumerate(table.scales):
            if name in columns and name != "total":
                raise ValueError(f"two instruments give the score {name}")
            columns[name] = table.mean[:, place], table.error[:, place]
    found = [_index(competency, columns, n) for competency in _ordered(competencies)]
    return CompetencyTable(
        mean=np.column_stack([index.mean for index in found]),
        error=np.column_stack([index.error for index in found]),
        shared=np.column_stack([index.shared for index in found]),
        parts=np.column_stack([index.parts for index in found]),
        flags=_flags(found),
    )


def possible_parts(battery: Sequence[Instrument], competencies: Sequence[Competency]) -> IntArray:
    """Give how many parts each competency's evidence map has, (7,) of 1 or 2.

    This counts what should be observed: a battery that leaves a part out has less coverage,
    not fewer possible parts. Raises Invalid when the battery measures no competency at all.
    """
    names = {name for instrument in battery for name in instrument.scale_names}
    if not names & {name for one in competencies for name in (one.code, one.scale)}:
        raise Invalid("The battery measures no competency.")
    return evidence_map(competencies)


def evidence_map(competencies: Sequence[Competency]) -> IntArray:
    """Give 2 where a competency has a rating scale beside its judgement part, else 1; (7,)."""
    return np.array([1 if one.scale is None else 2 for one in _ordered(competencies)])


def error_correlation(battery: Sequence[Instrument]) -> FloatArray:
    """Give the correlations (7, 7) of the judgement errors of a battery; the unit matrix without.

    Raises Invalid for two judgement instruments: forms are not equated.
    """
    norms = [instrument.norm for instrument in battery if instrument.norm is not None]
    if len(norms) > 1:
        raise Invalid("One ranking rests on one judgement form; forms are not equated.")
    return np.array(norms[0].error_correlation) if norms else np.eye(len(COMPETENCIES))


def ranking_demand(
    weights: FloatArray, table: CompetencyTable, possible: IntArray
) -> RankingDemand:
    """Decide what a ranking of this pool rests on.

    The pool's coverage counts a part as observed when anybody has it. Below .60 only the
    evidenced competencies keep their weight. Raises Invalid when nobody has any evidence on
    what the profile demands.
    """
    observed = table.parts.max(axis=0) if len(table.parts) else np.zeros_like(possible)
    evidenced = tuple(
        code for code, parts, w in zip(COMPETENCIES, observed, weights, strict=True) if parts and w
    )
    if not evidenced:
        raise Invalid("There is no evidence on any competency that the profile demands.")
    used, share = weights_in_use(weights, observed, possible)
    return RankingDemand(used, share, share < PARTIAL_EVIDENCE, evidenced)


def _ordered(competencies: Sequence[Competency]) -> list[Competency]:
    by_code = {competency.code: competency for competency in competencies}
    return [by_code[code] for code in COMPETENCIES]


def _index(
    competency: Competency, columns: Mapping[str, tuple[FloatArray, FloatArray]], n: int
) -> Index:
    absent = np.full(n, np.nan), np.full(n, np.nan)
    judged = columns.get(competency.code, absent)
    if competency.scale is None:
        return single_part(*judged)
    return combine_parts(*judged, *columns.get(competency.scale, absent))


def _flags(found: Sequence[Index]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            f"{code}:{flag}"
            for code, flags in zip(COMPETENCIES, person, strict=True)
            for flag in flags
        )
        for person in zip(*(index.flags for index in found), strict=True)
    )
