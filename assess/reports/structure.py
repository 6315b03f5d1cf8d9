"""The structure of laid out pages as plain trees: read from the layout engine, tidied, sealed.

Source of the elements: ISO 32000-1:2008, 14.7 (structure), 14.8 (tagged); ISO 14289-1 (PDF/UA-1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pydyf  # type: ignore[import-untyped]


@dataclass(frozen=True)
class LinkMark:
    """A link of a page, by its number there, as content of an element."""

    number: int


@dataclass
class Node:
    """A structure element on one page; its kids are marks, links and elements in reading order.

    ``spans`` of a table's cell: columns and rows; ``scope`` of a header. ``box`` of a picture:
    left, bottom, right, top in points; ``numbering`` of a list. ``waits`` for a line that is
    written later.
    """

    kind: str
    page: int
    kids: list[Any] = field(default_factory=list)
    alt: str | None = None
    spans: tuple[int, int] = (1, 1)
    waits: bool = False
    scope: str = ""
    box: tuple[float, ...] = ()
    numbering: str = ""


def read(pdf: pydyf.PDF, links: Mapping[int, int]) -> list[Node]:
    """Give what stands below the document; ``links`` lead from objects to numbers on their page."""
    known = {one.number: one for one in pdf.objects}
    pages = {number: at for at, number in enumerate(pdf.pages["Kids"][::3])}

    def node(one: pydyf.Dictionary) -> Node:
        said = one.get("A", {})
        made = Node(
            one["S"][1:],
            pages[_number(one["Pg"])],
            alt=one["Alt"].string if "Alt" in one else None,
            spans=(said.get("ColSpan", 1), said.get("RowSpan", 1)),
            scope=said.get("Scope", "").removeprefix("/"),
            box=tuple(said.get("BBox", ())),
            numbering=said.get("ListNumbering", "").removeprefix("/"),
        )  # fmt: skip
        made.kids = [kid(value) for value in one["K"]]
        return made

    def kid(value: Any) -> Any:
        if isinstance(value, int):
            return value
        one = known[_number(value)]
        return LinkMark(links[_number(one["Obj"])]) if one.get("Type") == "/OBJR" else node(one)

    document = known[_number(known[_number(pdf.catalog["StructTreeRoot"])]["K"][0])]
    return [kid(value) for value in document["K"]]


def merge(into: list[Any], kids: list[Any], depth: int) -> None:
    """Put ``kids`` behind ``into``; the ``depth`` elements they begin with go on there.

    An element that held nothing so far is not there: it begins.
    """
    if not (depth and into and kids and into[-1].kind == kids[0].kind):
        into.extend(kids)
        return
    merge(into[-1].kids, kids[0].kids, depth - 1)
    into.extend(kids[1:])


def tidied(kids: list[Any]) -> list[Any]:
    """Give trees without elements that say nothing; the kids of those stand in their place.

    An empty cell stays, for a table has its columns in every row. A block that holds text is a
    paragraph.
    """
    return [one for kid in kids for one in _tidied(kid)]


def _tidied(kid: Any) -> list[Any]:
    if not isinstance(kid, Node):
        return [kid]
    kids = tidied(kid.kids)
    if kid.kind in ("NonStruct", "Span") and kid.alt is None:
        return kids
    if not kids and not kid.waits and kid.kind not in ("TD", "TH"):
        return []
    holds = kid.kind == "Div" and any(not isinstance(one, Node) for one in kids)
    return [replace(kid, kind="P" if holds else kid.kind, kids=kids)]


def first_empty_paragraph(kids: list[Any]) -> Node | None:
    """Find the paragraph without content, in reading order: it waits for a line."""
    for kid in kids:
        if not isinstance(kid, Node):
            continue
        if kid.kind == "P" and not kid.kids:
            return kid
        found = first_empty_paragraph(kid.kids)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class Sealed:
    """Trees as `Unit` holds them: ``marks`` and ``links`` lead to elements, page by page."""

    elements: bytes
    top: tuple[int, ...]
    marks: list[dict[int, int]]
    links: list[dict[int, int]]
    waiting: int | None


def seal(kids: list[Any], pages: int) -> Sealed:
    """Give trees as lines of elements."""
    bodies: list[str] = []
    marks: list[dict[int, int]] = [{} for _ in range(pages)]
    links: list[dict[int, int]] = [{} for _ in range(pages)]
    waiting: list[int] = []

    def add(node: Node, parent: str, heads: _Heads | None) -> int:
        number = len(bodies)
        bodies.append("")
        if node.waits:
            waiting.append(number)
        if node.kind == "Table":
            heads = _Heads() if _has_heads_inside(node) else None
        cell = "" if heads is None else heads.meet(node, number)
        held = []
        for kid in node.kids:
            if isinstance(kid, Node):
                held.append(f"~e{add(kid, f'e{number}', heads)}")
            elif isinstance(kid, LinkMark):
                links[node.page][kid.number] = number
                held.append(f"<</Type/OBJR/Obj ~l{node.page}.{kid.number}/Pg ~p{node.page}>>")
            else:
                marks[node.page][kid] = number
                held.append(str(kid))
        said = "".join(_said(node, cell))
        bodies[number] = f"/S/{node.kind}/P ~{parent}/Pg ~p{node.page}{said}/K[{' '.join(held)}]"
        return number

    top = tuple(add(kid, "d", None) for kid in kids)
    sealed = "\n".join(bodies).encode("ascii")
    return Sealed(sealed, top, marks, links, waiting[0] if waiting else None)


class _Heads:
    """The headers of a table that holds heads of groups of rows, while its cells are met."""

    def __init__(self) -> None:
        self._columns: dict[int, int] = {}
        self._group: int | None = None
        self._row: int | None = None
        self._inside, self._at = False, 0

    def meet(self, node: Node, number: int) -> str:
        """Give the identifier of a header, and those of a cell's headers."""
        if node.kind in ("THead", "TBody"):
            self._inside, self._group = node.kind == "TBody", None
        elif node.kind == "TR":
            self._row, self._at = None, 0
        if node.kind not in ("TH", "TD"):
            return ""
        start, self._at = self._at, self._at + node.spans[0]
        if node.kind == "TD":
            found = (self._group, self._columns.get(start), self._row)
            return "".join(f"(~i{one})" for one in found if one is not None)
        if node.scope == "Row":
            self._row = number
        elif self._inside:
            self._group = number
        else:
            self._columns |= dict.fromkeys(range(start, self._at), number)
        return f"(~i{number})"


