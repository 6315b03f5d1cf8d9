"""What a job asks for beyond scores, as the person of a link is asked about it and answers."""

from collections.abc import Mapping
from datetime import datetime

from assess.campaigns import requirement_queries, requirement_service
from assess.campaigns.requirement_queries import PersonRequirements
from assess.db.scope import Sessions, reading
from assess.sittings.path import actor_of, answerable, on_path
from assess.sittings.queries import PathView
from assess.web.links import LinkClaim


def asked_of(sessions: Sessions, path: PathView) -> PersonRequirements | None:
    """Give what the job asks for and what the person said so far; None where it asks nothing."""
    invitation = path.invitation
    with reading(sessions, invitation.organisation_id) as session:
        return requirement_queries.of_invitation(session, invitation.campaign_id, invitation.id)


def declare(
    sessions: Sessions, claim: LinkClaim, given: Mapping[str, str], *, number: int, now: datetime
) -> PersonRequirements:
    """Keep what the person says before handing in, and give how they stand.

    Raises Refused before consent and after handing in, LinkShut when the link does not hold or is
    out of time, and what `requirement_service.declare` raises.
    """
    with on_path(sessions, claim) as (session, path):
        answerable(path)
        path.must_be_open(now)
        return requirement_service.declare(
            session, actor_of(path), path.invitation, given, number=number, now=now
        )
