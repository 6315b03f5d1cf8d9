"""A ranking as a CSV file for other programs: every person, figures as they are."""

import csv
from collections.abc import Mapping
from io import StringIO

from assess.candidates.requirements import Status
from assess.files.spreadsheet import plain_text
from assess.rankings.driver_fit import DriverTable
from assess.rankings.export_rows import (
    COLUMNS,
    NOTHING_ASKED,
    Cell,
    Progress,
    columns,
    rows,
)
from assess.rankings.queries import SnapshotView

__all__ = ["COLUMNS", "ranking_csv"]


def ranking_csv(
    snapshot: SnapshotView,
    drivers: DriverTable,
    required: Mapping[int, Status] = NOTHING_ASKED,
    progress: Progress | None = None,
) -> str:
    """Write the snapshot by rank, then the held back, the unranked last; text can be no formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(snapshot, drivers, required))
    for row in rows(snapshot, drivers, required, progress):
        writer.writerow([_written(cell) for cell in row])
    return out.getvalue()


def _written(cell: Cell) -> str | int | None:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, float):
        return f"{cell:.6f}"
    return plain_text(cell) if isinstance(cell, str) else cell
