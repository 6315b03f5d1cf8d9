"""A tuning, its weights and its moves, without any database."""

from dataclasses import replace

import numpy as np
import pytest

from assess.profiles.mix import DriverShare
from assess.profiles.queries import VersionView, mix_of
from assess.rankings.tuning_pools import Recent, Tried
from assess.rankings.tuning_preview import (
    Tuned,
    Weighing,
    cost_of_minimums,
    likeness,
    pairs,
    try_on,
)
from assess.rankings.tuning_rails import evidence_sources, look_over
from assess.rankings.tuning_words import cost_words, headline, meaning, order_words, rail_words
from assess.selection.demand import COMPETENCIES
from assess.selection.minimum_cost import index_reliability
from assess.selection.preview import Least
from tests.selection.matrices import WEIGHTS, drawn, even

TARGET = np.full(4, 50.0)
PLAIN = Weighing(WEIGHTS / WEIGHTS.sum(), {}, 0.0, TARGET)
TURNED = replace(PLAIN, weights=PLAIN.weights[::-1].copy())
TITLES = {code: f"Title of {code}" for code in COMPETENCIES}


@pytest.fixture
def words(app):
    """Speak English, as a request does."""
    with app.test_request_context():
        yield


@pytest.fixture
def database_url():
    """No word needs a table."""
    return "sqlite://"


@pytest.fixture
def version():
    """Give a version whose demand its raters said, of contacts whose load records moved."""
    rated = dict.fromkeys(COMPETENCIES, 2.5)
    return VersionView(
        id=1, profile_id=1, name="Parcels", number=1, digest="", reason="", frozen_at=None,
        drivers=(DriverShare("delivery", 1.0, 6.0),), n_contacts=700, multipliers={"GUI": 1.5},
        weights=WEIGHTS, demand=WEIGHTS, load_share=np.ones(1), style_target=TARGET,
        prior=WEIGHTS, prior_share=0.4, call_drivers_digest="", emotional_load={"delivery": 4.5},
        minimums={"EMP": 45.0}, style_weight=0.0, rated_demand=rated,
    )  # fmt: skip


def tried(n=60, **how):
    return Tried(drawn(n, **how), f"of {n} {how}")


def test_a_tuning_that_sets_nothing_is_the_mix_without_any():
    assert Tuned().says_as(Tuned({"EMP": 1.0}))
    for other in (Tuned({"EMP": 1.2}), Tuned(minimums={"EMP": 40.0}), Tuned(style_weight=0.02)):
        assert not other.says_as(Tuned())
        assert other.says_as(replace(other))


def test_a_tuning_keeps_everything_else_of_the_version(version):
    tuned = Tuned({"EMP": 2.0, "REG": 1.0}, {"REG": 40.0}, 0.05)
    before = mix_of(version)
    assert before.rated_demand
    assert tuned.mix(version) == replace(
        before, multipliers={"EMP": 2.0}, minimums={"REG": 40.0}, style_weight=0.05
    )


def test_two_profiles_are_as_alike_as_their_fits_in_the_reference():
    R = even(0.3)
    assert likeness(PLAIN, PLAIN, R) == pytest.approx(1)
    people = np.random.default_rng(1).multivariate_normal(np.zeros(7), R, 200_000)
    r = np.corrcoef(people @ PLAIN.weights, people @ TURNED.weights)[0, 1]
    assert likeness(PLAIN, TURNED, R) == pytest.approx(r, abs=0.005)
    assert likeness(TURNED, PLAIN, R) == pytest.approx(likeness(PLAIN, TURNED, R))
    styled = replace(PLAIN, style_weight=0.10)
    with_style = 0.9 * people @ PLAIN.weights
    with_style += 0.1 * np.random.default_rng(2).standard_normal(len(people))
    r = np.corrcoef(people @ PLAIN.weights, with_style)[0, 1]
    assert likeness(PLAIN, styled, R) == pytest.approx(r, abs=0.002)


def test_moves_come_in_pairs_the_surest_first_and_at_most_so_many():
    on_empathy = replace(PLAIN, weights=np.array([0.4, *[0.1] * 6]))
    trial = try_on(tried(400, error=(0.05, 0.3)), PLAIN, on_empathy, 120)
    found = trial.consequence
    shown = pairs(trial)
    assert len(shown) == 10 < found.totals.changed
    sure = ["beyond", "shifted", "within"]
    assert [sure.index(one.sureness) for one in shown] == sorted(
        sure.index(one.sureness) for one in shown
    )
    assert {one.sureness for one in pairs(trial, 1000)} == set(sure)
    partner = dict(zip(found.moved_in.tolist(), found.moved_out.tolist(), strict=False))
    for pair in shown:
        assert partner[pair.entered.place] == pair.left.place
        assert pair.entered.rank[0] > 120 >= pair.entered.rank[1]
        assert pair.left.rank[0] <= 120 < pair.left.rank[1]
        assert pair.left.fit[1] == pytest.approx(trial.after.fit[pair.left.place])


