"""One headless Chromium for all tests, and axe on the pages they walk.

One, because a second driver of the synchronous kind cannot run beside the first.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.absence import missing

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
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
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page in a context of its own (its own cookies)."""
    contexts = []

    def open_(viewport: dict[str, int], **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


def look(page: Page) -> None:
    """Hold the page against WCAG 2.2 AA, and against sideways scrolling."""
    hold_to_wcag(page)
    hold_to_width(page)


def hold_to_wcag(page: Page) -> None:
    """Let axe find no violation.

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


def hold_to_width(page: Page) -> None:
    """Let nothing scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
