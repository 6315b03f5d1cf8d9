"""Which campaigns rank under which profile version, for the profiles' own pages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.campaigns.models import Campaign
from assess.profiles.usage import Use


def uses(session: Session, version_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
    """Return the campaigns of each version, newest first; a version nobody uses is left out."""
    rows = session.execute(
        select(Campaign.profile_version_id, Campaign.id, Campaign.title, Campaign.closes_on)
        .where(Campaign.profile_version_id.in_(version_ids))
        .order_by(Campaign.id.desc())
    )
    found: dict[int, list[Use]] = defaultdict(list)
    for version_id, campaign_id, title, closes_on in rows:
        found[version_id].append(Use(campaign_id, title, closes_on))
    return dict(found)
