"""The ranking as a workbook: read back by a spreadsheet's eyes, every cell of its own type."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from assess.accounts.models import RoleName
from assess.rankings.xlsx_file import ABOUT, RANKING
from tests.rankings.people import drawn
from tests.rankings.ranked import Ranked
from tests.service import NOW

NAMES = ["=HYPERLINK(1)", "+49 Ada", "-Bo", "@Chidi", "Dana \x07Ångström", "#N/A", "Farid", "Ivo"]


def held(text):
    """Give a cell of the CSV file as the workbook has it."""
    if text.startswith("'"):
        return text[1:]
    try:
        return float(text)
    except ValueError:
        return text or None


@pytest.fixture
def ranked(sessions, tenant, shipped, monkeypatch):
    monkeypatch.setattr("tests.rankings.ranked.drawn", lambda s, n: drawn(s, n, names=NAMES))
    return Ranked(sessions, tenant, shipped)


def test_every_cell_has_its_type_and_says_what_the_csv_says(ranked, sessions, tenant, signed_in):
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{ranked.id}/ranking"
    assert f"{address}.xlsx" in client.get(address).text
    answer = client.get(f"{address}.xlsx")
    assert answer.headers["Content-Disposition"].endswith(f"ranking-{ranked.id}-2026-01-05.xlsx")
    book = load_workbook(BytesIO(answer.data))
    sheet = book[RANKING]
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width == 30
    told = list(csv.reader(StringIO(client.get(f"{address}.csv").text)))
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found[0] == told[0]
    at_cut, named = told[0].index("at_cut"), told[0].index("person")
    for line, row in zip(told[1:], found[1:], strict=True):
        assert isinstance(row[at_cut], bool)
        for text, value in zip(line, row, strict=True):
            wanted = held(text)
            if isinstance(wanted, float):
                assert value == pytest.approx(wanted, abs=1e-6)
            else:
                assert value == (wanted and wanted.replace("\x07", ""))
    fit = {row[told[0].index("fit")].number_format for row in sheet.iter_rows(min_row=2)}
    assert fit == {"0.000"}
    names = {row[named].value: row[named] for row in sheet.iter_rows(min_row=2)}
    assert set(names) == {name.replace("\x07", "") for name in NAMES}
    assert {cell.data_type for cell in names.values()} == {"s"}
    assert [bool(names[name].quotePrefix) for name in (*NAMES[:4], "Ivo")] == [True] * 4 + [False]
    assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]

    about = {row[0].value: row[1] for row in book[ABOUT].iter_rows()}
    assert about["Ranked at (UTC)"].is_date
    assert about["Ranked at (UTC)"].value == NOW.replace(tzinfo=None)
    assert isinstance(about["File made at (UTC)"].value, datetime)
    assert (about["Seats"].value, about["Profile version"].value) == (5, 1)
    assert len(about["Digest of the ranking"].value) == 64
    assert "digest" in about["Questionnaire work-style"].value
    assert "must not decide" in about["Before you use it"].value
    assert "Blind review" not in about
    # Noted once a day, whatever the form of the file.
    [event] = ranked.audit("ranking downloaded")
    assert event.detail["snapshot"] == ranked.snapshot_id


def test_a_blind_review_has_codes_and_only_those_who_see_rankings_get_it(
    sessions, tenant, shipped, signed_in
):
    ranked = Ranked(sessions, tenant, shipped, blind=True)
    ranked.look_at(tenant.recruiter, ranked.who[0])
    ranked.decide("hired", ranked.who[0])
    answer = signed_in(tenant, RoleName.PSYCHOLOGIST).get(f"/campaigns/{ranked.id}/ranking.xlsx")
    book = load_workbook(BytesIO(answer.data))
    head, *people = book[RANKING].iter_rows(values_only=True)
    code = head.index("code")
    assert sum(row[0] != row[code] for row in people) == 1
    assert len(people) == 8
    about = dict(book[ABOUT].iter_rows(values_only=True))
    assert about["Blind review"].startswith("Codes stand for names")
    analyst = signed_in(tenant, RoleName.ANALYST)
    assert analyst.get(f"/campaigns/{ranked.id}/ranking.xlsx").status_code == 403
    client = signed_in(tenant, RoleName.RECRUITER)
    assert client.get(f"/campaigns/{ranked.id + 1}/ranking.xlsx").status_code == 404
