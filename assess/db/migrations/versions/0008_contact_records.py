"""contact records: summaries, remembered reasons, own call drivers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("contact_summary", "reason_mapping", "own_driver")


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment() -> assess.db.base.UtcDateTime:
    return assess.db.base.UtcDateTime(timezone=True)


def document(name: str, comment: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    return sa.Column(name, kind, nullable=False, comment=comment)


def owned(table: str, **within: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
            )
            for column, other in within.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    ]


def upgrade() -> None:
    op.create_table(
        "contact_summary",
        sa.Column("id", key(), nullable=False),
        sa.Column("brand_id", key(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "file_key", sa.String(length=300), nullable=True, comment="none once it is deleted"
        ),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        document("columns", "places by role, order, unit, tries"),
        document("questions", "asked: [{about, contacts}]"),
        document("contacts", "cells: month, reason, channel, live, sums"),
        document("counts", "rows by what happened, first faults by row"),
        document("choices", "reasons, left_out, period, adjusted"),
        sa.Column("profile_digest", sa.String(length=64), nullable=True),
        sa.Column(
            "made_by", sa.Integer(), nullable=True, comment="the member; none for the system"
        ),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("read_at", moment(), nullable=True),
        sa.Column("organisation_id", key(), nullable=False),
        *owned("contact_summary", brand_id="brand", made_by="member"),
    )
    with op.batch_alter_table("contact_summary", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_summary_organisation_id_brand_id_made_at"),
            ["organisation_id", "brand_id", "made_at"],
            unique=False,
        )
    op.create_table(
        "reason_mapping",
        sa.Column("id", key(), nullable=False),
        sa.Column("brand_id", key(), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=200),
            nullable=False,
            comment="small letters, no accents or marks",
        ),
        sa.Column(
            "driver",
            sa.String(length=60),
            nullable=False,
            comment="a code; - for no customer contact",
        ),
        sa.Column("changed_at", moment(), nullable=False),
        sa.Column("organisation_id", key(), nullable=False),
        *owned("reason_mapping", brand_id="brand"),
        sa.UniqueConstraint(
            "organisation_id",
            "brand_id",
            "reason",
            name=op.f("uq_reason_mapping_organisation_id_brand_id_reason"),
        ),
    )
    op.create_table(
        "own_driver",
        sa.Column("id", key(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("emotional_load", sa.Double(), nullable=False),
        document("ratings", "0 to 5 by competency"),
        document("style_targets", "0 to 100 by D, I, S, C"),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", moment(), nullable=False),
        sa.Column(
            "retired_at", moment(), nullable=True, comment="no new mix uses it from then on"
        ),
        sa.Column("organisation_id", key(), nullable=False),
        sa.CheckConstraint(
            "emotional_load BETWEEN 0 AND 5", name=op.f("ck_own_driver_load_on_its_scale")
        ),
        *owned("own_driver", brand_id="brand", made_by="member"),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_own_driver_organisation_id_code")
        ),
    )
    row_security.enable(op, *TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
