"""after submit: the candidate's own pages, demographics, erasure."""

from alembic import op

from assess.db import row_security
import sqlalchemy as sa
import assess.db.base
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = assess.db.base.UtcDateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def _owner(table: str) -> list[sa.Constraint]:
    """Give what every record of an organisation has."""
    return [
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    ]


def _within(table: str, column: str, other: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def upgrade() -> None:
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "erased_at",
                MOMENT,
                nullable=True,
                comment="only a place in rankings is left; name, address and code are gone",
            )
        )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "withdrawn_at", MOMENT, nullable=True, comment="the person no longer takes part"
            )
        )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "withdrawn_at",
                MOMENT,
                nullable=True,
                comment="its file held somebody who was erased; none again when it is made anew",
            )
        )
    op.create_table(
        "erasure_receipt",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "number",
            sa.String(length=32),
            nullable=False,
            comment="random; known to the person alone",
        ),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column(
            "removed", DOCUMENT, nullable=False, comment="how many records of each kind"
        ),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("erasure_receipt"),
        sa.UniqueConstraint("number", name=op.f("uq_erasure_receipt_number")),
    )
    op.create_table(
        "review_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=1000),
            nullable=False,
            comment="in the person's words; may be empty",
        ),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by", KEY, nullable=True, comment="the member who answered"),
        sa.Column("answer", sa.String(length=4000), nullable=True, comment="to the person"),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("review_request"),
        _within("review_request", "invitation_id", "invitation"),
        _within("review_request", "answered_by", "member"),
    )
    op.create_index(op.f("ix_review_request_invitation_id"), "review_request", ["invitation_id"])
    op.create_table(
        "act_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column(
            "code_hmac",
            sa.String(length=64),
            nullable=True,
            comment="none until it is mailed, which is when it is drawn",
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("act_code"),
        _within("act_code", "invitation_id", "invitation"),
    )
    op.create_index(op.f("ix_act_code_invitation_id_act"), "act_code", ["invitation_id", "act"])
    op.create_table(
        "contact_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False, comment="lower case"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("contact_change"),
        _within("contact_change", "invitation_id", "invitation"),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_contact_change_invitation_id")),
    )
    op.create_table(
        "erasure_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("candidate_id", KEY, nullable=False),
        sa.Column(
            "receipt",
            sa.String(length=32),
            nullable=False,
            comment="the number the receipt will have",
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("erasure_request"),
        _within("erasure_request", "candidate_id", "candidate"),
        sa.UniqueConstraint("receipt", name=op.f("uq_erasure_request_receipt")),
    )
    op.create_index(op.f("ix_erasure_request_candidate_id"), "erasure_request", ["candidate_id"])
    op.create_table(
        "experience",
        sa.Column("id", KEY, nullable=False),
        sa.Column("campaign_id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column("fairness", sa.Integer(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("experience"),
        _within("experience", "campaign_id", "campaign"),
        _within("experience", "invitation_id", "invitation"),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_experience_invitation_id")),
        sa.CheckConstraint(
            "fairness BETWEEN 1 AND 5", name=op.f("ck_experience_fairness_of_five")
        ),
        sa.CheckConstraint("ease BETWEEN 1 AND 5", name=op.f("ck_experience_ease_of_five")),
    )
    op.create_index(op.f("ix_experience_campaign_id"), "experience", ["campaign_id"])
    op.create_table(
        "demographic_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("candidate_id", KEY, nullable=False),
        sa.Column(
            "pseudonym",
            sa.String(length=32),
            nullable=False,
            comment="random, derived from nothing",
        ),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("demographic_link"),
        sa.UniqueConstraint(
            "organisation_id",
            "candidate_id",
            name=op.f("uq_demographic_link_organisation_id_candidate_id"),
        ),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_demographic_link_pseudonym")),
    )
    op.create_table(
        "demographic_answer",
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_demographic_answer_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("pseudonym", "question", name=op.f("pk_demographic_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "demographic_release",
        sa.Column("id", KEY, nullable=False),
        sa.Column("campaign_id", KEY, nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column(
            "people",
            DOCUMENT,
            nullable=False,
            comment="went: numbers; selected: numbers; no groups",
        ),
        sa.Column("shown", DOCUMENT, nullable=False, comment="the table as it was shown"),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        *_owner("demographic_release"),
        _within("demographic_release", "campaign_id", "campaign"),
    )
    op.create_index(
        op.f("ix_demographic_release_organisation_id_campaign_id_question"),
        "demographic_release",
        ["organisation_id", "campaign_id", "question"],
    )
    row_security.enable(
        op,
        "erasure_receipt",
        "review_request",
        "act_code",
        "contact_change",
        "erasure_request",
        "experience",
        "demographic_link",
        "demographic_answer",
        "demographic_release",
    )


def downgrade() -> None:
    for table in (
        "demographic_release",
        "demographic_answer",
        "demographic_link",
        "experience",
        "erasure_request",
        "contact_change",
        "act_code",
        "review_request",
        "erasure_receipt",
    ):
        op.drop_table(table)
    for table, *columns in (
        ("report", "withdrawn_at"),
        ("invitation", "withdrawn_at"),
        ("candidate", "erased_at"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
