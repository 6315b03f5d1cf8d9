"""Attempts that stand for those of another sitting: their scores serve, their answers stay there.

Scores are copied so that every ranking finds a person's scores by one sitting; answers are not,
so nobody's answers are counted twice.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assess.campaigns import reusing
from assess.sittings import reuse_queries
from assess.sittings.models import Attempt, ReuseAgreement, Score

COPIED = ("instrument", "scales", "flags", "instrument_digest", "engine_version", "scored_at")


def lend(session: Session, sitting_id: int, instrument: str, origin: int) -> None:
    """Let an attempt of a sitting stand for the finished attempt ``origin``."""
    attempt_id = session.scalars(
        update(Attempt)
        .where(Attempt.sitting_id == sitting_id, Attempt.instrument == instrument)
        .values(given_in=origin)
        .returning(Attempt.id)
    ).one()
    made = session.scalars(select(Score).where(Score.attempt_id == origin)).one()
    copied = {name: getattr(made, name) for name in COPIED}
    session.add(Score(attempt_id=attempt_id, sitting_id=sitting_id, **copied))


def end_lending(session: Session, sitting_id: int) -> None:
    """Take what stands for another sitting out of this one."""
    ids = session.scalars(
        select(Attempt.id).where(Attempt.sitting_id == sitting_id, Attempt.given_in.is_not(None))
    ).all()
    session.execute(delete(Score).where(Score.attempt_id.in_(ids)))
    session.execute(delete(Attempt).where(Attempt.id.in_(ids)))


def count_lent(session: Session, invitation_id: int) -> None:
    """Count the answers used from elsewhere beside those given for this invitation."""
    row = reuse_queries.in_force(session, invitation_id)
    if row is not None:
        items, answered = reusing.counts(session, invitation_id)
        more, of_them = lent(row)
        reusing.note_counts(session, invitation_id, items + more, answered + of_them)


def lent(row: ReuseAgreement) -> tuple[int, int]:
    """Give how many items the answers used are to, and how many of them were answered."""
    answers = row.used["answers"]
    return sum(one["items"] for one in answers), sum(one["answered"] for one in answers)
