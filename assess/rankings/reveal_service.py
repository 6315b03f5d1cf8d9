"""Show a member the name behind a code, for a reason that is kept."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns.models import Invitation
from assess.db.scope import Sessions, writing
from assess.errors import Invalid, NotFound, Refused
from assess.rankings.decisions import reason_faults
from assess.rankings.models import NameReveal

REVEALS: Final = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)


def reveal(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    candidate_id: int,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Show a person's name to this member from now on; done again it stays as it was.

    Raises Refused for a role that may not and for anybody who is no member, Invalid without a
    reason, NotFound for a person who is not in the campaign.
    """
    actor.must_be(*REVEALS)
    if actor.kind != "member" or actor.id is None:
        raise Refused("A name is shown to a member only.")
    if faults := reason_faults(reason):
        raise Invalid(*faults)
    with writing(sessions, actor.organisation_id) as session:
        # The row is locked, so that a form sent twice at once reveals once.
        invitation_id = session.scalar(
            select(Invitation.id)
            .where(Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id)
            .with_for_update()
        )
        if invitation_id is None:
            raise NotFound("This person is not in the campaign.")
        known = select(NameReveal.id).where(
            NameReveal.campaign_id == campaign_id,
            NameReveal.candidate_id == candidate_id,
            NameReveal.member_id == actor.id,
        )
        if session.scalar(known) is not None:
            return
        session.add(
            NameReveal(
                campaign_id=campaign_id,
                candidate_id=candidate_id,
                member_id=actor.id,
                reason=reason.strip(),
                revealed_at=now,
            )
        )
        audit.record(session, actor, "name revealed", "invitation", invitation_id, now=now)
