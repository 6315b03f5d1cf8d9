"""What sittings keep about a person: every answer and score, and how the pages were for them."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assess.accounts.queries import events_about
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.sittings.comfort import Comfort
from assess.sittings.models import (
    Answer,
    Attempt,
    NoticeShown,
    Score,
    Sitting,
    SittingClock,
    SittingComfort,
    SittingTime,
)

#: What belongs to a sitting as a whole, by the words of a receipt.
BESIDE: Mapping[str, Any] = {
    "choices of display": SittingComfort,
    "clocks": SittingClock,
    "times needed": SittingTime,
    "notices shown": NoticeShown,
}


def _export(session: Session, candidate_id: int) -> Plain:
    rows = session.scalars(
        select(Sitting).where(Sitting.candidate_id == candidate_id).order_by(Sitting.id)
    ).all()
    return {"sittings": [_sitting(session, row) for row in rows]}


def _sitting(session: Session, row: Sitting) -> dict[str, Any]:
    attempts = session.scalars(
        select(Attempt).where(Attempt.sitting_id == row.id).order_by(Attempt.ordinal)
    ).all()
    return {
        "started_at": moment(row.started_at),
        "notice_version": row.notice_version,
        "consented_at": moment(row.consented_at),
        "practised_at": moment(row.practised_at),
        "position": row.position,
        "codes_for_another_device": row.moves,
        "submitted_at": moment(row.submitted_at),
        "language": row.language,
        "device": row.device,
        "order": row.seed,
        **_beside(session, row.id),
        "attempts": [_attempt(session, attempt) for attempt in attempts],
        "acts": events_about(session, "sitting", [row.id]),
    }


def _beside(session: Session, sitting_id: int) -> dict[str, Any]:
    comfort, clock, time, notices = (
        session.scalars(
            select(table).where(table.sitting_id == sitting_id).order_by(table.id)
        ).all()
        for table in BESIDE.values()
    )
    return {
        "display": [
            {one.name: getattr(row, one.name) for one in fields(Comfort)}
            | {"changed_at": moment(row.changed_at)}
            for row in comfort
        ],
        "clock": [
            {
                "used_milliseconds": row.used,
                "running_since": moment(row.since),
                "extensions": row.extensions,
            }
            for row in clock
        ],
        "time_needed": [
            {"seconds": row.seconds, "device": row.device, "slower_pages": row.slower}
            for row in time
        ],
        "notices": [
            {
                "version": row.version,
                "language": row.language,
                "grade": row.grade,
                "shown_at": moment(row.shown_at),
                "agreed_at": moment(row.agreed_at),
            }
            for row in notices
        ],
    }


def _attempt(session: Session, row: Attempt) -> dict[str, Any]:
    answers = session.scalars(select(Answer).where(Answer.attempt_id == row.id).order_by(Answer.id))
    scores = session.scalars(select(Score).where(Score.attempt_id == row.id))
    return {
        "questionnaire": row.instrument,
        "digest": row.instrument_digest,
        "language": row.language,
        "given_in": row.given_in,
        "answers": [
            {
                "item": one.item,
                "value": one.value,
                "sequence": one.client_sequence,
                "key": one.idempotency_key,
                "at": moment(one.answered_at),
                "waited_milliseconds": one.waited,
                "counts": one.counts,
                "language": one.language,
            }
            for one in answers
        ],
        "scores": [
            {
                "scales": one.scales,
                "flags": one.flags["flags"],
                "digest": one.instrument_digest,
                "engine": one.engine_version,
                "scored_at": moment(one.scored_at),
            }
            for one in scores
        ],
    }


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:  # noqa: ARG001
    sittings = _ids(session, Sitting.id, Sitting.candidate_id == candidate_id)
    attempts = _ids(session, Attempt.id, Attempt.sitting_id.in_(sittings))
    counts = {
        "scores": _gone(session, Score, Score.sitting_id.in_(sittings)),
        "answers": _gone(session, Answer, Answer.attempt_id.in_(attempts)),
        "attempts": _gone(session, Attempt, Attempt.id.in_(attempts)),
        **{
            words: _gone(session, table, table.sitting_id.in_(sittings))
            for words, table in BESIDE.items()
        },
        "sittings": _gone(session, Sitting, Sitting.id.in_(sittings)),
    }
    return Removed(counts)


def _ids(session: Session, column: Any, condition: Any) -> Sequence[int]:
    return session.scalars(select(column).where(condition)).all()


def _gone(session: Session, model: Any, condition: Any) -> int:
    return len(session.scalars(delete(model).where(condition).returning(model.id)).all())


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:  # noqa: ARG001
    session.execute(update(Sitting).where(Sitting.candidate_id == drop).values(candidate_id=keep))


KEEPER = Keeper(
    "sittings",
    frozenset(
        {"sitting", "attempt", "answer", "score"}
        | {table.__tablename__ for table in BESIDE.values()}
    ),
    _export,
    _erase,
    _merge,
)
