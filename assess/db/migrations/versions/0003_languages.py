"""The language of a sitting, which may change, and of each answer, for differential functioning.

Columns are added in place: rebuilding a table would lose its checks on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COMMENTS = {
    "sitting": "of the pages; the person may change it at any time",
    "answer": "in which the item was shown",
}


def upgrade() -> None:
    for table, comment in _COMMENTS.items():
        kind = sa.String(length=10)
        column = sa.Column("language", kind, nullable=False, server_default="en", comment=comment)
        op.add_column(table, column)
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.alter_column(
            "attempt", "language", existing_type=sa.String(length=10),
            comment="in which it was begun",
        )  # fmt: skip
        op.execute("SELECT set_config('assess.scope', 'all', true)")
    op.execute(
        "UPDATE sitting SET language = coalesce((SELECT attempt.language FROM attempt "
        "WHERE attempt.sitting_id = sitting.id ORDER BY attempt.ordinal LIMIT 1), 'en')"
    )
    op.execute(
        "UPDATE answer SET language = "
        "(SELECT attempt.language FROM attempt WHERE attempt.id = answer.attempt_id)"
    )
    if postgresql:
        for table in _COMMENTS:
            op.alter_column(table, "language", server_default=None)


def downgrade() -> None:
    for table in _COMMENTS:
        op.drop_column(table, "language")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("attempt", "language", existing_type=sa.String(length=10), comment=None)
