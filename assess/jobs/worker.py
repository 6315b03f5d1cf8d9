"""The worker: claims jobs one by one and runs the handler registered for their kind."""

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assess.db.scope import Sessions
from assess.jobs import queue
from assess.jobs.queue import Claimed
from assess.settings import Settings

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5


class NotNow(Exception):
    """A later try may succeed; its words name no person, for the job keeps them."""


class Later(Exception):
    """There is a better moment for the job; that it was begun does not count as a try."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True)
class Work:
    """What a handler is given."""

    sessions: Sessions
    settings: Settings
    job: Claimed
    now: datetime

    def progress(self, done: int, total: int) -> bool:
        """Tell the waiting page how far the work is; False when it is no longer this worker's."""
        return queue.progress(self.sessions, self.job, done, total)


#: Handlers must be idempotent: a job can run again after its worker died.
Handler = Callable[[Work], None]


@dataclass(frozen=True)
class Planned:
    """Work that comes round: once in each period, however many workers there are.

    ``enqueue`` is given the period's first moment and must add jobs under keys that name it, so
    that the second worker to come adds nothing.
    """

    every: timedelta
    enqueue: Callable[[Sessions, Settings, datetime], None]


@dataclass
class Rounds:
    """What this worker has put into the table already, so that it asks once a period."""

    planned: Sequence[Planned] = ()
    _seen: dict[int, datetime] = field(default_factory=dict)

    def come_round(self, sessions: Sessions, settings: Settings, now: datetime) -> None:
        """Put what is due in this period into the table; a fault waits for the next time."""
        for place, planned in enumerate(self.planned):
            start = now - (now - datetime.min.replace(tzinfo=UTC)) % planned.every
            if self._seen.get(place) == start:
                continue
            try:
                planned.enqueue(sessions, settings, start)
            except Exception as error:  # noqa: BLE001 - jobs at hand are done all the same
                log.warning("planned work was not put into the table: %s", _fault(error))
            self._seen[place] = start


def run_one(sessions: Sessions, settings: Settings, handlers: Mapping[str, Handler]) -> bool:
    """Do the next due job; False when there is none."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    job = queue.claim(sessions, owner, now=datetime.now(UTC))
    if job is None:
        return False
    stop = threading.Event()
    beat = threading.Thread(target=_heartbeat, args=(sessions, job, stop), daemon=True)
    beat.start()
    try:
        handlers[job.kind](Work(sessions, settings, job, datetime.now(UTC)))
    except Later as later:
        queue.postpone(sessions, job, later.until)
    except Exception as error:  # noqa: BLE001 - whatever a job does, the worker lives on
        fault = _fault(error)
        log.warning("job %s (%s) failed: %s", job.id, job.kind, fault)
        queue.fail(sessions, job, fault, now=datetime.now(UTC))
    else:
        queue.finish(sessions, job, now=datetime.now(UTC))
    finally:
        stop.set()
        beat.join()
    return True


def run_until_idle(
    sessions: Sessions,
    settings: Settings,
    handlers: Mapping[str, Handler],
    *,
    planned: Sequence[Planned] = (),
) -> int:
    """Do every due job, the ``planned`` ones of this period too; return how many there were."""
    count = 0
    Rounds(planned).come_round(sessions, settings, datetime.now(UTC))
    while run_one(sessions, settings, handlers):
        count += 1
    return count


def run_forever(
    sessions: Sessions,
    settings: Settings,
    handlers: Mapping[str, Handler],
    *,
    planned: Sequence[Planned] = (),
    with_parent: bool = False,
) -> None:
    """Work until told to stop (SIGTERM, SIGINT); the job at hand is finished first.

    What is ``planned`` is put into the table as its time comes round.

    ``with_parent`` stops as well when the process that started this one is gone, so that a
    killed service leaves no worker behind.
    """
    stopping, parent, rounds = threading.Event(), os.getppid(), Rounds(planned)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set() and not (with_parent and os.getppid() != parent):
        rounds.come_round(sessions, settings, datetime.now(UTC))
        if not run_one(sessions, settings, handlers):
            time.sleep(IDLE_SECONDS)


def _fault(error: Exception) -> str:
    """Name an error's kind and place: its words may hold personal data, and this is kept."""
    if isinstance(error, NotNow):
        return f"{type(error).__name__}: {error}"
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {last.name}, {Path(last.filename).name}:{last.lineno}"


def _heartbeat(sessions: Sessions, job: Claimed, stop: threading.Event) -> None:
    while not stop.wait(queue.LEASE.total_seconds() / 4):
        queue.renew(sessions, job, now=datetime.now(UTC))
