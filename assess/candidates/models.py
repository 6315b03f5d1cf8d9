"""The pool: people who may be invited by an organisation, and receipts of the erased."""

import secrets
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from assess.candidates.names import LONGEST_FOUND, LONGEST_KEY, found_by, name_key
from assess.db.base import Key, OrganisationBase, document, key, name, owned, pk, utc, within

#: Every listing of the pool asks for these rows alone.
_THERE = text("erased_at IS NULL")
_OF_THOSE: dict[str, Any] = {"postgresql_where": _THERE, "sqlite_where": _THERE}
#: Bytes in order, as on SQLite: a server's own order would neither page nor search alike.
_FOUND = String(LONGEST_FOUND).with_variant(String(LONGEST_FOUND, collation="C"), "postgresql")


def new_handle() -> str:
    """Draw a person's name in addresses of the pool."""
    return secrets.token_hex(8)


def _found_by(context: Any) -> str:
    row = context.get_current_parameters()
    return found_by(row["name"], row.get("email"), row.get("phone"))


def _name_key(context: Any) -> str:
    return name_key(context.get_current_parameters()["name"])


class Candidate(OrganisationBase):
    """A person in an organisation's pool."""

    __tablename__ = "candidate"
    __table_args__ = owned(
        UniqueConstraint("organisation_id", "email"),
        UniqueConstraint("organisation_id", "code"),
        UniqueConstraint("organisation_id", "handle"),
        Index("ix_candidate_by_name", "organisation_id", "found_by", "handle", **_OF_THOSE),
        Index("ix_candidate_by_day", "organisation_id", "created_at", "handle", **_OF_THOSE),
        Index("ix_candidate_source", "organisation_id", "source"),
        Index("ix_candidate_phone", "organisation_id", "phone"),
        Index("ix_candidate_same_year", "organisation_id", "birth_year", "name_key"),
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
    erased_at: Mapped[utc | None] = mapped_column(
        comment="only a place in rankings is left; name, address and code are gone"
    )
    phone: Mapped[str | None] = mapped_column(String(16), comment="E.164, with the plus")
    birth_year: Mapped[int | None] = mapped_column(
        comment="to find the same person twice; in no ranking and no score"
    )
    handle: Mapped[str] = mapped_column(
        String(16),
        default=new_handle,
        comment="in addresses of the pool: the id stands beside codes in a blind review",
    )
    found_by: Mapped[str] = mapped_column(
        _FOUND, default=_found_by, comment="name, address, phone; lower case, no accents"
    )
    name_key: Mapped[str] = mapped_column(
        String(LONGEST_KEY), default=_name_key, comment="the name's words in order"
    )


@event.listens_for(Candidate, "before_update")
def _follow_the_name(_mapper: Any, _connection: Any, row: Candidate) -> None:
    row.found_by = found_by(row.name, row.email, row.phone)
    row.name_key = name_key(row.name)


class MergedPerson(OrganisationBase):
    """That a record was one more of somebody else's: its number leads to the other for ever.

    The emptied candidate stays, for what cannot be two of one person: places in frozen rankings
    that hold both, and the second invitation to the same campaign, which is withdrawn.
    """

    __tablename__ = "merged_person"
    __table_args__ = owned(
        within("candidate_id", "candidate"),
        within("merged_into", "candidate"),
        UniqueConstraint("candidate_id"),
        Index(None, "merged_into"),
    )

    id: Mapped[pk]
    candidate_id: Mapped[key] = mapped_column(Key, comment="the record that is gone")
    merged_into: Mapped[key] = mapped_column(Key, comment="the record that was kept")
    merged_at: Mapped[utc]


class DuplicatePair(OrganisationBase):
    """Two records that may be one person: found by what they share, decided by a member."""

    __tablename__ = "duplicate_pair"
    __table_args__ = owned(
        within("first_id", "candidate"),
        within("second_id", "candidate"),
        within("dismissed_by", "member"),
        UniqueConstraint("first_id", "second_id"),
        Index(None, "second_id"),
    )

    id: Mapped[pk]
    first_id: Mapped[key] = mapped_column(Key, comment="the lower number of the two")
    second_id: Mapped[key] = mapped_column(Key)
    found_at: Mapped[utc]
    dismissed_at: Mapped[utc | None] = mapped_column(comment="they are not the same person")
    dismissed_by: Mapped[int | None] = mapped_column(Key, comment="the member who said so")


class ErasureReceipt(OrganisationBase):
    """That somebody was erased: when and how much, and nothing of who it was."""

    __tablename__ = "erasure_receipt"
    __table_args__ = owned(UniqueConstraint("number"))

    id: Mapped[pk]
    number: Mapped[str] = mapped_column(String(32), comment="random; known to the person alone")
    erased_at: Mapped[utc]
    removed: Mapped[document] = mapped_column(comment="how many records of each kind")
