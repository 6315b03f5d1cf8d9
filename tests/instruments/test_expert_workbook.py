"""A workbook is blind, and what an expert typed comes back; what is hostile is refused by cell."""

import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from openpyxl import load_workbook

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.expert_sheet import read_workbook
from assess.instruments.expert_workbook import COLUMNS, DIGEST, RATINGS, VERSION, write_workbook
from assess.instruments.load import load_instrument
from tests.instruments.experts import draw, filled

BANK = load_instrument(default_catalogue().folder / "service-judgement", derived=False)
ONE = draw(BANK, 1)[0]
BLANK = np.full(len(BANK.item_ids), np.nan)


def texts(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


def reworded(bank, word):
    """Give the bank with every text of its first scenario begun by ``word``."""
    first = bank.blocks[0]
    items = tuple(replace(item, text=word + item.text) for item in first.items)
    block = replace(first, scenario=f"{word}{first.scenario}", items=items)
    return replace(bank, blocks=(block, *bank.blocks[1:]))


def test_the_file_says_nothing_of_the_key():
    marked = replace(
        BANK,
        option_keys={
            item: replace(key, points=4.7531, sd=0.8642, why=f"whyword {key.why}")
            for item, key in BANK.option_keys.items()
        },
    )
    found = texts(write_workbook(marked))
    plain = texts(write_workbook(BANK))
    assert found.count("sjt-001.a") == 1
    for secret in ("4.7531", "0.8642", "whyword"):
        assert secret not in found
    for block in BANK.blocks:
        assert block.customer_state not in plain
        assert all(BANK.option_keys[item.id].why not in plain for item in block.items)
    for code in ("EMP", "REG", "OWN", "GUI", "ESC", "CHN", "<v>1</v><v>"):
        assert f">{code}<" not in plain
    assert 'state="hidden"' not in plain
    assert 'hidden="1"' not in plain


def test_every_response_stands_in_the_order_of_the_bank_beside_an_empty_cell():
    sheet = load_workbook(BytesIO(write_workbook(BANK)))[RATINGS]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert tuple(cell.value for cell in sheet[1]) == COLUMNS
    assert [row[0] for row in rows] == list(BANK.item_ids)
    assert [row[2] for row in rows] == [item.text for item in BANK.items]
    assert [row[1] for row in rows if row[1]] == [block.scenario for block in BANK.blocks]
    assert {row[3] for row in rows} == {None}
    rule = sheet.data_validations.dataValidation[0]
    assert (rule.type, rule.formula1, rule.formula2) == ("whole", "1", "5")
    assert str(rule.sqref) == f"D2:D{len(rows) + 1}"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_is_none(sign):
    content = write_workbook(reworded(BANK, sign))
    assert "<f>" not in texts(content)
    cell = load_workbook(BytesIO(content))[RATINGS]["C2"]
    assert (cell.data_type, cell.value) == ("s", sign + BANK.items[0].text)


def test_only_a_judgement_bank_is_rated():
    with pytest.raises(Invalid, match="judgement questionnaire only"):
        write_workbook(default_catalogue().instrument("work-style"))


def test_what_was_typed_comes_back():
    content = filled(
        BANK, ONE, name="  Ada   OKOYE ", role="team leader", years=7.5,
        comments={"sjt-003.b": "not in our company"},
    )  # fmt: skip
    found = read_workbook(content, "ada.xlsx", BANK)
    assert list(found.ratings.values()) == ONE.tolist()
    assert list(found.ratings) == list(BANK.item_ids)
    assert (found.name, found.person) == ("Ada OKOYE", "ada okoye")
    assert (found.role, found.years, found.missing) == ("team leader", 7.5, ())
    assert found.comments == {"sjt-003.b": "not in our company"}


def test_rows_are_found_by_their_id_and_blanks_are_named():
    def move(book):
        sheet = book[RATINGS]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        sheet.delete_rows(2, len(rows))
        sheet.insert_rows(1, 2)  # a title somebody wrote above
        sheet["A1"] = "My answers"
        for row in reversed(rows):
            sheet.append([*row[:3], None if row[0] == "sjt-002.c" else row[3]])

    found = read_workbook(filled(BANK, ONE, move), "x.xlsx", BANK)
    expected = dict(zip(BANK.item_ids, ONE.tolist(), strict=True))
    assert expected.pop("sjt-002.c")
    assert found.ratings == expected
    assert found.missing == ("sjt-002.c",)


def test_a_merged_cell_rates_its_first_row_alone():
    def merge(book):
        book[RATINGS].merge_cells("D2:D4")

    assert read_workbook(filled(BANK, ONE, merge), "x.xlsx", BANK).missing == BANK.item_ids[1:3]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (6, "Ratings!D17: is 6; type a whole number from 1 to 5"),
        (0, "Ratings!D17: is 0;"),
        (3.5, "Ratings!D17: is 3.5;"),
        ("good", "Ratings!D17: is 'good', not a number"),
        ("4", "Ratings!D17: is '4', not a number"),
        (True, "Ratings!D17: is 'True', not a number"),
        ("=2+2", "Ratings!D17: is a formula"),
        ('=WEBSERVICE("http://x")', "Ratings!D17: is a formula"),
    ],
)
def test_a_wrong_rating_is_named_by_its_cell(value, what):
    def spoil(book):
        book[RATINGS]["D17"] = value

    with pytest.raises(Invalid) as raised:
        read_workbook(filled(BANK, ONE, spoil), "x.xlsx", BANK)
    assert raised.value.faults[0].startswith(f"x.xlsx: {what}")
    assert len(raised.value.faults) == 1


