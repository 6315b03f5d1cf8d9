"""Make a unit of what is laid out: pieces stacked on a page, and their fills filled in."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from assess.reports import structure
from assess.reports.fills import Fill, number_of, told
from assess.reports.laid import Laid
from assess.reports.pieces import Column
from assess.reports.structure import LinkMark, Node
from assess.reports.units import Glyphs, Leaf, Link, Place, Unit

MILLIMETRE: Final = 72 / 25.4
TOP, BOTTOM, PAGE = 24 * MILLIMETRE, 16 * MILLIMETRE, 297 * MILLIMETRE
"""The margins and the height of a page (report.css)."""
_RIGHT: Final = 94 * MILLIMETRE
"""How far the right column begins from the left one (report.css, .half)."""
_PACKED: Final = 6


@dataclass(frozen=True)
class Part:
    """Something laid out, what fills it, and how far it moves from where it lies."""

    laid: Laid
    fills: Sequence[Fill]
    column: Column = "full"
    depth: int = 0
    move: tuple[float, float] = (0.0, 0.0)


def stacked(parts: Sequence[Part]) -> list[Part] | None:
    """Put pieces below each other on one page, None when they need more than a page has."""
    ends = {"left": 0.0, "right": 0.0}
    placed = []
    for part in parts:
        beside = part.column in ends
        start = ends[part.column] if beside else max(ends.values())
        # A piece lies below the same margin on a page of its own, which is taller.
        down = PAGE - part.laid.page_height - start
        placed.append(replace(part, move=(_RIGHT * (part.column == "right"), down)))
        end = start + part.laid.height
        ends |= {part.column: end} if beside else {"left": end, "right": end}
        if part.column == "level":
            ends["right"] = start
    return placed if max(ends.values()) <= PAGE - TOP - BOTTOM + 0.01 else None


def stackable(parts: Sequence[Part]) -> bool:
    """Say whether all pieces can stand on a page that others share."""
    return all(not part.laid.extras and len(part.laid.pages) == 1 for part in parts)


def unit(parts: Sequence[Part]) -> Unit:
    """Give the unit of ``parts``, which share their pages."""
    pages = len(parts[0].laid.pages)
    nodes: list[Any] = []
    for number, part in enumerate(parts):
        before = parts[:number]
        structure.merge(nodes, _copied(part, before), part.depth)
    sealed = structure.seal(nodes, pages)
    leaves = []
    for page in range(pages):
        owners = sealed.links[page]
        links = [
            replace(link, element=owners[at])
            for at, link in enumerate(link for part in parts for link in _links(part, page))
        ]
        marks = sum(part.laid.pages[page].marks for part in parts)
        elements = sealed.marks[page]
        leaves.append(
            Leaf(
                zlib.compress(b"\n".join(_contents(parts, page)), _PACKED),
                tuple(elements.get(mark, -1) for mark in range(marks)),
                tuple(links),
            )
        )
    return Unit(
        tuple(leaves), sealed.elements, sealed.top, _states(parts), _glyphs(parts),
        _place(parts, sealed.waiting), parts[0].laid.extras,
    )  # fmt: skip


def _contents(parts: Sequence[Part], page: int) -> list[bytes]:
    """Give the operators of a page: each part's marks behind those of the parts before it."""
    first, written = 0, []
    for part in parts:
        cuts, (x, y) = part.laid.pages[page].cuts, part.move
        pieces = [b"q 1 0 0 1 %.3f %.3f cm " % (x, y)] if (x or y) else []
        pieces.append(cuts[0])
        for at in range(1, len(cuts), 3):
            mark, fill = cuts[at], cuts[at + 1]
            pieces.append(
                b"/MCID %d" % (int(mark) + first) if mark else part.fills[int(fill)].operators
            )
            pieces.append(cuts[at + 2])
        if x or y:
            pieces.append(b" Q")
        written.append(b"".join(pieces))
        first += part.laid.pages[page].marks
    return written


def _copied(part: Part, before: Sequence[Part]) -> list[Any]:
    """Give a part's structure with its marks and links numbered behind those of the others."""
    pages = range(len(part.laid.pages))
    marks = [sum(one.laid.pages[page].marks for one in before) for page in pages]
    links = [sum(len(one.laid.pages[page].links) for one in before) for page in pages]

    def copy(node: Node) -> Node:
        alt = node.alt
        if alt and (found := number_of(alt)):
            alt = part.fills[found[0]].alt
        kids: list[Any] = []
        for kid in node.kids:
            if isinstance(kid, Node):
                kids.append(copy(kid))
            elif isinstance(kid, LinkMark):
                kids.append(LinkMark(kid.number + links[node.page]))
            else:
                kids.append(kid + marks[node.page])
        return replace(node, kids=kids, alt=alt, box=_moved(node.box, part.move))

    return [copy(node) for node in part.laid.nodes]


def _moved(box: tuple[float, ...], move: tuple[float, float]) -> tuple[float, ...]:
    return tuple(value + move[at % 2] for at, value in enumerate(box))


def _links(part: Part, page: int) -> list[Link]:
    """Give a part's links on the page, each without its element."""
    x, y = part.move
    found = []
    for link in part.laid.pages[page].links:
        x1, y1, x2, y2 = link.rectangle
        number = number_of(link.target)
        target = part.fills[number[0]].target if number else link.target
        words = told(link.words, part.fills)
        found.append(Link((x1 + x, y1 + y, x2 + x, y2 + y), target, -1, words))
    return found


def _states(parts: Sequence[Part]) -> Mapping[str, float]:
    states: dict[str, float] = {}
    for part in parts:
        states.update(part.laid.states)
    return dict(sorted(states.items()))


def _glyphs(parts: Sequence[Part]) -> Mapping[str, Glyphs]:
    found: dict[str, dict[int, tuple[str, float]]] = {}
    for part in parts:
        for used in (part.laid.glyphs, *(fill.glyphs for fill in part.fills if fill.glyphs)):
            for name, glyphs in used.items():
                found.setdefault(name, {}).update(glyphs)
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def _place(parts: Sequence[Part], waiting: int | None) -> Place | None:
    for part in parts:
        if part.laid.place is not None and waiting is not None:
            (x, y), (right, up) = part.laid.place, part.move
            return Place(x + right, y + up, waiting)
    return None
