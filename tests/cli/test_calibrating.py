"""`assess calibrate`: parameters, errors, anchors, and what it says of the fit."""

import csv
import json

import numpy as np
import pytest
import yaml

from assess.instruments import calibrating
from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def own_folder(tmp_path):
    """A folder with the instrument OWN, not yet calibrated."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "instrument.yaml").write_text(OWN, "utf-8")
    return folder


def own_answers(theta, seed=3):
    """Answers (n, 4) to OWN's items of people of ``theta`` (n, 1); the last item is reversed.

    They follow the graded response model with slope 2 and thresholds -1, 0 and 1.
    """
    noise = np.random.default_rng(seed).logistic(0, 0.5, (len(theta), 4))
    answers = np.clip(np.rint(2.5 + theta + noise), 1, 4).astype(int)
    answers[:, 3] = 5 - answers[:, 3]
    return answers


@pytest.fixture
def own(assess, table, tmp_path):
    """Give OWN's folder, calibrated on 600 people of N(0, 1), and the document printed of it."""
    folder = own_folder(tmp_path)
    theta = np.random.default_rng(2).standard_normal((600, 1))
    path = table("first.csv", own_rows(own_answers(theta)))
    made = assess("calibrate", folder, path, "-o", folder / "calibration.yaml", "--json")
    assert made.exit_code == 0, made.output
    return folder, json.loads(made.stdout)


def later_people(table, shift=1.0, spread=0.7, name="later.csv"):
    """Answers of 600 other people, whose mean and SD are others."""
    theta = shift + spread * np.random.default_rng(8).standard_normal((600, 1))
    return table(name, own_rows(own_answers(theta, seed=9)))


def test_calibrating_again_gives_the_shipped_numbers(assess, reference_data, tmp_path):
    shipped = default_catalogue().folder / "work-style" / "calibration.yaml"
    old = yaml.safe_load(shipped.read_text("utf-8"))
    result = assess(
        *("calibrate", "work-style", reference_data / "ambi_answers_public.csv", "-o", "c.yaml"),
        *("--source", old["source"], "--reference-group", old["reference_group"]),
        *("--date", old["date"]),
    )
    assert result.exit_code == 0, result.output
    assert "7 scales calibrated on 1008 people" in result.stdout
    new = yaml.safe_load((tmp_path / "c.yaml").read_text("utf-8"))
    for name, scale in old["scales"].items():
        again = new["scales"].pop(name)
        assert again["log_likelihood"] == pytest.approx(scale["log_likelihood"], abs=1e-5)
        for item, parameters in scale["items"].items():
            assert again["items"][item]["sign"] == parameters["sign"]
            assert again["items"][item]["a"] == pytest.approx(parameters["a"], abs=1e-5)
            assert again["items"][item]["b"] == pytest.approx(parameters["b"], abs=1e-5)
            assert again["items"][item]["a_se"] == pytest.approx(parameters["a_se"], abs=1e-5)
            assert again["items"][item]["b_se"] == pytest.approx(parameters["b_se"], abs=1e-5)
    assert new.pop("scales") == {}
    old.pop("scales")
    assert new == old


