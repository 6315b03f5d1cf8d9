"""Read the pool."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.candidates.models import Candidate
from assess.errors import NotFound


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


def _view(row: Candidate) -> CandidateView:
    return CandidateView(
        row.id, row.code, row.name, row.email, row.language, row.simulated, row.source
    )
