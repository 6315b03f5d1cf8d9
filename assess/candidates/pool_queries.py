"""Read the pool page by page: who is in it, found by what, in which order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from assess.candidates.duplicates import Likeness, Traits, likeness
from assess.candidates.models import Candidate, DuplicatePair, MergedPerson
from assess.candidates.names import terms
from assess.candidates.pool_facts import PoolFacts, State
from assess.errors import NotFound

Sort = Literal["name", "added"]
MOST_SOURCES: Final = 50


@dataclass(frozen=True)
class Wanted:
    """Whom to list: all that is given must hold. ``until`` is the last day."""

    asked: str = ""
    campaign_id: int | None = None
    state: State | None = None
    language: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    duplicates: bool = False
    no_address: bool = False
    sort: Sort = "name"


@dataclass(frozen=True)
class Cursor:
    """The person (by handle) after whom a page begins, or before whom it ends (``back``)."""

    handle: str
    back: bool = False


@dataclass(frozen=True)
class PoolPerson:
    """A person of the pool; ``code`` is None where it must not stand beside the name."""

    id: int
    handle: str
    name: str
    email: str | None
    phone: str | None
    birth_year: int | None
    language: str
    time_zone: str | None
    source: str
    simulated: bool
    created_at: datetime
    reminders_stopped_at: datetime | None
    code: str | None


@dataclass(frozen=True)
class PoolPage:
    """One page: its people, how many there are in all, and where the pages around it begin."""

    people: tuple[PoolPerson, ...]
    count: int
    earlier: str | None
    later: str | None


@dataclass(frozen=True)
class PairView:
    """Two records that may be one person, and what they share."""

    id: int
    first: PoolPerson
    second: PoolPerson
    likeness: Likeness


def page(
    session: Session, facts: PoolFacts, wanted: Wanted, cursor: Cursor | None, limit: int
) -> PoolPage:
    """Give one page; a cursor that leads to nobody any more begins at the start."""
    conditions = _conditions(session, facts, wanted)
    count = session.scalar(select(func.count(Candidate.id)).where(*conditions)) or 0
    key = Candidate.found_by if wanted.sort == "name" else Candidate.created_at
    back = cursor is not None and cursor.back
    at = _place(session, key, cursor)
    # Names go upwards, days downwards; a page before the cursor is read the other way round.
    upwards = (wanted.sort == "name") != (back and at is not None)
    chosen = select(Candidate).where(*conditions)
    if at is not None:
        here = tuple_(key, Candidate.handle)
        chosen = chosen.where(here > tuple_(*at) if upwards else here < tuple_(*at))
    order = [one.asc() if upwards else one.desc() for one in (key, Candidate.handle)]
    rows = list(session.scalars(chosen.order_by(*order).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    back = back and at is not None
    if back:
        rows.reverse()
    return PoolPage(
        people=_people(session, facts, rows),
        count=count,
        earlier=rows[0].handle if rows and (more if back else at is not None) else None,
        later=rows[-1].handle if rows and (back or more) else None,
    )


def sources(session: Session) -> list[str]:
    """Give where people came from, in order: each is one step in an index, not a walk."""
    found: list[str] = []
    while len(found) < MOST_SOURCES:
        step = select(Candidate.source).where(Candidate.erased_at.is_(None))
        if found:
            step = step.where(Candidate.source > found[-1])
        following = session.scalar(step.order_by(Candidate.source).limit(1))
        if following is None:
            break
        found.append(following)
    return found


def person(session: Session, facts: PoolFacts, handle: str) -> PoolPerson:
    """Return one person; NotFound for nobody, an erased and a merged one."""
    row = session.scalar(
        select(Candidate).where(Candidate.handle == handle, Candidate.erased_at.is_(None))
    )
    if row is None:
        raise NotFound("This candidate does not exist.")
    return _people(session, facts, [row])[0]


def goes_on_as(session: Session, handle: str) -> str | None:
    """Give the handle of the record that a merged one became part of; None for any other."""
    gone = select(Candidate.id).where(Candidate.handle == handle)
    return session.scalar(
        select(Candidate.handle)
        .join(MergedPerson, MergedPerson.merged_into == Candidate.id)
        .where(MergedPerson.candidate_id.in_(gone), Candidate.erased_at.is_(None))
    )


def owner_of(session: Session, email: str) -> str | None:
    """Give the handle of who has an address; None for nobody."""
    return session.scalar(select(Candidate.handle).where(Candidate.email == email))


def pairs(
    session: Session, facts: PoolFacts, *, before: int | None = None, limit: int
) -> Sequence[PairView]:
    """Give the possible pairs nobody dismissed, the last found first, below ``before``."""
    chosen = select(DuplicatePair).where(DuplicatePair.dismissed_at.is_(None))
    if before is not None:
        chosen = chosen.where(DuplicatePair.id < before)
    return _pair_views(session, facts, chosen.order_by(DuplicatePair.id.desc()).limit(limit))


def pairs_of(session: Session, facts: PoolFacts, candidate_id: int) -> Sequence[PairView]:
    """Give the possible pairs of one person that nobody dismissed."""
    either = DuplicatePair.first_id == candidate_id, DuplicatePair.second_id == candidate_id
    chosen = select(DuplicatePair).where(DuplicatePair.dismissed_at.is_(None), or_(*either))
    return _pair_views(session, facts, chosen.order_by(DuplicatePair.id))


def shared(one: PoolPerson, other: PoolPerson, keys: Mapping[int, str]) -> Likeness:
    """Say what two people share; ``keys`` are their name keys by id."""
    return likeness(*(Traits(x.id, keys[x.id], x.phone, x.birth_year) for x in (one, other)))


def doubled(session: Session, candidate_ids: Collection[int]) -> frozenset[int]:
    """Give who of some people stands in a possible pair that nobody dismissed."""
    first, second = DuplicatePair.first_id, DuplicatePair.second_id
    rows = session.execute(
        select(first, second).where(
            DuplicatePair.dismissed_at.is_(None),
            or_(first.in_(candidate_ids), second.in_(candidate_ids)),
        )
    )
    return frozenset(id_ for row in rows for id_ in row)


def pair_count(session: Session) -> int:
    """Count the possible pairs that nobody dismissed."""
    open_ = select(func.count(DuplicatePair.id)).where(DuplicatePair.dismissed_at.is_(None))
    return session.scalar(open_) or 0


def _conditions(session: Session, facts: PoolFacts, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Candidate.erased_at.is_(None)]
    if wanted.asked:
        found += _asked(session, facts, wanted.asked)
    if wanted.campaign_id is not None or wanted.state is not None:
        found.append(Candidate.id.in_(facts.taking_part(wanted.campaign_id, wanted.state)))
    if wanted.language:
        found.append(Candidate.language == wanted.language)
    if wanted.source:
        found.append(Candidate.source == wanted.source)
    if wanted.since:
        found.append(Candidate.created_at >= _midnight(wanted.since))
    if wanted.until:
        found.append(Candidate.created_at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.no_address:
        found.append(Candidate.email.is_(None))
    if wanted.duplicates:
        open_ = DuplicatePair.dismissed_at.is_(None)
        first = select(DuplicatePair.first_id).where(open_)
        second = select(DuplicatePair.second_id).where(open_)
        found.append(or_(Candidate.id.in_(first), Candidate.id.in_(second)))
    return found


def _asked(session: Session, facts: PoolFacts, asked: str) -> list[ColumnElement[bool]]:
    """Find by code as a whole, where it may stand beside the name; else by what people have."""
    by_code = session.scalar(
        select(Candidate.id).where(
            Candidate.code.in_({asked, asked.upper()}), Candidate.erased_at.is_(None)
        )
    )
    if by_code is not None and by_code not in facts.hidden(session, [by_code]):
        return [Candidate.id == by_code]
    return [Candidate.found_by.contains(term, autoescape=True) for term in terms(asked)]


def _place(session: Session, key: Any, cursor: Cursor | None) -> tuple[Any, str] | None:
    if cursor is None:
        return None
    at = session.scalar(select(key).where(Candidate.handle == cursor.handle))
    return None if at is None else (at, cursor.handle)


def _people(
    session: Session, facts: PoolFacts, rows: Sequence[Candidate]
) -> tuple[PoolPerson, ...]:
    hidden = facts.hidden(session, [row.id for row in rows])
    return tuple(
        PoolPerson(
            row.id, row.handle, row.name, row.email, row.phone, row.birth_year, row.language,
            row.time_zone, row.source, row.simulated, row.created_at, row.reminders_stopped_at,
            code=None if row.id in hidden else row.code,
        )
        for row in rows
    )  # fmt: skip


def _pair_views(session: Session, facts: PoolFacts, chosen: Any) -> list[PairView]:
    kept = session.scalars(chosen).all()
    ids = {id_ for one in kept for id_ in (one.first_id, one.second_id)}
    rows = session.scalars(select(Candidate).where(Candidate.id.in_(ids))).all()
    people = {one.id: one for one in _people(session, facts, rows)}
    keys = {row.id: row.name_key for row in rows}
    return [
        PairView(one.id, a, b, shared(a, b, keys))
        for one in kept
        for a, b in [(people[one.first_id], people[one.second_id])]
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
