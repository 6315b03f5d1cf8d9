"""A mix from counted contacts: what counts, its intervals, and what it demands."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.profiles.mix import demand_of
from assess.profiles.reasons import NOT_CUSTOMER
from assess.profiles.record_document import cells_document, cells_of, choices_document, choices_of
from assess.profiles.record_mix import Choices, machines, mix_from_records, reason_lines
from assess.profiles.record_queries import mix_drift
from assess.profiles.record_reading import MEASURES, Cell
from assess.profiles.service import profile_digest
from assess.selection.demand import COMPETENCIES

BANK = default_catalogue()
#: The worked examples of the demand model, as (driver, share, minutes), and their weights.
MIX_A = [("delivery", 35, 7), ("returns", 25, 6), ("defect", 10, 8), ("status", 20, 3),
         ("cancel", 10, 9)]  # fmt: skip
MIX_B = [("status", 50, 3), ("schedule", 30, 4), ("sales", 20, 8)]


def cell(reason, n, minutes=5.0, *, month=202601, channel="", live="", timed=None, **more) -> Cell:
    timed = n if timed is None else timed
    sums = {"n": n, "timed": timed, "minutes": timed * minutes, "squares": timed * minutes**2 * 1.2,
            **more}  # fmt: skip
    return Cell(month, reason, channel, live, tuple(float(sums.get(m, 0)) for m in MEASURES))


def as_is(cells, **more) -> Choices:
    return Choices({c.reason: c.reason for c in cells if c.reason}, **more)


@pytest.mark.parametrize(
    ("rows", "weights"),
    [
        (MIX_A, [0.148, 0.142, 0.180, 0.146, 0.170, 0.090, 0.124]),
        (MIX_B, [0.098, 0.098, 0.157, 0.158, 0.215, 0.059, 0.215]),
    ],
)
def test_the_worked_examples_hold_from_records_to_weights(rows, weights):
    cells = [cell(driver, share * 10**7, minutes) for driver, share, minutes in rows]
    found = mix_from_records(cells, as_is(cells), BANK)
    assert np.round(demand_of(BANK, found.mix).weights, 3).tolist() == weights


def test_five_hundred_contacts_lean_half_on_the_prior():
    small = [cell(driver, 5 * share, minutes) for driver, share, minutes in MIX_A]
    large = [cell(driver, share * 10**7, minutes) for driver, share, minutes in MIX_A]
    half, whole = (
        demand_of(BANK, mix_from_records(c, as_is(c), BANK).mix).weights for c in (small, large)
    )
    prior = np.array(BANK.prior.weights) / sum(BANK.prior.weights)
    assert half == pytest.approx((whole + prior) / 2, abs=1e-6)


def test_what_does_not_count_is_told_apart():
    cells = [
        cell("delivery", 60, 4), cell("delivery", 40, 6, month=202602),
        cell("status", 100, 2, live="bot"), cell("status", 50, 2, channel="IVR"),
        cell("status", 20, 2, month=0), cell("misc", 30, 8), cell("", 10, 2),
        cell("test", 5, 1), cell("status", 20, 2),
    ]  # fmt: skip
    choices = Choices(
        {"delivery": "delivery", "status": "status", "test": NOT_CUSTOMER},
        channels_out=frozenset({"IVR"}), lives_out=frozenset({"bot"}), period=(202601, 202601),
    )  # fmt: skip
    found = mix_from_records(cells, choices, BANK)
    assert [(line.driver, line.n) for line in found.lines] == [("delivery", 60), ("status", 20)]
    assert found.n == found.mix.n_contacts == 80
    assert (found.unmapped.n, found.not_customer.n) == (40, 5)
    assert found.unmapped.share == pytest.approx(40 / 125)
    assert found.unmapped.time_share == pytest.approx(260 / (240 + 260 + 5 + 40))
    assert (found.not_live, found.other_months, found.unknown_month) == (150, 60, 20)
    assert reason_lines(cells, choices)[0].reason == "delivery"


def test_a_driver_without_times_borrows_the_mean_and_says_so():
    cells = [cell("delivery", 50, 4), cell("status", 50, 8), cell("sales", 10, timed=0)]
    lines = {line.driver: line for line in mix_from_records(cells, as_is(cells), BANK).lines}
    assert lines["sales"].borrowed
    assert lines["sales"].minutes == pytest.approx(6)
    assert lines["sales"].minutes_interval is None
    low, high = lines["status"].minutes_interval
    assert low < 8 < high


def test_heat_moves_the_load_only_when_it_is_taken():
    hot = {"escalation_known": 10_000}
    yes = {"delivery": 1000, "billing": 1000, "status": 6000, "sales": 900}
    cells = [cell(driver, 10_000, escalated=n, **hot) for driver, n in yes.items()]
    shown, taken = (
        mix_from_records(cells, as_is(cells, adjusted=flag), BANK) for flag in (False, True)
    )
    status = next(line for line in shown.lines if line.driver == "status")
    assert (status.load, status.own_load) == (1, 2)
    assert status.escalated == pytest.approx(0.6)
    assert shown.mix.emotional_load is None
    assert taken.mix.emotional_load["status"] == 2
    assert (
        demand_of(BANK, taken.mix).load_share[[d.code for d in taken.mix.drivers].index("status")]
        > demand_of(BANK, shown.mix).load_share[[d.code for d in shown.mix.drivers].index("status")]
    )


@pytest.mark.parametrize(
    ("cells", "choices", "what"),
    [
        ([cell("a", 5)], Choices({}), "none of the contacts"),
        ([cell("a", 5)], Choices({"a": "weather"}), "no call driver weather"),
        ([cell("a", 5, timed=0)], Choices({"a": "status"}), "none of these contacts has a time"),
        ([cell("a", 5, live="x")], Choices({"a": "status"}, lives_out=frozenset("x")), "none of"),
    ],
)
def test_choices_that_leave_nothing_are_refused(cells, choices, what):
    with pytest.raises(Invalid, match=what):
        mix_from_records(cells, choices, BANK)


def test_machines_are_known_by_their_names():
    kinds = ["Voice", "Chatbot", "IVR", "agent", "Self-service", "no", "FALSE", "yes", "", "Abbot"]
    assert machines(kinds) == {"Chatbot", "IVR", "Self-service", "no", "FALSE"}


rows = st.lists(
    st.builds(
        lambda driver, n, minutes, hot: cell(
            driver, n, minutes, escalation_known=n, escalated=round(hot * n)
        ),
        st.sampled_from(sorted(BANK.call_drivers)),
        st.integers(1, 10**5),
        st.floats(0.5, 60),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.reason,
)


@given(rows, st.booleans(), st.randoms(use_true_random=False))
def test_weights_sum_to_one_and_the_order_of_rows_changes_nothing(cells, adjusted, rng):
    choices = as_is(cells, adjusted=adjusted)
    found = mix_from_records(cells, choices, BANK)
    assert demand_of(BANK, found.mix).weights.sum() == pytest.approx(1)
    assert sum(line.share for line in found.lines) == pytest.approx(1)
    shuffled = list(cells)
    rng.shuffle(shuffled)
    again = mix_from_records(shuffled, choices, BANK)
    assert profile_digest(BANK, again.mix) == profile_digest(BANK, found.mix)
    for line in found.lines:
        assert line.share_interval[0] <= line.share <= line.share_interval[1]


@given(rows, st.integers(0, 11), st.floats(1.1, 5))
def test_more_of_a_driver_asks_more_of_what_it_asks_most(cells, which, factor):
    """Monotone: the load-weighted demand moves towards the driver's own ratings."""
    place = which % len(cells)
    grown = list(cells)
    one = cells[place]
    grown[place] = replace(one, measures=tuple(m * factor for m in one.measures))
    before, after = (
        demand_of(BANK, mix_from_records(c, as_is(c), BANK).mix).demand for c in (cells, grown)
    )
    own = np.array(list(BANK.call_drivers[one.reason].ratings.values()))
    assert (np.abs(after - own) <= np.abs(before - own) + 1e-4).all()


