"""What may be typed into the forms, and what is said of the rest."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from assess.authoring.models import Source
from assess.authoring.queries import Offer
from assess.campaigns.forms import campaign_form
from assess.campaigns.service import DriverShare
from tests.campaigns.conftest import TODAY, answers


@pytest.fixture(scope="module", name="bare")
def bare_application():
    """Give an application that can do nothing but read a form."""
    app = Flask("forms")
    app.secret_key = "nothing is signed here"
    Babel(app)
    return app


@pytest.fixture
def typed(bare, bank):
    """Give a function that reads an opening form as somebody typed it."""

    def read(**changes):
        with bare.test_request_context(method="POST", data=answers(**changes)):
            offers = [
                Offer(key, bank.instrument(key), Source.SHIPPED)
                for key in ("work-style", "service-judgement-a")
            ]
            kind = campaign_form(bank.call_drivers, offers, today=TODAY)
            form = kind(meta={"csrf": False})
            accepted = form.accepted()
            told = {str(name): [str(e) for e in errors] for name, errors in form.errors.items()}
            return form.opening() if accepted else told

    return read


def test_an_opening_is_read_with_a_decimal_comma_and_without_empty_rows(typed):
    opening = typed(contacts="2400")
    assert opening.drivers == (DriverShare("delivery", 0.625, 7), DriverShare("status", 0.375, 3))
    assert (opening.title, opening.seats, opening.n_contacts) == ("Spring intake", 5, 2400)
    assert opening.battery == ("work-style", "service-judgement-a")
    assert typed().n_contacts is None


def test_every_call_driver_has_its_row(typed, bank):
    whole = {f"share_{code}": "0" for code in bank.call_drivers} | {"share_rude": "100"}
    assert typed(**whole).drivers == (DriverShare("rude", 1.0, 9),)
    assert len(bank.call_drivers) == 12


@pytest.mark.parametrize(
    ("changes", "place", "told"),
    [
        ({"title": ""}, "title", "Please fill this in."),
        ({"seats": "0"}, "seats", "Must be from 1 to"),
        ({"share_status": "many"}, "share_status", "This is not a number."),
        ({"share_status": "nan"}, "share_status", "This is not a number."),
        ({"share_status": "-5"}, "share_status", "Must be from 0 to 100."),
        ({"minutes_status": ""}, "minutes_status", "Say how many minutes one takes."),
        ({"minutes_status": "0"}, "minutes_status", "Must be more than 0"),
        ({"minutes_status": "soon"}, "minutes_status", "This is not a number."),
        ({"minutes_status": "inf"}, "minutes_status", "This is not a number."),
        ({"share_status": "30"}, "", "the shares sum to 92.5 %, not to 100 %"),
        ({"share_delivery": "", "share_status": ""}, "", "the shares sum to 0 %"),
        ({"battery": []}, "battery", "Please fill this in."),
        ({"battery": ["palmistry"]}, "battery", "palmistry"),
        ({"contacts": "0"}, "contacts", "Must be from 1"),
        (
            {"closes_on": (TODAY - timedelta(days=1)).isoformat()},
            "closes_on",
            "The last day comes before the first.",
        ),
        (
            {"opens_on": "2020-01-01", "closes_on": "2020-01-02"},
            "closes_on",
            "The last day is over already.",
        ),
        ({"opens_on": "tomorrow"}, "opens_on", ""),
    ],
)
def test_a_fault_is_told_where_it_is(typed, changes, place, told):
    faults = typed(**changes)
    assert set(faults) == {place}
    assert told in " ".join(faults[place])


@pytest.mark.parametrize(("share", "sound"), [("37.0", True), ("36.99", False), ("38", True)])
def test_the_shares_may_miss_a_hundred_by_half_a_percent(typed, share, sound):
    assert isinstance(typed(share_status=share), dict) != sound
