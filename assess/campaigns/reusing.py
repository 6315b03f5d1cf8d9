"""What an invitation keeps when answers of another one are used for it, and when no longer."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.campaigns import service
from assess.campaigns.models import Invitation


def note_reused(
    session: Session, invitation_id: int, sitting_id: int, items: int, answered: int, now: datetime
) -> None:
    """Note that a finished sitting serves this invitation, too, and queue the mail that says so."""
    service.note_started(session, invitation_id, sitting_id, items, now)
    note_counts(session, invitation_id, items, answered)
    service.note_submitted(session, sitting_id, now)


def note_counts(session: Session, invitation_id: int, items: int, answered: int) -> None:
    """Note of how many items the person is ranked on, those used from elsewhere among them."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(items=items, answered=answered)
    )


def counts(session: Session, invitation_id: int) -> tuple[int, int]:
    """Give how many items the person is asked, and how many they have answered."""
    row = session.execute(
        select(Invitation.items, Invitation.answered).where(Invitation.id == invitation_id)
    ).one()
    return row.items, row.answered


def note_unused(session: Session, invitation_id: int) -> None:
    """Put the invitation back to where it was before any answer served it."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(
            sitting_id=None,
            started_at=None,
            last_answer_at=None,
            submitted_at=None,
            items=0,
            answered=0,
        )
    )
