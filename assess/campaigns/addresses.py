"""Read people out of pasted addresses or a CSV file; every fault names its line."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assess.candidates.service import Person, person_faults
from assess.errors import Invalid
from assess.profiles.record_columns import plain
from assess.web.languages import DEFAULT, LANGUAGES

#: No two parts of it can take the same character, so that no line takes long to read.
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>[\s,;]*")
LONGEST_LINE: Final = 2_000
MOST_FAULTS: Final = 1_000
_DELIMITERS = (",", ";", "\t")
LONGEST_SHOWN: Final = 40
_EMAIL_HEADS = frozenset({"email", "e-mail", "mail", "email address", "e-mail address"})
_NAME_HEADS = frozenset(
    {"name", "full name", "first name", "given name", "last name", "family name", "surname"}
)
_LANGUAGE_HEADS = frozenset({"language", "lang", "locale", "preferred language"})
#: What the four languages call one another.
_LANGUAGE_NAMES: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset({"english", "anglais", "ingles", "inggris", "bahasa inggris"}),
    "fr": frozenset({"french", "francais", "frances", "prancis", "bahasa prancis"}),
    "es": frozenset({"spanish", "espagnol", "espanol", "castellano", "spanyol", "bahasa spanyol"}),
    "id": frozenset({"indonesian", "indonesien", "indonesio", "indonesia", "bahasa indonesia"}),
}
_ZONE_HEADS = frozenset({"time zone", "time_zone", "timezone"})


@dataclass(frozen=True)
class _Head:
    """The columns that a first line names; None for one it does not."""

    email: int
    names: tuple[int, ...]
    language: int | None
    zone: int | None


def read_file(content: bytes, *, language: str = DEFAULT) -> list[Person]:
    """Read an uploaded file; Invalid when it is not UTF-8 text or has faulty lines."""
    try:
        return read_text(content.decode("utf-8-sig"), language=language)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(f"line {line}: the file is not UTF-8 text; save it as CSV UTF-8") from None


def read_text(text: str, *, language: str = DEFAULT) -> list[Person]:
    """Read one person a line: "Name <address>", an address, or CSV with name and e-mail.

    A first line that names an e-mail column says where name, address, language and time zone
    stand; a person whose line names no language gets ``language``. Blank lines count as lines but
    say nothing. Raises Invalid with one line for each fault, also for an address that comes twice
    and for a text without anybody.
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
            person = _person(line, head, language)
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


def _head(line: str) -> _Head | None:
    """Give where things stand when ``line`` is a head, else None."""
    try:
        heads = [cell.casefold() for cell in _cells(line)]
    except ValueError:
        return None
    email = _first(heads, _EMAIL_HEADS)
    if email is None:
        return None
    return _Head(
        email,
        tuple(n for n, cell in enumerate(heads) if cell in _NAME_HEADS),
        language=_first(heads, _LANGUAGE_HEADS),
        zone=_first(heads, _ZONE_HEADS),
    )


def _first(heads: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((n for n, cell in enumerate(heads) if cell in wanted), None)


def _person(line: str, head: _Head | None, language: str) -> Person:
    """Read one line; ValueError says what is wrong with it."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"the line is longer than {LONGEST_LINE} characters")
    named = _NAMED.fullmatch(line)
    if named and head is None:
        return Person(named["name"].strip().strip("\"' "), named["email"].strip(), language)
    cells = _cells(line)
    if head is None:
        return _guessed(cells, language)
    email = _cell(cells, head.email)
    if not email:
        raise ValueError("the e-mail column is empty")
    name = " ".join(_cell(cells, n) for n in head.names).strip()
    told, zone = _cell(cells, head.language), _cell(cells, head.zone)
    return Person(name, email, read_language(told) if told else language, zone or None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    """Give what stands in a column; nothing where there is none, or the line is too short."""
    return cells[column] if column is not None and column < len(cells) else ""


def read_language(told: str) -> str:
    """Read a language: its code, with or without a country, or its name in one of ours.

    ValueError for a language that candidates cannot read.
    """
    code = re.split("[-_]", told.casefold())[0]
    if code in LANGUAGES:
        return code
    word = plain(told)
    for code, names in _LANGUAGE_NAMES.items():
        if word in names:
            return code
    known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
    raise ValueError(f"the language {told[:LONGEST_SHOWN]!r} is none of {known}")


def _guessed(cells: Sequence[str], language: str) -> Person:
    addresses = [cell for cell in cells if "@" in cell]
    others = [cell for cell in cells if cell and "@" not in cell]
    if not addresses:
        raise ValueError("there is no e-mail address")
    if len(addresses) > 1 or len(others) > 1:
        raise ValueError("give one person a line, as: Name <name@example.org>")
    return Person(others[0] if others else "", addresses[0], language)


def _cells(line: str) -> list[str]:
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        row = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        raise ValueError("a quotation mark is not closed") from None
    return [cell.strip() for cell in row]
