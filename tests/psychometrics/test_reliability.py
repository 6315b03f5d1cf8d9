"""Alpha, omega and their kin agree with print and with R psych, and refuse what has no answer."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assess.psychometrics.factor import minres, oblimin, schmid_leiman
from assess.psychometrics.moments import correlation, item_moments
from assess.psychometrics.reliability import (
    alpha_of,
    composite_reliability,
    cronbach_alpha,
    item_rest_correlations,
    omega_hierarchical,
    omega_one_factor,
    reliability_from,
    scale_reliability,
    stratified_alpha,
    stratified_alpha_of,
)
from tests.published import public_answers as public

NAN = np.nan
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
point_tables = arrays(
    float, st.tuples(st.integers(6, 20), st.just(4)), elements=st.sampled_from([1.0, 2.0, 3.0])
)


def one_factor(loadings):
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_alpha_is_the_published_icc_3k():
    """Shrout & Fleiss (1979), Psychol. Bulletin 86(2): ICC(3,4) = .91, which equals alpha."""
    assert cronbach_alpha(SHROUT_FLEISS) == pytest.approx(0.91, abs=0.005)


def test_a_person_with_a_blank_does_not_change_alpha():
    blank = np.vstack([SHROUT_FLEISS, [1, NAN, 9, 9]])
    assert cronbach_alpha(blank) == pytest.approx(cronbach_alpha(SHROUT_FLEISS), abs=1e-12)


@pytest.mark.parametrize(
    "points",
    [np.ones((5, 3)), SHROUT_FLEISS[:1], SHROUT_FLEISS[:, :1], np.empty((0, 4)), np.ones(4)],
)
def test_alpha_refuses_what_does_not_vary(points):
    with pytest.raises(ValueError, match=r"alpha needs|covariances need|persons x items"):
        cronbach_alpha(points)


@given(point_tables, st.integers(1, 5))
def test_moments_of_chunks_are_the_moments_of_the_whole(points, cut):
    points = points.copy()
    points[0, 0] = NAN
    centre = np.full(4, 2.0)
    whole = item_moments(points, centre)
    parts = item_moments(points[:cut], centre) + item_moments(points[cut:], centre)
    assert (parts.persons, parts.complete) == (whole.persons, whole.complete)
    np.testing.assert_array_equal(parts.covariance(), whole.covariance())
    np.testing.assert_array_equal(parts.pairwise_covariance(), whole.pairwise_covariance())
    assert parts.averages() == pytest.approx(whole.averages(), abs=1e-12)


def test_moments_about_different_centres_cannot_be_joined():
    with pytest.raises(ValueError, match="different centres"):
        item_moments(SHROUT_FLEISS) + item_moments(SHROUT_FLEISS, np.ones(4))
    with pytest.raises(ValueError, match="does not fit"):
        item_moments(SHROUT_FLEISS, np.ones(3))


def test_moments_say_when_there_is_too_little():
    blank = item_moments(np.full((3, 2), NAN))
    with pytest.raises(ValueError, match="nobody"):
        _ = blank.mean
    with pytest.raises(ValueError, match="2\\+ persons"):
        blank.covariance()
    with pytest.raises(ValueError, match="2\\+ persons"):
        blank.averages()
    with pytest.raises(ValueError, match="pair of items"):
        blank.pairwise_covariance()


def test_pairwise_covariances_rest_on_the_people_who_answered_both():
    points = np.array([[1, 2], [2, 4], [3, 5], [4, NAN], [NAN, 1]], float)
    expected = np.cov(points[:3], rowvar=False)[0, 1]
    assert item_moments(points).pairwise_covariance()[0, 1] == pytest.approx(expected)
    assert item_moments(points).pairwise_covariance()[0, 0] == pytest.approx(5 / 3)


def test_omega_of_one_perfect_factor_is_known():
    """With loadings .8, .7, .6, .5 it is (sum of loadings)^2 / sum of the correlations."""
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    matrix = one_factor(loadings)
    found = omega_one_factor(matrix)
    assert found.loadings == pytest.approx(loadings, abs=1e-5)
    assert found.total == pytest.approx(loadings.sum() ** 2 / matrix.sum(), abs=1e-6)
    assert not found.improper


def test_a_schmid_leiman_structure_is_found_again():
    """A perfect second-order structure: omega hierarchical is known in closed form."""
    pattern = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6]]))
    second = np.array([0.9, 0.8, 0.7])
    between = one_factor(second)
    matrix = pattern @ between @ pattern.T
    np.fill_diagonal(matrix, 1.0)
    general = pattern @ second
    found = schmid_leiman(matrix)
    assert found.general == pytest.approx(general, abs=1e-3)
    assert not found.heywood
    omega = omega_hierarchical(matrix)
    assert omega.hierarchical == pytest.approx(general.sum() ** 2 / matrix.sum(), abs=1e-3)
    uniqueness = 1 - (pattern**2).sum(axis=1)
    assert omega.total == pytest.approx(1 - uniqueness.sum() / matrix.sum(), abs=1e-5)


def test_two_group_factors_load_alike_on_the_general_one():
    pattern = np.kron(np.eye(2), np.array([[0.8], [0.7], [0.6]]))
    matrix = pattern @ np.array([[1, 0.49], [0.49, 1]]) @ pattern.T
    np.fill_diagonal(matrix, 1.0)
    assert schmid_leiman(matrix, 2).general == pytest.approx(0.7 * pattern.sum(axis=1), abs=1e-3)


def test_factors_are_refused_when_they_cannot_be_told_apart():
    with pytest.raises(ValueError, match="cannot tell"):
        minres(one_factor(np.array([0.8, 0.7, 0.6, 0.5])), 3)
    with pytest.raises(ValueError, match="2\\+ group factors"):
        schmid_leiman(one_factor(np.full(6, 0.7)), 1)


def test_a_correlation_matrix_that_cannot_be_is_refused():
    impossible = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    with pytest.raises(ValueError, match="not positive definite"):
        omega_one_factor(impossible)
    with pytest.raises(ValueError, match="square"):
        correlation(np.ones((2, 3)))
    with pytest.raises(ValueError, match="symmetric"):
        correlation(np.array([[1, 0.2], [0.3, 1]]))
    with pytest.raises(ValueError, match="item 1 does not vary"):
        correlation(np.diag([1.0, 0.0]))


def test_a_rotation_leaves_the_common_part_as_it_was():
    loadings = np.array([[0.7, 0.3], [0.6, 0.4], [0.6, -0.4], [0.7, -0.3]])
    pattern, between = oblimin(loadings)
    np.testing.assert_allclose(pattern @ between @ pattern.T, loadings @ loadings.T, atol=1e-9)
    assert np.diag(between) == pytest.approx([1, 1])
    assert (np.abs(pattern).min(axis=1) < 0.1).all()
    assert (np.abs(pattern).max(axis=1) > 0.7).all()


def test_items_that_go_against_the_rest_correlate_below_zero_with_it():
    covariance = np.array([[1, 0.5, -0.4], [0.5, 1, -0.3], [-0.4, -0.3, 1]])
    found = item_rest_correlations(covariance)
    assert found[2] == pytest.approx(-0.7 / np.sqrt(3))
    assert np.isnan(item_rest_correlations(np.diag([1.0, 0.0]))[1])


def test_the_strata_of_one_scale_give_back_its_alpha():
    assert stratified_alpha(SHROUT_FLEISS, np.zeros(4, int)) == pytest.approx(
        cronbach_alpha(SHROUT_FLEISS)
    )
    with pytest.raises(ValueError, match="do not fit"):
        stratified_alpha(SHROUT_FLEISS, np.zeros(3, int))
    with pytest.raises(ValueError, match="alpha needs"):
        stratified_alpha(SHROUT_FLEISS, np.array([0, 0, 0, 1]))
    cancelling = np.kron(np.array([[1, -1], [-1, 1]]), np.array([[1, 0.5], [0.5, 1]]))
    with pytest.raises(ValueError, match="total that varies"):
        stratified_alpha_of(cancelling, np.array([0, 0, 1, 1]))


def test_a_composite_of_perfect_scores_is_perfect_and_correlation_helps():
    two = np.ones(2)
    assert composite_reliability(two, two, two, np.eye(2)) == 1
    apart = composite_reliability(two, two, 0.6 * two, np.eye(2))
    together = composite_reliability(two, two, 0.6 * two, one_factor(np.full(2, 0.7)))
    assert apart == pytest.approx(0.6)
    assert together == pytest.approx(1 - 2 * 0.4 / (2 + 2 * 0.49))


@pytest.mark.parametrize(
    ("weights", "sds", "reliabilities", "r", "why"),
    [
        ([1, 1], [1, 1], [0.5, 1.2], 0.0, "from 0 to 1"),
        ([1, 1], [1, 0], [0.5, 0.5], 0.0, "positive"),
        ([1], [1, 1], [0.5, 0.5], 0.0, "do not fit"),
        ([1, 1], [1, 1], [0.5, 0.5], 1.0, "positive definite"),
        ([0, 0], [1, 1], [0.5, 0.5], 0.0, "does not vary"),
    ],
)
def test_an_impossible_composite_is_refused(weights, sds, reliabilities, r, why):
    with pytest.raises(ValueError, match=why):
        composite_reliability(weights, sds, reliabilities, np.array([[1, r], [r, 1]]))


def test_too_few_people_or_items_are_refused_and_small_scales_have_no_groups():
    with pytest.raises(ValueError, match="3\\+ persons"):
        scale_reliability(SHROUT_FLEISS[:2])
    with pytest.raises(ValueError, match="does not vary"):
        scale_reliability(np.column_stack([SHROUT_FLEISS, np.ones(6)]))
    with pytest.raises(ValueError, match="persons x items"):
        scale_reliability(np.ones(3))
    small = scale_reliability(SHROUT_FLEISS)
    assert small.omega is not None
    assert small.omega_groups is None
    assert scale_reliability(SHROUT_FLEISS[:, :2]).omega is None


def test_a_scale_with_an_item_twice_says_why_it_has_no_omega():
    rng = np.random.default_rng(1)
    points = rng.integers(1, 6, (50, 4)).astype(float)
    found = scale_reliability(np.column_stack([points, points[:, 0]]))
    assert found.omega is None
    assert np.isnan(found.lambda6)
    assert any("not positive definite" in note for note in found.notes)


def test_a_pair_nobody_answered_together_has_no_pairwise_alpha():
    rng = np.random.default_rng(2)
    points = rng.normal(size=(30, 3)) + rng.normal(size=(30, 1))
    moments = item_moments(points)
    broken = reliability_from(type(moments)(**{**moments.__dict__, "pair_count": np.eye(3) * 30}))
    assert np.isnan(broken.alpha_pairwise)
    assert "no pairwise alpha" in broken.notes[0]
    assert broken.alpha == pytest.approx(alpha_of(np.cov(points, rowvar=False)))


@pytest.mark.parametrize("name", ["EMP", "RES", "D", "I", "S", "C", "EMP9", "RES8"])
def test_two_thousand_people_have_the_reliabilities_of_psych(reference_data: Path, name):
    """R psych 2.2.9 alpha() and omega() on 2,000 answers to the SAPA inventory."""
    one = public.instrument("spi-eight")
    given = public.answers(reference_data / "spi_public.csv", one)
    theirs = public.figures(reference_data)["public"]["ctt"]["scales"][name]
    found = scale_reliability(public.points(one, given)[name])
    assert found.alpha == pytest.approx(theirs["alpha"], abs=1e-10)
    assert found.alpha_pairwise == pytest.approx(theirs["alpha"], abs=1e-10)
    assert found.alpha_standardised == pytest.approx(theirs["std_alpha"], abs=1e-10)
    assert found.lambda6 == pytest.approx(theirs["G6"], abs=1e-10)
    assert found.mean_correlation == pytest.approx(theirs["mean_interitem_r"], abs=1e-10)
    assert found.mean == pytest.approx(theirs["mean"], abs=1e-9)
    assert found.sd == pytest.approx(theirs["sd"], abs=1e-9)
    assert found.sem == pytest.approx(theirs["sem"], abs=1e-10)
    assert found.item_rest == pytest.approx(list(theirs["item_rest_r"].values()), abs=1e-10)
    assert found.omega is not None
    assert found.omega.total == pytest.approx(theirs["omega_total_1f"], abs=1e-7)
    if theirs["omega_total_3f"] is None:
        assert found.omega_groups is None
        return
    assert found.omega_groups is not None
    # Their optimiser and rotation stop at about 1e-5.
    assert found.omega_groups.total == pytest.approx(theirs["omega_total_3f"], abs=5e-5)
    assert found.omega_groups.hierarchical == pytest.approx(theirs["omega_h_3f"], abs=5e-5)


def test_the_27_scales_have_the_reliabilities_of_psych(reference_data: Path):
    one = public.instrument("spi-27")
    given = public.answers(reference_data / "spi_public.csv", one)
    theirs = public.figures(reference_data)["public"]["ctt"]["spi_original_scales"]
    for name, points in public.points(one, given).items():
        found = scale_reliability(points)
        assert found.alpha == pytest.approx(theirs[name]["alpha"], abs=1e-10)
        assert found.omega is not None
        assert found.omega.total == pytest.approx(theirs[name]["omega_total_1f"], abs=1e-6)


def test_facets_and_composites_have_their_reference_reliability(reference_data: Path):
    """Stratified alpha of 13 items in three facets; the equal-weight composite of two scales."""
    one = public.instrument("spi-eight")
    given = public.answers(reference_data / "spi_public.csv", one)
    every = public.figures(reference_data)["public"]
    points = public.points(one, given)
    facets = np.repeat([0, 1, 2], [5, 3, 5])
    assert stratified_alpha(points["RES"], facets) == pytest.approx(
        every["extra"]["RES_stratified_alpha_sum13"], abs=1e-12
    )
    ctt = every["ctt"]
    alphas = np.array([ctt["scales"][name]["alpha"] for name in ("EMP", "RES")])
    r = ctt["cor_six"]["EMP"]["RES"]
    assert composite_reliability(
        np.ones(2), np.ones(2), alphas, np.array([[1, r], [r, 1]])
    ) == pytest.approx(every["extra"]["composite_reliability_equal_weight"], abs=1e-9)


@pytest.mark.parametrize(
    "name", ["agree", "conscientious", "extraversion", "neuroticism", "openness"]
)
def test_blanks_are_left_out_or_taken_pair_by_pair_as_psych_does(reference_data: Path, name):
    """R psych 2.2.9 on 1,400 people with 273 blanks."""
    one = public.instrument("bfi")
    given = public.answers(reference_data / "bfi_public.csv", one)
    every = public.figures(reference_data)["public"]["bfi"]
    theirs, points = every["scales"][name], public.points(one, given)[name]
    found = scale_reliability(points)
    assert (found.persons, found.complete) == (1400, theirs["n_complete"])
    assert found.alpha == pytest.approx(theirs["alpha_complete"], abs=1e-10)
    assert found.alpha_pairwise == pytest.approx(theirs["alpha_pairwise"], abs=1e-10)
    assert found.mean_answered == pytest.approx(theirs["mean"], abs=1e-9)
    assert found.sd_answered == pytest.approx(theirs["sd"], abs=1e-9)
    filled = np.where(np.isnan(points), np.nanmedian(points, axis=0), points)
    assert cronbach_alpha(filled) == pytest.approx(
        every["alpha_scoreItems_median_imputed"][name], abs=1e-10
    )


def test_a_missed_answer_written_as_zero_is_missing(reference_data: Path):
    """Ten thousand people, 0 = missed: every scale has a reliability between .7 and .95."""
    one = public.instrument("big5")
    given = public.answers(reference_data / "big5_public.csv", one, missing=("", "NA", "0"))
    for points in public.points(one, given).values():
        found = scale_reliability(points)
        assert 0.7 < found.alpha < 0.95
        assert found.complete <= found.persons == 9859
        assert found.omega is not None
        assert found.omega.total > found.alpha - 0.02
