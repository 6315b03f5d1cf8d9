"""Everything held about one person, wherever it lies: each room registers what it keeps.

`app.py` fills the registry, in the order in which records are erased: what refers to others
comes before what it refers to, and the person comes last.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

#: Plain data, ready for JSON: moments are ISO 8601 in UTC, missing values null.
Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Removed:
    """What one room erased: ``counts`` of records by kind, ``file_keys`` of the file store.

    ``mails`` are the references (left of the @) of mails that may lie in the mail folder,
    ``working_keys`` those of working files that may lie in the file store and are not counted.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    file_keys: Sequence[str] = ()
    mails: Sequence[str] = ()
    working_keys: Sequence[str] = ()


@dataclass(frozen=True)
class Keeper:
    """A room that keeps personal data, in ``tables`` that belong to people.

    ``export_person(session, candidate_id)`` gives all the room holds about one person and
    nothing of others; ``erase_person(session, candidate_id, now)`` removes it, twice is the same
    as once; ``merge_people(session, keep, drop, now)`` gives one person what belongs to another;
    what one person cannot have twice stays with the emptied record. Each works in the session's
    transaction.
    """

    room: str
    tables: frozenset[str]
    export_person: Callable[[Session, int], Plain]
    erase_person: Callable[[Session, int, datetime], Removed]
    merge_people: Callable[[Session, int, int, datetime], None]


_KEEPERS: dict[str, Keeper] = {}


def register(keepers: Iterable[Keeper]) -> None:
    """Fill the registry, in the order of erasure; the same room again replaces itself."""
    for keeper in keepers:
        _KEEPERS[keeper.room] = keeper


def keepers() -> tuple[Keeper, ...]:
    """Give every room that keeps personal data, in the order of erasure."""
    return tuple(_KEEPERS.values())


def export(session: Session, candidate_id: int) -> dict[str, Plain]:
    """Give everything held about one person, by room; the person first."""
    return {
        keeper.room: keeper.export_person(session, candidate_id) for keeper in reversed(keepers())
    }


def erase(session: Session, candidate_id: int, now: datetime) -> Removed:
    """Remove everything held about one person from every table.

    What lies outside the database (``file_keys``, ``mails``, ``working_keys``) is the caller's
    to remove, before the transaction ends.
    """
    counts: Counter[str] = Counter()
    files: list[str] = []
    mails: list[str] = []
    working: list[str] = []
    for keeper in keepers():
        removed = keeper.erase_person(session, candidate_id, now)
        counts.update(removed.counts)
        files += removed.file_keys
        mails += removed.mails
        working += removed.working_keys
        session.flush()
    return Removed({kind: n for kind, n in counts.items() if n}, files, mails, working)


def merge(session: Session, keep: int, drop: int, now: datetime) -> None:
    """Give ``keep`` everything that belongs to ``drop``, whose emptied record leads to ``keep``."""
    for keeper in keepers():
        keeper.merge_people(session, keep, drop, now)
        session.flush()


def moment(value: datetime | None) -> str | None:
    """Write a moment for an export."""
    return None if value is None else value.isoformat()
