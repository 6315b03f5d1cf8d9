"""The workbook in which one expert rates every response of a judgement bank, blind to the key.

It holds the scenarios and responses as candidates read them, an empty cell beside each response,
and what the expert says of themselves. Neither the key nor what a response is evidence of, nor why,
nor what the customer feels is anywhere in the file. Texts are written as text: one that begins like
a formula is none.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from assess.errors import Invalid
from assess.instruments.model import Instrument

INSTRUCTIONS: Final = "Instructions"
RATINGS: Final = "Ratings"

QUESTIONNAIRE, VERSION, DIGEST = "Questionnaire", "Version", "Digest"
NAME, ROLE, YEARS = "Your name or initials", "Your role", "Years in this work"
ID, SCENARIO, RESPONSE, RATING, COMMENT = (
    *("Id", "Scenario", "Response"),
    *("Your rating (1 to 5)", "Comment (if you like)"),
)
COLUMNS: Final = (ID, SCENARIO, RESPONSE, RATING, COMMENT)

_WIDTHS: Final = (12, 46, 58, 14, 34)
_FORMULA: Final = ("=", "+", "-", "@")
_WRAP: Final = Alignment(wrap_text=True, vertical="top")
_HEAD: Final = PatternFill("solid", fgColor="1F4E8C")
_FILL_IN: Final = PatternFill("solid", fgColor="FFF8E1")
_EDGE: Final = Side(style="thin", color="7B8794")
_RULE: Final = Border(top=Side(style="thin", color="C9D2DB"))

_STEPS: Final = (
    "Fill in the three yellow cells above, then go to the sheet Ratings.",
    "Read each scenario. Then rate every response to it on its own: how effective would it be?",
    "Type a whole number from {low} to {high} in the yellow cell. Two responses can have the same.",
    "Use the whole range. Judge what helps the customer and the company, by your own experience.",
    "All the facts you need are given. Where you are torn, give the number you lean to.",
    "Do not talk about it with other raters before all of you have sent the file back.",
    "There is a key already, which you do not know. Please rate blind: do not look for it.",
    "A comment is welcome where a response is unclear, or would be wrong in your company.",
    "Leave the column Id as it is. Save the file as .xlsx and send it back.",
)


def write_workbook(bank: Instrument) -> bytes:
    """Give the XLSX file for one expert, to rate every response of ``bank``.

    Scenarios and responses stand in the order of the bank. Raises Invalid for an instrument of
    another kind.
    """
    if bank.kind != "judgement":
        raise Invalid(f"{bank.key}: experts rate the responses of a judgement questionnaire only")
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one sheet
    first.title = INSTRUCTIONS
    _instructions(first, bank)
    _ratings(book.create_sheet(RATINGS), bank)
    book.properties.title = f"Expert ratings: {bank.title}"
    book.properties.creator = "Assess"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _instructions(sheet: Worksheet, bank: Instrument) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 74
    _put(sheet, 1, 1, f"Rate the responses: {bank.title}", font=Font(bold=True, size=16))
    _put(sheet, 2, 1, "About you", font=Font(bold=True, size=12))
    for row, label in enumerate((NAME, ROLE, YEARS), 3):
        _put(sheet, row, 1, label)
        _fill_in(sheet.cell(row, 2))
    years = DataValidation(
        type="decimal", operator="between", formula1="0", formula2="70", allow_blank=True
    )
    years.error, years.errorTitle = "Type a number of years, 0 to 70.", YEARS
    years.showErrorMessage = True
    years.add("B5")
    sheet.add_data_validation(years)
    _put(sheet, 7, 1, "What to do", font=Font(bold=True, size=12))
    row = 8
    for number, step in enumerate(_STEPS, 1):
        _put(sheet, row, 1, f"Step {number}")
        _put(sheet, row, 2, step.format(low=bank.low, high=bank.high))
        row += 1
    row = _list(
        sheet,
        row + 1,
        "What the numbers mean",
        {str(bank.low + place): words for place, words in enumerate(bank.labels)},
    )
    facts = {QUESTIONNAIRE: bank.key, VERSION: bank.version, DIGEST: bank.digest}
    _list(sheet, row + 1, "This file (please leave as it is)", facts)


def _list(sheet: Worksheet, row: int, title: str, rows: Mapping[str, str]) -> int:
    """Write a small titled list; give the row after it."""
    _put(sheet, row, 1, title, font=Font(bold=True, size=12))
    for place, (label, words) in enumerate(rows.items(), row + 1):
        _put(sheet, place, 1, label)
        _put(sheet, place, 2, words)
    return row + 1 + len(rows)


def _ratings(sheet: Worksheet, bank: Instrument) -> None:
    for column, (title, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True), 1):
        cell = _put(sheet, 1, column, title, font=Font(bold=True, color="FFFFFF"))
        cell.fill = _HEAD
        sheet.column_dimensions[cell.column_letter].width = width
    row = 2
    for block in bank.blocks:
        for place, item in enumerate(block.items):
            _put(sheet, row, 1, item.id, font=Font(color="52606D", size=9))
            if place == 0:
                _put(sheet, row, 2, block.scenario or "")
            _put(sheet, row, 3, item.text)
            _fill_in(sheet.cell(row, 4))
            sheet.cell(row, 5).alignment = _WRAP
            if place == 0:
                _rule(sheet.cell(row, column) for column in (1, 2, 3, 5))
            row += 1
    _whole_numbers(sheet, bank, row - 1)
    sheet.freeze_panes = "D2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _whole_numbers(sheet: Worksheet, bank: Instrument, last: int) -> None:
    """Let the rating cells take whole numbers of the answer range only."""
    rule = DataValidation(
        type="whole",
        operator="between",
        formula1=str(bank.low),
        formula2=str(bank.high),
        allow_blank=True,
    )
    rule.errorTitle, rule.error = RATING, f"Type a whole number from {bank.low} to {bank.high}."
    rule.promptTitle, rule.prompt = (
        RATING,
        f"{bank.low}: {bank.labels[0]}, {bank.high}: {bank.labels[-1]}",
    )
    rule.showErrorMessage = rule.showInputMessage = True
    rule.add(f"D2:D{last}")
    sheet.add_data_validation(rule)


def _put(sheet: Worksheet, row: int, column: int, text: str, *, font: Font | None = None) -> Cell:
    """Write text that stays text, wrapped."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - nothing here is merged
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    cell.alignment = _WRAP
    if font is not None:
        cell.font = font
    return cell


def _fill_in(cell: object) -> None:
    assert isinstance(cell, Cell)  # noqa: S101 - nothing here is merged
    cell.fill, cell.alignment = _FILL_IN, _WRAP
    cell.border = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


def _rule(cells: Iterable[object]) -> None:
    for cell in cells:
        assert isinstance(cell, Cell)  # noqa: S101 - nothing here is merged
        cell.border = _RULE
