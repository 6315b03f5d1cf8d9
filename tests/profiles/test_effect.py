"""What a mix does, as its page draws it: from half-typed figures to two versions compared."""

import pytest
from flask import Flask
from flask_babel import Babel

from assess.instruments.catalogue import default_catalogue
from assess.profiles.comparison import compare
from assess.profiles.effect import asked_by, effect, effect_of_sketch
from assess.profiles.mix import ContactMix, DriverShare
from assess.profiles.mix_forms import MixForm, loads_of, mix_data, mix_fields
from assess.profiles.queries import VersionView
from assess.selection.demand import COMPETENCIES
from tests.campaigns.conftest import ANGRY

BANK = default_catalogue()
CALM = (
    DriverShare("status", 0.5, 3),
    DriverShare("schedule", 0.3, 4),
    DriverShare("sales", 0.2, 8),
)
COUNTED = 10**9


@pytest.fixture(scope="module")
def bare():
    """Give an application that can do nothing but read a form."""
    app = Flask("forms")
    app.secret_key = "nothing is signed here"
    Babel(app)
    return app


@pytest.fixture
def sketch(bare):
    """Give a function that makes a mix of what somebody has typed so far."""

    def read(loads=None, **typed):
        with bare.test_request_context(method="POST", data=typed):
            kind = type("Form", (MixForm,), mix_fields(BANK.call_drivers))
            return kind(meta={"csrf": False}).sketch(loads)

    return read


def version(mix: ContactMix, number: int = 1, **changes) -> VersionView:
    """Give a saved version of a mix."""
    asked = asked_by(BANK, mix)
    facts = {
        "id": number, "profile_id": 1, "name": "Desk", "number": number,
        "digest": f"{number:064d}", "reason": "first", "frozen_at": None,
        "drivers": asked.drivers, "n_contacts": asked.n_contacts,
        "multipliers": asked.multipliers, "weights": asked.weights, "demand": asked.demand,
        "load_share": asked.load_share, "style_target": asked.style_target,
        "prior": asked.prior, "prior_share": asked.prior_share, "call_drivers_digest": "",
    }  # fmt: skip
    return VersionView(**{**facts, **changes})


@pytest.mark.parametrize(
    ("drivers", "loads", "weights"),
    [
        (
            ANGRY,
            [0.424, 0.231, 0.069, 0.138, 0.138],
            [0.148, 0.142, 0.180, 0.146, 0.170, 0.090, 0.124],
        ),
        (CALM, [0.333, 0.311, 0.356], [0.098, 0.098, 0.157, 0.158, 0.215, 0.059, 0.215]),
    ],
)
def test_the_worked_examples_come_out_with_both_things_that_pull(drivers, loads, weights):
    found = effect(asked_by(BANK, ContactMix(drivers, COUNTED)), BANK)
    assert [round(row.load / 100, 3) for row in found.loads] == loads, "largest share first"
    assert [round(row.weight / 100, 3) for row in found.weights] == weights
    assert [round(row.own / 100, 3) for row in found.weights] == weights
    by_hand = effect(asked_by(BANK, ContactMix(drivers)), BANK)
    assert by_hand.prior_part == 50
    for row, counted in zip(by_hand.weights, found.weights, strict=True):
        assert row.own == pytest.approx(counted.own)
        assert row.weight == pytest.approx((row.own + row.prior) / 2), "halfway to the prior"
    assert found.heaviest.load == max(row.load for row in found.loads)
    assert [round(row.weight / 100, 3) for row in found.most] == sorted(weights)[:-3:-1]


def test_the_style_target_has_its_tolerance_within_the_scale():
    by_letter = {row.letter: row for row in effect(asked_by(BANK, ContactMix(ANGRY)), BANK).styles}
    assert list(by_letter) == ["D", "I", "S", "C"]
    row = by_letter["S"]
    assert (row.low, row.high) == (pytest.approx(row.target - 20), pytest.approx(row.target + 20))


