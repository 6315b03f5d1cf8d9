"""What a calibration writes is what its instrument reads."""

import numpy as np
import pytest
import yaml

from assess.errors import Invalid
from assess.instruments import calibrating
from assess.instruments.calibrating import (
    Provenance,
    calibrate_instrument,
    calibration_yaml,
    warnings_of,
)
from assess.instruments.calibration_file import read_anchors
from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument
from assess.instruments.scoring import score_table
from assess.psychometrics.standard_errors import parameter_errors

WORK = default_catalogue().instrument("work-style")
MADE = Provenance("Simulated.", "A test", "0" * 64, "2026-11-22", "0")

# Scores that the shipped parameters gave before their standard errors stood beside them.
SCORES = [
    [-0.40973725, 1.24590131, 0.17115053, -0.54374076, 0.16839517, -0.09761452, -0.43119074],
    [-0.81673509, -0.05047701, 1.21886387, 0.51073081, -1.00908793, 0.05153096, -1.18386938],
    [-1.17667108, -0.32540716, 0.54078359, -0.44079948, -1.24172462, -0.18308378, -0.60354524],
]
ERRORS = [
    [0.55770349, 0.44059058, 0.38548159, 0.56908508, 0.43701987, 0.37233674, 0.41339731],
    [0.31627435, 0.50002219, 0.48327486, 0.5614656, 0.37169939, 0.469674, 0.59317579],
    [0.30361932, 0.38114662, 0.41738017, 0.48990743, 0.40535768, 0.48294953, 0.49405339],
]


def simulated(n=500, seed=6, mean=0.0):
    """Answers (n, J) that follow one trait for all scales, in each item's direction."""
    rng = np.random.default_rng(seed)
    signs = dict(pair for scale in WORK.scales for pair in scale.items)
    sign = np.array([signs[item] for item in WORK.item_ids])
    wish = mean + rng.standard_normal((n, 1)) + rng.normal(0, 1, (n, sign.size))
    return np.clip(np.rint(4 + 1.2 * sign * wish), 1, 7)


def test_the_shipped_parameters_score_as_they_always_did():
    answers = np.array(
        [[(i * step) % 7 + 1 for i in range(len(WORK.items))] for step in (1, 3, 5)], float
    )
    answers[1, ::9] = np.nan
    table = score_table(WORK, answers)
    np.testing.assert_allclose(table.mean[:, :7], SCORES, atol=1e-8)
    np.testing.assert_allclose(table.error[:, :7], ERRORS, atol=1e-8)


def test_scores_do_not_depend_on_the_standard_errors(content_copy):
    path = content_copy / "work-style" / "calibration.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    older = [line for line in lines if "_se: " not in line]
    assert len(older) == len(lines) - 2 * 45
    path.write_text("".join(older), "utf-8")
    without = load_instrument(path.parent)
    assert without.calibration.scales["empathy"].parameters[0].slope_error is None
    answers = simulated(20)
    assert (score_table(without, answers).mean == score_table(WORK, answers).mean).all()
    assert (score_table(without, answers).error == score_table(WORK, answers).error).all()


def test_what_is_written_is_read_again(content_copy):
    found = calibrate_instrument(WORK, simulated())
    folder = content_copy / "work-style"
    text = calibration_yaml(WORK, found, MADE)
    (folder / "calibration.yaml").write_text(text, "utf-8")
    for name, scale in load_instrument(folder).calibration.scales.items():
        errors = found[name].errors
        assert [one.slope_error for one in scale.parameters] == pytest.approx(errors.slopes)
        read = [list(one.threshold_errors) for one in scale.parameters]
        np.testing.assert_allclose(read, errors.thresholds, atol=1e-8)


def test_a_threshold_that_does_not_exist_has_no_error(content_copy):
    answers = simulated()
    place = WORK.item_ids.index("Q10")
    answers[:, place] = np.maximum(answers[:, place], 3)
    found = calibrate_instrument(WORK, answers)
    text = calibration_yaml(WORK, found, MADE)
    item = yaml.safe_load(text)["scales"]["empathy"]["items"]["Q10"]
    assert [b is None for b in item["b"]] == [True, True, False, False, False, False]
    assert [b is None for b in item["b_se"]] == [True, True, False, False, False, False]
    folder = content_copy / "work-style"
    (folder / "calibration.yaml").write_text(text, "utf-8")
    first = load_instrument(folder).calibration.scales["empathy"].parameters[0]
    assert first.threshold_errors[:2] == (None, None)
    assert "scale empathy: Q10: answer 1 was given by nobody" in warnings_of(WORK, found)


