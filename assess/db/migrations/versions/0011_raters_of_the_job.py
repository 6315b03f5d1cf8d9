"""raters of the job: rounds of ratings, and who was asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("rating_round", "rater")


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment(name: str, comment: str | None = None, *, nullable: bool = False) -> sa.Column[object]:
    kind = assess.db.base.UtcDateTime(timezone=True)
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def document(name: str, comment: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    return sa.Column(name, kind, nullable=False, comment=comment)


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


def upgrade() -> None:
    op.create_table(
        "rating_round",
        sa.Column("id", key(), nullable=False),
        sa.Column("profile_id", key(), nullable=False),
        sa.Column("version_id", key(), nullable=False, comment="the version the raters are shown"),
        moment("opened_at"),
        sa.Column(
            "opened_by", sa.Integer(), nullable=True, comment="the member; none for the system"
        ),
        document(
            "talks",
            "held: [{at, raters, icc, items, digest}], each time the raters were asked to talk",
        ),
        moment("closed_at", "nothing is rated from then on", nullable=True),
        sa.Column("digest", sa.String(64), nullable=True, comment="of the ratings adopted"),
        sa.Column(
            "adopted_version_id", sa.Integer(), nullable=True, comment="none: closed without"
        ),
        sa.Column("organisation_id", key(), nullable=False),
        *owned(
            "rating_round",
            profile_id="profile",
            version_id="profile_version",
            adopted_version_id="profile_version",
            opened_by="member",
        ),
    )
    with op.batch_alter_table("rating_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_round_organisation_id_profile_id"),
            ["organisation_id", "profile_id"],
            unique=False,
        )
    _create_rater()
    row_security.enable(op, *TABLES)


def _create_rater() -> None:
    op.create_table(
        "rater",
        sa.Column("id", key(), nullable=False),
        sa.Column("round_id", key(), nullable=False),
        sa.Column(
            "place",
            sa.Integer(),
            nullable=False,
            comment="drawn by lot: the letter tells no order",
        ),
        sa.Column("name", sa.String(200), nullable=True, comment="none once forgotten"),
        sa.Column("email", sa.String(255), nullable=True, comment="none once forgotten"),
        sa.Column(
            "generation", sa.Integer(), nullable=False, comment="of the link; raising it revokes"
        ),
        moment("link_ends"),
        sa.Column("turn", sa.Integer(), nullable=False, comment="how many mails were asked for"),
        moment("asked_at"),
        moment("mailed_at", nullable=True),
        sa.Column("mail_fault", sa.String(200), nullable=True),
        moment("opened_at", nullable=True),
        moment("saved_at", nullable=True),
        document("ratings", "0 to 5 by statement"),
        moment("revoked_at", nullable=True),
        moment("forgotten_at", nullable=True),
        sa.Column("organisation_id", key(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 30", name=op.f("ck_rater_place_of_thirty")),
        *owned("rater", round_id="rating_round"),
        sa.UniqueConstraint("round_id", "place", name=op.f("uq_rater_round_id_place")),
        sa.UniqueConstraint("round_id", "email", name=op.f("uq_rater_round_id_email")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
