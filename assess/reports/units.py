"""The units a report is joined from, and what is asked for when one is laid out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from assess import __version__
from assess.paths import data_dir

LINK: Final = "to:"
"""How a template links to another unit: joined, it becomes a link inside the file."""

Glyphs = Mapping[int, tuple[str, float]]
"""Glyph numbers of a face: the text each stands for, and its width in thousandths of an em."""


@dataclass(frozen=True)
class UnitRequest:
    """A template of reports/pdf with all it says. ``content`` holds plain frozen data only."""

    template: str
    language: str
    content: Mapping[str, Any]
    tagged: bool = True

    @property
    def digest(self) -> str:
        """Name the unit: the same digest is the same bytes."""
        said = repr((self.template, self.language, self.tagged, sorted(self.content.items())))
        return hashlib.sha256(f"{_engine()}\n{said}".encode()).hexdigest()


@dataclass(frozen=True)
class Link:
    """A link: its rectangle in points, the name it leads to, its element, and its words."""

    rectangle: tuple[float, float, float, float]
    target: str
    element: int
    words: str


@dataclass(frozen=True)
class Leaf:
    """One page: its packed content stream, its links, and the element of each of its marks."""

    content: bytes
    marks: tuple[int, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Place:
    """Where on the first page a line is to be written when it is joined: x, y in points.

    ``element`` of the structure waits for the line.
    """

    x: float
    y: float
    element: int


@dataclass(frozen=True)
class Unit:
    """Pages that lack the report's two faces, with their structure, and what they use of the faces.

    ``elements`` are structure elements as PDF dictionaries, one a line; in them ``~e4`` stands for
    the element of that number, ``~i4`` for its name, ``~d`` for the document, ``~p0`` for a page,
    ``~l0.1`` for a page's link. ``top`` are the elements right below the document. ``states`` are
    the pages' states of opacity, by name. ``glyphs`` by the face's name in the pages' resources;
    empty when the unit carries its own faces. ``extras`` is a PDF whose only page has the resources
    of a unit that needs more than faces and states. ``web`` is the same sheet for the screen (see
    `web_sheets`); the running lines have none.
    """

    leaves: tuple[Leaf, ...]
    elements: bytes
    top: tuple[int, ...]
    states: Mapping[str, float]
    glyphs: Mapping[str, Glyphs]
    place: Place | None = None
    extras: bytes = b""
    web: bytes = b""

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self.leaves)

    def packed(self) -> bytes:
        """Give it as bytes that `unpacked` reads."""
        glyphs = {name: list(found.items()) for name, found in self.glyphs.items()}
        place = self.place and (self.place.x, self.place.y, self.place.element)
        leaves = [
            (len(one.content), one.marks, [astuple(x) for x in one.links]) for one in self.leaves
        ]
        sizes = len(self.elements), len(self.extras), len(self.web)
        head = json.dumps([leaves, self.top, dict(self.states), glyphs, place, sizes]).encode()
        blobs = (self.elements, self.extras, self.web, *(one.content for one in self.leaves))
        return len(head).to_bytes(4, "big") + head + b"".join(blobs)


def unpacked(content: bytes) -> Unit:
    """Read what `Unit.packed` gave."""
    at = 4 + int.from_bytes(content[:4], "big")
    leaves, top, states, glyphs, place, sizes = json.loads(content[4:at])
    blobs = []
    for size in (*sizes, *(size for size, _, _ in leaves)):
        blobs.append(content[at : at + size])
        at += size
    return Unit(
        tuple(
            Leaf(blob, tuple(marks), tuple(Link(tuple(r), *told) for r, *told in links))
            for blob, (_, marks, links) in zip(blobs[3:], leaves, strict=True)
        ),
        blobs[0],
        tuple(top),
        states,
        {name: {key: tuple(value) for key, value in found} for name, found in glyphs.items()},
        None if place is None else Place(*place),
        blobs[1],
        blobs[2],
    )


@cache
def _engine() -> str:
    """Name everything but its content that a unit's bytes depend on."""
    digest = hashlib.sha256()
    folder = data_dir("templates").joinpath("reports")
    for path in sorted([*folder.glob("pdf/*"), *folder.glob("fonts/*.woff2")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{__version__} {version('weasyprint')} {version('pydyf')} {digest.hexdigest()}"
