"""How often a fit's interval holds the true fit when competencies go together."""

import numpy as np
import pytest

from assess.selection.composite import combine_parts, fit, single_part
from assess.selection.demand import COMPETENCIES, ONET_PRIOR

PEOPLE, TWO_PARTS, RATED = 40_000, (0, 1, 2, 4), 0.85


@pytest.mark.parametrize(("together", "held"), [(True, 0.81), (False, 0.93)])
def test_an_interval_of_the_fit_holds_about_eight_of_ten_where_competencies_go_together(
    shipped, together, held
):
    norm = shipped.instrument("service-judgement-a").norm
    rho = np.array([norm.competencies[code].reliability for code in COMPETENCIES])
    shared = np.array(norm.error_correlation)
    reference = np.array(shipped.reference.matrix)
    rng = np.random.default_rng(5)
    both = np.kron([[1, 0.3], [0.3, 1]], reference if together else np.eye(7))
    true = rng.multivariate_normal(np.zeros(14), both, size=PEOPLE)
    judged, rated = true[:, :7], true[:, 7:]
    noise = rng.multivariate_normal(np.zeros(7), shared, size=PEOPLE)
    m1 = rho * judged + np.sqrt(rho * (1 - rho)) * noise
    m2 = RATED * rated + np.sqrt(RATED * (1 - RATED)) * rng.standard_normal((PEOPLE, 7))
    s1 = np.broadcast_to(np.sqrt(1 - rho), m1.shape)
    s2 = np.full(PEOPLE, np.sqrt(1 - RATED))
    indices = [
        combine_parts(m1[:, c], s1[:, c], m2[:, c], s2)
        if c in TWO_PARTS
        else single_part(m1[:, c], s1[:, c])
        for c in range(7)
    ]
    columns = [[getattr(one, name) for one in indices] for name in ("mean", "error", "shared")]
    found = fit(*map(np.column_stack, columns), ONET_PRIOR, shared, reference)
    whole = np.where(np.isin(range(7), TWO_PARTS), (judged + rated) / 2 / np.sqrt(0.65), judged)
    inside = np.abs(whole @ ONET_PRIOR - found.fit) < 1.645 * found.error
    assert inside.mean() == pytest.approx(held, abs=0.02)
