"""report pages: sheets for the screen, who asked, cancelling; how a brand's reports look."""

import sqlalchemy as sa
from alembic import op

import assess.db.base
from assess.db import row_security

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = assess.db.base.UtcDateTime(timezone=True)
#: Columns of a report that refer to a record of the same organisation.
REFERENCES = (("asked_by", "member"), ("book_file_id", "stored_file"), ("look_id", "brand_look"))
COMMENTS = {
    "asked_by": "the member who asked last while it was not made; none: the system",
    "book_file_id": "its sheets for the screen",
    "look_id": "the brand's look when it was asked for",
}


def upgrade() -> None:
    op.create_table(
        "brand_look",
        sa.Column("id", Key, nullable=False),
        sa.Column("brand_id", Key, nullable=False),
        sa.Column("accent", sa.String(7), nullable=True, comment="#rrggbb"),
        sa.Column("logo", sa.LargeBinary(), nullable=True, comment="PNG, written by us"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_brand_look_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "brand_id"],
            ["brand.organisation_id", "brand.id"],
            name=op.f("fk_brand_look_organisation_id_brand_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_look")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_brand_look_organisation_id_id")),
    )
    with op.batch_alter_table("brand_look") as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_look_brand_id"), ["brand_id"])
    row_security.enable(op, "brand_look")
    with op.batch_alter_table("report") as batch_op:
        for name, table in REFERENCES:
            batch_op.add_column(sa.Column(name, Key, nullable=True, comment=COMMENTS[name]))
            batch_op.create_foreign_key(
                op.f(f"fk_report_organisation_id_{name}"), table,
                ["organisation_id", name], ["organisation_id", "id"],
            )  # fmt: skip
        batch_op.add_column(sa.Column("pages", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "cancelled_at", MOMENT, nullable=True, comment="none again when it is asked for"
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("report") as batch_op:
        for name, _table in REFERENCES:
            batch_op.drop_constraint(op.f(f"fk_report_organisation_id_{name}"), type_="foreignkey")
            batch_op.drop_column(name)
        batch_op.drop_column("pages")
        batch_op.drop_column("cancelled_at")
    op.drop_table("brand_look")
