"""brands that are archived."""

import sqlalchemy as sa
from alembic import op

import assess.db.base

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

Utc = assess.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "brand", sa.Column("archived_at", Utc, nullable=True, comment="since then for nothing new")
    )


def downgrade() -> None:
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.drop_column("archived_at")