def test_without_errors_the_file_has_none_and_says_why(content_copy, monkeypatch):
    def refuse_eight(categories, estimates):
        if categories.shape[1] == 8:
            raise ValueError("item 1: is not identified")
        return parameter_errors(categories, estimates)

    monkeypatch.setattr(calibrating, "parameter_errors", refuse_eight)
    found = calibrate_instrument(WORK, simulated())
    assert "no-errors" in found["empathy"].flags
    warnings = warnings_of(WORK, found)
    assert "scale empathy: no standard errors: Q19: is not identified" in warnings
    text = calibration_yaml(WORK, found, MADE)
    folder = content_copy / "work-style"
    (folder / "calibration.yaml").write_text(text, "utf-8")
    scales = load_instrument(folder).calibration.scales
    assert scales["empathy"].parameters[0].threshold_errors == (None,) * 6
    assert scales["goodwill"].parameters[0].slope_error > 0


def test_anchors_put_later_people_on_the_earlier_scale(content_copy):
    folder = content_copy / "work-style"
    first = calibrate_instrument(WORK, simulated())
    (folder / "calibration.yaml").write_text(calibration_yaml(WORK, first, MADE), "utf-8")
    anchors = read_anchors(folder / "calibration.yaml", WORK)
    later = calibrate_instrument(WORK, simulated(seed=7, mean=0.5), anchors=anchors)
    for name, one in later.items():
        assert one.estimates.latent_mean == pytest.approx(0.5, abs=0.2)
        assert one.errors.latent_mean < 0.1
        np.testing.assert_allclose(
            one.estimates.items.slopes, first[name].estimates.items.slopes, atol=1e-8
        )
    text = calibration_yaml(WORK, later, MADE, anchors)
    assert "Theta keeps the scale of the anchors" in text
    (folder / "calibration.yaml").write_text(text, "utf-8")
    read = load_instrument(folder).calibration
    assert read.anchors == anchors.source
    scale = read.scales["empathy"]
    assert scale.anchored == tuple(one.item for one in scale.parameters)
    assert scale.latent_sd == pytest.approx(later["empathy"].estimates.latent_sd, abs=1e-8)
    again = read_anchors(folder / "calibration.yaml", WORK)
    for name, items in anchors.scales.items():
        held = [(one.item, one.slope, one.thresholds) for one in again.scales[name]]
        assert held == [(one.item, one.slope, one.thresholds) for one in items]


def test_people_far_from_the_anchors_are_warned_of():
    anchors = read_anchors(default_catalogue().folder / "work-style" / "calibration.yaml", WORK)
    answers = np.clip(simulated(200, mean=6), 1, 7)
    answers[:20] = simulated(20, seed=9, mean=2)
    warnings = warnings_of(WORK, calibrate_instrument(WORK, answers, anchors=anchors))
    far = [line for line in warnings if "SD from the reference group's" in line]
    assert far
    assert far[0].startswith("scale ")


def test_each_scale_that_fails_is_named():
    answers = simulated(100)
    answers[:, WORK.item_ids.index("Q10")] = 4
    answers[:, WORK.item_ids.index("Q50")] = np.nan
    with pytest.raises(Invalid) as refused:
        calibrate_instrument(WORK, answers)
    empathy, goodwill = refused.value.faults
    assert empathy.startswith("scale empathy: Q10: ")
    assert goodwill.startswith("scale goodwill: Q50: ")


def test_the_errors_are_those_of_the_engine():
    """Items out of order would show: every item's error is checked against its own column."""
    answers = simulated()
    found = calibrate_instrument(WORK, answers)["goodwill"]
    (scale,) = [scale for scale in WORK.scales if scale.name == "goodwill"]
    columns = [WORK.item_ids.index(item) for item in scale.item_ids]
    points = np.where(np.array(scale.signs) > 0, answers[:, columns], 8 - answers[:, columns]) - 1
    errors = parameter_errors(points, found.estimates)
    np.testing.assert_allclose(found.errors.thresholds, errors.thresholds, rtol=1e-10)
