"""A pool's score matrix: previews of it say what the ranking says."""

import numpy as np
import pytest

from assess.rankings.assembly import assemble, make_basis, place
from assess.rankings.score_matrix import score_matrix
from assess.selection.preview import consequence, standing
from tests.rankings.test_assembly import BOTH, WEIGHTS, tables_of, without

OTHER = np.array([0.05, 0.25, 0.10, 0.10, 0.10, 0.25, 0.15])


def basis_of(catalogue, weights, keys):
    battery = [catalogue.instrument(key) for key in keys]
    reference = np.array(catalogue.reference.matrix)
    return make_basis(battery, catalogue.competencies, weights, reference)


@pytest.mark.parametrize("keys", [BOTH, BOTH[:1], BOTH[1:]])
@pytest.mark.parametrize("n", [30, 2_500])
def test_a_preview_says_what_the_ranking_says_under_either_weights(shipped, keys, n):
    """The long way: assembled and ranked twice, simulated below 2,000 people, else analytic."""
    tables, flags, seats = tables_of(shipped, keys, n), [()] * n, 12
    tables[keys[0]] = without(tables[keys[0]], tables[keys[0]].scales[0], row=4)
    flags[7] = ("total:not_scorable",)
    pool = score_matrix(basis_of(shipped, WEIGHTS, keys), tables, flags)
    ranks, standings = [], []
    for weights in (WEIGHTS, OTHER):
        basis = basis_of(shipped, weights, keys)
        assembly, found = assemble(basis, tables, flags), standing(pool, weights)
        np.testing.assert_allclose(found.fit, assembly.fit, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.error, assembly.error, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.weights, basis.demand.weights, atol=1e-12)
        assert found.coverage == pytest.approx(assembly.coverage[assembly.ranked].mean())
        assert found.partial == basis.demand.partial
        ranks.append(place(assembly, seats, seed=1).rank)
        standings.append(found)
    tops = [set(np.flatnonzero((rank > 0) & (rank <= seats))) for rank in ranks]
    told = consequence(pool, *standings, seats)
    assert set(told.moved_in) == tops[1] - tops[0]
    assert set(told.moved_out) == tops[0] - tops[1]
    assert told.totals.changed == len(tops[1] - tops[0]) > 0
