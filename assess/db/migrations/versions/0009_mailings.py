"""mailings: what a campaign wants, who wants none, every mail to a person."""

from alembic import op
import sqlalchemy as sa

import assess.db.base
from assess.db import row_security

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("campaign") as batch_op:
        batch_op.add_column(
            sa.Column("time_zone", sa.String(length=64), nullable=True, comment="IANA; none is UTC")
        )
        for name in ("remind_not_started", "remind_stalled", "remind_deadline"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true())
            )
        batch_op.add_column(
            sa.Column(
                "quiet_weekend",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="no reminder on Saturday and Sunday",
            )
        )
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.add_column(
            sa.Column(
                "time_zone",
                sa.String(length=64),
                nullable=True,
                comment="IANA; none is the campaign's",
            )
        )
        batch_op.add_column(
            sa.Column(
                "reminders_stopped_at",
                Utc,
                nullable=True,
                comment="the person wants no reminders; invitations are still sent",
            )
        )
    op.create_table(
        "mailing",
        sa.Column("id", Key, nullable=False),
        sa.Column("invitation_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="first, second … mail of its kind"),
        sa.Column(
            "message_id",
            sa.String(length=60),
            nullable=False,
            comment="left of the @; cannot be guessed, so no report can be forged",
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("queued_at", Utc, nullable=False),
        sa.Column("sent_at", Utc, nullable=True),
        sa.Column(
            "closed_at", Utc, nullable=True, comment="when it was refused, came back, fell away"
        ),
        sa.Column(
            "status", sa.String(length=20), nullable=True, comment="of the refusal, as 5.1.1"
        ),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.Column("organisation_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "invitation_id"],
            ["invitation.organisation_id", "invitation.id"],
            name=op.f("fk_mailing_organisation_id_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mailing_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint(
            "organisation_id",
            "invitation_id",
            "kind",
            "ordinal",
            name=op.f("uq_mailing_organisation_id_invitation_id_kind_ordinal"),
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_mailing_message_id")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_mailing_organisation_id_id")),
    )
    row_security.enable(op, "mailing")


def downgrade() -> None:
    op.drop_table("mailing")
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.drop_column("reminders_stopped_at")
        batch_op.drop_column("time_zone")
    with op.batch_alter_table("campaign") as batch_op:
        batch_op.drop_column("quiet_weekend")
        for name in ("remind_deadline", "remind_stalled", "remind_not_started"):
            batch_op.drop_column(name)
        batch_op.drop_column("time_zone")
