"""second factors: authenticator apps, recovery codes, passkeys, and who must have one."""

import sqlalchemy as sa
from alembic import op

import assess.db.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, assess.db.base.UtcDateTime(timezone=True), nullable=nullable)


def of_user(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", key(), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    # A user's, not an organisation's, as the user's password is: no row-level security.
    op.create_table(
        "authenticator_app",
        *of_user("authenticator_app"),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column(
            "secret", sa.Text(), nullable=False, comment="what codes are made of, encrypted"
        ),
        sa.Column(
            "last_counter", key(), nullable=True, comment="of the last code that was used"
        ),
        moment("added_at"),
        sa.UniqueConstraint("user_id", "in_use", name=op.f("uq_authenticator_app_user_id_in_use")),
    )
    op.create_table(
        "recovery_code",
        *of_user("recovery_code"),
        sa.Column("digest", sa.String(64), nullable=False),
        moment("made_at"),
        moment("used_at", nullable=True),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_recovery_code_user_id_digest")),
    )
    op.create_table(
        "passkey",
        *of_user("passkey"),
        sa.Column(
            "user_handle", sa.String(64), nullable=False, comment="random, the same for a user's"
        ),
        sa.Column(
            "credential", sa.String(1400), nullable=False, comment="the credential's id, base64url"
        ),
        sa.Column("public_key", sa.LargeBinary(), nullable=False, comment="COSE"),
        sa.Column("sign_count", key(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        moment("added_at"),
        moment("used_at", nullable=True),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)
    # Not in a batch: SQLite would make the table anew, and everything refers to it.
    op.add_column(
        "organisation",
        sa.Column(
            "second_factor",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="whether members must have one",
        ),
    )


def downgrade() -> None:
    op.drop_column("organisation", "second_factor")
    op.drop_table("passkey")
    op.drop_table("recovery_code")
    op.drop_table("authenticator_app")
