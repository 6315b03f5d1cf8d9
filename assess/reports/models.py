"""Reports: what was asked for, and the file it became."""

from enum import StrEnum

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, digest, document, key, owned, pk, utc, within


class ReportKind(StrEnum):
    """The kinds of report."""

    RANKED = "ranked"
    CANDIDATE = "candidate"
    COMPARISON = "comparison"
    INTERVIEW = "interview"


class Report(OrganisationBase):
    """One PDF of one snapshot; the same question asked again is the same report."""

    __tablename__ = "report"
    __table_args__ = owned(
        within("snapshot_id", "ranking_snapshot"),
        within("candidate_id", "candidate"),
        within("stored_file_id", "stored_file"),
        within("book_file_id", "stored_file"),
        within("asked_by", "member"),
        within("look_id", "brand_look"),
        UniqueConstraint("organisation_id", "content_digest"),
    )

    id: Mapped[pk]
    snapshot_id: Mapped[key]
    kind: Mapped[ReportKind] = mapped_column(String(20))
    candidate_id: Mapped[int | None]
    options: Mapped[document]
    content_digest: Mapped[digest]
    stored_file_id: Mapped[int | None] = mapped_column(comment="none until it is made")
    book_file_id: Mapped[key | None] = mapped_column(comment="its sheets for the screen")
    pages: Mapped[int | None]
    asked_by: Mapped[key | None] = mapped_column(
        comment="the member who asked last while it was not made; none: the system"
    )
    look_id: Mapped[key | None] = mapped_column(comment="the brand's look when it was asked for")
    fault: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[utc]
    withdrawn_at: Mapped[utc | None] = mapped_column(
        comment="its file held somebody who was erased; none again when it is made anew"
    )
    cancelled_at: Mapped[utc | None] = mapped_column(comment="none again when it is asked for")


class ReportUnit(OrganisationBase):
    """A page laid out before, kept for the next report that says the very same of a person."""

    __tablename__ = "report_unit"
    __table_args__ = owned(
        within("candidate_id", "candidate"),
        UniqueConstraint("organisation_id", "unit_digest"),
    )

    id: Mapped[pk]
    candidate_id: Mapped[int | None] = mapped_column(index=True, comment="none names nobody")
    unit_digest: Mapped[digest]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[utc]
