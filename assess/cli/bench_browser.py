"""The browser a report is measured against: headless Chromium that prints the same pages."""

import base64
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from shutil import which
from typing import Any, Final

from markupsafe import Markup

from assess.paths import data_dir
from assess.reports import faces, fills, pieces, plan
from assess.reports.pictures import CHARTS
from assess.reports.sheets import Content, RankedContent
from assess.reports.units import LINK, UnitRequest
from assess.reports.wording import environment

MISSING: Final = (
    "not compared: that needs playwright and Chromium, which are development dependencies: "
    "make setup-dev, and a chromium on the path (or: playwright install chromium)"
)


class Browser:
    """Warm headless Chromium with one page. It is driven from a thread of its own."""

    def __init__(self) -> None:
        """Start it."""
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._start).result()

    def print(self, html: str) -> bytes:
        """Give the PDF of a page, tagged and with an outline."""
        return self._thread.submit(self._printed, html).result()

    def close(self) -> None:
        """End it."""
        self._thread.submit(self._stop).result()
        self._thread.shutdown()

    def _start(self) -> None:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415

        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox"]
        )
        self._page = self._browser.new_page()
        self._printed("<p>warm")

    def _printed(self, html: str) -> bytes:
        self._page.set_content(html, timeout=0)
        return bytes(self._page.pdf(tagged=True, outline=True, prefer_css_page_size=True))

    def _stop(self) -> None:
        self._browser.close()
        self._playwright.stop()


def there() -> bool:
    """Say whether there is a browser to measure against."""
    return find_spec("playwright") is not None and which("chromium") is not None


def as_page(content: Content) -> str:
    """Give a report as one HTML page: the same templates, styles and faces, charts as SVG."""
    sheets = plan.plan(content)
    if isinstance(content, RankedContent):
        numbers = {sheet.anchor: number for number, sheet in enumerate(sheets, 2)}
        sheets.insert(0, plan.cover(content, numbers))
    body = "".join(f'<div id="{one.anchor}">{_body(one.request)}</div>' for one in sheets)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report</title>'
        f"<style>{_styles()} svg {{ display: block }}</style></head><body>{body}</body></html>"
    )


def _body(request: UnitRequest) -> str:
    template = environment(request.language).get_template("reports/pdf/unit.html")
    functions: dict[str, Callable[..., Any]] = {
        "write": lambda *runs, **_: fills.plain(*runs),
        "link": lambda anchor: LINK + anchor,
        "hatch": lambda _height: Markup(""),
    }
    functions |= {chart.__name__: _inline(chart) for chart in CHARTS}
    said = {"sheet": request.template, "squeeze": 0, **request.content}
    html = pieces.whole(template.render(said | functions))
    found = html[html.index("<body>") + 6 : html.index("</body>")]
    return found.replace(f'href="{LINK}', 'href="#')


def _inline(chart: Callable[..., str]) -> Callable[..., Markup]:
    def drawn(*args: Any, title: str, **kwargs: Any) -> Markup:
        # Our own chart, which escapes the words it is given.
        return Markup(chart(*args, title=str(title), **kwargs))  # noqa: S704

    return drawn


def _styles() -> str:
    path = data_dir("templates").joinpath("reports", "pdf", "report.css")

    def face(found: re.Match[str]) -> str:
        packed = base64.b64encode(faces.file(found[1])).decode()
        return f"data:font/ttf;base64,{packed}"

    return re.sub(r"asset:([\w-]+)", face, path.read_text("utf-8"))
