"""Counters in their key

On SQLite a counter is kept once, in the tree of its key, and not again in an index: the counters of a survey take two
thirds of the room. PostgreSQL knows no such tables.

Revision ID: 0015
Revises: 0014
"""

import re
from collections.abc import Callable

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
TABLES = ("answer_counts", "index_sums")


def upgrade() -> None:
    for table in TABLES:
        _made_anew(table, lambda sql: f"{sql} WITHOUT ROWID")


def downgrade() -> None:
    for table in TABLES:
        _made_anew(table, lambda sql: sql.removesuffix(" WITHOUT ROWID"))


def _made_anew(table: str, changed: Callable[[str], str]) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    sql = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table})
    op.execute(changed(re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_anew", sql)))
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
