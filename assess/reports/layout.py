"""Lay out one unit of a report: a sheet or a person's page, tagged, without its place in a file.

A unit knows no page number, rank or date of report, so it can be kept and joined anew. It is laid
out for A4; `joining` puts it on other paper. Only the faces and styles of this package are ever
loaded; any other address is an error. Nothing here knows the web framework or the database.
"""

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pydyf  # type: ignore[import-untyped]
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from assess.paths import data_dir
from assess.reports import faces
from assess.reports.faces import STAMPED
from assess.reports.pictures import SCHEME, Album
from assess.reports.tagging import mend
from assess.reports.units import LINK, Glyphs, Unit, UnitRequest
from assess.reports.web_sheets import packed_sheet
from assess.reports.wording import environment, legible

HATCH: Final = "hatch.svg"
LOGO: Final = "logo"
ONE_PAGE: Final = ("person", "interview", "comparison", "method", "guide")
SQUEEZES: Final = 4
"""How close a page can be set: 0 as it should be, then closer, last without what can be spared."""


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Give our own faces, the hatch, the report's pictures and its logo; refuse all else."""

    def __init__(self, album: Album) -> None:
        super().__init__(fail_on_errors=True)
        self._album = album

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        """Return the asset that ``url`` names; FatalURLFetchingError for anything else."""
        name = url.removeprefix(SCHEME) if url.startswith(SCHEME) else ""
        if name in faces.FACES:
            return URLFetcherResponse(url, faces.file(name), {"Content-Type": "font/ttf"})
        if name == LOGO and self._album.logo:
            return URLFetcherResponse(url, self._album.logo, {"Content-Type": "image/png"})
        picture = _folder("pdf", HATCH).read_bytes() if name == HATCH else self._album.get(name)
        if picture is None:
            raise FatalURLFetchingError(f"a report loads nothing from outside: {url[:80]!r}")
        return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})


def lay_out(request: UnitRequest) -> Unit:
    """Give the unit that is asked for; the same request gives the same bytes.

    What belongs on one page is set closer, step by step, until it fits.
    Raises FatalURLFetchingError when the content makes a page ask for an outside address.
    """
    with _no_collection():
        for squeeze in range(SQUEEZES if request.template in ONE_PAGE else 1):
            html, album = _html(request, squeeze)
            document = _document(html, album)
            if len(document.pages) == 1:
                break
        held = document.fonts = _Held()
        mark = hashlib.sha256(html.encode()).hexdigest()[:12]
        finish = _Finisher(mark)
        pdf = document.write_pdf(
            finisher=finish, pdf_tags=request.tagged, pdf_identifier=mark.encode()
        )
    web = packed_sheet(html, album.pictures) if request.tagged else b""
    return Unit(bytes(pdf), len(document.pages), held.glyphs, finish.place, web)


def _html(request: UnitRequest, squeeze: int) -> tuple[str, Album]:
    album = Album(request.content.get("logo"))
    name = "unit" if request.tagged else request.template
    template = environment(request.language).get_template(f"reports/pdf/{name}.html")
    said = {"sheet": request.template, "squeeze": squeeze, **request.content}
    return legible(template.render(said | album.functions())), album


def render_pages(template: str, language: str, **facts: Any) -> bytes:
    """Give the PDF of any other template (its path below templates), in the reports' clothes.

    It loads nothing from outside either; the same facts give the same bytes.
    """
    facts["language"] = language.replace("_", "-")
    html = legible(environment(language).get_template(template).render(facts))
    with _no_collection():
        pdf = _document(html, Album()).write_pdf(
            pdf_tags=True,
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
            finisher=mend,
        )
    return bytes(pdf)


def faces_file(used: Mapping[str, Glyphs]) -> bytes:
    """Give a PDF whose one page has the faces in its resources, cut to the glyphs in use.

    ``used`` by the faces' names in resources, of all units that are joined.
    """
    document = _document('<html lang="en"><p>a<b>a</b></p></html>', Album())
    document.fonts = _Filled(used)
    return bytes(document.write_pdf(pdf_identifier=b"faces"))


def warm() -> None:
    """Load what every layout needs, so that the first one does not wait for it."""
    _document('<html lang="en"><p>a<b>a</b></p></html>', Album())
    gc.collect()
    gc.freeze()


class _Held(dict[Any, Any]):
    """The faces of a document while it is written: those of every report are left out.

    A document that needs other faces, or has letters no face has, carries all of its own.
    """

    glyphs: Mapping[str, Glyphs] = {}

    def values(self) -> Any:
        found = list(super().values())
        if any(one.hash not in STAMPED or one.missing for one in found):
            return found
        self.glyphs = {
            one.hash: {glyph: (text, one.widths[glyph]) for glyph, text in one.to_unicode.items()}
            for one in found
        }
        return []


class _Filled(dict[Any, Any]):
    """The faces of a document that are written as if it used the glyphs of others."""

    def __init__(self, used: Mapping[str, Glyphs]) -> None:
        super().__init__()
        self._used = used

    def values(self) -> Any:
        known = [one for one in super().values() if one.hash in self._used]
        for one in known:
            used = self._used[one.hash]
            one.to_unicode = {glyph: used[glyph][0] for glyph in sorted(used)}
            one.widths = {glyph: used[glyph][1] for glyph in sorted(used)}
        return known


class _Finisher:
    """Makes a written document ready to be joined: its tags, its links, and its own place."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self.place: tuple[float, float] | None = None

    def __call__(self, document: Document, pdf: pydyf.PDF) -> None:
        if "StructTreeRoot" in pdf.catalog:
            mend(document, pdf, self._mark)
        for one in pdf.objects:
            if isinstance(one, pydyf.Dictionary) and one.get("Subtype") == "/Link" and "A" in one:
                target = str(one["A"]["URI"].string)
                if target.startswith(LINK):
                    del one["A"]
                    one["Dest"] = pydyf.String(target.removeprefix(LINK))
        names = pdf.catalog.pop("Names", {}).get("Dests", {}).get("Names", [])
        for name, target in zip(names[::2], names[1::2], strict=True):
            if name.string == "place":
                self.place = float(target[2]), float(target[3])
        pdf.catalog.pop("Outlines", None)


def _document(html: str, album: Album) -> Document:
    sheet, fonts = _clothes()
    fetcher = ClosedFetcher(album)
    return _page(html, fetcher).render(
        stylesheets=[sheet], font_config=fonts, pdf_tags=True, cache=album.drawings()
    )


class _Parsed(HTML):  # type: ignore[misc]
    """A page read by an XML parser, which is quicker: our templates are well-formed."""

    def __init__(self, html: str, fetcher: URLFetcher) -> None:
        root = ET.fromstring(html.replace("<!doctype html>", "", 1))  # noqa: S314 - our templates
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def _page(html: str, fetcher: URLFetcher) -> HTML:
    """Read a page; one of another room that is not well-formed is read as HTML."""
    try:
        return _Parsed(html, fetcher)
    except ET.ParseError:
        return HTML(string=html, url_fetcher=fetcher)


@cache
def _clothes() -> tuple[CSS, FontConfiguration]:
    """Read the style sheet and its faces once a process."""
    fonts = FontConfiguration()
    text = _folder("pdf", "report.css").read_text("utf-8")
    return CSS(string=text, url_fetcher=ClosedFetcher(Album()), font_config=fonts), fonts


def _folder(*names: str) -> Path:
    return data_dir("templates").joinpath("reports", *names)


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
