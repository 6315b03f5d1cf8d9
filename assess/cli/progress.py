"""A progress bar on a terminal, nothing in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many of ``length`` steps were just done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def share_done(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how much is done, and of how much, as the work goes on."""
    shown = 0
    with progress(100, label) as step:

        def tell(done: int, total: int) -> None:
            nonlocal shown
            now = min(100, 100 * done // max(total, 1))
            step(max(now - shown, 0))
            shown = max(now, shown)

        yield tell
        step(100 - shown)
