"""own texts of mails, acts on many people, closing by hand; the queue's index in its order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
Document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLES = ("people_act", "mail_wording")
ACT = "of the form: sent twice is once"


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def owned(table: str, **within: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        *(reference(table, column, other) for column, other in within.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "act", name=op.f(f"uq_{table}_organisation_id_act")),
    ]


def upgrade() -> None:
    op.create_table(
        "mail_wording",
        sa.Column("id", Key, nullable=False),
        sa.Column("brand_id", Key),
        sa.Column("campaign_id", Key),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(200)),
        sa.Column("body", sa.String(6000), comment="with {placeholders}"),
        sa.Column("written_by", Key, nullable=False),
        sa.Column("written_at", Utc, nullable=False),
        sa.Column("act", sa.String(40), nullable=False, comment=ACT),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("mail_wording", brand_id="brand", campaign_id="campaign", written_by="member"),
        sa.CheckConstraint(
            "brand_id IS NULL OR campaign_id IS NULL", name=op.f("ck_mail_wording_one_scope")
        ),
    )
    op.create_index(
        op.f("ix_mail_wording_organisation_id_kind_language"),
        "mail_wording",
        ["organisation_id", "kind", "language"],
    )
    op.create_table(
        "people_act",
        sa.Column("id", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("chosen", Document, nullable=False, comment="{state} or {invitations}"),
        sa.Column("counts", Document, nullable=False, comment="people by what became of them"),
        sa.Column("place", Key, nullable=False, comment="the last invitation's id dealt with"),
        sa.Column("made_by", Key, nullable=False),
        sa.Column("made_at", Utc, nullable=False),
        sa.Column("done_at", Utc),
        sa.Column("act", sa.String(40), nullable=False, comment=ACT),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("people_act", campaign_id="campaign", made_by="member"),
    )
    op.create_index(
        op.f("ix_people_act_organisation_id_campaign_id"),
        "people_act",
        ["organisation_id", "campaign_id"],
    )
    row_security.enable(op, *TABLES)
    with op.batch_alter_table("campaign") as batch_op:
        batch_op.add_column(
            sa.Column("closed_at", Utc, comment="a member closed it before its last day")
        )
    _add_to_invitation()
    _add_to_mailing()
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index(op.f("ix_job_state_run_after"))
        batch_op.create_index(
            op.f("ix_job_state_priority_run_after_id"), ["state", "priority", "run_after", "id"]
        )


def _add_to_invitation() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(
            sa.Column(
                "withdrawn_by",
                Key,
                comment="the member who took the invitation back; none: the person withdrew",
            )
        )
        batch_op.add_column(
            sa.Column(
                "decision",
                sa.String(10),
                comment="the kind that counts, told by the room of rankings",
            )
        )
        _refer(batch_op, "invitation", "withdrawn_by", "member")
    op.execute(
        "UPDATE invitation SET decision = (SELECT decision.kind FROM decision WHERE decision.id ="
        " (SELECT max(newer.id) FROM decision AS newer"
        " WHERE newer.campaign_id = invitation.campaign_id"
        " AND newer.candidate_id = invitation.candidate_id))"
    )


def _add_to_mailing() -> None:
    with op.batch_alter_table("mailing") as batch_op:
        batch_op.add_column(
            sa.Column(
                "wording_id",
                Key,
                comment="the organisation's own text it was sent with; none: ours",
            )
        )
        batch_op.add_column(
            sa.Column(
                "act_id",
                Key,
                comment="the act by which a member had it sent; none: it came by itself",
            )
        )
        _refer(batch_op, "mailing", "wording_id", "mail_wording")
        _refer(batch_op, "mailing", "act_id", "people_act")


def _refer(batch_op: object, table: str, column: str, other: str) -> None:
    batch_op.create_foreign_key(  # type: ignore[attr-defined]
        op.f(f"fk_{table}_organisation_id_{column}"),
        other,
        ["organisation_id", column],
        ["organisation_id", "id"],
    )


def downgrade() -> None:
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index(op.f("ix_job_state_priority_run_after_id"))
        batch_op.create_index(op.f("ix_job_state_run_after"), ["state", "run_after"])
    with op.batch_alter_table("mailing") as batch_op:
        for column in ("wording_id", "act_id"):
            batch_op.drop_constraint(op.f(f"fk_mailing_organisation_id_{column}"), type_="foreignkey")
            batch_op.drop_column(column)
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_constraint(
            op.f("fk_invitation_organisation_id_withdrawn_by"), type_="foreignkey"
        )
        batch_op.drop_column("withdrawn_by")
        batch_op.drop_column("decision")
    with op.batch_alter_table("campaign") as batch_op:
        batch_op.drop_column("closed_at")
    for table in reversed(TABLES):
        op.drop_table(table)
