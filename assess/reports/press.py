"""Lay units out: here, or in warm processes beside this one.

A process loads the layout engine, the faces and the styles once and then makes unit after unit.
It gets plain data and gives bytes; it reaches no database and no network.
"""

import atexit
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from typing import Final, Protocol, TypeVar

from assess.reports.units import Glyphs, Unit, UnitRequest

log = logging.getLogger(__name__)
FEW: Final = 40
"""As many units are made here and now: a process would take longer to begin."""
MOST_PROCESSES: Final = 2
_UNITS_A_PROCESS: Final = 2000
_FAILED: Final = (
    "The processes that lay out reports ended twice, most likely for lack of memory: "
    "give the service more of it, or fewer processes with ASSESS_RENDER_PROCESSES."
)
_Asked = TypeVar("_Asked")
_Made = TypeVar("_Made")


class Press(Protocol):
    """Makes units."""

    def units(self, requests: Sequence[UnitRequest]) -> Iterator[tuple[int, Unit]]:
        """Give each unit with its place among ``requests``, as they are made."""
        ...

    def faces(self, used: Mapping[str, Glyphs]) -> bytes:
        """Give the file with the reports' faces, cut to the glyphs in use."""
        ...


class OwnPress:
    """Makes units in this process."""

    def units(self, requests: Sequence[UnitRequest]) -> Iterator[tuple[int, Unit]]:
        """Give each unit in order."""
        for place, request in enumerate(requests):
            yield place, _made(request)

    def faces(self, used: Mapping[str, Glyphs]) -> bytes:
        """Give the file with the reports' faces, cut to the glyphs in use."""
        return _faces(used)


class PressFailed(Exception):
    """The processes ended twice while pages were laid out."""


class WarmPress:
    """Makes units in processes that stay; few of them here. Close it when the service stops."""

    def __init__(self, processes: int = MOST_PROCESSES, *, few: int = FEW) -> None:
        """Begin with none: the first report of more than ``few`` units starts them."""
        self._processes, self._few = min(os.cpu_count() or 1, processes), few
        self._pool: ProcessPoolExecutor | None = None

    def units(self, requests: Sequence[UnitRequest]) -> Iterator[tuple[int, Unit]]:
        """Give each unit as it is made; at most a few wait beyond those being made.

        Raises PressFailed when the processes end, and end again after they were started anew.
        """
        if len(requests) <= self._few and self._pool is None:
            yield from OwnPress().units(requests)
            return
        yield from self._spread(_made, requests)

    def faces(self, used: Mapping[str, Glyphs]) -> bytes:
        """Give the file with the reports' faces, cut to the glyphs in use."""
        if self._pool is None:
            return _faces(used)
        return next(made for _, made in self._spread(_faces, [used]))

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _spread(
        self, work: Callable[[_Asked], _Made], asked: Sequence[_Asked]
    ) -> Iterator[tuple[int, _Made]]:
        left = dict(enumerate(asked))
        for again in (True, False):
            try:
                for place, made in self._once(work, left):
                    del left[place]
                    yield place, made
            except (BrokenProcessPool, MemoryError) as error:
                # Whoever was ended for lack of memory may have room when all begin afresh.
                self.close()
                if not again:
                    raise PressFailed(_FAILED) from error
                log.warning("processes that lay out reports ended; they are started again")
            else:
                return

    def _once(
        self, work: Callable[[_Asked], _Made], asked: Mapping[int, _Asked]
    ) -> Iterator[tuple[int, _Made]]:
        pool, following = self._started(), iter(list(asked.items()))
        waiting: dict[Future[_Made], int] = {}
        while True:
            # So many and no more: what waits is held as bytes in this process.
            while len(waiting) < 4 * self._processes and (following_one := next(following, None)):
                place, one = following_one
                waiting[pool.submit(work, one)] = place
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=get_context("spawn"),
                initializer=_begin,
                max_tasks_per_child=_UNITS_A_PROCESS,
            )
        return self._pool


@cache
def press(processes: int = MOST_PROCESSES) -> Press:
    """Give the press of this process; its own processes end with it."""
    made = WarmPress(processes)
    atexit.register(made.close)
    return made


def _begin() -> None:
    from assess.reports import layout  # noqa: PLC0415

    layout.warm()


def _made(request: UnitRequest) -> Unit:
    # WeasyPrint takes a second to load: only who lays pages out needs it.
    from assess.reports import layout  # noqa: PLC0415

    return layout.lay_out(request)


def _faces(used: Mapping[str, Glyphs]) -> bytes:
    from assess.reports import layout  # noqa: PLC0415

    return layout.faces_file(used)
