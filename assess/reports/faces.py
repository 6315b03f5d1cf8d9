"""The two faces of reports: their files, and how a line of text is written with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from assess.paths import data_dir
from assess.reports.units import Glyphs

REGULAR: Final = "LNXIQZ"
BOLD: Final = "ZMQUBA"
FACES: Final = {"Inter-Regular": REGULAR, "Inter-SemiBold": BOLD}
"""The faces' files, and the names the layout engine gives the faces in a page's resources."""
STAMPED: Final = {REGULAR: "Regular", BOLD: "Bold"}
"""The names under which written lines find the faces: a page may carry others of its own."""
_COLOURS: Final = {"ink": "0.11 0.153 0.2 rg", "muted": "0.322 0.376 0.427 rg"}
_UNKNOWN: Final = "?"


@dataclass(frozen=True)
class Run:
    """A piece of a line; ``bold`` in the semi-bold face."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Line:
    """Operators that write a line onto a page, and the glyphs they use by face."""

    operators: bytes
    glyphs: dict[str, Glyphs]


def write_line(
    runs: Sequence[Run],
    *,
    at: tuple[float, float],
    size: float,
    most: float,
    colour: str = "ink",
    right: bool = False,
) -> Line:
    """Write ``runs`` from ``at`` on, the left end of the base line in points; ``right``: up to it.

    A line longer than ``most`` is set smaller until it fits. Letters that the faces lack are
    written as question marks: only the product's own words are written this way.
    """
    written = [(_face(BOLD if run.bold else REGULAR), run.text) for run in runs]
    width = sum(face.width(text) for face, text in written) * size / 1000
    if width > most:
        size, width = size * most / width, most
    glyphs: dict[str, dict[int, tuple[str, float]]] = {}
    parts = [f"BT {_COLOURS[colour]} 1 0 0 1 {at[0] - width * right:.2f} {at[1]:.2f} Tm"]
    for face, text in written:
        codes = [face.glyph(letter) for letter in text]
        pairs = zip(codes, text, strict=True)
        glyphs.setdefault(face.name, {}).update(
            {code: (letter, face.widths[code]) for code, letter in pairs}
        )
        hexed = "".join(f"{code:04x}" for code in codes)
        parts.append(f"/{STAMPED[face.name]} {size:.2f} Tf <{hexed}> Tj")
    return Line(" ".join([*parts, "ET"]).encode(), dict(glyphs))


@cache
def file(name: str) -> bytes:
    """Unpack a face once; left to the layout engine, each file would carry its own moment."""
    path = data_dir("templates").joinpath("reports", "fonts", f"{name}.woff2")
    packed, made = TTFont(path, recalcTimestamp=False), BytesIO()
    packed.flavor = None
    packed.save(made)
    return made.getvalue()


@dataclass(frozen=True)
class _Face:
    """A face: glyph numbers by letter, widths by glyph number in thousandths of an em."""

    name: str
    glyphs: dict[str, int]
    widths: list[float]

    def glyph(self, letter: str) -> int:
        return self.glyphs.get(letter, self.glyphs[_UNKNOWN])

    def width(self, text: str) -> float:
        return sum(self.widths[self.glyph(letter)] for letter in text)


@cache
def _face(name: str) -> _Face:
    stem = next(stem for stem, known in FACES.items() if known == name)
    font: Any = TTFont(BytesIO(file(stem)), lazy=True)
    per_em = font["head"].unitsPerEm
    order = font.getGlyphOrder()
    return _Face(
        name,
        {chr(code): font.getGlyphID(glyph) for code, glyph in font.getBestCmap().items()},
        [font["hmtx"][glyph][0] * 1000 / per_em for glyph in order],
    )
