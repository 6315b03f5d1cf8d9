"""Ranking snapshots, kept as they were made; and what people decide on them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import (
    OrganisationBase,
    UtcDateTime,
    digest,
    document,
    key,
    owned,
    pk,
    utc,
    within,
)


class RankingSnapshot(OrganisationBase):
    """One ranking of a campaign's finished people under one profile version."""

    __tablename__ = "ranking_snapshot"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("profile_version_id", "profile_version"),
        UniqueConstraint("campaign_id", "pool_digest"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    profile_version_id: Mapped[key]
    pool_digest: Mapped[digest] = mapped_column(
        comment="sha256 of scores, weights, seats and versions: same digest, same ranking"
    )
    people: Mapped[int]
    seats: Mapped[int]
    coverage: Mapped[float] = mapped_column(comment="of the battery under the profile")
    method: Mapped[document] = mapped_column(
        comment="kind, seed, draws, evidenced codes, weights, instruments, engine version"
    )
    made_at: Mapped[utc]


class RankingEntry(OrganisationBase):
    """One person's place in a snapshot."""

    __tablename__ = "ranking_entry"
    __table_args__ = owned(
        within("snapshot_id", "ranking_snapshot"),
        within("candidate_id", "candidate"),
        UniqueConstraint("snapshot_id", "candidate_id"),
        Index(None, "snapshot_id", "rank"),
    )

    id: Mapped[pk]
    snapshot_id: Mapped[key]
    candidate_id: Mapped[key]
    rank: Mapped[int | None] = mapped_column(comment="none: not scorable, unranked")
    rank_low: Mapped[int | None]
    rank_high: Mapped[int | None]
    p_top: Mapped[float | None]
    band: Mapped[int | None]
    at_cut: Mapped[bool]
    fit: Mapped[float | None] = mapped_column(comment="50 + 10 fit / reference SD")
    fit_error: Mapped[float | None]
    coverage: Mapped[float]
    evidence: Mapped[document] = mapped_column(
        comment="codes, mean, error, parts, contributions, style {scale: [mean, error]}, flags"
    )
    flags: Mapped[str] = mapped_column(String(300), default="")


class RankingRow(OrganisationBase):
    """What the table of a ranking is put in order and searched by: small, so that it is quick."""

    __tablename__ = "ranking_row"
    __table_args__ = owned(
        within("snapshot_id", "ranking_snapshot"),
        within("candidate_id", "candidate"),
        UniqueConstraint("candidate_id", "snapshot_id"),
        # The only index by snapshot: rows are written in this order, so passing through all of
        # them goes straight on. By another order each would be looked for.
        Index(None, "snapshot_id", "place"),
    )

    id: Mapped[pk]
    snapshot_id: Mapped[key]
    candidate_id: Mapped[key]
    section: Mapped[int] = mapped_column(comment="the band; then the held back, the unranked")
    place: Mapped[int] = mapped_column(comment="on paper: by section, by name inside it")
    code_place: Mapped[int] = mapped_column(comment="the same by code, while names are hidden")
    rank: Mapped[int | None]
    at_cut: Mapped[bool]
    fit: Mapped[float | None]
    complete: Mapped[bool] = mapped_column(comment="all was measured that the battery measures")
    flags: Mapped[str] = mapped_column(String(300), comment="as of the entry, a blank around each")
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mean_emp: Mapped[float | None] = mapped_column(comment="true-score units, as the other six")
    mean_reg: Mapped[float | None]
    mean_own: Mapped[float | None]
    mean_gui: Mapped[float | None]
    mean_int: Mapped[float | None]
    mean_esc: Mapped[float | None]
    mean_chn: Mapped[float | None]


class RankingExport(OrganisationBase):
    """A large ranking as a file, made by a job and kept a day; then the row goes with it."""

    __tablename__ = "ranking_export"
    __table_args__ = owned(
        within("snapshot_id", "ranking_snapshot"),
        within("stored_file_id", "stored_file"),
        Index(None, "snapshot_id"),
    )

    id: Mapped[pk]
    snapshot_id: Mapped[key]
    form: Mapped[str] = mapped_column(String(4), comment="csv or xlsx")
    options: Mapped[document] = mapped_column(
        comment="named: ids of those who stand there by name, null is everybody"
    )
    stored_file_id: Mapped[int | None] = mapped_column(comment="none until it is made")
    asked_at: Mapped[utc]
    made_at: Mapped[utc | None]


class DecisionKind(StrEnum):
    """What a member decides about a person in a campaign."""

    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"
    HIRED = "hired"


class Decision(OrganisationBase):
    """A named member's decision about one person; never changed, the newest counts."""

    __tablename__ = "decision"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("candidate_id", "candidate"),
        within("snapshot_id", "ranking_snapshot"),
        within("decided_by", "member"),
        UniqueConstraint("organisation_id", "act", "candidate_id"),
        Index(None, "campaign_id", "candidate_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    candidate_id: Mapped[key]
    snapshot_id: Mapped[key] = mapped_column(comment="the ranking that was looked at")
    kind: Mapped[DecisionKind] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(1000), comment="empty once the person is erased")
    decided_by: Mapped[key]
    decided_at: Mapped[utc]
    act: Mapped[str] = mapped_column(String(40), comment="of the form: sent twice is once")


class OutcomeTold(OrganisationBase):
    """That a member had a person told of a decision: once for each decision."""

    __tablename__ = "outcome_told"
    __table_args__ = owned(
        within("decision_id", "decision"),
        within("told_by", "member"),
        UniqueConstraint("decision_id"),
    )

    id: Mapped[pk]
    decision_id: Mapped[key]
    told_by: Mapped[key]
    told_at: Mapped[utc]


class NameReveal(OrganisationBase):
    """That a member had a name shown in a blind review, and why."""

    __tablename__ = "name_reveal"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("candidate_id", "candidate"),
        within("member_id", "member"),
        UniqueConstraint("campaign_id", "candidate_id", "member_id"),
        Index(None, "campaign_id", "candidate_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    candidate_id: Mapped[key]
    member_id: Mapped[key]
    reason: Mapped[str] = mapped_column(String(1000))
    revealed_at: Mapped[utc]


class PersonNote(OrganisationBase):
    """What a member noted about a person in a campaign; the person can have a copy."""

    __tablename__ = "person_note"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("candidate_id", "candidate"),
        within("written_by", "member"),
        UniqueConstraint("organisation_id", "act"),
        Index(None, "campaign_id", "candidate_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    candidate_id: Mapped[key]
    text: Mapped[str] = mapped_column(String(4000))
    written_by: Mapped[key]
    written_at: Mapped[utc]
    act: Mapped[str] = mapped_column(String(40), comment="of the form: sent twice is once")
