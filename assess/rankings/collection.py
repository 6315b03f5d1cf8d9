"""Keep Python's collector of cycles away while a ranking is made of millions of small objects.

It passes over all of them again each time their number has grown by a quarter, and none of them
stands in a cycle: half of the time goes there.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_pausing = 0
"""How many threads want it paused; the last one lets it go on."""


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause the collector of the whole process for some seconds of growing."""
    global _pausing  # noqa: PLW0603
    with _lock:
        was_on = gc.isenabled() or _pausing > 0
        gc.disable()
        _pausing += 1
    try:
        yield
    finally:
        with _lock:
            _pausing -= 1
            if was_on and not _pausing:
                gc.enable()
