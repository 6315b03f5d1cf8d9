"""Selection utility agrees with the printed tables and with iopsych and psych."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.selection.utility import (
    expectancy_table,
    expected_success,
    mean_selected_score,
    success_ratio,
    unrestricted_validity,
    utility,
    wilson_interval,
)

open_share = st.floats(0.02, 0.98)


@pytest.mark.parametrize(
    ("r", "unrestricted", "restricted", "corrected"),
    [(0.33, 100.32, 48.19, 0.5884233), (0.5, 1.5, 0.9, 0.6933752)],
)
def test_case_two_range_restriction(r, unrestricted, restricted, corrected):
    """R psych, rangeCorrection()."""
    assert unrestricted_validity(r, unrestricted, restricted) == pytest.approx(corrected, abs=1e-7)


@pytest.mark.parametrize(
    ("validity", "selection_ratio", "base_rate", "expected"),
    [
        (0.5, 0.5, 0.6, 0.7608728),
        (0.5, 0.3, 0.2, 0.3841574),
        (0.25, 0.1, 0.2, 0.3394),
        (0.35, 0.2, 0.5, 0.696552),
    ],
)
def test_success_ratios_of_other_programs(validity, selection_ratio, base_rate, expected):
    """iopsych 0.90.1 trModel(); the last personnelSelectionUtility, tr_classic()."""
    assert success_ratio(validity, selection_ratio, base_rate) == pytest.approx(
        expected, abs=5e-5 if expected == 0.3394 else 5e-7
    )


def test_the_start_of_the_taylor_russell_tables():
    """Taylor & Russell (1939), base rate .05: validities 0, .05, .10 by eleven ratios."""
    ratios = (0.05, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90, 0.95)
    printed = {
        0.00: [5] * 11,
        0.05: [6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 5],
        0.10: [7, 7, 7, 6, 6, 6, 6, 5, 5, 5, 5],
    }
    for validity, row in printed.items():
        found = [100 * success_ratio(validity, ratio, 0.05) for ratio in ratios]
        # A table of whole percents, some of them rounded by hand in 1939.
        assert found == pytest.approx(row, abs=0.56)


@given(st.floats(-0.99, 0.99), open_share, open_share)
@settings(deadline=None, max_examples=40)
def test_success_grows_with_validity_and_stays_a_share(validity, selection_ratio, base_rate):
    found = success_ratio(validity, selection_ratio, base_rate)
    assert -1e-9 <= found <= 1 + 1e-9
    assert success_ratio(min(validity + 0.01, 1), selection_ratio, base_rate) >= found - 1e-7
    assert success_ratio(0, selection_ratio, base_rate) == pytest.approx(base_rate, abs=1e-8)


def test_a_perfect_score_selects_whoever_succeeds():
    assert success_ratio(1, 0.3, 0.2) == pytest.approx(2 / 3)
    assert success_ratio(1, 0.1, 0.2) == pytest.approx(1)
    assert success_ratio(-1, 0.3, 0.2) == pytest.approx(0)
    assert success_ratio(0.99999, 0.3, 0.2) == pytest.approx(2 / 3, abs=1e-4)


@given(st.floats(-1, 1), open_share, st.integers(1, 10))
@settings(deadline=None, max_examples=40)
def test_expected_bands_average_to_the_base_rate_and_top_is_the_success_ratio(r, base_rate, bands):
    found = expected_success(r, base_rate, bands)
    assert found.mean() == pytest.approx(base_rate, abs=1e-7)
    if bands > 1:
        assert found[-1] == pytest.approx(success_ratio(r, 1 / bands, base_rate), abs=1e-7)


def test_money_of_other_programs():
    """iopsych 0.90.1: ux(), utilityBcg() and utilityB()."""
    assert mean_selected_score(0.6) == pytest.approx(0.6439042, abs=1e-7)
    assert mean_selected_score(0.3) == pytest.approx(1.158975, abs=1e-6)
    assert utility(0.5, 0.3, 10_000) == pytest.approx(5794.877, abs=1e-3)
    adjusted = utility(0.5, 0.3, 10_000, years=4, variable_costs=0.5, tax=0.1, discount=0.02)
    assert adjusted == pytest.approx(9929.394, abs=1e-3)


def test_costs_are_taken_off_after_tax_and_years_add_up():
    plain = utility(0.4, 0.2, 5_000, hired=10, years=3)
    assert plain == pytest.approx(30 * utility(0.4, 0.2, 5_000))
    assert utility(0.4, 0.2, 5_000, hired=10, years=3, cost=1_000) == pytest.approx(plain - 1_000)
    assert utility(0.4, 0.2, 5_000, hired=10, cost=100, tax=0.5) == pytest.approx(
        0.5 * (plain / 3 - 100)
    )


@pytest.mark.parametrize(
    "act",
    [
        lambda: unrestricted_validity(1.1, 1, 1),
        lambda: unrestricted_validity(0.5, 0, 1),
        lambda: mean_selected_score(0),
        lambda: success_ratio(0.5, 1, 0.5),
        lambda: success_ratio(0.5, 0.5, 0),
        lambda: success_ratio(1.5, 0.5, 0.5),
        lambda: expected_success(0.5, 0.5, 0),
        lambda: utility(0.5, 0.3, -1),
        lambda: utility(0.5, 0.3, 1, years=0),
        lambda: utility(0.5, 0.3, 1, tax=2),
        lambda: expectancy_table(np.ones(3), np.ones(4, bool)),
        lambda: expectancy_table(np.ones(9), np.ones(9, bool)),
        lambda: expectancy_table(np.arange(3.0), np.ones(3, bool), 5),
        lambda: wilson_interval(np.array([0]), np.array([0])),
    ],
)
def test_what_cannot_be_is_refused(act):
    with pytest.raises(ValueError, match=r"\w+"):
        act()


def test_wilson_intervals_of_print():
    """Newcombe (1998), Statistics in Medicine 17: 81 of 263, 15 of 148, 0 of 20, 1 of 29, 95 %."""
    good, people = np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29])
    low, high = wilson_interval(good, people, level=0.95)
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_an_observed_table_counts_everybody_once_and_parts_no_ties():
    scores = np.array([1, 1, 1, 2, 2, 3, 4, 5, 5, np.nan])
    good = np.array([0, 0, 1, 0, 1, 1, 1, 1, 1, 1], bool)
    found = expectancy_table(scores, good, 3)
    assert found.people.sum() == 9
    assert found.succeeded.sum() == 6
    assert (found.low[1:] > found.high[:-1]).all()
    assert found.rate == pytest.approx(found.succeeded / found.people)
    assert ((found.rate_low <= found.rate) & (found.rate <= found.rate_high)).all()


def test_observed_bands_come_near_the_expected_ones():
    rng = np.random.default_rng(1)
    score = rng.normal(size=20_000)
    performance = 0.4 * score + np.sqrt(1 - 0.16) * rng.normal(size=20_000)
    found = expectancy_table(score, performance > 0.2, 5)
    base_rate = float((performance > 0.2).mean())
    assert found.rate == pytest.approx(expected_success(0.4, base_rate), abs=0.025)
