"""Incidents: at most one open of a kind and subject; quarantined arrivals are counted without reading the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("closed_at IS NULL")
SET_ASIDE = sa.text("status = 'quarantined'")


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "uq_incidents_open", "incidents", ["kind", "subject"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_inbox_quarantined", "inbox", ["received_at"], sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE
    )
    # Wrong counters are an incident now; the next nightly recount opens it if they are still wrong.
    op.execute("DELETE FROM notices WHERE kind = 'counters wrong'")


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind LIKE 'incident %'")
    op.drop_index("ix_inbox_quarantined", table_name="inbox")
    op.drop_table("incidents")
