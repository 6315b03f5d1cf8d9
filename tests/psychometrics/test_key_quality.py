"""Key quality: intraclass correlations of print, agreement beside chance, what is dropped."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.psychometrics.key_quality import agreement_of, key_quality

NAN = np.nan

# Options (targets) are rows in print; experts (judges) come first here.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
).T

panels = st.integers(2, 6).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(1, 5), min_size=k, max_size=k), min_size=3, max_size=12
    ).filter(lambda options: len({rating for option in options for rating in option}) > 1)
)


def test_the_intraclass_correlations_of_print():
    """Shrout & Fleiss (1979), Psychol. Bulletin 86(2), table 4: ICC(2,1) .29, ICC(2,4) .62."""
    found = agreement_of(SHROUT_FLEISS)
    assert (found.single, found.mean) == pytest.approx((0.29, 0.62), abs=0.005)
    assert (found.options, found.experts) == (6, 4)


def test_the_intervals_are_those_of_psych():
    """R's psych::ICC on the same ratings: .019 to .76 for one judge, .071 to .93 for the mean."""
    found = agreement_of(SHROUT_FLEISS)
    assert (found.single_low, found.single_high) == pytest.approx((0.019, 0.76), abs=0.005)
    assert (found.mean_low, found.mean_high) == pytest.approx((0.071, 0.93), abs=0.005)


def test_the_mean_squares_of_print_give_them():
    """The same paper's table 3: BMS 11.24, JMS 32.49, EMS 1.02, put in by hand."""
    between, judges, error, k, n = 11.24, 32.49, 1.02, 4, 6
    single = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    mean = (between - error) / (between + (judges - error) / n)
    found = agreement_of(SHROUT_FLEISS)
    assert (found.single, found.mean) == pytest.approx((single, mean), abs=5e-4)


@given(panel=panels)
def test_the_mean_of_k_is_one_expert_stepped_up(panel):
    """Spearman and Brown, and no interval without its estimate inside."""
    ratings = np.array(panel, float).T
    k = len(ratings)
    found = agreement_of(ratings)
    if 1 + (k - 1) * found.single > 0.05:
        assert found.mean == pytest.approx(k * found.single / (1 + (k - 1) * found.single))
    if found.single > 0.05 and not np.isnan(found.single_low):
        assert found.single_low <= found.single <= found.single_high


@given(panel=panels, seed=st.integers(0, 2**32 - 1))
def test_the_order_of_experts_and_options_changes_nothing(panel, seed):
    ratings, rng = np.array(panel, float).T, np.random.default_rng(seed)
    experts, options = (rng.permutation(size) for size in ratings.shape)
    plain, turned = key_quality(ratings), key_quality(ratings[np.ix_(experts, options)])
    for name in ("key", "sd", "rwg"):
        np.testing.assert_allclose(getattr(turned, name), getattr(plain, name)[options], atol=1e-9)
    assert turned.kept.tolist() == plain.kept[options].tolist()
    assert turned.agreement.mean == pytest.approx(plain.agreement.mean, nan_ok=True)
    assert turned.flags == plain.flags


def test_experts_who_agree_agree_wholly():
    found = key_quality(np.tile([1.0, 5, 3, 2], (6, 1)))
    assert (found.agreement.single, found.agreement.mean) == (1, 1)
    assert np.isnan([found.agreement.single_low, found.agreement.mean_high]).all()
    assert found.rwg.tolist() == [1, 1, 1, 1]
    assert found.key.tolist() == [1, 5, 3, 2]
    assert found.flags == ()


def test_options_that_differ_less_than_experts_disagree_have_no_agreement():
    """Both coefficients of the first; of the second the equations have no meaning at all."""
    crossed = agreement_of(np.array([[1.0, 1, 2], [2, 2, 1]]))
    assert crossed.single == pytest.approx(-2)
    assert np.isnan([crossed.single_low, crossed.single_high, crossed.mean_low]).all()
    opposed = key_quality(np.array([[1.0, 5], [5, 1]]))
    assert np.isnan([opposed.agreement.single, opposed.agreement.mean]).all()
    assert "low-agreement" in opposed.flags


