"""When a contact mix has moved: the test, the effect, and the verdict of both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association

from assess.selection.drift import drift

counts = st.lists(st.tuples(st.integers(20, 5000), st.integers(20, 5000)), min_size=2, max_size=12)


def test_a_published_table_comes_out():
    """Agresti 2007, An Introduction to Categorical Data Analysis, 2.4.4: gender and party,
    X2 = 30.1 with 2 degrees of freedom, P < .0001."""
    found = drift(np.array([762, 327, 468]), np.array([484, 239, 477]))
    assert (round(found.chi_square, 1), found.freedom) == (30.1, 2)
    assert found.p < 0.0001


@given(counts)
def test_it_is_scipys_test_where_no_cell_is_thin(rows):
    before, after = np.array(rows, float).T
    table = np.stack((before, after))
    wanted = chi2_contingency(table, correction=False)
    if wanted.expected_freq.min() < 5:
        return
    found = drift(before, after)
    assert found.chi_square == pytest.approx(wanted.statistic, rel=1e-9, abs=1e-9)
    assert found.p == pytest.approx(wanted.pvalue, rel=1e-6, abs=1e-12)
    assert found.freedom == wanted.dof


@given(st.lists(st.integers(5, 400), min_size=2, max_size=8).flatmap(
    lambda one: st.tuples(st.just(one), st.permutations(one))
))  # fmt: skip
def test_at_equal_size_the_effect_is_cramers_v(pair):
    before, after = (np.array(one) for one in pair)
    wanted = association(np.stack((before, after)), method="cramer")
    assert drift(before, after).effect == pytest.approx(wanted, abs=1e-9)


def test_a_great_number_alone_alarms_nobody():
    before = np.array([0.35, 0.25, 0.20, 0.20]) * 10**6
    after = np.array([0.355, 0.247, 0.20, 0.198]) * 10**6
    found = drift(before, after)
    assert found.p < 1e-6
    assert not found.moved


def test_a_real_move_is_told_whatever_the_sizes():
    before, after = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.25, 0.5])
    for n in (500, 10**6):
        assert drift(500 * before, n * after).moved
    assert drift(500 * before, 500 * after).effect == drift(500 * before, 10**6 * after).effect


def test_few_contacts_say_nothing():
    found = drift(np.array([40, 10]), np.array([10, 900]))
    assert not found.enough
    assert not found.moved


def test_a_driver_that_is_new_and_thin_ones_are_counted_too():
    found = drift(np.array([500, 300, 0, 2, 1, 0]), np.array([500, 100, 200, 1, 0, 0]))
    assert found.moved
    assert found.freedom == 3


@pytest.mark.parametrize(
    ("before", "after"), [([1, 2], [1, 2, 3]), ([0, 0], [1, 2]), ([1, -1], [1, 2]), ([1], [0])]
)
def test_what_is_no_sample_is_refused(before, after):
    with pytest.raises(ValueError, match=r"shapes|contacts"):
        drift(np.array(before), np.array(after))
