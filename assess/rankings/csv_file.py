"""A ranking as a CSV file for other programs: every person, figures as they are."""

import csv
from io import StringIO

from assess.rankings.queries import EntryView, SnapshotView
from assess.selection.demand import COMPETENCIES

COLUMNS = (
    *("person", "rank", "rank_low", "rank_high", "p_top", "band", "at_cut"),
    *("fit", "fit_se", "coverage"),
    *(f"{code}_contribution" for code in COMPETENCIES),
    *("code", "flags"),
)
"""Those of the command line's ranking, then the person's code and flags."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def ranking_csv(snapshot: SnapshotView) -> str:
    """Write the snapshot by rank, the unranked last with blanks; text can be no formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    by_rank = sorted(
        snapshot.entries, key=lambda e: (e.rank is None, e.rank or 0, e.name.casefold(), e.code)
    )
    writer.writerows(_cells(entry) for entry in by_rank)
    return out.getvalue()


def plain_text(text: str) -> str:
    """Give text that a spreadsheet takes as text: an apostrophe goes before a formula's sign."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(entry: EntryView) -> list[object]:
    return [
        plain_text(entry.name),
        entry.rank,
        entry.rank_low,
        entry.rank_high,
        _figure(entry.p_top, 4),
        entry.band,
        int(entry.at_cut) if entry.rank is not None else None,
        _figure(entry.fit, 4),
        _figure(entry.fit_error, 4),
        _figure(entry.coverage, 4),
        *(_figure(entry.contributions.get(code), 4) for code in COMPETENCIES),
        plain_text(entry.code),
        " ".join(entry.flags),
    ]


def _figure(value: float | None, places: int) -> str | None:
    return None if value is None else f"{value:.{places}f}"
