"""version impact: ratios by group, once for a version on a closed campaign."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PARTS = {
    "campaign_id": "campaign",
    "profile_version_id": "profile_version",
    "made_by": "member",
}


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    ratios = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "version_impact",
        sa.Column("id", key(), nullable=False),
        sa.Column("campaign_id", key(), nullable=False),
        sa.Column("profile_version_id", key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="UTC"),
        sa.Column(
            "pool_digest",
            sa.String(64),
            nullable=False,
            comment="of the ranking it was counted on",
        ),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "ratios",
            ratios,
            nullable=False,
            comment="by question: groups [[code, ratio to the nearest .05 or none, unstable]], "
            "earlier",
        ),
        sa.Column(
            "made_by", sa.Integer(), nullable=True, comment="the member; none for the system"
        ),
        sa.Column("made_at", assess.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_version_impact_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_version_impact_organisation_id_{column}"),
            )
            for column, other in PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_impact")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_version_impact_organisation_id_id")
        ),
        sa.UniqueConstraint(
            "campaign_id",
            "profile_version_id",
            name=op.f("uq_version_impact_campaign_id_profile_version_id"),
        ),
        sa.UniqueConstraint(
            "campaign_id", "day", name=op.f("uq_version_impact_campaign_id_day")
        ),
    )
    row_security.enable(op, "version_impact")


def downgrade() -> None:
    op.drop_table("version_impact")
