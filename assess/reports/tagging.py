"""Mend what the layout engine leaves open in a page's tags, while the page is still its objects.

It writes where a link leads for what the link says, boxes of pictures as the style sheet counts
them, headers without a scope, lists without their kind, and elements for boxes that hold nothing.
Source: ISO 32000-1:2008, 14.7.2 (identifiers), 14.8.5 (attributes); ISO 14289-1:2014, 7.5, 7.18.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pydyf  # type: ignore[import-untyped]

_SCOPES: Final = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Column"}
"""The scope of a row group's head is what stands below it: it spans its columns."""
_NUMBERINGS: Final = {"decimal": "/Decimal", "lower-alpha": "/LowerAlpha", "none": "/None"}
_A_PIXEL: Final = 0.75
_HOLLOW: Final = ("/NonStruct", "/Div", "/Span", "/Sect", "/L", "/LI", "/LBody")
"""What a box without words becomes, or the end of one that a page's end cuts off."""


def mend(document: Any, pdf: pydyf.PDF, mark: str = "") -> None:
    """Mend the tags of a laid out document; identifiers get ``mark``, so that files can be joined.

    Cells name their headers only where scopes do not tell: of a table with heads inside.
    """
    boxes = _Boxes()
    for page in document.pages:
        boxes.walk(page._page_box.children)  # noqa: SLF001 - the engine shows its boxes nowhere
    for words, note in boxes.links:
        note["Contents"] = pydyf.String(words)
    names = list(_name_cells(boxes.tables, mark))
    elements = [one for one in pdf.objects if _is_element(one)]
    lists = [one for one in elements if one["S"] == "/L"]
    for one, style in zip(lists, boxes.lists, strict=True):
        kind = _NUMBERINGS.get(style, "/Disc")
        one["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": kind})
    for one in elements:
        if one["S"] == "/Figure":
            _place(one["A"], _object(pdf, one["Pg"])["MediaBox"])
    _clear(pdf, elements)
    if names:
        root = next(one for one in pdf.objects if _is_root(one))
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(_pairs(names))})


@dataclass
class _Boxes:
    """What only the boxes know: where links lead in words, cells by table, styles of lists."""

    links: list[tuple[str, Any]] = field(default_factory=list)
    tables: list[list[Any]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    def walk(self, boxes: Any, cells: list[Any] | None = None) -> None:
        for placed in boxes:
            # The engine keeps what stands absolutely in an envelope.
            box = getattr(placed, "_box", placed)
            tag = None if box.element is None else box.element_tag
            if tag in ("ul", "ol", "dl"):
                self.lists.append(str(box.style["list_style_type"]))
            if getattr(box, "link_annotation", None):
                self.links.append((_words(box.element), box.link_annotation))
            if getattr(box, "is_table_wrapper", False):
                cells = []
                self.tables.append(cells)
            if cells is not None and getattr(box, "mark", None) is not None:
                cells.append(box)
            self.walk(getattr(box, "children", ()), cells)


def _words(element: Any) -> str:
    return " ".join(" ".join(_told(element)).split())


def _told(element: Any) -> Iterator[str]:
    """Give the words of an element; those of a picture stand for it."""
    yield element.get("alt", "") if element.tag == "img" else element.text or ""
    for kid in element:
        yield from _told(kid)
        yield kid.tail or ""


def _name_cells(tables: list[list[Any]], mark: str) -> Iterator[tuple[str, Any]]:
    """Give headers their scopes and identifiers; without need for these, take them away."""
    for cells in tables:
        heads = [cell for cell in cells if "ID" in cell.mark]
        told = all(
            cell.element.get("scope") in ("col", "row") and cell.colspan == cell.rowspan == 1
            for cell in heads
        )
        for cell in heads:
            cell.mark["A"]["Scope"] = _SCOPES[cell.element.get("scope", "col")]
            if told:
                del cell.mark["ID"]
                continue
            # The cells that point at a header hold the very same string.
            cell.mark["ID"].string = f"{mark}-{cell.mark['ID'].string}"
            yield cell.mark["ID"].string, cell.mark.reference
        if told:
            for cell in cells:
                cell.mark["A"].pop("Headers", None)
                if len(cell.mark["A"]) == 1:
                    del cell.mark["A"]


def _place(layout: Any, page: Any) -> None:
    """Give a picture's box in points from the page's lower left, not in pixels from its top."""
    left, top, right, bottom = layout["BBox"]
    height = page[3]
    layout["BBox"] = pydyf.Array(
        round(value, 3)
        for value in (
            left * _A_PIXEL, height - bottom * _A_PIXEL, right * _A_PIXEL, height - top * _A_PIXEL,
        )
    )  # fmt: skip


def _clear(pdf: pydyf.PDF, elements: list[Any]) -> None:
    """Take away elements of boxes that hold nothing, the innermost first."""
    for one in reversed(elements):
        if one["S"] in _HOLLOW and not one["K"]:
            _object(pdf, one["P"])["K"].remove(one.reference)


def _pairs(names: list[tuple[str, Any]]) -> Iterator[Any]:
    for name, reference in sorted(names):
        yield pydyf.String(name)
        yield reference


def _is_element(one: Any) -> bool:
    return isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructElem"


def _is_root(one: Any) -> bool:
    return isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructTreeRoot"


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
