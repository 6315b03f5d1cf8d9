"""Profiles: what a job demands, in frozen versions; contact records; an organisation's drivers."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, digest, document, key, name, owned, pk, utc, within
from assess.instruments.model import CallDriver


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


class SummaryState(StrEnum):
    """How far a file of contacts is."""

    COLUMNS = "columns"
    READING = "reading"
    QUESTION = "question"
    FAILED = "failed"
    READY = "ready"


class ContactSummary(OrganisationBase):
    """What stays of one export of contacts: counts. The file itself goes once it is read."""

    __tablename__ = "contact_summary"
    __table_args__ = owned(
        within("brand_id", "brand"),
        within("made_by", "member"),
        Index(None, "organisation_id", "brand_id", "made_at"),
    )

    id: Mapped[pk]
    brand_id: Mapped[key]
    state: Mapped[SummaryState] = mapped_column(String(10))
    file_key: Mapped[str | None] = mapped_column(String(300), comment="none once it is deleted")
    file_size: Mapped[int]
    file_digest: Mapped[digest]
    columns: Mapped[document] = mapped_column(comment="places by role, order, unit, tries")
    questions: Mapped[document] = mapped_column(comment="asked: [{about, contacts}]")
    contacts: Mapped[document] = mapped_column(comment="cells: month, reason, channel, live, sums")
    counts: Mapped[document] = mapped_column(comment="rows by what happened, first faults by row")
    choices: Mapped[document] = mapped_column(comment="reasons, left_out, period, adjusted")
    profile_digest: Mapped[str | None] = mapped_column(String(64))
    made_by: Mapped[int | None] = mapped_column(comment="the member; none for the system")
    made_at: Mapped[utc]
    read_at: Mapped[utc | None]


class ReasonMapping(OrganisationBase):
    """The call driver that a brand's reason code was last given."""

    __tablename__ = "reason_mapping"
    __table_args__ = owned(
        within("brand_id", "brand"),
        UniqueConstraint("organisation_id", "brand_id", "reason"),
    )

    id: Mapped[pk]
    brand_id: Mapped[key]
    reason: Mapped[str] = mapped_column(String(200), comment="small letters, no accents or marks")
    driver: Mapped[str] = mapped_column(String(60), comment="a code; - for no customer contact")
    changed_at: Mapped[utc]


class OwnDriver(OrganisationBase):
    """A reason customers call that an organisation rated itself, for all brands or for one."""

    __tablename__ = "own_driver"
    __table_args__ = owned(
        within("brand_id", "brand"),
        within("made_by", "member"),
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("emotional_load BETWEEN 0 AND 5", name="load_on_its_scale"),
    )

    id: Mapped[pk]
    brand_id: Mapped[int | None]
    code: Mapped[str] = mapped_column(String(60))
    title: Mapped[name]
    emotional_load: Mapped[float]
    ratings: Mapped[document] = mapped_column(comment="0 to 5 by competency")
    style_targets: Mapped[document] = mapped_column(comment="0 to 100 by D, I, S, C")
    made_by: Mapped[int | None]
    changed_at: Mapped[utc]
    retired_at: Mapped[utc | None] = mapped_column(comment="no new mix uses it from then on")

    def driver(self) -> CallDriver:
        """Give it as the catalogue gives its own."""
        return CallDriver(
            self.code, self.title, self.emotional_load, self.ratings, self.style_targets
        )


class RatingRound(OrganisationBase):
    """Stakeholders' ratings of what a profile's job demands, until they are adopted or dropped."""

    __tablename__ = "rating_round"
    __table_args__ = owned(
        within("profile_id", "profile"),
        within("version_id", "profile_version"),
        within("adopted_version_id", "profile_version"),
        within("opened_by", "member"),
        Index(None, "organisation_id", "profile_id"),
    )

    id: Mapped[pk]
    profile_id: Mapped[key]
    version_id: Mapped[key] = mapped_column(comment="the version the raters are shown")
    opened_at: Mapped[utc]
    opened_by: Mapped[int | None] = mapped_column(comment="the member; none for the system")
    talks: Mapped[document] = mapped_column(
        comment="held: [{at, raters, icc, items, digest}], each time the raters were asked to talk"
    )
    closed_at: Mapped[utc | None] = mapped_column(comment="nothing is rated from then on")
    digest: Mapped[str | None] = mapped_column(String(64), comment="of the ratings adopted")
    adopted_version_id: Mapped[int | None] = mapped_column(comment="none: closed without")


class Rater(OrganisationBase):
    """Somebody asked to rate a job; name and address go when they are forgotten."""

    __tablename__ = "rater"
    __table_args__ = owned(
        within("round_id", "rating_round"),
        UniqueConstraint("round_id", "place"),
        UniqueConstraint("round_id", "email"),
        CheckConstraint("place BETWEEN 1 AND 30", name="place_of_thirty"),
    )

    id: Mapped[pk]
    round_id: Mapped[key]
    place: Mapped[int] = mapped_column(comment="drawn by lot: the letter tells no order")
    name: Mapped[str | None] = mapped_column(String(200), comment="none once forgotten")
    email: Mapped[str | None] = mapped_column(String(255), comment="none once forgotten")
    generation: Mapped[int] = mapped_column(comment="of the link; raising it revokes")
    link_ends: Mapped[utc]
    turn: Mapped[int] = mapped_column(comment="how many mails were asked for")
    asked_at: Mapped[utc]
    mailed_at: Mapped[utc | None]
    mail_fault: Mapped[str | None] = mapped_column(String(200))
    opened_at: Mapped[utc | None]
    saved_at: Mapped[utc | None]
    ratings: Mapped[document] = mapped_column(comment="0 to 5 by statement")
    revoked_at: Mapped[utc | None]
    forgotten_at: Mapped[utc | None]
