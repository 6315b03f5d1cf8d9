"""The pool: people who may be invited by an organisation, and receipts of the erased."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, document, name, owned, pk, utc


class Candidate(OrganisationBase):
    """A person in an organisation's pool."""

    __tablename__ = "candidate"
    __table_args__ = owned(
        UniqueConstraint("organisation_id", "email"), UniqueConstraint("organisation_id", "code")
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(20), comment="shown where names are hidden")
    name: Mapped[name]
    email: Mapped[str | None] = mapped_column(
        String(255), comment="lower case; none for imported research answers"
    )
    language: Mapped[str] = mapped_column(String(10), default="en")
    simulated: Mapped[bool] = mapped_column(default=False, comment="nobody real")
    source: Mapped[str] = mapped_column(String(100), comment="where the person came from")
    created_at: Mapped[utc]
    time_zone: Mapped[str | None] = mapped_column(
        String(64), comment="IANA; none is the campaign's"
    )
    reminders_stopped_at: Mapped[utc | None] = mapped_column(
        comment="the person wants no reminders; invitations are still sent"
    )
    erased_at: Mapped[utc | None] = mapped_column(
        comment="only a place in rankings is left; name, address and code are gone"
    )


class ErasureReceipt(OrganisationBase):
    """That somebody was erased: when and how much, and nothing of who it was."""

    __tablename__ = "erasure_receipt"
    __table_args__ = owned(UniqueConstraint("number"))

    id: Mapped[pk]
    number: Mapped[str] = mapped_column(String(32), comment="random; known to the person alone")
    erased_at: Mapped[utc]
    removed: Mapped[document] = mapped_column(comment="how many records of each kind")
