"""Join units into one file: pages, tags, links, outline, one set of faces, running lines.

The units' structure trees are hung under one document element; numbers that name a place in the
whole (of pages' marks, of links) are given anew. Each page's running head and foot is one drawing
that all pages share; its number, and a person's place in the ranking, are written onto the page.
What is little and varied (faces, the running lines, what the file says of itself) is put together
with pikepdf; pages and elements, hundreds of thousands of them, are written as they are.
Source of the objects: ISO 32000-1:2008, 12.3.3 (outlines), 14.7 (structure), 14.8 (tagged);
ISO 14289-1 (PDF/UA-1).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assess.reports.common_objects import CommonObjects
from assess.reports.description import About
from assess.reports.faces import Line, Run, write_line
from assess.reports.pdf_file import PdfFile
from assess.reports.structure import text
from assess.reports.units import Glyphs, Leaf, Link, Unit
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
    common = CommonObjects(frame, faces, about, [part.unit for part in parts])
    return _Joined(parts, common, about, paper).file()


def _place_line(part: Part) -> Line:
    place = part.unit.place
    x, y = (place.x, place.y) if place else (0.0, 0.0)
    at = (x + 2.5 * MILLIMETRE, y - 4.05 * MILLIMETRE)
    return write_line(part.line, at=at, size=8.5, most=174 * MILLIMETRE)


def _page_line(about: About, number: int, of: int, paper: Paper) -> Line:
    at = (paper.width - paper.margin, paper.foot)
    words = (Run(f"{about.page_word} {number} / {of}"),)
    return write_line(words, at=at, size=7.5, most=40 * MILLIMETRE, colour="muted", right=True)


class _Joined:
    """The file while it grows. Pages and elements are numbered first: they name one another."""

    def __init__(
        self, parts: Sequence[Part], common: CommonObjects, about: About, paper: Paper
    ) -> None:
        self._parts, self._common, self._about, self._paper = parts, common, about, paper
        self._file = PdfFile(common.last)
        self._total = sum(part.unit.pages for part in parts)
        self._pages: list[int] = []
        self._marks: list[bytes] = []
        self._links: list[int] = []
        self._top: list[int] = []
        self._named: list[int] = []
        (x, y), scale = paper.shift, paper.scale
        before = f"q {scale:g} 0 0 {scale:g} {x:.3f} {y:.3f} cm q".encode()
        self._before = self._file.number()
        self._file.put_stream(self._before, b"", before)

    def file(self) -> bytes:
        """Give the file."""
        starts = []
        for part in self._parts:
            starts.append(len(self._pages))
            self._add(part)
        file, common = self._file, self._common
        for number, body in common.plain():
            file.put(number, body)
        for number, head, content in common.streams():
            file.put_stream(number, head, content)
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        file.put(common.pages, b"<</Type/Pages/Count %d/Kids[%s]>>" % (self._total, kids))
        top = b" ".join(b"%d 0 R" % element for element in self._top)
        file.put(common.document, b"<</S/Document/P %d 0 R/K[%s]>>" % (common.structure, top))
        self._parents()
        self._targets(starts)
        self._outline(starts)
        return file.bytes(common.root, common.info)

    def _add(self, part: Part) -> None:
        """Write a part's pages and elements behind those that are there."""
        file, unit = self._file, part.unit
        elements = unit.elements.split(b"\n") if unit.elements else []
        first, pages = file.numbers(len(elements)), file.numbers(unit.pages)
        annotations = [
            [self._link(link, first, pages + page) for link in leaf.links]
            for page, leaf in enumerate(unit.leaves)
        ]

        def named(found: re.Match[bytes]) -> bytes:
            kind, number = found[1], int(found[2])
            if kind == b"e":
                return b"%d 0 R" % (first + number)
            if kind == b"i":
                return _identifier(first + number)
            if kind == b"p":
                return b"%d 0 R" % (pages + number)
            return b"%d 0 R" % annotations[number][int(found[3])]

        written = part.line and unit.place is not None
        document = b"%d 0 R" % self._common.document
        bodies = _NAMED.sub(named, unit.elements).replace(b"~d", document).split(b"\n")
        self._named += [first + int(one) for one in _HAS_NAME.findall(unit.elements)]
        if written and unit.place:
            kids = b"/K[%d]" % len(unit.leaves[0].marks)
            waiting = unit.place.element
            bodies[waiting] = bodies[waiting].replace(b"/K[]", kids)
        if self._paper.scale != 1:
            bodies = [_BOX.sub(self._placed, body) for body in bodies]
        for number, body in enumerate(bodies[: len(elements)]):
            file.put(first + number, b"<<%s>>" % body)
        self._top += [first + number for number in unit.top]
        resources = self._common.resources(unit)
        for page, leaf in enumerate(unit.leaves):
            line = part if written and not page else None
            self._page(pages + page, leaf, annotations[page], resources, line, first)

    def _page(
        self,
        number: int,
        leaf: Leaf,
        annotations: Sequence[int],
        resources: int,
        line: Part | None,
        first: int,
    ) -> None:
        """Put a page on the paper, in its frame, with its number and perhaps a line of its own."""
        file, paper, at = self._file, self._paper, len(self._pages)
        content = file.add_stream(leaf.content)
        marks = [b"%d 0 R" % (first + mark) if mark >= 0 else b"null" for mark in leaf.marks]
        own = b""
        if line is not None and line.unit.place is not None:
            own = b"/P <</MCID %d>> BDC %s EMC" % (len(marks), _place_line(line).operators)
            marks.append(b"%d 0 R" % (first + line.unit.place.element))
        number_line = _page_line(self._about, at + 1, self._total, paper).operators
        after = file.number()
        file.put_stream(
            after,
            b"",
            b"Q %s Q /Artifact <</Type /Pagination>> BDC q /Frame Do Q %s EMC" % (own, number_line),
        )
        links = b" ".join(b"%d 0 R" % one for one in annotations)
        file.put(
            number,
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.7g %.7g]/Resources %d 0 R"
            b"/Contents[%d 0 R %d 0 R %d 0 R]/Tabs/S/StructParents %d%s>>"
            % (
                self._common.pages, round(paper.width, 3), round(paper.height, 3), resources,
                self._before, content, after, at, b"/Annots[%s]" % links if links else b"",
            ),
        )  # fmt: skip
        self._pages.append(number)
        self._marks.append(b"[%s]" % b" ".join(marks))

    def _link(self, link: Link, first: int, page: int) -> int:
        """Write a link at its place on the paper."""
        said = text(link.words).encode()
        number = self._file.add(
            b"<</Type/Annot/Subtype/Link/Rect[%s]/BS<</W 0>>/P %d 0 R/Contents<%s>/Dest<%s>"
            b"/StructParent %d>>"
            % (
                self._on_paper(link.rectangle), page, said,
                _name(link.target), self._total + len(self._links),
            )
        )  # fmt: skip
        self._links.append(first + link.element)
        return number

    def _placed(self, found: re.Match[bytes]) -> bytes:
        """Give a picture's box its place on the paper."""
        return b"/BBox[%s]" % self._on_paper([float(value) for value in found[1].split()])

    def _on_paper(self, corners: Sequence[float]) -> bytes:
        scale, (x, y) = self._paper.scale, self._paper.shift
        moved = [value * scale + (y if at % 2 else x) for at, value in enumerate(corners)]
        return b" ".join(b"%.7g" % round(value, 3) for value in moved)

    def _parents(self) -> None:
        """Write what leads from marks and links to their elements."""
        numbers = [b"%d %s" % (at, marks) for at, marks in enumerate(self._marks)]
        numbers += [b"%d %d 0 R" % (self._total + at, one) for at, one in enumerate(self._links)]
        tree = self._file.add(b"<</Nums[%s]>>" % b" ".join(numbers))
        names = b"".join(b"(%s)%d 0 R" % (_identifier(one), one) for one in sorted(self._named))
        named = b"/IDTree %d 0 R" % self._file.add(b"<</Names[%s]>>" % names) if names else b""
        self._file.put(
            self._common.structure,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R%s>>"
            % (self._common.document, tree, named),
        )

    def _targets(self, starts: Sequence[int]) -> None:
        named = sorted(
            (_name(part.anchor), start) for part, start in zip(self._parts, starts, strict=True)
        )
        top = round(self._paper.height, 3)
        pairs = [
            b"<%s>[%d 0 R/XYZ 0 %.7g 0]" % (name, self._pages[start], top) for name, start in named
        ]
        self._file.put(self._common.targets, b"<</Names[%s]>>" % b" ".join(pairs))

    def _outline(self, starts: Sequence[int]) -> None:
        """Write the outline; entries of a group that follow one another stand below one entry."""
        top: list[_Entry] = []
        gathered: dict[str, _Entry] = {}
        for part, start in zip(self._parts, starts, strict=True):
            entry = _Entry(part.title, self._pages[start], [])
            if not part.title:
                continue
            if part.group is None:
                top.append(entry)
                continue
            if part.group not in gathered:
                gathered[part.group] = _Entry(part.group, entry.page, [])
                top.append(gathered[part.group])
            gathered[part.group].below.append(entry)
        ends = self._entries(top, self._common.outline)
        self._file.put(self._common.outline, b"<</Type/Outlines/Count %d%s>>" % (len(top), ends))

    def _entries(self, entries: Sequence["_Entry"], parent: int) -> bytes:
        """Write entries of the outline; give the first and last of them as their parent has it."""
        if not entries:
            return b""
        first = self._file.numbers(len(entries))
        last = first + len(entries) - 1
        for at, entry in enumerate(entries):
            number = first + at
            said = b"/Prev %d 0 R" % (number - 1) if at else b""
            said += b"/Next %d 0 R" % (number + 1) if number < last else b""
            below = self._entries(entry.below, number)
            said += below and b"%s/Count -%d" % (below, len(entry.below))
            title = text(legible(entry.title)).encode()
            dest = b"[%d 0 R/Fit]" % entry.page
            self._file.put(
                number, b"<</Title<%s>/Parent %d 0 R/Dest%s%s>>" % (title, parent, dest, said)
            )
        return b"/First %d 0 R/Last %d 0 R" % (first, last)


@dataclass(frozen=True)
class _Entry:
    """An entry of the outline, and those below it."""

    title: str
    page: int
    below: list["_Entry"]


_NAMED: Final = re.compile(rb"~([epli])(\d+)(?:\.(\d+))?")
_HAS_NAME: Final = re.compile(rb"/ID\(~i(\d+)\)")
_BOX: Final = re.compile(rb"/BBox\[([^]]*)\]")


def _identifier(number: int) -> bytes:
    """Name an element; names sort as their numbers do."""
    return b"e%08d" % number


def _name(anchor: str) -> bytes:
    return anchor.encode().hex().encode()
