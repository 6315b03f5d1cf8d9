"""What the pool itself keeps about a person: exported, erased, merged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.accounts.queries import events_about
from assess.candidates import duplicates
from assess.candidates.models import Candidate, MergedPerson
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.candidates.queries import MERGED, all_ids
from assess.candidates.service import fresh_codes
from assess.errors import NotFound

#: What stands where a name stood; pages say it in the reader's language.
NOBODY = "Erased person"
ERASED = "erased"


def _export(session: Session, candidate_id: int) -> Plain:
    row = _person(session, candidate_id)
    if row is None:
        raise NotFound("This candidate does not exist.")
    return {
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "birth_year": row.birth_year,
        "code": row.code,
        "language": row.language,
        "source": row.source,
        "simulated": row.simulated,
        "time_zone": row.time_zone,
        "reminders_stopped_at": moment(row.reminders_stopped_at),
        "created_at": moment(row.created_at),
        "merged_records": [moment(at) for at in _merged(session, candidate_id)],
        "acts": events_about(session, "candidate", all_ids(session, candidate_id)),
    }


def _merged(session: Session, candidate_id: int) -> Sequence[datetime]:
    chosen = select(MergedPerson.merged_at).where(MergedPerson.merged_into == candidate_id)
    return session.scalars(chosen.order_by(MergedPerson.merged_at)).all()


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:
    """Take name, address and code away; the bare row stays, for rankings and events name it."""
    row = _person(session, candidate_id)
    if row is None or row.erased_at is not None:
        return Removed()
    ids = all_ids(session, candidate_id)
    duplicates.forget(session, ids)
    rows = session.scalars(select(Candidate).where(Candidate.id.in_(ids))).all()
    for one, code in zip(rows, fresh_codes(session, len(rows)), strict=True):
        empty(one, NOBODY, now)
        one.code, one.source = code, ERASED
    return Removed({"names, addresses and codes": len(rows)})


def empty(row: Candidate, name: str, now: datetime) -> None:
    """Leave ``name`` where a person's own details stood."""
    row.name, row.email, row.phone, row.birth_year = name, None, None, None
    row.language, row.time_zone, row.reminders_stopped_at = "en", None, None
    row.erased_at = now


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:
    """Leave of ``drop`` a row without details that leads to ``keep``."""
    kept, dropped = _person(session, keep), _person(session, drop)
    if kept is None or dropped is None:
        raise NotFound("This candidate does not exist.")
    kept.time_zone = kept.time_zone or dropped.time_zone
    # Who wanted no reminders under one of two names wants none.
    kept.reminders_stopped_at = kept.reminders_stopped_at or dropped.reminders_stopped_at
    duplicates.carry_over(session, keep, drop)
    session.execute(
        update(MergedPerson).where(MergedPerson.merged_into == drop).values(merged_into=keep)
    )
    session.add(MergedPerson(candidate_id=drop, merged_into=keep, merged_at=now))
    empty(dropped, MERGED, now)
    # An import of answers finds people by code: the old one must not lead to an emptied record.
    [dropped.code] = fresh_codes(session, 1)


def _person(session: Session, candidate_id: int) -> Candidate | None:
    return session.scalar(select(Candidate).where(Candidate.id == candidate_id))


KEEPER = Keeper(
    "candidates",
    frozenset({"candidate", "duplicate_pair", "merged_person"}),
    _export,
    _erase,
    _merge,
)
