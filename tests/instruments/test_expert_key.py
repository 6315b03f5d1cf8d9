"""What a panel says of a key is what the published formulas say, and the proposal is its mean."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.expert_key import study_key
from assess.instruments.load import load_instrument
from assess.instruments.model import Block, Item, OptionKey
from tests.instruments.experts import draw

BANK = load_instrument(default_catalogue().folder / "service-judgement", derived=False)
TEN = draw(BANK, 10)
N = len(BANK.item_ids)

# Shrout & Fleiss (1979), table 2: six targets, four judges, on a scale of ten.
PRINTED = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
).T


def small(options, high):
    """Give a bank of one scenario."""
    items = tuple(Item(f"s.{place}", "words") for place in range(options))
    return replace(
        BANK,
        blocks=(Block("s", "A scenario.", items),),
        forms={},
        high=high,
        option_keys={item.id: OptionKey(3, None, {"EMP": 1.0}, "why") for item in items},
    )


def test_agreement_is_that_of_print():
    """Shrout & Fleiss (1979), Psychol. Bulletin 86(2), table 4: ICC(2,1) .29, ICC(2,4) .62."""
    found = study_key(small(6, 10), PRINTED).agreement
    assert (found.single, found.mean) == pytest.approx((0.29, 0.62), abs=0.005)
    assert (found.mean_low, found.mean_high) == pytest.approx((0.071, 0.93), abs=0.005)


def test_each_response_has_its_mean_spread_and_agreement_by_hand():
    """Ratings 5 5 4 4: mean 4.5, SD .5774, t(3) .95 = 2.3534; rwg against evenly spread 1..5."""
    one = study_key(small(2, 5), np.array([[5, 1], [5, 2], [4, 1], [4, 2.0]])).opinions[0]
    assert (one.mean, one.raters, one.kept) == (4.5, 4, True)
    assert one.sd == pytest.approx(0.57735, abs=1e-5)
    assert one.rwg == pytest.approx(1 - (1 / 3) / 2)
    assert one.high - one.mean == pytest.approx(2.353363 * 0.57735 / 2, abs=1e-5)
    assert one.mean - one.low == pytest.approx(one.high - one.mean)


def test_the_proposal_is_the_mean_to_one_decimal_with_its_sd():
    study = study_key(BANK, TEN)
    assert study.settled
    assert study.unrated == ()
    for place, item in enumerate(BANK.item_ids):
        key = study.proposal[item]
        assert key.points == pytest.approx(TEN[:, place].mean(), abs=0.05 + 1e-9)
        assert key.points == round(key.points, 1)
        assert key.sd == pytest.approx(TEN[:, place].std(ddof=1), abs=0.005)
        assert key.dropped == (TEN[:, place].std(ddof=1) > 1)
        assert key.competencies == BANK.option_keys[item].competencies


def test_a_response_with_a_larger_sd_is_dropped_and_counted():
    ratings = TEN.copy()
    place = BANK.item_ids.index("sjt-001.b")
    ratings[:, place] = [1, 5] * 5
    study = study_key(BANK, ratings)
    assert study.dropped == ("sjt-001.b",)
    assert study.proposal["sjt-001.b"].dropped
    assert study.scenarios["sjt-001"] == (3, 4)
    changed = {(one.form, one.code) for one in study.coverage if one.kept != one.now}
    assert changed == {("a", "EMP"), ("a", "OWN")}
    everything = [
        n for n, i in enumerate(BANK.item_ids) if "GUI" in BANK.option_keys[i].competencies
    ]
    ratings[:, everything] = np.array([[1, 5] * 5]).T
    study = study_key(BANK, ratings)
    assert not any(one.holds for one in study.coverage if one.code == "GUI")
    assert any("GUI has 0 options of weight 1" in fault for fault in study.findings)


def test_an_sd_of_exactly_one_stays():
    study = study_key(small(2, 5), np.array([[2, 1], [3, 5], [4, 2.0]]))
    assert study.opinions[0].sd == pytest.approx(1.0)
    assert study.opinions[0].kept
    assert study.dropped == ("s.1",)


@pytest.mark.parametrize(("experts", "noise", "settled"), [(9, 0.6, False), (10, 0.6, True)])
def test_the_key_is_settled_by_ten_experts(experts, noise, settled):
    assert study_key(BANK, draw(BANK, experts, noise=noise)).settled is settled


def test_it_is_not_settled_by_ten_who_disagree_or_who_left_blanks():
    rng = np.random.default_rng(2)
    study = study_key(BANK, rng.integers(1, 6, (10, N)).astype(float))
    assert study.agreement.mean < 0.7
    assert not study.settled
    gaps = TEN.copy()
    gaps[3, 7] = np.nan
    study = study_key(BANK, gaps)
    assert not study.settled
    assert study.proposal is not None
    assert study.agreement.options == N - 1


def test_without_two_ratings_of_each_there_is_no_proposal():
    ratings = TEN.copy()
    ratings[1:, 0] = np.nan
    ratings[:, 5] = np.nan
    study = study_key(BANK, ratings)
    assert study.unrated == (BANK.item_ids[0], BANK.item_ids[5])
    assert study.proposal is None
    assert study.dropped == ()


def test_who_pulled_it_where_is_found():
    ratings = TEN.copy()
    ratings[4] = 6 - ratings[4]
    ratings[7] = np.minimum(ratings[7] + 1, 5)
    study = study_key(BANK, ratings)
    assert min(study.deviations, key=lambda one: one.r) is study.deviations[4]
    assert study.deviations[4].r < 0
    assert max(study.deviations, key=lambda one: one.level) is study.deviations[7]
    item, pulled = study.deviations[4].pulls[0]
    place = BANK.item_ids.index(item)
    others = np.delete(ratings[:, place], 4).mean()
    assert pulled == pytest.approx(ratings[4, place] - others)


@pytest.mark.parametrize(
    ("ratings", "what"),
    [
        (TEN[:1], "1 of at least 2 experts"),
        (np.vstack([TEN[:1], np.full((3, N), np.nan)]), "1 of at least 2 experts"),
        (np.full((4, N), 3.0), "same rating"),
        (np.full((4, N), 6.0), "outside 1..5"),
    ],
)
def test_what_makes_no_key_is_refused(ratings, what):
    with pytest.raises(Invalid, match=what):
        study_key(BANK, ratings)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), experts=st.integers(2, 12))
def test_the_order_of_experts_changes_nothing(seed, experts):
    ratings = draw(BANK, experts, noise=1.0, seed=seed)
    turned = np.random.default_rng(seed).permutation(experts)
    first, second = study_key(BANK, ratings), study_key(BANK, ratings[turned])
    assert first.proposal == second.proposal
    assert first.dropped == second.dropped
    np.testing.assert_allclose(
        [first.deviations[place].level for place in turned],
        [one.level for one in second.deviations],
    )
