"""Find people in the pool or add them."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from assess.candidates import duplicates
from assess.candidates.models import Candidate
from assess.candidates.phones import read_phone
from assess.candidates.zones import all_zones
from assess.errors import Conflict, Invalid, NotFound

LONGEST_ADDRESS = 254
LONGEST_NAME = 200
LONGEST_SHOWN = 60
BIRTH_YEARS = range(1900, 2100)

#: Digits and letters that nobody takes for one another, without vowels, so that no word forms.
CODE_LETTERS = "23456789CDFGHJKMNPQRTVWXY"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*"
    rf"@(?:{_LABEL}\.)+{_LABEL}"
)


@dataclass(frozen=True)
class Person:
    """Somebody to invite, as a recruiter names them."""

    name: str
    email: str
    language: str = "en"
    time_zone: str | None = None
    phone: str = ""
    birth_year: int | None = None

    @property
    def address(self) -> str:
        """The e-mail address as the pool keeps it: lower case, no space around it."""
        return self.email.strip().lower()


def person_faults(person: Person) -> list[str]:
    """Say what is wrong with a person's name or address; nothing when all is in order."""
    faults = []
    if len(person.address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(person.address):
        shown = person.email.strip()[:LONGEST_SHOWN]
        faults.append(f"{shown!r} is not an e-mail address we can write to")
    if len(person.name) > LONGEST_NAME:
        faults.append(f"the name is longer than {LONGEST_NAME} characters")
    if not person.name.isprintable():
        faults.append("the name holds a line break or another character that cannot be shown")
    if person.time_zone is not None and person.time_zone not in all_zones():
        faults.append(f"{person.time_zone[:LONGEST_SHOWN]!r} is no time zone; write Europe/Paris")
    try:
        read_phone(person.phone)
    except ValueError as error:
        faults.append(str(error))
    if person.birth_year is not None and person.birth_year not in BIRTH_YEARS:
        faults.append("the year of birth has four digits, as 1990")
    return faults


def find_or_make(
    session: Session,
    people: Sequence[Person],
    *,
    now: datetime,
    source: str,
    simulated: bool = False,
) -> list[int]:
    """Return the candidates' ids in the order of ``people``; new addresses join the pool.

    Somebody known keeps the name and language the pool has. A person without a name is called
    by the address. Raises Invalid with one line for each faulty person.
    """
    faults = [f"person {n}: {f}" for n, p in enumerate(people, start=1) for f in person_faults(p)]
    if faults:
        raise Invalid(*faults)
    known = _known(session, {person.address for person in people})
    wanted = {p.address: p for p in reversed(people) if p.address not in known}
    codes = fresh_codes(session, len(wanted))
    rows = [
        {
            "organisation_id": session.info["organisation_id"],
            "code": code,
            "name": person.name.strip() or address,
            "email": address,
            "language": person.language,
            "time_zone": person.time_zone,
            "phone": read_phone(person.phone),
            "birth_year": person.birth_year,
            "simulated": simulated,
            "source": source,
            "created_at": now,
        }
        for code, (address, person) in zip(codes, wanted.items(), strict=True)
    ]
    if rows:
        # Asked for in the order of the rows, SQLite would insert them one by one.
        made = session.execute(insert(Candidate).returning(Candidate.email, Candidate.id), rows)
        known.update({email: id_ for email, id_ in made if email is not None})
        told = [known[a] for a, p in wanted.items() if p.phone or p.birth_year]
        duplicates.find(session, told, now=now)
    return [known[person.address] for person in people]


def correct(session: Session, candidate_id: int, name: str, email: str) -> None:
    """Set a person's name and address as they themselves give them.

    Raises Invalid for a faulty one, Conflict when somebody else of the pool has the address,
    NotFound without such a person.
    """
    person = Person(name, email)
    if faults := person_faults(person):
        raise Invalid(*faults)
    row = session.scalar(select(Candidate).where(Candidate.id == candidate_id).with_for_update())
    if row is None or row.erased_at is not None:
        raise NotFound("This candidate does not exist.")
    other = select(Candidate.id).where(
        Candidate.email == person.address, Candidate.id != candidate_id
    )
    if session.scalar(other) is not None:
        raise Conflict("This address is in use here already. Please write to whoever invited you.")
    row.name, row.email = name.strip() or person.address, person.address


def stop_reminders(session: Session, candidate_id: int, now: datetime) -> None:
    """Note that the person wants no more reminders; the first moment stays."""
    session.execute(
        update(Candidate)
        .where(Candidate.id == candidate_id, Candidate.reminders_stopped_at.is_(None))
        .values(reminders_stopped_at=now)
    )


def resume_reminders(session: Session, candidate_id: int) -> None:
    """Note that the person wants reminders after all."""
    session.execute(
        update(Candidate).where(Candidate.id == candidate_id).values(reminders_stopped_at=None)
    )


def fresh_codes(session: Session, count: int) -> list[str]:
    """Draw ``count`` codes such as K7M-2QX that nobody in the organisation has."""
    codes: set[str] = set()
    while len(codes) < count:
        drawn = {_code() for _ in range(count - len(codes))}
        taken = set(session.scalars(select(Candidate.code).where(Candidate.code.in_(drawn))))
        codes |= drawn - taken
    return sorted(codes, key=lambda _: secrets.randbits(32))


def _code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def _known(session: Session, addresses: set[str]) -> dict[str, int]:
    found = session.execute(
        select(Candidate.email, Candidate.id).where(Candidate.email.in_(addresses))
    )
    return {email: id_ for email, id_ in found if email is not None}
