"""Impact ratios of a profile version on a closed campaign, counted once."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, digest, document, key, owned, pk, utc, within


class VersionImpact(OrganisationBase):
    """What being among the first k under a version came to by group; no counts, no people.

    Once for a version and campaign, and one version of a campaign a day.
    """

    __tablename__ = "version_impact"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("profile_version_id", "profile_version"),
        within("made_by", "member"),
        UniqueConstraint("campaign_id", "profile_version_id"),
        UniqueConstraint("campaign_id", "day"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    profile_version_id: Mapped[key]
    day: Mapped[date] = mapped_column(comment="UTC")
    pool_digest: Mapped[digest] = mapped_column(comment="of the ranking it was counted on")
    seats: Mapped[int]
    ratios: Mapped[document] = mapped_column(
        comment="by question: groups [[code, ratio to the nearest .05 or none, unstable]], earlier"
    )
    made_by: Mapped[int | None] = mapped_column(comment="the member; none for the system")
    made_at: Mapped[utc]
