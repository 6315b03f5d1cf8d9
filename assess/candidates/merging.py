"""Make two records of one person one: everything of both, in one transaction, for good."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.candidates import duplicates, personal_data
from assess.candidates.models import Candidate
from assess.candidates.queries import merged_into
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound

MERGES: Final = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)
#: What somebody may choose from either record.
DETAILS: Final = ("name", "email", "phone", "birth_year", "language", "time_zone")


def merge(
    sessions: Sessions,
    actor: Actor,
    keep: int,
    drop: int,
    *,
    taken: Collection[str] = (),
    now: datetime,
) -> bool:
    """Give ``keep`` everything of ``drop``, with the details of ``drop`` named by ``taken``.

    The emptied record leads to ``keep`` from then on. False when that is done already; then
    nothing changes. Raises Invalid for one and the same record or an unknown detail, NotFound
    for somebody unknown, erased or merged elsewhere, Conflict when one is simulated and the
    other is not, or one of them asked to be erased.
    """
    actor.must_be(*MERGES)
    if keep == drop:
        raise Invalid("merge: name two different people")
    if unknown := set(taken) - set(DETAILS):
        raise Invalid(f"merge: {', '.join(sorted(unknown))} cannot be chosen")
    with writing(sessions, actor.organisation_id) as session:
        if merged_into(session, drop) == keep:
            return False
        kept, dropped = _both(session, keep, drop)
        chosen = {detail: getattr(dropped, detail) for detail in taken}
        personal_data.merge(session, keep, drop, now)
        for detail, value in chosen.items():
            setattr(kept, detail, value)
        session.flush()
        duplicates.find(session, [keep], now=now)
        audit.record(
            session, actor, "people merged", "candidate", keep, now=now, dropped=drop,
            taken=sorted(taken),
        )  # fmt: skip
    return True


def dismiss(sessions: Sessions, actor: Actor, one: int, other: int, *, now: datetime) -> None:
    """Keep that two records are two people; said again it changes nothing.

    Raises NotFound when the two were never a possible pair.
    """
    actor.must_be(*MERGES)
    with writing(sessions, actor.organisation_id) as session:
        row = duplicates.pair(session, one, other)
        if row is None:
            raise NotFound("These two are not a possible pair.")
        if row.dismissed_at is None:
            row.dismissed_at, row.dismissed_by = now, actor.id
            audit.record(
                session, actor, "not the same person", "candidate", row.first_id, now=now,
                other=row.second_id,
            )  # fmt: skip


def _both(session: Session, keep: int, drop: int) -> tuple[Candidate, Candidate]:
    """Lock both records, the lower number first, so that two merges wait for one another."""
    rows: dict[int, Any] = {
        row.id: row
        for row in session.scalars(
            select(Candidate)
            .where(Candidate.id.in_((keep, drop)), Candidate.erased_at.is_(None))
            .order_by(Candidate.id)
            .with_for_update()
        )
    }
    if len(rows) < 2:
        raise NotFound("This candidate does not exist.")
    if rows[keep].simulated != rows[drop].simulated:
        raise Conflict("One of the two is simulated, the other is not: they cannot be one person.")
    return rows[keep], rows[drop]
