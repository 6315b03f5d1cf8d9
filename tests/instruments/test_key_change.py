"""What another key does to scores: nothing by itself, and exactly what rescoring says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.instruments.catalogue import default_catalogue
from assess.instruments.expert_key import study_key
from assess.instruments.key_change import key_change, seat_changes
from assess.instruments.load import load_instrument
from assess.instruments.norming import simulate_norm
from assess.instruments.scoring import judgement_key, score_table
from assess.psychometrics.sjt import honest_raters
from tests.instruments.experts import draw

FOLDER = default_catalogue().folder / "service-judgement"
BANK = load_instrument(FOLDER, derived=False)
FORM = default_catalogue().instrument("service-judgement-a")


def under(proposal):
    """Give form A under another key, with its norm made anew."""
    keys = {item: proposal[item] for item in FORM.item_ids}
    changed = replace(FORM, option_keys=keys)
    return replace(
        changed, norm=simulate_norm(changed, 1, raters=2000, date="2026-01-05", engine="test")
    )


@pytest.fixture(scope="module")
def answers():
    scenario = np.array([int(item[4:7]) for item in FORM.item_ids])
    made = honest_raters(judgement_key(FORM)[0], scenario, np.random.default_rng(8), 150)
    made[0] = 3  # nobody's score
    return made


def test_the_same_key_changes_nothing(answers):
    found = key_change(FORM, FORM, answers)
    assert (found.people, found.unscored) == (150, 0)
    for scale in found.scales:
        assert (scale.people, scale.shift, scale.moved) == (149, 0, 0)
        assert scale.r == pytest.approx(1)
    np.testing.assert_array_equal(found.before, found.after)


def test_it_is_what_rescoring_says(answers):
    new = under(study_key(BANK, draw(BANK, 10)).proposal)
    found = key_change(FORM, new, answers)
    old_table, new_table = score_table(FORM, answers), score_table(new, answers)
    for place, scale in enumerate(found.scales):
        old, other = old_table.mean[1:, place], new_table.mean[1:, place]
        assert scale.scale == old_table.scales[place]
        assert scale.r == pytest.approx(np.corrcoef(old, other)[0, 1])
        assert 0.8 < scale.r < 1
        assert scale.shift == pytest.approx((other - old).mean())
        reach = 1.645 * old_table.error[1:, place]
        assert scale.moved == (np.abs(other - old) > reach).sum()


def test_a_key_turned_round_moves_people(answers):
    turned = {item: replace(key, points=6 - key.points) for item, key in BANK.option_keys.items()}
    total = key_change(FORM, under(turned), answers).scales[-1]
    assert total.r < 0
    assert total.moved > 100


def test_the_two_must_ask_the_same(answers):
    other = default_catalogue().instrument("service-judgement-b")
    with pytest.raises(ValueError, match="same items"):
        key_change(FORM, other, answers)


def test_who_comes_in_and_who_leaves_by_hand():
    before, after = np.array([5.0, 4, 3, 2, np.nan]), np.array([5.0, 2, 3, 4, 9])
    entered, left = seat_changes(before, after, 2)
    assert entered.tolist() == [4]
    assert left.tolist() == [1]


@given(
    fits=st.lists(st.one_of(st.floats(20, 80), st.just(float("nan"))), min_size=0, max_size=12),
    seats=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_as_many_come_in_as_leave_while_everybody_has_a_fit(fits, seats, seed):
    before = np.array(fits, dtype=float)
    after = np.random.default_rng(seed).permutation(before)
    entered, left = seat_changes(before, after, seats)
    assert len(entered) == len(left)
    assert not set(entered.tolist()) & set(left.tolist())
    assert [len(rows) for rows in seat_changes(before, before, seats)] == [0, 0]
