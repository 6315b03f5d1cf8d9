"""Competencies, call drivers, phrases and reference: complete, consistent, carefully worded."""

import re

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.content import load_call_drivers, load_competencies
from assess.instruments.phrases import REGIONS, load_phrases, region
from assess.instruments.reference import reference_correlations
from assess.selection.demand import COMPETENCIES, ONET_PRIOR

CATALOGUE = default_catalogue()
VERDICTS = re.compile(
    r"\b(poor|weak|bad|fail\w*|unsuitable|anxi\w*|neurotic|depress\w*|burnout|"
    r"will (perform|leave|quit)|type|disorder|suffers|average|percentile)\b",
    re.IGNORECASE,
)


def faults_of(load, path):
    with pytest.raises(Invalid) as refused:
        load(path)
    return "\n".join(refused.value.faults)


def test_seven_competencies_stand_in_the_order_of_every_array():
    assert tuple(one.code for one in CATALOGUE.competencies) == COMPETENCIES
    for one in CATALOGUE.competencies:
        assert len(one.bars) == 5
        assert one.probe.endswith(("?", "."))
    assert [(one.competency, one.title) for one in CATALOGUE.indices] == [
        ("EMP", "Empathy"),
        ("REG", "Stress resilience"),
    ]
    assert [(one.letter, one.scale) for one in CATALOGUE.styles] == [
        *[("D", "dominance"), ("I", "influence")],
        *[("S", "steadiness"), ("C", "conscientiousness")],
    ]


def test_twelve_call_drivers_have_their_published_demand():
    drivers = CATALOGUE.call_drivers
    assert len(drivers) == 12
    assert tuple(drivers["rude"].ratings.values()) == (5, 5, 4, 3, 4, 4, 1)
    assert tuple(drivers["status"].ratings.values()) == (1, 1, 2, 1, 3, 1, 5)
    assert drivers["outage"].emotional_load == 5
    assert dict(drivers["cancel"].style_targets) == {"D": 60, "I": 75, "S": 50, "C": 45}
    assert CATALOGUE.call_driver_file.provisional


def test_the_prior_is_the_occupation_s_and_is_attributed():
    weights = np.array(CATALOGUE.prior.weights)
    np.testing.assert_allclose(weights / weights.sum(), ONET_PRIOR)
    assert "CC BY 4.0" in CATALOGUE.prior.attribution
    assert "O*NET 29.3" in CATALOGUE.prior.attribution


def test_reference_correlations_are_those_of_the_real_answers(reference_data):
    work_style = CATALOGUE.instrument("work-style")
    rows = np.genfromtxt(reference_data / "ambi_answers_public.csv", delimiter=",", names=True)
    answers = np.full((len(rows), len(work_style.items)), np.nan)
    for column, item in enumerate(work_style.item_ids):
        if item in rows.dtype.names:
            answers[:, column] = rows[item]
    made = reference_correlations(work_style, answers, CATALOGUE.competencies)
    np.testing.assert_allclose(made, CATALOGUE.reference.matrix, atol=2e-4)


def test_correlations_nobody_estimated_are_the_assumed_ones():
    R = np.array(CATALOGUE.reference.matrix)
    estimated = {frozenset(pair) for pair in CATALOGUE.reference.estimated}
    assert len(estimated) == 6
    for i, first in enumerate(COMPETENCIES):
        for j, second in enumerate(COMPETENCIES):
            if i < j and frozenset((first, second)) not in estimated:
                assert R[i, j] == 0.30
    assert np.linalg.eigvalsh(R).min() > 0


def test_no_phrase_judges_the_person():
    texts = [text for one in CATALOGUE.competencies for text in (one.low_words, one.high_words)]
    for code in COMPETENCIES:
        for where in REGIONS:
            phrase = CATALOGUE.phrases.table[code, where]
            texts += [phrase.report, phrase.feedback]
            if where != "not_measured":
                assert phrase.report.startswith("Answers suggest"), (code, where)
            if where == "below":
                assert "likely to need support with" in phrase.report, code
    for text in texts:
        assert not VERDICTS.search(text), text


@pytest.mark.parametrize(
    ("mean", "error", "where"),
    [
        *[(0.9, 0.5, "above"), (0.8, 0.5, "around"), (-0.8, 0.5, "around"), (-0.9, 0.5, "below")],
        *[(float("nan"), 0.5, "not_measured"), (0.0, float("nan"), "not_measured")],
    ],
)
def test_a_phrase_follows_the_interval_not_the_point(mean, error, where):
    assert region(mean, error) == where
    assert CATALOGUE.phrases.phrase("EMP", mean, error) is CATALOGUE.phrases.table["EMP", where]


@pytest.mark.parametrize(
    ("load", "file", "old", "new", "what"),
    [
        (load_competencies, "competencies.yaml", "code: REG", "code: EMP", "EMP, REG, OWN"),
        (load_competencies, "competencies.yaml", "code: REG", "code: XXX", "[1].code: must be one"),
        (load_competencies, "competencies.yaml", "judgement: EMP", "judgement: REG", "own code"),
        (load_competencies, "competencies.yaml", "letter: D", "letter: I", "in this order"),
        (load_competencies, "competencies.yaml", "      - Interrupts", "      - 5\n      - I",
         "[0].bars: must describe 5 levels"),
        (load_call_drivers, "call_drivers.yaml", "EMP: 4", "EMP: 6", "ratings.EMP: must be a num"),
        (load_call_drivers, "call_drivers.yaml", "{D: 45, I", "{X: 45, I", "style_targets.D: is m"),
        (load_call_drivers, "call_drivers.yaml", "code: returns", "code: delivery", "given twice"),
        (load_call_drivers, "call_drivers.yaml", "[voice, chat, s", "[fax, chat, s", "channels[0]"),
        (load_phrases, "phrases.yaml", "    above:", "    over:", "phrases.EMP.above: is missing"),
        (load_phrases, "phrases.yaml", "  CHN:", "  CHX:", "phrases.CHN: is missing"),
    ],
)  # fmt: skip
def test_a_table_s_fault_names_its_place(changed, load, file, old, new, what):
    assert what in faults_of(load, changed(file, old, new) / file)


def test_correlations_that_cannot_be_are_refused(changed, content_copy):
    changed("reference.yaml", "EMP: [1.0, 0.", "EMP: [1.0, -0.")
    with pytest.raises(Invalid, match="symmetric"):
        _ = Catalogue(content_copy).reference
    path = content_copy / "reference.yaml"
    text = path.read_text("utf-8")
    start = text.index("matrix:")
    high = "[" + ", ".join(["{}"] * 7) + "]"
    rows = []
    for i, code in enumerate(COMPETENCIES):
        values = [1.0 if i == j else (-0.9 if i + j < 4 else 0.3) for j in range(7)]
        rows.append(f"  {code}: {high.format(*values)}")
    path.write_text(text[:start] + "matrix:\n" + "\n".join(rows) + "\n", "utf-8")
    with pytest.raises(Invalid, match="positive definite"):
        _ = Catalogue(content_copy).reference
