"""A ranking as rows for a file: every person, in the unit of the command line's ranking."""

from collections.abc import Callable, Iterator, Mapping
from math import isnan
from types import MappingProxyType

from assess.candidates.requirements import Status
from assess.rankings.driver_fit import DriverTable
from assess.rankings.queries import STYLE, EntryView, SnapshotView
from assess.selection.demand import COMPETENCIES

Cell = str | int | float | bool | None
Progress = Callable[[int, int], None]
"""Told how many rows of how many are written."""

TOLD_EACH = 2_000

COLUMNS = (
    *("person", "rank", "rank_low", "rank_high", "p_top", "band", "at_cut"),
    *("fit", "fit_se", "coverage"),
    *(f"{code}_contribution" for code in COMPETENCIES),
    *("code", "fit_shown", "fit_shown_se", "flags"),
)
"""Those of the command line's ranking in its unit, then code, the fit as pages show it, flags.

Where answers given for another campaign are used, ``given_on`` has their day. A profile with a
weight of style adds ``style_contribution``, one with minimums ``held_back``: 1
for who has a fit and no rank.
Then, for each call driver of the ranking's own contact mix: `DRIVER_COLUMNS`.
"""

DRIVER_COLUMNS = ("{}_fit_shown", "{}_fit_shown_se", "{}_stands_out")
"""The fit to one call driver alone, in shown units; "stronger" or "weaker" than the person's own
fit to the whole job where that is sure, else blank."""

REQUIREMENT_COLUMNS = ("requirements", "requirements_not_met", "requirements_not_said")
"""Last, where the campaign asks for something beyond scores: met, not_met or not_said of the
musts, and how many; as people say themselves when the file is made, and no part of the fit."""

NOTHING_ASKED: Mapping[int, Status] = MappingProxyType({})


def columns(
    snapshot: SnapshotView, drivers: DriverTable, required: Mapping[int, Status] = NOTHING_ASKED
) -> list[str]:
    """Name the columns of this ranking; ``required`` is empty where nothing is asked."""
    styled, held = bool(snapshot.style_weight), bool(snapshot.minimums)
    codes = [driver.code for driver in drivers.drivers]
    more = [name.format(code) for code in codes for name in DRIVER_COLUMNS]
    reused = ["given_on"] * _reuses(snapshot)
    more += REQUIREMENT_COLUMNS if required else ()
    return [*COLUMNS, *reused, *["style_contribution"] * styled, *["held_back"] * held, *more]


def rows(
    snapshot: SnapshotView,
    drivers: DriverTable,
    required: Mapping[int, Status] = NOTHING_ASKED,
    progress: Progress | None = None,
) -> Iterator[list[Cell]]:
    """Give a row for each person: by rank, then the held back, the unranked last.

    ``drivers`` has everybody's fits to the call drivers of the mix.
    """
    by_rank = sorted(
        snapshot.entries,
        key=lambda e: (e.group[0], e.rank or 0, e.name.casefold(), e.code),
    )
    # Pages show 50 + 10 fit / SD of the reference; the command line's ranking has the plain fit.
    unit = snapshot.method["sd_ref"] / 10
    reused = _reuses(snapshot)
    for done, entry in enumerate(by_rank):
        if progress is not None and done % TOLD_EACH == 0:
            progress(done, len(by_rank))
        style = _figure(entry.contributions.get(STYLE), unit)
        day = entry.given_on
        added: list[Cell] = [None if day is None else day.isoformat()] if reused else []
        added += [style] if snapshot.style_weight else []
        added += [entry.held_back] if snapshot.minimums else []
        last = _requirement_cells(required.get(entry.candidate_id)) if required else []
        yield [*_cells(entry, unit), *added, *_driver_cells(drivers, entry.candidate_id), *last]


def _reuses(snapshot: SnapshotView) -> bool:
    return any(entry.given_on for entry in snapshot.entries)


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


def _driver_cells(drivers: DriverTable, candidate_id: int) -> list[Cell]:
    row, fits = drivers.rows[candidate_id], drivers.fits
    cells: list[Cell] = []
    for column in range(len(drivers.drivers)):
        pair = fits.fit[row, column], fits.error[row, column]
        cells += [None if isnan(one) else _figure(float(one)) for one in pair]
        cells.append(drivers.stands_out(row, column))
    return cells


def _requirement_cells(found: Status | None) -> list[Cell]:
    """Give the cells of one person; blank ones of somebody who was erased."""
    return [None] * 3 if found is None else [found.state.value, found.not_met, found.not_said]


def _figure(value: float | None, unit: float = 1.0) -> float | None:
    return None if value is None else float(value * unit)
