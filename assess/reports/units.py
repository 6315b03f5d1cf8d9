"""The units a report is joined from, and what is asked for when one is laid out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
class Unit:
    """Pages as a PDF that lacks the report's two faces, and what it uses of them.

    ``glyphs`` by the face's name in the pages' resources; empty when it carries its own faces.
    ``place`` is where on its page something is to be written when it is joined, in points.
    """

    pdf: bytes
    pages: int
    glyphs: Mapping[str, Glyphs]
    place: tuple[float, float] | None = None

    def packed(self) -> bytes:
        """Give it as bytes that `unpacked` reads."""
        glyphs = {name: list(found.items()) for name, found in self.glyphs.items()}
        head = json.dumps([self.pages, glyphs, self.place]).encode()
        return len(head).to_bytes(4, "big") + head + self.pdf


def unpacked(content: bytes) -> Unit:
    """Read what `Unit.packed` gave."""
    end = 4 + int.from_bytes(content[:4], "big")
    pages, glyphs, place = json.loads(content[4:end])
    faces = {name: {key: tuple(value) for key, value in found} for name, found in glyphs.items()}
    return Unit(content[end:], pages, faces, None if place is None else tuple(place))


@cache
def _engine() -> str:
    """Name everything but its content that a unit's bytes depend on."""
    digest = hashlib.sha256()
    folder = data_dir("templates").joinpath("reports")
    for path in sorted([*folder.glob("pdf/*"), *folder.glob("fonts/*.woff2")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{__version__} {version('weasyprint')} {version('pydyf')} {digest.hexdigest()}"
