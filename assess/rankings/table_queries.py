"""Read a page of the ranking's table by what was asked, and count what could be asked for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from assess.campaigns import requirement_queries
from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.candidates.requirements import Outcome
from assess.db.letters import small_letters
from assess.rankings.asked import BANDS, DECIDED, END, Asked, Mark, read_mark
from assess.rankings.labels import name_is_seen
from assess.rankings.models import Decision, RankingRow
from assess.rankings.queries import SnapshotView
from assess.rankings.rows import HELD_BACK, MEANS, UNRANKED

MANY: Final = 5_000
"""Rankings of more people are counted once a minute."""
MOST_DRAWN: Final = 50
KEPT_FOR: Final = timedelta(minutes=1)
_MOST_KEPT: Final = 64
_LARGEST: Final = 2**31 - 1
"""Of a whole number that a column holds; whoever writes an address can write more."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RISING: Final = frozenset({BANDS, "rank", "decision"})
_DECISIONS: Final = {"hired": 1, "advance": 2, "hold": 3, "decline": 4}
"""The order of people by decision; who has none comes last."""


@dataclass(frozen=True)
class Place:
    """Whose table is read: a campaign's snapshot, as a member sees it, ``blind`` or not."""

    snapshot_id: int
    campaign_id: int
    member_id: int | None
    blind: bool


@dataclass(frozen=True)
class Cut:
    """A page that was cut out: people in order, their sections, and when they finished.

    ``found`` people match; ``first`` is the number of the page's first, 0 for none. ``continued``
    when the first's section began before; ``next_section`` of who comes after, None at the end.
    ``before`` and ``after`` are marks for the pages beside it, empty where there is none.
    """

    people: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    finished: tuple[datetime | None, ...] = ()
    found: int = 0
    first: int = 0
    continued: bool = False
    next_section: int | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Counts:
    """How many people a snapshot has by section, at the cut, complete, by flag and decision.

    ``requirements`` counts by state those who were not erased, nothing where nothing is asked.
    ``last_band`` is where the last of fewer seats than people falls; ``best`` are the ids of a
    few, by band, then rank.
    """

    sections: Mapping[int, int]
    at_cut: int
    complete: int
    flags: Mapping[str, int]
    decisions: Mapping[str, int]
    requirements: Mapping[Outcome, int]
    last_band: int | None = None
    best: tuple[int, ...] = ()

    @property
    def people(self) -> int:
        """Everybody."""
        return sum(self.sections.values())


def cut(session: Session, place: Place, asked: Asked, people: int) -> Cut:
    """Cut the page out that is asked for, of a snapshot of so many ``people``.

    Everybody is passed through once, whichever page it is. A mark of somebody who no longer
    matches still leads to the people beside that place; one that cannot be read leads to the
    first page.
    """
    order, where = _order_of(asked, place), conditions(asked, place)
    mark = read_mark(asked.before or asked.after)
    back = bool(asked.before) and (mark is not None or asked.before == END)
    page = select(RankingRow.candidate_id, RankingRow.section, RankingRow.finished_at, order.key)
    page = _joined(page, asked, place).where(*where)
    if mark is not None:
        page = page.where(order.ahead_of(mark) if back else order.behind(mark))
    rows = session.execute(page.order_by(*order.by(back=back)).limit(asked.size + 1)).all()
    extra, rows = [row[1] for row in rows[asked.size :]], rows[: asked.size]
    found = _found(session, place, asked) if asked.filtered else people
    if not rows:
        return Cut(found=found)
    beside = [] if mark is None else _section_of(session, place, mark)
    rows, earlier, later = (rows[::-1], extra, beside) if back else (rows, beside, extra)
    if mark is None:
        first = found - len(rows) + 1 if back else 1
    else:
        first = max(mark.number - len(rows), 1) if back else mark.number + 1
    return Cut(
        people=tuple(row[0] for row in rows),
        sections=tuple(row[1] for row in rows),
        finished=tuple(row[2] for row in rows),
        found=found,
        first=first,
        continued=earlier == [rows[0][1]],
        next_section=later[0] if later else None,
        before=str(order.mark(rows[0], first)) if earlier else "",
        after=str(order.mark(rows[-1], first + len(rows) - 1)) if later else "",
    )


def conditions(asked: Asked, place: Place) -> list[ColumnElement[bool]]:
    """Choose the people of a snapshot who pass every filter."""
    row = RankingRow
    chosen: list[ColumnElement[bool]] = [row.snapshot_id == place.snapshot_id]
    if asked.band is not None:
        chosen.append(row.section == asked.band)
    if asked.group == "cut":
        chosen.append(row.at_cut.is_(True))
    elif asked.group:
        chosen.append(row.section == {"held": HELD_BACK, "unranked": UNRANKED}[asked.group])
    if asked.decision:
        chosen.append(_decided(asked.decision, place))
    if asked.requirements:
        chosen.append(_in_state(Outcome(asked.requirements), place))
    if asked.flag:
        chosen.append(row.flags.contains(f" {asked.flag} ", autoescape=True))
    if asked.evidence:
        chosen.append(row.complete == (asked.evidence == "complete"))
    if asked.least is not None:
        chosen.append(row.fit >= asked.least)
    if asked.q:
        chosen.append(_called(asked.q, place))
    return chosen


