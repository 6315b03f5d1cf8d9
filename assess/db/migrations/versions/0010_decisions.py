"""decisions: what named people decide, and why; review without names; notes."""

import sqlalchemy as sa
from alembic import op

import assess.db.base
from assess.db import row_security

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
TABLES = ("decision", "outcome_told", "name_reveal", "person_note")


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


def about_a_person(table: str, *columns: sa.schema.SchemaItem, **within: str) -> None:
    """Make a table of what members do about one person in one campaign."""
    op.create_table(
        table,
        sa.Column("id", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("candidate_id", Key, nullable=False),
        *columns,
        sa.Column("organisation_id", Key, nullable=False),
        *owned(table, campaign_id="campaign", candidate_id="candidate", **within),
    )
    with op.batch_alter_table(table) as batch_op:
        batch_op.create_index(
            batch_op.f(f"ix_{table}_campaign_id_candidate_id"), ["campaign_id", "candidate_id"]
        )


def upgrade() -> None:
    about_a_person(
        "decision",
        sa.Column("snapshot_id", Key, nullable=False, comment="the ranking that was looked at"),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=1000),
            nullable=False,
            comment="empty once the person is erased",
        ),
        sa.Column("decided_by", Key, nullable=False),
        sa.Column("decided_at", Utc, nullable=False),
        sa.Column(
            "act", sa.String(length=40), nullable=False, comment="of the form: sent twice is once"
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "act",
            "candidate_id",
            name=op.f("uq_decision_organisation_id_act_candidate_id"),
        ),
        snapshot_id="ranking_snapshot",
        decided_by="member",
    )
    op.create_table(
        "outcome_told",
        sa.Column("id", Key, nullable=False),
        sa.Column("decision_id", Key, nullable=False),
        sa.Column("told_by", Key, nullable=False),
        sa.Column("told_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("outcome_told", decision_id="decision", told_by="member"),
        sa.UniqueConstraint("decision_id", name=op.f("uq_outcome_told_decision_id")),
    )
    about_a_person(
        "name_reveal",
        sa.Column("member_id", Key, nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("revealed_at", Utc, nullable=False),
        sa.UniqueConstraint(
            "campaign_id",
            "candidate_id",
            "member_id",
            name=op.f("uq_name_reveal_campaign_id_candidate_id_member_id"),
        ),
        member_id="member",
    )
    about_a_person(
        "person_note",
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("written_by", Key, nullable=False),
        sa.Column("written_at", Utc, nullable=False),
        sa.Column(
            "act", sa.String(length=40), nullable=False, comment="of the form: sent twice is once"
        ),
        sa.UniqueConstraint("organisation_id", "act", name=op.f("uq_person_note_organisation_id_act")),
        written_by="member",
    )
    row_security.enable(op, *TABLES)
    # Campaigns that run already go on as they were begun.
    with op.batch_alter_table("campaign") as batch_op:
        batch_op.add_column(
            sa.Column(
                "blind",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="codes for names until a decision; new campaigns are",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("campaign") as batch_op:
        batch_op.drop_column("blind")
    for table in reversed(TABLES):
        op.drop_table(table)
