"""What the pool itself keeps about a person: exported, erased, merged."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts.queries import events_about
from assess.candidates.models import Candidate
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
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
        "code": row.code,
        "language": row.language,
        "source": row.source,
        "simulated": row.simulated,
        "time_zone": row.time_zone,
        "reminders_stopped_at": moment(row.reminders_stopped_at),
        "created_at": moment(row.created_at),
        "acts": events_about(session, "candidate", [candidate_id]),
    }


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:
    """Take name, address and code away; the bare row stays, for rankings and events name it."""
    row = _person(session, candidate_id)
    if row is None or row.erased_at is not None:
        return Removed()
    [code] = fresh_codes(session, 1)
    row.name, row.email, row.code, row.language = NOBODY, None, code, "en"
    row.source, row.erased_at = ERASED, now
    row.time_zone, row.reminders_stopped_at = None, None
    return Removed({"names, addresses and codes": 1})


def _merge(session: Session, keep: int, drop: int) -> None:
    kept, dropped = _person(session, keep), _person(session, drop)
    if kept is None or dropped is None:
        raise NotFound("This candidate does not exist.")
    kept.time_zone = kept.time_zone or dropped.time_zone
    # Who wanted no reminders under one of two names wants none.
    kept.reminders_stopped_at = kept.reminders_stopped_at or dropped.reminders_stopped_at
    session.execute(delete(Candidate).where(Candidate.id == drop))


def _person(session: Session, candidate_id: int) -> Candidate | None:
    return session.scalar(select(Candidate).where(Candidate.id == candidate_id))


KEEPER = Keeper("candidates", frozenset({"candidate"}), _export, _erase, _merge)
