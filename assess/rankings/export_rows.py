"""A ranking as rows for a file: every person, in the unit of the command line's ranking."""

from collections.abc import Iterator

from assess.rankings.queries import STYLE, EntryView, SnapshotView
from assess.selection.demand import COMPETENCIES

Cell = str | int | float | bool | None

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


def columns(snapshot: SnapshotView) -> list[str]:
    """Name the columns of this ranking."""
    styled, held = bool(snapshot.style_weight), bool(snapshot.minimums)
    return [*COLUMNS, *["style_contribution"] * styled, *["held_back"] * held]


def rows(snapshot: SnapshotView) -> Iterator[list[Cell]]:
    """Give a row for each person: by rank, then the held back, the unranked last."""
    by_rank = sorted(
        snapshot.entries,
        key=lambda e: (e.group[0], e.rank or 0, e.name.casefold(), e.code),
    )
    # Pages show 50 + 10 fit / SD of the reference; the command line's ranking has the plain fit.
    unit = snapshot.method["sd_ref"] / 10
    for entry in by_rank:
        style = _figure(entry.contributions.get(STYLE), unit)
        added: list[Cell] = [style] if snapshot.style_weight else []
        added += [entry.held_back] if snapshot.minimums else []
        yield [*_cells(entry, unit), *added]


def _cells(entry: EntryView, unit: float) -> list[Cell]:
    steps = [entry.contributions.get(code) for code in COMPETENCIES]
    plain = None if entry.fit is None else entry.fit - 50
    return [
        entry.name,
        entry.rank,
        entry.rank_low,
        entry.rank_high,
        _figure(entry.p_top),
        entry.band,
        entry.at_cut if entry.rank is not None else None,
        _figure(plain, unit),
        _figure(entry.fit_error, unit),
        _figure(entry.coverage),
        *(_figure(step, unit) for step in steps),
        entry.code,
        _figure(entry.fit),
        _figure(entry.fit_error),
        " ".join(entry.flags),
    ]


def _figure(value: float | None, unit: float = 1.0) -> float | None:
    return None if value is None else float(value * unit)
