"""How many to invite: against exact beta-binomial numbers, and against simulated campaigns."""

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from assess.selection.forecast import (
    FIELD_FINISHES,
    FIELD_STARTS,
    MOST_INVITED,
    PRIOR_PEOPLE,
    Observed,
    forecast,
)

A = PRIOR_PEOPLE * FIELD_STARTS * FIELD_FINISHES
B = PRIOR_PEOPLE - A


def observed(*cohorts):
    """Give people as (age, open, out, {delay: finished}) by day."""
    width = 1 + max((max(done, default=0) for *_, done in cohorts), default=0)
    finished = np.zeros((len(cohorts), width), dtype=np.int64)
    for row, (*_, done) in enumerate(cohorts):
        for delay, people in done.items():
            finished[row, delay] = people
    columns = np.array([one[:3] for one in cohorts], dtype=np.int64).reshape(-1, 3).T
    return Observed(columns[0], columns[1], columns[2], finished)


@pytest.mark.parametrize(
    ("seen", "a", "b", "done"),
    [
        (observed(), A, B, 0),
        # All delays are over: the open people are as good as out.
        (observed((110, 30, 10, {0: 20, 1: 15, 3: 5})), A + 40, B + 40, 40),
    ],
)
def test_with_no_delay_left_the_numbers_are_beta_binomial(seen, a, b, done):
    found = forecast(seen, done + 60, days=110)
    for chance, number in found.invite:
        assert betabinom.sf(59, number, a, b) == pytest.approx(chance, abs=0.03)
    low, high = betabinom.ppf([0.05, 0.95], found.recommended, a, b)
    assert found.then.low == pytest.approx(done + low, abs=2 + 0.03 * (high - low))
    assert found.then.high == pytest.approx(done + high, abs=2 + 0.03 * (high - low))
    assert [found.rate.low, found.rate.middle, found.rate.high] == pytest.approx(
        beta.ppf([0.05, 0.5, 0.95], a, b), abs=0.006
    )
    assert found.own == pytest.approx(1 - PRIOR_PEOPLE / (a + b), abs=1e-9)


def test_the_same_people_give_the_same_numbers_and_enough_is_enough():
    seen = observed((6, 40, 0, {0: 30, 1: 20, 4: 10}))
    assert forecast(seen, 90, days=5) == forecast(seen, 90, days=5)
    enough = forecast(seen, 60, days=5)
    assert enough.enough == 1.0
    assert enough.recommended == 0
    assert enough.then == enough.alone
    assert enough.alone.low >= 60


def test_people_on_their_way_count_and_less_time_asks_for_more_invitations():
    fresh = observed((0, 200, 0, {}), (9, 10, 0, {0: 30, 1: 30, 2: 20, 3: 10}))
    stale = observed((60, 200, 0, {}), (9, 10, 0, {0: 30, 1: 30, 2: 20, 3: 10}))
    assert forecast(fresh, 200, days=10).alone.middle > 90 + 0.6 * 200
    assert forecast(stale, 200, days=10).alone.high < 100
    numbers = [forecast(stale, 200, days=days).recommended for days in (1, 3, 10)]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > 1.3 * numbers[2]


def test_too_many_to_invite_is_said_and_bad_input_refused():
    assert forecast(observed(), 90_000, days=1).recommended is None
    assert MOST_INVITED == 100_000
    for needed, days, gone in ((0, 1, 0), (1, -1, 0), (1, 1, 2)):
        with pytest.raises(ValueError, match="still to come"):
            forecast(observed(), needed, days=days, day_gone=gone)
    with pytest.raises(ValueError, match="after today"):
        observed((1, 1, 0, {2: 1}))
    with pytest.raises(ValueError, match="not negative"):
        observed((1, -1, 0, {}))


def test_intervals_hold_as_often_as_they_say():
    """Campaigns drawn from the prior rate, with delays unlike the assumed ones."""
    rng = np.random.default_rng(5)
    held, enough, runs = 0, 0, 120
    for _ in range(runs):
        rate, daily = rng.beta(A, B), rng.uniform(0.2, 0.6)
        ages = np.arange(1, 9)
        cohorts, later = [], 0
        for age in ages:
            people = int(rng.integers(5, 40))
            delays = rng.geometric(daily, rng.binomial(people, rate)) - 1
            past = np.bincount(delays[delays < age], minlength=1)
            later += int(((delays >= age) & (delays <= age + 4)).sum())
            cohorts.append((age, people - past.sum(), 0, dict(enumerate(past.tolist()))))
        seen = observed(*cohorts)
        needed = int(seen.finished.sum()) + 60
        found = forecast(seen, needed, days=4)
        total = int(seen.finished.sum()) + later
        held += found.alone.low <= total <= found.alone.high
        new = rng.geometric(daily, rng.binomial(found.recommended, rate)) - 1
        enough += total + int((new <= 4).sum()) >= needed
    assert 0.84 <= held / runs <= 0.99
    assert 0.70 <= enough / runs <= 0.90