def test_an_expert_who_rates_all_higher_disagrees():
    """Absolute agreement, not consistency: the shift counts."""
    ratings = np.array([[1.0, 2, 3, 4], [2, 3, 4, 5]])
    assert agreement_of(ratings).single == pytest.approx((10 / 3) / (10 / 3 + 2 * 2 / 4))


def test_within_group_agreement_by_hand():
    """Five answers spread evenly have variance 2; 1 - s^2 / 2 with s^2 of n - 1.

    James, Demaree & Wolf (1984), J. Applied Psychology 69(1): s^2 above 2 is no agreement, 0.
    """
    ratings = np.array([[4.0, 1, 1], [4, 2, 5], [5, 3, 1], [5, 4, 5]])
    found = key_quality(ratings)
    assert found.rwg == pytest.approx([1 - (1 / 3) / 2, 1 - (5 / 3) / 2, 0])
    seven = key_quality(ratings, high=7)
    assert seven.rwg == pytest.approx([1 - (1 / 3) / 4, 1 - (5 / 3) / 4, 0])


def test_options_whose_spread_is_over_one_are_dropped_and_exactly_one_is_kept():
    ratings = np.array([[2.0, 1, 4], [3, 3, 4], [4, 5, 5]])
    found = key_quality(ratings)
    assert found.sd == pytest.approx([1, 2, 3**-0.5])
    assert found.kept.tolist() == [True, False, True]
    assert found.key == pytest.approx([3, 3, 13 / 3])
    assert found.flags == ("few-experts", "low-agreement", "dropped-options")


def test_a_rating_not_given_is_missing_not_zero():
    ratings = np.array([[2.0, 4, 5, 1], [NAN, 4, 5, 1], [NAN, 5, 4, 2], [NAN] * 4])
    found = key_quality(ratings)
    assert found.raters.tolist() == [1, 3, 3, 3]
    assert found.key == pytest.approx([2, 13 / 3, 14 / 3, 4 / 3])
    assert np.isnan([found.sd[0], found.rwg[0]]).all()
    assert found.kept.tolist() == [False, True, True, True]
    assert (found.agreement.options, found.agreement.experts) == (3, 3)
    assert found.agreement.mean == pytest.approx(agreement_of(ratings[:3, 1:]).mean)
    assert "incomplete" in found.flags


def test_without_two_options_rated_by_all_there_is_no_correlation():
    found = key_quality(np.array([[2.0, NAN, 4], [NAN, 3, 4]]))
    assert np.isnan([found.agreement.single, found.agreement.mean]).all()
    assert (found.agreement.options, found.agreement.experts) == (1, 2)
    assert "low-agreement" in found.flags


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([[1.0, 2]], "at least 2 experts"),
        ([[1.0, 2], [NAN, NAN]], "at least 2 experts"),
        ([1.0, 2], "experts x options"),
        ([[1.0, 2], [3, 6]], "outside 1..5"),
        ([[1.0, NAN], [3, NAN]], "option 1 was rated by nobody"),
        ([[3.0, 3], [3, 3]], "the same rating"),
    ],
)
def test_ratings_that_make_no_key_are_refused_in_words(ratings, words):
    with pytest.raises(ValueError, match=words):
        key_quality(np.array(ratings))


def test_impossible_ranges_levels_and_gaps_are_refused():
    with pytest.raises(ValueError, match="leave no choice"):
        key_quality(SHROUT_FLEISS, low=3, high=3)
    with pytest.raises(ValueError, match="level"):
        agreement_of(SHROUT_FLEISS, level=1.0)
    with pytest.raises(ValueError, match="complete"):
        agreement_of(np.array([[1.0, NAN], [2, 3]]))
