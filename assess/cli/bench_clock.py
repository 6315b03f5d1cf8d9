"""What a benchmark says, and how its times and memory are taken.

Times are of the processor, on both sides: one core's work, whatever else the machine does.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

SEED: Final = 1
LEAST_PEOPLE: Final = 300

_ROUNDS: Final = 5
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Cost:
    """What a piece of work took: ``seconds`` of the processor, ``megabytes`` held at its peak."""

    who: str
    seconds: float
    megabytes: float | None = None

    def line(self) -> str:
        """Give the cost as one line of a benchmark."""
        memory = "" if self.megabytes is None else f"   peak {self.megabytes:8.1f} MB"
        return f"  {self.who:62} {self.seconds:9.4f} s{memory}"


@dataclass(frozen=True)
class Timed:
    """One benchmark: what was done, what it cost, and what its baseline cost in the same run.

    Without a ``baseline`` (a package that is not installed) there is no ratio. ``at_least`` is
    the goal for how many times as fast as the baseline, ``at_most`` the one for how many times
    its time; ``notes`` say what else was found, agreement first of all.
    """

    what: str
    ours: Cost
    baseline: Cost | None
    at_least: float | None = None
    at_most: float | None = None
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Lay the benchmark out for a terminal."""
        yield self.what
        yield self.ours.line()
        if self.baseline is not None:
            yield self.baseline.line()
            yield f"  ratio: {self._ratio(self.ours.seconds / self.baseline.seconds)}"
        for note in self.notes:
            yield f"  {note}"

    def _ratio(self, share: float) -> str:
        if self.at_most is not None:
            return f"{share:.2f} times the baseline's time (goal: at most {self.at_most:g})"
        goal = "" if self.at_least is None else f" (goal: at least {self.at_least:g})"
        return f"{1 / share:.1f} times as fast as the baseline{goal}"


Bench = Callable[[float], Timed]
"""A benchmark, given the share of the people to run it with (1 for all)."""


def sized(people: int, share: float) -> int:
    """Give how many people a benchmark of ``people`` takes at this ``share``."""
    return min(people, max(LEAST_PEOPLE, round(people * share)))


def timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    """Do the work once; give its result and its seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def quickest(work: Callable[[], _Result], *, rounds: int = _ROUNDS) -> tuple[_Result, float]:
    """Time a few rounds and keep the quickest, which other work on the machine disturbed least."""
    return min((timed(work) for _ in range(rounds)), key=lambda one: one[1])


def peak_megabytes(work: Callable[[], object]) -> float:
    """Give the most memory held at once while ``work`` runs, above what was held before."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def costed(
    who: str, work: Callable[[], _Result], *, scale: float = 1.0, rounds: int = _ROUNDS
) -> tuple[_Result, Cost]:
    """Give the result of the work and what it cost; memory is taken in a round of its own.

    ``scale`` multiplies the seconds: for a sample timed in place of all.
    """
    result, seconds = quickest(work, rounds=rounds)
    return result, Cost(who, seconds * scale, peak_megabytes(work))
