"""Profiles: what a job demands, in frozen versions."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, digest, document, key, name, owned, pk, utc, within


class Profile(OrganisationBase):
    """A job's demands at one brand, over all their versions."""

    __tablename__ = "profile"
    __table_args__ = owned(within("brand_id", "brand"))

    id: Mapped[pk]
    brand_id: Mapped[key]
    name: Mapped[name]
    created_at: Mapped[utc]


class ProfileVersion(OrganisationBase):
    """One contact mix and the demand weights it gives; frozen by the first invitation."""

    __tablename__ = "profile_version"
    __table_args__ = owned(
        within("profile_id", "profile"),
        within("made_by", "member"),
        UniqueConstraint("profile_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[pk]
    profile_id: Mapped[key]
    number: Mapped[int]
    contact_mix: Mapped[document] = mapped_column(
        comment="drivers: [{code, share, minutes}], n_contacts, multipliers"
    )
    demand: Mapped[document] = mapped_column(
        comment="weights, demand, load_share, style_target, prior, call_drivers digest"
    )
    digest: Mapped[digest]
    reason: Mapped[str] = mapped_column(String(500))
    made_by: Mapped[int | None] = mapped_column(comment="the member; none for the system")
    created_at: Mapped[utc]
    frozen_at: Mapped[utc | None]
