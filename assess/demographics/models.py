"""Voluntary answers under a random pseudonym; no foreign key leads from a person to them.

Nobody outside this room imports this module: the import rules forbid it.
"""

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, document, key, owned, pk, utc, within


class DemographicLink(OrganisationBase):
    """Whose pseudonym is whose, with the person named by a bare number on purpose.

    For erasure, for the person's own copy, and so that nobody counts twice.
    """

    __tablename__ = "demographic_link"
    __table_args__ = owned(
        UniqueConstraint("organisation_id", "candidate_id"), UniqueConstraint("pseudonym")
    )

    id: Mapped[pk]
    candidate_id: Mapped[key]
    pseudonym: Mapped[str] = mapped_column(String(32), comment="random, derived from nothing")


class DemographicAnswer(OrganisationBase):
    """What was chosen in one question.

    No moment and no running number: neither order nor time may lead back to a person.
    """

    __tablename__ = "demographic_answer"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        PrimaryKeyConstraint("pseudonym", "question"),
        {"sqlite_with_rowid": False},
    )

    pseudonym: Mapped[str] = mapped_column(String(32))
    question: Mapped[str] = mapped_column(String(40))
    choice: Mapped[str] = mapped_column(String(40))


class DemographicRelease(OrganisationBase):
    """Rates that were shown once, so that no later ones differ from them by a few people."""

    __tablename__ = "demographic_release"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        Index(None, "organisation_id", "campaign_id", "question"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    question: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(40))
    people: Mapped[document] = mapped_column(comment="went: numbers; selected: numbers; no groups")
    shown: Mapped[document] = mapped_column(comment="the table as it was shown")
    shown_at: Mapped[utc]
