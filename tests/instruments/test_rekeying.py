"""A new version differs from the old one by its keys, and by nothing an author wrote."""

import re
from dataclasses import replace

import numpy as np
import pytest
import yaml

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.expert_key import study_key
from assess.instruments.folder import folder_files, forms_of, instrument_of, laid_out
from assess.instruments.load import load_instrument
from assess.instruments.rekeying import new_version, next_version, rekeyed
from tests.instruments.experts import draw

FOLDER = default_catalogue().folder / "service-judgement"
BANK = load_instrument(FOLDER, derived=False)
FILES = folder_files(FOLDER)
STUDY = study_key(BANK, draw(BANK, 10))
TOLD = "Keys: means of 10 experts."


def changed(proposal=STUDY.proposal, *, text=FILES["instrument.yaml"], settled=True):
    return rekeyed(text, proposal, version="3", settled=settled, told=TOLD)


@pytest.fixture(scope="module")
def made():
    return new_version(FILES, STUDY, version="3", date="2026-01-05", engine="test", raters=300)


def test_the_files_make_a_bank_with_the_proposed_key(made):
    assert forms_of(made) == ("a", "b")
    for form in ("a", "b"):
        one = instrument_of(made, form)
        assert (one.version, one.provisional) == ("3", False)
        assert one.norm.label.startswith("simulated norm of 2026-01-05, N = 300")
        assert {item: STUDY.proposal[item] for item in one.item_ids} == one.option_keys
    assert yaml.safe_load(made["instrument.yaml"])["blocks"][0]["status"] == "sme"


def test_only_keys_and_their_state_change(made):
    rule = re.compile(
        r'^\s*(key: [\d.]+|key_sd: [\d.]+|status: \w+|version: "\d"|provisional: \w+)$'
    )
    old = [line for line in FILES["instrument.yaml"].splitlines() if not rule.match(line)]
    new = [line for line in made["instrument.yaml"].splitlines() if not rule.match(line)]
    assert [
        line for line in new if not line.startswith("# Keys of version 3: means of 10 experts'")
    ] == old
    assert sum(line.startswith("#") for line in old) > 5


def test_translations_stay_and_norms_are_made_anew():
    files = {
        **FILES,
        "translations/xx.yaml": "language: xx\nversion: '2'\nstatus: machine_drafted\ntexts: {}\n",
    }
    made = new_version(
        files,
        replace(STUDY, settled=False),
        version="3",
        date="2026-01-05",
        engine="test",
        raters=300,
    )
    assert made["translations/xx.yaml"] == files["translations/xx.yaml"]
    assert made["norms/form-a.yaml"] != files["norms/form-a.yaml"]
    assert set(made) == set(files)
    assert instrument_of(made, "a").provisional


def test_a_dropped_option_is_marked_and_a_later_panel_can_bring_it_back():
    dropped = STUDY.proposal | {"sjt-002.b": replace(STUDY.proposal["sjt-002.b"], dropped=True)}
    first = changed(dropped)
    assert first.count("dropped: true") == 1
    again = changed(STUDY.proposal, text=first)
    option = yaml.safe_load(again)["blocks"][1]["options"][1]
    assert option["dropped"] is False
    with laid_out({**FILES, "instrument.yaml": again}) as folder:
        bank = load_instrument(folder, derived=False)
    assert bank.option_keys == STUDY.proposal


def test_other_ways_of_writing_yaml_are_changed_too():
    data = yaml.safe_load(FILES["instrument.yaml"])
    for flow in (True, False, None):
        text = yaml.safe_dump(data, sort_keys=False, default_flow_style=flow, width=70)
        found = yaml.safe_load(changed(text=text))
        assert found["blocks"][3]["options"][1]["key"] == STUDY.proposal["sjt-004.b"].points
        assert found["version"] == "3"


def test_windows_lines_and_a_last_line_without_end():
    text = FILES["instrument.yaml"].rstrip("\n").replace("\n", "\r\n")
    assert yaml.safe_load(changed(text=text))["blocks"][-1]["options"][-1]["key_sd"] >= 0


def test_a_provisional_key_stays_so():
    text = changed(settled=False)
    assert "provisional: true" in text
    assert "status: sme" not in text


def test_without_a_proposal_there_is_no_new_version():
    ratings = draw(BANK, 10)
    ratings[1:, 0] = np.nan
    with pytest.raises(Invalid, match=r"1 responses have fewer than two ratings \(sjt-001.a\)"):
        new_version(
            FILES,
            study_key(BANK, ratings),
            version="3",
            date="2026-01-05",
            engine="test",
            raters=300,
        )


def test_a_form_that_cannot_be_normed_is_refused():
    proposal = {
        item: replace(key, dropped="GUI" in key.competencies and not item.startswith("sjt-006"))
        for item, key in STUDY.proposal.items()
    }
    with pytest.raises(Invalid, match="at least 2 scenarios"):
        new_version(
            FILES,
            replace(STUDY, proposal=proposal),
            version="3",
            date="2026-01-05",
            engine="test",
            raters=300,
        )


@pytest.mark.parametrize(
    ("version", "taken", "after"),
    [
        ("2", (), "3"),
        ("9", ("10", "11"), "12"),
        ("2.1", (), "2.1-1"),
        ("spring", ("spring-1",), "spring-2"),
    ],
)
def test_the_next_version_is_new(version, taken, after):
    assert next_version(version, frozenset(taken)) == after