def test_half_typed_figures_are_drawn_as_if_they_were_the_whole(sketch):
    found = sketch(share_delivery="30", minutes_delivery="8", share_status="10", share_rude="oops")
    assert found.total == 40
    assert [(d.code, d.share, d.minutes) for d in found.mix.drivers] == [
        ("delivery", 0.75, 8.0), ("status", 0.25, 8.0),
    ]  # fmt: skip
    assert found.borrowed == ("Order status and simple information",)
    assert found.mix.n_contacts is None
    drawn = effect_of_sketch(BANK, found)
    assert (drawn.total, list(drawn.borrowed)) == (40, list(found.borrowed))
    faulty = sketch(share_delivery="-3", minutes_delivery="inf", share_status="400", contacts="0")
    assert (faulty.mix, faulty.total) == (None, 0)


def test_without_any_share_the_weights_are_the_occupations(sketch):
    drawn = effect_of_sketch(BANK, sketch())
    assert [row.weight for row in drawn.weights] == [row.prior for row in drawn.weights]
    assert sum(row.weight for row in drawn.weights) == pytest.approx(100)
    assert not drawn.loads
    assert not drawn.styles
    assert not any(row.strong for row in drawn.weights)


def test_what_was_tuned_and_counted_goes_along(sketch):
    saved = version(ContactMix(ANGRY, 2000, multipliers={"EMP": 2.0}))
    typed = {k: str(v) for k, v in mix_data(ContactMix(ANGRY, 2000)).items()}
    drawn = effect_of_sketch(BANK, sketch(**typed), saved)
    assert [round(row.change, 9) for row in drawn.weights] == [0] * 7
    assert drawn.alike_saved == pytest.approx(1)
    assert list(drawn.multipliers) == [("Empathic listening", 2.0)]
    assert drawn.prior_part == 20
    loads = loads_of({"load_delivery": "0", "load_cancel": "9", "load_x": "1"}, BANK.call_drivers)
    assert loads == {"delivery": 0.0}
    calmer = effect_of_sketch(BANK, sketch(loads, **typed), saved)
    assert calmer.loads[0].load < drawn.loads[0].load


def test_what_raters_said_stays_unless_the_drivers_are_to_say_it_again(sketch):
    said = dict(zip(COMPETENCIES, (5, 4, 4, 2, 3, 1, 1), strict=True))
    saved = version(ContactMix(ANGRY, rated_demand=said), rated_demand=said)
    typed = {k: str(v) for k, v in mix_data(ContactMix(CALM)).items() if v}
    kept = effect_of_sketch(BANK, sketch(**typed), saved)
    assert kept.rated
    assert [row.demand for row in kept.weights] == [5, 4, 4, 2, 3, 1, 1]
    assert [round(row.change, 9) for row in kept.weights] == [0] * 7
    anew = effect_of_sketch(BANK, sketch(**typed), saved, keep_rated=False)
    assert not anew.rated
    assert round(anew.weights[0].own, 1) == 9.8
    [pair] = compare(version(ContactMix(ANGRY)), saved, BANK).rated[:1]
    assert (pair.before, pair.after) == (None, 5)


def test_two_versions_stand_side_by_side():
    before = version(ContactMix(ANGRY), minimums={"EMP": 40.0})
    mix = ContactMix((DriverShare("delivery", 0.6, 9), DriverShare("sales", 0.4, 8)), 3000)
    after = version(mix, 2, multipliers={"CHN": 0.5}, style_weight=0.05)
    found = compare(before, after, BANK)
    shares = {pair.title: (pair.before, pair.after) for pair in found.shares}
    assert next(iter(shares)) == "Delivery failed or late"
    assert shares["Delivery failed or late"] == (35, 60)
    assert shares["Onboarding and sales enquiry"] == (None, 40)
    assert shares["Cancellation and retention"] == (10, None)
    assert [pair.change for pair in found.shares if pair.before is None] == [40]
    assert sum(pair.change for pair in found.weights) == pytest.approx(0)
    assert [(p.title, p.before, p.after) for p in found.multipliers] == [
        ("Channel and workload handling", 1.0, 0.5)
    ]
    assert [(p.before, p.after) for p in found.minimums] == [(40.0, None)]
    assert (found.style_weight.before, found.style_weight.after) == (0, 5)
    assert 0 < found.alike < 1
    same = compare(before, before, BANK)
    assert same.alike == pytest.approx(1)
    assert all(pair.same for pair in (*same.shares, *same.weights, *same.minutes))
