"""sign-ins kept on the server, listed and ended."""

import sqlalchemy as sa
from alembic import op

import assess.db.base

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment(name: str, comment: str | None = None, *, nullable: bool = False) -> sa.Column[object]:
    kind = assess.db.base.UtcDateTime(timezone=True)
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def upgrade() -> None:
    # A user's, not an organisation's, as the user's password is: no row-level security.
    op.create_table(
        "sign_in",
        sa.Column("id", key(), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.Column(
            "key_digest",
            sa.String(64),
            nullable=False,
            comment="of what the browser's cookie holds",
        ),
        sa.Column("browser", sa.String(80), nullable=False, comment="in words"),
        sa.Column("address", sa.String(50), nullable=False, comment="without its last part"),
        moment("began_at"),
        moment("seen_at", "to the nearest five minutes"),
        moment("ended_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_sign_in_key_digest")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sign_in")
