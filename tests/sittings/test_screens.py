"""The order and the size of screens: one person's own, and never a matter of what counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import score_answers
from assess.instruments.simulation import simulate_answers
from assess.sittings.screens import lay_out, resume_at, same_place, screen_of

KEYS = ("work-style", "service-judgement-a", "disc-tetrads")
BATTERY = tuple(default_catalogue().instrument(key) for key in KEYS)
SEEDS = st.integers(min_value=0, max_value=2**31 - 1)


def items_of(screens):
    return [item for screen in screens for item in screen.item_ids]


@given(SEEDS, st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_order_shows_each_item_once_in_its_own_part(seed, few):
    screens = lay_out(BATTERY, seed=seed, few_items=few)
    assert [screen.number for screen in screens] == list(range(1, len(screens) + 1))
    for part, instrument in enumerate(BATTERY, 1):
        own = [screen for screen in screens if screen.part == part]
        assert sorted(items_of(own)) == sorted(instrument.item_ids)
        assert [screen.step for screen in own] == list(range(1, own[0].steps + 1))
    assert [screen.part for screen in screens] == sorted(screen.part for screen in screens)
    assert screens == lay_out(BATTERY, seed=seed, few_items=few)


def test_two_people_meet_different_orders_and_seed_0_the_written_one():
    written = items_of(lay_out(BATTERY))
    assert written == [item for one in BATTERY for item in one.item_ids]
    orders = {tuple(items_of(lay_out(BATTERY, seed=seed))) for seed in range(1, 9)}
    assert len(orders) == 8
    assert tuple(written) not in orders


def test_the_order_of_a_seed_never_changes():
    # A person who comes back after an upgrade must find the same screens.
    screens = lay_out(BATTERY, seed=20260105)
    assert [screen.block.id for screen in screens if screen.part == 1][:3] == FIRST_BLOCKS
    assert list(screens[0].item_ids)[:3] == FIRST_ITEMS


FIRST_BLOCKS = ["ws-08", "ws-05", "ws-04"]
FIRST_ITEMS = ["Q127", "S6", "Q21"]


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_responses_keep_their_order_and_statements_their_place(seed):
    for screen in lay_out(BATTERY, seed=seed):
        written = next(one for one in screen.instrument.blocks if one.id == screen.block.id)
        if screen.instrument.kind == "judgement":
            assert screen.block == written
        for item, place in zip(screen.block.items, screen.places, strict=True):
            assert written.items[place] is item


def test_fewer_items_are_two_statements_or_one_response_beneath_its_situation():
    screens = lay_out(BATTERY, seed=7, few_items=True)
    sizes = {1: 2, 2: 1}
    for screen in screens:
        assert len(screen.block.items) <= sizes.get(screen.part, 4)
        assert (screen.block.scenario is not None) == (screen.instrument.kind == "judgement")


@given(SEEDS, st.booleans(), st.data())
@settings(max_examples=40, deadline=None)
def test_the_place_moves_along_when_the_screens_do(seed, few, data):
    before = lay_out(BATTERY, seed=seed, few_items=few)
    after = lay_out(BATTERY, seed=seed, few_items=not few)
    number = data.draw(st.integers(0, len(before) + 1))
    moved = same_place(before, after, number)
    if 1 <= number <= len(before):
        assert before[number - 1].item_ids[0] in after[moved - 1].item_ids
    else:
        assert moved == (0 if number == 0 else len(after) + 1)


def test_one_resumes_at_the_first_open_screen_of_one_s_own_order():
    screens = lay_out(BATTERY, seed=11)
    done = {item for screen in screens[:4] for item in screen.item_ids}
    assert resume_at(screens, done, 3) == 5
    assert screen_of(screens, screens[4].item_ids[-1]) == 5


@pytest.mark.parametrize("seed", [1, 99])
def test_scores_are_equal_whatever_the_order(seed):
    names = KEYS
    table = simulate_answers(default_catalogue(), names, 1, np.random.default_rng(seed))
    for instrument in BATTERY:
        ordered = dict(zip(instrument.item_ids, map(int, table[instrument.key][0]), strict=True))
        items = list(ordered.items())
        shuffled = [items[place] for place in np.random.default_rng(seed).permutation(len(items))]
        found, wanted = (score_answers(instrument, one) for one in (dict(shuffled), ordered))
        assert repr(found) == repr(wanted)
