"""`assess score`: columns, numbers, and what they say of themselves."""

import csv
import json

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import score_answers

WORK = default_catalogue().instrument("work-style")
SJT = default_catalogue().instrument("service-judgement-a")


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_score_columns_are_the_stable_ones(assess, work_answers, tmp_path):
    result = assess("score", "work-style", work_answers, "-o", "scores.csv")
    assert result.exit_code == 0, result.output
    header = (tmp_path / "scores.csv").read_text().splitlines()[0].split(",")
    assert header[:5] == ["person", "empathy_theta", "empathy_se", "empathy_t", "empathy_n"]
    assert len(header) == 1 + 4 * 8
    assert "3 people scored on 8 scales" in result.stdout
    assert list(tmp_path.glob(".*")) == []


def test_the_file_has_the_engine_s_own_numbers(assess, work_answers, tmp_path):
    assess("score", "work-style", work_answers, "-o", "scores.csv")
    for given, scored in zip(rows_of(work_answers), rows_of(tmp_path / "scores.csv"), strict=True):
        person = given.pop("person")
        assert scored["person"] == person
        one = score_answers(WORK, {item: int(value) for item, value in given.items()})
        for place, name in enumerate(one.scales):
            assert float(scored[f"{name}_theta"]) == pytest.approx(one.mean[place], abs=1e-7)
            assert float(scored[f"{name}_se"]) == pytest.approx(one.error[place], abs=1e-7)
            assert float(scored[f"{name}_t"]) == pytest.approx(50 + 10 * one.mean[place], abs=1e-6)
            assert int(scored[f"{name}_n"]) == one.answered[place]


def test_a_blank_is_missing_not_zero(assess, table, tmp_path):
    path = table("a.csv", [["person", *WORK.item_ids], ["ann", *[""] * 53]])
    assert assess("score", "work-style", path, "-o", "s.csv").exit_code == 0
    (row,) = rows_of(tmp_path / "s.csv")
    assert (row["empathy_theta"], row["empathy_se"], row["empathy_t"]) == ("", "", "")
    assert row["empathy_n"] == "0"


def test_who_answers_one_sidedly_is_scored_and_named(assess, table, tmp_path):
    people = [["ann", *[7] * 53], ["bob", *([1, 7] * 27)[:53]]]
    path = table("a.csv", [["person", *WORK.item_ids], *people])
    result = assess("score", "work-style", path, "-o", "s.csv", "--json")
    assert json.loads(result.stdout)["one_sided"] == ["ann"]
    assert "leave out of a ranking: ann\n" in result.stderr
    assert rows_of(tmp_path / "s.csv")[0]["empathy_theta"] != ""


def test_judgement_scores_have_their_own_column_name(assess, table, tmp_path):
    key = [int(SJT.option_keys[item].points) for item in SJT.item_ids]
    path = table("a.csv", [["person", *SJT.item_ids], ["ann", *key], ["flat", *[3] * len(key)]])
    assert assess("score", "service-judgement-a", path, "-o", "s.csv").exit_code == 0
    ann, flat = rows_of(tmp_path / "s.csv")
    norm = SJT.norm.competencies["EMP"]
    assert float(ann["EMP_score"]) == pytest.approx(1)
    assert float(ann["total_score"]) == pytest.approx(1)
    assert float(ann["EMP_se"]) == pytest.approx(np.sqrt(1 - norm.reliability), abs=1e-7)
    m = np.sqrt(norm.reliability) * (1 - norm.mean) / norm.sd
    assert float(ann["EMP_t"]) == pytest.approx(50 + 10 * m, abs=1e-6)
    assert ann["EMP_n"] == str(norm.options)
    assert (flat["total_score"], flat["EMP_t"], flat["total_n"]) == ("", "", str(len(key)))


def test_unknown_columns_are_named_once_and_ignored(assess, table, tmp_path):
    path = table("a.csv", [["person", "age", *WORK.item_ids], *[[n, 30, *[4] * 53] for n in "abc"]])
    result = assess("score", "work-style", path, "-o", "s.csv")
    assert result.exit_code == 0
    assert result.stderr.count("age") == 1
    assert "a.csv: not items of work-style: age" in result.stderr


