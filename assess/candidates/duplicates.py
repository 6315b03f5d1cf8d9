"""Two records of one person: found when somebody joins the pool or changes, judged by a member.

Two people are a possible pair when they have the same phone number, or the same year of birth
with the same or nearly the same name. Nothing is merged by itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from assess.candidates.models import Candidate, DuplicatePair

#: Of 100: "Jon Smith" and "John Smith" have 95, "Ana Silva" and "Ada Silva" 89.
NEARLY: Final = 90.0
#: A number or a name and year that more people share is an office, or nobody's.
MOST_ALIKE: Final = 20
#: Nearly the same names are looked for among those that begin alike, or a pool of 100,000 people
#: would be read for each.
_START: Final = 2
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Likeness:
    """What two records share."""

    phone: bool = False
    name: bool = False
    nearly_name: bool = False
    birth_year: bool = False

    @property
    def is_pair(self) -> bool:
        """Say whether they may be one person."""
        return self.phone or (self.birth_year and (self.name or self.nearly_name))


@dataclass(frozen=True)
class Traits:
    """What is compared of a person."""

    id: int
    name_key: str
    phone: str | None
    birth_year: int | None


def likeness(one: Traits, other: Traits) -> Likeness:
    """Say what two records share."""
    same = bool(one.name_key) and one.name_key == other.name_key
    return Likeness(
        phone=one.phone is not None and one.phone == other.phone,
        name=same,
        nearly_name=not same and fuzz.ratio(one.name_key, other.name_key) >= NEARLY,
        birth_year=one.birth_year is not None and one.birth_year == other.birth_year,
    )


def find(session: Session, candidate_ids: Collection[int], *, now: datetime) -> int:
    """Keep the pairs that these people make with anybody of the pool; give how many are new.

    Pairs of theirs that share nothing any more go; a pair that a member dismissed stays so.
    """
    made = 0
    everybody = list(candidate_ids)
    for start in range(0, len(everybody), _AT_ONCE):
        ids = everybody[start : start + _AT_ONCE]
        found = _pairs(session, ids)
        there = _there(session, ids)
        gone = [id_ for pair, (id_, open_) in there.items() if open_ and pair not in found]
        if gone:
            session.execute(delete(DuplicatePair).where(DuplicatePair.id.in_(gone)))
        rows = [
            {
                "organisation_id": session.info["organisation_id"],
                "first_id": first,
                "second_id": second,
                "found_at": now,
            }
            for first, second in sorted(found - there.keys())
        ]
        if rows:
            session.execute(insert(DuplicatePair), rows)
        made += len(rows)
    return made


def carry_over(session: Session, keep: int, drop: int) -> None:
    """Let what was said of ``drop`` hold for ``keep``; open pairs of ``drop`` go."""
    both = session.scalars(select(DuplicatePair).where(_of([keep, drop]))).all()
    kept = {(one.first_id, one.second_id): one for one in both}
    for row in both:
        if drop not in (row.first_id, row.second_id):
            continue
        pair = _ordered(keep, row.first_id if row.second_id == drop else row.second_id)
        known = kept.get(pair)
        if row.dismissed_at is not None and known is None and pair != (keep, keep):
            row.first_id, row.second_id = pair
            continue
        if row.dismissed_at is not None and known is not None and known.dismissed_at is None:
            known.dismissed_at, known.dismissed_by = row.dismissed_at, row.dismissed_by
        session.delete(row)
    session.flush()


def forget(session: Session, candidate_ids: Collection[int]) -> None:
    """Remove the pairs of people who are erased."""
    session.execute(delete(DuplicatePair).where(_of(candidate_ids)))


def _there(
    session: Session, candidate_ids: Collection[int]
) -> Mapping[tuple[int, int], tuple[int, bool]]:
    """Give (id, still open) of the kept pairs of these people."""
    rows = session.scalars(select(DuplicatePair).where(_of(candidate_ids)))
    return {(r.first_id, r.second_id): (r.id, r.dismissed_at is None) for r in rows}


def _of(candidate_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(
        DuplicatePair.first_id.in_(candidate_ids), DuplicatePair.second_id.in_(candidate_ids)
    )


def _pairs(session: Session, ids: Sequence[int]) -> set[tuple[int, int]]:
    people = _traits(session, Candidate.id.in_(ids))
    phones = {one.phone for one in people if one.phone}
    found: set[tuple[int, int]] = set()
    if phones:
        groups: dict[str, list[Traits]] = {}
        for one in _traits(session, Candidate.phone.in_(phones)):
            groups.setdefault(one.phone or "", []).append(one)
        for group in groups.values():
            if len(group) <= MOST_ALIKE:
                found |= _with(ids, combinations(group, 2))
    for year in {one.birth_year for one in people if one.birth_year}:
        mine = [one for one in people if one.birth_year == year and one.name_key]
        starts = {one.name_key[:_START] for one in mine}
        alike = func.substr(Candidate.name_key, 1, _START).in_(starts)
        found |= _alike(mine, _traits(session, Candidate.birth_year == year, alike))
    return found


def _alike(people: Sequence[Traits], born: Sequence[Traits]) -> set[tuple[int, int]]:
    """Give the pairs of ``people`` with the same or nearly the same name among ``born``."""
    keys = [one.name_key for one in born]
    found: set[tuple[int, int]] = set()
    for one in people:
        near = process.extract(
            one.name_key, keys, scorer=fuzz.ratio, score_cutoff=NEARLY, limit=MOST_ALIKE
        )
        found |= {_ordered(one.id, born[n].id) for _, _, n in near if born[n].id != one.id}
    return found


def _traits(session: Session, *conditions: ColumnElement[bool]) -> list[Traits]:
    columns = Candidate.id, Candidate.name_key, Candidate.phone, Candidate.birth_year
    rows = session.execute(select(*columns).where(*conditions, Candidate.erased_at.is_(None)))
    return [Traits(*row) for row in rows]


def _with(ids: Collection[int], pairs: Iterable[tuple[Traits, Traits]]) -> set[tuple[int, int]]:
    wanted = set(ids)
    return {_ordered(a.id, b.id) for a, b in pairs if a.id in wanted or b.id in wanted}


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def pair(session: Session, one: int, other: int) -> DuplicatePair | None:
    """Return the kept pair of two people, None when they never were one."""
    first, second = _ordered(one, other)
    return session.scalar(
        select(DuplicatePair).where(
            DuplicatePair.first_id == first, DuplicatePair.second_id == second
        )
    )
