"""the pool: phone and year of birth, what people are found by, duplicates, merged records."""

import secrets
from itertools import islice

import sqlalchemy as sa
from alembic import op

import assess.db.base
from assess.candidates.names import found_by, name_key
from assess.db import row_security

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = assess.db.base.UtcDateTime(timezone=True)
Found = sa.String(600).with_variant(sa.String(600, collation="C"), "postgresql")
THERE = sa.text("erased_at IS NULL")
INDEXES = {
    "ix_candidate_by_name": ("found_by", "handle"),
    "ix_candidate_by_day": ("created_at", "handle"),
    "ix_candidate_source": ("source",),
    "ix_candidate_phone": ("phone",),
    "ix_candidate_same_year": ("birth_year", "name_key"),
}
OF_THOSE_THERE = ("ix_candidate_by_name", "ix_candidate_by_day")
TABLES = ("merged_person", "duplicate_pair")


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
    _widen_candidate()
    op.create_table(
        "merged_person",
        sa.Column("id", Key, nullable=False),
        sa.Column("candidate_id", Key, nullable=False, comment="the record that is gone"),
        sa.Column("merged_into", Key, nullable=False, comment="the record that was kept"),
        sa.Column("merged_at", Utc, nullable=False),
        sa.Column("organisation_id", Key, nullable=False),
        *owned("merged_person", candidate_id="candidate", merged_into="candidate"),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_merged_person_candidate_id")),
    )
    op.create_index(op.f("ix_merged_person_merged_into"), "merged_person", ["merged_into"])
    op.create_table(
        "duplicate_pair",
        sa.Column("id", Key, nullable=False),
        sa.Column("first_id", Key, nullable=False, comment="the lower number of the two"),
        sa.Column("second_id", Key, nullable=False),
        sa.Column("found_at", Utc, nullable=False),
        sa.Column("dismissed_at", Utc, comment="they are not the same person"),
        sa.Column("dismissed_by", Key, comment="the member who said so"),
        sa.Column("organisation_id", Key, nullable=False),
        *owned(
            "duplicate_pair", first_id="candidate", second_id="candidate", dismissed_by="member"
        ),
        sa.UniqueConstraint(
            "first_id", "second_id", name=op.f("uq_duplicate_pair_first_id_second_id")
        ),
    )
    op.create_index(op.f("ix_duplicate_pair_second_id"), "duplicate_pair", ["second_id"])
    row_security.enable(op, *TABLES)


def _widen_candidate() -> None:
    columns = (
        sa.Column("phone", sa.String(16), comment="E.164, with the plus"),
        sa.Column(
            "birth_year",
            sa.Integer(),
            comment="to find the same person twice; in no ranking and no score",
        ),
        sa.Column(
            "handle",
            sa.String(16),
            comment="in addresses of the pool: the id stands beside codes in a blind review",
        ),
        sa.Column("found_by", Found, comment="name, address, phone; lower case, no accents"),
        sa.Column("name_key", sa.String(200), comment="the name's words in order"),
    )
    for column in columns:
        op.add_column("candidate", column)
    _fill()
    with op.batch_alter_table("candidate") as batch_op:
        for name, kind in (
            ("handle", sa.String(16)),
            ("found_by", Found),
            ("name_key", sa.String(200)),
        ):
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.create_unique_constraint(
            op.f("uq_candidate_organisation_id_handle"), ["organisation_id", "handle"]
        )
    for name, columns_of in INDEXES.items():
        where = THERE if name in OF_THOSE_THERE else None
        op.create_index(
            name, "candidate", ["organisation_id", *columns_of],
            postgresql_where=where, sqlite_where=where,
        )  # fmt: skip


def _fill() -> None:
    """Give everybody in the pool what they are found by."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("SELECT set_config('assess.scope', 'all', true)")
    people = iter(connection.execute(sa.text("SELECT id, name, email FROM candidate")).all())
    filled = sa.text(
        "UPDATE candidate SET handle = :handle, found_by = :found_by, name_key = :name_key "
        "WHERE id = :id"
    )
    while some := list(islice(people, 5_000)):
        connection.execute(
            filled,
            [
                {
                    "id": id_,
                    "handle": secrets.token_hex(8),
                    "found_by": found_by(name, email, None),
                    "name_key": name_key(name),
                }
                for id_, name, email in some
            ],
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in INDEXES:
        op.drop_index(name, "candidate")
    with op.batch_alter_table("candidate") as batch_op:
        batch_op.drop_constraint(op.f("uq_candidate_organisation_id_handle"), type_="unique")
        for name in ("name_key", "found_by", "handle", "birth_year", "phone"):
            batch_op.drop_column(name)
