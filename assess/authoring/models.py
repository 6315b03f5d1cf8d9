"""Published instruments with their files, translations signed later, uploads not published yet."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, document, key, name, owned, pk, utc, within


class Source(StrEnum):
    """Where a published instrument came from."""

    SHIPPED = "shipped"
    FOLDER = "folder"
    UPLOADED = "uploaded"
    EXPERTS = "experts"


class InstrumentContent(OrganisationBase):
    """The files of one instrument folder; written once, never changed."""

    __tablename__ = "instrument_content"
    __table_args__ = owned(UniqueConstraint("organisation_id", "digest"))

    id: Mapped[pk]
    digest: Mapped[str] = mapped_column(String(64), comment="of names and bytes")
    files: Mapped[document] = mapped_column(comment="{path inside the folder: text}")
    added_at: Mapped[utc]


class PublishedInstrument(OrganisationBase):
    """One instrument, of a bank one form: what attempts name by its digest; never changed."""

    __tablename__ = "published_instrument"
    __table_args__ = owned(
        within("content_id", "instrument_content"),
        within("published_by_id", "member"),
        UniqueConstraint("organisation_id", "digest"),
        Index(None, "organisation_id", "key"),
    )

    id: Mapped[pk]
    content_id: Mapped[key]
    folder: Mapped[str] = mapped_column(String(80), comment="the key without the form")
    key: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(20))
    form: Mapped[str | None] = mapped_column(String(1))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[name]
    digest: Mapped[str] = mapped_column(String(64), comment="of what is asked and how it is scored")
    source: Mapped[Source] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    published_at: Mapped[utc]
    published_by_id: Mapped[int | None] = mapped_column(comment="none: the system")


class InstrumentWording(OrganisationBase):
    """A translation added or signed later; the newest of a language counts."""

    __tablename__ = "instrument_wording"
    __table_args__ = owned(
        within("added_by_id", "member"),
        Index(None, "organisation_id", "folder", "version", "language"),
    )

    id: Mapped[pk]
    folder: Mapped[str] = mapped_column(String(80), comment="the key without the form")
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, comment="the YAML file of the translation")
    digest: Mapped[str] = mapped_column(String(64), comment="of the text")
    status: Mapped[str] = mapped_column(String(20))
    reviewer: Mapped[str | None] = mapped_column(String(200))
    reviewed_on: Mapped[date | None]
    added_at: Mapped[utc]
    added_by_id: Mapped[int | None] = mapped_column(comment="none: the system")


class InstrumentDraft(OrganisationBase):
    """An uploaded folder with what its check found, until it is published or discarded."""

    __tablename__ = "instrument_draft"
    __table_args__ = owned(
        within("added_by_id", "member"), UniqueConstraint("organisation_id", "digest")
    )

    id: Mapped[pk]
    title: Mapped[name]
    digest: Mapped[str] = mapped_column(String(64), comment="of names and bytes")
    files: Mapped[document] = mapped_column(comment="{path inside the folder: text}")
    findings: Mapped[document] = mapped_column(comment="faults: list of lines")
    added_at: Mapped[utc]
    added_by_id: Mapped[int | None]
