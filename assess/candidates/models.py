"""The pool: people who may be invited by an organisation."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, name, owned, pk, utc


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
