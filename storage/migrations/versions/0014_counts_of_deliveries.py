"""Counts of deliveries, kept by triggers, so that the release before keeps them as well without knowing of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEY = "broadcast_id, shard, status, reason, doubtful, channel, turned, paid"
GROUPS = (
    "{0}broadcast_id, {shard}, {0}status, COALESCE({0}reason, ''), {0}doubtful, {0}channel, {0}tried <> '', "
    "{0}message_ids LIKE 'zbs:%'"
)
ADDED = f"ON CONFLICT ({KEY}) DO UPDATE SET n = delivery_counts.n + excluded.n"


def upgrade() -> None:
    op.create_table(
        "delivery_counts",
        sa.Column("broadcast_id", NUMBER, sa.ForeignKey("broadcasts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("shard", NUMBER, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("turned", sa.Boolean(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "shard", "status", "reason", "doubtful", "channel", "turned", "paid"),
        sqlite_with_rowid=False,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if sqlite else _on_postgresql():
        op.execute(sa.text(statement))
    op.execute(
        sa.text(
            f"INSERT INTO delivery_counts ({KEY}, n) SELECT {GROUPS.format('d.', shard=0)}, count(*) "
            "FROM deliveries AS d GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
        )
    )


def _on_sqlite() -> list[str]:
    """For each row: nothing is said about whole statements there."""

    def count(row: str, by: int) -> str:
        return f"INSERT INTO delivery_counts ({KEY}, n) VALUES ({GROUPS.format(f'{row}.', shard=0)}, {by}) {ADDED};"

    columns = ("broadcast_id", "status", "reason", "doubtful", "channel", "tried", "message_ids")
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    return [
        f"CREATE TRIGGER deliveries_counted_in AFTER INSERT ON deliveries BEGIN {count('NEW', 1)} END",
        f"CREATE TRIGGER deliveries_counted AFTER UPDATE OF {', '.join(columns)} ON deliveries "
        f"WHEN {changed} BEGIN {count('OLD', -1)} {count('NEW', 1)} END",
        f"CREATE TRIGGER deliveries_counted_out AFTER DELETE ON deliveries BEGIN {count('OLD', -1)} END",
    ]


def _on_postgresql() -> list[str]:
    """For each statement, however many rows it changes; the lock is what CREATE TRIGGER takes anyhow."""
    after = f"SELECT {GROUPS.format('', shard='pg_backend_pid()')}, 1 FROM rows_after"
    before = f"SELECT {GROUPS.format('', shard='pg_backend_pid()')}, -1 FROM rows_before"
    kinds = {
        "in": ("INSERT", "NEW TABLE AS rows_after", after),
        "again": ("UPDATE", "OLD TABLE AS rows_before NEW TABLE AS rows_after", f"{after} UNION ALL {before}"),
        "out": ("DELETE", "OLD TABLE AS rows_before", before),
    }
    statements = ["LOCK TABLE deliveries IN SHARE ROW EXCLUSIVE MODE"]
    for name, (event, tables, rows) in kinds.items():
        statements += [
            f"CREATE FUNCTION deliveries_counted_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO delivery_counts ({KEY}, n) "
            f"SELECT {KEY}, sum(by) FROM ({rows}) AS r ({KEY}, by) GROUP BY {KEY} HAVING sum(by) <> 0 {ADDED}; "
            "RETURN NULL; END $$",
            f"CREATE TRIGGER deliveries_counted_{name} AFTER {event} ON deliveries REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION deliveries_counted_{name}()",
        ]
    return statements


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("deliveries_counted_in", "deliveries_counted", "deliveries_counted_out"):
            op.execute(sa.text(f"DROP TRIGGER {name}"))
    else:
        for name in ("in", "again", "out"):
            op.execute(sa.text(f"DROP TRIGGER deliveries_counted_{name} ON deliveries"))
            op.execute(sa.text(f"DROP FUNCTION deliveries_counted_{name}()"))
    op.drop_table("delivery_counts")
