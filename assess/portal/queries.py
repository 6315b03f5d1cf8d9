"""Read what a person's own pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.queries import first_event
from assess.authoring import queries as authoring
from assess.campaigns import queries as campaigns
from assess.campaigns import requests, requirement_queries
from assess.campaigns.queries import CampaignView, InvitationView
from assess.campaigns.requests import ReviewView
from assess.campaigns.requirement_queries import PersonRequirements
from assess.demographics.queries import has_answered
from assess.instruments.catalogue import Catalogue
from assess.portal.models import ContactChange, ErasureRequest, Experience
from assess.rankings import decision_queries as decisions
from assess.rankings.decision_queries import Told
from assess.rankings.service import PERSON_VIEWED
from assess.sittings import queries as sittings
from assess.sittings import reuse_queries
from assess.sittings.queries import PathView, ScoreView
from assess.sittings.reuse_queries import AgreementView
from assess.web.links import LinkClaim

#: Members see how it was only from so many people on, and in steps of as many.
LEAST_TOGETHER = 10


@dataclass(frozen=True)
class ErasureView:
    """An erasure that waits: until when it can be cancelled, and its receipt's number."""

    id: int
    receipt: str
    due_at: datetime


@dataclass(frozen=True)
class OwnPage:
    """Where a person stands after handing in.

    ``received_at`` when the answers came, ``read_at`` when a member first opened the person's
    page, None before; ``outcome`` what the person was told last of a decision. ``new_contact``
    (name, address) waits for its codes. ``job_asks`` is what the job asks for beyond scores; the
    person ``may_correct`` what they said until they are told a decision. ``reuse`` is the
    agreement that earlier answers are used.
    """

    path: PathView
    received_at: datetime | None
    read_at: datetime | None
    outcome: Told | None
    review: ReviewView | None
    erasure: ErasureView | None
    new_contact: tuple[str, str] | None
    told_how_it_was: bool
    answered_about_self: bool
    job_asks: PersonRequirements | None
    may_correct: bool
    reuse: AgreementView | None = None


@dataclass(frozen=True)
class Material:
    """What feedback is made of: the campaign, and the person's scores by instrument.

    ``catalogue`` holds the instruments that were answered.
    """

    campaign: CampaignView
    scores: Mapping[str, ScoreView]
    catalogue: Catalogue


@dataclass(frozen=True)
class HowItWas:
    """What ten people or more say together: counts of 1 to 5 each, and their comments, sorted."""

    people: int
    fairness: tuple[int, ...]
    ease: tuple[int, ...]
    comments: tuple[str, ...]


def own_page(session: Session, claim: LinkClaim) -> OwnPage:
    """Read where the person of ``claim`` stands; ``session`` is open over all organisations.

    Raises LinkShut when the link does not hold.
    """
    path = sittings.by_link(session, claim)
    one = path.invitation
    change = session.scalar(select(ContactChange).where(ContactChange.invitation_id == one.id))
    told = select(Experience.id).where(Experience.invitation_id == one.id)
    return OwnPage(
        path=path,
        received_at=one.submitted_at,
        read_at=first_event(session, PERSON_VIEWED, "invitation", one.id),
        outcome=decisions.told(session, one.campaign_id, one.candidate_id),
        review=requests.newest_review(session, one.campaign_id, one.candidate_id),
        erasure=erasure(session, one.candidate_id),
        new_contact=None if change is None else (change.name, change.email),
        told_how_it_was=session.scalar(told) is not None,
        answered_about_self=has_answered(session, one.candidate_id),
        reuse=reuse_queries.agreement(session, one.id),
        job_asks=requirement_queries.of_invitation(session, one.campaign_id, one.id),
        may_correct=may_correct(session, one),
    )


def may_correct(session: Session, one: InvitationView) -> bool:
    """Say whether a person may still change what they said about what the job asks for."""
    if one.submitted_at is None or one.withdrawn_at is not None:
        return False
    return decisions.told(session, one.campaign_id, one.candidate_id) is None


def material(session: Session, catalogue: Catalogue, path: PathView) -> Material:
    """Read what feedback on a path is made of."""
    scores = sittings.scores_of(session, path.sitting.id) if path.sitting else {}
    campaign = campaigns.campaign(session, path.invitation.campaign_id)
    return Material(campaign, scores, authoring.held(session, catalogue, campaign.parts))


def erasure(session: Session, candidate_id: int) -> ErasureView | None:
    """Return the erasure that waits for a person, None without one."""
    row = session.scalar(
        select(ErasureRequest).where(
            ErasureRequest.candidate_id == candidate_id, ErasureRequest.cancelled_at.is_(None)
        )
    )
    return None if row is None else ErasureView(row.id, row.receipt, row.due_at)


def how_it_was(session: Session, campaign_id: int) -> HowItWas | None:
    """Return what people of a campaign say together, None under ten.

    Figures move in whole tens, in the order given, so that nobody's can be told by watching.
    """
    chosen = select(Experience).where(Experience.campaign_id == campaign_id).order_by(Experience.id)
    rows = session.scalars(chosen).all()
    counted = rows[: len(rows) // LEAST_TOGETHER * LEAST_TOGETHER]
    if not counted:
        return None
    return HowItWas(
        people=len(counted),
        fairness=_counts([row.fairness for row in counted]),
        ease=_counts([row.ease for row in counted]),
        comments=tuple(sorted(row.comment for row in counted if row.comment)),
    )


def _counts(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(values.count(point) for point in range(1, 6))
