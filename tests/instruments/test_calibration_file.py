"""Errors and anchors in a calibration.yaml stand where they mean something, or are refused."""

import pytest

from assess.errors import Invalid
from assess.instruments.calibration_file import read_anchors
from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument

CALIBRATION = "work-style/calibration.yaml"
WORK = default_catalogue().instrument("work-style")
ERRORS = "        a_se: 0.09946906\n"


def faults_of(folder):
    with pytest.raises(Invalid) as refused:
        load_instrument(folder)
    return "\n".join(refused.value.faults)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (ERRORS, "", "Q10.a_se: is missing: a_se and b_se are given together"),
        (ERRORS, "        a_se: null\n", "Q10.a_se: is null, but what it is the error of was"),
        (ERRORS, "        a_se: -1\n", "Q10.a_se: a standard error must be positive"),
        (ERRORS, "        a_se: x\n", "Q10.a_se: must be a number, not 'x'"),
        ("b_se: [0.1", "b_se: [0.1, 0.1", "Q10.b_se: must hold 6 standard errors, not 7"),
        ("b_se: [0.17691792", "b_se: [null", "Q10.b_se[0]: is null, but what it is the error"),
        ("b: [-2.91663732", "b: [null", "Q10.b_se[0]: a threshold that does not exist has no"),
        ("b_se: [0.17691792", "b_se: [0", "Q10.b_se[0]: a standard error must be positive"),
        ("    iterations: 15\n", "    iterations: 15\n    latent_sd: 1\n", "latent_sd: means noth"),
        (
            "    iterations: 15\n",
            "    iterations: 15\n    anchored: [Q10]\n",
            "anchors: is missing",
        ),
        ("scales:\n", "anchors: {version: '1'}\nscales:\n", "anchors: no scale has anchored"),
    ],
)
def test_an_error_that_means_nothing_is_refused(changed, old, new, what):
    found = faults_of(changed(CALIBRATION, old, new))
    assert what in found
    assert "calibration.yaml: " in found


def test_an_anchored_scale_says_where_its_people_stand(changed):
    old = "    iterations: 15\n"
    found = faults_of(changed(CALIBRATION, old, old + "    anchored: [Q10, Q10, Q9]\n"))
    assert "empathy.latent_mean: is missing: the scale has anchored items" in found
    assert "empathy.latent_sd: is missing: the scale has anchored items" in found
    assert "empathy.anchored[0]: is given twice" in found
    assert "empathy.anchored[2]: is not an item of the scale empathy" in found
    assert "Q10.a_se: an anchored item has no standard error: it must be null" in found


def test_an_sd_of_nothing_is_refused(changed):
    old = "    iterations: 15\n"
    new = f"{old}    anchored: [Q10]\n    latent_mean: 0.1\n    latent_sd: 0\n"
    assert "latent_sd: an SD must be positive" in faults_of(changed(CALIBRATION, old, new))


def test_the_label_names_the_anchors(changed):
    folder = changed(
        CALIBRATION,
        "scales:\n",
        "anchors: {version: '0', date: '2025-01-02', engine: '0', persons: 77, sha256: ab}\n"
        "scales:\n",
    )
    path = folder / "calibration.yaml"
    text = path.read_text("utf-8").replace(
        "    iterations: 15\n",
        "    iterations: 15\n    anchored: [Q10]\n    latent_mean: 0.1\n    latent_sd: 0.9\n",
        1,
    )
    start = text.index(ERRORS)
    end = text.index("      Q19:")
    nulls = "        a_se: null\n        b_se: [null, null, null, null, null, null]\n"
    path.write_text(text[:start] + nulls + text[end:], "utf-8")
    calibration = load_instrument(folder).calibration
    assert calibration.label.endswith(", anchored to that of 2025-01-02 on N = 77")
    empathy = calibration.scales["empathy"]
    assert (empathy.anchored, empathy.latent_mean, empathy.latent_sd) == (("Q10",), 0.1, 0.9)
    assert empathy.latent_mean_error is None


def test_anchors_of_another_version_give_the_items_that_stand_in_both(changed):
    folder = changed(CALIBRATION, "version: '1'", "version: '0'")
    path = folder / "calibration.yaml"
    text = path.read_text("utf-8").replace("      Q10:", "      Q9:", 1)
    path.write_text(text.replace("  goodwill:", "  badwill:", 1), "utf-8")
    anchors = read_anchors(path, WORK)
    assert (anchors.source.version, anchors.source.persons) == ("0", 1008)
    assert [one.item for one in anchors.scales["empathy"]][:2] == ["Q19", "Q51"]
    assert "goodwill" not in anchors.scales
    assert anchors.reference_group == WORK.calibration.reference_group


def test_a_file_that_is_no_calibration_holds_no_anchors(content_copy):
    with pytest.raises(Invalid) as refused:
        read_anchors(content_copy / "work-style" / "instrument.yaml", WORK)
    assert any("instrument: is missing" in fault for fault in refused.value.faults)
    with pytest.raises(Invalid, match="does not exist"):
        read_anchors(content_copy / "nothing.yaml", WORK)
