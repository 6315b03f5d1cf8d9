"""From frozen content to a tagged PDF: templates, the closed fetcher, WeasyPrint.

Nothing here knows the web framework: workers and the command line render too. Only the faces
and styles of this package are ever loaded; any other address is an error.
"""

import gc
import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import translation
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from assess.paths import data_dir
from assess.reports import formats
from assess.reports.pictures import SCHEME, Album
from assess.reports.sheets import Content, Progress, RankedContent

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
FACES = ("Inter-Regular", "Inter-SemiBold")
HATCH = "hatch.svg"
FRONT_PAGES = 6


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Give the package's own faces, the hatch and the report's pictures; refuse all else."""

    def __init__(self, album: Album) -> None:
        super().__init__(fail_on_errors=True)
        self._album = album

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        """Return the asset that ``url`` names; FatalURLFetchingError for anything else."""
        name = url.removeprefix(SCHEME) if url.startswith(SCHEME) else ""
        if name in FACES:
            return URLFetcherResponse(url, _face(name), {"Content-Type": "font/ttf"})
        picture = _folder("pdf", HATCH).read_bytes() if name == HATCH else self._album.get(name)
        if picture is None:
            raise FatalURLFetchingError(f"a report loads nothing from outside: {url[:80]!r}")
        return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})


def render(content: Content, *, progress: Progress | None = None) -> bytes:
    """Give the PDF of ``content``; the same content gives the same bytes.

    ``progress`` is called with (pages laid out, pages expected).
    Raises FatalURLFetchingError when the content makes a page ask for an outside address.
    """
    album = Album()
    html = page_source(content, album)
    with _watched(progress, _expected_pages(content)):
        return _lay_out(html, album)


def render_pages(template: str, language: str, **facts: Any) -> bytes:
    """Give the PDF of any other template (its path below templates), in the reports' clothes.

    It loads nothing from outside either; the same facts give the same bytes.
    """
    facts["language"] = language.replace("_", "-")
    html = _environment(language).get_template(template).render(facts)
    return _lay_out(html, Album())


def _lay_out(html: str, album: Album) -> bytes:
    fetcher, faces = ClosedFetcher(album), FontConfiguration()
    sheet = CSS(string=_style_sheet(), url_fetcher=fetcher, font_config=faces)
    with _no_collection():
        pdf = HTML(string=html, url_fetcher=fetcher).write_pdf(
            stylesheets=[sheet],
            font_config=faces,
            pdf_tags=True,
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        )
    return bytes(pdf)


def page_source(content: Content, album: Album) -> str:
    """Give the HTML that is laid out, but for its style sheet; its pictures go into ``album``."""
    name = "ranked" if isinstance(content, RankedContent) else "candidate"
    template = _environment(content.facts.language).get_template(f"reports/pdf/{name}.html")
    return template.render(content=content, facts=content.facts, **album.functions())


@cache
def _environment(language: str) -> Environment:
    """Give reports a template environment of their own: they are made where no page is."""
    environment = Environment(
        loader=FileSystemLoader(data_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = translation("messages", str(TRANSLATIONS), [language], fallback=True)
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(formats.filters(language))
    return environment


def _style_sheet() -> str:
    return _folder("pdf", "report.css").read_text("utf-8")


def _folder(*names: str) -> Path:
    return data_dir("templates").joinpath("reports", *names)


@cache
def _face(name: str) -> bytes:
    """Unpack a face once; left to the layout engine, each file would carry its own moment."""
    face, unpacked = TTFont(_folder("fonts", f"{name}.woff2"), recalcTimestamp=False), BytesIO()
    face.flavor = None
    face.save(unpacked)
    return unpacked.getvalue()


def _expected_pages(content: Content) -> int:
    if not isinstance(content, RankedContent):
        return 4
    return FRONT_PAGES + len(content.table) + len(content.people)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the cyclic collector out of the layout, which only ever grows its heap."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _PageCounter(logging.Handler):
    """Turns the layout engine's own log of this thread into progress."""

    def __init__(self, progress: Progress, total: int) -> None:
        super().__init__(logging.INFO)
        self._tell, self._total, self._thread = progress, total, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread or not record.args or "Page" not in str(record.msg):
            return
        page = record.args[0] if isinstance(record.args, tuple) else 0
        if isinstance(page, int):
            self._tell(min(page, self._total - 1), self._total)


@contextmanager
def _watched(progress: Progress | None, total: int) -> Iterator[None]:
    if progress is None:
        yield
        return
    counter, level = _PageCounter(progress, total), PROGRESS_LOGGER.level
    PROGRESS_LOGGER.addHandler(counter)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(counter)
        PROGRESS_LOGGER.setLevel(level)
