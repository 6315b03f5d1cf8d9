"""`assess questionnaires experts`: a workbook out, agreement and a new version in."""

import json
import shutil

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument
from tests.instruments.experts import TEAM, draw, filled

SHIPPED = default_catalogue().folder / "service-judgement"
BANK = load_instrument(SHIPPED, derived=False)
TEN = draw(BANK, 10)


@pytest.fixture
def folder(tmp_path):
    """Give a copy of the shipped bank."""
    return shutil.copytree(SHIPPED, tmp_path / "bank")


@pytest.fixture
def workbooks(tmp_path):
    """Give the files of ten experts."""
    paths = []
    for place, (name, ratings) in enumerate(zip(TEAM, TEN, strict=False)):
        path = tmp_path / f"e{place}.xlsx"
        path.write_bytes(filled(BANK, ratings, name=name))
        paths.append(path)
    return paths


def test_the_workbook_is_written(assess, folder, tmp_path):
    result = assess("questionnaires", "experts", "export", folder, "-o", "w.xlsx")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "w.xlsx").read_bytes().startswith(b"PK")


def test_ten_experts_make_a_version_that_is_not_provisional(assess, folder, workbooks, tmp_path):
    result = assess(
        "questionnaires",
        "experts",
        "import",
        folder,
        *workbooks,
        "-o",
        "new",
        "--date",
        "2026-01-05",
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("10 experts: ICC(2,k) 0.9")
    assert len(result.stdout.splitlines()) == 2 + len(BANK.item_ids)
    for form in ("a", "b"):
        one = load_instrument(tmp_path / "new", form=form)
        assert (one.version, one.provisional) == ("3", False)
        for item, key in one.option_keys.items():
            mean = TEN[:, BANK.item_ids.index(item)].mean()
            assert key.points == pytest.approx(mean, abs=0.05 + 1e-9)
    again = assess("questionnaires", "experts", "import", folder, *workbooks, "-o", "new")
    assert again.exit_code == 1
    assert "new: exists already" in again.stderr


def test_few_experts_are_told_and_one_name_counts_once(assess, folder, workbooks, tmp_path):
    half = TEN[0].copy()
    half[:7] = np.nan
    later = tmp_path / "later.xlsx"
    later.write_bytes(filled(BANK, half, name="ADA  okoye"))
    result = assess("questionnaires", "experts", "import", folder, *workbooks[:4], later, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [one["name"] for one in found["experts"]] == ["ADA okoye", *TEAM[1:4]]
    assert found["experts"][0]["missing"] == list(BANK.item_ids[:7])
    assert found["provisional"] is True
    assert found["responses"]["sjt-001.a"]["raters"] == 3
    assert "replaces an earlier workbook of ADA okoye" in result.stderr
    assert "10 or more should rate; 4 have" in result.stderr
    assert not (tmp_path / "new").exists()


def test_the_faults_of_every_workbook_are_told(assess, folder, workbooks):
    def spoil(book):
        book["Ratings"]["D17"] = 9

    workbooks[0].write_bytes(filled(BANK, TEN[0], spoil))
    workbooks[3].write_bytes(b"nothing")
    result = assess("questionnaires", "experts", "import", folder, *workbooks)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert "e0.xlsx: Ratings!D17: is 9" in lines[0]
    assert "e3.xlsx: is not a workbook" in lines[1]
