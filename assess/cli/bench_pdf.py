"""Benchmark of ranked reports, against warm headless Chromium that prints the same pages.

Times are by the clock, for both use several processes; those of the processor stand beside them.
Both sides keep to the same two cores.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

import pikepdf

from assess.cli import bench_browser
from assess.cli.bench_browser import Browser, as_page
from assess.cli.bench_clock import Bench, Cost, Timed
from assess.cli.bench_report import Pool
from assess.reports import pdf
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.press import MOST_PROCESSES, WarmPress
from assess.reports.sheets import Content

_PEOPLE: Final = 500
_LEAST: Final = 20
_ROUNDS: Final = 2
_ALONE: Final = 5
_CHANGED: Final = 10
_TICKS: Final = 100
_GOALS: Final = {"fresh": 1.1, "changed": 0.1, "version": 1.0, "alone": 0.8}


@dataclass
class Clock:
    """Seconds by the clock and of the processor, of this process and all below it."""

    clock: float = math.inf
    cpu: float = math.inf

    def take(self, work: Callable[[], bytes]) -> bytes:
        """Do the work; keep its times when they are the shortest so far."""
        processors, start = _processor(), time.perf_counter()
        made = work()
        clock, cpu = time.perf_counter() - start, _processor() - processors
        if clock < self.clock:
            self.clock, self.cpu = clock, cpu
        return made


@dataclass
class Runs:
    """What was measured, by what was done."""

    ours: dict[str, Clock] = field(default_factory=dict)
    theirs: dict[str, Clock] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    fonts: int = 0
    megabytes: float = 0.0

    def note(self, name: str, said: str, against: str) -> str:
        """Say how long a piece of work took against the browser's time for all of it."""
        ours, theirs = self.ours[name], self.theirs.get(against)
        line = f"{said}: {ours.clock:.2f} s (processor {ours.cpu:.2f} s)"
        if theirs is None:
            return line
        return (
            f"{line}; {ours.clock / theirs.clock:.3f} times Chromium's {theirs.clock:.2f} s "
            f"(goal: at most {_GOALS[name]:g}; processor {ours.cpu / theirs.cpu:.3f})"
        )


