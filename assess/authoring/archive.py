"""A zip of an instrument's folder as text files, opened with care.

Nothing is written anywhere while it is read. What an honest folder never needs is refused with its
reason: places outside the folder, links, programs, archives that grow without end.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final

from assess.errors import Invalid
from assess.instruments.folder import path_fault

LARGEST_ZIP: Final = 5 * 1024 * 1024
LARGEST_FILE: Final = 1024 * 1024
LARGEST_TOTAL: Final = 10 * 1024 * 1024
MOST_ENTRIES: Final = 200
MOST_FAULTS: Final = 20
#: Text shrinks to a tenth at best; a small file may do better by chance.
LARGEST_RATIO: Final = 100
SMALL: Final = 16 * 1024

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What the library raises on bytes that are no zip, or one that was tampered with.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, NotImplementedError),
)
_ENCRYPTED: Final = 0x1
_MEGABYTE: Final = 1024 * 1024


def read_zip(content: bytes) -> dict[str, str]:
    """Give the files of a zip by their paths inside the instrument's folder.

    The folder itself may be zipped, or what is in it. Raises Invalid with every fault, each
    naming the entry.
    """
    if len(content) > LARGEST_ZIP:
        raise Invalid(
            f"the file has {len(content) / _MEGABYTE:.1f} MB; at most "
            f"{LARGEST_ZIP // _MEGABYTE} MB are taken"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive)
            return _texts(archive, entries)
    except _BROKEN:
        raise Invalid(
            "the file is no zip that can be read; zip the instrument's folder again"
        ) from None


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Give the files by path; folders are left out. Raises Invalid before anything is unpacked."""
    listed = archive.infolist()
    if len(listed) > MOST_ENTRIES:
        raise Invalid(f"the zip has {len(listed)} entries; at most {MOST_ENTRIES} are taken")
    top = _top_folder(listed)
    found: dict[str, zipfile.ZipInfo] = {}
    faults = []
    for info in listed:
        # The name as it stands in the file: the library cuts its own at a zero byte.
        path = info.orig_filename.removeprefix(top)
        if info.is_dir() and _is_plain(info) and ".." not in path.split("/"):
            continue
        fault = path_fault(path) or _entry_fault(info)
        if fault is None and path.casefold() in (name.casefold() for name in found):
            fault = "is there twice"
        if fault is not None:
            faults.append(f"{info.orig_filename!r}: {fault}")
        found[path] = info
    total = sum(info.file_size for info in listed)
    if total > LARGEST_TOTAL:
        faults.append(f"unpacked it has more than {LARGEST_TOTAL // _MEGABYTE} MB")
    _refuse(faults)
    return found


def _top_folder(listed: Sequence[zipfile.ZipInfo]) -> str:
    """Give the one folder everything lies in, with its slash; empty where there is none."""
    names = [info.orig_filename for info in listed]
    first = names[0].partition("/")[0] if names else ""
    top = f"{first}/"
    one = first.strip(".") and all(name.startswith(top) for name in names)
    return top if one and f"{top}instrument.yaml" in names else ""


def _entry_fault(info: zipfile.ZipInfo) -> str | None:
    if not _is_plain(info):
        return "is a link or a device; only files are taken"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return "is packed in an unusual way; use an ordinary zip"
    if info.file_size > LARGEST_FILE:
        return f"has more than {LARGEST_FILE // _MEGABYTE} MB"
    if info.file_size > SMALL and info.file_size > LARGEST_RATIO * info.compress_size:
        return "unpacks to far more than any text would"
    return None


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a file or a folder; zips from Windows say nothing of the kind."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind in (0, stat.S_IFREG, stat.S_IFDIR)


def _texts(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Unpack, never more than an entry says of itself, and read as text."""
    texts, faults = {}, []
    for path, info in entries.items():
        with archive.open(info) as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > min(info.file_size, LARGEST_FILE):
            faults.append(f"{path}: has more in it than it says")
            continue
        try:
            texts[path] = content.decode()
        except UnicodeDecodeError as error:
            faults.append(f"{path}: byte {error.start + 1}: the file is not UTF-8 text")
            continue
        if "\0" in texts[path]:
            faults.append(f"{path}: holds a zero byte; it is no text")
    _refuse(faults)
    return texts


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        more = len(faults) - MOST_FAULTS
        raise Invalid(*faults[:MOST_FAULTS], *([f"and {more} more"] if more > 0 else []))
