"""CSV tables in and out: read in chunks with every fault's row named, written all or nothing.

A table has a header; its first column is ``person``; a blank is a missing answer. Rows are
counted as a spreadsheet does, the header being row 1.
"""

import csv
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid

FloatArray = NDArray[np.float64]

PERSON: Final = "person"
CHUNK_ROWS: Final = 10_000
MOST_FAULTS: Final = 100

Parse = Callable[[str], float]
"""Turns a cell that is not blank into a number, or raises ValueError saying what is wrong."""


@dataclass(frozen=True)
class Chunk:
    """Some consecutive people of a table: who they are, and the wanted columns (n, J)."""

    people: tuple[str, ...]
    values: FloatArray


def number(cell: str) -> float:
    """Parse a finite number."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is not a number")
    return value


def whole_number(low: int, high: int) -> Parse:
    """Give a parser of whole numbers from ``low`` to ``high``."""

    def parse(cell: str) -> float:
        value = number(cell)
        if not low <= value <= high or value != int(value):
            raise ValueError(f"{cell!r} is not a whole number from {low} to {high}")
        return value

    return parse


class _Cells(dict[str, float]):
    """The number of each distinct cell text: answers repeat, so parsing is mostly a look-up."""

    def __init__(self, parse: Parse) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: str) -> float:
        text = cell.strip()
        value = self._parse(text) if text else math.nan
        if len(self) < CHUNK_ROWS:  # a bound, for columns whose every cell differs
            self[cell] = value
        return value


class Table:
    """A CSV file of people: its columns, and its rows in chunks; ``person`` heads the first.

    Raises Invalid, with a line for each fault, for a file that is empty, not UTF-8, ragged, has
    no person column, a column twice, a person twice, no person name or a cell that does not
    parse. Memory does not grow with the file, but for eight bytes a row.
    """

    def __init__(self, path: Path, person: str = PERSON) -> None:
        self.path = path
        self._person = person
        self._faults: list[str] = []
        with self._open() as file:
            _, header = next(self._rows(file), (0, []))
        if not header:
            raise Invalid(f"{path}: the file is empty")
        self._header = [name.strip() for name in header]
        self._check_header()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns but person, in the order of the file."""
        return tuple(self._header[1:])

    def chunks(
        self,
        columns: Sequence[str],
        parse: Parse = number,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[Chunk]:
        """Give the people and their ``columns``, NaN where a cell is blank or the column absent.

        ``progress`` is told the bytes read of each chunk. Faults are raised when the file has
        been read, or a hundred were found: use nothing of it before the iteration has ended.
        """
        places = [self._header.index(name) if name in self._header else None for name in columns]
        seen: list[NDArray[np.int64]] = []
        cells = _Cells(parse)
        done = 0
        with self._open() as file:
            reader = self._rows(file)
            next(reader)
            for batch in self._batches(reader):
                chunk = self._chunk(batch, places, columns, cells)
                seen.append(np.fromiter(map(hash, chunk.people), np.int64, len(chunk.people)))
                yield chunk
                if progress is not None:
                    here = file.buffer.tell()
                    progress(here - done)
                    done = here
        if not seen:
            self._fault("the table has a header but no rows")
        self._find_twins(np.concatenate(seen) if seen else np.empty(0, np.int64))
        if self._faults:
            raise Invalid(*self._faults)

    def _open(self) -> TextIO:
        return self.path.open(encoding="utf-8-sig", newline="")

    def _rows(self, file: TextIO) -> Iterator[tuple[int, list[str]]]:
        """Give number and cells of each row but empty lines; a reading fault ends everything."""
        try:
            yield from ((line, row) for line, row in enumerate(csv.reader(file), 1) if row)
        except UnicodeDecodeError:
            raise Invalid(*self._faults, self._bad_text()) from None
        except csv.Error as error:
            raise Invalid(*self._faults, f"{self.path}: {error}") from None

    def _bad_text(self) -> str:
        """Name the first line that is not UTF-8."""
        with self.path.open("rb") as file:
            for line, content in enumerate(file, 1):
                try:
                    content.decode("utf-8")
                except UnicodeDecodeError:
                    return f"{self.path}: row {line}: the text is not UTF-8"
        return f"{self.path}: the text is not UTF-8"

    def _check_header(self) -> None:
        if self._header[0] != self._person:
            hint = " (are the columns separated by ; ?)" if ";" in self._header[0] else ""
            found = self._header[0]
            self._fault(f"row 1: the first column must be {self._person}, not {found!r}{hint}")
        for name in dict.fromkeys(self._header):
            if self._header.count(name) > 1:
                self._fault(f"row 1: the column {name!r} is there twice")
        if self._faults:
            raise Invalid(*self._faults)

    def _fault(self, what: str) -> None:
        self._faults.append(f"{self.path}: {what}")
        if len(self._faults) >= MOST_FAULTS:
            raise Invalid(*self._faults, f"{self.path}: and perhaps more; {MOST_FAULTS} are shown")

    @staticmethod
    def _batches(
        reader: Iterator[tuple[int, list[str]]],
    ) -> Iterator[list[tuple[int, list[str]]]]:
        batch: list[tuple[int, list[str]]] = []
        for row in reader:
            batch.append(row)
            if len(batch) == CHUNK_ROWS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _chunk(
        self,
        batch: list[tuple[int, list[str]]],
        places: Sequence[int | None],
        columns: Sequence[str],
        cells: _Cells,
    ) -> Chunk:
        values = np.full((len(batch), len(places)), math.nan)
        present = [(column, place) for column, place in enumerate(places) if place is not None]
        targets = [column for column, _ in present]
        width = len(self._header)
        people: list[str] = []
        for at, (line, row) in enumerate(batch):
            people.append(row[0].strip())
            if len(row) != width:
                self._fault(f"row {line}: has {len(row)} columns, the header has {width}")
                continue
            if not people[-1]:
                self._fault(f"row {line}: the person is missing")
            try:
                values[at, targets] = [cells[row[place]] for _, place in present]
            except ValueError:
                self._name_cells(row, present, columns, cells, line)
        return Chunk(tuple(people), values)

    def _name_cells(
        self,
        row: list[str],
        present: Sequence[tuple[int, int]],
        columns: Sequence[str],
        cells: _Cells,
        line: int,
    ) -> None:
        """Note every cell of one row that does not parse."""
        for column, place in present:
            try:
                cells[row[place]]
            except ValueError as error:
                self._fault(f"row {line}, column {columns[column]}: {error}")

    def _find_twins(self, hashes: NDArray[np.int64]) -> None:
        """Name each person that has an earlier row; the file is read again only for suspects."""
        ordered = np.sort(hashes)
        suspects = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
        if not suspects:
            return
        first: dict[str, int] = {}
        with self._open() as file:
            reader = self._rows(file)
            next(reader)
            for line, row in reader:
                person = row[0].strip()
                if hash(person) not in suspects or not person:
                    continue
                if person in first:
                    self._fault(f"row {line}: the person {person!r} is in row {first[person]} too")
                first.setdefault(person, line)


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Give a text file that becomes ``path`` when all went well, and else leaves no trace."""
    if not path.parent.is_dir():
        raise Invalid(f"{path}: the folder does not exist")
    # A device, pipe or link must be written through, not replaced by a file.
    through = path.is_symlink() or (path.exists() and not path.is_file())
    folder = None if through else path.parent
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        if through:
            with temporary.open("rb") as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
        else:
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def cell(value: float, decimals: int | None = None) -> str:
    """Write a number, NaN as a blank; all its digits unless ``decimals`` are given."""
    if math.isnan(value):
        return ""
    return repr(float(value)) if decimals is None else f"{value:.{decimals}f}"


def quoted(text: str) -> str:
    """Write a cell of text, in quotes where a reader needs them."""
    if any(mark in text for mark in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
