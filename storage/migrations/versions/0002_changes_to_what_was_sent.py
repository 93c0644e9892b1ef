"""Corrections and withdrawals, files that travel along, and the floor of a marked row."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "remote_files",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["files.sha256"], name=op.f("fk_remote_files_sha256_files"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", "sha256", name=op.f("pk_remote_files")),
    )
    with op.batch_alter_table("bulletins") as bulletins:
        bulletins.add_column(sa.Column("picture", sa.JSON(), nullable=True))
        bulletins.add_column(sa.Column("document", sa.JSON(), nullable=True))
        bulletins.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("broadcasts") as broadcasts:
        broadcasts.add_column(sa.Column("kind", sa.String(), server_default="send", nullable=False))
        broadcasts.add_column(sa.Column("of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        broadcasts.create_foreign_key(op.f("fk_broadcasts_of_id_broadcasts"), "broadcasts", ["of_id"], ["id"])
    # the largest table is altered in place: a constant default costs nothing, a copy of it would
    op.add_column("deliveries", sa.Column("targets", sa.String(), server_default="", nullable=False))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("deliveries", sa.Column("floor", number, server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("deliveries", "floor")
    op.drop_column("deliveries", "targets")
    with op.batch_alter_table("broadcasts") as broadcasts:
        broadcasts.drop_constraint(op.f("fk_broadcasts_of_id_broadcasts"), type_="foreignkey")
        broadcasts.drop_column("of_id")
        broadcasts.drop_column("kind")
    with op.batch_alter_table("bulletins") as bulletins:
        bulletins.drop_column("withdrawn_at")
        bulletins.drop_column("document")
        bulletins.drop_column("picture")
    op.drop_table("remote_files")
    op.drop_table("files")
