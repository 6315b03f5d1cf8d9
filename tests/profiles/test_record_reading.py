"""An export is read as it is: nothing dropped in silence, nothing kept that names anybody."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from assess.errors import Invalid
from assess.profiles.record_columns import Columns, preview, suggest
from assess.profiles.record_layout import find_layout
from assess.profiles.record_reading import MEASURES, Question, Reading, read_contacts
from tests.profiles.exports import HEADER, SECRETS, as_csv, messy_rows, write_export

ROLES = dict(zip(
    ("id", "date", "channel", "reason", "duration", "escalated", "transferred", "sentiment",
     "live"),
    (0, 1, 5, 6, 7, 8, 9, 10, 11), strict=True,
))  # fmt: skip


def read(path, columns=None) -> Reading:
    layout = find_layout(path)
    found = read_contacts(path, layout, columns or Columns(suggest(layout)))
    assert isinstance(found, Reading), found
    return found


def table(tmp_path, text: str, encoding="utf-8", name="t.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def small(tmp_path, *cells: str, role="duration", **given) -> Reading:
    """Read rows that differ in one column."""
    heads = {"duration": "Handle time", "date": "Date", "reason": "Reason", "sentiment": "Mood",
             "escalated": "Escalated"}  # fmt: skip
    base = {"reason": "late", "duration": "90"}
    names = list({**base, role: ""})
    rows = [[{**base, role: cell}[name] for name in names] for cell in cells]
    path = table(tmp_path, as_csv(rows, ";", tuple(heads[name] for name in names)))
    return read(path, Columns({name: i for i, name in enumerate(names)}, **given))


def _naive(*parts: int) -> datetime:
    """Give a moment as a sheet holds it."""
    return datetime(*parts)  # noqa: DTZ001


def total(reading: Reading, measure: str) -> float:
    return sum(cell.measures[MEASURES.index(measure)] for cell in reading.cells)


def test_the_messy_export_is_counted_to_the_last_row(tmp_path):
    reading = read(write_export(tmp_path / "acd.csv"))
    counts = reading.counts
    assert counts["rows"] == 405
    assert counts["rejected"] == 1
    assert counts["empty"] == 1
    assert counts["duplicates"] == 2
    assert counts["contacts"] == 401 == total(reading, "n")
    assert counts["no_reason"] == 2
    assert counts["formulas"] == 1
    assert counts["short_rows"] == 1
    assert (counts["bad_dates"], counts["bad_durations"], counts["bad_escalated"]) == (1, 1, 1)
    assert reading.order == "dmy"
    assert {cell.month for cell in reading.cells} == {0, *range(202601, 202607)}
    assert {cell.live for cell in reading.cells} == {"bot", "agent", ""}


def test_faults_name_the_row_that_a_spreadsheet_shows_and_no_cell(tmp_path):
    reading = read(write_export(tmp_path / "acd.csv"))
    told = {fault.row: fault.what for fault in reading.faults}
    assert told[6] == "a cell holds a formula, not a value"
    assert told[9] == "the date cannot be read"
    assert told[10].startswith("the duration cannot be read")
    assert told[11] == "escalated is neither yes nor no"
    assert told[404] == "this row cannot be read (too many columns)"
    assert told[405] == "has fewer cells than the header"
    assert len(told) == 6
    assert not any(secret in what for what in told.values() for secret in (*SECRETS, "ages"))


def test_rows_are_numbered_through_titles_blank_lines_and_breaks(tmp_path):
    text = 'Report of calls\n\nreason,handle time\n"a\nb",90\n\nlate,ages\nlate,1,2\nlate,ages\n'
    reading = read(table(tmp_path, text))
    assert [fault.row for fault in reading.faults] == [6, 7, 8]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path, encoding, delimiter):
    path = write_export(tmp_path / "acd.csv", encoding=encoding, delimiter=delimiter)
    layout = find_layout(path)
    assert (layout.encoding, layout.delimiter) == (encoding, delimiter)
    assert layout.header == HEADER
    reading = read(path)
    assert reading.counts["contacts"] == 401
    assert any(cell.reason == "Résiliation" for cell in reading.cells)


def test_a_workbook_says_the_same_as_the_table(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(list(HEADER))
    for row in messy_rows():
        sheet.append([f"'{cell}" if cell.startswith("=") else cell for cell in row])
    book.save(tmp_path / "acd.xlsx")
    layout = find_layout(tmp_path / "acd.xlsx")
    assert (layout.kind, layout.header) == ("xlsx", HEADER)
    reading = read(tmp_path / "acd.xlsx")
    plain = read(table(tmp_path, as_csv(messy_rows())))
    assert reading.counts["contacts"] == plain.counts["contacts"]
    assert total(reading, "minutes") == pytest.approx(total(plain, "minutes"))


def test_a_workbooks_own_dates_and_times_are_read(tmp_path):
    book = Workbook()
    book.active.append(["Date", "Reason", "Handle time"])
    book.active.append([_naive(2026, 3, 4, 10, 5), "late", timedelta(minutes=5, seconds=30)])
    book.active.append([_naive(2026, 3, 9), "late", timedelta(minutes=2)])
    book.save(tmp_path / "own.xlsx")
    reading = read(tmp_path / "own.xlsx")
    assert [(cell.month, cell.reason) for cell in reading.cells] == [(202603, "late")]
    assert total(reading, "minutes") == pytest.approx(7.5)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("90", 1.5), ("90,0", 1.5), ("02:30", 2.5), ("1:02:30", 62.5), ("0:01:30.5", 1.508333),
        ("5 min", 5), ("5\u00a0min", 5), ("1h 05m", 65), ("90 sec", 1.5), ("2 menit", 2),
        ("PT3M30S", 3.5), ("1 h", 60), ('="120"', 2), ("1.5 min", 1.5),
    ],
)  # fmt: skip
def test_durations_are_read(tmp_path, cell, minutes):
    reading = small(tmp_path, cell, unit="s")
    assert total(reading, "timed") == 1
    assert total(reading, "minutes") == pytest.approx(minutes, abs=1e-5)


def test_a_duration_that_cannot_be_is_counted_without_its_time(tmp_path):
    reading = small(tmp_path, "90", "-5", "ages", "99:99:99:99", "700 min", "0", "", unit="s")
    assert total(reading, "n") == 7
    assert total(reading, "timed") == 1
    assert reading.counts["bad_durations"] == 4
    assert reading.counts["no_time"] == 1


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2026-03-04", 202603), ("2026-03-04T23:59:00+09:00", 202603), ("2026/3/4 9:00", 202603),
        ("04/03/2026 10:00", 202603), ("4-3-26", 202603), ("4.3.2026", 202603),
        ("20260304", 202603), ("46085", 202603), ("46085.43", 202603), ("1772618400", 202603),
        ("1772618400000", 202603), ("4 Mar 2026 10:00", 202603), ("Mar 4, 2026", 202603),
        ("29/02/2026", 0), ("tomorrow", 0), ("", 0),
    ],
)  # fmt: skip
def test_dates_are_read(tmp_path, cell, month):
    reading = small(tmp_path, cell, role="date", order="dmy", unit="s")
    assert reading.cells[0].month == month
    assert reading.counts["bad_dates"] == int(month == 0 and cell != "")


def test_day_and_month_are_told_apart_over_the_column_or_asked(tmp_path):
    assert small(tmp_path, "03/04/2026", "13/04/2026", role="date", unit="s").order == "dmy"
    assert small(tmp_path, "03/04/2026", "04/13/2026", role="date", unit="s").order == "mdy"
    for cells in (("03/04/2026",), ("13/04/2026", "04/13/2026")):
        path = table(tmp_path, as_csv([["late", "90", c] for c in cells], header=("r", "s", "d")))
        found = read_contacts(
            path, find_layout(path), Columns({"reason": 0, "duration": 1, "date": 2})
        )
        assert found == (Question("order", len(cells)),)
    assert small(tmp_path, "03/04/2026", role="date", order="mdy").cells[0].month == 202603


def test_the_unit_of_plain_numbers_is_named_plausible_or_asked(tmp_path):
    def unit(head, *cells):
        path = table(tmp_path, as_csv([["late", cell] for cell in cells], header=("r", head)))
        return read_contacts(path, find_layout(path), Columns({"reason": 0, "duration": 1}))

    assert unit("duration (min)", "5", "7").unit == "min"
    assert unit("handle_time_ms", "50000").unit == "ms"
    assert unit("duration", "300", "420").unit == "s"
    assert unit("duration", "5:00").unit == "s"
    assert unit("duration", "5", "7") == (Question("unit", 2),)


def test_sentiments_are_numbers_or_words(tmp_path):
    reading = small(
        tmp_path, "negative", "Très négatif", "positivo", "0,5", "blue", role="sentiment", unit="s"
    )
    assert total(reading, "sentiment_known") == 4
    assert total(reading, "sentiment") == pytest.approx(-1 - 2 + 1 + 0.5)
    assert reading.counts["bad_sentiment"] == 1


@pytest.mark.parametrize("text", [
    "reason,seconds\nlate,90\r\nlate,60\n", "reason,seconds\r\nlate,90\nlate,60\r\n",
    "reason,seconds\rlate,90\rlate,60", 'reason,seconds\r\n"a\nb",90\r\nlate,60',
])  # fmt: skip
def test_lines_may_end_in_every_way(tmp_path, text):
    reading = read(table(tmp_path, text))
    assert (reading.counts["rows"], total(reading, "minutes")) == (2, 2.5)


def test_nul_bytes_are_taken_out_and_counted(tmp_path):
    reading = read(table(tmp_path, "reason,handle time\nla\0te,90\nlate,90\n"))
    assert [cell.reason for cell in reading.cells] == ["late"]
    assert reading.counts["marks_removed"] == 1


def test_spellings_that_differ_in_case_accents_or_spaces_are_one_reason(tmp_path):
    reading = small(tmp_path, "Résiliation", "resiliation", "Résiliation ", "a  b", "A B",
                    "---", role="reason", unit="s")  # fmt: skip
    assert {cell.reason: cell.measures[0] for cell in reading.cells} == {
        "Résiliation": 3, "A B": 2, "": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"reason\nlate\n", "only one column"),
        (b"reason,time\n", "no contact under its header"),
        (b"2026-01-01,90\n2026-01-02,80\n", "holds data"),
        (b"PK\x03\x04nonsense", "workbook cannot be read"),
        (b"\xd0\xcf\x11\xe0old", "old Excel workbook"),
        ((",".join(f"c{i}" for i in "x" * 1) + "," * 600 + "z\n1,2\n").encode(), "more than 500"),
    ],
)
def test_what_is_no_table_of_contacts_is_refused(tmp_path, content, what):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=what):
        read_contacts(path, find_layout(path), Columns({"reason": 0, "duration": 1}))


def test_a_column_of_free_text_is_no_reason(tmp_path):
    text = as_csv([[f"said {i}", "90"] for i in range(1100)], header=("Reason", "Handle time"))
    with pytest.raises(Invalid, match="1,100 different values"):
        read(table(tmp_path, text))


def test_columns_that_make_no_sense_are_refused(tmp_path):
    path = write_export(tmp_path / "acd.csv")
    for places, what in (
        ({"reason": 6}, "duration: choose"),
        ({"reason": 6, "duration": 6}, "another role"),
        ({"reason": 6, "duration": 99}, "no column 100"),
        ({"reason": 6, "duration": 7, "age": 2}, "age: is not known"),
    ):
        with pytest.raises(Invalid, match=what):
            read_contacts(path, find_layout(path), Columns(places))


def test_columns_are_suggested_in_four_languages(tmp_path):
    heads = [
        ("Tanggal", "Alasan kontak", "Durasi", "Saluran", "Eskalasi"),
        ("Date d'appel", "Motif", "Durée", "Canal", "Escalade"),
        ("Fecha", "Motivo de contacto", "Duración", "Canal", "Escalado"),
        ("Call date", "Disposition", "AHT", "Media type", "Escalated"),
    ]
    for names in heads:
        layout = find_layout(table(tmp_path, as_csv([["", "x", "90", "v", "no"]], ";", names)))
        assert suggest(layout) == {
            "date": 0, "reason": 1, "duration": 2, "channel": 3, "escalated": 4,
        }  # fmt: skip
    layout = find_layout(write_export(tmp_path / "acd.csv"))
    assert suggest(layout) == ROLES


def test_the_preview_hides_whoever_is_in_the_file(tmp_path):
    layout = find_layout(write_export(tmp_path / "acd.csv"))
    shown = str(preview(layout, list(suggest(layout).values()), 50))
    assert not any(secret in shown for secret in SECRETS)
    assert all(word in shown for word in ("Voice", "Livraison en retard", "10:39", "agent"))


rows = st.lists(
    st.tuples(
        st.sampled_from(["late", "refund", "Where is it?", ""]),
        st.integers(1, 3000),
        st.sampled_from(["yes", "no", ""]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(tmp_path_factory, rows, rng):
    folder = tmp_path_factory.mktemp("order")
    shuffled = list(rows)
    rng.shuffle(shuffled)

    def cells(them):
        text = as_csv([[str(c) for c in row] for row in them], header=("Reason", "sec", "Esc"))
        columns = Columns({"reason": 0, "duration": 1, "escalated": 2})
        return read(table(folder, text), columns).cells

    assert cells(rows) == cells(shuffled)
