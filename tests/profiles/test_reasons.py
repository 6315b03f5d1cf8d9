"""Reasons of exports find their call drivers, in four languages and with typing errors."""

import pytest

from assess.instruments.catalogue import WithOwnDrivers, default_catalogue
from assess.instruments.model import CallDriver
from assess.profiles.reasons import NOT_CUSTOMER, suggest_drivers
from assess.selection.demand import COMPETENCIES
from tests.profiles.exports import REASONS

BANK = default_catalogue()


@pytest.mark.parametrize(
    ("driver", "reason"),
    [
        *((driver, reason) for driver, reasons in REASONS.items() for reason in reasons),
        ("delivery", "Pengiriman terlambat"), ("delivery", "LATE_DELIVERY-02"),
        ("returns", "RET: refund of order"), ("returns", "Pengembalian dana"),
        ("technical", "Tech support"), ("technical", "Panne internet technique"),
        ("fraud", "FRAUDE"), ("schedule", "Rendez-vous"), ("sales", "New order"),
        ("cancel", "Pembatalan"), ("cancel", "Dar de baja"), ("outage", "Outage or mass incident"),
        ("rude", "Complaint about rude staff"), ("schedule", "schedule"),
        (NOT_CUSTOMER, "Test call"), (NOT_CUSTOMER, "Wrong number"),
        (NOT_CUSTOMER, "Salah sambung"),
    ],
)  # fmt: skip
def test_a_reason_finds_its_driver(driver, reason):
    found = suggest_drivers([reason], BANK, {})
    assert found[reason].driver == driver
    assert 78 <= found[reason].likeness <= 100


@pytest.mark.parametrize("reason", ["ZZ-917", "12", "Misc", "Other", "", "n/a"])
def test_what_is_like_nothing_gets_no_suggestion(reason):
    assert suggest_drivers([reason], BANK, {}) == {}


def test_what_somebody_decided_before_goes_first_while_the_driver_exists():
    found = suggest_drivers(
        ["Order  STATUS", "Misc", "Refund"],
        BANK,
        {"order status": "sales", "misc": NOT_CUSTOMER, "refund": "gone"},
    )
    assert {reason: one.driver for reason, one in found.items()} == {
        "Order  STATUS": "sales", "Misc": NOT_CUSTOMER, "Refund": "returns",
    }  # fmt: skip
    assert [one.remembered for one in found.values()] == [True, True, False]


def test_an_own_driver_is_found_by_its_title():
    own = CallDriver(
        "meter", "Meter reading", 2, dict.fromkeys(COMPETENCIES, 2), dict.fromkeys("DISC", 50)
    )
    bank = WithOwnDrivers(BANK, {"meter": own})
    assert suggest_drivers(["meter readings"], bank, {})["meter readings"].driver == "meter"
