"""A ranking as a CSV file for other programs: every person, figures as they are."""

import csv
from io import StringIO

from assess.files.spreadsheet import plain_text
from assess.rankings.queries import STYLE, EntryView, SnapshotView
from assess.selection.demand import COMPETENCIES

COLUMNS = (
    *("person", "rank", "rank_low", "rank_high", "p_top", "band", "at_cut"),
    *("fit", "fit_se", "coverage"),
    *(f"{code}_contribution" for code in COMPETENCIES),
    *("code", "fit_shown", "fit_shown_se", "flags"),
)
"""Those of the command line's ranking in its unit, then code, the fit as pages show it, flags.

A profile with a weight of style adds ``style_contribution``, one with minimums ``held_back``: 1
for who has a fit and no rank.
"""


def ranking_csv(snapshot: SnapshotView) -> str:
    """Write the snapshot by rank, then the held back, the unranked last; text can be no formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    styled, held = bool(snapshot.style_weight), bool(snapshot.minimums)
    more = ["style_contribution"] * styled + ["held_back"] * held
    writer.writerow([*COLUMNS, *more])
    by_rank = sorted(
        snapshot.entries,
        key=lambda e: (e.group[0], e.rank or 0, e.name.casefold(), e.code),
    )
    # Pages show 50 + 10 fit / SD of the reference; the command line's ranking has the plain fit.
    unit = snapshot.method["sd_ref"] / 10
    for entry in by_rank:
        style = _figure(entry.contributions.get(STYLE), unit)
        added = [style] * styled + [int(entry.held_back)] * held
        writer.writerow([*_cells(entry, unit), *added])
    return out.getvalue()


def _cells(entry: EntryView, unit: float) -> list[object]:
    steps = [entry.contributions.get(code) for code in COMPETENCIES]
    plain = None if entry.fit is None else entry.fit - 50
    return [
        plain_text(entry.name),
        entry.rank,
        entry.rank_low,
        entry.rank_high,
        _figure(entry.p_top),
        entry.band,
        int(entry.at_cut) if entry.rank is not None else None,
        _figure(plain, unit),
        _figure(entry.fit_error, unit),
        _figure(entry.coverage),
        *(_figure(step, unit) for step in steps),
        plain_text(entry.code),
        _figure(entry.fit),
        _figure(entry.fit_error),
        " ".join(entry.flags),
    ]


def _figure(value: float | None, unit: float = 1.0) -> str | None:
    return None if value is None else f"{value * unit:.6f}"
