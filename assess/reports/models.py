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
        UniqueConstraint("organisation_id", "content_digest"),
    )

    id: Mapped[pk]
    snapshot_id: Mapped[key]
    kind: Mapped[ReportKind] = mapped_column(String(20))
    candidate_id: Mapped[int | None]
    options: Mapped[document]
    content_digest: Mapped[digest]
    stored_file_id: Mapped[int | None] = mapped_column(comment="none until it is made")
    fault: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[utc]
    withdrawn_at: Mapped[utc | None] = mapped_column(
        comment="its file held somebody who was erased; none again when it is made anew"
    )


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