def counts(session: Session, place: Place, seats: int) -> Counts:
    """Count everybody of a snapshot by what can be filtered."""
    row, here = RankingRow, RankingRow.snapshot_id == place.snapshot_id
    sections = session.execute(
        select(
            row.section,
            func.count(row.id),
            func.sum(cast(row.at_cut, Integer)),
            func.sum(cast(row.complete, Integer)),
        )
        .where(here)
        .group_by(row.section)
        .order_by(row.section)
    ).all()
    raised = session.execute(
        select(row.flags, func.count(row.id)).where(here, row.flags != "").group_by(row.flags)
    )
    flags: Counter[str] = Counter()
    for kinds, people in raised:
        flags.update(dict.fromkeys(kinds.split(), people))
    people = sum(one[1] for one in sections)
    return Counts(
        sections={section: number for section, number, _cut, _complete in sections},
        at_cut=sum(one[2] for one in sections),
        complete=sum(one[3] for one in sections),
        flags=dict(sorted(flags.items())),
        decisions=decisions(session, place, people),
        requirements=_states(session, place),
        last_band=_last_seat_band(session, place, seats),
        best=_best(session, place),
    )


def decisions(session: Session, place: Place, people: int) -> dict[str, int]:
    """Count the decisions that count of a campaign with so many ``people``, "none" too."""
    decided = session.execute(
        select(Decision.kind, func.count(Decision.id))
        .where(Decision.id.in_(_last(place)))
        .group_by(Decision.kind)
    )
    found = {str(kind): number for kind, number in decided}
    return {"none": max(people - sum(found.values()), 0), **found}


def _states(session: Session, place: Place) -> dict[Outcome, int]:
    """Count people by how they stand to the requirements; empty where nothing is asked."""
    if requirement_queries.asked(session, place.campaign_id) is None:
        return {}
    rows = session.execute(
        select(Invitation.requirements_state, func.count(RankingRow.id))
        .join(Invitation, Invitation.candidate_id == RankingRow.candidate_id)
        .where(
            RankingRow.snapshot_id == place.snapshot_id, Invitation.campaign_id == place.campaign_id
        )
        .group_by(Invitation.requirements_state)
    )
    found = dict.fromkeys(Outcome, 0)
    for state, people in rows:
        found[Outcome(state or Outcome.NOT_SAID)] += people
    return found


def _last_seat_band(session: Session, place: Place, seats: int) -> int | None:
    """Return the band of whoever's rank takes the last seat; None when all ranked have one."""
    here = RankingRow.snapshot_id == place.snapshot_id
    ranked = session.scalar(select(func.count(RankingRow.rank)).where(here)) or 0
    if ranked <= seats:
        return None
    return session.scalar(
        select(RankingRow.section)
        .where(here, RankingRow.rank <= seats)
        .order_by(RankingRow.rank.desc(), RankingRow.section.desc())
        .limit(1)
    )


def _best(session: Session, place: Place) -> tuple[int, ...]:
    """Return the ids of the first people of a ranking by rank, laid out by band, then rank."""
    row = RankingRow
    chosen = session.execute(
        select(
            row.section, row.rank, row.code_place if place.blind else row.place, row.candidate_id
        )
        .where(row.snapshot_id == place.snapshot_id, row.rank.is_not(None))
        .order_by(row.rank, row.candidate_id)
        .limit(MOST_DRAWN)
    )
    return tuple(one[3] for one in sorted(chosen))


