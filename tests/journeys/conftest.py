"""A real service: web workers and the job worker in processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from assess.settings import Settings


@dataclass(frozen=True)
class Service:
    """A running installation: where it answers and with which settings."""

    url: str
    settings: Settings


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """Run ``assess serve`` on the fresh database: web workers and the job worker."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    ours = replace(settings, public_url=url, private_providers=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "assess", "serve", "--bind", f"127.0.0.1:{port}"],
        env=os.environ | ours.to_env(),
    )
    try:
        _await(url)
        yield Service(url, ours)
    finally:
        # Not SIGTERM: it waits twenty seconds for connections that a browser keeps open.
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=120)


def _await(url: str) -> None:
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the service did not come up within two minutes")
