"""Seven competencies from a battery's scores, and what a ranking of them rests on."""

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.evidence import (
    competency_table,
    error_correlation,
    evidence_map,
    possible_parts,
    ranking_demand,
)
from assess.instruments.scoring import ScoreTable
from assess.selection.demand import COMPETENCIES

CATALOGUE = default_catalogue()
WORK = CATALOGUE.instrument("work-style")
SJT = CATALOGUE.instrument("service-judgement-a")
EVEN = np.full(7, 1 / 7)


def table(instrument, mean, error):
    shape = (1, len(instrument.scale_names))
    return ScoreTable(
        scales=instrument.scale_names,
        mean=np.full(shape, mean),
        error=np.full(shape, error),
        answered=np.full(shape, 5),
        flags=((),),
        raw=np.full(shape, mean),
    )


def whole(tables):
    return competency_table(tables, CATALOGUE.competencies)


def test_the_evidence_map_is_the_specified_one():
    scales = {one.code: one.scale for one in CATALOGUE.competencies}
    assert scales == {
        "EMP": "empathy",
        "REG": "even_keel",
        "OWN": "dependability",
        "INT": "conscientiousness",
        "GUI": None,
        "ESC": None,
        "CHN": None,
    }
    np.testing.assert_array_equal(evidence_map(CATALOGUE.competencies), [2, 2, 2, 1, 2, 1, 1])


def test_two_parts_are_averaged_and_scaled_to_unit_variance():
    found = whole({"w": table(WORK, 1.0, 0.4), "j": table(SJT, 0.5, 0.8)})
    emp, gui = COMPETENCIES.index("EMP"), COMPETENCIES.index("GUI")
    unit = np.sqrt(0.65)
    assert found.mean[0, emp] == pytest.approx(0.75 / unit)
    assert found.error[0, emp] == pytest.approx(0.5 * np.hypot(0.4, 0.8) / unit)
    assert found.shared[0, emp] == pytest.approx(0.5 * 0.8 / unit)
    assert found.mean[0, gui] == pytest.approx(0.5)
    np.testing.assert_array_equal(found.parts, [[2, 2, 2, 1, 2, 1, 1]])


def test_one_part_missing_widens_the_error_and_is_flagged():
    found = whole({"w": table(WORK, 1.0, 0.4)})
    emp = COMPETENCIES.index("EMP")
    assert found.mean[0, emp] == pytest.approx(0.65 / np.sqrt(0.65))
    variance = ((1.3 * 0.4) ** 2 + 1 - 0.09) / 4 / 0.65
    assert found.error[0, emp] == pytest.approx(np.sqrt(variance))
    assert "EMP:one_part_missing" in found.flags[0]
    assert "GUI:not_measured" in found.flags[0]
    np.testing.assert_array_equal(found.parts, [[1, 1, 1, 0, 1, 0, 0]])
    np.testing.assert_array_equal(found.shared[0], [0, 0, 0, 0, 0, 0, 0])


def test_tables_of_different_people_or_of_one_score_twice_are_refused():
    with pytest.raises(ValueError, match="two instruments give the score"):
        whole({"a": table(WORK, 0.0, 1.0), "b": table(WORK, 0.0, 1.0)})
    short = table(SJT, 0.0, 1.0)
    longer = ScoreTable(
        short.scales, *(np.vstack([a, a]) for a in (short.mean, short.error, short.answered)),
        ((), ()), np.vstack([short.raw, short.raw]),
    )  # fmt: skip
    with pytest.raises(ValueError, match="the same people"):
        whole({"w": table(WORK, 0.0, 1.0), "j": longer})


def test_leaving_an_instrument_out_of_the_battery_does_not_raise_coverage():
    both = possible_parts([WORK, SJT], CATALOGUE.competencies)
    np.testing.assert_array_equal(both, possible_parts([WORK], CATALOGUE.competencies))
    with pytest.raises(Invalid, match="measures no competency"):
        possible_parts([], CATALOGUE.competencies)


def test_rating_scales_alone_are_partial_evidence_on_four_competencies():
    found = ranking_demand(
        EVEN, whole({"w": table(WORK, 0.0, 0.4)}), evidence_map(CATALOGUE.competencies)
    )
    assert found.coverage == pytest.approx(4 / 14)
    assert found.partial
    assert found.evidenced == ("EMP", "REG", "OWN", "INT")
    np.testing.assert_allclose(found.weights, [0.25, 0.25, 0.25, 0, 0.25, 0, 0])


def test_a_whole_battery_covers_the_whole_demand():
    tables = {"w": table(WORK, 0.0, 0.4), "j": table(SJT, 0.0, 0.8)}
    found = ranking_demand(EVEN, whole(tables), evidence_map(CATALOGUE.competencies))
    assert found.coverage == pytest.approx(1)
    assert not found.partial
    np.testing.assert_allclose(found.weights, EVEN)


def test_no_evidence_at_all_is_refused():
    nothing = whole({"w": table(WORK, np.nan, np.nan)})
    with pytest.raises(Invalid, match="no evidence"):
        ranking_demand(EVEN, nothing, evidence_map(CATALOGUE.competencies))


def test_judgement_errors_are_correlated_and_rating_errors_are_not():
    np.testing.assert_array_equal(error_correlation([WORK]), np.eye(7))
    np.testing.assert_array_equal(error_correlation([WORK, SJT]), SJT.norm.error_correlation)
    with pytest.raises(Invalid, match="one judgement form"):
        error_correlation([SJT, SJT])
