"""Correct what one said about what the job asks for, until one is told of a decision."""

from collections.abc import Mapping
from datetime import datetime

from assess.campaigns import requirement_service
from assess.db.scope import Sessions
from assess.errors import Refused
from assess.portal import queries
from assess.sittings.path import actor_of, on_path
from assess.web.links import LinkClaim


def declare(
    sessions: Sessions, claim: LinkClaim, given: Mapping[str, str], *, number: int, now: datetime
) -> None:
    """Keep what the person says now in place of what they said.

    Raises Refused before handing in, after withdrawing and once the person was told of a
    decision, and what `requirement_service.declare` raises.
    """
    with on_path(sessions, claim) as (session, path):
        invitation = path.invitation
        if not queries.may_correct(session, invitation):
            raise Refused(
                "This cannot be changed here any more. Please write to whoever invited you."
            )
        requirement_service.declare(
            session, actor_of(path), invitation, given, number=number, now=now
        )
