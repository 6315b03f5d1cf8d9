"""Files of rankings as LibreOffice opens them: every cell of its own type, no text a formula.

Run by ``make libreoffice``: LibreOffice is too large to install for every run of the tests.
"""

import os
import shutil
import subprocess
from collections import Counter
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from assess.db.scope import reading
from assess.rankings import labels
from assess.rankings.export_file import export_file, export_ground
from assess.rankings.xlsx_file import ABOUT, RANKING
from tests.rankings.people import drawn
from tests.rankings.ranked import Ranked
from tests.service import NOW

OFFICE = os.environ.get("ASSESS_LIBREOFFICE")
NAMES = ["=CMD|' /C calc'!A0", "+49 Ada", "-2+3", "@SUM(1)", "\t=1+1", "1E5", "2026-01-05", "TRUE"]
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OF = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
#: Of the columns that every ranking has, those that are no figures.
TEXTS = {"person", "code", "flags"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="make libreoffice runs this"),
]


@pytest.fixture
def database_url(migrated_sqlite, tmp_path):
    """Give one kind of database: a file does not hang on it."""
    path = tmp_path / "assess.sqlite"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def opened(sessions, tenant, shipped, monkeypatch, tmp_path):
    """Give a function that opens the file of a ranking; it returns its sheets, cell by cell."""
    monkeypatch.setattr("tests.rankings.ranked.drawn", lambda s, n: drawn(s, n, names=NAMES))
    ranked = Ranked(sessions, tenant, shipped)
    with reading(sessions, tenant.organisation_id) as session:
        ground = export_ground(session, shipped, ranked.snapshot_id, labels.Sight())

    def open_(form, *more):
        path = tmp_path / f"ranking.{form}"
        path.write_bytes(export_file(ground, form, now=NOW).content)
        subprocess.run(
            [OFFICE, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", *more,
             "--convert-to", "fods", "--outdir", tmp_path, path],
            check=True, timeout=300, capture_output=True,
        )  # fmt: skip
        tree = parse(tmp_path / "ranking.fods")
        return {one.get(f"{TABLE}name"): sheet(one) for one in tree.iter(f"{TABLE}table")}

    return open_


def sheet(table: Element) -> list[list[tuple[str | None, str]]]:
    """Give the (type, text) of every cell, the last empty ones too; a formula is a type."""
    rows = [
        [one for cell in row.iter(f"{TABLE}table-cell") for one in cells(cell)]
        for row in table.iter(f"{TABLE}table-row")
    ]
    rows = [row for row in rows if any(kind for kind, _ in row)]
    return [row + [(None, "")] * (len(rows[0]) - len(row)) for row in rows]


def cells(cell: Element) -> list[tuple[str | None, str]]:
    """Give what stands in a cell, as often as it is repeated."""
    formula, kind = cell.get(f"{TABLE}formula"), cell.get(f"{OF}value-type")
    if formula in ("of:=TRUE()", "of:=FALSE()"):
        kind = "boolean"  # so does LibreOffice keep the truths of a workbook
    elif formula:
        kind = "formula"
    shown = "".join(cell.itertext()).strip()
    text = cell.get(f"{OF}value") or cell.get(f"{OF}date-value") or shown
    return [(kind, text)] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 100)


def test_a_workbook_has_figures_moments_and_truths_and_text_stays_text(opened):
    sheets = opened("xlsx")
    head, *people = sheets[RANKING]
    names = [text for _, text in head]
    assert len(people) == len(NAMES)
    kinds = {name: Counter(row[at][0] for row in people) for at, name in enumerate(names)}
    for name, found in kinds.items():
        text = name in TEXTS or name.endswith("_stands_out")
        wanted = {"string"} if text else {"boolean"} if name == "at_cut" else {"float"}
        assert set(found) - {None} <= wanted, name
    assert kinds["fit"]["float"] == kinds["person"]["string"] == len(NAMES)
    assert {row[0][1] for row in people} == {name.strip() for name in NAMES}
    about = {row[0][1]: row[1] for row in sheets[ABOUT]}
    assert about["Ranked at (UTC)"] == ("date", "2026-01-05T09:00:00")
    assert about["Seats"] == ("float", "5")


#: Comma, quote, UTF-8, first line 1; no formats of columns, English (US), as it is, numbers found.
CSV = "--infilter=CSV:44,34,76,1,,1033,false,true,false,false,false,-1"


def test_a_csv_file_has_figures_and_nothing_in_it_is_run(opened):
    [(head, *people)] = opened("csv", CSV).values()
    names = [text for _, text in head]
    assert not [cell for row in people for cell in row if cell[0] == "formula"]
    for row in people:
        assert row[names.index("fit")][0] == row[names.index("p_top")][0] == "float"
        assert row[names.index("code")][0] == "string"
    # What begins with a sign of a formula is text; a name that is a number's is read as one.
    shown = {
        text.lstrip("'").strip() for kind, text in (row[0] for row in people) if kind == "string"
    }
    assert {name.strip() for name in NAMES[:5]} <= shown
