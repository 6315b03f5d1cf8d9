"""A check of tagged files: what PDF/UA-1 asks of content, structure, tables, links and order.

It reads with pikepdf alone and knows nothing of how the file was made.
Source: ISO 14289-1:2014, 7; ISO 32000-1:2008, 14.7 and 14.8.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary

from tests.reports.pdf_content import Painted, Point, painted

BLOCKS: Final = {
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index",
    "NonStruct",
}  # fmt: skip
KNOWN: Final = BLOCKS | {
    "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody",
    "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference",
    "Code", "Link", "Annot", "Figure", "Formula", "Form",
}  # fmt: skip
WITHIN: Final = {
    "TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"},
    "THead": {"Table"}, "TBody": {"Table"}, "TFoot": {"Table"},
    "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"},
}  # fmt: skip
"""What an element must stand in."""
HOLDS: Final = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"}, "THead": {"TR"}, "TBody": {"TR"},
    "TFoot": {"TR"}, "TR": {"TH", "TD"}, "L": {"L", "LI", "Caption"}, "LI": {"Lbl", "LBody"},
}  # fmt: skip
"""The only elements that an element may hold, and no content of its own."""
NEEDED: Final = {"H1", "H2", "H3", "H4", "H5", "H6", "P", "LBody", "Lbl", "Link", "Figure", "TH"}
"""Elements that say nothing when they are empty; a cell without a value may be."""


class Element:
    """An element of the structure with its kids; ``content`` has (page, mark) of its own."""

    def __init__(self, said: Any, parent: "Element | None", pages: dict[Any, int]) -> None:
        self.said, self.parent = said, parent
        self.kind = str(said.S).lstrip("/")
        self.kids: list[Element] = []
        self.content: list[tuple[int, int]] = []
        self.notes: list[Any] = []
        self.order: list[Element | tuple[int, int]] = []
        held = said.get("/K", [])
        for kid in held if isinstance(held, Array) else [held]:
            self._take(kid, pages)

    def _take(self, kid: Any, pages: dict[Any, int]) -> None:
        if not isinstance(kid, Dictionary):
            self._mark(pages[self.said.Pg.objgen], int(kid))
        elif kid.get("/Type") == "/OBJR":
            self.notes.append(kid.Obj)
        elif kid.get("/Type") == "/MCR":
            self._mark(pages[kid.get("/Pg", self.said.get("/Pg")).objgen], int(kid.MCID))
        else:
            made = Element(kid, self, pages)
            self.kids.append(made)
            self.order.append(made)

    def _mark(self, page: int, number: int) -> None:
        self.content.append((page, number))
        self.order.append((page, number))

    def all(self) -> Iterator["Element"]:
        """Give it and everything below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.all()

    def leaves(self) -> Iterator[tuple[int, int]]:
        """Give its content and that of everything below it, in reading order."""
        for one in self.order:
            if isinstance(one, Element):
                yield from one.leaves()
            else:
                yield one


class Structure:
    """A file's structure and what its pages paint."""

    def __init__(self, file: pikepdf.Pdf) -> None:
        self.file = file
        self.pages = {page.obj.objgen: place for place, page in enumerate(file.pages)}
        held = file.Root.StructTreeRoot.K
        tops = held if isinstance(held, Array) else [held]
        self.tops = [Element(one, None, self.pages) for one in tops]

    @cached_property
    def painted(self) -> list[Painted]:
        """What each page paints."""
        return [painted(page) for page in self.file.pages]

    @cached_property
    def elements(self) -> list[Element]:
        """Every element, in reading order."""
        return [one for top in self.tops for one in top.all()]

    def text(self, element: Element, page: int | None = None) -> str:
        """Give an element's words, by the file's own account of its glyphs."""
        return " ".join(
            "".join(
                f"{self.painted[at].marks[mark].text} "
                for at, mark in element.leaves()
                if mark in self.painted[at].marks and page in (None, at)
            ).split()
        )


