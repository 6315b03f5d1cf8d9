"""The retest rule, as properties over any history, policy and day."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from assess.sittings.retest import (
    YEAR,
    Counts,
    Policy,
    Taken,
    counting,
    last_day,
    make_plan,
)

START = date(2026, 1, 1)
BATTERY = (("a", "a1"), ("b", "b1"))

days = st.integers(0, 900).map(lambda n: START + timedelta(days=n))
policies = st.builds(
    Policy,
    cool_off_days=st.integers(0, 400),
    most_in_year=st.integers(1, 4),
    counts=st.sampled_from(Counts),
    valid_days=st.integers(1, 800),
)


@st.composite
def histories(draw):
    """Give what somebody has finished, of two questionnaires in two versions each, by any day."""
    kinds = st.sampled_from([("a", "a1"), ("a", "a0"), ("b", "b1"), ("b", "b0")])
    made = draw(st.lists(st.tuples(kinds, days), max_size=6))
    made.sort(key=lambda one: one[1])
    return [Taken(n, n % 3, *kind, day) for n, (kind, day) in enumerate(made, 1)]


@given(histories(), policies, days)
def test_only_the_same_version_in_use_is_ever_used(history, policy, today):
    for part in make_plan(BATTERY, history, policy, today).parts:
        if part.used is not None:
            assert (part.used.instrument, part.used.digest) == (part.instrument, part.digest)
            assert today <= last_day(part.used, policy)


@given(histories(), policies, days)
def test_the_day_is_the_first_that_keeps_the_rule(history, policy, today):
    """From the day told on, a new time keeps waiting and number; the day before, it does not."""
    history = [one for one in history if one.given_on <= today]
    policy = Policy(policy.cool_off_days, policy.most_in_year, Counts.LATEST, policy.valid_days)
    for key, digest in BATTERY:
        own = [one.given_on for one in history if one.instrument == key]
        part = make_plan([(key, digest)], history, policy, today).parts[0]
        if not own:
            assert part.again_on is None
            continue

        def keeps(day, own=own):
            recent = [one for one in own if day - one < YEAR]
            waited = day - max(own) >= timedelta(days=policy.cool_off_days)
            return waited and len(recent) < policy.most_in_year

        assert keeps(part.again_on)
        assert not keeps(part.again_on - timedelta(days=1)) or part.again_on == max(own)


@given(histories(), policies, days)
def test_order_of_the_history_says_nothing(history, policy, today):
    plan = make_plan(BATTERY, history, policy, today)
    assert make_plan(BATTERY, reversed(history), policy, today) == plan


@given(histories(), policies, days)
def test_used_and_missing_make_the_battery(history, policy, today):
    plan = make_plan(BATTERY, history, policy, today)
    assert len(plan.used) + len(plan.missing) == len(BATTERY)
    assert plan.one_sitting is None or not plan.missing
    assert plan.is_plain == (not plan.used and plan.again_on is None)
    if plan.again_on is not None:
        assert plan.again_on > today
    # Who may answer everything may answer what is missing.
    assert plan.rest_on is None or plan.again_on is not None


@given(histories(), policies, days)
def test_an_exception_lifts_all_waiting_and_changes_no_answers(history, policy, today):
    plain = make_plan(BATTERY, history, policy, today)
    excepted = make_plan(BATTERY, history, policy, today, excepted=True)
    assert excepted.again_on is None
    assert excepted.rest_on is None
    assert excepted.used == plain.used


@given(histories(), policies, days)
def test_first_and_latest_are_the_ends_of_what_is_in_use(history, policy, today):
    same = [one for one in history if one.digest == "a1"]
    assume(same)
    valid = [one for one in same if today <= last_day(one, policy)]
    found = counting(same, policy, today)
    assert (found is None) == (not valid)
    if found is not None:
        end = min if policy.counts is Counts.FIRST else max
        assert found.given_on == end(one.given_on for one in valid)


@given(histories(), policies, days)
def test_where_the_first_counts_nobody_answers_anew_while_it_is_in_use(history, policy, today):
    policy = Policy(policy.cool_off_days, policy.most_in_year, Counts.FIRST, policy.valid_days)
    for part in make_plan(BATTERY, history, policy, today).parts:
        if part.used is not None:
            assert part.again_on > last_day(part.used, policy)


def test_the_default_is_told_as_documented():
    taken = [Taken(1, 1, "a", "a1", START)]
    plan = make_plan([("a", "a1")], taken, Policy(), START + timedelta(days=10))
    assert plan.again_on == START + timedelta(days=180)
    assert plan.used == tuple(taken)
    twice = [*taken, Taken(2, 2, "a", "a1", START + timedelta(days=180))]
    later = make_plan([("a", "a1")], twice, Policy(), START + timedelta(days=361))
    assert later.again_on == START + timedelta(days=365)
    assert later.used == (twice[1],)


def test_faults_name_what_cannot_be_kept():
    assert Policy().faults() == []
    assert Policy(-1, 0, Counts.FIRST, 0).faults() == [
        "days to wait: must be 0 to 1095",
        "most in 12 months: must be 1 to 12",
        "days in use: must be 1 to 1095",
    ]
