"""The file store: bytes by key, the organisation first in every key."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.errors import Invalid, NotFound
from assess.files.models import StoredFile
from assess.settings import Settings

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Received:
    """A raw file somebody sent, kept until its work is done: no record of it outlives it."""

    key: str
    size: int
    sha256: str


def receive(settings: Settings, organisation_id: int, stream: BinaryIO, *, most: int) -> Received:
    """Store what ``stream`` holds, a piece at a time; Invalid above ``most`` bytes, or for none."""
    key, size, digest = f"{organisation_id}/{secrets.token_hex(16)}", 0, hashlib.sha256()
    path = settings.files_dir / key
    _make_folder(path)
    try:
        with open(path, "xb", opener=partial(os.open, mode=0o600)) as file:
            while size <= most and (chunk := stream.read(_CHUNK)):
                size += len(chunk)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _check_size(size, most)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(key, size, digest.hexdigest())


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise Invalid(f"file: it is larger than {most // 1_000_000} MB")
    if not size:
        raise Invalid("file: it is empty")


def local(settings: Settings, key: str) -> Path:
    """Give a received file's place on this machine; NotFound when it is gone."""
    path = settings.files_dir / key
    if not path.is_file():
        raise NotFound("This file is no longer in the store.")
    return path


def discard(settings: Settings, key: str) -> None:
    """Delete a received file for good; nothing happens when it is gone already."""
    (settings.files_dir / key).unlink(missing_ok=True)


def put(
    session: Session,
    settings: Settings,
    content: bytes,
    *,
    name: str,
    media_type: str,
    now: datetime,
) -> int:
    """Store ``content`` for the session's organisation; return the stored file's id.

    The bytes are on disk before the row is written; a transaction that fails later leaves an
    unreferenced file and no row that points to nothing.
    """
    organisation_id = session.info["organisation_id"]
    key = f"{organisation_id}/{secrets.token_hex(16)}"
    with replacing(settings, key) as file:
        file.write(content)
    row = StoredFile(
        key=key,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


@contextmanager
def replacing(settings: Settings, key: str) -> Iterator[BinaryIO]:
    """Give a file to write that takes its place under ``key`` at the end, whole or not at all.

    Several may write one key at once: the last to finish stands, and no reader sees a mixture.
    """
    path = settings.files_dir / key
    _make_folder(path)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb", opener=partial(os.open, mode=0o600)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def located(session: Session, settings: Settings, stored_file_id: int) -> tuple[StoredFile, Path]:
    """Return a stored file and its place on this machine; NotFound when it is not there."""
    row = session.get(StoredFile, stored_file_id)
    if row is None:
        raise NotFound("This file does not exist.")
    path = settings.files_dir / row.key
    if not path.is_file():
        raise NotFound("This file is no longer in the store.")
    return row, path


def forget(session: Session, stored_file_ids: Iterable[int]) -> list[str]:
    """Remove the rows of stored files; return the keys, whose bytes are still to be unlinked."""
    chosen = StoredFile.id.in_(list(stored_file_ids))
    keys = list(session.scalars(select(StoredFile.key).where(chosen)))
    session.execute(delete(StoredFile).where(chosen))
    return keys


def unlink(settings: Settings, key: str) -> None:
    """Remove the bytes of a key, and what an interrupted write of it left."""
    path = settings.files_dir / key
    for one in (path, *path.parent.glob(f"{path.name}.*part")):
        one.unlink(missing_ok=True)


def _make_folder(path: Path) -> None:
    # The owner's alone: reports are about people.
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
