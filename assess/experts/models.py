"""Panels of experts, who is in them, and how they rate."""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, key, name, owned, pk, utc, within


class ExpertPanel(OrganisationBase):
    """Experts who rate one version of a judgement bank, until its key is published."""

    __tablename__ = "expert_panel"
    __table_args__ = owned(
        within("content_id", "instrument_content"),
        within("opened_by_id", "member"),
        within("closed_by_id", "member"),
        Index(None, "organisation_id", "content_id"),
    )

    id: Mapped[pk]
    content_id: Mapped[key]
    folder: Mapped[str] = mapped_column(String(80), comment="the key without the form")
    version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(
        String(64), comment="of the whole bank, as workbooks name it"
    )
    title: Mapped[name]
    opened_at: Mapped[utc]
    opened_by_id: Mapped[int | None] = mapped_column(comment="none: the system")
    closed_at: Mapped[utc | None]
    closed_by_id: Mapped[int | None]
    published_version: Mapped[str | None] = mapped_column(
        String(20), comment="the version under its key; none: closed without one, or still open"
    )


class Expert(OrganisationBase):
    """One expert of a panel, from their newest workbook."""

    __tablename__ = "expert"
    __table_args__ = owned(
        within("panel_id", "expert_panel"), UniqueConstraint("panel_id", "person")
    )

    id: Mapped[pk]
    panel_id: Mapped[key]
    person: Mapped[str] = mapped_column(String(200), comment="the name, its case and spaces evened")
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(200))
    years: Mapped[float | None] = mapped_column(comment="in this work")
    file_digest: Mapped[str] = mapped_column(String(64), comment="of the workbook")
    imported_at: Mapped[utc]


class ExpertRating(OrganisationBase):
    """What one expert says of one response."""

    __tablename__ = "expert_rating"
    __table_args__ = owned(
        within("expert_id", "expert"),
        UniqueConstraint("expert_id", "option"),
        CheckConstraint("value IS NOT NULL OR comment IS NOT NULL", name="says_something"),
    )

    id: Mapped[pk]
    expert_id: Mapped[key]
    option: Mapped[str] = mapped_column(String(60))
    value: Mapped[int | None] = mapped_column(comment="none: a comment without a rating")
    comment: Mapped[str | None] = mapped_column(String(1000))
