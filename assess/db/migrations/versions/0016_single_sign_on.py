"""brands that are archived; single sign-on by an organisation's own provider."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
Document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLES = ("oidc_provider", "oidc_link", "oidc_request")


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


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def text(name: str, length: int, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, comment=comment)


def upgrade() -> None:
    op.add_column(
        "brand", sa.Column("archived_at", Utc, nullable=True, comment="since then for nothing new")
    )
    op.add_column(
        "member",
        sa.Column(
            "way_in",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="generation of the mailed link to sign in by",
        ),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "only_organisation_id",
                Key,
                nullable=True,
                comment="whose provider said who this is; it opens no other organisation",
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_sign_in_only_organisation_id"),
            "organisation",
            ["only_organisation_id"],
            ["id"],
        )
    _make_provider()
    _make_links()
    row_security.enable(op, *TABLES)


def _make_provider() -> None:
    op.create_table(
        "oidc_provider",
        sa.Column("id", Key, nullable=False),
        text("label", 60, "on the button"),
        text("short_name", 40, "in the address"),
        text("issuer", 255),
        text("client_id", 255),
        text("secret", 2000, "encrypted"),
        sa.Column("endpoints", Document, nullable=False, comment="as the provider told them"),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column(
            "required",
            sa.Boolean(),
            nullable=False,
            comment="a password opens the organisation to administrators alone",
        ),
        sa.Column("tried_at", Utc, nullable=True, comment="none: not since the last change"),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("oidc_provider"),
        unique("oidc_provider", "organisation_id"),
        unique("oidc_provider", "short_name"),
    )


def _make_links() -> None:
    op.create_table(
        "oidc_link",
        sa.Column("id", Key, nullable=False),
        sa.Column("member_id", Key, nullable=False),
        text("issuer", 255),
        text("subject", 255),
        sa.Column("linked_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("oidc_link", member_id="member"),
        unique("oidc_link", "organisation_id", "issuer", "subject"),
        unique("oidc_link", "organisation_id", "member_id"),
    )
    op.create_table(
        "oidc_request",
        sa.Column("id", Key, nullable=False),
        sa.Column("provider_id", Key, nullable=False),
        text("purpose", 10),
        sa.Column("member_id", Key, nullable=True, comment="who sent it; none to sign in"),
        text("state_digest", 64),
        text("browser_digest", 64, "of what the browser's cookie holds"),
        text("next_page", 500),
        sa.Column("began_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("oidc_request", provider_id="oidc_provider", member_id="member"),
        unique("oidc_request", "state_digest"),
    )
    op.create_index(op.f("ix_oidc_request_began_at"), "oidc_request", ["began_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_sign_in_only_organisation_id"), type_="foreignkey"
        )
        batch_op.drop_column("only_organisation_id")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("way_in")
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.drop_column("archived_at")
