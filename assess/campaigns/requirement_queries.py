"""Read what a campaign asks for beyond scores, and what its people say about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assess.campaigns.models import CampaignRequirements, Declaration, Invitation
from assess.candidates.requirements import (
    Outcome,
    Requirement,
    Result,
    Status,
    judge_all,
    of_plain,
    status,
)


@dataclass(frozen=True)
class AskedView:
    """One version of a campaign's requirements; the ``number`` counts from 1."""

    id: int
    number: int
    requirements: tuple[Requirement, ...]
    note: str
    made_at: datetime


@dataclass(frozen=True)
class DeclaredView:
    """What one person said last, when, and to which version of the requirements."""

    answers: Mapping[str, str]
    given_at: datetime
    number: int


@dataclass(frozen=True)
class PersonRequirements:
    """What is asked now, how one person stands to it; ``declared`` None before they were asked."""

    asked: AskedView
    results: tuple[Result, ...]
    declared: DeclaredView | None

    @property
    def status(self) -> Status:
        """The results, counted."""
        return status(self.results)

    @property
    def is_answered(self) -> bool:
        """Whether the person has been asked all that is asked now; they may have left it."""
        return self.declared is not None and self.declared.number == self.asked.number


def newest(session: Session, campaign_id: int) -> AskedView | None:
    """Return the newest version, which may ask nothing; None when there never was one."""
    row = session.scalar(
        select(CampaignRequirements)
        .where(CampaignRequirements.campaign_id == campaign_id)
        .order_by(CampaignRequirements.number.desc())
        .limit(1)
    )
    return None if row is None else _asked(row)


def asked(session: Session, campaign_id: int) -> AskedView | None:
    """Return what a campaign asks for; None when it asks nothing."""
    found = newest(session, campaign_id)
    return found if found and found.requirements else None


def history(session: Session, campaign_id: int) -> tuple[AskedView, ...]:
    """Return every version, the newest first."""
    rows = session.scalars(
        select(CampaignRequirements)
        .where(CampaignRequirements.campaign_id == campaign_id)
        .order_by(CampaignRequirements.number.desc())
    )
    return tuple(_asked(row) for row in rows)


def declared(session: Session, invitation_id: int) -> DeclaredView | None:
    """Return what a person said last; None before they were asked."""
    found = session.execute(
        select(Declaration, CampaignRequirements.number)
        .join(CampaignRequirements, CampaignRequirements.id == Declaration.requirements_id)
        .where(Declaration.invitation_id == invitation_id)
    ).one_or_none()
    return None if found is None else DeclaredView(found[0].answers, found[0].given_at, found[1])


def of_invitation(
    session: Session, campaign_id: int, invitation_id: int
) -> PersonRequirements | None:
    """Return how an invited person stands to the requirements; None where nothing is asked."""
    now = asked(session, campaign_id)
    if now is None:
        return None
    said = declared(session, invitation_id)
    return PersonRequirements(now, judge_all(now.requirements, said.answers if said else {}), said)


def of_person(session: Session, campaign_id: int, candidate_id: int) -> PersonRequirements | None:
    """Return the same by the candidate; None where nothing is asked or nobody is invited."""
    invitation_id = session.scalar(
        select(Invitation.id).where(
            Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id
        )
    )
    return None if invitation_id is None else of_invitation(session, campaign_id, invitation_id)


def results(
    session: Session, campaign_id: int, candidate_ids: Collection[int] | None = None
) -> dict[int, tuple[Result, ...]]:
    """Return how invited people stand to each requirement, by candidate id: these, or all.

    It is empty where nothing is asked; who was erased is invited no more and not in it.
    """
    now = asked(session, campaign_id)
    if now is None:
        return {}
    chosen = (
        select(Invitation.candidate_id, Declaration.answers)
        .outerjoin(Declaration, Declaration.invitation_id == Invitation.id)
        .where(Invitation.campaign_id == campaign_id)
    )
    if candidate_ids is not None:
        chosen = chosen.where(Invitation.candidate_id.in_(candidate_ids))
    return {
        candidate_id: judge_all(now.requirements, answers or {})
        for candidate_id, answers in session.execute(chosen)
    }


def statuses(
    session: Session, campaign_id: int, candidate_ids: Collection[int] | None = None
) -> dict[int, Status]:
    """Return the same, counted for each."""
    found = results(session, campaign_id, candidate_ids)
    return {candidate_id: status(each) for candidate_id, each in found.items()}


def stamp(session: Session, campaign_id: int) -> list[int | str] | None:
    """Return what is another whenever anybody stands otherwise; None where nothing is asked."""
    now = asked(session, campaign_id)
    if now is None:
        return None
    count, last = session.execute(
        select(func.count(Declaration.id), func.max(Declaration.given_at))
        .join(Invitation, Invitation.id == Declaration.invitation_id)
        .where(Invitation.campaign_id == campaign_id)
    ).one()
    return [now.number, count, last.isoformat() if last else ""]


def counts(session: Session, campaign_id: int) -> dict[Outcome, int]:
    """Count the people of a campaign who have not withdrawn by their state."""
    rows = session.execute(
        select(Invitation.requirements_state, func.count(Invitation.id))
        .where(Invitation.campaign_id == campaign_id, Invitation.withdrawn_at.is_(None))
        .group_by(Invitation.requirements_state)
    )
    found = dict.fromkeys(Outcome, 0)
    for state, count in rows:
        found[Outcome(state or Outcome.NOT_SAID)] += count
    return found


def in_state(state: Outcome) -> ColumnElement[bool]:
    """Choose the invitations of people in a state; who was not asked yet has said nothing."""
    kept = Invitation.requirements_state == state
    return or_(kept, Invitation.requirements_state.is_(None)) if state is Outcome.NOT_SAID else kept


def _asked(row: CampaignRequirements) -> AskedView:
    return AskedView(row.id, row.number, of_plain(row.asked["requirements"]), row.note, row.made_at)