@given(rows, st.sampled_from(COMPETENCIES), st.integers(0, 11), st.floats(0.1, 2))
def test_a_weight_grows_with_each_drivers_demand(cells, competency, which, more):
    """Rating a driver higher on one competency never lowers that competency's weight."""
    mix = mix_from_records(cells, as_is(cells), BANK).mix
    driver = BANK.call_drivers[cells[which % len(cells)].reason]
    raised = min(driver.ratings[competency] + more, 5)
    rated = replace(driver, ratings={**driver.ratings, competency: raised})

    class Rated(Catalogue):
        call_drivers = {**BANK.call_drivers, driver.code: rated}  # noqa: RUF012

    before = demand_of(BANK, mix).weights
    after = demand_of(Rated(BANK.folder), mix).weights
    place = COMPETENCIES.index(competency)
    assert after[place] >= before[place] - 1e-12
    assert after.sum() == pytest.approx(1)


@given(rows)
def test_documents_give_back_what_they_were_made_of(cells):
    assert cells_of(cells_document(cells)) == cells
    choices = as_is(cells, period=(202601, 202603), lives_out=frozenset({"bot"}), adjusted=True)
    assert choices_of(choices_document(choices)) == choices


def test_a_mix_set_by_hand_drifts_as_if_five_hundred_contacts():
    cells = [cell("delivery", 5000), cell("status", 5000)]
    records = mix_from_records(cells, as_is(cells), BANK)
    mix = mix_from_records([cell("delivery", 9), cell("sales", 1)], Choices(
        {"delivery": "delivery", "sales": "sales"}), BANK).mix  # fmt: skip
    found, shares = mix_drift(mix, records)
    assert not found.enough
    by_hand = type(mix)(mix.drivers, None)
    found, shares = mix_drift(by_hand, records)
    assert found.enough
    assert found.moved
    assert {code: (before, after) for code, before, after in shares} == {
        "delivery": (0.9, 0.5), "status": (0.0, 0.5), "sales": (0.1, 0.0),
    }  # fmt: skip
