"""Run the web service (gunicorn) and, in the embedded default, its one worker process."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from flask import Flask
from gunicorn.app.base import BaseApplication

from assess.app import create_app
from assess.settings import Settings

WEB_WORKERS, THREADS = 2, 4


class WebService(BaseApplication):  # type: ignore[misc]
    """Gunicorn around the application: threads, no control socket, no access log.

    Addresses of candidates hold tokens, so no log of addresses is written here.
    """

    def __init__(self, settings: Settings, bind: str) -> None:
        self._settings, self._bind = settings, bind
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        for name, value in {
            "bind": self._bind,
            "workers": WEB_WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "graceful_timeout": 20,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application in each worker, after the fork: engines are not shared."""
        return create_app(self._settings)


@contextlib.contextmanager
def worker_beside(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``assess worker`` as a process of its own as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assess", "worker", "--with-parent"],
        env=os.environ | settings.to_env(),
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def serve(settings: Settings, bind: str) -> None:
    """Serve until stopped, with the worker beside; returns by SystemExit as gunicorn does."""
    with worker_beside(settings):
        WebService(settings, bind).run()
