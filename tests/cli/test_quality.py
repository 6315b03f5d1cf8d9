"""`assess quality`: the indices of R careless from a file, flags and nothing else."""

import csv
import json

import numpy as np
import pytest

from assess.cli import tables
from assess.instruments.catalogue import default_catalogue
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.person_fit import combined_fit, person_fit
from tests.published import public_answers as public

WORK = default_catalogue().instrument("work-style")
SJT = default_catalogue().instrument("service-judgement-a")


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(path, column):
    return np.array([float(row[column] or "nan") for row in rows_of(path)])


@pytest.fixture
def answers(table):
    """Give a function that writes people's answers to the work-style questionnaire."""

    def write(name, values):
        rows = [
            [f"p{at}", *("" if np.isnan(v) else int(v) for v in row)]
            for at, row in enumerate(values)
        ]
        return table(name, [["person", *WORK.item_ids], *rows])

    return write


def people(n, seed=1):
    return np.random.default_rng(seed).integers(1, 8, (n, len(WORK.items))).astype(float)


def test_the_reference_indices_come_out_of_the_command(
    assess, reference_data, tmp_path, monkeypatch
):
    """R careless 1.2.2 on 2,000 people, read in chunks of 700."""
    monkeypatch.setattr(tables, "CHUNK_ROWS", 700)
    items = public.instrument("spi-27").item_ids
    source = reference_data / "spi_public.csv"
    path = public.person_table(source, tmp_path / "spi.csv", {item: item for item in items})
    result = assess("quality", public.INSTRUMENTS / "spi-27", path, "-o", "flags.csv", "--json")
    assert result.exit_code == 0, result.output
    theirs = public.figures(reference_data)["public"]["careless"]
    out = tmp_path / "flags.csv"
    for ours, other in (
        ("long_string", "longstr"),
        ("average_string", "avgstr"),
        ("variability", "irv"),
        ("even_odd", "even_odd_consistency_positive"),
        ("mahalanobis", "mahad_d_sq"),
    ):
        values = numbers(out, ours)
        assert values.mean() == pytest.approx(theirs[other]["mean"], abs=1e-6)
        assert values.std(ddof=1) == pytest.approx(theirs[other]["sd"], abs=1e-6)
        assert values[:10] == pytest.approx(theirs[other]["first10"], abs=1e-6)
    document = json.loads(result.stdout)
    assert document["flags"] == {
        "far_out": 20,
        "inconsistent": theirs["flags"]["eo_consistency_lt_0.3"],
        "long_string": theirs["flags"]["longstr_ge_10"],
        "low_variability": theirs["flags"]["irv_lt_0.8"],
    }
    assert "no person fit" in document["notes"][0]


def test_ten_thousand_people_run_clean(assess, reference_data, tmp_path):
    result = assess(
        *("quality", public.INSTRUMENTS / "big5", reference_data / "big5_public.csv"),
        *("--missing", "0", "-o", "flags.csv"),
    )
    assert result.exit_code == 0, result.output
    assert len(rows_of(tmp_path / "flags.csv")) == 9859
    assert np.isfinite(numbers(tmp_path / "flags.csv", "mahalanobis")).mean() > 0.99


def test_columns_are_the_stable_ones_and_blanks_are_counted(assess, answers, tmp_path):
    values = people(100)
    values[0, :5] = np.nan
    values[1] = np.nan
    values[2] = 4
    result = assess("quality", "work-style", answers("a.csv", values), "-o", "f.csv")
    assert result.exit_code == 0, result.output
    rows = rows_of(tmp_path / "f.csv")
    assert list(rows[0]) == [
        "person", "long_string", "average_string", "variability", "even_odd", "mahalanobis",
        "mahalanobis_percentile", "person_fit", "person_fit_percentile", "answered", "flags",
    ]  # fmt: skip
    assert [row["person"] for row in rows[:3]] == ["p0", "p1", "p2"]
    assert rows[0]["answered"] == str(len(WORK.items) - 5)
    assert rows[1] == dict.fromkeys(rows[1], "") | {
        "person": "p1", "long_string": "0", "answered": "0",
    }  # fmt: skip
    assert rows[2]["long_string"] == str(len(WORK.items))
    assert {"long_string", "low_variability"} <= set(rows[2]["flags"].split())


def test_person_fit_is_that_of_the_calibrated_scales(assess, answers, tmp_path):
    values = people(70)
    assert assess("quality", "work-style", answers("a.csv", values), "-o", "f.csv").exit_code == 0
    assert WORK.calibration is not None
    fits = []
    for scale in WORK.scales:
        if scale.calibrated:
            own = WORK.calibration.scales[scale.name].parameters
            items = GradedItems(
                np.array([one.slope for one in own]), np.array([one.thresholds for one in own])
            )
            columns = [WORK.item_ids.index(item) for item in scale.item_ids]
            signs = np.array(scale.signs)
            points = np.where(signs > 0, values[:, columns], 8 - values[:, columns])
            fits.append(person_fit(points - 1, items))
    written = numbers(tmp_path / "f.csv", "person_fit")
    assert written == pytest.approx(combined_fit(fits), abs=1e-6)
    assert np.median(written) < -1.645  # these people answered at random


def test_with_a_reference_a_persons_flags_do_not_depend_on_the_file(assess, answers, tmp_path):
    """The same three people in two files, judged by the same group."""
    group = answers("group.csv", people(200, seed=2))
    three = people(3, seed=3)
    others = np.vstack([three, people(40, seed=4)])
    for name, values in (("small", three), ("large", others)):
        path = answers(f"{name}.csv", values)
        result = assess("quality", "work-style", path, "--reference", group, "-o", f"{name}-f.csv")
        assert result.exit_code == 0, result.output
    assert rows_of(tmp_path / "small-f.csv") == rows_of(tmp_path / "large-f.csv")[:3]


def test_too_few_people_have_no_distance_and_are_told(assess, answers, tmp_path):
    result = assess("quality", "work-style", answers("a.csv", people(5)), "-o", "f.csv")
    assert result.exit_code == 0, result.output
    assert "no Mahalanobis distance: 53 items need more" in result.stderr
    assert [row["mahalanobis"] for row in rows_of(tmp_path / "f.csv")] == [""] * 5


def test_a_judgement_form_has_runs_and_variability_only(assess, table, tmp_path):
    rng = np.random.default_rng(1)
    rows = [[f"p{at}", *rng.integers(1, 6, len(SJT.items))] for at in range(6)]
    path = table("a.csv", [["person", *SJT.item_ids], *rows])
    result = assess("quality", "service-judgement-a", path, "-o", "f.csv")
    assert result.exit_code == 0, result.output
    assert "no person fit" in result.stderr
    row = rows_of(tmp_path / "f.csv")[0]
    assert row["variability"]
    assert row["even_odd"] == row["person_fit"] == ""


def test_a_faulty_file_is_refused_before_anything_is_written(assess, answers, tmp_path):
    values = people(5)
    values[3, 2] = 9
    result = assess("quality", "work-style", answers("a.csv", values), "-o", "f.csv")
    assert result.exit_code == 1
    assert f"row 5, column {WORK.item_ids[2]}: '9' is not a whole number" in result.stderr
    assert not (tmp_path / "f.csv").exists()


def test_where_to_write_must_be_said(assess, answers):
    assert assess("quality", "work-style", answers("a.csv", people(5))).exit_code == 2
