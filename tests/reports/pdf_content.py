"""What a page's operators paint: under which mark, where, and which text, by the file's own words.

Source of the operators: ISO 32000-1:2008, 8.4 (graphics), 9.4 (text), 14.6 (marked content).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import ContentStreamInlineImage, Dictionary, Matrix

PAINTS: Final = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"}
SHOWS: Final = {"Tj", "TJ", "'", '"'}
_PATHS: Final = {"m": 2, "l": 2, "c": 6, "v": 4, "y": 4}
_HEX: Final = re.compile(rb"<([0-9A-Fa-f]+)>")

Point = tuple[float, float]


@dataclass
class Marked:
    """One piece of marked content: its tag, the corners it reaches in points, its text."""

    tag: str
    points: list[Point] = field(default_factory=list)
    text: str = ""


@dataclass
class Painted:
    """What a page paints: by its marks, and the faults of what is under none."""

    marks: dict[int, Marked] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    outside: list[Point] = field(default_factory=list)


@dataclass(frozen=True)
class _State:
    matrix: Matrix
    font: Any = None
    size: float = 0.0


def painted(page: Any) -> Painted:
    """Read a page; what lies outside its box is in ``outside``."""
    held = page.obj.Contents
    streams = list(held) if isinstance(held, pikepdf.Array) else [held]
    texts = [font.get("/ToUnicode") for font in page.obj.Resources.Font.values()]
    known = [one.read_bytes() for one in [*streams, *texts] if one is not None]
    key = hashlib.sha256(b"|".join([*known, str(list(page.obj.MediaBox)).encode()])).digest()
    if key not in _READ:
        _READ[key] = Painted()
        box = [float(value) for value in page.obj.MediaBox]
        _Reader(page.obj.Resources, _READ[key], box).read(page, [])
    return _READ[key]


_READ: Final[dict[bytes, Painted]] = {}
"""Pages that were read: files with planted faults share all pages but one."""


class Letters:
    """A face's text by glyph number, and the glyphs' widths in thousandths of an em."""

    def __init__(self, font: Any) -> None:
        self.text: dict[int, str] = {}
        self._widths: dict[int, float] = {}
        if "/ToUnicode" in font:
            self._read_text(font.ToUnicode.read_bytes())
        below = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        listed = list(below.get("/W", []))
        while listed:
            first, following, *listed = listed
            if not isinstance(following, pikepdf.Array):
                last, *values = [following, *listed[:1]]
                listed = listed[1:]
                self._widths |= {
                    code: float(values[0]) for code in range(int(first), int(last) + 1)
                }
                continue
            self._widths |= {int(first) + n: float(width) for n, width in enumerate(following)}
        self._else = float(below.get("/DW", 1000))

    def width(self, code: int) -> float:
        return self._widths.get(code, self._else)

    def _read_text(self, written: bytes) -> None:
        for kind, block in re.findall(rb"begin(bfchar|bfrange)(.*?)end\1", written, re.S):
            numbers = [bytes.fromhex(found.decode()) for found in _HEX.findall(block)]
            step = 2 if kind == b"bfchar" else 3
            for place in range(0, len(numbers), step):
                first, last = numbers[place], numbers[place + step - 2]
                start, text = int.from_bytes(first, "big"), numbers[place + step - 1]
                for code in range(start, int.from_bytes(last, "big") + 1):
                    moved = int.from_bytes(text, "big") + code - start
                    self.text[code] = moved.to_bytes(len(text), "big").decode("utf-16-be")


class _Reader:
    """Follows a stream's operators."""

    def __init__(self, resources: Any, found: Painted, box: list[float]) -> None:
        self._resources, self._found, self._box = resources, found, box
        self._letters: dict[str, Letters] = {}
        self._state, self._kept = _State(Matrix()), list[_State]()
        self._line = Matrix()
        self._path: list[Point] = []
        self._clip: list[float] = list(box)

    def read(self, stream: Any, marks: list[Any], matrix: Matrix | None = None) -> None:
        """Follow ``stream`` under ``marks``, each an MCID, "Artifact" or None."""
        if matrix is not None:
            self._state = _State(matrix)
        depth = len(marks)
        for step in pikepdf.parse_content_stream(stream):
            if isinstance(step, ContentStreamInlineImage):
                self._paint(marks, "an inline image", [])
                continue
            self._step(str(step.operator), list(step.operands), marks)
        if len(marks) != depth or self._kept:
            self._found.faults.append("marks or states are opened and not closed")

    def _step(self, name: str, given: list[Any], marks: list[Any]) -> None:
        if name in ("BDC", "BMC"):
            self._open(given, marks)
        elif name == "EMC":
            marks.pop()
        elif name == "q":
            self._kept.append(self._state)
        elif name == "Q":
            self._state = self._kept.pop()
        elif name == "cm":
            matrix = Matrix(*[float(x) for x in given]) @ self._state.matrix
            self._state = _State(matrix, self._state.font, self._state.size)
        elif name == "Do":
            self._draw(self._resources.XObject[str(given[0])], marks)
        elif name in _PATHS or name == "re":
            self._go(name, [float(x) for x in given])
        elif name in PAINTS:
            self._paint(marks, f"a shape ({name})", self._path)
            self._path = []
        elif name == "n":
            self._path = []
        else:
            self._write(name, given, marks)

    def _write(self, name: str, given: list[Any], marks: list[Any]) -> None:
        if name == "BT":
            self._line = Matrix()
        elif name == "Tm":
            self._line = Matrix(*[float(x) for x in given])
        elif name in ("Td", "TD"):
            self._line = Matrix(1, 0, 0, 1, float(given[0]), float(given[1])) @ self._line
        elif name == "Tf":
            self._state = _State(self._state.matrix, str(given[0]), float(given[1]))
        elif name in SHOWS:
            self._show(given[-1], marks)

    def _open(self, given: list[Any], marks: list[Any]) -> None:
        tag, said = str(given[0]).lstrip("/"), given[1] if len(given) > 1 else None
        number = int(said.MCID) if isinstance(said, Dictionary) and "/MCID" in said else None
        within = [mark for mark in marks if mark is not None]
        if tag == "Artifact":
            if any(isinstance(mark, int) for mark in within):
                self._found.faults.append("an artifact is inside tagged content")
            marks.append("Artifact")
            return
        if number is not None:
            if within:
                self._found.faults.append(f"content {number} is inside other marked content")
            if number in self._found.marks:
                self._found.faults.append(f"content {number} is marked twice")
            self._found.marks[number] = Marked(tag)
        marks.append(number)

    def _draw(self, drawing: Any, marks: list[Any]) -> None:
        if drawing.get("/Subtype") != "/Form":
            corners = [(0.0, 0.0), (1.0, 1.0)]
            self._paint(marks, "an image", [self._state.matrix.transform(at) for at in corners])
            return
        if "/Ref" in drawing:
            self._found.faults.append("a drawing is in another file")
        if b"/MCID" in drawing.read_bytes() and marks:
            self._found.faults.append("a drawing under a mark has marks of its own")
        inner = _Reader(drawing.get("/Resources", self._resources), self._found, self._box)
        moved = Matrix(*[float(x) for x in drawing.get("/Matrix", [1, 0, 0, 1, 0, 0])])
        inner.read(drawing, list(marks), moved @ self._state.matrix)

    def _go(self, name: str, given: list[float]) -> None:
        if name == "re":
            x, y, width, height = given
            corners = [(x, y), (x + width, y + height), (x, y + height), (x + width, y)]
        else:
            corners = list(zip(given[::2], given[1::2], strict=True))
        self._path += [self._state.matrix.transform(corner) for corner in corners]

    def _show(self, shown: Any, marks: list[Any]) -> None:
        font, size = self._state.font, self._state.size
        if font not in self._letters:
            self._letters[font] = Letters(self._resources.Font[font])
        letters, text, width = self._letters[font], [], 0.0
        for piece in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if not isinstance(piece, pikepdf.String):
                width -= float(piece)
                continue
            for code in _codes(bytes(piece)):
                said = letters.text.get(code)
                if code == 0:
                    self._found.faults.append(f"{font} shows the glyph for what it lacks")
                if said is None or not said.strip("\0\ufffd"):
                    self._found.faults.append(f"glyph {code} of {font} has no text")
                text.append(said or "")
                width += letters.width(code)
        to = self._line @ self._state.matrix
        ends = [to.transform((0, 0)), to.transform((width * size / 1000, 0))]
        if "".join(text).strip():
            self._paint(marks, f"the text {''.join(text)[:40]!r}", ends)
        if marks and isinstance(marks[-1], int):
            self._found.marks[marks[-1]].text += "".join(text)

    def _paint(self, marks: list[Any], what: str, points: list[Point]) -> None:
        owner = next((mark for mark in reversed(marks) if mark is not None), None)
        if owner is None:
            self._found.faults.append(f"{what} is neither tagged nor an artifact")
        elif isinstance(owner, int):
            self._found.marks[owner].points += points
        left, bottom, right, top = self._box
        self._found.outside += [
            (round(x, 1), round(y, 1))
            for x, y in points
            if not (left - 0.5 <= x <= right + 0.5 and bottom - 0.5 <= y <= top + 0.5)
        ]


def _codes(shown: bytes) -> Iterator[int]:
    for place in range(0, len(shown), 2):
        yield int.from_bytes(shown[place : place + 2], "big")
