"""Sittings, attempts, answers and scores; and what lets answers be given again or used again."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import Key, OrganisationBase, digest, document, key, owned, pk, utc, within
from assess.sittings.figures import packed


def _figures(row: Any) -> bytes:
    """Give the packed form of the scores that are being inserted."""
    return packed(row.get_current_parameters()["scales"])


class Sitting(OrganisationBase):
    """One person's run through a battery; it belongs to the person, not to a campaign."""

    __tablename__ = "sitting"
    __table_args__ = owned(
        within("candidate_id", "candidate"),
        CheckConstraint("submitted_at >= started_at", name="time_runs_forward"),
    )

    id: Mapped[pk]
    candidate_id: Mapped[key]
    started_at: Mapped[utc]
    notice_version: Mapped[str] = mapped_column(String(20))
    consented_at: Mapped[utc | None]
    practised_at: Mapped[utc | None]
    position: Mapped[int] = mapped_column(default=0, comment="screen to resume at")
    submitted_at: Mapped[utc | None]
    moves: Mapped[int] = mapped_column(
        default=0,
        server_default="0",
        comment="generation of the code that moves it to another device",
    )
    language: Mapped[str] = mapped_column(
        String(10), default="en", comment="of the pages; the person may change it at any time"
    )
    seed: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="of the order of items; 0 is the written one"
    )
    device: Mapped[str | None] = mapped_column(String(6), comment="phone or larger; at the start")


class SittingComfort(OrganisationBase):
    """How the person would like the pages; read by this room alone, never shown to members."""

    __tablename__ = "sitting_comfort"
    __table_args__ = owned(within("sitting_id", "sitting"), UniqueConstraint("sitting_id"))

    id: Mapped[pk]
    sitting_id: Mapped[key]
    text: Mapped[str] = mapped_column(String(8))
    contrast: Mapped[bool]
    easy_font: Mapped[bool]
    still: Mapped[bool]
    aloud: Mapped[bool]
    few_items: Mapped[bool]
    extra_time: Mapped[str] = mapped_column(String(4), comment="factor of the time limit, or none")
    changed_at: Mapped[utc]


class SittingClock(OrganisationBase):
    """The active time of a sitting whose campaign sets a limit."""

    __tablename__ = "sitting_clock"
    __table_args__ = owned(within("sitting_id", "sitting"), UniqueConstraint("sitting_id"))

    id: Mapped[pk]
    sitting_id: Mapped[key]
    used: Mapped[int] = mapped_column(comment="milliseconds of active time before since")
    since: Mapped[utc | None] = mapped_column(comment="the last act; none while it stands")
    extensions: Mapped[int]


class SittingTime(OrganisationBase):
    """How long a finished sitting took, to tell the next people what to expect; never scored."""

    __tablename__ = "sitting_time"
    __table_args__ = owned(
        within("sitting_id", "sitting"),
        UniqueConstraint("sitting_id"),
        Index(None, "organisation_id", "battery"),
    )

    id: Mapped[pk]
    sitting_id: Mapped[key]
    battery: Mapped[digest] = mapped_column(comment="of the instruments' digests")
    device: Mapped[str | None] = mapped_column(String(6))
    slower: Mapped[bool] = mapped_column(comment="read aloud, or fewer items on a screen")
    seconds: Mapped[int]


class NoticeShown(OrganisationBase):
    """Which notice a person was shown, and when it was agreed to."""

    __tablename__ = "notice_shown"
    __table_args__ = owned(
        within("sitting_id", "sitting"),
        UniqueConstraint("sitting_id", "version", "language"),
        CheckConstraint("agreed_at >= shown_at", name="shown_before_agreed"),
    )

    id: Mapped[pk]
    sitting_id: Mapped[key]
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    grade: Mapped[float | None] = mapped_column(comment="reading grade; none outside English")
    shown_at: Mapped[utc]
    agreed_at: Mapped[utc | None]


class Attempt(OrganisationBase):
    """One instrument form within a sitting."""

    __tablename__ = "attempt"
    __table_args__ = owned(
        within("sitting_id", "sitting"),
        within("given_in", "attempt"),
        UniqueConstraint("sitting_id", "ordinal"),
        UniqueConstraint("sitting_id", "instrument"),
        Index(None, "given_in"),
    )

    id: Mapped[pk]
    sitting_id: Mapped[key]
    ordinal: Mapped[int]
    instrument: Mapped[str] = mapped_column(String(80))
    instrument_digest: Mapped[digest]
    language: Mapped[str] = mapped_column(String(10), comment="in which it was begun")
    given_in: Mapped[int | None] = mapped_column(
        Key, comment="the attempt with the answers, where those of another sitting are used"
    )


