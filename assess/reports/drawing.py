"""Our own charts as drawing operators of a page: the layout engine's way with SVG takes longer.

Only what `assess.charts` writes is known here: lines, rectangles, circles, absolute paths and
moved groups, each with its colours as attributes. Any other picture stays an SVG.
Source of the operators: ISO 32000-1:2008, 8.5 (paths), 8.6.8 (colours).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree as ET

_ROUND: Final = 0.5522847498
"""How far, in radii, the control points of a quarter circle lie: 4/3 (sqrt 2 - 1)."""
_TOKENS: Final = re.compile(r"[A-Za-z]|-?\d*\.?\d+")
_MOVED: Final = re.compile(r"translate\((-?[\d.]+)[ ,](-?[\d.]+)\)")
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"


class NotDrawn(ValueError):
    """A picture has something else than our charts have."""


class Drawing:
    """A picture as operators, its origin in the upper left corner; ``size`` in pixels."""

    def __init__(self, svg: str) -> None:
        """Read it; NotDrawn when it holds something unknown."""
        root = ET.fromstring(svg)  # noqa: S314 - made by our own charts a moment ago
        self.size = float(root.get("width", "0")), float(root.get("height", "0"))
        if root.get("viewBox") != f"0 0 {root.get('width')} {root.get('height')}":
            raise NotDrawn("the picture has another scale")
        self.operators = " ".join(_drawn(root)).encode()


def _drawn(parent: ET.Element) -> Iterator[str]:
    for element in parent:
        kind = element.tag.removeprefix(_NAMESPACE)
        if kind == "title":
            continue
        if kind == "g":
            yield from _group(element)
        elif kind in _SHAPES:
            yield from _painted(element.attrib, _SHAPES[kind](element.attrib))
        else:
            raise NotDrawn(f"<{kind}> is not drawn here")


def _group(element: ET.Element) -> Iterator[str]:
    moved = element.get("transform")
    if moved is None:
        yield from _drawn(element)
        return
    found = _MOVED.fullmatch(moved)
    if found is None:
        raise NotDrawn(f"{moved} is not known here")
    yield f"q 1 0 0 1 {found[1]} {found[2]} cm"
    yield from _drawn(element)
    yield "Q"


def _painted(given: Mapping[str, str], path: str) -> Iterator[str]:
    """Give a shape with its colours, widths and ends; each shape says all of its own."""
    fill, stroke = given.get("fill", "none"), given.get("stroke", "none")
    width = float(given.get("stroke-width", "1"))
    filled, stroked = fill != "none", stroke != "none" and width > 0
    if filled:
        yield f"{_colour(fill)} rg"
    if stroked:
        dashes = given.get("stroke-dasharray", "")
        ends = "1 J 1 j" if given.get("stroke-linecap") == "round" else "0 J 0 j"
        yield f"{_colour(stroke)} RG {width:g} w [{dashes}] 0 d {ends}"
    yield f"{path} {'B' if filled and stroked else 'f' if filled else 'S' if stroked else 'n'}"


def _colour(name: str) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", name):
        raise NotDrawn(f"{name} is no colour that is known here")
    return " ".join(f"{int(name[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


def _line(given: Mapping[str, str]) -> str:
    return f"{given['x1']} {given['y1']} m {given['x2']} {given['y2']} l"


def _rectangle(given: Mapping[str, str]) -> str:
    return f"{given['x']} {given['y']} {given['width']} {given['height']} re"


def _circle(given: Mapping[str, str]) -> str:
    x, y, r = float(given["cx"]), float(given["cy"]), float(given["r"])
    k = r * _ROUND
    corners = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
    parts = [f"{x + r:g} {y:g} m"]
    for (a, b), (c, d) in pairwise(corners):
        start, end = (x + a * r + c * k, y + b * r + d * k), (x + c * r + a * k, y + d * r + b * k)
        points = (*start, *end, x + c * r, y + d * r)
        parts.append(" ".join(f"{value:.4g}" for value in points) + " c")
    return " ".join([*parts, "h"])


def _path(given: Mapping[str, str]) -> str:
    """Give an absolute path; a smooth curve begins as the curve before it ended."""
    tokens = _TOKENS.findall(given["d"])
    at, x, y, bend, command, parts = 0, 0.0, 0.0, (0.0, 0.0), "M", []
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
            if command == "Z":
                parts.append("h")
                continue
        if command not in _TAKES:
            raise NotDrawn(f"{command} is not drawn here")
        values = [float(value) for value in tokens[at : at + _TAKES[command]]]
        at += _TAKES[command]
        if command in "HV":
            values = [values[0], y] if command == "H" else [x, values[0]]
        if command == "S":
            values = [2 * x - bend[0], 2 * y - bend[1], *values]
        bend = (values[2], values[3]) if len(values) == 6 else (values[-2], values[-1])
        x, y = values[-2:]
        sign = "m" if command == "M" else "c" if len(values) == 6 else "l"
        parts.append(" ".join(f"{value:g}" for value in values) + f" {sign}")
        command = "L" if command == "M" else command
    return " ".join(parts)


_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4}
_SHAPES: Final[Mapping[str, Callable[[Mapping[str, str]], str]]] = {
    "line": _line, "rect": _rectangle, "circle": _circle, "path": _path,
}  # fmt: skip
