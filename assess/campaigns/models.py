"""Campaigns, their invitations, the mails written to people, and what these ask for."""

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import (
    Key,
    OrganisationBase,
    digest,
    document,
    key,
    name,
    owned,
    pk,
    utc,
    within,
)


class Campaign(OrganisationBase):
    """A requisition: seats at a brand, filled under one profile version with one battery."""

    __tablename__ = "campaign"
    __table_args__ = owned(
        within("brand_id", "brand"),
        within("profile_version_id", "profile_version"),
        within("owner_id", "member"),
        CheckConstraint("seats >= 1", name="seats_from_one"),
        CheckConstraint("closes_on >= opens_on", name="closes_after_opening"),
        CheckConstraint("time_limit_minutes >= 5", name="time_limit_from_five"),
    )

    id: Mapped[pk]
    brand_id: Mapped[key]
    profile_version_id: Mapped[key]
    owner_id: Mapped[int | None] = mapped_column(comment="the member who decides")
    title: Mapped[name]
    seats: Mapped[int]
    battery: Mapped[document] = mapped_column(comment="instruments: [{key, version, digest}]")
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    simulated: Mapped[bool] = mapped_column(default=False, comment="nobody in it is real")
    seed: Mapped[int] = mapped_column(comment="of every simulation in its ranking")
    created_at: Mapped[utc]
    time_limit_minutes: Mapped[int | None] = mapped_column(comment="none: nobody is hurried")
    time_zone: Mapped[str | None] = mapped_column(String(64), comment="IANA; none is UTC")
    remind_not_started: Mapped[bool] = mapped_column(default=True, server_default=true())
    remind_stalled: Mapped[bool] = mapped_column(default=True, server_default=true())
    remind_deadline: Mapped[bool] = mapped_column(default=True, server_default=true())
    quiet_weekend: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="no reminder on Saturday and Sunday"
    )
    blind: Mapped[bool] = mapped_column(
        default=True,
        server_default=false(),
        comment="codes for names until a decision; new campaigns are",
    )
    closed_at: Mapped[utc | None] = mapped_column(comment="a member closed it before its last day")


