"""One headless Chromium for all tests, and axe on the pages they walk.

One, because a second driver of the synchronous kind cannot run beside the first.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.absence import missing

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Of what axe found, what violates: to tell of every element that passed takes a fifth longer.
#: Contrast takes four fifths of the time and hangs on colours, letters and what lies behind them
#: alone, so each such look is examined once in a process: on three of its elements that are seen.
EXAMINE = """async ([tags, known]) => {
  const grounds = new Map([[null, ""]]), looks = new Map(), waiting = new Map();
  const clear = "rgba(0, 0, 0, 0)";
  const ground = (one) => {
    if (!grounds.has(one)) {
      const s = getComputedStyle(one);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.position, s.filter].join(" ");
      const plain = own === `${clear} none 1 static none`;
      grounds.set(one, ground(one.parentElement) + (plain ? "" : `/${own}`));
    }
    return grounds.get(one);
  };
  const told = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  for (const one of document.body.querySelectorAll("*")) {
    if (!told(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
    const s = getComputedStyle(one);
    const look = [s.color, s.fontSize, s.fontWeight, s.textShadow, ground(one)].join(" ");
    if (known.includes(look)) continue;
    const same = waiting.get(look) || waiting.set(look, []).get(look);
    if (same.length < 3) { same.push(one); looks.set(one, look); }
  }
  const rules = { "color-contrast": { enabled: false } };
  const all = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], rules,
  });
  const tell = ({ id, help, nodes }) => ({ id, help, targets: nodes.map((one) => one.target) });
  if (!looks.size) return [all.violations.map(tell), []];
  const hues = await axe.run({ include: [...looks.keys()] }, {
    runOnly: { type: "rule", values: ["color-contrast"] }, elementRef: true,
  });
  const good = hues.passes.flatMap(({ nodes }) => nodes.map((one) => looks.get(one.element)));
  return [[...all.violations, ...hues.violations].map(tell), good.filter(Boolean)];
}"""
#: The looks whose contrast was found good in this process.
LEGIBLE: set[str] = set()
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
#: How often a page is looked at anew because another one took its place under the look.
TRIES = 8

Seen = TypeVar("Seen")

# What is awaited comes or does not; how soon is the machine's business, and no test's.
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)


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
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


def steadily(page: Page, act: Callable[[], Seen]) -> Seen:
    """Do ``act`` on the loaded page, and again where another page came in its place meanwhile.

    A page that waits for a job loads itself anew, and a press may lead on a moment later: what
    is asked then finds no document, or half of one. A page that never rests is halted for the
    act, and sent on its way behind it. Every other fault is raised, as is the last one.
    """
    for tried in range(TRIES):
        came: list[object] = []

        def note(frame: object, came: list[object] = came) -> None:
            came.append(frame)

        page.on("framenavigated", note)
        try:
            page.wait_for_load_state()
            if halted := tried > 1:
                page.evaluate("window.stop()")
            seen = act()
            if halted:
                page.evaluate("location.replace(location.href)")
        except PlaywrightError as error:
            # The old page's end may be told before the new page's coming.
            moved = came or "because of a navigation" in str(error)
            if not moved or tried == TRIES - 1:
                raise
        else:
            return seen
        finally:
            page.remove_listener("framenavigated", note)
    raise AssertionError("not reached: the last try returns or raises")


def ask(page: Page, script: str, argument: object = None) -> object:
    """Evaluate ``script`` in the page, once it is there to be asked."""
    return steadily(page, lambda: page.evaluate(script, argument))


def await_answer(page: Page, script: str, wanted: object) -> None:
    """Ask again and again until the page answers ``wanted``; its promises are waited for."""
    for _ in range(300):
        if (answer := ask(page, script)) == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{script} gives {answer!r}, wanted {wanted!r}")


def look(page: Page) -> None:
    """Hold the page against WCAG 2.2 AA, and against sideways scrolling."""
    hold_to_wcag(page)
    hold_to_width(page)


def hold_to_wcag(page: Page) -> None:
    """Let axe find no violation.

    Playwright's evaluate is not bound by the page's content policy, so axe needs no opening.
    """

    def examine() -> list[str]:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text())
        faults, legible = page.evaluate(EXAMINE, [RULES, list(LEGIBLE)])
        LEGIBLE.update(legible)
        return [f"{one['id']}: {one['help']} {one['targets'][:3]}" for one in faults]

    told = steadily(page, examine)
    assert not told, f"{page.url}\n" + "\n".join(told)


def hold_to_width(page: Page) -> None:
    """Let nothing scroll sideways."""
    wide = ask(page, "document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
