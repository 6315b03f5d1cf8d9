"""Campaigns from the command line: create, import real answers, report."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from assess.candidates.models import Candidate
from assess.cli import main
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue
from assess.instruments.simulation import simulate_answers
from assess.sittings.models import Answer, Score

CAMPAIGN = """\
title: Delivery support
brand: Parcel & Home
seats: 4
opens_on: 2026-01-01
closes_on: 2026-12-31
battery: [work-style]
contact_mix:
  - {driver: delivery, share: 0.6, minutes: 7}
  - {driver: returns, share: 0.4, minutes: 6}
"""


@pytest.fixture
def run(settings, tenant, monkeypatch):
    """Run a command on the test's installation."""
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(
        main, [str(part) for part in arguments], catch_exceptions=False
    )


@pytest.fixture
def campaign(run, tmp_path):
    """Open a campaign from a file."""
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN)
    done = run("campaign", "create", file, "--json")
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["campaign"])


@pytest.fixture
def answers(tmp_path):
    """Write the answers of twelve simulated people."""
    instrument = default_catalogue().instrument("work-style")
    drawn = simulate_answers(default_catalogue(), ("work-style",), 12, np.random.default_rng(1))[
        "work-style"
    ]
    rows = [
        ["person", *instrument.item_ids, "shoe_size"],
        *([f"P{n}", *(int(v) for v in row), 42] for n, row in enumerate(drawn)),
    ]
    return write(tmp_path / "answers.csv", rows)


def write(path: Path, rows) -> Path:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def rows_of(path: Path) -> list[list[str]]:
    """Read a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def count(sessions, tenant, column) -> int:
    """Count the organisation's rows."""
    with reading(sessions, tenant.organisation_id) as session:
        return session.scalar(select(func.count(column)))


def test_answers_are_imported_scored_and_reported(
    run, campaign, answers, sessions, tenant, tmp_path
):
    done = run("import-answers", "Delivery support", answers)
    assert done.exit_code == 0, done.output
    assert "12 people imported" in done.stdout
    assert "columns that are no items and are ignored: shoe_size" in done.stderr
    assert count(sessions, tenant, Answer.id) == 12 * 53
    assert count(sessions, tenant, Score.id) == 12
    target = tmp_path / "ranked.pdf"
    done = run("report", campaign, "-o", target, "--people-pages", "2")
    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(b"%PDF-")


def test_example_questions_are_told_and_a_version_can_be_named(run, tmp_path):
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN.replace("[work-style]", "[work-style, service-judgement-a@2]"))
    done = run("campaign", "create", file)
    assert done.exit_code == 0, done.output
    assert done.stderr == (
        "Published example questions, whose key anybody can read: service-judgement-a\n"
    )
    file.write_text(CAMPAIGN.replace("[work-style]", "[work-style@7]"))
    done = run("campaign", "create", file)
    assert done.exit_code == 1
    assert "battery: there is no work-style@7" in done.stderr


def broken_empty(path: Path) -> str:
    path.write_bytes(b"")
    return "the file is empty"


def broken_encoding(path: Path) -> str:
    path.write_bytes(path.read_bytes().replace(b"P3", b"P\xe9"))
    return "row 5: the text is not UTF-8"


def broken_range(path: Path) -> str:
    rows = rows_of(path)
    rows[2][1] = "8"
    write(path, rows)
    return f"row 3, column {rows[0][1]}: '8' is not a whole number from 1 to 7"


def broken_twin(path: Path) -> str:
    rows = rows_of(path)
    rows[4][0] = "P0"
    write(path, rows)
    return "row 5: the person 'P0' is in row 2 too"


def broken_columns(path: Path) -> str:
    rows = rows_of(path)
    rows[0] = ["person", *(f"other{n}" for n in range(len(rows[0]) - 1))]
    write(path, rows)
    return "row 1: no column is an item of work-style"


@pytest.mark.parametrize(
    "breaking", [broken_empty, broken_encoding, broken_range, broken_twin, broken_columns]
)
def test_a_faulty_file_is_refused_with_its_place_and_changes_nothing(
    run, campaign, answers, sessions, tenant, breaking
):
    told = breaking(answers)
    done = run("import-answers", campaign, answers)
    assert done.exit_code == 1
    assert f"{answers}: {told}" in done.stderr
    assert count(sessions, tenant, Candidate.id) == 0


def test_the_same_people_twice_are_refused(run, campaign, answers, sessions, tenant):
    assert run("import-answers", campaign, answers).exit_code == 0
    again = run("import-answers", campaign, answers)
    assert again.exit_code == 1
    assert "person P0 is in this campaign already" in again.stderr
    assert count(sessions, tenant, Score.id) == 12


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("seats: 4", "seats"),
        ("driver: delivery", "contact_mix[0].driver"),
        ("share: 0.6", "contact_mix[0].share"),
        ("opens_on: 2026-01-01", "opens_on"),
    ],
)
def test_a_faulty_campaign_file_is_refused_with_its_path(run, tmp_path, line, told):
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN.replace(line, line.split(":")[0] + ": nonsense"))
    done = run("campaign", "create", file)
    assert done.exit_code == 1
    assert f"{file}: {told}" in done.stderr


def test_bad_yaml_is_refused_with_its_file(run, tmp_path):
    file = tmp_path / "campaign.yaml"
    file.write_text("title: [unclosed")
    done = run("campaign", "create", file)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{file}: ")


def test_an_unknown_campaign_is_named(run, answers):
    done = run("import-answers", "Nowhere", answers)
    assert done.exit_code == 1
    assert "there is no campaign 'Nowhere'" in done.stderr


def test_marks_of_most_and_least_are_imported_by_their_columns(run, tmp_path, sessions, tenant):
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN.replace("[work-style]", "[work-style, disc-tetrads]"))
    opened = json.loads(run("campaign", "create", file, "--json").stdout)["campaign"]
    tetrads = default_catalogue().instrument("disc-tetrads")
    drawn = simulate_answers(default_catalogue(), ("disc-tetrads",), 2, np.random.default_rng(1))[
        "disc-tetrads"
    ]
    rows = [
        ["person", *tetrads.item_ids],
        *([f"P{n}", *map(int, row)] for n, row in enumerate(drawn)),
    ]
    table = write(tmp_path / "marks.csv", rows)
    assert tetrads.item_ids[:2] == ("dt-01.most", "dt-01.least")
    done = run("import-answers", opened, table)
    assert done.exit_code == 0, done.output
    assert count(sessions, tenant, Answer.id) == 2 * 48
    rows[1][1] = rows[1][2]
    again = run("import-answers", opened, write(tmp_path / "spoilt.csv", rows))
    assert again.exit_code != 0
    assert "P0: dt-01: the same statement is marked most and least" in again.stderr
