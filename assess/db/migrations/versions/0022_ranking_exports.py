"""files of large rankings, made by a job and kept a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
Document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLE = "ranking_export"


def within(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{TABLE}_organisation_id_{column}"),
    )


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", Key, nullable=False),
        sa.Column("snapshot_id", Key, nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False, comment="csv or xlsx"),
        sa.Column(
            "options",
            Document,
            nullable=False,
            comment="named: ids of those who stand there by name, null is everybody",
        ),
        sa.Column("stored_file_id", sa.Integer(), comment="none until it is made"),
        sa.Column("asked_at", Utc, nullable=False),
        sa.Column("made_at", Utc),
        sa.Column("organisation_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{TABLE}_organisation_id")
        ),
        within("snapshot_id", "ranking_snapshot"),
        within("stored_file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{TABLE}_organisation_id_id")),
    )
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_snapshot_id"), ["snapshot_id"])
    row_security.enable(op, TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)
