"""What is written into a laid out page: figures, names, charts that differ from page to page.

Pages that differ in nothing else are laid out once. The layout engine sees an image of the right
size where something is to be filled in, and `Slot` leaves a mark there in the page's content.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from assess.reports.drawing import Drawing
from assess.reports.faces import Run, knows, line_width, write_line
from assess.reports.units import LINK, Glyphs
from assess.reports.wording import legible

SCHEME: Final = "asset:"
TEXT, RIGHT, PICTURE, ORNAMENT = "t", "r", "p", "o"
_POINT: Final = 4 / 3
"""A point in the pixels of the layout engine."""
_HEIGHT: Final = 0.7
_NAMED: Final = re.compile(r'((?:src="asset:|alt="|href="to:)fill-)(\d+)')
_SAID: Final = re.compile(r"\bfill-(\d+)-[a-z]\b")
_ADDRESS: Final = re.compile(r'src="asset:(fill-(\d+)-([a-z])-([\d.]+)x([\d.]+))"')
_TILE_SCALE: Final = 0.945
"""A tile of the hatch has six units; they are 1.5 mm."""
_PLAIN: Final = Markup("{}")
_TILE: Final = "-1 1 m 1 -1 l 0 6 m 6 0 l 5 7 m 7 5 l"


@dataclass(frozen=True)
class Fill:
    """What goes into one place: operators and their words, or a link's target."""

    operators: bytes = b""
    alt: str = ""
    target: str = ""
    glyphs: Mapping[str, Glyphs] | None = None


@dataclass(frozen=True)
class _Style:
    """How a piece of text is written (report.css says the same), and its markup when it is not."""

    size: float
    bold: bool = False
    colour: str = "ink"
    figures: bool = False
    spacing: float = 0.0
    gap: float = 0.0
    markup: Markup = _PLAIN


_STYLES: Final = {
    "value": _Style(8, bold=True, figures=True, markup=Markup("<b>{}</b>")),
    "range": _Style(7.5, colour="muted", figures=True),
    "total": _Style(7.5, bold=True, colour="muted", figures=True),
    "figure": _Style(8, figures=True),
    "sum": _Style(8, bold=True, figures=True),
    "big": _Style(19, bold=True, figures=True, spacing=-0.01),
    "between": _Style(
        8, colour="muted", figures=True, gap=2.1, markup=Markup('<span class="between">{}</span>')
    ),
    "name": _Style(18, bold=True, spacing=-0.012),
    "line": _Style(8),
    "linked": _Style(8, colour="link"),
    "strip": _Style(7.5),
    "small": _Style(8.5, colour="muted"),
    "why": _Style(7.5, colour="muted", markup=Markup('<span class="why">{}</span>')),
}
_CLOSE: Final = {
    **_STYLES,
    "name": replace(_STYLES["name"], size=14),
    "big": replace(_STYLES["big"], size=15),
    "why": replace(_STYLES["why"], size=6.8),
}
"""The same on a page that is set closer (report.css, .tighter)."""


class Fills:
    """The fills of one page, in the order of its words; ``close``: it is set closer."""

    def __init__(self, *, close: bool = False) -> None:
        """Begin with none."""
        self.all: list[Fill] = []
        self._close = close

    def text(self, *runs: tuple[str, object], right: bool = False, most: float = 0.0) -> Markup:
        """Write (style, words) beside each other, from here on or up to here.

        With ``most`` millimetres, words that are wider are left to the layout engine, as are
        letters that the faces lack and those that must be shaped together.
        """
        told = tuple((style, legible(str(words))) for style, words in runs)
        room = most * 72 / 25.4
        fill = _line(told, right, room, self._close)
        if fill is None:
            return plain(*told)
        size = max(1.0, room), _HEIGHT * max(_STYLES[style].size for style, _ in told)
        return self._place(RIGHT if right else TEXT, size, fill)

    def picture(self, drawing: Drawing, title: str) -> Markup:
        """Draw a chart; ``title`` says it in words."""
        width, height = drawing.size
        size = width / _POINT, height / _POINT
        return self._place(PICTURE, size, Fill(drawing.operators, alt=title), "drawn")

    def hatch(self, height: float) -> Markup:
        """Draw a hatched bar of ``height`` millimetres around the middle of the line."""
        high = height * 96 / 25.4 / _TILE_SCALE
        tiles = "".join(f"q 1 0 0 1 0 {6 * at} cm {_TILE} S Q " for at in range(int(high / 6) + 1))
        operators = (
            f"{_TILE_SCALE} 0 0 {_TILE_SCALE} 0 {0.5 - high * _TILE_SCALE / 2:.3f} cm "
            f"0 0 6 {high:.3f} re W n 0.322 0.376 0.427 RG 1 w [] 0 d {tiles}"
        )
        size = 6 * _TILE_SCALE / _POINT, 1 / _POINT
        return self._place(ORNAMENT, size, Fill(operators.encode()), "fill hatch")

    def link(self, target: str) -> str:
        """Give the address of a link to another unit of the report."""
        self.all.append(Fill(target=target))
        return f"{LINK}fill-{len(self.all) - 1}"

    def _place(self, kind: str, size: tuple[float, float], fill: Fill, css: str = "fill") -> Markup:
        self.all.append(fill)
        name = f"fill-{len(self.all) - 1}-{kind}"
        width, height = (round(value * _POINT, 2) for value in size)
        # Numbers and names of our own; Markup.format would take as long as all the rest.
        return Markup(  # noqa: S704
            f'<img alt="{name}" class="{css}" src="{SCHEME}{name}-{width:g}x{height:g}"/>'
        )


