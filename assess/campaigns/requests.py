"""What invited people ask for themselves: a second look by a human, to withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns.models import Invitation, ReviewRequest
from assess.candidates.models import Candidate
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound

ANSWERS = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
#: A review is answered within so many days.
REVIEW_DAYS: Final = 14
LONGEST_REASON: Final = 1000
LONGEST_ANSWER: Final = 4000


@dataclass(frozen=True)
class ReviewView:
    """A request for a second look, and its answer when there is one."""

    id: int
    campaign_id: int
    candidate_id: int
    name: str
    code: str
    asked_at: datetime
    due_on: date
    reason: str
    answered_at: datetime | None
    answer: str | None


def ask_review(session: Session, invitation_id: int, reason: str, now: datetime) -> int:
    """Ask for a second look; return the request's id.

    Raises Invalid for a reason that is too long, Conflict while one is unanswered.
    """
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise Invalid(f"reason: must have at most {LONGEST_REASON} characters that can be kept")
    chosen = select(ReviewRequest.id).where(
        ReviewRequest.invitation_id == invitation_id, ReviewRequest.answered_at.is_(None)
    )
    if session.scalar(chosen) is not None:
        raise Conflict("You have asked already; the answer is on its way.")
    row = ReviewRequest(
        invitation_id=invitation_id,
        asked_at=now,
        due_on=now.date() + timedelta(days=REVIEW_DAYS),
        reason=reason,
    )
    session.add(row)
    session.flush()
    return row.id


def answer_review(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    review_id: int,
    answer: str,
    *,
    now: datetime,
) -> None:
    """Answer a request for a second look; the person reads ``answer`` on their own pages.

    Raises Invalid without an answer, NotFound for a request of another campaign, Conflict when
    somebody answered first, Refused for a role that may not.
    """
    actor.must_be(*ANSWERS)
    text = answer.strip()
    if not 0 < len(text) <= LONGEST_ANSWER or "\0" in text:
        raise Invalid(f"answer: must have 1 to {LONGEST_ANSWER} characters that can be kept")
    with writing(sessions, actor.organisation_id) as session:
        row = session.scalar(
            select(ReviewRequest)
            .join(Invitation, Invitation.id == ReviewRequest.invitation_id)
            .where(ReviewRequest.id == review_id, Invitation.campaign_id == campaign_id)
            .with_for_update(of=ReviewRequest)
        )
        if row is None:
            raise NotFound("This request does not exist.")
        if row.answered_at is not None:
            raise Conflict("This request is answered already.")
        row.answered_at, row.answered_by, row.answer = now, actor.id, text
        audit.record(session, actor, "review answered", "invitation", row.invitation_id, now=now)


def reviews(session: Session, campaign_id: int) -> Sequence[ReviewView]:
    """Return a campaign's requests, the unanswered first, then by the day they are due."""
    found = session.execute(
        _reviews()
        .where(Invitation.campaign_id == campaign_id)
        .order_by(ReviewRequest.answered_at.is_not(None), ReviewRequest.due_on, ReviewRequest.id)
    )
    return [_view(*row) for row in found]


def newest_review(session: Session, campaign_id: int, candidate_id: int) -> ReviewView | None:
    """Return the newest request of one person in a campaign, None without one."""
    found = session.execute(
        _reviews()
        .where(Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id)
        .order_by(ReviewRequest.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else _view(*found)


def withdraw(session: Session, invitation_id: int, now: datetime) -> None:
    """Note that the person takes part no more; the first moment stays."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def _reviews() -> Select[ReviewRequest, Invitation, Candidate]:
    return (
        select(ReviewRequest, Invitation, Candidate)
        .join(Invitation, Invitation.id == ReviewRequest.invitation_id)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
    )


def _view(row: ReviewRequest, invitation: Invitation, person: Candidate) -> ReviewView:
    return ReviewView(
        id=row.id,
        campaign_id=invitation.campaign_id,
        candidate_id=person.id,
        name=person.name,
        code=person.code,
        asked_at=row.asked_at,
        due_on=row.due_on,
        reason=row.reason,
        answered_at=row.answered_at,
        answer=row.answer,
    )
