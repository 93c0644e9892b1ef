"""Counters of weighted responses: sums of weights and of their squares, how many are inside a part, exact rests."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUMS = ("w", "w2", "ws", "wn", "ws2", "wsn", "wn2")


def upgrade() -> None:
    for table, floats, numbers in (
        ("answer_counts", ("w", "w2"), ("w_rest", "w2_rest")),
        ("index_sums", ("w2",), ("inside", *(f"{name}_rest" for name in SUMS))),
    ):
        for name in floats:
            op.add_column(table, sa.Column(name, sa.Float(), server_default="0", nullable=False))
        for name in numbers:
            op.add_column(table, sa.Column(name, NUMBER, server_default="0", nullable=False))
    # Until now every response weighed one.
    op.execute("UPDATE answer_counts SET w = n, w2 = n")
    op.execute("UPDATE index_sums SET w2 = responses")
    # How many have a valid answer in a part was not kept; where some left out a whole part, a recount tells.
    op.execute("UPDATE index_sums SET inside = CASE WHEN wn > 0 THEN responses ELSE 0 END")


def downgrade() -> None:
    for table, columns in (
        ("answer_counts", ("w", "w2", "w_rest", "w2_rest")),
        ("index_sums", ("w2", "inside", *(f"{name}_rest" for name in SUMS))),
    ):
        with op.batch_alter_table(table) as changed:
            for name in columns:
                changed.drop_column(name)
