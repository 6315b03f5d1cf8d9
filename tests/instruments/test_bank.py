"""The shipped service situations: what each form holds, counted."""

from collections import Counter

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.load import load_instrument
from assess.selection.demand import COMPETENCIES

CATALOGUE = default_catalogue()
BANK = load_instrument(CATALOGUE.folder / "service-judgement", derived=False)
FORMS = {form: CATALOGUE.instrument(f"service-judgement-{form}") for form in "ab"}


def keyed(form, code):
    """Give the keys of the options of weight 1, and of any weight, of a competency."""
    keys = FORMS[form].option_keys.values()
    primary = [key.points for key in keys if key.competencies.get(code) == 1]
    return primary, [key.points for key in keys if code in key.competencies]


def test_two_forms_of_fourteen_share_four_of_twenty_four_scenarios():
    a, b = ({block.id for block in form.blocks} for form in FORMS.values())
    assert (len(BANK.blocks), len(a), len(b), len(a & b)) == (24, 14, 14, 4)
    assert a | b == {block.id for block in BANK.blocks}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("code", COMPETENCIES)
def test_each_competency_has_its_options_good_and_poor(form, code):
    primary, every = keyed(form, code)
    assert len(primary) >= (16 if code in ("EMP", "REG") else 5)
    assert (min(every), max(every)) == (1, 5)
    assert np.std(every) >= 1.2
    assert np.mean([points >= 4 for points in every]) >= 0.30


def test_scenarios_are_spread_over_call_drivers_and_channels():
    assert {block.call_driver for block in BANK.blocks} == set(CATALOGUE.call_drivers)
    channels = Counter(block.channel for block in BANK.blocks)
    assert channels == {"voice": 15, "chat": 6, "email": 2, "social": 1}
    for form in FORMS.values():
        assert len({block.call_driver for block in form.blocks}) >= 11


@pytest.mark.parametrize("form", FORMS)
def test_each_form_asks_once_for_a_calm_limit_to_abuse(form):
    """And the calm limit is the best answer: letting abuse go on is not patience."""
    (block,) = [one for one in FORMS[form].blocks if one.customer_state.startswith("abusive")]
    keys = FORMS[form].option_keys
    best = max(block.items, key=lambda item: keys[item.id].points)
    assert keys[best.id].points == 5
    assert keys[best.id].competencies["REG"] == 1
    assert "limit" in keys[best.id].why


@pytest.mark.parametrize("form", FORMS)
def test_neither_length_nor_place_gives_the_best_option_away(form):
    instrument = FORMS[form]
    points = {item: key.points for item, key in instrument.option_keys.items()}
    r = np.corrcoef([len(i.text) for i in instrument.items], list(points.values()))[0, 1]
    assert abs(r) <= 0.3
    places = Counter()
    for block in instrument.blocks:
        best = max(block.items, key=lambda item: points[item.id])
        places[block.items.index(best)] += 1
        longest = max(len(item.text.split()) for item in block.items)
        others = [item for item in block.items if item is not best]
        assert any(len(item.text.split()) == longest for item in others), block.id
    assert max(places.values()) <= 5
    assert set(places) == {0, 1, 2, 3, 4}


def test_each_scenario_has_one_best_option_and_a_reason_for_every_key():
    for block in BANK.blocks:
        points = [BANK.option_keys[item.id].points for item in block.items]
        assert points.count(5) == 1, block.id
        assert len(block.items) in (4, 5)
        assert all(BANK.option_keys[item.id].why for item in block.items)
