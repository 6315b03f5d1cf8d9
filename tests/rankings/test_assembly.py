"""A fit rests on the person and the campaign, on nobody else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.rankings.assembly import StoredTable, assemble, make_basis, place
from assess.selection.demand import COMPETENCIES

WEIGHTS = np.array([0.16, 0.15, 0.18, 0.13, 0.17, 0.09, 0.12])


def basis_of(catalogue, *keys):
    battery = [catalogue.instrument(key) for key in keys]
    return make_basis(
        battery, catalogue.competencies, WEIGHTS, np.array(catalogue.reference.matrix)
    )


def tables_of(catalogue, keys, n, seed=1):
    rng = np.random.default_rng(seed)
    made = {}
    for key in keys:
        names = catalogue.instrument(key).scale_names
        shape = (n, len(names))
        made[key] = StoredTable(names, rng.normal(0, 0.8, shape), rng.uniform(0.4, 0.8, shape))
    return made


def without(table, *names, row=0):
    """Take a person's scores on some scales away."""
    mean, error = table.mean.copy(), table.error.copy()
    columns = [table.scales.index(name) for name in names or table.scales]
    mean[row, columns] = error[row, columns] = np.nan
    return StoredTable(table.scales, mean, error)


def part_of(tables, rows):
    return {key: StoredTable(t.scales, t.mean[rows], t.error[rows]) for key, t in tables.items()}


BOTH = ("work-style", "service-judgement-a")


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(9)), st.integers(1, 9))
def test_a_fit_does_not_depend_on_who_else_is_there(order, size):
    catalogue = default_catalogue()
    basis, tables = basis_of(catalogue, *BOTH), tables_of(catalogue, BOTH, 9)
    tables["work-style"] = without(tables["work-style"], "empathy", row=4)
    flags = [()] * 9
    whole = assemble(basis, tables, flags)
    rows = list(order)[:size]
    some = assemble(basis, part_of(tables, rows), flags[:size])
    np.testing.assert_allclose(some.fit, whole.fit[rows], rtol=0, atol=1e-12)
    np.testing.assert_allclose(some.error, whole.error[rows], rtol=0, atol=1e-12)
    np.testing.assert_allclose(some.coverage, whole.coverage[rows], rtol=0, atol=1e-12)


def test_contributions_in_shown_points_sum_to_the_fit_less_50(shipped):
    tables = tables_of(shipped, BOTH, 40)
    found = assemble(basis_of(shipped, *BOTH), tables, [()] * 40)
    np.testing.assert_allclose(found.contributions.sum(axis=1), found.fit - 50, atol=1e-9)


def test_coverage_counts_half_a_weight_where_one_of_two_parts_is_there(shipped):
    tables = tables_of(shipped, BOTH, 2)
    tables["work-style"] = without(tables["work-style"], "empathy", "even_keel")
    found = assemble(basis_of(shipped, *BOTH), tables, [()] * 2)
    assert found.coverage[1] == pytest.approx(1.0)
    assert found.coverage[0] == pytest.approx(1 - 0.16 / 2 - 0.15 / 2)
    assert found.flags[0] == ("EMP:one_part_missing", "REG:one_part_missing")
    assert found.flags[1] == ()


def test_a_work_style_battery_has_partial_evidence_on_four_competencies(shipped):
    basis = basis_of(shipped, "work-style")
    four = [COMPETENCIES.index(code) for code in ("EMP", "REG", "OWN", "INT")]
    assert basis.demand.partial
    assert basis.demand.evidenced == ("EMP", "REG", "OWN", "INT")
    assert basis.demand.coverage == pytest.approx(WEIGHTS[four].sum() / 2)
    used = basis.demand.weights
    np.testing.assert_allclose(used[four], WEIGHTS[four] / WEIGHTS[four].sum())
    assert used.sum() == pytest.approx(1)
    assert np.count_nonzero(used) == 4
    # Nobody is flagged for what the battery does not ask.
    found = assemble(basis, tables_of(shipped, ("work-style",), 3), [()] * 3)
    assert found.flags == ((), (), ())
    assert found.ranked.all()


