"""Reading a workbook that an expert has filled in; every fault names the sheet and the cell.

Nothing a workbook says is believed before it is checked: its size, how far it unpacks, that it is
the workbook of this very bank. Rows are found by their id, so that moved rows do no harm.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from assess.errors import Invalid
from assess.instruments.document import refuse
from assess.instruments.expert_workbook import (
    COMMENT,
    DIGEST,
    ID,
    INSTRUCTIONS,
    NAME,
    QUESTIONNAIRE,
    RATING,
    RATINGS,
    ROLE,
    VERSION,
    YEARS,
)
from assess.instruments.model import Instrument

LARGEST: Final = 5 * 1024 * 1024
LARGEST_UNPACKED: Final = 50 * 1024 * 1024
MOST_UNPACKED_TO_PACKED: Final = 100
MOST_PARTS: Final = 200
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 20
LONGEST_WORDS: Final = 200
LONGEST_COMMENT: Final = 1000
MOST_YEARS: Final = 70
MOST_FAULTS: Final = 30
_SMALL_PART: Final = 64 * 1024
_MACROS: Final = "vbaproject.bin"


@dataclass(frozen=True)
class ExpertSheet:
    """What one expert sent: who they are, and a rating for each response they rated.

    ``ratings`` and ``comments`` by item id, in the order of the bank; ``missing`` the items
    without a rating; ``digest`` the file's SHA-256, in hex.
    """

    name: str
    role: str
    years: float | None
    ratings: Mapping[str, int]
    comments: Mapping[str, str]
    missing: tuple[str, ...]
    digest: str

    @property
    def person(self) -> str:
        """The name as it is compared: case and spaces do not make another expert."""
        return normal_name(self.name)


def normal_name(name: str) -> str:
    """Give a name as it is compared within a panel."""
    return " ".join(name.split()).casefold()


def read_workbook(content: bytes, file: str, bank: Instrument) -> ExpertSheet:
    """Read what one expert filled in for ``bank``; ``file`` is the name faults begin with.

    Blank ratings are accepted and named in ``missing``. Raises Invalid with up to 30 faults, each
    as "file: sheet!cell: what is wrong".
    """
    faults: list[str] = []
    book = _open(content, file)
    try:
        facts = _Cells(book, INSTRUCTIONS, file, faults)
        table = _Cells(book, RATINGS, file, faults)
    finally:
        book.close()
    refuse(faults)
    _refuse_another(facts, bank)
    refuse(faults)
    name = facts.words(NAME)
    if not name:
        facts.fault_beside(NAME, "is empty; the expert's name or initials go there")
    years = facts.years()
    ratings, comments = _rows(table, bank)
    if not ratings and not faults:
        faults.append(f"{file}: {RATINGS}: no response is rated")
    refuse(faults[:MOST_FAULTS])
    return ExpertSheet(
        name=name,
        role=facts.words(ROLE),
        years=years,
        ratings=ratings,
        comments=comments,
        missing=tuple(item for item in bank.item_ids if item not in ratings),
        digest=hashlib.sha256(content).hexdigest(),
    )


def _open(content: bytes, file: str) -> Workbook:
    """Open a workbook of a sane size; Invalid says why not."""
    if not file.lower().endswith(".xlsx"):
        raise Invalid(f"{file}: is not an .xlsx file; save the workbook as .xlsx")
    if len(content) > LARGEST:
        raise Invalid(f"{file}: is larger than {LARGEST // 1024**2} MB")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            _refuse_bombs(packed, file)
        return load_workbook(BytesIO(content), read_only=True, keep_links=False)
    except Invalid:
        raise
    except Exception as error:  # the library raises anything on a broken file
        raise Invalid(f"{file}: is not a workbook that can be read; save it anew") from error


def _refuse_bombs(packed: zipfile.ZipFile, file: str) -> None:
    parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    steep = any(
        part.file_size > max(_SMALL_PART, MOST_UNPACKED_TO_PACKED * part.compress_size)
        for part in parts
    )
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or steep:
        raise Invalid(f"{file}: unpacks to far more than a workbook of ratings holds")
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid(f"{file}: is locked with a password; save it without one")
    if any(part.filename.lower().endswith(_MACROS) for part in parts):
        raise Invalid(f"{file}: holds macros; save it as a plain .xlsx")


class _Cells:
    """The values of one sheet by row and column, with the words to name a cell by."""

    def __init__(self, book: Workbook, sheet: str, file: str, faults: list[str]) -> None:
        self.sheet, self.file, self.faults = sheet, file, faults
        self.values: dict[tuple[int, int], Any] = {}
        self.formulas: set[tuple[int, int]] = set()
        if sheet not in book.sheetnames:
            faults.append(f"{file}: the sheet {sheet} is missing; use the exported workbook")
            return
        try:
            self._read(book[sheet])
        except Exception:  # noqa: BLE001 - the library raises anything on a broken sheet
            faults.append(f"{file}: {sheet}: cannot be read; save the workbook anew")

    def _read(self, sheet: Any) -> None:
        # What a sheet says of its own size is not believed, and nothing far out is looked at.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
            for cell in row:
                if cell.value is None:
                    continue
                place = cell.row, cell.column
                self.values[place] = cell.value
                if cell.data_type == "f":
                    self.formulas.add(place)

    def fault(self, place: tuple[int, int], what: str) -> None:
        """Note what is wrong in a cell."""
        row, column = place
        self.faults.append(f"{self.file}: {self.sheet}!{get_column_letter(column)}{row}: {what}")

    def find(self, label: str) -> tuple[int, int] | None:
        """Give the first cell that says ``label``."""
        return next((at for at, value in self.values.items() if _text(value) == label), None)

    def beside(self, label: str) -> tuple[int, int] | None:
        """Give the cell right of the one that says ``label``."""
        at = self.find(label)
        return None if at is None else (at[0], at[1] + 1)

    def fault_beside(self, label: str, what: str) -> None:
        """Note what is wrong in the cell right of ``label``, or that there is no such label."""
        place = self.beside(label)
        if place is None:
            self.faults.append(f"{self.file}: {self.sheet}: the cell {label!r} is missing")
        else:
            self.fault(place, what)

    def words(self, label: str) -> str:
        """Give the text right of ``label``, on one line; empty where there is none."""
        place = self.beside(label)
        if place is None:
            return ""
        if place in self.formulas:
            self.fault(place, "is a formula; type the words")
        words = " ".join(_text(self.values.get(place)).split())
        if len(words) > LONGEST_WORDS:
            self.fault(place, f"is longer than {LONGEST_WORDS} characters")
        return words

    def years(self) -> float | None:
        """Give the years of experience, None where the cell is blank."""
        place = self.beside(YEARS)
        value = None if place is None else self.values.get(place)
        if place is None or value is None or _text(value) == "":
            return None
        if not _is_number(value) or not 0 <= value <= MOST_YEARS:
            self.fault(place, f"must be a number of years, 0 to {MOST_YEARS}, not {_quoted(value)}")
            return None
        return float(value)


def _refuse_another(facts: _Cells, bank: Instrument) -> None:
    """Note by name when the workbook was made for another questionnaire or version."""
    for label, ours in ((QUESTIONNAIRE, bank.key), (VERSION, bank.version), (DIGEST, bank.digest)):
        theirs = facts.words(label)
        if theirs == ours:
            continue
        if label == DIGEST:
            what = f"is of another content of {bank.key}, version {bank.version}; export it anew"
        else:
            what = f"is {theirs!r}, but {ours!r} is being rated; export the workbook of that one"
        facts.fault_beside(label, what)
        return


def _rows(table: _Cells, bank: Instrument) -> tuple[dict[str, int], dict[str, str]]:
    """Read the ratings and comments under the head row, by id."""
    head, column = _head(table)
    if ID not in column or RATING not in column:
        return {}, {}
    ratings: dict[str, int] = {}
    comments: dict[str, str] = {}
    seen: set[str] = set()
    known = set(bank.item_ids)
    for row in sorted({row for row, _ in table.values if row > head}):
        item = _text(table.values.get((row, column[ID])))
        place = row, column[RATING]
        if item not in known:
            if item or place in table.values:
                what = f"{item!r} is no response of {bank.key}" if item else "the id is missing"
                table.fault((row, column[ID]), f"{what}; leave the ids as they were")
            continue
        if item in seen:
            table.fault((row, column[ID]), f"{item} stands here a second time")
            continue
        seen.add(item)
        rating = _rating(table, place, bank)
        if rating is not None:
            ratings[item] = rating
        comment = _text(table.values.get((row, column.get(COMMENT, 0))))
        if comment:
            comments[item] = comment[:LONGEST_COMMENT]
    in_order = {item: ratings[item] for item in bank.item_ids if item in ratings}
    return in_order, comments


def _head(table: _Cells) -> tuple[int, dict[str, int]]:
    """Find the head row, and the column under each of its titles; note what is missing."""
    at = table.find(ID)
    if at is None:
        table.faults.append(f"{table.file}: {table.sheet}: there is no column {ID!r}")
        return 0, {}
    head = at[0]
    column = {_text(value): place for (row, place), value in table.values.items() if row == head}
    if RATING not in column:
        table.faults.append(f"{table.file}: {table.sheet}: there is no column {RATING!r}")
    return head, column


def _rating(table: _Cells, place: tuple[int, int], bank: Instrument) -> int | None:
    """Read one rating; None where the cell is blank or, with a fault noted, holds none."""
    value = table.values.get(place)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    wanted = f"type a whole number from {bank.low} to {bank.high}"
    if place in table.formulas:
        table.fault(place, f"is a formula; {wanted}")
    elif not _is_number(value):
        table.fault(place, f"is {_quoted(value)}, not a number; {wanted}")
    elif value != int(value) or not bank.low <= value <= bank.high:
        table.fault(place, f"is {value:g}; {wanted}")
    else:
        return int(value)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _text(value: object) -> str:
    """Give what a cell says, as text; a name of digits is still a name."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _quoted(value: object) -> str:
    words = _text(value)
    return repr(words if len(words) <= 30 else f"{words[:30]}…")
