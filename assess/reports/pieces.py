"""Cut a page's HTML into pieces that are laid out by themselves and stacked again.

A template marks where a piece begins: ``<?piece?>``, or for the two columns of a row
``<?piece level?>``, which begins the left one below all that went before, ``<?piece left?>`` and
``<?piece right?>``, which go on in theirs. A piece takes part in the elements that are open where
it begins: they are opened again around it, a table with its columns, and become one again when
stacked. Before the first mark elements are opened, and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

Column = Literal["full", "level", "left", "right"]
_MARK: Final = re.compile(r"<\?piece ?(level|left|right|full)?\?>")
_PART: Final = re.compile(
    r"<\?piece ?(?P<column>level|left|right|full)?\?>|(?P<columns><colgroup>.*?</colgroup>)"
    r"|<(?P<end>/?)(?P<tag>\w+)(?:[^<>]*?)(?P<empty>/?)>",
    re.DOTALL,
)


@dataclass(frozen=True)
class Piece:
    """A piece as a page of its own; it goes on in the outermost ``depth`` of its elements."""

    html: str
    column: Column
    depth: int


def whole(html: str) -> str:
    """Give a page without its marks."""
    return _MARK.sub("", html)


def cut(html: str) -> list[Piece]:
    """Give the pieces of a page, none when it has no marks; it must be well-formed."""
    if _MARK.search(html) is None:
        return []
    start, end = html.index("<body>") + 6, html.index("</body>")
    head, tail = html[:start], html[end:]
    return [
        Piece(f"{head}{body}{tail}", column, depth)
        for body, column, depth in _bodies(html[start:end])
    ]


def _bodies(body: str) -> Iterator[tuple[str, Column, int]]:
    """Give each piece with what is open around it, its column and the depth of that."""
    opened: list[tuple[str, str]] = []
    before, at, column, depth = "", 0, "", 0

    def piece(end: int) -> tuple[str, Column, int]:
        closing = "".join(f"</{tag}>" for tag, _ in reversed(opened))
        return before + body[at:end] + closing, cast("Column", column), depth

    for found in _PART.finditer(body):
        if found[0].startswith("<?"):
            # Before the first mark elements are opened, and nothing else.
            if column:
                yield piece(found.start())
            before, at, depth = "".join(text for _, text in opened), found.end(), len(opened)
            column = found["column"] or "full"
        elif found["columns"]:
            tag, text = opened[-1]
            opened[-1] = tag, text + found["columns"]
        elif found["end"]:
            opened.pop()
        elif not found["empty"]:
            opened.append((found["tag"], found[0]))
    yield piece(len(body))
