"""requirements of a campaign, and what people declare about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def document(name: str, comment: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    return sa.Column(name, kind, nullable=False, comment=comment)


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, assess.db.base.UtcDateTime(timezone=True), nullable=False)


def owned(table: str, **parts: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
            )
            for column, other in parts.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    )


def upgrade() -> None:
    op.create_table(
        "campaign_requirements",
        sa.Column("id", key(), nullable=False),
        sa.Column("campaign_id", key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        document("asked", "{requirements: [...]}; an empty list asks nothing"),
        sa.Column("note", sa.String(500), nullable=False, comment="why it was changed"),
        sa.Column("made_by", key(), nullable=True, comment="the member; none for the system"),
        moment("made_at"),
        sa.Column("organisation_id", key(), nullable=False),
        *owned("campaign_requirements", campaign_id="campaign", made_by="member"),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("uq_campaign_requirements_campaign_id_number")
        ),
    )
    op.create_table(
        "declaration",
        sa.Column("id", key(), nullable=False),
        sa.Column("invitation_id", key(), nullable=False),
        sa.Column("requirements_id", key(), nullable=False),
        document("answers", "by question; a question left is not there"),
        moment("given_at"),
        sa.Column("organisation_id", key(), nullable=False),
        *owned("declaration", invitation_id="invitation", requirements_id="campaign_requirements"),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_declaration_invitation_id")),
    )
    row_security.enable(op, "campaign_requirements", "declaration")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "requirements_state",
                sa.String(10),
                nullable=True,
                comment="met, not_met, not_said; none before the person was asked",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_column("requirements_state")
    op.drop_table("declaration")
    op.drop_table("campaign_requirements")
