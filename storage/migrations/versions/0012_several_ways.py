"""Several addresses of one person: which is preferred, in which order they are tried, and codes that link them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("persons", sa.Column("prefers", sa.String(), server_default="", nullable=False))
    op.add_column("broadcasts", sa.Column("channels", sa.String(), server_default="", nullable=False))
    op.add_column("deliveries", sa.Column("tried", sa.String(), server_default="", nullable=False))
    op.create_table(
        "link_codes",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person_id", NUMBER, sa.ForeignKey("persons.id"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("person_id"),
    )


def downgrade() -> None:
    op.drop_table("link_codes")
    for table, column in (("deliveries", "tried"), ("broadcasts", "channels"), ("persons", "prefers")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
