"""expert panels, experts, their ratings."""

from alembic import op

from assess.db import row_security
import sqlalchemy as sa
import assess.db.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "expert_panel",
        sa.Column("id", _id(), nullable=False),
        sa.Column("content_id", _id(), nullable=False),
        sa.Column(
            "folder", sa.String(length=80), nullable=False, comment="the key without the form"
        ),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="of the whole bank, as workbooks name it",
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opened_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True, comment="none: the system"),
        sa.Column("closed_at", assess.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "published_version",
            sa.String(length=20),
            nullable=True,
            comment="the version under its key; none: closed without one, or still open",
        ),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_expert_panel_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "content_id"],
            ["instrument_content.organisation_id", "instrument_content.id"],
            name=op.f("fk_expert_panel_organisation_id_content_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "opened_by_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_expert_panel_organisation_id_opened_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "closed_by_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_expert_panel_organisation_id_closed_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_panel")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_expert_panel_organisation_id_id")
        ),
    )
    with op.batch_alter_table("expert_panel", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_expert_panel_organisation_id_content_id"),
            ["organisation_id", "content_id"],
            unique=False,
        )

    op.create_table(
        "expert",
        sa.Column("id", _id(), nullable=False),
        sa.Column("panel_id", _id(), nullable=False),
        sa.Column(
            "person",
            sa.String(length=200),
            nullable=False,
            comment="the name, its case and spaces evened",
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("years", sa.Double(), nullable=True, comment="in this work"),
        sa.Column("file_digest", sa.String(length=64), nullable=False, comment="of the workbook"),
        sa.Column("imported_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_expert_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "panel_id"],
            ["expert_panel.organisation_id", "expert_panel.id"],
            name=op.f("fk_expert_organisation_id_panel_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_expert_organisation_id_id")),
        sa.UniqueConstraint("panel_id", "person", name=op.f("uq_expert_panel_id_person")),
    )
    op.create_table(
        "expert_rating",
        sa.Column("id", _id(), nullable=False),
        sa.Column("expert_id", _id(), nullable=False),
        sa.Column("option", sa.String(length=60), nullable=False),
        sa.Column(
            "value", sa.Integer(), nullable=True, comment="none: a comment without a rating"
        ),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.CheckConstraint(
            "value IS NOT NULL OR comment IS NOT NULL",
            name=op.f("ck_expert_rating_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_expert_rating_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "expert_id"],
            ["expert.organisation_id", "expert.id"],
            name=op.f("fk_expert_rating_organisation_id_expert_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_rating")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_expert_rating_organisation_id_id")
        ),
        sa.UniqueConstraint(
            "expert_id", "option", name=op.f("uq_expert_rating_expert_id_option")
        ),
    )
    row_security.enable(op, "expert_panel", "expert", "expert_rating")


def downgrade() -> None:
    op.drop_table("expert_rating")
    op.drop_table("expert")
    with op.batch_alter_table("expert_panel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_panel_organisation_id_content_id"))

    op.drop_table("expert_panel")
