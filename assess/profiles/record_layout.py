"""How an export of contacts is laid out: encoding, delimiter, where the header stands.

Nothing here keeps a value: what is read serves to look at the file, and goes with the request.
"""

import codecs
import csv
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

from assess.errors import Invalid

ENCODINGS: Final = ("utf-8-sig", "utf-8", "utf-16", "cp1252")
DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE_ROWS: Final = 200
MOST_COLUMNS: Final = 500
MOST_SHEET_ROWS: Final = 200_000
MOST_UNPACKED: Final = 1_000_000_000
LONGEST_ROW: Final = 1_000_000
_SAMPLE_BYTES: Final = 1 << 18
_CHUNK: Final = 1 << 20
_HEADER_WITHIN: Final = 20
_LEGACY: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Layout:
    """What was found of a file: ``skip`` lines stand before the header.

    ``sample`` are the first rows under the header, each as wide as the header.
    """

    kind: Literal["csv", "xlsx"]
    encoding: str
    delimiter: str
    skip: int
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def find_layout(path: Path, *, narrowest: int = 2) -> Layout:
    """Look at a CSV or XLSX file; Invalid when it is neither, empty, or has no header.

    A header of fewer than ``narrowest`` columns is none.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_LEGACY):
        raise Invalid("file: this is an old Excel workbook; save it as .xlsx or CSV")
    if head.startswith(b"PK"):
        rows = list(islice(sheet_rows(path), SAMPLE_ROWS + _HEADER_WITHIN))
        return _layout("xlsx", "", "", rows, narrowest)
    encoding = _encoding(path)
    text = _sample(path, encoding)
    delimiter = _delimiter(text)
    return _layout("csv", encoding, delimiter, list(_sample_rows(text, delimiter)), narrowest)


def sheet_rows(path: Path) -> Iterator[list[str]]:
    """Give the rows of a workbook's first sheet as text, dates as ISO, times as seconds.

    Cells hold what the sheet showed last; formulas are never computed. Invalid for a workbook
    that cannot be read, or unpacks to more than a gigabyte.
    """
    # Only workbooks need it, and it holds thirteen megabytes.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Invalid("file: the workbook is too large; export it as CSV")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid("file: this workbook cannot be read; save it anew, or as CSV") from error
    try:
        if not book.worksheets:
            raise Invalid("file: the workbook has no sheet")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            yield [_cell(value) for value in row]
    finally:
        book.close()


def _cell(value: Any) -> str:
    """Write a workbook's cell as the text that a CSV export would hold."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} s"
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}:{value.second:02d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _layout(
    kind: Literal["csv", "xlsx"],
    encoding: str,
    delimiter: str,
    rows: Sequence[Sequence[str]],
    narrowest: int,
) -> Layout:
    """Find the header among the first rows: exports put titles and dates above it."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:SAMPLE_ROWS]]
    if not any(filled):
        raise Invalid("file: it is empty")
    usual = Counter(count for count in filled if count).most_common(1)[0][0]
    place = next(
        (i for i, count in enumerate(filled[:_HEADER_WITHIN]) if count and count >= 0.6 * usual), 0
    )
    header = [" ".join(cell.split())[:100] for cell in rows[place]]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise Invalid(f"file: it has more than {MOST_COLUMNS} columns")
    if len(header) < narrowest:
        raise Invalid("file: only one column was found; give a table with a header row")
    if any(_is_data(cell) for cell in header):
        raise Invalid(f"row {place + 1}: this should name the columns, but it holds data")
    wide = len(header)
    sample = [(*row[:wide], *[""] * (wide - len(row))) for row in rows[place + 1 :] if any(row)]
    return Layout(kind, encoding, delimiter, place, tuple(header), tuple(sample[:SAMPLE_ROWS]))


def _is_data(cell: str) -> bool:
    """Say whether a header's cell is a number, a date, an address: then there is no header."""
    digits = sum(character.isdigit() for character in cell)
    return "@" in cell or (digits >= 4 and digits >= 0.5 * len(cell))


def _encoding(path: Path) -> str:
    """Find how the whole file is written: marks first, then UTF-8, then the usual other one."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if len(head) > 3 and zeros.count(0) > 0.4 * len(zeros):
                return name
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _sample(path: Path, encoding: str) -> str:
    """Give the first rows as text, whole lines only unless the file is shorter."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = file.read(_SAMPLE_BYTES).replace("\0", "")
        if file.read(1):
            text = text[: text.rfind("\n") + 1] or text
    return text


def _delimiter(text: str) -> str:
    """Give the mark that splits the rows most evenly into the most cells."""

    def evenness(mark: str) -> float:
        widths = Counter(len(row) for row in islice(_sample_rows(text, mark), 100) if any(row))
        width, rows = max(widths.items(), key=lambda one: one[1] * (one[0] > 1), default=(1, 0))
        return rows * (width - 1) ** 0.5 if width > 1 else 0

    return max(DELIMITERS, key=evenness)


def _sample_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    except csv.Error:
        return
