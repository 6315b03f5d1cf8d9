"""The score matrix of a pool: made from its stored scores."""

from collections.abc import Mapping, Sequence

from assess.instruments.evidence import competency_table
from assess.rankings.assembly import Basis, StoredTable, scorable
from assess.selection.score_matrix import ScoreMatrix


def score_matrix(
    basis: Basis, tables: Mapping[str, StoredTable], score_flags: Sequence[Sequence[str]]
) -> ScoreMatrix:
    """Give what `assemble` rests a fit on, before weights; the same people in the same order.

    Raises ValueError when the tables do not have the same people.
    """
    table = competency_table(tables, basis.competencies)
    return ScoreMatrix(
        mean=table.mean,
        error=table.error,
        shared=table.shared,
        parts=table.parts,
        scorable=scorable(basis, tables, score_flags),
        offered=basis.offered,
        possible=basis.possible,
        error_correlation=basis.error_correlation,
        reference_correlation=basis.reference_correlation,
    )
