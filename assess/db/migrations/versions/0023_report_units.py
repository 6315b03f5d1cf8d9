"""report units: pages laid out before, kept for the next report of the same people."""

import sqlalchemy as sa
from alembic import op

import assess.db.base
from assess.db import row_security

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_unit",
        sa.Column("id", Key, nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True, comment="none names nobody"),
        sa.Column("unit_digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_report_unit_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "candidate_id"],
            ["candidate.organisation_id", "candidate.id"],
            name=op.f("fk_report_unit_organisation_id_candidate_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_unit")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_report_unit_organisation_id_id")
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "unit_digest",
            name=op.f("uq_report_unit_organisation_id_unit_digest"),
        ),
    )
    with op.batch_alter_table("report_unit") as batch_op:
        batch_op.create_index(batch_op.f("ix_report_unit_candidate_id"), ["candidate_id"])
    row_security.enable(op, "report_unit")


def downgrade() -> None:
    op.drop_table("report_unit")
