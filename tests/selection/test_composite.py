"""Two parts to an index, seven indices to a fit: the equations, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.selection.composite import (
    NOT_MEASURED,
    ONE_PART_MISSING,
    combine_parts,
    contrast_error,
    coverage,
    evidenced_weights,
    fit,
    single_part,
    weights_in_use,
)

NAN = float("nan")
EVEN = np.full(7, 1 / 7)
ONE = np.eye(7)


def correlated(r):
    return np.full((7, 7), r) + (1 - r) * np.eye(7)


def people(n=4, seed=1):
    rng = np.random.default_rng(seed)
    error = rng.uniform(0.3, 0.8, (n, 7))
    return rng.normal(size=(n, 7)), error, error * rng.uniform(0, 1, (n, 7))


def test_an_index_is_half_of_each_part_brought_to_unit_variance():
    index = combine_parts(
        np.array([1.0]), np.array([0.6]), np.array([0.5]), np.array([0.4]), r=0.30
    )
    assert index.mean[0] == pytest.approx(0.75 / np.sqrt(0.65))
    assert index.error[0] == pytest.approx(0.5 * np.sqrt(0.36 + 0.16) / np.sqrt(0.65))
    assert index.shared[0] == pytest.approx(0.3 / np.sqrt(0.65))
    assert (index.parts[0], index.flags[0]) == (2, ())


def test_a_missing_part_is_predicted_and_widens_the_error():
    judgement_only = combine_parts(
        np.array([1.0]), np.array([0.6]), np.array([NAN]), np.array([NAN]), r=0.30
    )
    variance = 0.25 * (1.3**2 * 0.36 + 1 - 0.09)
    assert judgement_only.mean[0] == pytest.approx(0.65 / np.sqrt(0.65))
    assert judgement_only.error[0] == pytest.approx(np.sqrt(variance / 0.65))
    assert judgement_only.shared[0] == pytest.approx(0.65 * 0.6 / np.sqrt(0.65))
    assert (judgement_only.parts[0], judgement_only.flags[0]) == (1, (ONE_PART_MISSING,))


def test_only_the_judgement_part_shares_error_with_other_competencies():
    rating_only = combine_parts(
        np.array([NAN]), np.array([NAN]), np.array([1.0]), np.array([0.6]), r=0.30
    )
    assert rating_only.mean[0] == pytest.approx(0.65 / np.sqrt(0.65))
    assert rating_only.shared[0] == 0
    assert rating_only.parts[0] == 1


def test_no_part_gives_no_index_and_never_a_score_of_zero():
    index = combine_parts(*(np.array([NAN]) for _ in range(4)))
    assert np.isnan(index.mean[0])
    assert np.isnan(index.error[0])
    assert (index.parts[0], index.flags[0]) == (0, (NOT_MEASURED,))
    alone = single_part(np.array([NAN, 0.4]), np.array([NAN, 0.7]))
    assert np.isnan(alone.mean[0])
    assert alone.flags == ((NOT_MEASURED,), ())
    assert alone.shared.tolist() == [0, 0.7]
    assert alone.parts.tolist() == [0, 1]


@given(r=st.floats(0, 1), missing=st.booleans())
def test_an_index_that_knows_nothing_has_the_references_own_spread(r, missing):
    """Parts with error 1 carry no news: the index must then have variance 1.

    With both parts that holds when their errors are as independent as the equation says (r = 0).
    """
    part2 = np.array([NAN]) if missing else np.array([0.0])
    index = combine_parts(
        np.array([0.0]), np.array([1.0]), part2, part2 + 1, r=r if missing else 0.0
    )
    assert index.error[0] == pytest.approx(1)


@given(m=st.floats(0.1, 3), s=st.floats(0.1, 0.9), r=st.floats(0.05, 0.9))
def test_skipping_a_part_as_good_as_the_other_never_pays(m, s, r):
    """A person equally good on both parts keeps less when one of them is left out."""
    given_both = combine_parts(np.array([m]), np.array([s]), np.array([m]), np.array([s]), r=r)
    skipped = combine_parts(np.array([m]), np.array([s]), np.array([NAN]), np.array([NAN]), r=r)
    assert skipped.mean[0] < given_both.mean[0]
    assert skipped.error[0] > given_both.error[0]


def test_coverage_counts_half_a_weight_for_one_of_two_parts():
    weights = np.array([0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1])
    possible = np.array([2, 2, 2, 1, 2, 1, 1])
    parts = np.array([possible, [1, 2, 0, 1, 2, 0, 1], np.zeros(7, int)])
    assert coverage(weights, parts, possible) == pytest.approx([1.0, 0.6, 0.0])


def test_evidenced_weights_keep_their_proportions():
    weights = np.array([0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1])
    kept = evidenced_weights(weights, np.array([True, True, False, True, False, False, False]))
    assert kept == pytest.approx([0.4, 0.4, 0, 0.2, 0, 0, 0])
    with pytest.raises(ValueError, match="no competency"):
        evidenced_weights(weights, np.zeros(7, bool))


def test_contributions_sum_to_the_fit():
    mean, error, shared = people(200)
    result = fit(mean, error, shared, EVEN, correlated(0.2), correlated(0.3))
    assert np.abs(result.contributions.sum(axis=1) - result.fit).max() < 1e-12
    assert result.contributions == pytest.approx(mean / 7)


def test_the_error_is_that_of_the_whole_covariance_matrix():
    mean, error, shared = people()
    weights = np.arange(1, 8) / 28
    P = correlated(0.25)
    result = fit(mean, error, shared, weights, P, ONE)
    for person in range(len(mean)):
        Sigma = np.outer(shared[person], shared[person]) * P
        np.fill_diagonal(Sigma, error[person] ** 2)
        assert result.error[person] == pytest.approx(np.sqrt(weights @ Sigma @ weights))


def test_ignoring_correlated_errors_would_understate_the_error():
    mean, error, _ = people(1)
    apart = fit(mean, error, error, EVEN, ONE, ONE).error[0]
    together = fit(mean, error, error, EVEN, correlated(0.15), ONE).error[0]
    assert together > 1.2 * apart


def test_the_fit_is_shown_in_units_of_the_reference_composite():
    mean, error, shared = people(1)
    result = fit(mean, error, shared, EVEN, ONE, correlated(0.3))
    assert result.sd_ref == pytest.approx(np.sqrt((1 + 6 * 0.3) / 7))
    assert result.scaled[0] == pytest.approx(50 + 10 * result.fit[0] / result.sd_ref)
    assert result.scaled_error[0] == pytest.approx(10 * result.error[0] / result.sd_ref)


def test_a_competency_not_measured_enters_at_zero_with_error_one():
    mean, error, shared = people(1)
    filled = tuple(a.copy() for a in (mean, error, shared))
    for values, unknown in zip(filled, (0.0, 1.0, 0.0), strict=True):
        values[0, 3] = unknown
    for values in (mean, error, shared):
        values[0, 3] = NAN
    left_out = fit(mean, error, shared, EVEN, correlated(0.2), ONE)
    stated = fit(*filled, EVEN, correlated(0.2), ONE)
    assert left_out.fit == pytest.approx(stated.fit)
    assert left_out.error == pytest.approx(stated.error)
    assert left_out.contributions[0, 3] == 0


def test_a_person_without_evidence_has_no_fit():
    mean, error, shared = people(2)
    mean[0], error[0], shared[0] = NAN, NAN, NAN
    result = fit(mean, error, shared, EVEN, ONE, ONE)
    for values in (result.fit, result.error, result.scaled, result.scaled_error):
        assert np.isnan(values[0])
        assert np.isfinite(values[1])
    only_unweighted = np.array([0, 1, 0, 0, 0, 0, 0.0])
    mean[1, 1] = NAN
    assert np.isnan(fit(mean, error, shared, only_unweighted, ONE, ONE).fit).all()


@given(order=st.permutations(range(6)))
def test_a_fit_does_not_depend_on_who_else_is_scored(order):
    mean, error, shared = people(6)
    whole = fit(mean, error, shared, EVEN, correlated(0.2), correlated(0.3))
    chosen = list(order)[:3]
    part = fit(mean[chosen], error[chosen], shared[chosen], EVEN, correlated(0.2), correlated(0.3))
    assert part.scaled == pytest.approx(whole.scaled[chosen], abs=1e-12)
    assert part.error == pytest.approx(whole.error[chosen], abs=1e-12)


scores_or_gaps = st.lists(st.one_of(st.just(NAN), st.floats(-3, 3)), min_size=6, max_size=6).map(
    np.array
)


@given(m1=scores_or_gaps, m2=scores_or_gaps, order=st.permutations(range(6)))
def test_an_index_does_not_depend_on_who_else_is_scored(m1, m2, order):
    """Permuted, split and alone, to the last digit; so does the coverage not."""
    s1, s2 = np.where(np.isnan(m1), NAN, 0.6), np.where(np.isnan(m2), NAN, 0.4)
    whole, alone = combine_parts(m1, s1, m2, s2), single_part(m1, s1)
    covered = coverage(EVEN, np.tile(whole.parts[:, None], 7), np.full(7, 2))
    for chosen in (list(order), list(order)[:2], list(order)[2:], list(order)[:1]):
        part = combine_parts(m1[chosen], s1[chosen], m2[chosen], s2[chosen])
        single = single_part(m1[chosen], s1[chosen])
        for name in ("mean", "error", "shared", "parts"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[chosen])
            np.testing.assert_array_equal(getattr(single, name), getattr(alone, name)[chosen])
        assert part.flags == tuple(whole.flags[person] for person in chosen)
        parts = np.tile(part.parts[:, None], 7)
        np.testing.assert_allclose(coverage(EVEN, parts, np.full(7, 2)), covered[chosen])


def test_weights_under_which_the_reference_does_not_vary_are_refused():
    opposed = np.eye(7)
    opposed[0, 1] = opposed[1, 0] = -1
    weights = np.array([0.5, 0.5, 0, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="does not vary"):
        fit(*people(), weights, ONE, opposed)
    with pytest.raises(ValueError, match="measured has shape"):
        evidenced_weights(EVEN, np.ones(6, bool))


def test_the_same_scores_have_the_same_fit_to_the_last_digit_wherever_they_stand():
    """Or two people who answered alike would not share a rank."""
    mean, error, shared = (np.vstack([a] * 700) for a in people(9))
    mean[4::9, 2] = error[4::9, 2] = shared[4::9, 2] = NAN
    mean[5::9] = error[5::9] = shared[5::9] = NAN
    weights, P = np.arange(1, 8) / 28, correlated(0.2)
    whole = fit(mean, error, shared, weights, P, ONE)
    few = fit(mean[:9], error[:9], shared[:9], weights, P, ONE)
    for name in ("fit", "error", "scaled", "scaled_error", "contributions"):
        repeated = np.concatenate([getattr(few, name)] * 700)
        np.testing.assert_array_equal(getattr(whole, name), repeated)
        for person in range(9):
            rows = slice(person, person + 1)
            alone = fit(mean[rows], error[rows], shared[rows], weights, P, ONE)
            np.testing.assert_array_equal(getattr(alone, name), getattr(few, name)[rows])


@given(order=st.permutations(range(7)))
def test_the_names_and_order_of_competencies_change_no_fit(order):
    """Relabelled: scores, weights and both matrices turned the same way."""
    mean, error, shared = people(5)
    mean[1, 4] = NAN
    weights = np.arange(1, 8) / 28
    apart = np.abs(np.subtract.outer(np.arange(7), np.arange(7)))
    P, R, turned = 0.3**apart, 0.5**apart, np.array(order)
    plain = fit(mean, error, shared, weights, P, R)
    both = np.ix_(turned, turned)
    relabelled = fit(
        mean[:, turned], error[:, turned], shared[:, turned], weights[turned], P[both], R[both]
    )
    for name in ("fit", "error", "scaled", "scaled_error"):
        assert getattr(relabelled, name) == pytest.approx(getattr(plain, name), abs=1e-12)
    assert relabelled.contributions == pytest.approx(plain.contributions[:, turned], abs=1e-12)


def test_the_arrays_given_are_left_as_they_were():
    given_arrays = people(1)
    before = [a.copy() for a in given_arrays]
    fit(*given_arrays, EVEN, correlated(0.2), ONE)
    for now, then in zip(given_arrays, before, strict=True):
        assert now.tolist() == then.tolist()


def test_nobody_at_all_has_no_fit():
    nobody = np.zeros((0, 7))
    assert fit(nobody, nobody, nobody, EVEN, ONE, ONE).fit.shape == (0,)


IMPOSSIBLE = np.eye(7)
IMPOSSIBLE[0, 1] = IMPOSSIBLE[1, 0] = 0.9
IMPOSSIBLE[0, 2] = IMPOSSIBLE[2, 0] = 0.9
IMPOSSIBLE[1, 2] = IMPOSSIBLE[2, 1] = -0.9


@pytest.mark.parametrize(
    ("place", "values", "words"),
    [
        (3, np.full(7, 0.2), "weights must sum to 1"),
        (3, np.array([-0.5, 1.5, 0, 0, 0, 0, 0]), "none negative"),
        (4, IMPOSSIBLE, "error correlation is not positive semidefinite"),
        (5, IMPOSSIBLE, "reference correlation is not positive semidefinite"),
        (4, np.eye(6), "must be 7 x 7"),
        (4, 2 * np.eye(7), "ones on its diagonal"),
        (5, np.eye(7) + np.eye(7, k=1) * 0.1, "symmetric"),
        (0, np.zeros((4, 6)), "shapes must agree"),
        (1, np.ones((3, 7)), "shapes must agree"),
        (2, np.full((4, 7), 5.0), "shared error"),
        (1, np.full((4, 7), NAN), "needs its error"),
    ],
)
def test_faulty_input_is_refused_in_words(place, values, words):
    figures = [*people(), EVEN, correlated(0.2), correlated(0.3)]
    figures[place] = values
    with pytest.raises(ValueError, match=words):
        fit(*figures)


@pytest.mark.parametrize(
    ("m", "s", "words"),
    [
        ([0.5, 0.1], [0.5], "one shape"),
        ([0.5], [NAN], "finite mean and an error"),
        ([0.5], [-0.1], "finite mean and an error"),
        ([float("inf")], [0.1], "finite mean and an error"),
    ],
)
def test_a_score_without_its_error_is_refused(m, s, words):
    with pytest.raises(ValueError, match=words):
        single_part(np.array(m), np.array(s))


def test_parts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="more parts"):
        coverage(EVEN, np.full((1, 7), 2), np.ones(7, int))
    with pytest.raises(ValueError, match="1 or 2"):
        coverage(EVEN, np.ones((1, 7), int), np.zeros(7, int))
    with pytest.raises(ValueError, match="persons"):
        combine_parts(np.zeros(2), np.ones(2), np.zeros(1), np.ones(1))
    with pytest.raises(ValueError, match="correlation of the parts"):
        combine_parts(np.zeros(1), np.ones(1), np.zeros(1), np.ones(1), r=-0.2)


def test_the_error_of_a_contrast_is_that_of_the_whole_covariance_matrix():
    """Negative and not summing to 1; a score that is missing enters with error 1, alone."""
    mean, error, shared = people(6)
    mean[2, 3] = error[2, 3] = shared[2, 3] = NAN
    contrast = np.array([0.4, -0.3, 0.0, 0.2, -0.1, 0.3, -0.2])
    found = contrast_error(mean, error, shared, contrast, correlated(0.2))
    for person in range(6):
        own, common = np.nan_to_num(error[person], nan=1.0), np.nan_to_num(shared[person])
        S = np.outer(common, common) * 0.2
        np.fill_diagonal(S, own**2)
        assert found[person] == pytest.approx(np.sqrt(contrast @ S @ contrast))
    alike = contrast_error(mean, error, shared, EVEN, correlated(0.2))
    assert alike.tolist() == fit(mean, error, shared, EVEN, correlated(0.2), ONE).error.tolist()


def test_below_six_tenths_of_the_profile_only_what_is_measured_counts():
    possible = np.array([2, 2, 1, 1, 1, 1, 1])
    used, share = weights_in_use(EVEN, np.array([2, 1, 1, 1, 0, 0, 0]), possible)
    assert share == pytest.approx(3.5 / 7)
    assert used == pytest.approx([0.25, 0.25, 0.25, 0.25, 0, 0, 0])
    used, share = weights_in_use(EVEN, np.array([2, 1, 1, 1, 1, 0, 0]), possible)
    assert share == pytest.approx(4.5 / 7)
    assert used.tolist() == EVEN.tolist()
