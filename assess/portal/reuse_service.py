"""A person takes back that answers given before are used for this job, until it is decided."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.campaigns.models import Campaign, Invitation
from assess.db.scope import Across, Sessions, across
from assess.errors import Refused
from assess.rankings import decision_queries
from assess.rankings.models import DecisionKind
from assess.sittings import queries, reuse_service
from assess.sittings.queries import PathView
from assess.web.links import LinkClaim


def is_decided(session: Session, path: PathView) -> bool:
    """Say whether a person has decided; on hold is no decision yet."""
    own = path.invitation
    made = decision_queries.history(session, own.campaign_id, own.candidate_id)
    return bool(made) and made[0].kind is not DecisionKind.HOLD


def look_decided(sessions: Sessions, claim: LinkClaim) -> bool:
    """Read whether a person has decided; LinkShut when the link does not hold."""
    with across(sessions, Across.LINK) as session:
        return is_decided(session, queries.by_link(session, claim))


def take_back(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> bool:
    """Take the agreement back; say whether there was one, so that twice is the same as once.

    Whoever decides about the person at the same moment comes before or after, never between.
    Raises LinkShut when the link does not hold, Refused once a person has decided.
    """
    with across(sessions, Across.LINK, write=True) as session:
        # The campaign first, as whoever decides does: so nobody waits for one another in a ring.
        held = select(Invitation.campaign_id).where(Invitation.id == claim.id)
        session.execute(
            select(Campaign.id).where(Campaign.id == held.scalar_subquery()).with_for_update()
        )
        path = queries.by_link(session, claim, lock=True)
        if is_decided(session, path):
            raise Refused("A person has decided already; this cannot be taken back any more.")
        return reuse_service.take_back(session, path, now)
