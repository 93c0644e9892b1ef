"""Several processes on one database: leases, one budget for each bot, and notices that one process has in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    moments = ("tat", "reply_tat", "frozen_until", "calm_since", "scout_until")
    op.create_table(
        "budgets",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("ceiling", sa.Float(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in moments),
        sa.Column("episodes", NUMBER, nullable=False),
        sa.Column("handed", NUMBER, nullable=False),
        sa.Column("scout", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_budgets"),
    )
    op.add_column("notices", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notices") as changed:
        changed.drop_column("held_until")
    op.drop_table("budgets")
    op.drop_table("leases")
