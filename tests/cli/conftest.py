"""Running commands, and small files of real answers for them."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from assess.cli import main
from assess.instruments.catalogue import default_catalogue

PEOPLE = (("ann", 1), ("bo", 3), ("cy", 5))


@pytest.fixture
def assess(tmp_path, monkeypatch):
    """Give a function that runs a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object):
        return CliRunner().invoke(main, [str(one) for one in arguments])

    return run


@pytest.fixture
def table(tmp_path):
    """Give a function that writes rows as a CSV file and gives its path."""

    def write(name: str, rows) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.fixture
def work_answers(table):
    """Give the path of three people's answers to the work-style questionnaire."""
    items = default_catalogue().instrument("work-style").item_ids
    return table(
        "answers.csv",
        [
            ["person", *items],
            *[[name, *[(i * step) % 7 + 1 for i in range(len(items))]] for name, step in PEOPLE],
        ],
    )