@lru_cache(4096)
def _line(
    told: tuple[tuple[str, str], ...],
    right: bool,  # noqa: FBT001
    room: float,
    close: bool,  # noqa: FBT001
) -> Fill | None:
    """Write (style, words); None what is wider than ``room`` or must be left to the engine."""
    styles = _CLOSE if close else _STYLES
    line = [
        Run(words, one.bold, one.size, one.colour, one.figures, one.spacing, one.gap)
        for one, words in ((styles[style], words) for style, words in told)
    ]
    known = all(knows(run) for run in line) and not _shaped(line)
    if not known or (room and line_width(line) > room):
        return None
    made = write_line(line, at=(0, 0), size=0, most=room or 1000, right=right)
    return Fill(made.operators, "".join(run.text for run in line), glyphs=made.glyphs)


def plain(*runs: tuple[str, object]) -> Markup:
    """Give (style, words) as markup, for the layout engine to write."""
    return Markup("").join(_STYLES[style].markup.format(str(words)) for style, words in runs)


class Slot:
    """An image of the layout engine that leaves a mark where something is filled in."""

    def __init__(self, number: int, kind: str, width: float, height: float) -> None:
        """Take ``width`` and ``height`` in pixels."""
        self._number, self._kind, self._size = number, kind, (width, height)

    def get_intrinsic_size(self, _resolution: Any, _font_size: Any) -> tuple[float, float, float]:
        """Give width, height and their ratio, as the engine asks for them."""
        width, height = self._size
        return width, height, width / height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        """Leave the mark; the engine has moved the origin to the image's upper left corner."""
        if self._kind in (TEXT, RIGHT):
            at = width if self._kind == RIGHT else 0
            before = b"q %g 0 0 -%g %g %g cm " % (_POINT, _POINT, at, height)
        else:
            before = b"q %g 0 0 %g 0 0 cm " % (width / self._size[0], height / self._size[1])
        stream.stream.append(before + b"%%%%fill-%d%%%% Q" % self._number)


def slots(html: str) -> dict[str, Slot]:
    """Give the images of a page's fills by their addresses."""
    return {
        SCHEME + address: Slot(int(number), kind, float(width), float(height))
        for address, number, kind, width, height in _ADDRESS.findall(html)
    }


def told(words: str, fills: Sequence[Fill]) -> str:
    """Give words in which the names of fills stand with what these say."""

    def said(found: re.Match[str]) -> str:
        number = int(found[1])
        return fills[number].alt if number < len(fills) else found[0]

    return _SAID.sub(said, words)


def numbered(html: str) -> tuple[str, list[int]]:
    """Give a piece of a page with its fills numbered from 0, and their old numbers in order."""
    places: dict[str, int] = {}

    def anew(found: re.Match[str]) -> str:
        return f"{found[1]}{places.setdefault(found[2], len(places))}"

    return _NAMED.sub(anew, html), [int(number) for number in places]


def number_of(name: str) -> tuple[int, str] | None:
    """Give the number and kind of the fill that ``name`` stands for, None for another name."""
    found = re.fullmatch(r"fill-(\d+)(?:-([a-z]))?", name)
    return None if found is None else (int(found[1]), found[2] or "")


def _shaped(line: list[Run]) -> bool:
    """Say whether letters must be set together: marks over letters."""
    return any(unicodedata.category(letter)[0] == "M" for run in line for letter in run.text)
