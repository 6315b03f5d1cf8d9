"""The score matrix of a pool: made from its stored scores, kept as a file that is mapped.

A preview needs every person's scores at each step of a slider. They are kept in one file a
campaign, in the organisation's folder, under the digest of the pool: any web process maps what
another wrote, and pages of it are shared and may be dropped. A file of another digest, or one
that is gone or broken, is a miss, and the matrix is made anew. Rows are without names, in the
pool's order; erasing one person deletes the file (see ``own_data``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assess.files import store
from assess.instruments.content import STYLE_LETTERS
from assess.instruments.evidence import competency_table
from assess.rankings.assembly import Basis, StoredTable, scorable, style_scores
from assess.rankings.pool import Pool, sha256
from assess.selection.demand import COMPETENCIES
from assess.selection.score_matrix import ScoreMatrix
from assess.selection.style_match import StyleScores
from assess.settings import Settings

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_FORMAT: Final = 2
"""Raised when the rows below change, so that no file of an older kind is read."""

_COLUMNS: Final = ("mean", "error", "shared", "parts")
_ROW: Final = np.dtype(
    [(name, "<i8" if name == "parts" else "<f8", (len(COMPETENCIES),)) for name in _COLUMNS]
    + [(name, "<f8", (len(STYLE_LETTERS),)) for name in ("style_mean", "style_error")]
    + [("scorable", "<i8")]
)
_DIGEST_BYTES: Final = 64


def score_matrix(
    basis: Basis, tables: Mapping[str, StoredTable], score_flags: Sequence[Sequence[str]]
) -> ScoreMatrix:
    """Give what `assemble` rests a fit on, before weights; the same people in the same order.

    Raises ValueError when the tables do not have the same people.
    """
    table = competency_table(tables, basis.competencies)
    usable = scorable(basis, tables, score_flags)
    four = table.mean, table.error, table.shared, table.parts
    return _matrix(basis, *four, usable, style_scores(basis, tables))


def matrix_digest(basis: Basis, pool: Pool) -> str:
    """Name a pool's score matrix: its people in order, their scores, and what joins scales."""
    joins = [(one.code, one.scale) for one in basis.competencies]
    return sha256([_FORMAT, pool.digest, sorted(pool.tables), joins, basis.styles])


def matrix_key(organisation_id: int, campaign_id: int) -> str:
    """Give the key under which a campaign's matrix lies in the file store."""
    return f"{organisation_id}/matrix-{campaign_id}"


def people_key(organisation_id: int, campaign_id: int) -> str:
    """Give the key under which the ids of a matrix's people lie beside it, see ``tuning_pools``."""
    return f"{organisation_id}/people-{campaign_id}"


def order_key(organisation_id: int, campaign_id: int) -> str:
    """Give the key of the order shown while a ranking is computed, see ``order``."""
    return f"{organisation_id}/order-{campaign_id}"


def mapped_matrix(
    settings: Settings, organisation_id: int, campaign_id: int, basis: Basis, digest: str
) -> ScoreMatrix | None:
    """Give the matrix named ``digest``, mapped and not to be written; None when it is not kept.

    Only the people's rows are kept: what the battery offers, which styles count and the
    correlations are of the ``basis``, whose weights do not matter.
    """
    rows = _mapped(settings, matrix_key(organisation_id, campaign_id), digest)
    if rows is None:
        return None
    mean, error, shared, parts = (rows[name] for name in _COLUMNS)
    style = None
    if basis.styles:
        style = StyleScores(rows["style_mean"], rows["style_error"], basis.counted)
    return _matrix(basis, mean, error, shared, parts, rows["scorable"] != 0, style)


def kept_matrix(
    settings: Settings,
    organisation_id: int,
    campaign_id: int,
    basis: Basis,
    digest: str,
    build: Callable[[], ScoreMatrix],
) -> ScoreMatrix:
    """Give the matrix named ``digest`` as `mapped_matrix` does; ``build`` makes it on a miss.

    Raises OSError when the folder cannot be written.
    """
    kept = mapped_matrix(settings, organisation_id, campaign_id, basis, digest)
    if kept is not None:
        return kept
    made = build()
    _write(settings, matrix_key(organisation_id, campaign_id), digest, made)
    # Mapped, the memory it was made in is free again; unless another pool's took its place.
    return mapped_matrix(settings, organisation_id, campaign_id, basis, digest) or made


def _matrix(
    basis: Basis,
    mean: FloatArray,
    error: FloatArray,
    shared: FloatArray,
    parts: IntArray,
    usable: BoolArray,
    style: StyleScores | None,
) -> ScoreMatrix:
    return ScoreMatrix(
        mean=mean,
        error=error,
        shared=shared,
        parts=parts,
        scorable=usable,
        offered=basis.offered,
        possible=basis.possible,
        error_correlation=basis.error_correlation,
        reference_correlation=basis.reference_correlation,
        style=style,
    )


def _mapped(settings: Settings, key: str, digest: str) -> NDArray[Any] | None:
    """Map the rows (n,) of a file; None when there is none of that digest, or it is broken."""
    try:
        with (settings.files_dir / key).open("rb") as file:
            head, rest = file.read(_DIGEST_BYTES), file.seek(0, 2) - _DIGEST_BYTES
            if head != digest.encode() or rest < 0 or rest % _ROW.itemsize:
                return None
            if not rest:  # nothing can be mapped of no rows
                return np.empty(0, _ROW)
            # Mapped from the file that was looked at, whatever takes its name meanwhile.
            return np.asarray(np.memmap(file, _ROW, mode="r", offset=_DIGEST_BYTES))
    except FileNotFoundError:
        return None


def _write(settings: Settings, key: str, digest: str, matrix: ScoreMatrix) -> None:
    rows = np.empty(len(matrix.mean), _ROW)
    for name in (*_COLUMNS, "scorable"):
        rows[name] = getattr(matrix, name)
    for name in ("style_mean", "style_error"):
        rows[name] = np.nan if matrix.style is None else getattr(matrix.style, name[6:])
    with store.replacing(settings, key) as file:
        file.write(digest.encode())
        file.write(rows.data)