def faults(file: pikepdf.Pdf) -> list[str]:
    """Give what is wrong with a file's structure, each fault once, with how often."""
    found = Structure(file)
    checks = (
        _content, _parents, _parent_numbers, _nesting, _headings, _tables, _lists, _figures,
        _links, _link_words, _ids,
    )  # fmt: skip
    told = Counter(fault for check in checks for fault in check(found))
    return [f"{fault} ({times} times)" if times > 1 else fault for fault, times in told.items()]


def _content(of: Structure) -> Iterator[str]:
    """All content is tagged or an artifact, in one element, and every mark is painted."""
    for number, page in enumerate(of.painted, 1):
        yield from (f"page {number}: {fault}" for fault in page.faults)
    claimed = Counter(leaf for top in of.tops for leaf in top.leaves())
    for leaf, times in claimed.items():
        page, mark = leaf
        if mark not in of.painted[page].marks:
            yield f"page {page + 1}: the structure names content {mark}, which is not there"
        if times > 1:
            yield f"page {page + 1}: content {mark} stands in {times} elements"
    for page, seen in enumerate(of.painted):
        for mark, what in seen.marks.items():
            if (page, mark) not in claimed and (what.text.strip() or what.points):
                yield f"page {page + 1}: content {mark} ({what.text[:30]!r}) is in no element"


def _parents(of: Structure) -> Iterator[str]:
    """The parent tree leads from each mark and each note back to the element that holds it."""
    rows = dict(_numbers(of.file.Root.StructTreeRoot.ParentTree))
    marked = {leaf: one.said.objgen for one in of.elements for leaf in one.content}
    noted = {note.objgen: one.said.objgen for one in of.elements for note in one.notes}
    for place, page in enumerate(of.file.pages):
        row = rows.get(int(page.obj.get("/StructParents", -1)))
        if row is None:
            yield f"page {place + 1} is not in the parent tree"
            continue
        for mark in of.painted[place].marks:
            given = row[mark].objgen if mark < len(row) and row[mark] is not None else None
            if given != marked.get((place, mark)):
                yield f"page {place + 1}: the parent tree gives content {mark} to another element"
        for note in page.obj.get("/Annots", []):
            given = rows.get(int(note.get("/StructParent", -1)))
            if given is None or given.objgen != noted.get(note.objgen):
                yield f"page {place + 1}: the parent tree gives a link to another element"


def _parent_numbers(of: Structure) -> Iterator[str]:
    """Each number of the parent tree is used once, and they are in order."""
    listed = [key for key, _ in _numbers(of.file.Root.StructTreeRoot.ParentTree)]
    pages = [page.obj for page in of.file.pages]
    used = Counter(int(page.get("/StructParents", -1)) for page in pages)
    used.update(
        int(note.get("/StructParent", -1)) for page in pages for note in page.get("/Annots", [])
    )
    for key, times in used.items():
        if times > 1:
            yield f"the parent tree's number {key} is used {times} times"
    if listed != sorted(set(listed)):
        yield "the parent tree is not in order"
    if set(listed) - set(used):
        yield "the parent tree has numbers that nothing uses"


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    listed = tree.get("/Nums", [])
    for place in range(0, len(listed), 2):
        yield int(listed[place]), listed[place + 1]
    for kid in tree.get("/Kids", []):
        yield from _numbers(kid)


def _nesting(of: Structure) -> Iterator[str]:
    """Elements are of known kinds, stand where they may, know their parents, and say something."""
    root = of.file.Root.StructTreeRoot
    if [top.kind for top in of.tops] != ["Document"]:
        yield "the structure does not begin with one document"
    for one in of.elements:
        if one.kind not in KNOWN:
            yield f"{one.kind} is no kind of element"
        above = one.parent.kind if one.parent else None
        if one.said.P.objgen != (one.parent.said if one.parent else root).objgen:
            yield f"{one.kind} names another parent than the one it stands in"
        if one.kind in WITHIN and above not in WITHIN[one.kind]:
            yield f"{one.kind} stands in {above}"
        if one.kind in HOLDS:
            kinds = {kid.kind for kid in one.kids} | ({"content"} if one.content else set())
            yield from (f"{one.kind} holds {kind}" for kind in sorted(kinds - HOLDS[one.kind]))
        if not one.order and not one.notes:
            if one.kind in NEEDED or one.kind in ("Div", "NonStruct", "Span", "Sect"):
                yield f"an empty {one.kind}"
        elif one.kind in NEEDED - {"Figure"} and not of.text(one) and not _pictured(one):
            yield f"{one.kind} without words"


