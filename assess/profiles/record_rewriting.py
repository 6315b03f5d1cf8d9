"""Files made even before they are read: as UTF-8, with lines that end alike, sheets as tables."""

import codecs
import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from assess.errors import Invalid
from assess.profiles.record_layout import MOST_SHEET_ROWS, Layout, sheet_rows

_CHUNK: Final = 1 << 20


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_even(path: Path) -> bool:
    """Say whether no NUL stands in the file and all its lines end alike."""
    feeds = returns = both = 0
    split = False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                return False
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            both += chunk.count(b"\r\n") + (split and chunk.startswith(b"\n"))
            split = chunk.endswith(b"\r")
    return not returns or feeds == returns == both


def rewritten(path: Path, target: Path, encoding: str) -> tuple[Path, int]:
    """Write the file anew as UTF-8, lines ending alike, without NULs; give it and what was lost.

    Lost are NULs, and marks that the encoding does not know.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    even = io.IncrementalNewlineDecoder(decoder, translate=True)
    lost = 0
    with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        while chunk := file.read(_CHUNK):
            text = even.decode(chunk)
            lost += text.count("\0") + text.count("\ufffd")
            out.write(text.replace("\0", ""))
        out.write(even.decode(b"", final=True))
    return target, lost


def flat_sheet(path: Path, target: Path, layout: Layout, places: Sequence[int]) -> Path:
    """Write the wanted columns of a sheet as CSV: the others go no further."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for number, row in enumerate(sheet_rows(path)):
            if number > MOST_SHEET_ROWS + layout.skip:
                raise Invalid(f"file: the sheet has more than {MOST_SHEET_ROWS:,} rows; use CSV")
            cells = [row[place] if place < len(row) else "" for place in places]
            writer.writerow(cells if number >= layout.skip else [""] * len(cells))
    return target
