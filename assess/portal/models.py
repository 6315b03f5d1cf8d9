"""Codes for delicate acts, changes that wait for them, erasures that wait, the two questions."""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, key, name, owned, pk, utc, within


class ActCode(OrganisationBase):
    """A code that was mailed: it opens one act on one link, once, for ten minutes."""

    __tablename__ = "act_code"
    __table_args__ = owned(
        within("invitation_id", "invitation"), Index(None, "invitation_id", "act")
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    act: Mapped[str] = mapped_column(String(20))
    code_hmac: Mapped[str | None] = mapped_column(
        String(64), comment="none until it is mailed, which is when it is drawn"
    )
    asked_at: Mapped[utc]
    expires_at: Mapped[utc | None]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[utc | None]


class ContactChange(OrganisationBase):
    """A corrected name or address that waits for its codes; at most one on a link."""

    __tablename__ = "contact_change"
    __table_args__ = owned(within("invitation_id", "invitation"), UniqueConstraint("invitation_id"))

    id: Mapped[pk]
    invitation_id: Mapped[key]
    name: Mapped[name]
    email: Mapped[str] = mapped_column(String(255), comment="lower case")
    asked_at: Mapped[utc]


class ErasureRequest(OrganisationBase):
    """Somebody asked to be erased; until ``due_at`` they can think again."""

    __tablename__ = "erasure_request"
    __table_args__ = owned(
        within("candidate_id", "candidate"),
        UniqueConstraint("receipt"),
        Index(None, "candidate_id"),
    )

    id: Mapped[pk]
    candidate_id: Mapped[key]
    receipt: Mapped[str] = mapped_column(String(32), comment="the number the receipt will have")
    asked_at: Mapped[utc]
    due_at: Mapped[utc]
    cancelled_at: Mapped[utc | None]


class Experience(OrganisationBase):
    """How it was for one person; members see only what ten or more say together."""

    __tablename__ = "experience"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("invitation_id", "invitation"),
        UniqueConstraint("invitation_id"),
        CheckConstraint("fairness BETWEEN 1 AND 5", name="fairness_of_five"),
        CheckConstraint("ease BETWEEN 1 AND 5", name="ease_of_five"),
        Index(None, "campaign_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    invitation_id: Mapped[key]
    fairness: Mapped[int]
    ease: Mapped[int]
    comment: Mapped[str] = mapped_column(String(500), default="")
    given_at: Mapped[utc]