def test_absent_items_are_named_and_missing(assess, table, tmp_path):
    items = [item for item in WORK.item_ids if not item.startswith("S")]
    path = table("a.csv", [["person", *items], ["ann", *[4] * 45]])
    result = assess("score", "work-style", path, "-o", "s.csv")
    assert "absent, so missing: S1" in result.stderr
    (row,) = rows_of(tmp_path / "s.csv")
    assert row["steadiness_theta"] == ""
    assert row["empathy_theta"] != ""


def test_columns_may_come_in_any_order(assess, table, work_answers, tmp_path):
    rows = rows_of(work_answers)
    names = ["person", *reversed(WORK.item_ids)]
    other = table("b.csv", [names, *[[row[name] for name in names] for row in rows]])
    assess("score", "work-style", work_answers, "-o", "1.csv")
    assess("score", "work-style", other, "-o", "2.csv")
    assert (tmp_path / "1.csv").read_text() == (tmp_path / "2.csv").read_text()


def test_a_byte_order_mark_and_a_comma_in_a_name_are_fine(assess, tmp_path):
    header = ",".join(["person", *WORK.item_ids])
    text = header + "\r\n" + '"Lee, ""Jo""",' + ",".join(["4"] * 53) + "\r\n\r\n"
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    result = assess("score", "work-style", "a.csv", "-o", "s.csv")
    assert result.exit_code == 0, result.output
    (row,) = rows_of(tmp_path / "s.csv")
    assert row["person"] == 'Lee, "Jo"'


def test_chunks_leave_no_seam(assess, work_answers, tmp_path, monkeypatch):
    assess("score", "work-style", work_answers, "-o", "1.csv")
    monkeypatch.setattr("assess.cli.tables.CHUNK_ROWS", 1)
    assess("score", "work-style", work_answers, "-o", "2.csv")
    assert (tmp_path / "1.csv").read_text() == (tmp_path / "2.csv").read_text()


def test_json_says_what_was_scored_with_what(assess, work_answers):
    result = assess("score", "work-style", work_answers, "-o", "s.csv", "--json")
    document = json.loads(result.stdout)
    assert document["people"] == 3
    assert document["instrument_sha256"] == WORK.digest
    assert document["calibration"] == WORK.calibration.label
    assert document["not_scored"]["empathy"] == 0
    assert "scores" not in document


def test_json_without_a_file_holds_the_scores(assess, table):
    path = table("a.csv", [["person", *WORK.item_ids], ["ann", *[""] * 53]])
    (row,) = json.loads(assess("score", "work-style", path, "--json").stdout)["scores"]
    assert row["person"] == "ann"
    assert row["empathy_theta"] is None
    assert row["empathy_n"] == 0


def test_an_instrument_may_be_a_folder(assess, work_answers, tmp_path):
    folder = default_catalogue().folder / "work-style"
    assert assess("score", folder, work_answers, "-o", "s.csv").exit_code == 0
    own = assess(
        *("score", "work-style", work_answers, "-o", "t.csv"),
        *("--questionnaires", default_catalogue().folder),
    )
    assert own.exit_code == 0
    assert (tmp_path / "s.csv").read_text() == (tmp_path / "t.csv").read_text()


def test_the_real_answers_are_scored_as_the_reference_program_does(
    assess, reference_data, tmp_path
):
    """R mirt's EAPs of the research key; its influence items are not all ours, empathy's are."""
    answers = reference_data / "ambi_answers_public.csv"
    assert assess("score", "work-style", answers, "-o", "s.csv").exit_code == 0
    ours = rows_of(tmp_path / "s.csv")
    theirs = rows_of(reference_data / "ambi_mirt_eap_public.csv")
    assert len(ours) == len(theirs) == 1008
    name = next(key for key in theirs[0] if "empathy" in key and "se" not in key.lower())
    found = np.array([float(row["empathy_theta"]) for row in ours])
    expected = np.array([float(row[name]) for row in theirs])
    np.testing.assert_allclose(found, expected, atol=2e-3)  # the calibrations differ a little
