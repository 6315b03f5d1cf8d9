"""The worker: claims jobs one by one and runs the handler registered for their kind."""

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assess.db.scope import Sessions
from assess.jobs import queue
from assess.jobs.queue import Claimed
from assess.settings import Settings

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.5


class NotNow(Exception):
    """A later try may succeed; its words name no person, for the job keeps them."""


@dataclass(frozen=True)
class Work:
    """What a handler is given."""

    sessions: Sessions
    settings: Settings
    job: Claimed
    now: datetime

    def progress(self, done: int, total: int) -> None:
        """Tell the waiting page how far the work is."""
        queue.progress(self.sessions, self.job, done, total)


#: Handlers must be idempotent: a job can run again after its worker died.
Handler = Callable[[Work], None]


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


def run_until_idle(sessions: Sessions, settings: Settings, handlers: Mapping[str, Handler]) -> int:
    """Do every due job and return how many there were."""
    count = 0
    while run_one(sessions, settings, handlers):
        count += 1
    return count


def run_forever(
    sessions: Sessions,
    settings: Settings,
    handlers: Mapping[str, Handler],
    *,
    with_parent: bool = False,
) -> None:
    """Work until told to stop (SIGTERM, SIGINT); the job at hand is finished first.

    ``with_parent`` stops as well when the process that started this one is gone, so that a
    killed service leaves no worker behind.
    """
    stopping, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set() and not (with_parent and os.getppid() != parent):
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
