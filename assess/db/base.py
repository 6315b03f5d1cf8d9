"""Base classes and column types of every table."""

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite forgets zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment; store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB, "postgresql")

pk = Annotated[int, mapped_column(Key, primary_key=True)]
key = Annotated[int, mapped_column(Key)]
utc = Annotated[datetime, mapped_column(UtcDateTime)]
name = Annotated[str, mapped_column(String(200))]
digest = Annotated[str, mapped_column(String(64))]
document = Annotated[dict[str, Any], mapped_column(Document)]


class Base(DeclarativeBase):
    """Every table; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class OrganisationBase(Base):
    """A record that belongs to one organisation; `scope` keeps every statement inside it."""

    __abstract__ = True

    organisation_id: Mapped[int] = mapped_column(Key)


def within(column: str, table: str) -> ForeignKeyConstraint:
    """Refer to a row of ``table`` in the same organisation: nothing can point across."""
    return ForeignKeyConstraint(
        ["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"]
    )


def owned(*constraints: Any) -> tuple[Any, ...]:
    """Give the table arguments of an organisation's record: its owner, its referable key."""
    return (
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        UniqueConstraint("organisation_id", "id"),
        *constraints,
    )
