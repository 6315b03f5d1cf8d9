"""A profile file becomes demand weights; each fault names its place."""

import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.contact_mix import ContactMix, DriverShare, demand_of, load_contact_mix

MIX_A = """
title: Brand A
contact_mix:
  - {driver: delivery, share: 0.35, minutes: 7}
  - {driver: returns, share: 0.25, minutes: 6}
  - {driver: defect, share: 0.10, minutes: 8}
  - {driver: status, share: 0.20, minutes: 3}
  - {driver: cancel, share: 0.10, minutes: 9}
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "profile.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_the_shipped_call_drivers_give_the_reference_weights(written):
    """The worked example of the demand model: delivery, returns, defect, status, cancel."""
    mix = load_contact_mix(written(MIX_A), default_catalogue())
    found = demand_of(mix, default_catalogue())
    assert found.load_share == pytest.approx([0.424, 0.231, 0.138, 0.069, 0.138], abs=6e-4)
    assert found.weights == pytest.approx(
        [0.148, 0.142, 0.180, 0.146, 0.170, 0.090, 0.124], abs=6e-4
    )


def test_few_contacts_lean_on_the_occupation(written):
    text = MIX_A + "n_contacts: 500\n"
    whole = demand_of(load_contact_mix(written(MIX_A), default_catalogue()), default_catalogue())
    some = demand_of(load_contact_mix(written(text), default_catalogue()), default_catalogue())
    prior = default_catalogue().prior.weights
    for w, v, b in zip(some.weights, whole.weights, prior, strict=True):
        assert w == pytest.approx((v + b / sum(prior)) / 2)


def test_multipliers_scale_and_renormalise(written):
    text = MIX_A + "multipliers: {EMP: 2.0}\n"
    whole = demand_of(load_contact_mix(written(MIX_A), default_catalogue()), default_catalogue())
    more = demand_of(load_contact_mix(written(text), default_catalogue()), default_catalogue())
    assert more.weights[0] == pytest.approx(2 * whole.weights[0] / (1 + whole.weights[0]))
    assert more.weights.sum() == pytest.approx(1)


def test_minimums_and_the_weight_of_style_are_read(written):
    plain = load_contact_mix(written(MIX_A), default_catalogue())
    assert (plain.minimums, plain.style_weight) == (None, 0.0)
    text = MIX_A + "minimums: {REG: 45, EMP: 40.5}\nstyle_weight: 0.1\n"
    tuned = load_contact_mix(written(text), default_catalogue())
    assert (tuned.minimums, tuned.style_weight) == ({"EMP": 40.5, "REG": 45.0}, 0.1)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("driver: delivery", "driver: weather", "contact_mix[0].driver: must be one of delivery"),
        ("driver: returns", "driver: delivery", "contact_mix: the call driver 'delivery' is given"),
        ("share: 0.35", "share: -1", "contact_mix[0].share: must be a number"),
        ("minutes: 7", "minutes: 0", "contact_mix[0].minutes: must be a number"),
        (", minutes: 7", "", "contact_mix[0].minutes: is missing"),
        ("title: Brand A", "seats: 5", "seats: is not a known key"),
        ("title: Brand A", "multipliers: {EMP: 3}", "multipliers.EMP: must be a number from 0.5"),
        ("title: Brand A", "multipliers: {XXX: 1}", "multipliers.XXX: is not a competency"),
        ("title: Brand A", "minimums: {OWN: 50}", "minimums.OWN: only an index can have a minimum"),
        ("title: Brand A", "minimums: {EMP: 81}", "minimums.EMP: must be a number from 20 to 80"),
        ("title: Brand A", "style_weight: 0.2", "style_weight: must be a number from 0 to 0.1"),
        ("title: Brand A", "emphasis: 4", "emphasis: must be a number from 0 to 3"),
        ("contact_mix:", "mix:", "contact_mix: is missing"),
    ],
)
def test_a_fault_names_its_place(written, old, new, what):
    with pytest.raises(Invalid) as refused:
        load_contact_mix(written(MIX_A.replace(old, new, 1)), default_catalogue())
    assert any(f"profile.yaml: {what}" in fault for fault in refused.value.faults)


def test_a_mix_of_nothing_is_refused(written):
    text = "contact_mix: [{driver: sales, share: 0, minutes: 5}]"
    with pytest.raises(Invalid, match="share above 0"):
        load_contact_mix(written(text), default_catalogue())


def test_a_mix_from_elsewhere_is_held_against_the_catalogue_too():
    with pytest.raises(Invalid, match="weather: is not a known call driver"):
        demand_of(ContactMix("x", (DriverShare("weather", 1.0, 5.0),)), default_catalogue())
