"""More ways on Zalo: the sample by Zalo id or telephone, who follows an account, and articles that were broadcast."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INVITED_BEFORE = """
UPDATE cases SET via = CASE WHEN telegram <> '' AND EXISTS (SELECT 1 FROM contacts WHERE channel = 'telegram'
AND address = cases.telegram AND stopped_at IS NULL) THEN 'telegram' WHEN email <> '' THEN 'email' ELSE '' END
WHERE status IN ('sending', 'sent', 'unknown')
"""


def upgrade() -> None:
    for name in ("zalo", "via", "tried"):
        op.add_column("cases", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("agreed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(INVITED_BEFORE)
    op.add_column("zalo_chats", sa.Column("follows", sa.Boolean(), nullable=True))
    op.create_table(
        "zalo_articles",
        sa.Column("broadcast_id", NUMBER, sa.ForeignKey("broadcasts.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id"),
    )


def downgrade() -> None:
    op.drop_table("zalo_articles")
    with op.batch_alter_table("zalo_chats") as chats:
        chats.drop_column("follows")
    with op.batch_alter_table("cases") as cases:
        for name in ("agreed", "tried", "via", "zalo"):
            cases.drop_column(name)
