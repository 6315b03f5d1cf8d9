"""What is kept behind the wall about a person: their own copy, erasure, merging."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assess.candidates.personal_data import Keeper, Plain, Removed
from assess.demographics.models import DemographicAnswer, DemographicLink


def _export(session: Session, candidate_id: int) -> Plain:
    """Give what the person answered: the one way in which one person's answers come out."""
    pseudonym = _pseudonym(session, candidate_id)
    rows = session.execute(
        select(DemographicAnswer.question, DemographicAnswer.choice)
        .where(DemographicAnswer.pseudonym == pseudonym)
        .order_by(DemographicAnswer.question)
    )
    return {"answers": {question: choice for question, choice in rows}}  # noqa: C416 - rows, no pairs


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:  # noqa: ARG001
    return _remove(session, candidate_id)


def _remove(session: Session, candidate_id: int) -> Removed:
    pseudonym = _pseudonym(session, candidate_id)
    if pseudonym is None:
        return Removed()
    gone = session.scalars(
        delete(DemographicAnswer)
        .where(DemographicAnswer.pseudonym == pseudonym)
        .returning(DemographicAnswer.question)
    ).all()
    session.execute(delete(DemographicLink).where(DemographicLink.pseudonym == pseudonym))
    return Removed({"voluntary answers": len(gone)})


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:  # noqa: ARG001
    """Keep the answers that were begun last; the others go.

    Answers have no moment on purpose; the links were made one after the other.
    """
    links = select(DemographicLink.candidate_id).where(
        DemographicLink.candidate_id.in_((keep, drop))
    )
    for older in session.scalars(links.order_by(DemographicLink.id)).all()[:-1]:
        _remove(session, older)
    session.execute(
        update(DemographicLink)
        .where(DemographicLink.candidate_id == drop)
        .values(candidate_id=keep)
    )


def _pseudonym(session: Session, candidate_id: int) -> str | None:
    return session.scalar(
        select(DemographicLink.pseudonym).where(DemographicLink.candidate_id == candidate_id)
    )


KEEPER = Keeper(
    "demographics",
    frozenset({"demographic_link", "demographic_answer"}),
    _export,
    _erase,
    _merge,
)
