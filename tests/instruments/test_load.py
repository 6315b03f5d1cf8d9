"""Instruments load whole, or every fault names its file and place."""

import csv
import json

import pytest

from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.load import instrument_digest, load_instrument

WORK = "work-style/instrument.yaml"
SJT = "service-judgement/instrument.yaml"


def faults_of(folder):
    with pytest.raises(Invalid) as refused:
        load_instrument(folder)
    return refused.value.faults


def test_the_work_style_key_is_the_shipped_one():
    work_style = default_catalogue().instrument("work-style")
    sizes = {scale.name: len(scale.items) for scale in work_style.scales}
    assert sizes == {
        "empathy": 8,
        "even_keel": 4,
        "dependability": 6,
        "conscientiousness": 8,
        "dominance": 6,
        "influence": 8,
        "goodwill": 5,
        "steadiness": 8,
    }
    assert [scale.name for scale in work_style.scales if not scale.calibrated] == ["steadiness"]
    assert (work_style.low, work_style.high, len(work_style.labels)) == (1, 7, 7)


def test_work_style_items_are_those_of_the_public_set(reference_data):
    key = json.loads((reference_data / "work_style_scales.json").read_text())
    with (reference_data / "ambi_items.csv").open(newline="") as file:
        texts = dict(csv.reader(file))
    work_style = default_catalogue().instrument("work-style")
    for scale in work_style.scales:
        if scale.calibrated:
            assert [list(pair) for pair in scale.items] == key[scale.name]
            for item in scale.item_ids:
                assert work_style.item(item).text == texts[item]


def test_no_block_shows_two_items_of_one_scale():
    work_style = default_catalogue().instrument("work-style")
    owner = {item: scale.name for scale in work_style.scales for item in scale.item_ids}
    for block in work_style.blocks:
        names = [owner[item.id] for item in block.items]
        assert len(names) == len(set(names)), block.id


def test_options_are_items_named_by_scenario_and_letter():
    judgement = default_catalogue().instrument("service-judgement-a")
    assert len(judgement.blocks) == 14
    assert judgement.item_ids[0] == "sjt-001.a"
    assert judgement.option_keys["sjt-001.b"].points == 5
    assert judgement.option_keys["sjt-001.b"].competencies == {"EMP": 1.0, "OWN": 0.5}
    assert judgement.practice.explanation
    assert set(judgement.option_keys) == set(judgement.item_ids)


def test_an_unknown_item_or_instrument_is_not_found():
    with pytest.raises(NotFound, match="Q999"):
        default_catalogue().instrument("work-style").item("Q999")
    with pytest.raises(NotFound, match="nothing"):
        default_catalogue().instrument("nothing")


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "what"),
    [
        (WORK, "Q10: 1", "Q999: 1", "scales[0].items.Q999", "is not an item"),
        (WORK, "Q51: -1", "Q51: 2", "scales[0].items.Q51", "sign must be 1 or -1"),
        (WORK, "Q51: -1", "Q51: true", "scales[0].items.Q51", "sign must be 1 or -1"),
        (WORK, "id: Q173", "id: Q10", "blocks", "item id 'Q10' is used twice"),
        (WORK, "id: ws-02", "id: ws-01", "blocks", "block id 'ws-01' is used twice"),
        (WORK, "low: 1", "low: 0", "labels", "must name each of the 8 answers"),
        (WORK, "title: Work style", "titel: Work style", "titel", "is not a known key"),
        (WORK, "title: Work style", "titel: Work style", "title", "is missing"),
        (WORK, 'version: "1"', "version: 1", "version", "must be text"),
        (WORK, "calibrated: true", "calibrated: maybe", "calibrated", "true or false"),
        (WORK, 'text: "I take charge."', 'text: ""', "items[0].text", "must not be empty"),
        (SJT, "key: 2", "key: 6", "blocks[0].options[0].key", "from 1 to 5"),
        (SJT, "key: 2", "key: two", "blocks[0].options[0].key", "must be a number"),
        (SJT, "{EMP: 1, INT: 0.5}", "{EMPX: 1}", "competencies.EMPX", "is not a competency"),
        (SJT, "{EMP: 1, INT: 0.5}", "{EMP: 0.7}", "competencies.EMP", "must be 0.5 or 1"),
        (SJT, "{EMP: 1, INT: 0.5}", "{}", "competencies", "at least one competency"),
        (SJT, "channel: voice", "channel: fax", "blocks[0].channel", "must be one of voice"),
        (SJT, "kind: judgement", "kind: quiz", "kind", "must be one of rating, judgement"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file_and_place(changed, file, old, new, place, what):
    folder = changed(file, old, new)
    found = faults_of(folder)
    assert any(f"{file}: " in fault and place in fault and what in fault for fault in found), found


def test_every_fault_is_found_at_once(changed):
    changed(WORK, "Q10: 1", "Q999: 1")
    folder = changed(WORK, "title: Work style", "titel: Work style")
    assert len(faults_of(folder)) == 3


def test_yaml_that_does_not_parse_names_its_line(changed):
    folder = changed(WORK, "labels:", "labels: [")
    (fault,) = faults_of(folder)
    assert "instrument.yaml: line " in fault


def test_a_key_given_twice_is_a_fault_not_the_last_one(changed):
    folder = changed(WORK, "low: 1", "low: 1\nlow: 2")
    (fault,) = faults_of(folder)
    assert "'low' is given twice" in fault


def test_text_that_is_not_utf8_names_its_byte(content_copy):
    path = content_copy / WORK
    path.write_bytes(b"title: caf\xe9\n")
    (fault,) = faults_of(path.parent)
    assert "byte 11: the file is not UTF-8" in fault


@pytest.mark.parametrize("content", [b"", b"- a list\n", b"just text\n"])
def test_a_file_that_is_no_mapping_is_refused(content_copy, content):
    path = content_copy / WORK
    path.write_bytes(content)
    (fault,) = faults_of(path.parent)
    assert "must hold a mapping" in fault


def test_an_absent_file_is_a_fault(tmp_path):
    (fault,) = faults_of(tmp_path)
    assert "does not exist" in fault


def test_any_change_of_a_file_changes_the_digest(changed, content_copy):
    folder = content_copy / "work-style"
    before = instrument_digest(folder)
    assert load_instrument(folder).digest == before
    changed(WORK, "I take charge.", "I take charge!")
    assert instrument_digest(folder) != before


def test_a_notice_or_an_editor_s_backup_does_not_change_the_digest(content_copy):
    folder = content_copy / "work-style"
    before = instrument_digest(folder)
    (folder / "instrument.yaml~").write_text("old")
    assert instrument_digest(folder) == before


def test_a_catalogue_refuses_a_key_that_is_not_its_folder_s(changed, content_copy):
    changed(WORK, "key: work-style", "key: other-style")
    changed("work-style/calibration.yaml", "instrument: work-style", "instrument: other-style")
    with pytest.raises(Invalid, match="the folder is 'work-style'"):
        Catalogue(content_copy).instrument("work-style")
