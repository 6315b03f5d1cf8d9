"""Read the pool."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.candidates.models import Candidate, MergedPerson
from assess.errors import NotFound

#: What stands where the name of a merged record stood; pages say it in the reader's language.
MERGED = "Merged record"


@dataclass(frozen=True)
class CandidateView:
    """A person in the pool."""

    id: int
    code: str
    name: str
    email: str | None
    language: str
    simulated: bool
    source: str


def candidate(session: Session, candidate_id: int) -> CandidateView:
    """Return one person; NotFound when the organisation has none of that id."""
    found = session.scalar(select(Candidate).where(Candidate.id == candidate_id))
    if found is None:
        raise NotFound("This candidate does not exist.")
    return _view(found)


def by_email(session: Session, email: str) -> CandidateView | None:
    """Return the person with this address, None when the pool has none."""
    found = session.scalar(select(Candidate).where(Candidate.email == email.strip().lower()))
    return None if found is None else _view(found)


def all_ids(session: Session, candidate_id: int) -> list[int]:
    """Give a person's id, and those of the records that were merged into it."""
    merged = select(MergedPerson.candidate_id).where(MergedPerson.merged_into == candidate_id)
    return [candidate_id, *session.scalars(merged)]


def merged_into(session: Session, candidate_id: int) -> int:
    """Give the id under which a person's record goes on; the same when it was never merged."""
    kept = select(MergedPerson.merged_into).where(MergedPerson.candidate_id == candidate_id)
    return session.scalar(kept) or candidate_id


def _view(row: Candidate) -> CandidateView:
    return CandidateView(
        row.id, row.code, row.name, row.email, row.language, row.simulated, row.source
    )
