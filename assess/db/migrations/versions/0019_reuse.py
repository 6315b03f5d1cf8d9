"""answers used for several campaigns, and the rule for answering again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
Document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLES = ("retest_rule", "retest_exception", "reuse_agreement")


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


def refer(table: str, column: str, other: str, comment: str) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(sa.Column(column, Key, comment=comment))
        batch_op.create_foreign_key(
            batch_op.f(f"fk_{table}_organisation_id_{column}"),
            other,
            ["organisation_id", column],
            ["organisation_id", "id"],
        )


def upgrade() -> None:
    refer(
        "attempt",
        "given_in",
        "attempt",
        "the attempt with the answers, where those of another sitting are used",
    )
    op.create_index(op.f("ix_attempt_given_in"), "attempt", ["given_in"])
    refer(
        "invitation",
        "considered_from",
        "campaign",
        "the campaign whose answers the person is asked to lend, if any",
    )
    op.create_table(
        "retest_rule",
        sa.Column("id", Key, nullable=False),
        sa.Column("campaign_id", Key, comment="none: the organisation's own"),
        sa.Column("cool_off_days", sa.Integer(), nullable=False),
        sa.Column("most_in_year", sa.Integer(), nullable=False),
        sa.Column("counts", sa.String(6), nullable=False, comment="latest or first"),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("retest_rule", campaign_id="campaign"),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_retest_rule_campaign_id")),
    )
    only_one("uq_retest_rule_of_organisation", "retest_rule", "organisation_id", "campaign_id")
    op.create_table(
        "retest_exception",
        sa.Column("id", Key, nullable=False),
        sa.Column("invitation_id", Key, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("allowed_by", Key, nullable=False),
        sa.Column("allowed_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("retest_exception", invitation_id="invitation", allowed_by="member"),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_retest_exception_invitation_id")),
    )
    op.create_table(
        "reuse_agreement",
        sa.Column("id", Key, nullable=False),
        sa.Column("invitation_id", Key, nullable=False),
        sa.Column("notice_version", sa.String(20), nullable=False),
        sa.Column("language", sa.String(10), nullable=False, comment="in which it was read"),
        sa.Column(
            "given_on", sa.Date(), nullable=False, comment="the day of the oldest answers used"
        ),
        sa.Column(
            "counts", sa.String(6), nullable=False, comment="of the rule then: latest or first"
        ),
        sa.Column(
            "used",
            Document,
            nullable=False,
            comment="answers: [{instrument, digest, attempt, sitting, given_on}]",
        ),
        sa.Column("agreed_at", Utc, nullable=False),
        sa.Column("withdrawn_at", Utc),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("reuse_agreement", invitation_id="invitation"),
        sa.CheckConstraint(
            "withdrawn_at >= agreed_at", name=op.f("ck_reuse_agreement_agreed_before_withdrawn")
        ),
    )
    only_one("uq_reuse_agreement_in_force", "reuse_agreement", "invitation_id", "withdrawn_at")
    row_security.enable(op, *TABLES)


def only_one(name: str, table: str, column: str, none: str) -> None:
    where = sa.text(f"{none} IS NULL")
    op.create_index(
        name, table, [column], unique=True, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, column in (("invitation", "considered_from"), ("attempt", "given_in")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f"fk_{table}_organisation_id_{column}", type_="foreignkey")
            if table == "attempt":
                batch_op.drop_index("ix_attempt_given_in")
            batch_op.drop_column(column)
