"""The retest rule: which earlier answers can be used, and when somebody may answer again (pure).

Days are calendar days in UTC. Scores can stand beside one another only when the questionnaire's
digest is the same, for it covers items, key, calibration and norm. Practice effects come from
having seen the questions, so waiting counts every version of a questionnaire.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

YEAR: Final = timedelta(days=365)
LONGEST_DAYS: Final = 1095
MOST_ALLOWED: Final = 12


class Counts(StrEnum):
    """Which of several answers of one person counts; never the best, which rewards chance."""

    LATEST = "latest"
    FIRST = "first"


@dataclass(frozen=True)
class Policy:
    """How long to wait, how often in 12 months, which answers count and for how long."""

    cool_off_days: int = 180
    most_in_year: int = 2
    counts: Counts = Counts.LATEST
    valid_days: int = 365

    def faults(self) -> list[str]:
        """Say what cannot be kept, a line each."""
        limits = (
            ("days to wait", self.cool_off_days, 0, LONGEST_DAYS),
            ("most in 12 months", self.most_in_year, 1, MOST_ALLOWED),
            ("days in use", self.valid_days, 1, LONGEST_DAYS),
        )
        return [
            f"{name}: must be {low} to {high}"
            for name, value, low, high in limits
            if not low <= value <= high
        ]

    def plain(self) -> dict[str, int | str]:
        """Give the rule as the trail keeps it."""
        return {**asdict(self), "counts": self.counts.value}


DEFAULT: Final = Policy()


@dataclass(frozen=True)
class Taken:
    """One questionnaire that somebody has finished; ``source`` names job and brand to people."""

    attempt_id: int
    sitting_id: int
    instrument: str
    digest: str
    given_on: date
    source: tuple[str, str] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Part:
    """One questionnaire of a battery: the answers that could be used, and the earliest day anew.

    ``again_on`` is None for who has never answered it.
    """

    instrument: str
    digest: str
    used: Taken | None
    again_on: date | None


@dataclass(frozen=True)
class Plan:
    """What one person could do about a battery today; ``excepted`` lifts every waiting."""

    parts: tuple[Part, ...]
    today: date
    excepted: bool = False

    @property
    def used(self) -> tuple[Taken, ...]:
        """The answers that could be used, in the order of the battery."""
        return tuple(part.used for part in self.parts if part.used is not None)

    @property
    def missing(self) -> tuple[Part, ...]:
        """The questionnaires that have to be answered in any case."""
        return tuple(part for part in self.parts if part.used is None)

    @property
    def one_sitting(self) -> int | None:
        """The sitting that holds everything, None when something is missing or lies apart."""
        sittings = {one.sitting_id for one in self.used}
        return sittings.pop() if len(sittings) == 1 and not self.missing else None

    @property
    def rest_on(self) -> date | None:
        """The day from which what is missing may be answered; None: now."""
        return self._wait(self.missing)

    @property
    def again_on(self) -> date | None:
        """The day from which everything may be answered anew; None: now."""
        return self._wait(self.parts)

    @property
    def may_use(self) -> bool:
        """Whether earlier answers can be used today, and the rest answered."""
        return bool(self.used) and self.rest_on is None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to ask: nothing to use and nothing to wait for."""
        return not self.used and self.again_on is None

    @property
    def token(self) -> str:
        """Name the answers an agreement is about: what was shown is what is agreed to."""
        return "-".join(str(one.attempt_id) for one in self.used)

    def _wait(self, parts: Iterable[Part]) -> date | None:
        days = [part.again_on for part in parts if part.again_on is not None]
        latest = max(days, default=self.today)
        return None if self.excepted or latest <= self.today else latest


def make_plan(
    battery: Sequence[tuple[str, str]],
    taken: Iterable[Taken],
    policy: Policy,
    today: date,
    *,
    excepted: bool = False,
) -> Plan:
    """Plan a battery of (instrument, digest) for somebody with ``taken``, in any order."""
    history = sorted(taken, key=lambda one: (one.given_on, one.attempt_id))
    parts = tuple(_part(key, digest, history, policy, today) for key, digest in battery)
    return Plan(parts, today, excepted)


def counting(same: Iterable[Taken], policy: Policy, today: date) -> Taken | None:
    """Give the answers that count of those to one version, None when none are in use any more."""
    valid = [one for one in same if today <= last_day(one, policy)]
    valid.sort(key=lambda one: (one.given_on, one.attempt_id))
    if not valid:
        return None
    return valid[0] if policy.counts is Counts.FIRST else valid[-1]


def last_day(taken: Taken, policy: Policy) -> date:
    """Give the last day on which the answers may be used."""
    return taken.given_on + timedelta(days=policy.valid_days)


def _part(key: str, digest: str, history: Sequence[Taken], policy: Policy, today: date) -> Part:
    own = [one for one in history if one.instrument == key]
    used = counting((one for one in own if one.digest == digest), policy, today)
    if not own:
        return Part(key, digest, None, None)
    days = [own[-1].given_on + timedelta(days=policy.cool_off_days)]
    if len(own) >= policy.most_in_year:
        # This one leaves the twelve months, and makes room for another.
        days.append(own[-policy.most_in_year].given_on + YEAR)
    if used is not None and policy.counts is Counts.FIRST:
        days.append(last_day(used, policy) + timedelta(days=1))
    return Part(key, digest, used, max(days))
