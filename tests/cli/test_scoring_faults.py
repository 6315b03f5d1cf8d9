"""Faulty input is refused with exit 1 and a line that names the place; nothing is written."""

from pathlib import Path

import pytest

from assess.instruments.catalogue import default_catalogue

WORK = default_catalogue().instrument("work-style")
HEADER = ["person", *WORK.item_ids]
GOOD = ["4"] * 53


def refused(assess, tmp_path, *arguments):
    """Run a command that must be refused; give its lines and see that nothing was written."""
    before = sorted(tmp_path.iterdir())
    result = assess(*arguments)
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert sorted(tmp_path.iterdir()) == before
    assert result.stdout == ""
    return result.stderr.splitlines()


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], "a.csv: the file is empty"),
        ([HEADER], "a.csv: the table has a header but no rows"),
        ([["name", *WORK.item_ids], ["ann", *GOOD]],
         "a.csv: row 1: the first column must be person, not 'name'"),
        ([WORK.item_ids, GOOD], "a.csv: row 1: the first column must be person, not 'Q10'"),
        ([["person", "X1", "X2"], ["ann", 1, 2]],
         "a.csv: row 1: no column is an item of work-style (Q10)"),
        ([[*HEADER, "Q10"], ["ann", *GOOD, "4"]], "a.csv: row 1: the column 'Q10' is there twice"),
        ([HEADER, ["ann", *GOOD], ["bo", "8", *GOOD[1:]]],
         "a.csv: row 3, column Q10: '8' is not a whole number from 1 to 7"),
        ([HEADER, ["ann", "0", *GOOD[1:]]],
         "a.csv: row 2, column Q10: '0' is not a whole number from 1 to 7"),
        ([HEADER, ["ann", "3.5", *GOOD[1:]]],
         "a.csv: row 2, column Q10: '3.5' is not a whole number from 1 to 7"),
        ([HEADER, ["ann", "agree", *GOOD[1:]]],
         "a.csv: row 2, column Q10: 'agree' is not a number"),
        ([HEADER, ["ann", "nan", *GOOD[1:]]], "a.csv: row 2, column Q10: 'nan' is not a number"),
        ([HEADER, ["ann", *GOOD], ["bo", *GOOD], ["ann", *GOOD]],
         "a.csv: row 4: the person 'ann' is in row 2 too"),
        ([HEADER, ["", *GOOD]], "a.csv: row 2: the person is missing"),
        ([HEADER, ["ann", *GOOD], ["bo", *GOOD[1:]]],
         "a.csv: row 3: has 53 columns, the header has 54"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused_by_place(assess, table, tmp_path, rows, fault):
    path = table("a.csv", rows)
    lines = refused(assess, tmp_path, "score", "work-style", path, "-o", "s.csv")
    assert f"{tmp_path}/{fault}" in lines


def test_every_fault_has_its_line(assess, table, tmp_path):
    path = table("a.csv", [HEADER, ["ann", "8", "9", *GOOD[2:]], ["ann", *GOOD], ["", *GOOD]])
    lines = refused(assess, tmp_path, "score", "work-style", path, "-o", "s.csv")
    assert len(lines) == 4


def test_endless_faults_stop_at_a_hundred(assess, table, tmp_path):
    path = table("a.csv", [HEADER, *[[i, *["9"] * 53] for i in range(50)]])
    lines = refused(assess, tmp_path, "score", "work-style", path, "-o", "s.csv")
    assert len(lines) == 101
    assert "100 are shown" in lines[-1]


def test_an_existing_file_survives_a_refusal(assess, table, tmp_path):
    path = table("a.csv", [HEADER, ["ann", "8", *GOOD[1:]]])
    (tmp_path / "s.csv").write_text("mine")
    refused(assess, tmp_path, "score", "work-style", path, "-o", "s.csv")
    assert (tmp_path / "s.csv").read_text() == "mine"


def test_another_encoding_names_the_row(assess, tmp_path):
    text = ",".join(HEADER) + "\nann," + ",".join(GOOD) + "\nRenée," + ",".join(GOOD) + "\n"
    (tmp_path / "a.csv").write_bytes(text.encode("latin-1"))
    (line,) = refused(assess, tmp_path, "score", "work-style", "a.csv", "-o", "s.csv")
    assert line == "a.csv: row 3: the text is not UTF-8"
    (tmp_path / "a.csv").write_bytes(text.encode("utf-16"))
    (line,) = refused(assess, tmp_path, "score", "work-style", "a.csv", "-o", "s.csv")
    assert line == "a.csv: row 1: the text is not UTF-8"


def test_semicolons_are_hinted_at(assess, tmp_path):
    (tmp_path / "a.csv").write_text(";".join(HEADER) + "\n")
    (line,) = refused(assess, tmp_path, "score", "work-style", "a.csv", "-o", "s.csv")
    assert "are the columns separated by ;" in line


def test_an_unknown_instrument_is_refused(assess, table, tmp_path):
    path = table("a.csv", [HEADER, ["ann", *GOOD]])
    (line,) = refused(assess, tmp_path, "score", "no-such", path, "-o", "s.csv")
    assert line == (
        "There is no instrument no-such; "
        "known are: disc-tetrads, service-judgement-a, service-judgement-b, service-recovery, "
        "work-style."
    )


def test_bad_yaml_is_refused_by_line(assess, table, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "instrument.yaml").write_text("key: own\ntitle: [\n")
    path = table("a.csv", [HEADER, ["ann", *GOOD]])
    (line,) = refused(assess, tmp_path, "score", folder, path, "-o", "s.csv")
    assert "own/instrument.yaml: line 3" in line


def test_a_folder_to_write_in_must_exist(assess, table, tmp_path):
    path = table("a.csv", [HEADER, ["ann", *GOOD]])
    (line,) = refused(assess, tmp_path, "score", "work-style", path, "-o", "no/such/s.csv")
    assert line == "no/such/s.csv: the folder does not exist"


def test_a_judgement_instrument_is_not_calibrated(assess, table, tmp_path):
    path = table("a.csv", [["person", "sjt-001.a"], ["ann", 4]])
    (line,) = refused(assess, tmp_path, "calibrate", "service-judgement-a", path, "-o", "c.yaml")
    assert "is normed, not calibrated" in line


def test_answers_that_do_not_vary_are_not_calibrated(assess, table, tmp_path):
    path = table("a.csv", [HEADER, *[[i, *GOOD] for i in range(30)]])
    lines = refused(assess, tmp_path, "calibrate", "work-style", path, "-o", "c.yaml")
    assert len(lines) == 7
    assert all("a.csv: scale " in line for line in lines)


def test_a_device_is_written_through_not_replaced(assess, table):
    path = table("a.csv", [HEADER, ["ann", *GOOD]])
    assert assess("score", "work-style", path, "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "work-style"),
        ("score", "work-style", "absent.csv", "-o", "s.csv"),
        ("score", "work-style", "a.csv"),
        ("score", "work-style", "a.csv", "-o", "s.csv", "--colour"),
        ("calibrate", "work-style", "a.csv"),
        ("rank", "a.csv", "--profile", "a.csv", "--seats", "0", "-o", "r.csv"),
        ("rank", "--profile", "a.csv", "--seats", "1", "-o", "r.csv"),
    ],
)
def test_wrong_usage_is_exit_2(assess, table, arguments):
    table("a.csv", [HEADER, ["ann", *GOOD]])
    assert assess(*arguments).exit_code == 2