def test_who_is_held_back_by_a_minimum_says_so_and_has_no_rank():
    low = replace(PLAIN, minimums={"EMP": 60.0})
    trial = try_on(tried(60, error=(0.1, 0.2)), PLAIN, low, 20)
    out = [one.left for one in pairs(trial) if one.left and one.left.held == (False, True)]
    assert out
    assert all(one.rank[1] is None and one.fit[1] is None for one in out)
    assert trial.consequence.totals.held[1] > trial.consequence.totals.held[0] == 0


def test_where_more_move_in_than_out_a_pair_has_one_side():
    low = replace(PLAIN, minimums={"EMP": 60.0})
    shown = pairs(try_on(tried(30, error=(0.1, 0.2)), PLAIN, low, 25), 100)
    assert [one for one in shown if one.entered is None and one.left is not None]


def test_what_was_before_is_counted_once_and_never_mixed_up():
    one, other = tried(60), tried(60, seed=5)
    first = try_on(one, PLAIN, TURNED, 10)
    assert try_on(one, PLAIN, PLAIN, 10).before is first.before
    assert try_on(other, PLAIN, PLAIN, 10).before is not first.before
    low = replace(PLAIN, minimums={"EMP": 45.0})
    assert try_on(one, low, TURNED, 10).before is not first.before
    kept = Recent[int](1)
    asked = (("a", 1), ("a", 2), ("b", 3), ("a", 4))
    assert [kept.get(name, lambda v=v: v) for name, v in asked] == [1, 1, 3, 4]


def test_the_sentence_says_the_seats_and_how_many_beyond_error(words):
    base = try_on(tried(), PLAIN, TURNED, 40).consequence.totals
    for changed, beyond, said, means in (
        (3, 1, "This changes 3 of 40 seats, 1 beyond error.", "For the other 2 seats,"),
        (3, 0, "This changes 3 of 40 seats, none beyond error.", "cannot be told apart"),
        (2, 2, "This changes 2 of 40 seats, 2 beyond error.", "can be told apart"),
        (0, 0, "This changes none of the 40 seats.", "The same people"),
    ):
        found = replace(base, seats=40, changed=changed, shifted=changed, beyond_error=beyond)
        assert headline(found) == said
        assert means in meaning(found)
    assert headline(Least(0.9, 0)) == "No seat changes beyond error."
    assert headline(Least(0.9, 2)) == "2 seats change beyond error."
    assert "must not be why" in meaning(Least(0.9, 2))
    assert order_words(0.99) == "nearly the same order"
    assert order_words(float("nan")) == "cannot be said"
    assert order_words(-0.2) == "a very different order"


def test_what_a_minimum_costs_is_said_with_its_numbers(words):
    low = replace(PLAIN, minimums={"EMP": 60.0})
    cost = cost_of_minimums(tried(60, error=(0.1, 0.2)), low, 20)
    [line, together] = cost_words(cost, {"EMP": "Empathy"}, simulated=False)
    [found] = cost.lines
    assert line.startswith("Empathy, at least 60: of ")
    assert f"{found.surely_below} are surely below and held back; {found.may_be_below} may" in line
    assert f"Seats that go to others because of it: {cost.seats_changed}." in together
    assert cost_of_minimums(tried(), PLAIN, 20) is None
    [line, _] = cost_words(cost, {"EMP": "Empathy"}, simulated=True)
    assert "simulated people" in line


def test_guard_rails_speak_of_the_battery_and_say_what_is_new(words, shipped):
    battery = [shipped.instrument(key) for key in ("work-style", "service-judgement-a")]
    sources = evidence_sources(battery, shipped.competencies)
    assert {(one.scale, COMPETENCIES[one.competency]) for one in sources} == {
        *((code, code) for code in COMPETENCIES),
        *((one.scale, one.code) for one in shipped.competencies if one.scale),
    }
    # The norm is provisional, the rating scales are calibrated.
    assert {one.scale for one in sources if not one.calibrated} == set(COMPETENCIES)
    heavy = np.full(7, 0.05)
    heavy[COMPETENCIES.index("GUI")] = 0.7
    after = Weighing(heavy, {"EMP": 45.0}, 0.05, TARGET)
    reliability = np.where(np.arange(7) == 0, 0.7, np.nan)
    rails = look_over(sources, reliability, PLAIN, after, 100)
    said = rail_words(rails, TITLES, battery)
    texts = [one.text for one in said]
    assert [one.is_new for one in said] == sorted((one.is_new for one in said), reverse=True)
    new = {one.text for one in said if one.is_new}
    assert "One scale carries 70 % of the weight: Title of GUI, by the service situations." in new
    assert any("scores are not sure enough for a minimum of 45" in one for one in new)
    assert "Style counts for 5 % of the fit." in new
    old = {one.text for one in said if not one.is_new}
    assert "The contact mix rests on 100 contacts." in old
    assert any("the service situations, whose norm is provisional" in one for one in old)
    assert len(texts) == 5
    assert all(one.why for one in said)
    unmeasured = look_over(sources[:0], reliability * np.nan, PLAIN, after, None)
    assert any("does not measure it" in one.text for one in rail_words(unmeasured, TITLES, []))


def test_the_reliability_of_an_index_is_that_of_everybody_s_errors():
    found = index_reliability(drawn(50, missing=0, error=(0.5, 0.5)))
    assert found == pytest.approx(0.75)
