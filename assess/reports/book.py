"""A report's sheets for the screen as one file, kept beside the PDF: made with it, from the same.

A ZIP file: `sheets.json` says what is in it and in which order, each sheet lies under its anchor,
so that one person's page is read without the other 499.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from assess.reports.faces import Run

INDEX: Final = "sheets.json"
LOGO: Final = "logo.png"
FEW: Final = 10
"""As many sheets stand on one page."""


@dataclass(frozen=True)
class Leaf:
    """A sheet's place in the report, as on paper: name, heading, group, line written on it."""

    anchor: str
    title: str
    group: str | None
    template: str
    line: tuple[Run, ...]


@dataclass(frozen=True)
class Index:
    """What a book holds; ``drafted``: translated by a machine, and nobody has signed it."""

    title: str
    language: str
    drafted: bool
    accent: str
    logo_words: str
    leaves: tuple[Leaf, ...]

    @property
    def pages(self) -> list[list[Leaf]]:
        """Give the leaves of each page: a short report is one page.

        Else everybody has a page of their own, and so has what follows a table's first part;
        the first page has the rest, in the order of paper.
        """
        if len(self.leaves) <= FEW:
            return [list(self.leaves)]
        apart = [[leaf] for leaf in self.leaves if leaf.group or not leaf.title]
        return [[leaf for leaf in self.leaves if leaf.title and not leaf.group], *apart]


def bind(index: Index, sheets: Sequence[bytes], logo: bytes | None) -> bytes:
    """Give the file; the same sheets give the same bytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        about = {
            "title": index.title,
            "language": index.language,
            "drafted": index.drafted,
            "accent": index.accent,
            "logo_words": index.logo_words,
            "leaves": [_told(leaf) for leaf in index.leaves],
        }
        file.writestr(zipfile.ZipInfo(INDEX), json.dumps(about))
        for leaf, sheet in zip(index.leaves, sheets, strict=True):
            file.writestr(zipfile.ZipInfo(leaf.anchor), sheet)
        if logo:
            file.writestr(zipfile.ZipInfo(LOGO), logo)
    return made.getvalue()


class Book:
    """A bound file that is read from."""

    def __init__(self, path: Path) -> None:
        self._path = path
        told = json.loads(self._read(INDEX))
        self.index = Index(
            told["title"], told["language"], told["drafted"], told["accent"], told["logo_words"],
            tuple(_leaf(*one) for one in told["leaves"]),
        )  # fmt: skip

    def sheet(self, anchor: str) -> bytes:
        """Give a sheet as it was bound; KeyError without one of this name."""
        return self._read(anchor)

    @property
    def has_logo(self) -> bool:
        """Say whether there is a logo."""
        with zipfile.ZipFile(self._path) as file:
            return LOGO in file.namelist()

    def logo(self) -> bytes:
        """Give the logo; KeyError without one."""
        return self._read(LOGO)

    def _read(self, name: str) -> bytes:
        with zipfile.ZipFile(self._path) as file:
            return file.read(name)


def _told(leaf: Leaf) -> list[object]:
    line = [[run.text, run.bold] for run in leaf.line]
    return [leaf.anchor, leaf.title, leaf.group, leaf.template, line]


def _leaf(
    anchor: str, title: str, group: str | None, template: str, line: list[tuple[str, bool]]
) -> Leaf:
    return Leaf(anchor, title, group, template, tuple(Run(text, bold) for text, bold in line))
