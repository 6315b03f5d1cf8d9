"""Files of people: which column means what, and what each row says."""

import csv
import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from assess.campaigns import people_reading
from assess.campaigns.people_columns import PeopleColumns, check, suggest
from assess.campaigns.people_reading import PersonRow, read_people
from assess.errors import Invalid
from assess.profiles.record_layout import Layout, find_layout
from tests.campaigns.people_files import BAD, GOOD, thousand


def layout(*header: str, rows: tuple[tuple[str, ...], ...] = ()) -> Layout:
    return Layout("csv", "utf-8", ",", 0, header, rows)


def read(path: Path, content: bytes, language="en") -> list[PersonRow]:
    path.write_bytes(content)
    found = find_layout(path, narrowest=1)
    return list(read_people(path, found, PeopleColumns(suggest(found), language)))


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (("Name", "E-mail", "Language"), {"email": 1, "name": 0, "language": 2}),
        (("Prénom", "Nom", "Courriel"), {"email": 2, "given": 0, "family": 1}),
        (("Nom de famille", "Nom", "Courriel"), {"email": 2, "given": 1, "family": 0}),
        (("Nombre completo", "Correo", "Idioma"), {"email": 1, "name": 0, "language": 2}),
        (("Apellidos", "Nombre", "Correo"), {"email": 2, "given": 1, "family": 0}),
        (("Nama lengkap", "Alamat surel", "Bahasa", "Zona waktu"),
         {"email": 1, "name": 0, "language": 2, "time_zone": 3}),
        (("First name", "Last name", "Email address"), {"email": 2, "given": 0, "family": 1}),
        (("Shoe size",), {}),
    ],
)  # fmt: skip
def test_columns_are_suggested_by_header_in_four_languages(header, places):
    assert suggest(layout(*header)) == places


def test_addresses_are_found_by_what_they_look_like_and_choices_are_checked():
    found = layout("Wer", "Wo", rows=(("Jo", "jo@example.org"), ("Al", "al@example.org")))
    assert suggest(found) == {"email": 1}
    with pytest.raises(Invalid) as caught:
        check(PeopleColumns({"name": 0, "given": 0, "shoe": 1, "family": 9}, "tlh"), 2)
    told = "\n".join(caught.value.faults)
    for words in ("email: choose", "same column", "shoe: is not known", "no column 10", "language"):
        assert words in told


def test_a_thousand_rows_of_which_seven_are_bad(tmp_path):
    rows = read(tmp_path / "p.csv", thousand(), "id")
    assert len(rows) == 1000
    faulty = [row for row in rows if row.person is None]
    assert len(faulty) == len(BAD)
    for row, (_name, _email, _language, told) in zip(faulty, BAD, strict=True):
        assert told in row.fault
    assert [row.number for row in faulty][:2] == [142, 283]
    people = [row.person for row in rows if row.person is not None]
    assert len(people) == GOOD
    # Row 4 names no language: the usual one holds.
    assert [one.language for one in people[:4]] == ["en", "id", "es", "fr"]


def test_a_workbook_with_a_title_above_and_blank_rows_keeps_the_numbers_of_its_rows(tmp_path):
    book = Workbook()
    for row in (
        ["People of May"], [], ["First name", "Surname", "E-mail"],
        ["Ada", "Okoye", "ada@example.org"], [], ["Ben", None, "ben(at)example.org"],
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    rows = read(tmp_path / "q.xlsx", (tmp_path / "p.xlsx").read_bytes())
    assert [(row.number, row.name, row.person is None) for row in rows] == [
        (4, "Ada Okoye", False),
        (6, "Ben", True),
    ]


def test_one_column_of_addresses_is_a_list_too(tmp_path):
    rows = read(tmp_path / "p.csv", b"E-mail\njo@example.org\n\nal@example.org\n")
    assert [(row.number, row.email) for row in rows] == [
        (2, "jo@example.org"),
        (4, "al@example.org"),
    ]


def test_what_is_no_list_is_said_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(people_reading, "MOST_PEOPLE", 2)
    head = b"name,email\n"
    row = b"Jo,jo@example.org\n"
    for content, told in (
        (head + 3 * row, "more than 2 people"),
        (head + b",\n", "nobody under its header"),
        (head + b'"Jo,jo@example.org\n' + row * (csv.field_size_limit() // len(row) + 1),
         "row 2: it cannot be read; is a quotation mark missing?"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=re.escape(told)):
            read(tmp_path / "p.csv", content)


def test_a_phone_number_or_year_that_cannot_be_read_is_left_out_and_nobody_is(tmp_path):
    content = (
        b"Name,E-mail,Phone number,Year of birth\n"
        b"Ada,a@example.org,0044 20 7946 0001,1990\n"
        b"Ben,b@example.org,020 7946 0001,'90\n"
    )
    rows = read(tmp_path / "p.csv", content)
    assert [(one.person.phone, one.person.birth_year) for one in rows] == [
        ("+442079460001", 1990), ("", None),
    ]  # fmt: skip