class Answer(OrganisationBase):
    """What was chosen on one item; append-only, the last row that counts is the answer."""

    __tablename__ = "answer"
    __table_args__ = owned(
        within("attempt_id", "attempt"),
        UniqueConstraint("attempt_id", "idempotency_key"),
        Index(None, "attempt_id", "item", "id"),
    )

    id: Mapped[pk]
    attempt_id: Mapped[key]
    item: Mapped[str] = mapped_column(String(60))
    value: Mapped[int | None] = mapped_column(comment="none: prefers not to answer")
    client_sequence: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(String(80))
    answered_at: Mapped[utc]
    waited: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="milliseconds on the device before it came"
    )
    counts: Mapped[bool] = mapped_column(
        default=True,
        server_default=true(),
        comment="false: given before another answer that had come first",
    )
    language: Mapped[str] = mapped_column(String(10), comment="in which the item was shown")


class Score(OrganisationBase):
    """What the answers of one attempt give, with the versions that made it."""

    __tablename__ = "score"
    __table_args__ = owned(
        within("attempt_id", "attempt"),
        within("sitting_id", "sitting"),
        UniqueConstraint("attempt_id"),
        Index(None, "sitting_id"),
        Index(None, "organisation_id", "scored_at"),
    )

    id: Mapped[pk]
    attempt_id: Mapped[key]
    sitting_id: Mapped[key]
    instrument: Mapped[str] = mapped_column(String(80))
    scales: Mapped[document] = mapped_column(
        comment="names, mean, error, raw, answered as lists of one length; null is not scored"
    )
    flags: Mapped[document] = mapped_column(comment="flags: list of words")
    instrument_digest: Mapped[digest]
    engine_version: Mapped[str] = mapped_column(String(40))
    scored_at: Mapped[utc]
    figures: Mapped[bytes | None] = mapped_column(
        LargeBinary,
        default=_figures,
        comment="scales once more, packed: a large pool is read at once; none: not packed",
    )


class RetestRule(OrganisationBase):
    """When somebody may answer again, and which answers count: of the organisation or a campaign.

    See `retest.Policy` for the columns.
    """

    __tablename__ = "retest_rule"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        UniqueConstraint("campaign_id"),
        Index(
            "uq_retest_rule_of_organisation",
            "organisation_id",
            unique=True,
            sqlite_where=text("campaign_id IS NULL"),
            postgresql_where=text("campaign_id IS NULL"),
        ),
    )

    id: Mapped[pk]
    campaign_id: Mapped[int | None] = mapped_column(Key, comment="none: the organisation's own")
    cool_off_days: Mapped[int]
    most_in_year: Mapped[int]
    counts: Mapped[str] = mapped_column(String(6), comment="latest or first")
    valid_days: Mapped[int]
    changed_at: Mapped[utc]


class RetestException(OrganisationBase):
    """That a member lets one person answer before the retest rule would, and why."""

    __tablename__ = "retest_exception"
    __table_args__ = owned(
        within("invitation_id", "invitation"),
        within("allowed_by", "member"),
        UniqueConstraint("invitation_id"),
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    reason: Mapped[str] = mapped_column(String(1000))
    allowed_by: Mapped[key]
    allowed_at: Mapped[utc]


class ReuseAgreement(OrganisationBase):
    """A person's agreement that answers given before are used for another invitation."""

    __tablename__ = "reuse_agreement"
    __table_args__ = owned(
        within("invitation_id", "invitation"),
        CheckConstraint("withdrawn_at >= agreed_at", name="agreed_before_withdrawn"),
        Index(
            "uq_reuse_agreement_in_force",
            "invitation_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    notice_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10), comment="in which it was read")
    given_on: Mapped[date] = mapped_column(comment="the day of the oldest answers used")
    counts: Mapped[str] = mapped_column(String(6), comment="of the rule then: latest or first")
    used: Mapped[document] = mapped_column(
        comment="answers: [{instrument, digest, attempt, sitting, given_on}]"
    )
    agreed_at: Mapped[utc]
    withdrawn_at: Mapped[utc | None]
