"""Intervals of counted contacts, and how far records may move an emotional load."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from assess.selection.contact_counts import Signal, adjusted_load, mean_interval, share_interval

LOAD = np.array([4.0, 3.0, 1.0, 5.0])


def rates(n, mean):
    n, mean = np.array(n, float), np.array(mean, float)
    whole = n @ mean / n.sum()
    return Signal(n, mean, float(np.sqrt(whole * (1 - whole))))


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_scipys_wilson(case):
    count, n = case
    wanted = binomtest(count, n).proportion_ci(method="wilson")
    assert share_interval(np.array([count]), n)[0] == pytest.approx(tuple(wanted), abs=1e-9)


def test_the_published_wilson_interval_comes_out():
    """Newcombe 1998, Statistics in Medicine 17, table I, method 3: 81 of 263, 15 of 148, 0 of 20,
    1 of 29."""
    for count, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        assert share_interval(np.array([count]), n)[0] == pytest.approx((low, high), abs=5e-5)


def test_counts_that_make_no_share_are_refused():
    for count, n in (([-1], 5), ([6], 5), ([0], 0)):
        with pytest.raises(ValueError, match="counts from 0 to n"):
            share_interval(np.array(count), n)


def test_the_interval_of_a_mean_covers_as_often_as_it_says():
    rng = np.random.default_rng(3)
    times = rng.lognormal(1.5, 0.6, (2000, 400))
    found = mean_interval(np.full(2000, 400.0), times.sum(1), (times**2).sum(1))
    covered = ((found[:, 0] <= np.exp(1.68)) & (np.exp(1.68) <= found[:, 1])).mean()
    assert 0.93 < covered < 0.965


def test_a_mean_of_one_contact_has_no_interval():
    assert np.isnan(mean_interval(np.array([1.0]), np.array([4.0]), np.array([16.0]))).all()


def test_a_brand_that_differs_as_the_catalogue_says_moves_next_to_nothing():
    found = adjusted_load(LOAD, [rates([10_000] * 4, 0.02 + 0.06 * LOAD)])
    assert found == pytest.approx(LOAD, abs=0.01)


def test_a_brand_whose_calm_driver_is_hot_moves_towards_it_by_at_most_a_point():
    found = adjusted_load(LOAD, [rates([50_000] * 4, [0.1, 0.1, 0.5, 0.1])])
    assert found[2] == pytest.approx(2.0)
    assert (np.abs(found - LOAD) <= 1 + 1e-12).all()


def test_few_contacts_hardly_move_it():
    """As the weights do: 50 of 550 are one part in eleven."""
    many, few = (
        adjusted_load(LOAD, [rates([n] * 4, [0.30, 0.30, 0.30 + d, 0.30])])
        for n, d in ((10**9, 0.12), (50, 0.6))
    )
    assert abs(few[2] - LOAD[2]) < 0.5 < abs(many[2] - LOAD[2])


@pytest.mark.parametrize(
    "signals",
    [
        [],
        [rates([10**6] * 4, [0.100, 0.101, 0.103, 0.100])],  # sure, and far too small
        [rates([30] * 4, [0.10, 0.13, 0.07, 0.10])],  # chance alone
        [rates([900, 900, 0, 0], [0.1, 0.4, 0, 0])],  # two drivers are no pattern
        [rates([900] * 4, [0, 0, 0, 0])],
    ],
)
def test_what_says_nothing_moves_nothing(signals):
    assert (adjusted_load(LOAD, signals) == LOAD).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 5)), min_size=1, max_size=12
    )
)
def test_a_load_stays_on_its_scale_and_within_a_point(rows):
    n, mean, load = (np.array(column, float) for column in zip(*rows, strict=True))
    if not n.sum():
        return
    found = adjusted_load(load, [rates(n, mean)])
    assert ((found >= 0) & (found <= 5)).all()
    assert (np.abs(found - load) <= 1 + 1e-9).all()
