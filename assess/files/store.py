"""The file store: bytes by key, the organisation first in every key."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.errors import NotFound
from assess.files.models import StoredFile
from assess.settings import Settings


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
    _write(settings.files_dir / key, content)
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


def get(session: Session, settings: Settings, stored_file_id: int) -> tuple[StoredFile, bytes]:
    """Return a stored file of the session's organisation; NotFound when it is not there."""
    row = session.get(StoredFile, stored_file_id)
    if row is None:
        raise NotFound("This file does not exist.")
    path = settings.files_dir / row.key
    if not path.is_file():
        raise NotFound("This file is no longer in the store.")
    return row, path.read_bytes()


def forget(session: Session, stored_file_ids: Iterable[int]) -> list[str]:
    """Remove the rows of stored files; return the keys, whose bytes are still to be unlinked."""
    chosen = StoredFile.id.in_(list(stored_file_ids))
    keys = list(session.scalars(select(StoredFile.key).where(chosen)))
    session.execute(delete(StoredFile).where(chosen))
    return keys


def unlink(settings: Settings, key: str) -> None:
    """Remove the bytes of a key, and what an interrupted write of it left."""
    path = settings.files_dir / key
    for one in (path, path.with_suffix(".part")):
        one.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    # The owner's alone: reports are about people.
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(".part")
    with open(part, "wb", opener=partial(os.open, mode=0o600)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
