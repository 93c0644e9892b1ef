"""Zalo: the grant of an Official Account, and chats with their last interaction."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "zalo_grants",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("access_token", sa.String(), nullable=False),
        sa.Column("refresh_token", sa.String(), nullable=False),
        sa.Column("begun_with", sa.String(), nullable=False),
        sa.Column("access_until", TIME, nullable=True),
        sa.Column("refreshed_at", TIME, nullable=True),
        sa.Column("refresh_until", TIME, nullable=True),
        sa.Column("turn_until", TIME, nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_zalo_grants")),
    )
    op.create_table(
        "zalo_chats",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("interacted_at", TIME, nullable=True),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("typed_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_zalo_chats")),
    )


def downgrade() -> None:
    op.drop_table("zalo_chats")
    op.drop_table("zalo_grants")
