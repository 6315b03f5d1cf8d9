"""Contact mix to demand weights: the worked examples, and what must hold for every mix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.selection.demand import COMPETENCIES, ONET_PRIOR, agreement, demand

# emotional load; ratings in competency order; D, I, S, C targets
DRIVERS = {
    "delivery": (4, (4, 4, 5, 3, 4, 2, 3), (45, 55, 70, 55)),
    "returns": (3, (3, 3, 4, 4, 4, 2, 3), (45, 50, 65, 65)),
    "defect": (4, (4, 3, 4, 3, 4, 3, 2), (45, 50, 65, 65)),
    "status": (1, (1, 1, 2, 1, 3, 1, 5), (40, 55, 60, 60)),
    "cancel": (3, (3, 3, 3, 5, 4, 2, 2), (60, 75, 50, 45)),
    "schedule": (2, (2, 2, 3, 3, 4, 1, 3), (45, 55, 65, 65)),
    "sales": (1, (2, 2, 3, 4, 4, 1, 3), (55, 75, 50, 50)),
}
MIX_A = {
    "delivery": (0.35, 7),
    "returns": (0.25, 6),
    "defect": (0.10, 8),
    "status": (0.20, 3),
    "cancel": (0.10, 9),
}
MIX_B = {"status": (0.50, 3), "schedule": (0.30, 4), "sales": (0.20, 8)}


def of_mix(mix, **settings):
    loads, ratings, targets = zip(*(DRIVERS[code] for code in mix), strict=True)
    shares, minutes = zip(*mix.values(), strict=True)
    return demand(
        np.array(shares, float),
        np.array(minutes, float),
        np.array(loads, float),
        np.array(ratings, float),
        np.array(targets, float),
        **settings,
    )


@pytest.mark.parametrize(
    ("mix", "load_share", "weights"),
    [
        (
            MIX_A,
            [0.424, 0.231, 0.138, 0.069, 0.138],
            [0.148, 0.142, 0.180, 0.146, 0.170, 0.090, 0.124],
        ),
        (MIX_B, [0.333, 0.311, 0.356], [0.098, 0.098, 0.157, 0.158, 0.215, 0.059, 0.215]),
    ],
)
def test_the_worked_examples_come_out_to_the_third_decimal(mix, load_share, weights):
    result = of_mix(mix)
    assert np.round(result.load_share, 3).tolist() == load_share
    assert np.round(result.weights, 3).tolist() == weights


def test_the_load_weighted_demand_of_the_angry_mix_is_just_under_the_attention_rule():
    asked = dict(zip(COMPETENCIES, of_mix(MIX_A).demand, strict=True))
    assert asked["EMP"] == pytest.approx(3.42, abs=0.005)
    assert asked["REG"] == pytest.approx(3.29, abs=0.005)


def test_the_style_target_is_the_load_weighted_mean_of_the_drivers_targets():
    result = of_mix(MIX_B)
    by_hand = result.load_share @ np.array([DRIVERS[code][2] for code in MIX_B], float)
    assert result.style_target == pytest.approx(by_hand)
    assert result.style_target[1] == pytest.approx(0.644 * 55 + 0.356 * 75, abs=0.05)


def test_five_hundred_contacts_weigh_as_much_as_the_prior():
    own, half = of_mix(MIX_A).weights, of_mix(MIX_A, n_contacts=500).weights
    assert half == pytest.approx((own + ONET_PRIOR) / 2)
    assert of_mix(MIX_A, n_contacts=0).weights == pytest.approx(ONET_PRIOR)


def test_a_managers_multiplier_scales_its_weight_against_the_others():
    own = of_mix(MIX_A).weights
    doubled = of_mix(MIX_A, multipliers=np.array([2, 1, 1, 1, 1, 1, 1.0])).weights
    assert doubled.sum() == pytest.approx(1)
    assert doubled[0] / doubled[1] == pytest.approx(2 * own[0] / own[1])
    assert doubled[2] / doubled[6] == pytest.approx(own[2] / own[6])


def test_without_emphasis_the_emotional_load_plays_no_part():
    result = of_mix(MIX_B, emphasis=0.0)
    assert result.load_share == pytest.approx(np.array([1.5, 1.2, 1.6]) / 4.3)


def test_the_prior_sums_to_one_and_cannot_be_changed():
    assert ONET_PRIOR.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="read-only"):
        ONET_PRIOR[0] = 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"multipliers": np.full(7, 2.5)}, "multipliers must be numbers in 0.5..2"),
        ({"multipliers": np.ones(6)}, "seven values"),
        ({"emphasis": 3.5}, "emphasis must lie in 0..3"),
        ({"emphasis": float("nan")}, "emphasis"),
        ({"n_contacts": -1}, "number of contacts"),
        ({"n_contacts": float("nan")}, "number of contacts"),
        ({"prior": np.zeros(7)}, "positive sum"),
    ],
)
def test_settings_outside_their_range_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        of_mix(MIX_A, **settings)


@pytest.mark.parametrize(
    ("place", "values", "words"),
    [
        (0, [0.5, -0.1], "shares"),
        (0, [0.0, 0.0], "contact mix is empty"),
        (0, [0.5, float("nan")], "shares"),
        (0, [0.5], "shapes"),
        (2, [6.0, 1.0], "emotional load"),
        (3, np.full((2, 7), 5.5), "ratings"),
        (3, np.zeros((2, 7)), "nothing is demanded"),
        (4, np.full((2, 4), 101.0), "style targets"),
    ],
)
def test_a_faulty_mix_is_refused_in_words(place, values, words):
    figures = [np.ones(2), np.ones(2), np.ones(2), np.ones((2, 7)), np.full((2, 4), 50.0)]
    figures[place] = np.array(values, float)
    with pytest.raises(ValueError, match=words):
        demand(*figures)


@given(
    shares=st.lists(st.floats(0.001, 1), min_size=1, max_size=7),
    unit=st.floats(0.01, 1000),
    n_contacts=st.floats(0, 1e6),
)
def test_weights_sum_to_one_whatever_the_unit_of_the_shares(shares, unit, n_contacts):
    codes = list(DRIVERS)[: len(shares)]
    once, again = (
        of_mix(
            {code: (share * u, 5) for code, share in zip(codes, shares, strict=True)},
            n_contacts=n_contacts,
        )
        for u in (1.0, unit)
    )
    assert once.weights.sum() == pytest.approx(1, abs=1e-12)
    assert once.load_share.sum() == pytest.approx(1, abs=1e-12)
    assert again.weights == pytest.approx(once.weights)


@st.composite
def mixes(draw):
    """Draw a mix of one to six call drivers as `demand` takes it, something being demanded."""
    size = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ratings = rng.integers(0, 11, (size, 7)) / 2
    ratings[0, draw(st.integers(0, 6))] = 5
    return (
        rng.uniform(0.01, 1, size),
        rng.uniform(1, 20, size),
        rng.integers(0, 6, size).astype(float),
        ratings,
        rng.uniform(0, 100, (size, 4)),
    )


@given(
    mix=mixes(),
    n_contacts=st.floats(0, 1e5),
    multipliers=st.lists(st.floats(0.5, 2), min_size=7, max_size=7),
    seed=st.integers(0, 2**32 - 1),
)
def test_weights_sum_to_one_rise_with_each_demand_and_know_no_order_of_rows(
    mix, n_contacts, multipliers, seed
):
    settings = {"n_contacts": n_contacts, "multipliers": np.array(multipliers)}
    found = demand(*mix, **settings)
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    assert (found.weights >= 0).all()

    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(mix[0]))
    again = demand(*(figures[rows] for figures in mix), **settings)
    assert again.weights == pytest.approx(found.weights, abs=1e-12)
    assert again.style_target == pytest.approx(found.style_target, abs=1e-9)
    assert again.load_share == pytest.approx(found.load_share[rows], abs=1e-12)

    driver, code = int(rng.integers(len(mix[0]))), int(rng.integers(7))
    shares, minutes, load, ratings, targets = mix
    more = ratings.copy()
    more[driver, code] = min(more[driver, code] + 0.5, 5.0)
    raised = demand(shares, minutes, load, more, targets, **settings).weights
    assert raised[code] >= found.weights[code] - 1e-12
    others = np.arange(7) != code
    if more[driver, code] > ratings[driver, code] and n_contacts > 1 and ratings[:, others].any():
        assert raised[code] > found.weights[code]
    # A multiplier moves what the prior gives, so only without one do all others make room.
    plain, plainer = (
        demand(shares, minutes, load, asked, targets, n_contacts=n_contacts).weights[others]
        for asked in (ratings, more)
    )
    assert (plainer <= plain + 1e-12).all()


def test_the_same_weights_agree_wholly_and_others_as_far_as_competencies_go_together():
    calm, angry = of_mix(MIX_B).weights, of_mix(MIX_A).weights
    apart, together = np.eye(7), np.full((7, 7), 0.5) + 0.5 * np.eye(7)
    assert agreement(calm, calm, together) == 1
    assert agreement(calm, angry, apart) == pytest.approx(
        calm @ angry / np.sqrt((calm @ calm) * (angry @ angry))
    )
    assert agreement(calm, angry, apart) < agreement(calm, angry, together) < 1
    assert agreement(np.eye(7)[0], np.eye(7)[1], together) == 0.5
    with pytest.raises(ValueError, match="disagree"):
        agreement(calm[:3], angry, apart)
    with pytest.raises(ValueError, match="all 0"):
        agreement(calm, np.zeros(7), apart)


def test_ratings_of_the_whole_job_stand_for_the_drivers_own_and_nothing_else_changes():
    rated = np.array([4.0, 4.5, 4.5, 2.5, 3.5, 2, 1])
    plain, found = of_mix(MIX_A, n_contacts=1500), of_mix(MIX_A, n_contacts=1500, rated=rated)
    assert found.demand.tolist() == rated.tolist()
    assert found.weights == pytest.approx(0.75 * rated / rated.sum() + 0.25 * ONET_PRIOR)
    assert found.load_share == pytest.approx(plain.load_share)
    assert found.style_target == pytest.approx(plain.style_target)


@pytest.mark.parametrize(
    ("rated", "words"),
    [(np.ones(6), "seven values"), (np.full(7, 5.5), "0..5"), (np.full(7, np.nan), "0..5"),
     (np.zeros(7), "nothing is demanded")],
)  # fmt: skip
def test_impossible_ratings_of_the_job_are_refused(rated, words):
    with pytest.raises(ValueError, match=words):
        of_mix(MIX_A, rated=rated)