def test_an_own_instrument_is_calibrated_and_then_scores(assess, table, tmp_path):
    folder = own_folder(tmp_path)
    theta = np.random.default_rng(2).standard_normal((400, 1))
    path = table("a.csv", own_rows(own_answers(theta)))
    refused = assess("score", folder, path, "-o", "s.csv")
    assert refused.exit_code == 1
    assert "calibration.yaml: the file does not exist" in refused.stderr
    made = assess("calibrate", folder, path, "-o", folder / "calibration.yaml", "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["people"] == 400
    instrument = load_instrument(folder)
    assert instrument.calibration.reference_group == "The people in a.csv, not described further"
    assert assess("score", folder, path, "-o", "s.csv").exit_code == 0
    found = np.array([float(row["calm_theta"]) for row in rows_of(tmp_path / "s.csv")])
    assert np.corrcoef(found, theta[:, 0])[0, 1] > 0.8


def test_rare_answers_are_named_when_calibrating(assess, table, tmp_path):
    folder = own_folder(tmp_path)
    rng = np.random.default_rng(2)
    theta = rng.standard_normal((200, 1))
    answers = np.clip(np.rint(2.0 + theta / 2 + rng.normal(0, 0.5, (200, 4))), 1, 3).astype(int)
    answers[0, 0] = 4
    answers[:, 3] = 5 - answers[:, 3]
    path = table("a.csv", own_rows(answers))
    result = assess("calibrate", folder, path, "-o", "c.yaml")
    assert result.exit_code == 0, result.output
    assert "scale calm: A1: answer 4 was given by 1 person only" in result.stderr


def test_a_wrong_sign_is_named_by_its_item(assess, table, tmp_path):
    folder = own_folder(tmp_path)
    answers = own_answers(np.random.default_rng(2).standard_normal((400, 1)))
    answers[:, 3] = 5 - answers[:, 3]
    result = assess("calibrate", folder, table("a.csv", own_rows(answers)), "-o", "c.yaml")
    assert result.exit_code == 1
    assert "a.csv: scale calm: A4: runs against the rest of its scale" in result.stderr


def test_the_document_says_how_well_each_scale_fits(own):
    folder, document = own
    calm = document["scales"]["calm"]
    assert (calm["people"], calm["items"], calm["converged"]) == (600, 4, True)
    assert (calm["flags"], calm["sparse"], calm["notes"]) == ([], [], [])
    kept = yaml.safe_load((folder / "calibration.yaml").read_text("utf-8"))["scales"]["calm"]
    assert calm["log_likelihood"] == pytest.approx(kept["log_likelihood"], abs=1e-6)
    assert calm["iterations"] == kept["iterations"]
    assert 0.7 < calm["marginal_reliability"] < 0.95
    assert calm["c2"]["df"] == 2
    assert calm["c2"]["rmsea_low"] <= calm["c2"]["rmsea"] <= calm["c2"]["rmsea_high"]
    assert calm["c2"]["rmsea_low"] < 0.05
    assert calm["c2"]["srmsr"] < 0.05
    assert document["anchors"] is None
    assert (calm["latent_mean"], calm["latent_sd"], calm["latent_mean_se"]) == (0, 1, None)


def test_items_that_share_more_than_the_trait_stand_out(assess, table, tmp_path):
    rng = np.random.default_rng(4)
    theta, shared = rng.standard_normal((600, 1)), rng.standard_normal((600, 1))
    tilt = np.hstack([shared, shared, np.zeros((600, 2))])
    path = table("a.csv", own_rows(own_answers(theta + tilt)))
    made = assess("calibrate", own_folder(tmp_path), path, "-o", "c.yaml", "--json")
    calm = json.loads(made.stdout)["scales"]["calm"]
    # The pair that shares more becomes the trait; what stands out of it is the other pair.
    assert [pair["items"] for pair in calm["q3_stands_out"]] == [["A3", "A4"]]
    assert all(pair["above_mean"] > 0.2 for pair in calm["q3_stands_out"])
    assert calm["c2"]["rmsea"] > 0.1


def test_the_shipped_scales_are_described_from_their_answers(assess, reference_data):
    """What stands out of the shipped scales: three empathy items share more than empathy."""
    answers = reference_data / "ambi_answers_public.csv"
    made = assess("calibrate", "work-style", answers, "-o", "c.yaml", "--json")
    document = json.loads(made.stdout)
    empathy = document["scales"]["empathy"]
    assert empathy["flags"] == ["sparse"]
    assert empathy["sparse"] == [{"item": "Q177", "answer": 1, "people": 9}]
    assert [one["item"] for one in empathy["s_x2_stands_out"]] == ["Q19"]
    assert ["Q127", "Q166"] in [pair["items"] for pair in empathy["q3_stands_out"]]
    assert document["scales"]["even_keel"]["s_x2_stands_out"] == []
    assert document["scales"]["even_keel"]["c2"]["rmsea"] < 0.05
    assert document["warnings"] == ["scale empathy: Q177: answer 1 was given by 9 people only"]


def test_anchored_items_keep_their_parameters_and_the_people_their_place(
    own, assess, table, tmp_path
):
    folder, _ = own
    earlier = yaml.safe_load((folder / "calibration.yaml").read_text("utf-8"))
    items = earlier["scales"]["calm"]["items"]
    del items["A2"]
    earlier["version"] = "0"
    (tmp_path / "earlier.yaml").write_text(yaml.safe_dump(earlier), "utf-8")
    path = later_people(table)
    made = assess("calibrate", folder, path, "-o", "c.yaml", "--anchors", "earlier.yaml")
    assert made.exit_code == 0, made.output
    assert "scale calm: 3 of 4 items anchored, mean " in made.stdout
    new = yaml.safe_load((tmp_path / "c.yaml").read_text("utf-8"))
    calm = new["scales"]["calm"]
    assert calm["anchored"] == ["A1", "A3", "A4"]
    for item, parameters in items.items():
        again = calm["items"][item]
        assert (again["a"], again["b"]) == (parameters["a"], parameters["b"])
        assert (again["a_se"], again["b_se"]) == (None, [None] * 3)
    assert calm["items"]["A2"]["a_se"] > 0
    # Three standard errors about the truth: the first people's mean is -0.06 and their SD 1.
    assert 0.01 < calm["latent_mean_se"] < 0.06
    assert calm["latent_mean"] == pytest.approx(1.06, abs=3 * calm["latent_mean_se"])
    assert calm["latent_sd"] == pytest.approx(0.71, abs=3 * calm["latent_sd_se"])
    assert new["reference_group"] == earlier["reference_group"]
    assert new["anchors"]["version"] == "0"
    assert new["persons"] == 600


def test_an_anchored_calibration_scores_on_the_earlier_scale(own, assess, table):
    folder, _ = own
    path = later_people(table)
    assert assess("score", folder, path, "-o", "before.csv").exit_code == 0
    old = folder / "calibration.yaml"
    made = assess("calibrate", folder, path, "-o", old, "--anchors", old, "--json")
    document = json.loads(made.stdout)
    assert document["anchors"]["persons"] == 600
    assert document["scales"]["calm"]["anchored"] == ["A1", "A2", "A3", "A4"]
    label = load_instrument(folder).calibration.label
    assert ", anchored to that of " in label
    assert assess("score", folder, path, "-o", "after.csv").exit_code == 0
    assert rows_of(path.parent / "before.csv") == rows_of(path.parent / "after.csv")


def test_anchors_that_identify_nothing_are_refused(own, assess, table, tmp_path):
    folder, _ = own
    old = folder / "calibration.yaml"
    text = old.read_text("utf-8")
    (tmp_path / "other.yaml").write_text(text.replace("  calm:", "  calmer:"), "utf-8")
    path = later_people(table)
    none = assess("calibrate", folder, path, "-o", "c.yaml", "--anchors", "other.yaml")
    assert none.exit_code == 1
    assert "later.csv: scale calm: not identified: none of its items stands in" in none.stderr
    earlier = yaml.safe_load(text)
    for item in ("A2", "A3", "A4"):
        del earlier["scales"]["calm"]["items"][item]
    (tmp_path / "one.yaml").write_text(yaml.safe_dump(earlier), "utf-8")
    same = [[number, 2, *rest] for number, _, *rest in own_rows(own_answers(np.zeros((60, 1))))[1:]]
    path = table("same.csv", [["person", "A1", "A2", "A3", "A4"], *same])
    flat = assess("calibrate", folder, path, "-o", "c.yaml", "--anchors", "one.yaml")
    assert flat.exit_code == 1
    assert "scale calm: not identified: no anchor was answered in two categories" in flat.stderr
    assert not (tmp_path / "c.yaml").exists()


def test_few_anchors_are_said(own, assess, table, tmp_path):
    folder, _ = own
    earlier = yaml.safe_load((folder / "calibration.yaml").read_text("utf-8"))
    for item in ("A2", "A4"):
        del earlier["scales"]["calm"]["items"][item]
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(earlier), "utf-8")
    path = later_people(table)
    made = assess("calibrate", folder, path, "-o", "c.yaml", "--anchors", "two.yaml")
    assert made.exit_code == 0, made.output
    assert "scale calm: few anchors hold its scale: A1, A3" in made.stderr


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("instrument: own", "instrument: other", "instrument: is 'other', but the instrument's"),
        ("sign: 1", "sign: -1", "items.A1.sign: is -1, but the instrument's is 1"),
        ("b: [", "b: [-9, ", "items.A1.b: must hold 3 thresholds, not 4"),
        ("scales:\n", "scales: 3\nother:\n", "scales: must be a mapping"),
    ],
)
def test_anchors_that_do_not_match_are_refused(own, assess, table, tmp_path, old, new, what):
    folder, _ = own
    text = (folder / "calibration.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "bad.yaml").write_text(text.replace(old, new, 1), "utf-8")
    path = later_people(table)
    refused = assess("calibrate", folder, path, "-o", "c.yaml", "--anchors", "bad.yaml")
    assert refused.exit_code == 1
    assert "bad.yaml: " in refused.stderr
    assert what in refused.stderr
    assert not (tmp_path / "c.yaml").exists()


def test_with_anchors_the_reference_group_is_theirs(own, assess, table):
    folder, _ = own
    result = assess(
        *("calibrate", folder, later_people(table), "-o", "c.yaml"),
        *("--anchors", folder / "calibration.yaml", "--reference-group", "Others"),
    )
    assert result.exit_code == 2
    assert "the reference group stays the anchors' own" in result.stderr


def test_an_item_that_repeats_another_is_named(assess, table, tmp_path):
    answers = own_answers(np.random.default_rng(2).standard_normal((300, 1)))
    answers[:, 1] = answers[:, 0]
    path = table("twins.csv", own_rows(answers))
    result = assess("calibrate", own_folder(tmp_path), path, "-o", "c.yaml")
    assert result.exit_code == 1
    assert "twins.csv: scale calm: the iterations do not settle (after " in result.stderr
    assert "steepest: A1, slope " in result.stderr
    assert not (tmp_path / "c.yaml").exists()


def test_iterations_that_do_not_settle_write_nothing(assess, table, tmp_path, monkeypatch):
    whole = calibrating.calibrate_graded
    monkeypatch.setattr(
        calibrating,
        "calibrate_graded",
        lambda *given, **named: whole(*given, **named, max_iterations=2),
    )
    result = assess("calibrate", own_folder(tmp_path), later_people(table), "-o", "c.yaml")
    assert result.exit_code == 1
    assert "later.csv: scale calm: the iterations do not settle (after 2 cycles" in result.stderr
    assert not (tmp_path / "c.yaml").exists()


def own_rows(answers):
    """Table of answers to OWN's four items."""
    numbered = [[number, *row] for number, row in enumerate(answers.tolist())]
    return [["person", "A1", "A2", "A3", "A4"], *numbered]


OWN = """
key: own
version: "1"
kind: rating
language: en
provisional: true
title: Own
purpose: A test.
instruction: Rate.
low: 1
high: 4
labels: [Never, Seldom, Often, Always]
practice: {id: p, items: [{id: P1, text: Practice.}]}
blocks:
  - id: b1
    items:
      - {id: A1, text: One.}
      - {id: A2, text: Two.}
      - {id: A3, text: Three.}
      - {id: A4, text: Four.}
scales:
  - name: calm
    title: Calm
    calibrated: true
    low_end: low
    high_end: high
    items: {A1: 1, A2: 1, A3: 1, A4: -1}
"""
