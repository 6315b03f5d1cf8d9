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
_COLOURS: Final = {
    "ink": "0.11 0.153 0.2 rg",
    "muted": "0.322 0.376 0.427 rg",
    "link": "0.122 0.306 0.549 rg",
}
_UNKNOWN: Final = "?"


@dataclass(frozen=True)
class Run:
    """A piece of a line; ``bold`` in the semi-bold face.

    ``size`` in points and ``colour`` are the line's where none is given; ``figures`` all have the
    same width; ``spacing`` between letters in em; ``gap`` before it in points.
    """

    text: str
    bold: bool = False
    size: float = 0.0
    colour: str = ""
    figures: bool = False
    spacing: float = 0.0
    gap: float = 0.0


@dataclass(frozen=True)
class Line:
    """Operators that write a line onto a page, and the glyphs they use by face."""

    operators: bytes
    glyphs: dict[str, Glyphs]


def knows(run: Run) -> bool:
    """Say whether a run's face has all its letters."""
    return all(letter in _face_of(run).glyphs for letter in run.text)


def line_width(runs: Sequence[Run], size: float = 0.0) -> float:
    """Give the width of a line in points."""
    return sum(_width(run, run.size or size) for run in runs)


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
    width = line_width(runs, size)
    smaller = min(1.0, most / width) if width else 1.0
    x = at[0] - width * smaller * right
    glyphs: dict[str, dict[int, tuple[str, float]]] = {}
    parts = ["BT"]
    for run in runs:
        face, em = _face_of(run), (run.size or size) * smaller
        codes = [face.glyph(letter, figures=run.figures) for letter in run.text]
        pairs = zip(codes, run.text, strict=True)
        glyphs.setdefault(face.name, {}).update(
            {code: (letter, face.widths[code]) for code, letter in pairs}
        )
        x += run.gap * smaller
        hexed = "".join(f"{code:04x}" for code in codes)
        spaced = f"{run.spacing * em:g} Tc " if run.spacing else ""
        parts.append(
            f"{_COLOURS[run.colour or colour]} 1 0 0 1 {x:.2f} {at[1]:.2f} Tm {spaced}"
            f"/{STAMPED[face.name]} {em:.2f} Tf <{hexed}> Tj{' 0 Tc' * bool(spaced)}"
        )
        x += (_width(run, run.size or size) - run.gap) * smaller
    return Line(" ".join([*parts, "ET"]).encode(), dict(glyphs))


def _width(run: Run, size: float) -> float:
    face = _face_of(run)
    wide = sum(face.widths[face.glyph(letter, figures=run.figures)] for letter in run.text) / 1000
    return run.gap + size * (wide + run.spacing * len(run.text))


def _face_of(run: Run) -> "_Face":
    return _face(BOLD if run.bold else REGULAR)


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
    """A face: glyph numbers by letter, widths by glyph number in thousandths of an em.

    ``figures`` leads to the glyphs of one width; ``raised`` has signs that stand beside figures.
    """

    name: str
    glyphs: dict[str, int]
    widths: list[float]
    figures: dict[int, int]
    raised: dict[str, int]

    def glyph(self, letter: str, *, figures: bool) -> int:
        if figures and letter in self.raised:
            return self.raised[letter]
        found = self.glyphs.get(letter, self.glyphs[_UNKNOWN])
        return self.figures.get(found, found) if figures else found


@cache
def _face(name: str) -> _Face:
    stem = next(stem for stem, known in FACES.items() if known == name)
    font: Any = TTFont(BytesIO(file(stem)), lazy=True)
    per_em = font["head"].unitsPerEm
    order, tabular = font.getGlyphOrder(), _tabular(font)
    return _Face(
        name,
        {chr(code): font.getGlyphID(glyph) for code, glyph in font.getBestCmap().items()},
        [font["hmtx"][glyph][0] * 1000 / per_em for glyph in order],
        {font.getGlyphID(one): font.getGlyphID(other) for one, other in tabular.items()},
        {
            letter: font.getGlyphID(tabular.get(name, name))
            for letter, name in (("+", "plus.case"), ("−", "minus.case"), ("–", "endash.case"))
        },
    )


def _tabular(font: Any) -> dict[str, str]:
    """Give the glyphs of one width by those they replace (the face's feature "tnum")."""
    table, found = font["GSUB"].table, {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for number in record.Feature.LookupListIndex:
                for one in table.LookupList.Lookup[number].SubTable:
                    found.update(one.mapping)
    return found
