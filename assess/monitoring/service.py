"""Count a version's impact ratios: once, on closed data, one version of a campaign a day."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns.models import Campaign
from assess.db.scope import Sessions, writing
from assess.demographics import queries as demographics
from assess.demographics.queries import UNKNOWN, Outcome
from assess.demographics.questions import Question
from assess.errors import NotFound, Refused
from assess.monitoring import queries
from assess.monitoring.models import VersionImpact
from assess.monitoring.ratios import as_plain, rounded_ratios

SEES: Final = (RoleName.ANALYST,)
#: One name for every version of a campaign: what was shown of one stands for a near-equal other.
OUTCOME: Final = "first k"


def count_impact(
    sessions: Sessions,
    actor: Actor,
    questions: Sequence[Question],
    campaign_id: int,
    version_id: int,
    *,
    now: datetime,
) -> int:
    """Count by group who is among the first k of a closed campaign under a version; return the id.

    Once for a version and campaign: the second time gives what is there. Where its first k
    differ too little from what was shown before, the earlier figures stand for it, and say so.
    Raises NotFound for a campaign or a version it was not ranked under, Refused for another role,
    an open campaign, a ranking that lacks people, or a second version on the same day.
    """
    actor.must_be(*SEES)
    day = now.astimezone(UTC).date()
    with writing(sessions, actor.organisation_id) as session:
        campaign = _closed(session, campaign_id, now)
        snapshot = queries.newest_snapshot(session, campaign_id, version_id)
        found = session.scalar(
            select(VersionImpact.id).where(
                VersionImpact.campaign_id == campaign_id,
                VersionImpact.profile_version_id == version_id,
            )
        )
        if found is not None:
            return found
        if queries.counted_on(session, campaign_id, day) is not None:
            raise Refused("Another version of this campaign was counted today. Come back tomorrow.")
        if queries.finished(session, campaign_id) > snapshot.people:
            raise Refused("People have finished after this ranking. It must be made again first.")
        outcome = queries.outcome_of(session, snapshot.id, campaign.seats)
        row = VersionImpact(
            campaign_id=campaign_id,
            profile_version_id=version_id,
            day=day,
            pool_digest=snapshot.pool_digest,
            seats=campaign.seats,
            ratios={
                one.key: _ratios(session, campaign_id, one.key, outcome, now) for one in questions
            },
            made_by=actor.id if actor.kind == "member" else None,
            made_at=now,
        )
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "impact counted", "version_impact", row.id, now=now,
            campaign=campaign_id, version=version_id,
        )  # fmt: skip
        return row.id


def _closed(session: Session, campaign_id: int, now: datetime) -> Campaign:
    """Give a campaign, locked; Refused while somebody can still answer."""
    row = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if row is None:
        raise NotFound("This campaign does not exist.")
    if not queries.is_closed(row.closes_on, now):
        raise Refused("This campaign is still open. Groups are counted on closed campaigns only.")
    return row


def _ratios(
    session: Session, campaign_id: int, question: str, outcome: Outcome, now: datetime
) -> dict[str, Any]:
    """Give one question's ratios as they are stored; no groups where nothing may be shown."""
    found = demographics.rates(session, campaign_id, question, {OUTCOME: outcome}, now=now)[OUTCOME]
    if found is None:
        return {"groups": [], "earlier": False}
    groups = as_plain(rounded_ratios(found.table, unknown=UNKNOWN))
    return {"groups": groups, "earlier": found.counted_at != now}
