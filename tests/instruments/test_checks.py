"""The lint finds what loading cannot know."""

import pytest

from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue, check_folder
from assess.instruments.load import load_instrument, norm_file
from assess.instruments.norming import norm_yaml, simulate_norm

WORK = "work-style/instrument.yaml"
SJT = "service-judgement/instrument.yaml"
LONG = "word " * 33


def test_the_shipped_content_has_no_fault():
    assert check_catalogue(default_catalogue()) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            'scenario: "A customer calls and',
            f'scenario: "{LONG}A customer calls and',
            "words, at most 60",
        ),
        ('text: "Give the tracking', f'text: "{LONG}Give the tracking', "sjt-001.a.text: has"),
        ('text: "Give the tracking', f'text: "{LONG}Give the tracking', "lengths differ too much"),
        ('text: "Give', 'text: "Sorry, we cannot."\n        #', "sjt-001.a.text: has 3 words"),
        ("call_driver: delivery", "call_driver: weather", "'weather' is not a call driver"),
        ("key: 2", "key: 2\n        key_sd: 1.4", "sjt-001.a.key_sd: the experts disagree"),
        ("title: Service situations", "title: A DiSC test", "another publisher's mark"),
    ],
)
def test_a_judgement_fault_is_found(changed, old, new, what):
    folder = changed(SJT, old, new)
    assert any(what in fault for fault in check_folder(folder, ("delivery",))), what


def rekeyed(content_copy, points):
    """Key the options of every scenario by ``points`` in turn, make a norm, and check."""
    path = content_copy / SJT
    lines, place = [], 0
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("  - id: sjt-"):
            place = 0
        if line.startswith("        key: "):
            line = f"        key: {points[place]}"  # noqa: PLW2901
            place += 1
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    for form in ("a", "b"):
        instrument = load_instrument(path.parent, form=form, derived=False)
        norm = simulate_norm(instrument, 1, raters=300, date="2026-11-22", engine="x")
        (path.parent / norm_file(form)).write_text(norm_yaml(instrument, norm), "utf-8")
    return check_folder(path.parent, tuple(default_catalogue().call_drivers))


def test_the_best_option_must_not_always_stand_first(content_copy):
    found = rekeyed(content_copy, [5, 1, 2, 3, 4])
    assert any("best option is at place 1 in 24 scenarios" in fault for fault in found)


def test_keys_must_spread(content_copy):
    found = rekeyed(content_copy, [3, 4, 3, 4, 3])
    assert any("sjt-001.options: keys must differ by 3 or more" in fault for fault in found)
    assert any("no option is keyed 1, 2, 5" in fault for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (", Q163: 1}", "}", "Q163: no scale uses it"),
        ("I take charge.", "I talk a lot.", "two items say 'i talk a lot.'"),
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


def test_an_evidence_map_must_name_scales_that_exist(changed, content_copy):
    changed("competencies.yaml", "scale: even_keel", "scale: calmness")
    changed("competencies.yaml", "scale: influence", "scale: charm")
    found = check_catalogue(Catalogue(content_copy))
    assert [fault.partition(": ")[2] for fault in found] == [
        "competencies.REG.evidence.scale: no instrument has the scale calmness",
        "styles.I.scale: no instrument has the scale charm",
    ]


def test_faults_of_all_files_come_together(changed, content_copy):
    changed("phrases.yaml", "  CHN:", "  CHX:")
    changed(WORK, "Q10: 1", "Q999: 1")
    changed(SJT, "key: 2", "key: 9")
    files = {
        fault.split(": ")[0].rpartition("questionnaires/")[2]
        for fault in check_catalogue(Catalogue(content_copy))
    }
    assert files == {"phrases.yaml", WORK, SJT}
