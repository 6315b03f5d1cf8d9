"""Lay out one unit of a report: a sheet or a person's page, tagged, without its place in a file.

A unit knows no page number, rank or date of report, so it can be kept and joined anew. It is laid
out for A4; `joining` puts it on other paper. Only the faces and styles of this package are ever
loaded; any other address is an error. Nothing here knows the web framework or the database.
"""

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from assess.paths import data_dir
from assess.reports import faces
from assess.reports.composing import Part, stackable, stacked, unit
from assess.reports.fills import SCHEME, numbered, slots
from assess.reports.laid import Laid, take
from assess.reports.pictures import Album, Screen
from assess.reports.pieces import Piece, cut, whole
from assess.reports.tagging import mend
from assess.reports.units import Glyphs, Unit, UnitRequest
from assess.reports.web_sheets import packed_sheet
from assess.reports.wording import environment, legible

LOGO: Final = "logo"
ONE_PAGE: Final = ("person", "interview", "comparison", "method", "guide")
SQUEEZES: Final = 4
"""How close a page can be set: 0 as it should be, then closer, last without what can be spared."""
_MOST_KEPT: Final = 300
_kept: dict[tuple[str, str, bool], Laid] = {}
"""What was laid out, by its HTML, its pictures, and whether it is a page alone: pages share it."""


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Give our own faces, the report's pictures and its logo; refuse all else."""

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
        picture = self._album.get(name)
        if picture is None:
            raise FatalURLFetchingError(f"a report loads nothing from outside: {url[:80]!r}")
        return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})


def lay_out(request: UnitRequest) -> Unit:
    """Give the unit that is asked for; the same request gives the same bytes.

    What belongs on one page is set closer, step by step, until it fits.
    Raises FatalURLFetchingError when the content makes a page ask for an outside address.
    """
    steps = SQUEEZES if request.template in ONE_PAGE else 1
    with _no_collection():
        for squeeze in range(steps):
            made = _laid_out(request, squeeze, last=squeeze == steps - 1)
            if made is not None:
                return replace(made, web=_for_screen(request, squeeze))
    raise AssertionError("the last step always gives a unit")


def _laid_out(request: UnitRequest, squeeze: int, *, last: bool) -> Unit | None:
    """Give the unit as close as ``squeeze`` says; None when it overflows and can be set closer."""
    html, album = _html(request, squeeze)
    pieces = [_part(one, album) for one in cut(html)]
    if pieces and stackable(pieces):
        placed = stacked(pieces)
        if placed is not None:
            return unit(placed)
        if not last:
            return None
    page = _part(Piece(whole(html), "full", 0), album, tagged=request.tagged, alone=True)
    return unit([page]) if last or len(page.laid.pages) == 1 else None


def _html(request: UnitRequest, squeeze: int) -> tuple[str, Album]:
    album = Album(request.content.get("logo"), close=squeeze > 1)
    return _filled(request, squeeze, album), album


def _for_screen(request: UnitRequest, squeeze: int) -> bytes:
    """Give the same sheet for the screen; the running lines have none."""
    if not request.tagged:
        return b""
    screen = Screen()
    return packed_sheet(whole(_filled(request, squeeze, screen)), screen.pictures)


def _filled(request: UnitRequest, squeeze: int, album: Album | Screen) -> str:
    name = "unit" if request.tagged else request.template
    template = environment(request.language).get_template(f"reports/pdf/{name}.html")
    said = {"sheet": request.template, "squeeze": squeeze, **request.content}
    return legible(template.render(said | album.functions()))


def _part(piece: Piece, album: Album, *, tagged: bool = True, alone: bool = False) -> Part:
    """Give a piece laid out, or a page ``alone``.

    What was laid out before differs in what is filled in, and in nothing else.
    """
    html, numbers = numbered(piece.html)
    key = html, album.digest, alone
    laid = _kept.get(key)
    if laid is None:
        laid = take(_document(html, album, piece=not alone), tagged=tagged)
        if len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = laid
    return Part(laid, [album.fills.all[number] for number in numbers], piece.column, piece.depth)


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


def _document(html: str, album: Album, *, piece: bool = False) -> Document:
    sheets, fonts = _clothes()
    fetcher = ClosedFetcher(album)
    return _page(html, fetcher).render(
        stylesheets=sheets[: 1 + piece], font_config=fonts, pdf_tags=True, cache=slots(html)
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
def _clothes() -> tuple[list[CSS], FontConfiguration]:
    """Read the style sheets, that of pieces last, and their faces once a process."""
    fonts, fetcher = FontConfiguration(), ClosedFetcher(Album())
    texts = [_folder("pdf", f"{name}.css").read_text("utf-8") for name in ("report", "piece")]
    return [CSS(string=text, url_fetcher=fetcher, font_config=fonts) for text in texts], fonts


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
