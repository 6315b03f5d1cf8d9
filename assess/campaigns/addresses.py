"""Read people out of pasted addresses or a CSV file; every fault names its line."""

import csv
import re
from collections.abc import Sequence
from typing import Final

from assess.candidates.service import Person, person_faults
from assess.errors import Invalid

#: No two parts of it can take the same character, so that no line takes long to read.
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>[\s,;]*")
LONGEST_LINE: Final = 2_000
MOST_FAULTS: Final = 1_000
_DELIMITERS = (",", ";", "\t")
_EMAIL_HEADS = frozenset({"email", "e-mail", "mail", "email address", "e-mail address"})
_NAME_HEADS = frozenset(
    {"name", "full name", "first name", "given name", "last name", "family name", "surname"}
)
_ZONE_HEADS = frozenset({"time zone", "time_zone", "timezone"})
#: Where a head puts the address, the parts of the name, and the time zone if it names one.
_Columns = tuple[int, tuple[int, ...], int | None]


def read_file(content: bytes) -> list[Person]:
    """Read an uploaded file; Invalid when it is not UTF-8 text or has faulty lines."""
    try:
        return read_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(f"line {line}: the file is not UTF-8 text; save it as CSV UTF-8") from None


def read_text(text: str) -> list[Person]:
    """Read one person a line: "Name <address>", an address, or CSV with name and e-mail.

    A first line that names an e-mail column says where name, address and time zone stand. Blank
    lines count as lines but say nothing. Raises Invalid with one line for each fault, also for an
    address that comes twice and for a text without anybody.
    """
    lines = [(n, line) for n, line in enumerate(_lines(text), start=1) if line.strip(" \t,;")]
    faults: list[str] = []
    head = _head(lines[0][1]) if lines else None
    people: list[Person] = []
    first: dict[str, int] = {}
    for number, line in lines[1:] if head else lines:
        if len(faults) >= MOST_FAULTS:
            break  # it is no list of people
        try:
            person = _person(line, head)
        except ValueError as error:
            faults.append(f"line {number}: {error}")
            continue
        faults += [f"line {number}: {fault}" for fault in person_faults(person)]
        if person.address in first:
            faults.append(
                f"line {number}: {person.address} stands on line {first[person.address]} already"
            )
        first.setdefault(person.address, number)
        people.append(person)
    if not people and not faults:
        faults.append("line 1: there is nobody here; give one person a line")
    if faults:
        raise Invalid(*faults)
    return people


def _lines(text: str) -> list[str]:
    """Split at line ends only, not at the other characters that Python takes for one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _head(line: str) -> _Columns | None:
    """Give the columns of address and name when ``line`` is a head, else None."""
    try:
        heads = [cell.casefold() for cell in _cells(line)]
    except ValueError:
        return None
    email = next((n for n, cell in enumerate(heads) if cell in _EMAIL_HEADS), None)
    if email is None:
        return None
    zone = next((n for n, cell in enumerate(heads) if cell in _ZONE_HEADS), None)
    return email, tuple(n for n, cell in enumerate(heads) if cell in _NAME_HEADS), zone


def _person(line: str, head: _Columns | None) -> Person:
    """Read one line; ValueError says what is wrong with it."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"the line is longer than {LONGEST_LINE} characters")
    named = _NAMED.fullmatch(line)
    if named and head is None:
        return Person(named["name"].strip().strip("\"' "), named["email"].strip())
    cells = _cells(line)
    if head is None:
        return _guessed(cells)
    email, names, zone = head
    if email >= len(cells) or not cells[email]:
        raise ValueError("the e-mail column is empty")
    name = " ".join(cells[n] for n in names if n < len(cells)).strip()
    lives = cells[zone] if zone is not None and zone < len(cells) else ""
    return Person(name, cells[email], time_zone=lives or None)


def _guessed(cells: Sequence[str]) -> Person:
    addresses = [cell for cell in cells if "@" in cell]
    others = [cell for cell in cells if cell and "@" not in cell]
    if not addresses:
        raise ValueError("there is no e-mail address")
    if len(addresses) > 1 or len(others) > 1:
        raise ValueError("give one person a line, as: Name <name@example.org>")
    return Person(others[0] if others else "", addresses[0])


def _cells(line: str) -> list[str]:
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        row = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        raise ValueError("a quotation mark is not closed") from None
    return [cell.strip() for cell in row]
