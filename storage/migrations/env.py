"""Alembic's entry: runs on the connection that ``storage.migrate`` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.tables import Base
from storage.tables.base import UtcDateTime


def in_plain_words(kind: str, thing: Any, _: AutogenContext) -> str | Literal[False]:
    """Migrations name only what SQLAlchemy brings, so that they outlive our own types."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=in_plain_words,
)
with context.begin_transaction():
    context.run_migrations()