class Invitation(OrganisationBase):
    """One candidate's place in one campaign; its link is signed, never stored."""

    __tablename__ = "invitation"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("candidate_id", "candidate"),
        within("sitting_id", "sitting"),
        within("considered_from", "campaign"),
        within("withdrawn_by", "member"),
        UniqueConstraint("campaign_id", "candidate_id"),
        Index(None, "organisation_id", "campaign_id", "submitted_at"),
        Index(None, "sitting_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    candidate_id: Mapped[key]
    sitting_id: Mapped[int | None]
    generation: Mapped[int] = mapped_column(default=1, comment="raising it revokes the link")
    created_at: Mapped[utc]
    sent_at: Mapped[utc | None]
    send_fault: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[utc | None]
    last_answer_at: Mapped[utc | None]
    answered: Mapped[int] = mapped_column(default=0, comment="items answered, for progress")
    items: Mapped[int] = mapped_column(default=0, comment="items in the battery")
    submitted_at: Mapped[utc | None]
    withdrawn_at: Mapped[utc | None] = mapped_column(comment="the person no longer takes part")
    considered_from: Mapped[int | None] = mapped_column(
        Key, comment="the campaign whose answers the person is asked to lend, if any"
    )
    requirements_state: Mapped[str | None] = mapped_column(
        String(10), comment="met, not_met, not_said; none before the person was asked"
    )
    withdrawn_by: Mapped[int | None] = mapped_column(
        Key, comment="the member who took the invitation back; none: the person withdrew"
    )
    decision: Mapped[str | None] = mapped_column(
        String(10), comment="the kind that counts, told by the room of rankings"
    )


class CampaignRequirements(OrganisationBase):
    """What a campaign asks for beyond scores; a change is a new row, the newest counts."""

    __tablename__ = "campaign_requirements"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("made_by", "member"),
        UniqueConstraint("campaign_id", "number"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    number: Mapped[int]
    asked: Mapped[document] = mapped_column(
        comment="{requirements: [...]}; an empty list asks nothing"
    )
    note: Mapped[str] = mapped_column(String(500), comment="why it was changed")
    made_by: Mapped[int | None] = mapped_column(Key, comment="the member; none for the system")
    made_at: Mapped[utc]


class Declaration(OrganisationBase):
    """What an invited person says about the requirements, the last time; nobody has checked it."""

    __tablename__ = "declaration"
    __table_args__ = owned(
        within("invitation_id", "invitation"),
        within("requirements_id", "campaign_requirements"),
        UniqueConstraint("invitation_id"),
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    requirements_id: Mapped[key]
    answers: Mapped[document] = mapped_column(comment="by question; a question left is not there")
    given_at: Mapped[utc]


class MailKind(StrEnum):
    """What a mail to a candidate is for."""

    INVITATION = "invitation"
    NOT_STARTED = "not_started"
    STALLED = "stalled"
    DEADLINE = "deadline"
    THANKS = "thanks"
    ADVANCED = "advanced"
    DECLINED = "declined"
    HIRED = "hired"


REMINDERS = frozenset({MailKind.NOT_STARTED, MailKind.STALLED, MailKind.DEADLINE})
#: What tells a person how somebody decided.
OUTCOMES = frozenset({MailKind.ADVANCED, MailKind.DECLINED, MailKind.HIRED})


class MailState(StrEnum):
    """What became of a mail."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    BOUNCED = "bounced"
    DROPPED = "dropped"


class Mailing(OrganisationBase):
    """One mail to one invited person: planned, sent, refused or come back; never its text."""

    __tablename__ = "mailing"
    __table_args__ = owned(
        # What was written to somebody goes with the invitation.
        ForeignKeyConstraint(
            ["organisation_id", "invitation_id"],
            ["invitation.organisation_id", "invitation.id"],
            ondelete="CASCADE",
        ),
        within("wording_id", "mail_wording"),
        within("act_id", "people_act"),
        UniqueConstraint("organisation_id", "invitation_id", "kind", "ordinal"),
        UniqueConstraint("message_id"),
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    kind: Mapped[MailKind] = mapped_column(String(20))
    ordinal: Mapped[int] = mapped_column(comment="first, second … mail of its kind")
    message_id: Mapped[str] = mapped_column(
        String(60), comment="left of the @; cannot be guessed, so no report can be forged"
    )
    state: Mapped[MailState] = mapped_column(String(10))
    queued_at: Mapped[utc]
    sent_at: Mapped[utc | None]
    closed_at: Mapped[utc | None] = mapped_column(
        comment="when it was refused, came back, fell away"
    )
    status: Mapped[str | None] = mapped_column(String(20), comment="of the refusal, as 5.1.1")
    fault: Mapped[str | None] = mapped_column(String(300))
    wording_id: Mapped[int | None] = mapped_column(
        Key, comment="the organisation's own text it was sent with; none: ours"
    )
    act_id: Mapped[int | None] = mapped_column(
        Key, comment="the act by which a member had it sent; none: it came by itself"
    )


class MailWording(OrganisationBase):
    """One version of an organisation's own text of a mail; never changed, the newest counts.

    It is for one campaign, for all of a brand, or (neither) for all of the organisation. Without
    ``body`` it takes the earlier ones back.
    """

    __tablename__ = "mail_wording"
    __table_args__ = owned(
        within("brand_id", "brand"),
        within("campaign_id", "campaign"),
        within("written_by", "member"),
        CheckConstraint("brand_id IS NULL OR campaign_id IS NULL", name="one_scope"),
        UniqueConstraint("organisation_id", "act"),
        Index(None, "organisation_id", "kind", "language"),
    )

    id: Mapped[pk]
    brand_id: Mapped[int | None] = mapped_column(Key)
    campaign_id: Mapped[int | None] = mapped_column(Key)
    kind: Mapped[MailKind] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(String(6000), comment="with {placeholders}")
    written_by: Mapped[key]
    written_at: Mapped[utc]
    act: Mapped[str] = mapped_column(String(40), comment="of the form: sent twice is once")


class PeopleActKind(StrEnum):
    """What a member does to many invited people at once."""

    REMIND = "remind"
    SEND_AGAIN = "send_again"
    TAKE_BACK = "take_back"


class PeopleAct(OrganisationBase):
    """One act on many people of a campaign, done in pieces by a worker."""

    __tablename__ = "people_act"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("made_by", "member"),
        UniqueConstraint("organisation_id", "act"),
        Index(None, "organisation_id", "campaign_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    kind: Mapped[PeopleActKind] = mapped_column(String(12))
    chosen: Mapped[document] = mapped_column(comment="{state} or {invitations}")
    counts: Mapped[document] = mapped_column(comment="people by what became of them")
    place: Mapped[int] = mapped_column(Key, comment="the last invitation's id dealt with")
    made_by: Mapped[key]
    made_at: Mapped[utc]
    done_at: Mapped[utc | None]
    act: Mapped[str] = mapped_column(String(40), comment="of the form: sent twice is once")


class ReviewRequest(OrganisationBase):
    """A person asks for a second look by a human, with a day by which it is answered."""

    __tablename__ = "review_request"
    __table_args__ = owned(
        within("invitation_id", "invitation"),
        within("answered_by", "member"),
        Index(None, "invitation_id"),
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    asked_at: Mapped[utc]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(1000), comment="in the person's words; may be empty")
    answered_at: Mapped[utc | None]
    answered_by: Mapped[int | None] = mapped_column(Key, comment="the member who answered")
    answer: Mapped[str | None] = mapped_column(String(4000), comment="to the person")


class WayRequest(OrganisationBase):
    """A candidate's question for another way to take part, and whether it was answered."""

    __tablename__ = "way_request"
    __table_args__ = owned(
        within("invitation_id", "invitation"),
        within("answered_by", "member"),
        Index(None, "invitation_id"),
    )

    id: Mapped[pk]
    invitation_id: Mapped[key]
    message: Mapped[str] = mapped_column(String(1000), comment="empty: just the question")
    asked_at: Mapped[utc]
    mailed_at: Mapped[utc | None]
    answered_at: Mapped[utc | None]
    answered_by: Mapped[int | None] = mapped_column(Key, comment="the member who has answered")


class ImportState(StrEnum):
    """How far a file of people is."""

    COLUMNS = "columns"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


class RowState(StrEnum):
    """What became of a row of a file of people."""

    INVITED = "invited"
    ALREADY = "already"
    FAULTY = "faulty"


class PeopleImport(OrganisationBase):
    """A file of people to invite: checked, then imported; the file goes when that is done."""

    __tablename__ = "people_import"
    __table_args__ = owned(
        within("campaign_id", "campaign"),
        within("made_by", "member"),
        Index(None, "organisation_id", "campaign_id"),
    )

    id: Mapped[pk]
    campaign_id: Mapped[key]
    state: Mapped[ImportState] = mapped_column(String(10))
    file_key: Mapped[str | None] = mapped_column(String(300), comment="none once it is deleted")
    file_size: Mapped[int]
    file_digest: Mapped[digest]
    columns: Mapped[document] = mapped_column(comment="places by role, language, tries")
    counts: Mapped[document] = mapped_column(comment="people by what would happen, did happen")
    place: Mapped[int] = mapped_column(comment="people of the file that this step has behind it")
    made_by: Mapped[int | None] = mapped_column(comment="the member; none for the system")
    made_at: Mapped[utc]
    done_at: Mapped[utc | None]
    forgotten_at: Mapped[utc | None] = mapped_column(comment="its rows are deleted")


class ImportRow(OrganisationBase):
    """What became of one row; name and address as given are kept of a faulty one alone."""

    __tablename__ = "import_row"
    __table_args__ = owned(
        ForeignKeyConstraint(
            ["organisation_id", "import_id"],
            ["people_import.organisation_id", "people_import.id"],
            ondelete="CASCADE",
        ),
        within("candidate_id", "candidate"),
        UniqueConstraint("import_id", "number"),
        Index(None, "candidate_id"),
        Index(None, "organisation_id", "email"),
    )

    id: Mapped[pk]
    import_id: Mapped[key]
    number: Mapped[int] = mapped_column(comment="of the row in the file, the first line is 1")
    state: Mapped[RowState] = mapped_column(String(10))
    candidate_id: Mapped[int | None] = mapped_column(Key)
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(255), comment="lower case")
    fault: Mapped[str | None] = mapped_column(String(300))