def _has_heads_inside(table: Node) -> bool:
    """Say whether scopes do not tell which headers a cell has; our tables span columns alone."""
    heads = [one for one in _below(table) if one.kind == "TH"]
    return any(one.spans[0] > 1 for one in heads)


def _below(node: Node) -> Iterator[Node]:
    for kid in node.kids:
        if isinstance(kid, Node):
            yield kid
            yield from _below(kid)


def _said(node: Node, heads: str) -> Iterator[str]:
    """Give what an element says of itself: its words, its place, what a cell spans and heads.

    ``heads`` are the identifier of a header, or the headers of a cell.
    """
    if node.alt is not None:
        yield f"/Alt<{text(node.alt)}>"
    if node.box:
        yield f"/A<</O/Layout/BBox[{' '.join(f'{value:.7g}' for value in node.box)}]>>"
    if node.numbering:
        yield f"/A<</O/List/ListNumbering/{node.numbering}>>"
    if node.kind in ("TH", "TD"):
        columns, rows = node.spans
        told = f"/ColSpan {columns}" * (columns > 1) + f"/RowSpan {rows}" * (rows > 1)
        told += f"/Scope/{node.scope}" * bool(node.scope)
        if node.kind == "TH":
            yield f"/ID{heads}" * bool(heads)
        elif heads:
            told += f"/Headers[{heads}]"
        if told:
            yield f"/A<</O/Table{told}>>"


def text(words: str) -> str:
    """Give words as a PDF text string in hexadecimal digits."""
    return "feff" + words.encode("utf-16-be", "replace").hex()


def _number(reference: Any) -> int:
    return int(bytes(reference).split()[0])
