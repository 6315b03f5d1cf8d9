"""Most/least answers on the command line: a picture without error, and nothing else of them."""

import csv

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.simulation import simulate_answers

TETRADS = default_catalogue().instrument("disc-tetrads")


@pytest.fixture
def marks(table):
    """Write the marks of three simulated people; with ``spoil``, the last clashes in dt-02."""

    def write(*, spoil=False):
        drawn = simulate_answers(
            default_catalogue(), ("disc-tetrads",), 3, np.random.default_rng(4)
        )["disc-tetrads"].astype(int)
        if spoil:
            drawn[2, 3] = drawn[2, 2]
        rows = [[f"p{n}", *row] for n, row in enumerate(drawn.tolist())]
        return table("marks.csv", [["person", *TETRADS.item_ids], *rows])

    return write


def test_a_picture_is_written_without_error_and_without_t(assess, marks, tmp_path):
    out = tmp_path / "scores.csv"
    result = assess("score", "disc-tetrads", marks(), "-o", out)
    assert result.exit_code == 0, result.output
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "person",
        *(f"{letter}_{part}" for letter in "DISC" for part in ("picture", "se", "t", "n")),
    ]
    assert all(-1 <= float(row["D_picture"]) <= 1 for row in rows)
    assert {(row["D_se"], row["D_t"], row["D_n"]) for row in rows} == {("", "", "24")}


def test_one_statement_for_both_names_the_person(assess, marks, tmp_path):
    out = tmp_path / "scores.csv"
    result = assess("score", "disc-tetrads", marks(spoil=True), "-o", out)
    assert result.exit_code == 1
    assert "person p2: dt-02: the same statement is most and least" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("calibrate", "a most_least instrument is a picture within the person, not calibrated"),
        ("quality", "marks of most and least have no such indices"),
        ("reliability", "a picture within the person has no reliability of this kind"),
    ],
)
def test_what_a_picture_cannot_give_is_refused(assess, marks, tmp_path, command, told):
    output = [] if command == "reliability" else ["-o", tmp_path / "out.txt"]
    result = assess(command, "disc-tetrads", marks(), *output)
    assert result.exit_code == 1, result.output
    assert told in result.stderr
