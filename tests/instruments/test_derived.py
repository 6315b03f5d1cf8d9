"""Calibration and norm must be those of this very key."""

import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import form_keys, load_instrument

CALIBRATION = "work-style/calibration.yaml"
NORM = "service-judgement/norms/form-a.yaml"


def faults_of(folder):
    with pytest.raises(Invalid) as refused:
        load_instrument(folder, form="a" if form_keys(folder) else None)
    return "\n".join(refused.value.faults)


def test_the_shipped_calibration_says_who_answered():
    calibration = default_catalogue().instrument("work-style").calibration
    assert calibration.persons == 1008
    assert calibration.reference_group == (
        "1008 anonymous web volunteers, 2019; neither applicants nor the public"
    )
    assert calibration.label == "calibrated 2026-11-22 on N = 1008, engine 0.1.0"
    assert set(calibration.scales) == {
        *("empathy", "even_keel", "dependability", "conscientiousness"),
        *("dominance", "influence", "goodwill"),
    }


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("      Q10:", "      Q11:", "items.Q11: is not an item of the scale empathy"),
        ("      Q10:", "      Q11:", "items.Q10: is missing"),
        ("        sign: 1", "        sign: -1", "Q10.sign: is -1, but the instrument's is 1"),
        ("        a: 1.", "        a: -1.", "Q10.a: a slope must be positive"),
        ("b: [-2.9", "b: [9, -2.9", "Q10.b: must hold 6 thresholds, not 7"),
        ("b: [-2.9", "b: [2.9", "Q10.b: thresholds must ascend"),
        ("b: [-2.9", "b: [x, -2.9", "Q10.b[0]: must be a number"),
        ("version: '1'", "version: '2'", "version: is '2', but the instrument's is '1'"),
        ("persons: 1008", "persons: 0", "persons: must be a number from 1"),
        ("date: '2026-11-22'", "date: yesterday", "date: must be a date"),
        ("  empathy:", "  sympathy:", "scales.sympathy: is not a calibrated scale"),
    ],
)
def test_a_calibration_that_does_not_match_is_refused(changed, old, new, what):
    found = faults_of(changed(CALIBRATION, old, new))
    assert what in found
    assert "calibration.yaml: " in found


def test_a_calibrated_scale_needs_its_calibration(content_copy):
    (content_copy / CALIBRATION).unlink()
    assert "calibration.yaml: the file does not exist" in faults_of(content_copy / "work-style")
    assert load_instrument(content_copy / "work-style", derived=False).calibration is None


def test_a_changed_key_needs_a_new_norm(changed):
    found = faults_of(changed("service-judgement/instrument.yaml", "key: 2", "key: 3")).replace(
        "\n", " "
    )
    assert "norms/form-a.yaml: key_sha256: the key has changed since" in found


def test_a_changed_word_alone_needs_no_new_norm(changed):
    file = "service-judgement/instrument.yaml"
    assert load_instrument(changed(file, 'why: "S1', 'why: "S1,'), form="a").norm is not None


def test_the_shipped_norm_says_that_it_is_simulated():
    norm = default_catalogue().instrument("service-judgement-a").norm
    assert (norm.kind, norm.provisional, norm.n) == ("simulated", True, 10_000)
    assert "simulated" in norm.reference_group
    keyed = norm.competencies["EMP"].options
    assert keyed >= 16
    assert norm.competencies["EMP"].reliability == pytest.approx(keyed / (keyed + 20), abs=1e-6)
    assert norm.total.reliability == 0.6


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("EMP: {mean", "EMX: {mean", "competencies.EMX: is not a competency"),
        ("EMP: {mean", "EMX: {mean", "competencies.EMP: is missing"),
        ("  REG: [0.", "  REG: [1.", "error_correlation.REG[0]: must be a number from -1 to 1"),
        ("  EMP: [1.0,", "  EMP: [0.5,", "must be symmetric with 1 on the diagonal"),
        ("  EMP: [1.0,", "  EMP: [1.0, 0.0,", "must be 7 rows of 7 numbers"),
        ("kind: simulated", "kind: guessed", "kind: must be one of simulated, measured"),
    ],
)
def test_a_norm_that_does_not_match_is_refused(changed, old, new, what):
    found = faults_of(changed(NORM, old, new).parent)
    assert what in found


def test_a_form_is_not_scored_with_the_other_form_s_norm(content_copy):
    (content_copy / NORM).write_text((content_copy / NORM.replace("-a", "-b")).read_text())
    found = faults_of(content_copy / "service-judgement")
    assert "is 'service-judgement-b', but the instrument's is 'service-judgement-a'" in found


def test_a_form_needs_its_norm(content_copy):
    (content_copy / NORM).unlink()
    assert "norms/form-a.yaml: the file does not exist" in faults_of(
        (content_copy / NORM).parents[1]
    )
