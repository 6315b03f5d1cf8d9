"""One person's fits to several jobs: those of a ranking, and what is surely different."""

import numpy as np
import pytest

from assess.selection.fit_across import fits_across
from assess.selection.preview import standing
from tests.selection.matrices import WEIGHTS, drawn, taken

JOBS = np.array([WEIGHTS, [0, 0.5, 0, 0, 0, 0.5, 0], WEIGHTS[::-1]])


def test_each_fit_is_that_of_a_ranking_and_errors_of_leads_match_drawn_answers():
    pool = drawn(12, missing=0)
    person = taken(pool, [2])
    found = fits_across(person, JOBS)
    for job, row in enumerate(JOBS):
        alone = standing(pool, row)
        assert (found.fit[job], found.error[job]) == (
            pytest.approx(alone.fit[2]), pytest.approx(alone.error[2]),
        )  # fmt: skip
    assert found.coverage == pytest.approx(1)
    S = np.outer(person.shared[0], person.shared[0]) * person.error_correlation
    np.fill_diagonal(S, person.error[0] ** 2)
    truths = np.random.default_rng(1).multivariate_normal(person.mean[0], S, 100_000)
    shown = np.column_stack(
        [10 * truths @ w / np.sqrt(w @ person.reference_correlation @ w)
         for w in JOBS / JOBS.sum(axis=1, keepdims=True)]
    )  # fmt: skip
    for a, b in ((0, 1), (1, 2), (0, 2)):
        apart = shown[:, a] - shown[:, b]
        assert apart.std() == pytest.approx(found.lead_error[a, b], rel=0.02)
        assert apart.mean() == pytest.approx(found.lead[a, b], abs=0.1)
        assert found.lead_error[a, b] < np.hypot(found.error[a], found.error[b])


def test_only_a_lead_beyond_its_own_error_is_higher_and_a_job_leads_itself_nowhere():
    pool = drawn(12, missing=0, error=(0.1, 0.1))
    pool.mean[0] = [0, 2, 0, 0, 0, 2, 0]
    found = fits_across(taken(pool, [0]), np.vstack([JOBS, JOBS[:1]]))
    assert found.higher[1, 0]
    assert not found.higher[0, 1]
    assert not found.higher[[0, 3, 0], [3, 0, 0]].any()
    vague = fits_across(taken(drawn(12, missing=0, error=(5, 5)), [0]), JOBS)
    assert not vague.higher.any()


def test_what_a_job_asks_and_nobody_measured_lowers_its_coverage_alone():
    person = taken(drawn(12, missing=0), [2])
    person.mean[0, 5] = person.error[0, 5] = person.shared[0, 5] = np.nan
    person.parts[0, 5] = 0
    assert fits_across(person, JOBS).coverage == pytest.approx([0.91, 0.5, 1 - WEIGHTS[1]])


def test_somebody_unranked_has_no_fit_and_two_people_are_refused():
    unranked = fits_across(taken(drawn(12), [5]), JOBS)
    assert np.isnan(unranked.fit).all()
    assert not unranked.higher.any()
    assert fits_across(taken(drawn(3), [0]), np.empty((0, 7))).lead.shape == (0, 0)
    with pytest.raises(ValueError, match="do not fit"):
        fits_across(drawn(2), JOBS)
    with pytest.raises(ValueError, match="positive sum"):
        fits_across(taken(drawn(3), [0]), np.zeros((1, 7)))
