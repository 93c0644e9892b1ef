"""Who receives the results of surveys every week."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "result_subscriptions",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_result_subscriptions_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_result_subscriptions")),
    )


def downgrade() -> None:
    op.drop_table("result_subscriptions")
