"""`assess questionnaires`: lint with one line a fault; derived files made again."""

import json
import shutil

import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument


@pytest.fixture
def own(tmp_path):
    """Give a copy of the shipped content, without its translations."""
    leave = shutil.ignore_patterns("translations")
    return shutil.copytree(default_catalogue().folder, tmp_path / "own", ignore=leave)


def spoil(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_content_passes_with_one_line(assess):
    result = assess("questionnaires", "check")
    assert result.exit_code == 0, result.output
    assert result.stdout == "5 instruments checked, no fault\n"
    assert result.stderr == ""


def test_each_fault_has_a_line_and_the_exit_code_is_1(assess, own):
    spoil(own / "work-style" / "instrument.yaml", "Q10: 1", "Q999: 1")
    spoil(own / "call_drivers.yaml", "EMP: 4", "EMP: 9")
    result = assess("questionnaires", "check", own)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert (
        "call_drivers.yaml: call_drivers[0].ratings.EMP: must be a number from 0 to 5" in lines[0]
    )
    assert "instrument.yaml: scales[0].items.Q999: is not an item" in lines[1]


def test_one_instrument_s_folder_can_be_checked_alone(assess, own):
    good = assess("questionnaires", "check", own / "work-style", own / "service-judgement")
    assert good.stdout == "2 instruments checked, no fault\n"
    spoil(own / "service-judgement" / "instrument.yaml", "call_driver: rude", "call_driver: rain")
    bad = assess("questionnaires", "check", own / "service-judgement")
    assert bad.exit_code == 1
    assert "sjt-005.call_driver: 'rain' is not a call driver" in bad.stderr


def test_a_folder_without_instruments_is_a_fault(assess, tmp_path):
    (tmp_path / "empty").mkdir()
    result = assess("questionnaires", "check", "empty")
    assert result.exit_code == 1
    assert "holds no instrument" in result.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(assess):
    assert assess("questionnaires", "check", "nowhere").exit_code == 2


def test_json_lists_the_faults(assess, own):
    assert json.loads(assess("questionnaires", "check", "--json").stdout)["faults"] == []
    spoil(own / "phrases.yaml", "  CHN:", "  CHX:")
    result = assess("questionnaires", "check", own, "--json")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["faults"]) == 2


def test_a_changed_key_gets_a_new_norm(assess, own):
    folder = own / "service-judgement"
    spoil(folder / "instrument.yaml", "key: 2", "key: 3")
    spoil(folder / "instrument.yaml", 'version: "2"', 'version: "3"')
    assert "the key has changed since" in assess("questionnaires", "check", folder).stderr
    made = assess("questionnaires", "norm", folder, "--raters", 300, "--seed", 3)
    assert made.exit_code == 0, made.output
    assert [load_instrument(folder, form=form).norm.seed for form in "ab"] == [3, 3]
    assert assess("questionnaires", "stamp", folder).exit_code == 0
    assert assess("questionnaires", "check", folder).exit_code == 0


def test_stamping_says_what_it_wrote_and_then_has_nothing_to_do(assess, own):
    folder = own / "work-style"
    spoil(folder / "instrument.yaml", "I take charge.", "I take the lead.")
    refused = assess("questionnaires", "stamp", folder)
    assert refused.exit_code == 1
    assert "version: '1' is recorded with other wording or keys" in refused.stderr
    before = (folder / "versions.yaml").read_bytes()
    assert assess("questionnaires", "stamp", folder, "--retranslated", "Q1").exit_code == 1
    assert (folder / "versions.yaml").read_bytes() == before
    drafted = assess("questionnaires", "stamp", folder, "--draft")
    assert drafted.stdout == f"{folder / 'versions.yaml'}: version 1 recorded\n"
    again = assess("questionnaires", "stamp", folder)
    assert again.stdout == "nothing to stamp: every stamp and version is there\n"


def test_stamping_needs_a_folder(assess):
    assert assess("questionnaires", "stamp").exit_code == 2


def test_the_shipped_norm_is_what_the_command_writes(assess, own):
    folder = own / "service-judgement"
    before = (folder / "norms" / "form-b.yaml").read_text("utf-8")
    (folder / "norms" / "form-b.yaml").unlink()
    made = ("questionnaires", "norm", folder, "--form", "b", "--date", "2026-11-22")
    assert assess(*made).exit_code == 0
    assert (folder / "norms" / "form-b.yaml").read_text("utf-8") == before


def test_strategies_are_reported_as_a_table_or_json(assess, own):
    table = assess("questionnaires", "strategies", own, "--raters", 200)
    assert table.exit_code == 0, table.output
    header, *rows = [line.split(",") for line in table.stdout.splitlines()]
    assert header == ["form", "strategy", "median_percentile", "rise", "at_most"]
    assert {row[0] for row in rows} == {"service-judgement-a", "service-judgement-b"}
    (random, *_) = [row for row in rows if row[1] == "random"]
    assert float(random[2]) <= 20 == float(random[4])
    assert ["service-judgement-a", "3 for everything", "", "", ""] in rows
    folder = own / "service-judgement"
    told = assess("questionnaires", "strategies", folder, "--raters", 200, "--json")
    found = json.loads(told.stdout)["strategies"]
    assert len(found) == len(rows)
    assert {one["strategy"]: one["percentile"] for one in found}["3 for everything"] is None


def test_a_folder_without_a_judgement_form_has_no_strategies(assess, own):
    result = assess("questionnaires", "strategies", own / "work-style")
    assert result.exit_code == 1
    assert "holds no judgement form" in result.stderr


def test_a_norm_of_a_rating_instrument_is_refused(assess, own):
    result = assess("questionnaires", "norm", own / "work-style")
    assert result.exit_code == 1
    assert "only a judgement instrument" in result.stderr


def test_the_shipped_reference_is_what_the_command_writes(assess, own, reference_data):
    result = assess(
        *("questionnaires", "reference", own / "work-style"),
        *(reference_data / "ambi_answers_public.csv", "-o", own / "made.yaml"),
    )
    assert result.exit_code == 0, result.output
    made, shipped = ((own / name).read_text("utf-8") for name in ("made.yaml", "reference.yaml"))
    assert made[made.index("matrix:") :] == shipped[shipped.index("matrix:") :]
