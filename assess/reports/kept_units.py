"""Keep laid out pages for the next report of the same people, as long as their data may be kept."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.candidates.models import Candidate
from assess.db.scope import Sessions, reading
from assess.reports.models import ReportUnit
from assess.reports.units import Unit, unpacked

KEPT_FOR: Final = timedelta(days=30)
_AT_ONCE: Final = 500


class KeptUnits:
    """One organisation's units; what is new is written by `store`, with the report it is for."""

    def __init__(self, sessions: Sessions, organisation_id: int) -> None:
        self._sessions, self._organisation_id = sessions, organisation_id
        self._new: dict[str, tuple[int | None, Unit]] = {}

    def find(self, digests: Collection[str]) -> Mapping[str, Unit]:
        """Give the units that are kept, by digest."""
        found = {}
        with reading(self._sessions, self._organisation_id) as session:
            for some in _pieces(digests):
                chosen = ReportUnit.unit_digest.in_(some)
                rows = session.execute(
                    select(ReportUnit.unit_digest, ReportUnit.content).where(chosen)
                )
                found.update({digest: unpacked(content) for digest, content in rows})
        return found

    def keep(self, digest: str, candidate_id: int | None, unit: Unit) -> None:
        """Keep a unit; ``candidate_id`` of the person it is about."""
        self._new[digest] = candidate_id, unit

    def store(self, session: Session, now: datetime) -> None:
        """Write what is new, but for people erased meanwhile; drop what is old."""
        session.execute(delete(ReportUnit).where(ReportUnit.created_at < now - KEPT_FOR))
        people = _still_there(session, {one for one, _ in self._new.values() if one is not None})
        there = self.find(self._new)
        session.add_all(
            ReportUnit(
                candidate_id=candidate_id, unit_digest=digest, content=unit.packed(), created_at=now
            )
            for digest, (candidate_id, unit) in self._new.items()
            if digest not in there and (candidate_id is None or candidate_id in people)
        )
        self._new.clear()


class UnitsOfOneRun:
    """Units kept no longer than a command runs."""

    def __init__(self) -> None:
        self._kept: dict[str, Unit] = {}

    def find(self, digests: Collection[str]) -> Mapping[str, Unit]:
        """Give the units that are kept, by digest."""
        return {digest: self._kept[digest] for digest in digests if digest in self._kept}

    def keep(self, digest: str, candidate_id: int | None, unit: Unit) -> None:  # noqa: ARG002
        """Keep a unit."""
        self._kept[digest] = unit


def _still_there(session: Session, people: Collection[int]) -> set[int]:
    """Give those who are not erased, and hold their erasure until this transaction ends."""
    found: set[int] = set()
    for some in _pieces(people):
        alive = select(Candidate.id).where(Candidate.id.in_(some), Candidate.erased_at.is_(None))
        found.update(session.scalars(alive.with_for_update(read=True)))
    return found


def _pieces(values: Collection[Any]) -> Iterator[list[Any]]:
    """Give ``values`` in pieces that one statement takes."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
