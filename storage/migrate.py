"""Brings a database to the schema of this release, and says which one it has.

On SQLite, altering a table copies it, and with foreign keys on that emptied the tables which point at it, without an
error: so migrations run with foreign keys off and are followed by a check of every one of them.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from storage.tables import Base

SCRIPTS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5009249)"
"""Of several processes that start on PostgreSQL one migrates; the others wait, and find nothing to do."""


class BrokenReferences(Exception):
    """A migration left rows that point at nothing; on SQLite restore the copy that 'loa migrate' made."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision that this release needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known(revision: str) -> bool:
    """Whether this release has heard of a revision; if not, a newer one made it."""
    return revision in {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(make_url(url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _run(url: str, migrate: Callable[[Config], None]) -> None:
    async with _connection(url) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(ONE_AT_A_TIME))
        await connection.run_sync(lambda sync: migrate(_config(sync)))
        if connection.dialect.name == "sqlite":
            broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
            if broken:
                await connection.rollback()
                raise BrokenReferences(f"{len(broken)} rows point at nothing, the first in {broken[0][0]}")
        await connection.commit()


async def upgrade(url: str, revision: str = "head") -> None:
    await _run(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    await _run(url, lambda config: command.downgrade(config, revision))


async def current(url: str) -> str | None:
    """The revision that the database has, None if it is empty."""
    async with _connection(url) as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def differences(url: str) -> list[object]:
    """What the models say and the database does not; empty when they agree."""

    def compare(sync: Connection) -> list[object]:
        context = MigrationContext.configure(sync, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with _connection(url) as connection:
        return await connection.run_sync(compare)