def spoiled(cell, value, sheet=RATINGS):
    def spoil(book):
        book[sheet][cell] = value

    return spoil


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (spoiled("A5", "sjt-999.a"), "Ratings!A5: 'sjt-999.a' is no response of"),
        (spoiled("A5", None), "Ratings!A5: the id is missing"),
        (spoiled("A5", "sjt-001.a"), "Ratings!A5: sjt-001.a stands here a second time"),
        (spoiled("A1", "Number"), "Ratings: there is no column 'Id'"),
        (spoiled("D1", "Points"), "Ratings: there is no column 'Your rating (1 to 5)'"),
        (spoiled("B3", "   ", "Instructions"), "Instructions!B3: is empty"),
        (spoiled("B3", "=A1", "Instructions"), "Instructions!B3: is a formula"),
        (spoiled("B3", "x" * 300, "Instructions"), "Instructions!B3: is longer than 200"),
        (spoiled("B5", "long", "Instructions"), "Instructions!B5: must be a number of years"),
        (spoiled("B5", -1, "Instructions"), "Instructions!B5: must be a number of years"),
        (lambda book: book.remove(book[RATINGS]), "the sheet Ratings is missing"),
    ],
)
def test_what_was_broken_is_named(change, what):
    with pytest.raises(Invalid) as raised:
        read_workbook(filled(BANK, ONE, change), "x.xlsx", BANK)
    assert any(fault.startswith(f"x.xlsx: {what}") for fault in raised.value.faults)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (replace(BANK, key="other-bank"), "'service-judgement', but 'other-bank' is being rated"),
        (replace(BANK, version="77"), f"is {BANK.version!r}, but '77' is being rated"),
        (replace(BANK, digest="0" * 64), "is of another content of service-judgement, version"),
    ],
)
def test_the_workbook_of_another_version_is_refused_by_name(other, what):
    with pytest.raises(Invalid, match=r"x\.xlsx: Instructions!B\d+: ") as raised:
        read_workbook(filled(BANK, ONE), "x.xlsx", other)
    assert what in raised.value.faults[0]
    assert len(raised.value.faults) == 1


def test_a_workbook_without_any_rating_is_refused():
    with pytest.raises(Invalid, match="no response is rated"):
        read_workbook(filled(BANK, BLANK), "x.xlsx", BANK)


def repacked(content, changes):
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return out.getvalue()


def with_entities(part):
    """Give the sent workbook with a document type of entities in one of its parts."""
    content = filled(BANK, ONE)
    with zipfile.ZipFile(BytesIO(content)) as packed:
        xml = packed.read(part)
    xml = xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?") else xml
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return repacked(content, {part: entities + xml.replace(b"Id", b"&b;", 1)})


@pytest.mark.parametrize(
    ("content", "file", "what"),
    [
        (b"PK\x03\x04", "x.xlsx", "not a workbook that can be read"),
        (b"Id;Rating\n", "x.xlsx", "not a workbook that can be read"),
        (b"", "x.xlsx", "not a workbook that can be read"),
        (b"whatever", "x.xls", "not an .xlsx file"),
        (b"whatever", "x.xlsm", "not an .xlsx file"),
        (b"x" * (5 * 1024 * 1024 + 1), "x.xlsx", "larger than 5 MB"),
        (repacked(filled(BANK, ONE), {"xl/media/a.bin": b"\0" * 9_000_000}), "x.xlsx",
         "unpacks to far more"),
        (repacked(filled(BANK, ONE), {f"p{n}": b"" for n in range(300)}), "x.xlsx",
         "unpacks to far more"),
        (repacked(filled(BANK, ONE), {"xl/vbaProject.bin": b"macro"}), "x.xlsx", "holds macros"),
        (with_entities("xl/worksheets/sheet2.xml"), "x.xlsx", "can be read"),
        (with_entities("xl/workbook.xml"), "x.xlsx", "can be read"),
        (repacked(filled(BANK, ONE), {"xl/workbook.xml": b"<not closed"}), "x.xlsx",
         "not a workbook that can be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_honest_workbook_is_refused(content, file, what):
    with pytest.raises(Invalid, match=what):
        read_workbook(content, file, BANK)


def test_cells_far_out_are_not_looked_at():
    content = filled(BANK, ONE, spoiled("XFD1048576", "here"))
    assert read_workbook(content, "x.xlsx", BANK).missing == ()


def test_the_labels_name_this_version():
    sheet = load_workbook(BytesIO(write_workbook(BANK)))["Instructions"]
    said = {row[0]: row[1] for row in sheet.iter_rows(max_col=2, values_only=True)}
    assert (said[VERSION], said[DIGEST]) == (BANK.version, BANK.digest)
