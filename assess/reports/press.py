"""Lay units out: here, or in warm processes beside this one.

A process loads the layout engine, the faces and the styles once and then makes unit after unit.
It gets plain data and gives bytes; it reaches no database and no network.
"""

import atexit
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from typing import Final, Protocol

from assess.reports.units import Glyphs, Unit, UnitRequest

FEW: Final = 16
"""As many units are made here and now: a process would take longer to begin."""
MOST_PROCESSES: Final = 2
_UNITS_A_PROCESS: Final = 2000


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


class WarmPress:
    """Makes units in processes that stay; few of them here. Close it when the service stops."""

    def __init__(self, processes: int | None = None) -> None:
        """Begin with none: the first report that needs them starts them."""
        self._processes = processes or min(os.cpu_count() or 1, MOST_PROCESSES)
        self._pool: ProcessPoolExecutor | None = None

    def units(self, requests: Sequence[UnitRequest]) -> Iterator[tuple[int, Unit]]:
        """Give each unit as it is made; at most a few wait beyond those being made."""
        if len(requests) <= FEW and self._pool is None:
            yield from OwnPress().units(requests)
            return
        yield from self._spread(_made, requests)

    def faces(self, used: Mapping[str, Glyphs]) -> bytes:
        """Give the file with the reports' faces, cut to the glyphs in use."""
        return self._started().submit(_faces, used).result() if self._pool else _faces(used)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _spread(
        self, work: Callable[[UnitRequest], Unit], requests: Sequence[UnitRequest]
    ) -> Iterator[tuple[int, Unit]]:
        pool, following = self._started(), iter(enumerate(requests))
        waiting: dict[Future[Unit], int] = {}
        while True:
            # So many and no more: what waits is held as bytes in this process.
            while len(waiting) < 4 * self._processes and (following_one := next(following, None)):
                place, request = following_one
                waiting[pool.submit(work, request)] = place
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
def press() -> Press:
    """Give the press of this process; its own processes end with it."""
    made = WarmPress()
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
