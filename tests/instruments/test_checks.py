"""The lint finds what loading cannot know, and says where it is and what to do."""

import re

import pytest
import yaml

from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue, check_folder
from assess.instruments.load import load_instrument, norm_file
from assess.instruments.norming import norm_yaml, simulate_norm

WORK = "work-style/instrument.yaml"
SJT = "service-judgement/instrument.yaml"
RECOVERY = "service-recovery/instrument.yaml"
DRIVERS = tuple(default_catalogue().call_drivers)
LONG = "word " * 40
HARD = (
    "Immediately following unsuccessful identification procedures, considerable "
    "dissatisfaction characterises the communication of an organisational customer "
    "representative experiencing extraordinary administrative complications"
)


def test_the_shipped_content_has_no_fault():
    assert check_catalogue(default_catalogue()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "what"),
    [
        (SJT, 'scenario: "A customer calls and', f'scenario: "{LONG}', "sjt-001.scenario",
         "at most 55; shorten it"),
        (SJT, 'text: "Give the tracking', f'text: "{LONG}', "sjt-001.a.text",
         "wanted 8 to 25; shorten it"),
        (SJT, 'text: "Give', 'text: "Sorry, we cannot."\n        #', "sjt-001.a.text",
         "has 3 words, wanted 8 to 25; say more"),
        (SJT, 'text: "Give the tracking', f'text: "{LONG}', "sjt-001.options",
         "lengths differ too much"),
        (SJT, "call back tonight.", "call back tonight, or early in the morning.",
         "sjt-001.options", "the best option is the longest; shorten it"),
        (SJT, "call_driver: delivery", "call_driver: weather", "sjt-001.call_driver",
         "'weather' is not a call driver; use one of delivery"),
        (SJT, "key: 2", "key: 2\n        key_sd: 1.4", "sjt-001.a.key_sd",
         "the experts disagree (1.4 > 1); reword or drop"),
        (SJT, "id: sjt-002", "id: sjt-001", "blocks", "the block id 'sjt-001' is used twice"),
        (SJT, "- id: a\n        key: 2", "- key: 2", "blocks[0].options[0].id", "is missing"),
        (SJT, "        key: 2", "        key: 9", "blocks[0].options[0].key", "from 1 to 5"),
        (SJT, "        key: 2\n", "", "blocks[0].options[0].key", "is missing"),
        (SJT, "{EMP: 1, INT: 0.5}", "{}", "options[0].competencies", "at least one competency"),
        (SJT, "title: Service situations", "title: A DiSC test", "title",
         "another publisher's mark; use words of your own"),
        (SJT, "speaks fast and loud", "has an anxiety attack", "sjt-001.scenario",
         "'anxiety' is a medical or mood word"),
        (SJT, "A customer calls", "A woman calls", "sjt-001.scenario",
         "'woman' is a gendered word; say the customer"),
        (SJT, "A customer calls", "A foreign customer calls", "sjt-001.scenario",
         "'foreign' is a protected trait; leave it out"),
        (SJT, "A customer calls and speaks fast and loud.", HARD, "sjt-001",
         "at most 6; use shorter words"),
        (RECOVERY, "that helps me to start fresh", "and start fresh", "SR5.text",
         "says two things in one; keep the one"),
        (RECOVERY, "stays with me", "never leaves me", "SR7.text",
         "denies something; say what the person does"),
        (RECOVERY, "that helps me to start fresh", "against my panic", "SR5.text",
         "'panic' is a medical or mood word"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file_its_place_and_what_to_do(changed, file, old, new, where, what):
    folder = changed(file, old, new)
    found = [fault.partition(f"{file}: ")[2] for fault in check_folder(folder, DRIVERS)]
    assert any(
        place == where or place.endswith(where)
        for place, _, told in (fault.partition(": ") for fault in found)
        if what in told
    ), found


def rewritten(content_copy, change):
    """Change the bank as data, make its norms anew, and check."""
    path = content_copy / SJT
    content = yaml.safe_load(path.read_text("utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, sort_keys=False, width=10**6), "utf-8")
    for form in content["forms"]:
        instrument = load_instrument(path.parent, form=form, derived=False)
        norm = simulate_norm(instrument, 1, raters=300, date="2026-11-22", engine="x")
        (path.parent / norm_file(form)).write_text(norm_yaml(instrument, norm), "utf-8")
    return check_folder(path.parent, DRIVERS)


def rekeyed(*points):
    """Give a change that keys the options of every scenario by ``points`` in turn."""

    def change(content):
        for block in content["blocks"]:
            for option, key in zip(block["options"], points, strict=False):
                option["key"] = key

    return change


def test_the_best_option_must_not_always_stand_first(content_copy):
    found = rewritten(content_copy, rekeyed(5, 1, 2, 3, 4))
    for form in "ab":
        told = f"forms.{form}: the best option is at place 1 in 14 scenarios; move some"
        assert any(told in fault for fault in found), found


def test_keys_must_spread(content_copy):
    found = rewritten(content_copy, rekeyed(3, 4, 3, 4, 3))
    assert any("sjt-001.options: keys must differ by 3 or more" in fault for fault in found)
    assert any("forms.a: no option is keyed 1, 2, 5; write some" in fault for fault in found)
    assert any(re.search(r"forms.b: keys of EMP run from 3 to 4 with SD", one) for one in found)


def test_a_competency_needs_good_options(content_copy):
    def change(content):
        for block in content["blocks"]:
            for option in block["options"]:
                if "REG" in option["competencies"] and option["key"] == 4:
                    option["key"] = 1
                if "REG" in option["competencies"] and block["id"] > "sjt-009":
                    option["key"] = min(option["key"], 3)

    found = rewritten(content_copy, change)
    assert any(
        re.search(r"forms\.\w: \d+% of the options of REG are keyed 4 or more, wanted 30%", one)
        for one in found
    ), found


def test_a_scenario_must_be_in_a_form(content_copy):
    found = rewritten(content_copy, lambda content: content["forms"]["a"].remove("sjt-001"))
    assert any("forms: no form shows sjt-001; add it to one" in fault for fault in found), found


def test_a_competency_needs_enough_options(content_copy):
    def change(content):
        for block in content["blocks"]:
            for option in block["options"]:
                if "CHN" in option["competencies"] and block["id"] > "sjt-004":
                    option["competencies"]["CHN"] = 0.5

    found = rewritten(content_copy, change)
    assert any(
        re.search(r"forms\.\w: CHN has \d options of weight 1, wanted 5; add some", one)
        for one in found
    ), found


def test_keys_must_not_follow_the_length_of_options(content_copy):
    def change(content):
        for block in content["blocks"]:
            for option in block["options"]:
                option["text"] = "word " * 10 + "more " * (option["key"] * 2)

    found = rewritten(content_copy, change)
    for what in ("words", "characters"):
        told = f"forms.a: keys follow the length of options in {what} (r = 1.00); make poor options"
        assert any(told in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (", Q163: 1}", "}", "Q163: no scale uses it; score it or remove it"),
        ("I take charge.", "I talk a lot.", "two items say 'i talk a lot.'; reword one"),
    ],
)
def test_a_rating_fault_is_found(changed, content_copy, old, new, what):
    folder = changed(WORK, old, new)
    calibration = content_copy / "work-style/calibration.yaml"
    if "Q163" in old:
        text = calibration.read_text("utf-8")
        start = text.index("      Q163:")
        calibration.write_text(text[:start] + text[text.index("  influence:") :], "utf-8")
    assert any(what in fault for fault in check_folder(folder, ())), what


def test_the_wording_of_a_calibrated_scale_is_left_alone(changed):
    """I don't use harsh language. It was answered, and calibrated, in these words."""
    assert any("n't" in item.text for item in default_catalogue().instrument("work-style").items)
    folder = changed(WORK, "At work, I take things as they come.", "I don't take things hard.")
    told, version = check_folder(folder, ())
    assert "S1.text: denies something" in told
    assert "version: wording or keys have changed" in version


def test_an_evidence_map_must_name_scales_that_exist(changed, content_copy):
    changed("competencies.yaml", "scale: even_keel", "scale: calmness")
    changed("competencies.yaml", "scale: influence", "scale: charm")
    found = check_catalogue(Catalogue(content_copy))
    assert [fault.partition(": ")[2] for fault in found] == [
        "competencies.REG.evidence.scale: no instrument has the scale calmness",
        "styles.I.scale: no instrument has the scale charm",
    ]


def test_the_usual_battery_must_name_what_is_there(changed, content_copy):
    changed("battery.yaml", "judgement-a", "judgement-q")
    (fault,) = check_catalogue(Catalogue(content_copy))
    assert "battery.yaml: default[1]: there is no instrument 'service-judgement-q'" in fault


def test_faults_of_all_files_come_together(changed, content_copy):
    changed("phrases.yaml", "  CHN:", "  CHX:")
    changed(WORK, "Q10: 1", "Q999: 1")
    changed(SJT, "key: 2", "key: 9")
    files = {
        fault.split(": ")[0].rpartition("questionnaires/")[2]
        for fault in check_catalogue(Catalogue(content_copy))
    }
    assert files >= {"phrases.yaml", WORK, SJT}
