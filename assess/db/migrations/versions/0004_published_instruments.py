"""published instruments, wordings, drafts."""

from alembic import op

from assess.db import row_security
import sqlalchemy as sa
import assess.db.base
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instrument_content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of names and bytes"),
        sa.Column(
            "files",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="{path inside the folder: text}",
        ),
        sa.Column("added_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_instrument_content_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_content")),
        sa.UniqueConstraint(
            "organisation_id", "digest", name=op.f("uq_instrument_content_organisation_id_digest")
        ),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_instrument_content_organisation_id_id")
        ),
    )
    op.create_table(
        "instrument_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of names and bytes"),
        sa.Column(
            "files",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="{path inside the folder: text}",
        ),
        sa.Column(
            "findings",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="faults: list of lines",
        ),
        sa.Column("added_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "added_by_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_instrument_draft_organisation_id_added_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_instrument_draft_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_draft")),
        sa.UniqueConstraint(
            "organisation_id", "digest", name=op.f("uq_instrument_draft_organisation_id_digest")
        ),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_instrument_draft_organisation_id_id")
        ),
    )
    op.create_table(
        "instrument_wording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "folder", sa.String(length=80), nullable=False, comment="the key without the form"
        ),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="the YAML file of the translation"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of the text"),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("added_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True, comment="none: the system"),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "added_by_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_instrument_wording_organisation_id_added_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_instrument_wording_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_wording")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_instrument_wording_organisation_id_id")
        ),
    )
    with op.batch_alter_table("instrument_wording", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instrument_wording_organisation_id_folder_version_language"),
            ["organisation_id", "folder", "version", "language"],
            unique=False,
        )

    op.create_table(
        "published_instrument",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "folder", sa.String(length=80), nullable=False, comment="the key without the form"
        ),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=1), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="of what is asked and how it is scored",
        ),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("published_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True, comment="none: the system"),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "content_id"],
            ["instrument_content.organisation_id", "instrument_content.id"],
            name=op.f("fk_published_instrument_organisation_id_content_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "published_by_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_published_instrument_organisation_id_published_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_published_instrument_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_instrument")),
        sa.UniqueConstraint(
            "organisation_id", "digest", name=op.f("uq_published_instrument_organisation_id_digest")
        ),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_published_instrument_organisation_id_id")
        ),
    )
    with op.batch_alter_table("published_instrument", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_published_instrument_organisation_id_key"),
            ["organisation_id", "key"],
            unique=False,
        )
    row_security.enable(
        op,
        "instrument_content",
        "instrument_draft",
        "instrument_wording",
        "published_instrument",
    )


def downgrade() -> None:
    with op.batch_alter_table("published_instrument", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_instrument_organisation_id_key"))

    op.drop_table("published_instrument")
    with op.batch_alter_table("instrument_wording", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_instrument_wording_organisation_id_folder_version_language")
        )

    op.drop_table("instrument_wording")
    op.drop_table("instrument_draft")
    op.drop_table("instrument_content")
