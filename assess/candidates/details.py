"""Change what the pool knows of a person, by a member."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.candidates import duplicates
from assess.candidates.merging import MERGES
from assess.candidates.models import Candidate
from assess.candidates.phones import read_phone
from assess.candidates.service import Person, person_faults
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True)
class Details:
    """What a member may change; ``email`` is None for somebody without an address."""

    name: str
    email: str | None
    phone: str
    birth_year: int | None
    language: str
    time_zone: str | None


class AddressTaken(Conflict):
    """Somebody else of the pool has the address."""


def change(
    sessions: Sessions, actor: Actor, candidate_id: int, details: Details, *, now: datetime
) -> tuple[str, ...]:
    """Set a person's details and give the names of those that changed.

    Links stay valid: they name the invitation. Raises Invalid for a faulty detail, and when an
    address would be taken away; AddressTaken when somebody else has it; NotFound.
    """
    actor.must_be(*MERGES)
    with writing(sessions, actor.organisation_id) as session:
        row = session.scalar(
            select(Candidate)
            .where(Candidate.id == candidate_id, Candidate.erased_at.is_(None))
            .with_for_update()
        )
        if row is None:
            raise NotFound("This candidate does not exist.")
        wanted = _checked(details, has_address=row.email is not None)
        other = select(Candidate.id).where(
            Candidate.email == wanted["email"], Candidate.id != candidate_id
        )
        if wanted["email"] is not None and session.scalar(other) is not None:
            raise AddressTaken("Somebody else in the pool has this address.")
        changed = tuple(one for one, value in wanted.items() if getattr(row, one) != value)
        for one in changed:
            setattr(row, one, wanted[one])
        if changed:
            session.flush()
            duplicates.find(session, [candidate_id], now=now)
            audit.record(
                session, actor, "details changed", "candidate", candidate_id, now=now,
                details=list(changed),
            )  # fmt: skip
    return changed


def _checked(details: Details, *, has_address: bool) -> dict[str, str | int | None]:
    """Give the details by column, as they are kept."""
    person = Person(
        " ".join(details.name.split()), details.email or "", details.language,
        details.time_zone, details.phone, details.birth_year,
    )  # fmt: skip
    faults = person_faults(person)
    if not person.address and not has_address:
        faults = [one for one in faults if "e-mail address" not in one]
    if not person.name:
        faults.append("write a name")
    if faults:
        raise Invalid(*faults)
    return {
        "name": person.name,
        "email": person.address or None,
        "phone": read_phone(person.phone),
        "birth_year": person.birth_year,
        "language": person.language,
        "time_zone": person.time_zone,
    }