def _pictured(element: Element) -> bool:
    return any(one.kind == "Figure" for one in element.all())


def _headings(of: Structure) -> Iterator[str]:
    """Headings begin at the first level and go down one level at a time."""
    level = 0
    for one in of.elements:
        if one.kind == "H":
            yield "a heading without a level"
        if len(one.kind) == 2 and one.kind[0] == "H" and one.kind[1].isdigit():
            if int(one.kind[1]) > level + 1:
                yield f"H{level} is followed by {one.kind}: {of.text(one)[:40]!r}"
            level = int(one.kind[1])


def _tables(of: Structure) -> Iterator[str]:
    """Rows are equally long; every header has a scope; what cells name as headers is there."""
    for table in (one for one in of.elements if one.kind == "Table"):
        rows = [one for one in table.all() if one.kind == "TR"]
        cells = [[kid for kid in row.kids if kid.kind in ("TH", "TD")] for row in rows]
        widths = _widths(cells)
        words = of.text(table)[:40]
        if len(set(widths)) != 1:
            yield f"a table's rows have {sorted(set(widths))} columns: {words!r}"
        names = {bytes(cell.said.ID) for row in cells for cell in row if "/ID" in cell.said}
        heads = [cell for row in cells for cell in row if cell.kind == "TH"]
        if not heads:
            yield f"a table without headers: {words!r}"
        for head in heads:
            if str(_attribute(head, "Table", "Scope")) not in ("/Row", "/Column", "/Both"):
                yield f"a header without a scope: {of.text(head)[:40]!r}"
        for cell in (cell for row in cells for cell in row):
            named = _attribute(cell, "Table", "Headers") or []
            if any(bytes(name) not in names for name in named):
                yield f"a cell names a header that its table lacks: {words!r}"


def _widths(rows: list[list[Element]]) -> list[int]:
    """Give each row's columns, those that cells of rows above reach into counted too."""
    widths, reaching = [], list[tuple[int, int]]()
    for row in rows:
        width = sum(wide for wide, _ in reaching)
        reaching = [(wide, left - 1) for wide, left in reaching if left > 1]
        for cell in row:
            wide = int(_attribute(cell, "Table", "ColSpan") or 1)
            high = int(_attribute(cell, "Table", "RowSpan") or 1)
            width += wide
            if high > 1:
                reaching.append((wide, high - 1))
        widths.append(width)
    return widths


def _attribute(element: Element, owner: str, name: str) -> Any:
    held = element.said.get("/A", [])
    for one in held if isinstance(held, Array) else [held]:
        if isinstance(one, Dictionary) and one.get("/O") == f"/{owner}" and f"/{name}" in one:
            return one[f"/{name}"]
    return None


def _lists(of: Structure) -> Iterator[str]:
    """A list's items have bodies; a list with numbers or dots says which kind they are."""
    for one in of.elements:
        if one.kind == "LI" and "LBody" not in [kid.kind for kid in one.kids]:
            yield "an item without a body"
        labelled = any(kid.kind == "Lbl" for item in one.kids for kid in item.kids)
        if one.kind == "L" and labelled and _attribute(one, "List", "ListNumbering") is None:
            yield f"a list that does not say how it is numbered: {of.text(one)[:40]!r}"


def _figures(of: Structure) -> Iterator[str]:
    """A picture has words, and a box on its page that holds what it paints."""
    for one in (one for one in of.elements if one.kind == "Figure"):
        words = str(one.said.get("/Alt", one.said.get("/ActualText", ""))).strip()
        if not words:
            yield "a picture without words"
        box = _attribute(one, "Layout", "BBox")
        if box is None:
            yield f"a picture without a box: {words[:40]!r}"
            continue
        left, bottom, right, top = (float(value) for value in box)
        points = [point for leaf in one.leaves() for point in _points(of, leaf)]
        reach = 2.0
        if (
            left >= right
            or bottom >= top
            or not all(
                left - reach <= x <= right + reach and bottom - reach <= y <= top + reach
                for x, y in points
            )
        ):
            yield f"a picture is not where its box is: {words[:40]!r}"


