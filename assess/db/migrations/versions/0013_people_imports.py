"""people imports: files of people to invite, and what became of each row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import assess.db.base
from assess.db import row_security

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
Document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TABLES = ("people_import", "import_row")


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
        "people_import",
        sa.Column("id", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_key", sa.String(length=300), comment="none once it is deleted"),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("columns", Document, nullable=False, comment="places by role, language, tries"),
        sa.Column(
            "counts", Document, nullable=False, comment="people by what would happen, did happen"
        ),
        sa.Column(
            "place",
            sa.Integer(),
            nullable=False,
            comment="people of the file that this step has behind it",
        ),
        sa.Column("made_by", sa.Integer(), comment="the member; none for the system"),
        sa.Column("made_at", Utc, nullable=False),
        sa.Column("done_at", Utc),
        sa.Column("forgotten_at", Utc, comment="its rows are deleted"),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("people_import", campaign_id="campaign", made_by="member"),
    )
    with op.batch_alter_table("people_import") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_people_import_organisation_id_campaign_id"),
            ["organisation_id", "campaign_id"],
        )
    op.create_table(
        "import_row",
        sa.Column("id", Key, nullable=False),
        sa.Column("import_id", Key, nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="of the row in the file, the first line is 1",
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("candidate_id", Key),
        sa.Column("name", sa.String(length=200)),
        sa.Column("email", sa.String(length=255), comment="lower case"),
        sa.Column("fault", sa.String(length=300)),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("import_row", candidate_id="candidate"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "import_id"],
            ["people_import.organisation_id", "people_import.id"],
            name=op.f("fk_import_row_organisation_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_import_row_import_id_number")),
    )
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.create_index(batch_op.f("ix_import_row_candidate_id"), ["candidate_id"])
        batch_op.create_index(
            batch_op.f("ix_import_row_organisation_id_email"), ["organisation_id", "email"]
        )
    row_security.enable(op, *TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
