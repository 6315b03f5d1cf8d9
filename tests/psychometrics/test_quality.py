"""Response quality agrees with R careless, and flags without changing anything."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assess.psychometrics.mahalanobis import (
    AnswerSpace,
    answer_space,
    empirical_percentile,
    mahalanobis,
)
from assess.psychometrics.quality import (
    QualityCuts,
    even_odd_consistency,
    one_side_share,
    quality_flags,
    quality_indices,
    string_lengths,
    with_distances,
    with_person_fit,
    within_person_variability,
)
from tests.published import public_answers as public

NAN = np.nan
TEN = json.loads((public.INSTRUMENTS.parent / "careless_ten.json").read_text(encoding="utf-8"))
FIVES = [range(start, start + 5) for start in range(0, 50, 5)]
tables = arrays(
    float,
    st.tuples(st.integers(1, 12), st.just(12)),
    elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, NAN]),
)


def test_ten_people_get_the_indices_of_careless():
    """R careless 1.2.2 on its own example data; its even-odd has the sign turned round."""
    answers = np.array(TEN["answers"], float)
    runs = string_lengths(answers)
    assert runs.longest.tolist() == TEN["longest"]
    assert runs.average == pytest.approx(TEN["average"], abs=1e-10)
    assert within_person_variability(answers) == pytest.approx(TEN["variability"], abs=1e-10)
    assert even_odd_consistency(answers, FIVES) == pytest.approx(
        -np.array(TEN["even_odd"]), abs=1e-10
    )


def assert_like(values, theirs):
    """Compare count, moments, quantiles and the first ten with a summary of theirs."""
    known = values[~np.isnan(values)]
    assert known.size == theirs["n"]
    assert known.mean() == pytest.approx(theirs["mean"], abs=1e-9)
    assert known.std(ddof=1) == pytest.approx(theirs["sd"], abs=1e-9)
    at = [float(key.rstrip("%")) / 100 for key in theirs["quantiles"]]
    assert np.quantile(known, at) == pytest.approx(list(theirs["quantiles"].values()), abs=1e-8)
    assert values[:10] == pytest.approx(theirs["first10"], abs=1e-9)


@pytest.mark.parametrize(("name", "size"), [("careless_dataset", 5), ("careless_dataset2", 10)])
def test_the_example_data_of_careless_have_its_indices(reference_data: Path, name, size):
    """R careless 1.2.2: longstring, irv, evenodd (of a data frame) and mahad."""
    table = public.rows(reference_data / f"{name}.csv")
    answers = np.array([[float(cell) for cell in list(row.values())[1:]] for row in table])
    theirs = public.figures(reference_data)["careless_example_data"][name]
    scales = [range(at, at + size) for at in range(0, answers.shape[1], size)]
    runs = string_lengths(answers)
    assert_like(runs.longest.astype(float), theirs["longstr"])
    assert_like(runs.average, theirs["avgstr"])
    assert_like(within_person_variability(answers), theirs["irv"])
    assert_like(-even_odd_consistency(answers, scales), theirs["evenodd_dataframe"])
    assert_like(mahalanobis(answers, answer_space(answers)).squared, theirs["mahad_d_sq"])


def test_two_thousand_real_people_have_the_indices_of_careless(reference_data: Path):
    """R careless 1.2.2 on the SAPA inventory, 135 items in 27 scales."""
    one = public.instrument("spi-27")
    answers = public.answers(reference_data / "spi_public.csv", one)
    theirs = public.figures(reference_data)["public"]["careless"]
    columns = [[one.item_ids.index(item) for item in scale.item_ids] for scale in one.scales]
    turned = answers.copy()
    for scale in one.scales:
        for item, sign in scale.items:
            if sign < 0:
                turned[:, one.item_ids.index(item)] = 7 - turned[:, one.item_ids.index(item)]
    found = quality_indices(answers, turned, columns)
    assert_like(found.longest.astype(float), theirs["longstr"])
    assert_like(found.average, theirs["avgstr"])
    assert_like(found.variability, theirs["irv"])
    assert_like(found.even_odd, theirs["even_odd_consistency_positive"])
    far = mahalanobis(answers, answer_space(answers))
    assert_like(far.squared, theirs["mahad_d_sq"])
    flags = theirs["flags"]
    raised = quality_flags(found, answer_range=5)
    counts = [
        sum(name in one for one in raised)
        for name in ("long_string", "low_variability", "inconsistent")
    ]
    assert counts == [
        flags["longstr_ge_10"],
        flags["irv_lt_0.8"],
        flags["eo_consistency_lt_0.3"],
    ]
    # The chi-squared cut flags honest people by the hundred; the percentile does as it says.
    assert (far.squared > theirs["mahad_cut_999"]).sum() == theirs["mahad_n_flagged_999"] == 262
    percentile = empirical_percentile(far.standard, far.standard)
    assert (percentile > 99).sum() == 20


@settings(max_examples=40)
@given(tables, st.randoms(use_true_random=False))
def test_an_index_depends_on_nobody_else(answers, random):
    order = list(range(len(answers)))
    random.shuffle(order)
    scales = [range(4), range(4, 8), range(8, 12)]
    space = AnswerSpace(np.full(12, 3.0), np.eye(12) + 0.2)
    for index in (
        within_person_variability,
        lambda rows: string_lengths(rows).longest,
        lambda rows: even_odd_consistency(rows, scales),
        lambda rows: mahalanobis(rows, space).squared,
    ):
        whole = index(answers)
        np.testing.assert_allclose(index(answers[order]), whole[order], atol=1e-9)
        np.testing.assert_allclose(index(answers[:1]), whole[:1], atol=1e-9)


def test_a_blank_ends_a_run_and_nothing_answered_has_no_run():
    runs = string_lengths(np.array([[3, 3, NAN, 3, 3, 3], [NAN] * 6, [1, 2, 1, 2, 1, 2]]))
    assert runs.longest.tolist() == [3, 0, 1]
    assert runs.average[[0, 2]].tolist() == [2.5, 1.0]
    assert np.isnan(runs.average[1])


def test_too_few_answers_have_no_variability_and_no_consistency():
    answers = np.array([[3, NAN, NAN, NAN, NAN, NAN], [1, 1, 1, 1, 1, 1]])
    assert np.isnan(within_person_variability(answers)[0])
    assert within_person_variability(answers)[1] == 0
    scales = [(0, 1), (2, 3), (4, 5)]
    assert np.isnan(even_odd_consistency(answers, scales)).all()
    assert np.isnan(even_odd_consistency(np.array([[1.0, 2, 3, 4]]), [(0, 1), (2, 3)])).all()


def test_opposite_halves_are_wholly_inconsistent():
    answers = np.array([[1, 5, 2, 4, 5, 1], [1, 1, 3, 3, 5, 5]], float)
    found = even_odd_consistency(answers, [(0, 1), (2, 3), (4, 5)])
    assert found.tolist() == [-1, 1]


@pytest.mark.parametrize("scales", [[(0,)], [(0, 9)], [(-1, 0)]])
def test_a_scale_that_is_none_is_refused(scales):
    with pytest.raises(ValueError, match="no scale"):
        even_odd_consistency(np.ones((2, 4)), scales)


def test_no_matrix_is_refused():
    for index in (string_lengths, within_person_variability):
        with pytest.raises(ValueError, match="persons x items"):
            index(np.ones(3))


def test_distances_with_blanks_are_those_of_the_items_answered():
    rng = np.random.default_rng(1)
    sample = rng.multivariate_normal(np.zeros(3), np.eye(3) + 0.5, 500)
    space = answer_space(sample)
    part = AnswerSpace(space.mean[[0, 2]], space.covariance[np.ix_([0, 2], [0, 2])])
    blank = np.array([[1.0, NAN, -2.0], [NAN, NAN, NAN]])
    found = mahalanobis(blank, space)
    assert found.squared[0] == pytest.approx(mahalanobis(blank[:1, [0, 2]], part).squared[0])
    assert np.isnan(found.squared[1])
    assert found.answered.tolist() == [2, 0]


def test_the_standard_distance_is_about_normal_whatever_was_answered():
    rng = np.random.default_rng(2)
    space = AnswerSpace(np.zeros(20), np.eye(20))
    for k in (8, 20):
        answers = rng.normal(size=(4000, 20))
        answers[:, k:] = NAN
        found = mahalanobis(answers, space).standard
        assert (found.mean(), found.std()) == pytest.approx((0, 1), abs=0.05)


def test_a_reference_group_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="more than as many"):
        answer_space(np.random.default_rng(1).normal(size=(4, 4)))
    same = np.random.default_rng(1).normal(size=(50, 2))
    with pytest.raises(ValueError, match="not positive definite"):
        answer_space(np.column_stack([same, same.sum(axis=1)]))
    with pytest.raises(ValueError, match="does not vary"):
        answer_space(np.column_stack([same, np.ones(50)]))
    with pytest.raises(ValueError, match="do not fit"):
        mahalanobis(np.ones((2, 3)), answer_space(same))
    with pytest.raises(ValueError, match="mean"):
        AnswerSpace(np.zeros(2), np.eye(3))


def test_an_empirical_percentile_counts_the_reference_at_or_below():
    found = empirical_percentile(np.array([0.0, 2.0, 9.0, NAN]), np.array([1.0, 2, 3, 4, NAN]))
    assert found[:3].tolist() == [0, 50, 100]
    assert np.isnan(found[3])
    with pytest.raises(ValueError, match="reference"):
        empirical_percentile(np.ones(1), np.array([NAN]))


def test_flags_are_names_and_missing_indices_raise_none():
    answers = np.array([[3.0] * 12, [1, 5, 2, 4, 3, 3, 1, 5, 2, 4, 5, 1], [NAN] * 12])
    kept = answers.copy()
    indices = quality_indices(answers, answers, [range(4), range(4, 8), range(8, 12)])
    joined = with_distances(indices, np.array([1.0, 9.0, NAN]), np.array([10.0, 99.5, NAN]))
    joined = with_person_fit(joined, np.array([-4.0, -4.0, NAN]), np.array([1.5, 0.5, NAN]))
    flags = quality_flags(joined, 4)
    assert flags[0] == ("long_string", "low_variability")
    assert flags[1] == ("far_out", "odd_pattern")
    few = QualityCuts(even_odd=0.99, even_odd_scales=3)
    assert "inconsistent" in quality_flags(joined, 4, few)[1]
    assert flags[2] == ()
    none = QualityCuts(
        long_string=None, variability=None, even_odd=None, distance=None, person_fit=None
    )
    assert quality_flags(joined, 4, none) == ((), (), ())
    np.testing.assert_array_equal(answers, kept)
    with pytest.raises(ValueError, match="range"):
        quality_flags(joined, 0)


def test_the_larger_side_is_counted_over_what_was_answered():
    answers = np.array(
        [[7, 6, 5, 1], [1, 2, NAN, NAN], [4, 4, 4, 1], [NAN] * 4, [1, 7, 4, NAN]], float
    )
    found = one_side_share(answers, 4)
    np.testing.assert_allclose(found, [0.75, 1, 0.75, NAN, 1 / 3])


@given(tables)
def test_sides_are_the_same_seen_from_either_end(answers):
    np.testing.assert_array_equal(one_side_share(answers, 3), one_side_share(6 - answers, 3))


def test_sides_need_a_matrix():
    with pytest.raises(ValueError, match="persons x items"):
        one_side_share(np.ones(3), 2)