def _links(of: Structure) -> Iterator[str]:
    """A link stands in a Link, on the page, and leads somewhere in the file."""
    inside = {note.objgen for one in of.elements if one.kind == "Link" for note in one.notes}
    known = set(_named(of.file))
    for place, page in enumerate(of.file.pages, 1):
        left, bottom, right, top = (float(value) for value in page.obj.MediaBox)
        for note in page.obj.get("/Annots", []):
            if note.get("/Subtype") != "/Link":
                yield f"page {place}: a note that is no link"
            if note.objgen not in inside:
                yield f"page {place}: a link outside a Link"
            if str(note.get("/Dest")) not in known:
                yield f"page {place}: a link leads nowhere: {note.get('/Dest')}"
            across = [float(value) for value in list(note.Rect)[::2]]
            up = [float(value) for value in list(note.Rect)[1::2]]
            if min(across) < left or max(across) > right or min(up) < bottom or max(up) > top:
                yield f"page {place}: a link outside the page"


def _link_words(of: Structure) -> Iterator[str]:
    """What a link says is what it shows."""
    for one in (one for one in of.elements if one.kind == "Link"):
        words = of.text(one)
        if not one.notes:
            yield f"a Link that leads nowhere: {words!r}"
        for note in one.notes:
            said = str(note.get("/Contents", ""))
            if not said.strip() or "".join(said.split()) != "".join(words.split()):
                yield f"a link says {said!r} for {words!r}"


def _named(file: pikepdf.Pdf) -> Iterator[str]:
    names = file.Root.get("/Names", {}).get("/Dests", {}).get("/Names", [])
    yield from (str(name) for name in list(names)[::2])


def _ids(of: Structure) -> Iterator[str]:
    """No identifier is given twice, and every one is in the tree of identifiers."""
    given = Counter(bytes(one.said.ID) for one in of.elements if "/ID" in one.said)
    if any(times > 1 for times in given.values()):
        yield "an identifier is given twice"
    if given and "/IDTree" not in of.file.Root.StructTreeRoot:
        yield "there are identifiers and no tree of them"


def _points(of: Structure, leaf: tuple[int, int]) -> list[Point]:
    page, mark = leaf
    seen = of.painted[page].marks.get(mark)
    return seen.points if seen else []


def disorder(of: Structure) -> list[str]:
    """Give the pairs of siblings on one page that are read in another order than they stand.

    Of two siblings the first stands above the second, left of it, or in a column left of it.
    """
    found = []
    for one in of.elements:
        boxes = [(kid, _box(of, kid)) for kid in one.kids]
        placed = [(kid, box) for kid, box in boxes if box]
        for place, (first, before) in enumerate(placed):
            for second, after in placed[place + 1 :]:
                if before[0] == after[0] and _stands_before(after[1:], before[1:]):
                    words = (of.text(first)[:30], of.text(second)[:30])
                    found.append(f"page {before[0] + 1}: {words[0]!r} is read before {words[1]!r}")
    return found


def _stands_before(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    left, bottom, right, top = one
    o_left, o_bottom, o_right, o_top = other
    near = 3.0
    if bottom > o_top + near:
        return left <= o_right
    level = bottom <= o_top + near and top >= o_bottom - near
    return level and right < o_left + near and left < o_left - near


def _box(of: Structure, element: Element) -> tuple[int, float, float, float, float] | None:
    """Give the page of an element's first content, and the box of its content there."""
    leaves = list(element.leaves())
    if not leaves:
        return None
    page = leaves[0][0]
    points = [point for leaf in leaves if leaf[0] == page for point in _points(of, leaf)]
    if not points:
        return None
    across, up = [x for x, _ in points], [y for _, y in points]
    return page, min(across), min(up), max(across), max(up)