def ranked_report(share: float) -> Timed:
    """Print 500 people with pages: fresh, after changes, under a new version; and one alone."""
    people = max(_LEAST, round(_PEOPLE * share))
    runs = Runs()
    with _two_cores(), _pressing() as press:
        pdf.render(Pool(_LEAST).ranked(), press, UnitsOfOneRun())
        # The browser's driver would fill this process with what it sends and gets.
        content = Pool(people).ranked()
        with _watching(runs):
            pdf.render(content, press, UnitsOfOneRun())
        with _browsing() as browser:
            for _ in range(_ROUNDS):
                _fresh(runs, people, press, browser)
            _some(runs, max(5, people // 10), press)
            _alone(runs, press, browser)
    return _told(runs, people)


def _fresh(runs: Runs, people: int, press: WarmPress, browser: Browser | None) -> None:
    """Print the whole report, then again after changes; the browser before and between."""
    pool, kept = Pool(people), UnitsOfOneRun()
    content = pool.ranked()
    if browser is not None:
        html = as_page(content)
        made = _clock(runs.theirs, "fresh").take(lambda: browser.print(html))
        runs.sizes["theirs"] = len(made)
    made = _clock(runs.ours, "fresh").take(lambda: pdf.render(content, press, kept).pdf)
    runs.sizes["ours"], runs.fonts = len(made), _fonts(made)
    pool.change(_CHANGED)
    changed = pool.ranked()
    _clock(runs.ours, "changed").take(lambda: pdf.render(changed, press, kept).pdf)
    pool.next_version()
    version = pool.ranked()
    _clock(runs.ours, "version").take(lambda: pdf.render(version, press, kept).pdf)


def _some(runs: Runs, people: int, press: WarmPress) -> None:
    """Print a tenth of the people, to see how the time grows."""
    content = Pool(people).ranked()
    for _ in range(_ROUNDS):
        _clock(runs.ours, "some").take(lambda: pdf.render(content, press, UnitsOfOneRun()).pdf)


def _alone(runs: Runs, press: WarmPress, browser: Browser | None) -> None:
    """Print one person's report, each time with other results."""
    pool = Pool(_LEAST)
    for _ in range(_ALONE):
        pool.change(_LEAST)
        _print_alone(runs, pool.candidate(), press, browser)


def _print_alone(runs: Runs, content: Content, press: WarmPress, browser: Browser | None) -> None:
    if browser is not None:
        html = as_page(content)
        _clock(runs.theirs, "alone").take(lambda: browser.print(html))
    _clock(runs.ours, "alone").take(lambda: pdf.render(content, press, UnitsOfOneRun()).pdf)


def _told(runs: Runs, people: int) -> Timed:
    whole, some = runs.ours["fresh"], runs.ours["some"]
    grows = math.log(whole.clock / some.clock) / math.log(people / max(5, people // 10))
    theirs = runs.theirs.get("fresh")
    notes = [
        runs.note("fresh", "fresh", "fresh"),
        runs.note("changed", f"{_CHANGED} people's results changed, all ranks with them", "fresh"),
        runs.note("version", "a new profile version", "fresh"),
        runs.note("alone", "one candidate's report", "alone"),
        f"time grows with the power {grows:.2f} of the people (goal: at most 1.1)",
        f"memory of this process and {MOST_PROCESSES}: {runs.megabytes:.0f} MB (goal: at most 500)",
        f"file {runs.sizes['ours'] / 1e6:.1f} MB with {runs.fonts} faces embedded"
        + (f", Chromium's {runs.sizes['theirs'] / 1e6:.1f} MB (goal: half)" if theirs else ""),
    ]
    return Timed(
        f"a ranked report of {people} people with pages, by the clock",
        Cost("Assess, two warm processes, fresh", whole.clock, runs.megabytes),
        Cost("warm Chromium, tagged, with an outline", theirs.clock) if theirs else None,
        at_most=_GOALS["fresh"],
        notes=tuple(notes if theirs else [bench_browser.MISSING, *notes]),
    )


def _clock(clocks: dict[str, Clock], name: str) -> Clock:
    return clocks.setdefault(name, Clock())


@contextmanager
def _two_cores() -> Iterator[None]:
    """Keep this process and those it starts to two cores, where the system can."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if before:
        os.sched_setaffinity(0, sorted(before)[:2])
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


@contextmanager
def _pressing() -> Iterator[WarmPress]:
    press = WarmPress(MOST_PROCESSES, few=0)
    try:
        yield press
    finally:
        press.close()


@contextmanager
def _browsing() -> Iterator[Browser | None]:
    """Give the browser, None where there is none."""
    if not bench_browser.there():
        yield None
        return
    browser = Browser()
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def _watching(runs: Runs) -> Iterator[None]:
    """Note the most memory that this process and the press hold together meanwhile."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            runs.megabytes = max(runs.megabytes, _held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        runs.megabytes = max(runs.megabytes, _held())
        ended.set()
        watcher.join()


def _held() -> float:
    """Give the proportional set size of this process and of its Python processes, in MB."""
    total = 0
    for process in _family():
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes()
            if process != os.getpid() and b"multiprocessing" not in command:
                continue
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
        except OSError:
            continue
        total += int(rollup.split("\nPss:")[1].split()[0])
    return total / 1000


def _processor() -> float:
    """Give the seconds of the processor that this process and those below it have used."""
    ticks = 0
    for process in _family():
        try:
            said = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(said[11]) + int(said[12])
    return ticks / _TICKS


def _family() -> list[int]:
    """Give the numbers of this process and of all below it, where the system tells them."""
    found, waiting = [], [os.getpid()]
    while waiting:
        process = waiting.pop()
        found.append(process)
        for path in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                waiting += [int(one) for one in path.read_text("ascii").split()]
            except OSError:
                continue
    return found


def _fonts(made: bytes) -> int:
    """Count the faces that a file embeds."""
    with pikepdf.open(BytesIO(made)) as file:
        return sum(
            "/FontFile2" in one or "/FontFile3" in one
            for one in file.objects
            if isinstance(one, pikepdf.Dictionary)
        )


PDF_BENCHES: Final[dict[str, Bench]] = {"pdf": ranked_report}
