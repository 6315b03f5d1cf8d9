"""An instrument's folder as plain data: its files by path, as text.

Stored or uploaded files become an instrument by the same reader as those of a real folder: they
are laid out in a temporary one, and faults name them by their paths inside it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from assess.errors import Invalid
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument
from assess.instruments.model import Instrument
from assess.instruments.wording import Wording, read_wording

Files = Mapping[str, str]

ENDINGS: Final = (".yaml", ".md")
LONGEST_PATH: Final = 120
MOST_KEPT: Final = 64
_PATH: Final = re.compile(r"(?:[A-Za-z0-9_-]+/)?[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\.yaml|\.md)")


def folder_files(folder: Path) -> dict[str, str]:
    """Read what an instrument's folder holds, byte for byte; other kinds of files are left out.

    Raises Invalid for a file that is not UTF-8 text.
    """
    found, faults = {}, []
    for path in sorted(path for pattern in ("*", "*/*") for path in folder.glob(pattern)):
        name = path.relative_to(folder).as_posix()
        if path_fault(name) is not None or not path.is_file():
            continue
        try:
            found[name] = path.read_bytes().decode()
        except UnicodeDecodeError as error:
            faults.append(f"{path}: byte {error.start + 1}: the file is not UTF-8 text")
    if faults:
        raise Invalid(*faults)
    return found


def path_fault(path: str) -> str | None:
    """Say what is wrong with the path of a file inside an instrument's folder; None if nothing."""
    if not path.endswith(ENDINGS):
        return f"only files named {' or '.join(ENDINGS)} are taken"
    if len(path) > LONGEST_PATH or not _PATH.fullmatch(path):
        return (
            "the name must be plain letters, digits, dot, - and _, in the folder itself or one "
            "folder below"
        )
    return None


def content_digest(files: Files) -> str:
    """Give the SHA-256, in hex, of the names and bytes of all files."""
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        content = text.encode()
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def forms_of(files: Files) -> tuple[str | None, ...]:
    """Give the letters of the forms in a bank, or the one None of an instrument without forms."""
    with laid_out(files) as folder:
        return form_keys(folder) or (None,)


def instrument_of(files: Files, form: str | None = None) -> Instrument:
    """Load one instrument from its folder's files; Invalid with every fault.

    The same files are read once: an instrument never changes, and reading takes long.
    """
    return _read(tuple(sorted(files.items())), form)


@lru_cache(maxsize=MOST_KEPT)
def _read(files: tuple[tuple[str, str], ...], form: str | None) -> Instrument:
    with laid_out(dict(files)) as folder:
        return load_instrument(folder, form=form)


@contextmanager
def laid_out(files: Files) -> Iterator[Path]:
    """Write the files into a temporary folder for as long as the context lasts.

    Raises Invalid for a path that has no business there; what is found at fault inside is told
    by the paths inside the folder.
    """
    faults = [f"{path!r}: {fault}" for path in files if (fault := path_fault(path)) is not None]
    if INSTRUMENT_FILE not in files:
        faults.append(f"{INSTRUMENT_FILE}: is missing")
    if faults:
        raise Invalid(*faults)
    with TemporaryDirectory(prefix="instrument-") as name:
        folder = Path(name)
        for path, text in files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(text.encode())
        try:
            yield folder
        except Invalid as error:
            raise Invalid(*(inside(fault, folder) for fault in error.faults)) from None


def inside(fault: str, folder: Path) -> str:
    """Give a fault that names a file by its path inside ``folder``."""
    return fault.replace(f"{folder}/", "")


def wording_of(language: str, text: str) -> Wording:
    """Read one translation from the text of its file; Invalid with every fault."""
    with TemporaryDirectory(prefix="wording-") as name:
        path = Path(name, f"{language}.yaml")
        path.write_bytes(text.encode())
        faults: list[str] = []
        wording = read_wording(path, faults)
        if wording is None or faults:
            raise Invalid(*(inside(fault, path.parent) for fault in faults))
    return wording
