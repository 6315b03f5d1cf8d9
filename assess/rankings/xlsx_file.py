"""A ranking as a workbook: numbers are numbers, moments are moments, text is never a formula."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from assess.candidates.requirements import Status
from assess.files.spreadsheet import FORMULA
from assess.rankings.driver_fit import DriverTable
from assess.rankings.export_rows import NOTHING_ASKED, Progress, columns, rows
from assess.rankings.queries import SnapshotView

#: The type stubs do not say what a sheet has that is only written.
Sheet = Any

RANKING: Final = "Ranking"
ABOUT: Final = "About"

#: What could be taken for a formula, or for an error such as #N/A.
_GUESSED: Final = re.compile(r"[=+\-@#\t\r\n]")
_WIDTHS: Final = {"person": 30.0, "code": 14.0, "flags": 34.0}
_FIGURES: Final = "0.000"
_MOMENT: Final = "yyyy-mm-dd hh:mm"
_LONGEST: Final = 32_767
"""What a cell holds at most."""
_HEAD: Final = PatternFill("solid", fgColor="1F4E8C")
_WRAP: Final = Alignment(wrap_text=True, vertical="top")


def ranking_xlsx(
    snapshot: SnapshotView,
    drivers: DriverTable,
    required: Mapping[int, Status] = NOTHING_ASKED,
    *,
    blind: bool,
    now: datetime,
    progress: Progress | None = None,
) -> bytes:
    """Write the people of the snapshot as the CSV file has them, and a sheet of what it rests on.

    ``drivers`` has everybody's fits to the call drivers of the mix, ``required`` how people stand
    to the requirements, ``blind`` says whether codes stand for names, ``now`` when the file is
    made.
    """
    book = Workbook(write_only=True)
    _people(book.create_sheet(RANKING), snapshot, drivers, required, progress)
    _about(book.create_sheet(ABOUT), snapshot, blind=blind, now=now)
    book.properties.title = _("Ranking: %(title)s", title=snapshot.title)
    book.properties.creator = "Assess"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _people(
    sheet: Sheet,
    snapshot: SnapshotView,
    drivers: DriverTable,
    required: Mapping[int, Status],
    progress: Progress | None,
) -> None:
    names = columns(snapshot, drivers, required)
    # A sheet that is only written takes these before its first row.
    sheet.freeze_panes = "B2"
    for at, name in enumerate(names):
        sheet.column_dimensions[_letter(at)].width = _WIDTHS.get(name, max(10.0, len(name) + 2.0))
    last = f"{_letter(len(names) - 1)}{len(snapshot.entries) + 1}"
    sheet.auto_filter.ref = f"A1:{last}"
    sheet.append([_head(sheet, name) for name in names])
    # A row is written when it is appended: a column's figures can take turns in one cell.
    figures = [_cell(sheet, 0.0) for _name in names]
    for row in rows(snapshot, drivers, required, progress):
        sheet.append([_light(sheet, value, at) for value, at in zip(row, figures, strict=True)])


def _about(sheet: Sheet, snapshot: SnapshotView, *, blind: bool, now: datetime) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    for label, value in (
        *_caution(snapshot, blind=blind),
        *_facts(snapshot, now),
        *_versions(snapshot),
        *_meanings(),
    ):
        cells = [_cell(sheet, label), _cell(sheet, value)]
        cells[0].font = Font(bold=True)
        cells[0].alignment = cells[1].alignment = _WRAP
        sheet.append(cells)


def _caution(snapshot: SnapshotView, *, blind: bool) -> Iterator[tuple[str, Any]]:
    yield (
        _("Before you use it"),
        _("This ranking alone must not decide. A person decides, by name and with a reason."),
    )
    yield (
        _("How sure it is"),
        _("Each rank has an interval. People of one band cannot be told apart from its first."),
    )
    if snapshot.partial:
        yield _("Evidence"), _("Partial: not every competency of the profile was measured.")
    if snapshot.simulated:
        yield _("Simulated"), _("Nobody in this file is real.")
    if blind:
        yield _("Blind review"), _("Codes stand for names until a decision on the person.")
    yield (
        _("Personal data"),
        _("Keep this file only as long as you need it, and do not pass it on."),
    )


def _facts(snapshot: SnapshotView, now: datetime) -> Iterator[tuple[str, Any]]:
    yield _("Campaign"), snapshot.title
    yield _("Brand"), snapshot.brand
    yield _("Seats"), snapshot.seats
    yield _("People who finished"), snapshot.people
    yield _("Ranked"), snapshot.ranked
    yield _("Held back by a minimum"), snapshot.held_back
    yield _("Not ranked, too little answered"), snapshot.unranked
    yield _("Ranked at (UTC)"), snapshot.made_at
    yield _("File made at (UTC)"), now


def _versions(snapshot: SnapshotView) -> Iterator[tuple[str, Any]]:
    method = snapshot.method
    yield _("Digest of the ranking"), snapshot.pool_digest
    yield _("Profile version"), snapshot.profile_number
    for code, weight in snapshot.weights.items():
        yield _("Weight of %(code)s", code=code), float(weight)
    if snapshot.style_weight:
        yield _("Weight of style"), snapshot.style_weight
    for code, least in snapshot.minimums.items():
        yield _("Minimum of %(code)s", code=code), float(least)
    yield _("Engine"), method["engine"]
    yield _("Simulation"), _(
        "%(kind)s, %(draws)s draws, seed %(seed)s",
        kind=method["kind"], draws=method["draws"], seed=method["seed"],
    )  # fmt: skip
    for one in method["instruments"]:
        yield (
            _("Questionnaire %(key)s", key=one["key"]),
            _(
                "version %(version)s, digest %(digest)s, calibration %(calibration)s, "
                "norm %(norm)s",
                version=one["version"],
                digest=one["digest"] or one["present_digest"],
                calibration=one["calibration"] or _("none"),
                norm=one["norm"] or _("none"),
            ),
        )
        if one["reference_group"]:
            yield _("Reference group of %(key)s", key=one["key"]), one["reference_group"]


def _meanings() -> Iterator[tuple[str, Any]]:
    yield "rank_low, rank_high", _("The interval of the rank, 90 %.")
    yield "p_top", _("The chance of being among the first, as many as there are seats.")
    yield "at_cut", _("Whether the seat of the person is open: it could go to others as well.")
    yield "fit, fit_se", _("The fit and its error in the unit of the command line.")
    yield "fit_shown, fit_shown_se", _("The fit and its error as pages show it: 50 and 10.")
    yield "coverage", _("The share of the weights that was measured, 0 to 1.")
    yield "…_contribution", _("What a competency adds to the fit or takes from it.")
    yield "…_fit_shown", _("The fit to one call driver alone, as pages show it.")
    yield "…_stands_out", _("Where that is surely stronger or weaker than the whole fit.")


def _head(sheet: Sheet, name: str) -> Cell:
    cell = _cell(sheet, name)
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    return cell


def _cell(sheet: Sheet, value: Any) -> Cell:
    """Give a cell of the value's own type; text that looks like a formula is marked as text."""
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
        cell: Cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        if text.startswith(FORMULA):
            cell.quotePrefix = True
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value.astimezone(UTC).replace(tzinfo=None, microsecond=0))
        cell.number_format = _MOMENT
        return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, float):
        cell.number_format = _FIGURES
    return cell


def _light(sheet: Sheet, value: Any, figure: Cell) -> Any:
    """Give what `_cell` would, cheaply: ``figure`` with the value, or a plain value itself."""
    if isinstance(value, float):
        figure.value = value
        return figure
    if isinstance(value, str) and (_GUESSED.match(value) or ILLEGAL_CHARACTERS_RE.search(value)):
        return _cell(sheet, value)
    return value


def _letter(at: int) -> str:
    return get_column_letter(at + 1)
