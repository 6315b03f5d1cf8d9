"""Join units into one file: pages, tags, links, outline, one set of faces, running lines.

The units' structure trees are hung under one document element; numbers that name a place in the
whole (of pages' marks, of links) are given anew. Each page's running head and foot is one drawing
that all pages share; its number, and a person's place in the ranking, are written onto the page.
Source of the objects: ISO 32000-1:2008, 12.3.3 (outlines), 14.7 (structure), 14.8 (tagged);
ISO 14289-1 (PDF/UA-1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from assess.reports.description import About, describe
from assess.reports.faces import STAMPED, Line, Run, write_line
from assess.reports.units import Glyphs, Unit
from assess.reports.wording import legible

MILLIMETRE: Final = 72 / 25.4
A4: Final = (210 * MILLIMETRE, 297 * MILLIMETRE)


@dataclass(frozen=True)
class Paper:
    """A paper: width and height in points, and where on it a unit laid out for A4 goes.

    ``scale`` of the unit, and the shift of its lower left corner; ``foot`` is the base line of the
    page's number, which ends ``margin`` from the right.
    """

    width: float
    height: float
    margin: float
    foot: float
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)


def _letter() -> Paper:
    """US Letter is 18 mm shorter: a page is set a little smaller, with the same words on it."""
    width, height, scale = 612.0, 792.0, 0.94
    left = (width - scale * A4[0]) / 2
    shift = (left, (14.5 - scale * 16) * MILLIMETRE)
    return Paper(width, height, left + 15 * scale * MILLIMETRE, 8 * MILLIMETRE, scale, shift)


PAPERS: Final[Mapping[str, Paper]] = {
    "a4": Paper(*A4, 15 * MILLIMETRE, 10.2 * MILLIMETRE),
    "letter": _letter(),
}


@dataclass(frozen=True)
class Part:
    """A unit in its place: the name others link to, its outline entry, what is written on it.

    ``group`` gathers entries that follow one another under one entry of the outline. ``line`` is
    written at the unit's own place.
    """

    unit: Unit
    anchor: str
    title: str
    group: str | None = None
    line: tuple[Run, ...] = ()


def glyphs_used(parts: Sequence[Part], frame: Unit, about: About) -> Mapping[str, Glyphs]:
    """Give every glyph of the two faces that the joined file will use."""
    used: dict[str, dict[int, tuple[str, float]]] = {}
    lines = [_page_line(about, 1234567890, 1234567890, PAPERS["a4"])]
    lines += [_place_line(part) for part in parts if part.line]
    for found in [*(part.unit.glyphs for part in parts), frame.glyphs, *(x.glyphs for x in lines)]:
        for name, glyphs in found.items():
            used.setdefault(name, {}).update(glyphs)
    return used


def join(
    parts: Sequence[Part], frame: Unit, faces: bytes, about: About, paper: Paper = PAPERS["a4"]
) -> bytes:
    """Give one file of ``parts``, each page in ``frame``; the same parts give the same bytes.

    ``faces`` is a file whose first page has the two faces with the glyphs of `glyphs_used`.
    """
    joined = _Joined(sum(part.unit.pages for part in parts), frame, faces, about, paper)
    for part in parts:
        joined.add(part)
    return joined.file()


def _place_line(part: Part) -> Line:
    x, y = part.unit.place or (0.0, 0.0)
    at = (x + 2.5 * MILLIMETRE, y - 4.05 * MILLIMETRE)
    return write_line(part.line, at=at, size=8.5, most=174 * MILLIMETRE)


def _page_line(about: About, number: int, of: int, paper: Paper) -> Line:
    at = (paper.width - paper.margin, paper.foot)
    words = (Run(f"{about.page_word} {number} / {of}"),)
    return write_line(words, at=at, size=7.5, most=40 * MILLIMETRE, colour="muted", right=True)


class _Joined:
    """The file while it grows; ``pages`` it will have in all."""

    def __init__(self, pages: int, frame: Unit, faces: bytes, about: About, paper: Paper) -> None:
        self._total, self._about, self._paper = pages, about, paper
        self._out = pikepdf.new()
        self._root = self._keep(Dictionary(Type=Name.StructTreeRoot))
        self._document = self._keep(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self._root, K=Array())
        )
        self._marks: list[Any] = []
        self._links: list[Any] = []
        self._names: dict[bytes, Any] = {}
        self._entries: list[tuple[Part, int]] = []
        with pikepdf.open(BytesIO(faces)) as source:
            self._faces = self._out.copy_foreign(source.pages[0].obj.Resources.Font)
        self._name_faces(self._faces)
        self._frame = self._drawing(frame)
        (x, y), scale = paper.shift, paper.scale
        self._before = self._stream(f"q {scale:g} 0 0 {scale:g} {x:.3f} {y:.3f} cm q".encode())

    def add(self, part: Part) -> None:
        """Put a part's pages behind those that are there."""
        first = len(self._out.pages)
        source = pikepdf.open(BytesIO(part.unit.pdf))
        self._out.add_pages_from(source)
        tree = self._out.copy_foreign(source.Root.StructTreeRoot)
        marks = list(tree.ParentTree.Nums)[1::2]
        self._clothe(self._out.pages[first].obj.Resources, part.unit)
        for place in range(part.unit.pages):
            page = self._out.pages[first + place].obj
            line = b""
            if place == 0 and part.line:
                line = self._write(part, page, marks[0], tree)
            self._dress(page, first + place, line)
            self._marks += [first + place, marks[place]]
            self._lead(page, marks)
        for kid in tree.K[0].K:
            kid.P = self._document
            self._document.K.append(kid)
            if self._paper.scale != 1:
                self._place_pictures(kid)
        if "/IDTree" in tree:
            named = list(tree.IDTree.Names)
            pairs = zip(named[::2], named[1::2], strict=True)
            self._names |= {bytes(name): one for name, one in pairs}
        self._entries.append((part, first))

    def file(self) -> bytes:
        """Give the file."""
        numbers = list(self._marks)
        for place, element in enumerate(self._links):
            numbers += [self._total + place, element]
        self._root.K = Array([self._document])
        self._root.ParentTree = self._keep(Dictionary(Nums=Array(numbers)))
        if self._names:
            named = [part for name in sorted(self._names.items()) for part in name]
            self._root.IDTree = self._keep(Dictionary(Names=Array(named)))
        root = self._out.Root
        root.StructTreeRoot = self._root
        root.Names = Dictionary(Dests=Dictionary(Names=Array(self._targets())))
        self._outline()
        describe(self._out, self._about)
        made = BytesIO()
        self._out.save(
            made,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            min_version="1.7",
        )
        return made.getvalue()

    def _dress(self, page: Any, number: int, line: bytes) -> None:
        """Put a page on the paper, in its frame, with its number and perhaps a line of its own."""
        about, paper = self._about, self._paper
        number_line = _page_line(about, number + 1, self._total, paper).operators
        after = b"Q " + line + b" Q /Artifact <</Type /Pagination>> BDC q /Frame Do Q "
        page.Contents = Array(
            [self._before, page.Contents, self._stream(after + number_line + b" EMC")]
        )
        page.Resources.XObject.Frame = self._frame
        page.MediaBox = Array([0, 0, round(paper.width, 3), round(paper.height, 3)])
        for box in ("/TrimBox", "/BleedBox"):
            del page[box]
        page.StructParents = number

    def _write(self, part: Part, page: Any, marked: Any, tree: Any) -> bytes:
        """Give the operators of a part's line, and hang the line into the structure."""
        element = _empty_paragraph(tree.K[0])
        number = len(marked)
        element.K = Array([number])
        element.Pg = page
        marked.append(element)
        written = _place_line(part).operators
        return b"/P <</MCID %d>> BDC " % number + written + b" EMC"

    def _place_pictures(self, element: Any) -> None:
        """Give the pictures of an element their place on the paper."""
        if element.S == "/Figure":
            element.A.BBox = self._on_paper(element.A.BBox)
            return
        for kid in element.K:
            if isinstance(kid, Dictionary) and "/S" in kid:
                self._place_pictures(kid)

    def _on_paper(self, corners: Any) -> Any:
        (x, y), scale = self._paper.shift, self._paper.scale
        moved = [float(v) * scale + (y if place % 2 else x) for place, v in enumerate(corners)]
        return Array([round(value, 3) for value in moved])

    def _lead(self, page: Any, marks: list[Any]) -> None:
        """Give a page's links their place in the whole, and on the paper."""
        for link in page.get("/Annots", []):
            element = marks[int(link.StructParent)]
            link.StructParent = self._total + len(self._links)
            self._links.append(element)
            link.Rect = self._on_paper(link.Rect)

    def _clothe(self, resources: Any, unit: Unit) -> None:
        """Give a unit's pages the faces of all; one that has faces of its own keeps them."""
        if not unit.glyphs:
            self._name_faces(resources.Font, self._faces)
            return
        resources.Font = self._faces
        for drawing in resources.XObject.values():
            if "/Resources" in drawing and "/Font" in drawing.Resources:
                drawing.Resources.Font = self._faces

    def _name_faces(self, fonts: Any, faces: Any = None) -> None:
        for name, alias in STAMPED.items():
            fonts[f"/{alias}"] = (faces or fonts)[f"/{name}"]

    def _drawing(self, frame: Unit) -> Any:
        """Make the running head and foot one drawing."""
        with pikepdf.open(BytesIO(frame.pdf)) as source:
            page = source.pages[0].obj
            resources = self._out.copy_foreign(page.Resources)
            content = page.Contents.read_bytes()
            box = [float(value) for value in page.MediaBox]
        self._clothe(resources, frame)
        made = pikepdf.Stream(
            self._out, content,
            Type=Name.XObject, Subtype=Name.Form, BBox=Array(box), Resources=resources,
        )  # fmt: skip
        return self._keep(made)

    def _targets(self) -> list[Any]:
        named = sorted((part.anchor.encode(), first) for part, first in self._entries)
        top = round(self._paper.height, 3)
        targets: list[Any] = []
        for name, first in named:
            page = self._out.pages[first].obj
            targets += [String(name.decode()), Array([page, Name.XYZ, 0, top, 0])]
        return targets

    def _outline(self) -> None:
        with self._out.open_outline() as outline:
            gathered: dict[str, OutlineItem] = {}
            for part, first in self._entries:
                if not part.title:
                    continue
                entry = OutlineItem(legible(part.title), first)
                if part.group is None:
                    outline.root.append(entry)
                    continue
                if part.group not in gathered:
                    gathered[part.group] = OutlineItem(part.group, first)
                    outline.root.append(gathered[part.group])
                gathered[part.group].children.append(entry)

    def _keep(self, made: Any) -> Any:
        return self._out.make_indirect(made)

    def _stream(self, content: bytes) -> Any:
        return self._keep(pikepdf.Stream(self._out, content))


def _empty_paragraph(element: Any) -> Any:
    """Find the paragraph without content, in reading order: it waits for a line."""
    for kid in element.K:
        if not isinstance(kid, Dictionary) or "/S" not in kid:
            continue
        if kid.S == Name.P and not len(kid.K):
            return kid
        found = _empty_paragraph(kid)
        if found is not None:
            return found
    return None