class Kept:
    """Counts of large rankings, for a minute; one service's own, never another's.

    A ranking does not change: an erasure alone takes a note on answers away. How people stand to
    the requirements does, and is up to a minute old.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[int, int, bool], tuple[datetime, Counts]] = {}

    def counts(self, session: Session, place: Place, head: SnapshotView, now: datetime) -> Counts:
        """Give `counts` of a snapshot; decisions are counted each time."""
        key = session.info["organisation_id"], place.snapshot_id, place.blind
        made, kept = self._kept.get(key, (_EPOCH, None))
        if kept is not None and now - KEPT_FOR < made <= now:
            return replace(kept, decisions=decisions(session, place, kept.people))
        found = counts(session, place, head.seats)
        if head.people > MANY:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = now, found
        return found


@dataclass(frozen=True)
class _Order:
    """By ``key``, who has none last; among equals by id, so that no page shows anybody twice."""

    key: ColumnElement[Any]
    rising: bool
    moment: bool = False

    def by(self, *, back: bool) -> tuple[Any, ...]:
        """Give the order of a statement, or the opposite."""
        nothing, person = self.key.is_(None), RankingRow.candidate_id
        key = self.key.asc() if self.rising ^ back else self.key.desc()
        return (nothing.desc(), key, person.desc()) if back else (nothing, key, person)

    def behind(self, mark: Mark) -> ColumnElement[bool]:
        """Choose who comes after a mark."""
        later = RankingRow.candidate_id > mark.candidate_id
        if mark.value is None:
            return and_(self.key.is_(None), later)
        value = self._value(mark.value)
        beyond = self.key > value if self.rising else self.key < value
        return or_(self.key.is_(None), beyond, and_(self.key == value, later))

    def ahead_of(self, mark: Mark) -> ColumnElement[bool]:
        """Choose who comes before a mark."""
        earlier = RankingRow.candidate_id < mark.candidate_id
        if mark.value is None:
            return or_(self.key.is_not(None), earlier)
        value = self._value(mark.value)
        beyond = self.key < value if self.rising else self.key > value
        return or_(beyond, and_(self.key == value, earlier))

    def mark(self, row: Any, number: int) -> Mark:
        """Give the mark of a row whose first is the person and whose last is the key."""
        value = row[-1]
        if isinstance(value, datetime):
            value = (value - _EPOCH) / timedelta(microseconds=1)
        return Mark(None if value is None else float(value), row[0], number)

    def _value(self, value: float) -> Any:
        if isinstance(self.key.type, Integer):
            return int(min(max(value, -_LARGEST), _LARGEST))
        if not self.moment:
            return value
        try:
            return _EPOCH + timedelta(microseconds=value)
        except OverflowError:
            return _EPOCH


def _order_of(asked: Asked, place: Place) -> _Order:
    row, sort = RankingRow, asked.sort
    columns: dict[str, Any] = {
        BANDS: row.code_place if place.blind else row.place,
        "rank": row.rank,
        "fit": row.fit,
        "finished": row.finished_at,
        **{code: getattr(row, column) for code, column in MEANS.items()},
    }
    key = columns[sort] if sort in columns else case(_DECISIONS, value=Decision.kind)
    return _Order(key, (sort in _RISING) ^ asked.up, moment=sort == "finished")


def _joined(statement: Any, asked: Asked, place: Place) -> Any:
    """Add the decision that counts, where people are put in order by it."""
    if asked.sort != "decision":
        return statement
    return statement.outerjoin(
        Decision,
        and_(Decision.candidate_id == RankingRow.candidate_id, Decision.id.in_(_last(place))),
    )


def _found(session: Session, place: Place, asked: Asked) -> int:
    counted = select(func.count(RankingRow.id)).where(*conditions(asked, place))
    return session.scalar(counted) or 0


def _section_of(session: Session, place: Place, mark: Mark) -> list[int]:
    """Give the section of the person of a mark; one that nobody has where they are gone."""
    found = session.scalar(
        select(RankingRow.section).where(
            RankingRow.snapshot_id == place.snapshot_id,
            RankingRow.candidate_id == mark.candidate_id,
        )
    )
    return [found or 0]


def _decided(decision: str, place: Place) -> ColumnElement[bool]:
    """Choose people by the decision that counts."""
    made = select(Decision.candidate_id).where(Decision.id.in_(_last(place)))
    if decision == DECIDED[0]:
        return RankingRow.candidate_id.not_in(made)
    return RankingRow.candidate_id.in_(made.where(Decision.kind == decision))


def _in_state(state: Outcome, place: Place) -> ColumnElement[bool]:
    """Choose people by how they stand to the requirements."""
    found = select(Invitation.candidate_id).where(
        Invitation.campaign_id == place.campaign_id, requirement_queries.in_state(state)
    )
    return RankingRow.candidate_id.in_(found)


def _last(place: Place) -> Any:
    return (
        select(func.max(Decision.id))
        .where(Decision.campaign_id == place.campaign_id)
        .group_by(Decision.candidate_id)
    )


def _called(asked: str, place: Place) -> ColumnElement[bool]:
    """Choose people whose code holds what is asked, or the name, where the member may see it."""
    person = Candidate
    by_code, by_name = _holds(person.code, asked), _holds(person.name, asked)
    if place.blind:
        by_name = and_(by_name, name_is_seen(person.id, place.campaign_id, place.member_id))
    found = select(person.id).where(person.erased_at.is_(None), or_(by_code, by_name))
    return RankingRow.candidate_id.in_(found)


def _holds(text: Any, asked: str) -> ColumnElement[bool]:
    """Choose by a part of a text, capital or small."""
    if asked.isascii():  # what SQLite does by itself
        return text.icontains(asked, autoescape=True)  # type: ignore[no-any-return]
    return small_letters(text).contains(asked.lower(), autoescape=True)
