"""comfort, order, time and notice of a sitting; time limits; questions for another way."""

import sqlalchemy as sa
from alembic import op

import assess.db.base
from assess.db import row_security

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = assess.db.base.UtcDateTime(timezone=True)
TABLES = ("sitting_comfort", "sitting_clock", "sitting_time", "notice_shown", "way_request")


def upgrade() -> None:
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "seed",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="of the order of items; 0 is the written one",
            )
        )
        batch_op.add_column(
            sa.Column(
                "device",
                sa.String(length=6),
                nullable=True,
                comment="phone or larger; at the start",
            )
        )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "time_limit_minutes", sa.Integer(), nullable=True, comment="none: nobody is hurried"
            )
        )
        batch_op.create_check_constraint(
            op.f("ck_campaign_time_limit_from_five"), "time_limit_minutes >= 5"
        )
    _of_sitting(
        "sitting_comfort",
        sa.Column("text", sa.String(length=8), nullable=False),
        sa.Column("contrast", sa.Boolean(), nullable=False),
        sa.Column("easy_font", sa.Boolean(), nullable=False),
        sa.Column("still", sa.Boolean(), nullable=False),
        sa.Column("aloud", sa.Boolean(), nullable=False),
        sa.Column("few_items", sa.Boolean(), nullable=False),
        sa.Column(
            "extra_time",
            sa.String(length=4),
            nullable=False,
            comment="factor of the time limit, or none",
        ),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_sitting_comfort_sitting_id")),
    )
    _of_sitting(
        "sitting_clock",
        sa.Column(
            "used", sa.Integer(), nullable=False, comment="milliseconds of active time before since"
        ),
        sa.Column("since", MOMENT, nullable=True, comment="the last act; none while it stands"),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_sitting_clock_sitting_id")),
    )
    _of_sitting(
        "sitting_time",
        sa.Column(
            "battery", sa.String(length=64), nullable=False, comment="of the instruments' digests"
        ),
        sa.Column("device", sa.String(length=6), nullable=True),
        sa.Column(
            "slower",
            sa.Boolean(),
            nullable=False,
            comment="read aloud, or fewer items on a screen",
        ),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_sitting_time_sitting_id")),
    )
    op.create_index(
        op.f("ix_sitting_time_organisation_id_battery"),
        "sitting_time",
        ["organisation_id", "battery"],
    )
    _of_sitting(
        "notice_shown",
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "grade", sa.Double(), nullable=True, comment="reading grade; none outside English"
        ),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.UniqueConstraint(
            "sitting_id",
            "version",
            "language",
            name=op.f("uq_notice_shown_sitting_id_version_language"),
        ),
        sa.CheckConstraint(
            "agreed_at >= shown_at", name=op.f("ck_notice_shown_shown_before_agreed")
        ),
    )
    op.create_table(
        "way_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column(
            "message",
            sa.String(length=1000),
            nullable=False,
            comment="empty: just the question",
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column(
            "answered_by",
            KEY,
            nullable=True,
            comment="the member who has answered",
        ),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owned("way_request"),
        *_within("way_request", "invitation_id", "invitation"),
        *_within("way_request", "answered_by", "member"),
    )
    op.create_index(op.f("ix_way_request_invitation_id"), "way_request", ["invitation_id"])
    row_security.enable(op, *TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_campaign_time_limit_from_five"), type_="check")
        batch_op.drop_column("time_limit_minutes")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("device")
        batch_op.drop_column("seed")


def _of_sitting(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("sitting_id", KEY, nullable=False),
        *columns,
        sa.Column("organisation_id", KEY, nullable=False),
        *_owned(table),
        *_within(table, "sitting_id", "sitting"),
    )


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f(f"fk_{table}_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    )


def _within(table: str, column: str, other: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id", column],
            [f"{other}.organisation_id", f"{other}.id"],
            name=op.f(f"fk_{table}_organisation_id_{column}"),
        ),
    )
