"""Read a file of people row by row; what is wrong with a row is told of that row alone."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from assess.campaigns.addresses import read_language
from assess.campaigns.people_columns import PeopleColumns
from assess.candidates.phones import read_phone
from assess.candidates.service import (
    BIRTH_YEARS,
    LONGEST_ADDRESS,
    LONGEST_NAME,
    Person,
    person_faults,
)
from assess.errors import Invalid
from assess.profiles.record_layout import Layout, sheet_rows

MOST_PEOPLE: Final = 100_000
LONGEST_FAULT: Final = 300
_FORMULA: Final = ("=", "+", "-", "@")
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class PersonRow:
    """One row: its number in the file (the first line is 1) and name and address as given.

    ``person`` is None when the row is faulty; then ``fault`` says why.
    """

    number: int
    name: str
    email: str
    person: Person | None
    fault: str = ""


def read_people(path: Path, layout: Layout, columns: PeopleColumns) -> Iterator[PersonRow]:
    """Give every row under the header that holds anything in the chosen columns.

    The same file and columns give the same rows, however often they are read. Raises Invalid for
    a file that cannot be read to its end, holds nobody, or more than MOST_PEOPLE people.
    """
    first: dict[str, int] = {}
    count = 0
    for number, cells in _rows(path, layout):
        row = _person_row(number, cells, columns)
        if row is None:
            continue
        count += 1
        if count > MOST_PEOPLE:
            raise Invalid(f"file: it holds more than {MOST_PEOPLE:,} people; split it")
        if row.person is not None:
            earlier = first.setdefault(row.person.address, number)
            if earlier != number:
                fault = f"the same address stands in row {earlier}"
                row = PersonRow(number, row.name, row.email, None, fault)
        yield row
    if not count:
        raise Invalid("file: there is nobody under its header")


def rows_about(path: Path, layout: Layout) -> int:
    """Give about how many rows there are, for a progress bar; 0 where it would cost a reading."""
    if layout.kind == "xlsx":
        return 0
    with path.open("rb") as file:
        lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))
    return max(lines - layout.skip - 1, 1)


def _rows(path: Path, layout: Layout) -> Iterator[tuple[int, Sequence[str]]]:
    """Give the rows under the header, numbered as a spreadsheet does."""
    start = layout.skip + 1
    if layout.kind == "xlsx":
        yield from enumerate(islice(sheet_rows(path), start, None), start + 1)
        return
    number = 0
    with path.open(encoding=layout.encoding, errors="replace", newline="") as file:
        lines = (line.replace("\0", "") for line in file)
        try:
            for number, row in enumerate(csv.reader(lines, delimiter=layout.delimiter), 1):
                if number > start:
                    yield number, row
        except csv.Error:
            raise Invalid(
                f"row {number + 1}: it cannot be read; is a quotation mark missing?"
            ) from None


def _person_row(number: int, cells: Sequence[str], columns: PeopleColumns) -> PersonRow | None:
    """Read one row; None when nothing stands in the chosen columns."""
    told = {
        role: cells[place].strip() if place < len(cells) else ""
        for role, place in columns.places.items()
    }
    if not any(told.values()):
        return None
    whole = told.get("name") or f"{told.get('given', '')} {told.get('family', '')}"
    name, email = whole.strip(), told.get("email", "")
    person, faults = _person(name, email, told, columns.language)
    shown = " ".join(name.split())[:LONGEST_NAME], " ".join(email.split())[:LONGEST_ADDRESS]
    return PersonRow(number, *shown, None if faults else person, "; ".join(faults)[:LONGEST_FAULT])


def _person(
    name: str, email: str, told: dict[str, str], usual: str
) -> tuple[Person | None, list[str]]:
    """Give the person of a row and what is wrong with it."""
    faults = [
        f"the {role.replace('_', ' ')} holds a line break; is a quotation mark missing?"
        for role, cell in told.items()
        if "\n" in cell or "\r" in cell
    ]
    if faults:
        return None, faults
    if not email:
        faults.append("there is no e-mail address")
    if name.startswith(_FORMULA):
        faults.append("the name begins like a formula")
    language = usual
    if told.get("language"):
        try:
            language = read_language(told["language"])
        except ValueError as error:
            faults.append(str(error))
    phone, year = _extras(told)
    person = Person(name, email, language, told.get("time_zone") or None, phone, year)
    return person, faults + (person_faults(person) if email else [])


def _extras(told: dict[str, str]) -> tuple[str, int | None]:
    """Give phone number and year of birth; one that cannot be read keeps nobody from coming."""
    try:
        phone = read_phone(told.get("phone", "")) or ""
    except ValueError:
        phone = ""
    year = told.get("birth_year", "")
    known = year.isascii() and year.isdigit() and len(year) == 4 and int(year) in BIRTH_YEARS
    return phone, int(year) if known else None
