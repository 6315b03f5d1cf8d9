"""Read what two versions of a profile made of one campaign, and who knew results in between."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import AuditEvent
from assess.accounts.queries import member_name
from assess.campaigns.adopting import PROFILE_ADOPTED
from assess.campaigns.queries import CampaignView
from assess.campaigns.results_seen import Seen, seen_before
from assess.profiles import queries as profiles
from assess.profiles.queries import VersionView
from assess.rankings.models import RankingSnapshot


@dataclass(frozen=True)
class Versions:
    """A campaign's last two versions and the newest ranking under each, None before the first.

    ``former`` is None when the campaign was ranked under its present version alone.
    """

    present: VersionView
    present_snapshot: int | None
    former: VersionView | None = None
    former_snapshot: int | None = None


@dataclass(frozen=True)
class Adopted:
    """When the present version was adopted, by whom, and who had seen results by then."""

    at: datetime
    by: str | None
    seen: tuple[Seen, ...]


def versions(session: Session, campaign: CampaignView) -> Versions:
    """Return the newest ranking under the present version and the last one under the former."""
    made = session.execute(
        select(RankingSnapshot.id, RankingSnapshot.profile_version_id)
        .where(RankingSnapshot.campaign_id == campaign.id)
        .order_by(RankingSnapshot.made_at.desc(), RankingSnapshot.id.desc())
    ).all()
    present = next((one for one, v in made if v == campaign.profile_version_id), None)
    former = next(((one, v) for one, v in made if v != campaign.profile_version_id), None)
    if former is None:
        return Versions(campaign.profile, present)
    snapshot_id, version_id = former
    return Versions(campaign.profile, present, profiles.version(session, version_id), snapshot_id)


def adopted(session: Session, campaign: CampaignView) -> Adopted | None:
    """Return the last change to the present version, None when it was never changed to."""
    events = session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.subject_kind == "campaign",
            AuditEvent.subject_id == campaign.id,
            AuditEvent.act == PROFILE_ADOPTED,
        )
        .order_by(AuditEvent.id.desc())
    )
    for event in events:
        if event.detail["present"]["version"] == campaign.profile_version_id:
            by = member_name(session, event.actor_id) if event.actor_kind == "member" else None
            return Adopted(event.at, by, seen_before(session, campaign.id, event.at))
    return None
