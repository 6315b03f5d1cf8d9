"""answers from two devices, and the code that moves a sitting to another device."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "waited",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="milliseconds on the device before it came",
            )
        )
        batch_op.add_column(
            sa.Column(
                "counts",
                sa.Boolean(),
                server_default=sa.true(),
                nullable=False,
                comment="false: given before another answer that had come first",
            )
        )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "moves",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="generation of the code that moves it to another device",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("moves")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_column("counts")
        batch_op.drop_column("waited")
