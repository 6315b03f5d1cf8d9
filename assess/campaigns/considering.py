"""Invite people who finished one campaign to another one, and ask them to lend their answers.

Only an invitation is made: nothing of theirs is used before they agree (`sittings.reuse_service`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import Brand
from assess.campaigns import inviting, service
from assess.campaigns.models import Campaign, Invitation, MailKind
from assess.campaigns.queries import finished
from assess.candidates.models import Candidate
from assess.db.scope import Sessions, writing
from assess.errors import Invalid, NotFound
from assess.profiles import service as profiles

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Considered:
    """How many people were invited now, were there already, or have no address."""

    invited: int
    already: int
    unreachable: int


def consider(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    other_id: int,
    candidate_ids: Collection[int],
    *,
    now: datetime,
) -> Considered:
    """Invite finished people of a campaign to the campaign ``other_id``; sent twice is once.

    Raises Invalid for the same campaign, one of simulated people among real ones or too many
    people, NotFound for a campaign the organisation does not have or a person who has not
    finished, Refused when the other campaign is over or the role may not.
    """
    actor.must_be(*service.INVITES)
    wanted = sorted(set(candidate_ids))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise Invalid(f"people: choose 1 to {MOST_AT_ONCE}")
    with writing(sessions, actor.organisation_id) as session:
        other = inviting.open_for_update(session, other_id, now)
        _check(session, campaign_id, other)
        reached = _reached(session, campaign_id, wanted)
        made = inviting.new_invitations(
            session, other.id, reached, now, considered_from=campaign_id
        )
        if made:
            profiles.freeze(session, actor, other.profile_version_id, now=now)
            mails = [(id_, MailKind.INVITATION, 1) for id_ in made.values()]
            inviting.enqueue_mails(session, mails, other, now)
            audit.record(
                session, actor, "people considered", "campaign", other.id, now=now,
                from_campaign=campaign_id, count=len(made), first_invitation_id=mails[0][0],
            )  # fmt: skip
        return Considered(len(made), len(reached) - len(made), len(wanted) - len(reached))


def _check(session: Session, campaign_id: int, other: Campaign) -> None:
    here = session.get(Campaign, campaign_id)
    if here is None:
        raise NotFound("This campaign does not exist.")
    if here.id == other.id or here.simulated != other.simulated:
        raise Invalid("campaign: choose another one, with people of the same kind")


def asked_from(session: Session, invitation_id: int) -> tuple[str, str] | None:
    """Give (title, brand) of the campaign whose answers the person is asked to lend."""
    row = session.execute(
        select(Campaign.title, Brand.name)
        .join(Invitation, Invitation.considered_from == Campaign.id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .where(Invitation.id == invitation_id)
    ).one_or_none()
    return None if row is None else (row.title, row.name)


def _reached(session: Session, campaign_id: int, candidate_ids: Collection[int]) -> list[int]:
    """Give those of some finished people whom a mail reaches; NotFound when one is not there."""
    rows = session.execute(
        select(Candidate.id, Candidate.email)
        .join(Invitation, Invitation.candidate_id == Candidate.id)
        .where(
            finished(campaign_id), Candidate.id.in_(candidate_ids), Candidate.erased_at.is_(None)
        )
        .order_by(Candidate.id)
    ).all()
    if len(rows) < len(candidate_ids):
        raise NotFound("This person has not finished this campaign.")
    return [id_ for id_, email in rows if email]
