"""A real service, a real browser, and axe on every page walked."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assess.settings import Settings
from tests.absence import missing

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


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
    ours = replace(settings, public_url=url)
    process = subprocess.Popen(
        [sys.executable, "-m", "assess", "serve", "--bind", f"127.0.0.1:{port}"],
        env=os.environ | ours.to_env(),
    )
    try:
        _await(url)
        yield Service(url, ours)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(url: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()  # noqa: S310
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the service did not come up within 15 seconds")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give headless Chromium."""
    path = shutil.which("chromium")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page in a context of its own (its own cookies)."""
    contexts = []

    def open_(viewport: dict[str, int], **options: object) -> Page:
        context = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


def look(page: Page) -> None:
    """Hold the page against WCAG 2.2 AA, and against sideways scrolling.

    Playwright's evaluate is not bound by the page's content policy, so axe needs no opening.
    """
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES
    )
    told = [
        f"{fault['id']}: {fault['help']} {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found["violations"]
    ]
    assert not told, f"{page.url}\n" + "\n".join(told)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