def test_a_whole_battery_has_full_evidence(shipped):
    demand = basis_of(shipped, *BOTH).demand
    assert demand.coverage == pytest.approx(1.0)
    assert not demand.partial
    np.testing.assert_array_equal(demand.weights, WEIGHTS)


def test_a_battery_without_evidence_on_the_demand_is_refused(shipped):
    guidance_alone = np.eye(7)[COMPETENCIES.index("GUI")]
    reference = np.array(shipped.reference.matrix)
    battery = [shipped.instrument("work-style")]
    with pytest.raises(Invalid):
        make_basis(battery, shipped.competencies, guidance_alone, reference)


def test_a_form_that_is_not_scorable_leaves_the_person_unranked(shipped):
    tables = tables_of(shipped, BOTH, 3)
    tables["service-judgement-a"] = without(tables["service-judgement-a"])
    found = assemble(basis_of(shipped, *BOTH), tables, [("total:not_scorable",), (), ()])
    assert found.ranked.tolist() == [False, True, True]
    assert np.isnan(found.fit[0])
    assert np.isnan(found.contributions[0]).all()
    assert found.flags[0].count("total:not_scorable") == 1
    assert "GUI:not_measured" in found.flags[0]
    assert np.isfinite(found.table.mean[0, 0])  # the rating part is kept as evidence


def test_one_sided_answers_leave_the_person_unranked(shipped):
    tables = tables_of(shipped, BOTH, 3)
    found = assemble(basis_of(shipped, *BOTH), tables, [(), ("work-style:one_sided",), ()])
    assert found.ranked.tolist() == [True, False, True]
    assert np.isnan(found.fit[1])
    assert found.flags[1] == ("work-style:one_sided",)
    assert np.isfinite(found.table.mean[1]).all()  # the scores are kept as evidence


def test_one_sided_answers_to_what_counts_for_nothing_change_nothing(shipped):
    keys = (*BOTH, "service-recovery")
    tables = tables_of(shipped, keys, 2)
    flags = [("service-recovery:one_sided",), ()]
    assert assemble(basis_of(shipped, *keys), tables, flags).ranked.all()


def test_a_form_that_was_never_answered_lowers_the_coverage_alone(shipped):
    tables = tables_of(shipped, BOTH, 3)
    tables["service-judgement-a"] = without(tables["service-judgement-a"])
    found = assemble(basis_of(shipped, *BOTH), tables, [(), (), ()])
    assert found.ranked.all()
    four = [COMPETENCIES.index(code) for code in ("EMP", "REG", "OWN", "INT")]
    assert found.coverage[0] == pytest.approx(WEIGHTS[four].sum() / 2)
    assert found.coverage[1] == pytest.approx(1)
    assert "GUI:not_measured" in found.flags[0]
    assert "total:not_scorable" not in found.flags[0]


def test_somebody_with_nothing_measured_is_unranked(shipped):
    tables = tables_of(shipped, ("work-style",), 2)
    tables["work-style"] = without(tables["work-style"])
    found = assemble(basis_of(shipped, "work-style"), tables, [(), ()])
    assert found.ranked.tolist() == [False, True]
    assert found.flags[0][-1] == "fit:nothing_measured"
    assert found.coverage[0] == 0


def test_a_skipped_scale_widens_the_error(shipped):
    tables = tables_of(shipped, BOTH, 1)
    basis = basis_of(shipped, *BOTH)
    whole = assemble(basis, tables, [()])
    less = dict(tables, **{"work-style": without(tables["work-style"], "dependability")})
    assert assemble(basis, less, [()]).error[0] > whole.error[0]


def test_people_of_different_coverage_never_share_a_band(shipped):
    tables = tables_of(shipped, BOTH, 60)
    for row in range(0, 60, 3):
        tables["work-style"] = without(tables["work-style"], "empathy", row=row)
    found = assemble(basis_of(shipped, *BOTH), tables, [()] * 60)
    band = place(found, 10, seed=1).band
    for number in np.unique(band):
        assert len(set(np.round(found.coverage[band == number], 9))) == 1
    assert (band > 0).all()


def test_what_is_provisional_for_everybody_is_no_flag_of_a_person(shipped):
    tables = tables_of(shipped, BOTH, 1)
    found = assemble(basis_of(shipped, *BOTH), tables, [("steadiness:provisional",)])
    assert found.flags == ((),)
