"""A campaign's people by day and step, and where they stop: counts alone, nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Final

import numpy as np

from assess.campaigns.queries import Progress
from assess.instruments.model import Instrument
from assess.selection.forecast import Forecast, IntArray, Observed, forecast

LEAST_TOLD: Final = 5
"""Fewer people who stopped at a place are counted together with those of the next places."""


@dataclass(frozen=True)
class Step:
    """People of one day of invitation, one of starting, one of finishing (None: not yet).

    ``sent`` of these ``people`` were mailed, ``failed`` could not be; ``advanced`` (with the
    ``hired``) is how somebody decided.
    """

    invited_on: date
    started_on: date | None
    finished_on: date | None
    withdrawn: bool
    people: int
    sent: int
    failed: int
    advanced: int = 0
    hired: int = 0


@dataclass(frozen=True)
class Day:
    """How many were invited, had started and had finished by the end of a day."""

    on: date
    invited: int
    started: int
    finished: int


@dataclass(frozen=True)
class Flow:
    """A campaign's people as counted at a moment."""

    counted_at: datetime
    steps: tuple[Step, ...]

    @property
    def progress(self) -> Progress:
        """How many are at each step or beyond."""
        return Progress(
            invited=sum(step.people for step in self.steps),
            sent=sum(step.sent for step in self.steps),
            started=sum(step.people for step in self.steps if step.started_on),
            finished=sum(step.people for step in self.steps if step.finished_on),
            failed=sum(step.failed for step in self.steps),
            advanced=sum(step.advanced for step in self.steps),
            hired=sum(step.hired for step in self.steps),
        )

    @property
    def taking_part(self) -> int:
        """How many have finished and not withdrawn since."""
        return sum(step.people for step in self.steps if step.finished_on and not step.withdrawn)

    def by_day(self, until: date) -> list[Day]:
        """Give every day from the first invitation to ``until``, added up; none before."""
        first = min((step.invited_on for step in self.steps), default=until)
        length = max((until - first).days, 0) + 1
        counts = np.zeros((3, length), dtype=np.int64)
        for step in self.steps:
            for row, day in enumerate((step.invited_on, step.started_on, step.finished_on)):
                if day is not None:
                    counts[row, min(max((day - first).days, 0), length - 1)] += step.people
        sums = counts.cumsum(axis=1).T.tolist()
        return [Day(first + timedelta(days=at), *row) for at, row in enumerate(sums)]


def observed(flow: Flow, today: date, opens_on: date) -> Observed:
    """Give what a forecast learns from; nobody's time begins before the campaign opens."""
    ages: dict[int, list[Step]] = {}
    for step in flow.steps:
        passed = (today - max(step.invited_on, opens_on)).days
        ages.setdefault(max(passed, 0), []).append(step)
    age = np.array(sorted(ages), dtype=np.int64)
    out, still, done = np.zeros_like(age), np.zeros_like(age), _table(age)
    for row, days in enumerate(age.tolist()):
        for step in ages[days]:
            if step.withdrawn:
                out[row] += step.people
            elif step.finished_on is not None:
                took = days - (today - step.finished_on).days
                done[row, min(max(took, 0), days)] += step.people
            else:
                lost = step.failed if step.started_on is None else 0
                out[row] += lost
                still[row] += step.people - lost
    return Observed(age, still, out, done)


def _table(age: IntArray) -> IntArray:
    return np.zeros((len(age), int(age.max(initial=0)) + 1), dtype=np.int64)


def outlook(flow: Flow, now: datetime, opens_on: date, by: date, needed: int) -> Forecast:
    """Forecast how many have finished by the end of ``by``, and how many to invite.

    Before a campaign opens its first day counts as today. Raises ValueError for a day that is
    over.
    """
    early = opens_on > now.date()
    today = opens_on if early else now.date()
    gone = (now - datetime.combine(today, time.min, now.tzinfo)) / timedelta(days=1)
    return forecast(
        observed(flow, today, opens_on),
        needed,
        days=(by - today).days,
        day_gone=0.0 if early else gone,
    )


@dataclass(frozen=True)
class Place:
    """A question of the battery: its questionnaire and its number in it, from 1."""

    title: str
    number: int


@dataclass(frozen=True)
class Stop:
    """How many ``people`` stopped from the question ``first`` to ``last``, both included.

    ``nothing`` when they answered none; ``everything`` when some or all only did not hand in,
    then without ``first`` if that is true of all.
    """

    people: int
    first: Place | None = None
    last: Place | None = None
    nothing: bool = False
    everything: bool = False


@dataclass(frozen=True)
class Stops:
    """Where people stopped, in the order of the battery; ``hidden`` when too few did to tell."""

    people: int
    hidden: bool
    rows: tuple[Stop, ...]


def stops(answered: Sequence[tuple[int, int]], battery: Sequence[Instrument]) -> Stops:
    """Say where people stopped, from (items answered, people); a row is a block or several.

    Places with fewer than LEAST_TOLD people are put together with their neighbours; where nobody
    stopped there is no row. Who has declined a question has dealt with it.
    """
    blocks = [
        (instrument, len(instrument.block_item_ids(block)))
        for instrument in battery
        for block in instrument.blocks
    ]
    ends = list(accumulate((size for _, size in blocks), initial=0))
    people = [0] * (len(blocks) + 2)
    for items, count in answered:
        at = 0 if items == 0 else int(np.searchsorted(ends, items, side="right"))
        people[min(at, len(blocks) + 1)] += count
    total = sum(people)
    if total < LEAST_TOLD:
        return Stops(total, hidden=total > 0, rows=())
    where = [
        Place(instrument.staff_title, number)
        for instrument in battery
        for number in range(1, len(instrument.items) + 1)
    ]
    rows = [_stop(first, last, ends, where, count) for first, last, count in _joined(people)]
    return Stops(total, hidden=False, rows=tuple(rows))


def _stop(first: int, last: int, ends: Sequence[int], where: Sequence[Place], people: int) -> Stop:
    """Name a row from its places: 0 is nothing, then the blocks, then everything answered."""
    if first == last == 0:
        return Stop(people, nothing=True)
    everything = last == len(ends)
    if first == len(ends):
        return Stop(people, everything=True)
    begin, end = max(first - 1, 0), min(last, len(ends) - 1)
    return Stop(people, where[ends[begin]], where[ends[end] - 1], everything=everything)


def _joined(people: Sequence[int]) -> list[tuple[int, int, int]]:
    """Join neighbours until each row has enough: (first, last, people)."""
    rows: list[tuple[int, int, int]] = []
    start, held = 0, 0
    for at, count in enumerate(people):
        if not held:
            start = at
        held += count
        if held >= LEAST_TOLD:
            rows.append((start, at, held))
            held = 0
    if held:
        first, last, before = rows.pop()
        last = max(at for at, count in enumerate(people) if count)
        rows.append((first, last, before + held))
    return rows
