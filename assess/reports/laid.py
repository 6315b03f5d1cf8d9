"""What the layout engine has written of a page or a piece of one, taken before it is a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from typing import Any, Final

import pikepdf
import pydyf  # type: ignore[import-untyped]
from weasyprint import DEFAULT_OPTIONS, Document
from weasyprint.pdf import generate_pdf

from assess.reports import structure
from assess.reports.faces import STAMPED
from assess.reports.fills import ORNAMENT, PICTURE, number_of
from assess.reports.structure import Node
from assess.reports.tagging import mend
from assess.reports.units import LINK, Glyphs

POINT: Final = 0.75
"""A pixel of the layout engine in points."""
_BEGINS: Final = re.compile(rb"/(\w+)\s<</MCID (\d+)>>\sBDC")
_CHANGES: Final = re.compile(rb"/MCID (\d+)|%%fill-(\d+)%%")
_STATE: Final = re.compile(r"[aA][\d.]+")


@dataclass(frozen=True)
class RawLink:
    """A link on a laid out page: its rectangle in points, the name it leads to, and its words."""

    rectangle: tuple[float, float, float, float]
    target: str
    words: str


@dataclass(frozen=True)
class LaidPage:
    """A page's content, its links and how many marks it has."""

    content: bytes
    links: tuple[RawLink, ...]
    marks: int

    @cached_property
    def cuts(self) -> list[Any]:
        """The content in threes: bytes, the number of a mark, that of a fill behind them."""
        return _CHANGES.split(self.content)


@dataclass(frozen=True)
class Laid:
    """Pages with their structure; ``height`` of the first block and of a page in points.

    ``glyphs``, ``states`` and ``extras`` as `Unit` has them.
    """

    pages: tuple[LaidPage, ...]
    nodes: list[Node]
    height: float
    page_height: float
    glyphs: Mapping[str, Glyphs]
    states: Mapping[str, float]
    place: tuple[float, float] | None
    extras: bytes


def take(document: Document, *, tagged: bool) -> Laid:
    """Write a document and give what it became."""
    held = document.fonts = _Held()
    options = {**DEFAULT_OPTIONS, "pdf_tags": tagged, "uncompressed_pdf": True}
    pdf = generate_pdf(document, None, 1, **options)
    known = {one.number: one for one in pdf.objects}
    pages = [known[number] for number in pdf.pages["Kids"][::3]]
    if tagged:
        mend(document, pdf)
    links, numbers = _links(pages, known)
    nodes = structure.read(pdf, numbers) if tagged else []
    place = _place(pdf)
    if place is not None and (waiting := structure.first_empty_paragraph(nodes)):
        waiting.waits = True
    changed: dict[tuple[int, int], bytes | None] = {}
    nodes = structure.tidied(_filled(nodes, changed))
    laid_pages = []
    for number, page in enumerate(pages):
        content = known[_number(page["Contents"])]
        written = b"\n".join(map(_bytes, content.stream))
        marks = len(_BEGINS.findall(written))
        laid_pages.append(LaidPage(_renamed(written, number, changed), links[number], marks))
        content.stream = []
    states, extras = _resources(pdf, known[_number(pages[0]["Resources"])], known)
    height, page_height = _heights(document)
    return Laid(tuple(laid_pages), nodes, height, page_height, held.glyphs, states, place, extras)


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


def _heights(document: Document) -> tuple[float, float]:
    """Give the height of the body's first block on the first page, and of the page."""
    page = document.pages[0]
    body = page._page_box.children[0].children[0]  # noqa: SLF001
    block = body.children[0].margin_height() if body.children else 0.0
    return block * POINT, page.height * POINT


def _links(pages: list[Any], known: Mapping[int, Any]) -> tuple[list[Any], dict[int, int]]:
    """Give the links of each page, and the number on its page of each annotation."""
    links, numbers = [], {}
    for page in pages:
        found = [known[_number(one)] for one in page.get("Annots", [])]
        numbers.update({one.number: at for at, one in enumerate(found)})
        links.append(tuple(RawLink(_rectangle(one), _target(one), _words(one)) for one in found))
    return links, numbers


def _rectangle(annotation: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = map(float, annotation["Rect"])
    return x1, y1, x2, y2


def _words(annotation: Any) -> str:
    return str(annotation["Contents"].string) if "Contents" in annotation else ""


def _target(annotation: Any) -> str:
    return str(annotation["A"]["URI"].string).removeprefix(LINK)


def _place(pdf: Any) -> tuple[float, float] | None:
    names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    for name, target in zip(names[::2], names[1::2], strict=True):
        if name.string == "place":
            return float(target[2]), float(target[3])
    return None


def _filled(kids: list[Any], changed: dict[tuple[int, int], bytes | None]) -> list[Any]:
    """Make fills what they are: text a piece of text, an ornament nothing; note their marks."""
    made: list[Any] = []
    for kid in kids:
        if not isinstance(kid, Node):
            made.append(kid)
            continue
        found = number_of(kid.alt or "")
        if found is None or found[1] == PICTURE:
            made.append(replace(kid, kids=_filled(kid.kids, changed)))
            continue
        ornament = found[1] == ORNAMENT
        for mark in kid.kids:
            changed[kid.page, mark] = None if ornament else b"Span"
        made += [] if ornament else kid.kids
    return made


def _renamed(content: bytes, page: int, changed: Mapping[tuple[int, int], bytes | None]) -> bytes:
    """Name the marked content of fills as what they are."""

    def anew(found: re.Match[bytes]) -> bytes:
        key = page, int(found[2])
        name = changed.get(key, found[1])
        return b"/Artifact BMC" if name is None else b"/%s <</MCID %d>> BDC" % (name, key[1])

    return _BEGINS.sub(anew, content)


def _resources(
    pdf: Any, resources: Any, known: Mapping[int, Any]
) -> tuple[Mapping[str, float], bytes]:
    """Give the states of opacity that pages use, or a file with all they use if that is more."""
    states = resources["ExtGState"]
    more = any(resources[kind] for kind in ("XObject", "Pattern", "Shading"))
    if not (more or known[_number(resources["Font"])]) and all(map(_STATE.fullmatch, states)):
        return {name: next(iter(states[name].values())) for name in sorted(states)}, b""
    for name in ("StructTreeRoot", "Outlines", "Names"):
        pdf.catalog.pop(name, None)
    file, slim = BytesIO(), BytesIO()
    pdf.write(file)
    with pikepdf.open(file) as source, pikepdf.new() as out:
        out.Root.Resources = out.copy_foreign(source.pages[0].obj.Resources)
        out.save(slim, deterministic_id=True)
    return {}, slim.getvalue()


def _bytes(item: Any) -> bytes:
    """Give an item of a content stream as it is written."""
    if isinstance(item, bytes):
        return item
    return bytes(item.data) if isinstance(item, pydyf.Object) else str(item).encode("ascii")


def _number(reference: Any) -> int:
    return int(bytes(reference).split()[0])
