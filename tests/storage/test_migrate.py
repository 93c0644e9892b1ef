"""Migrations go up, down and up again, leave no difference to the models, and lose no row."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import migrate
from storage.tables import Base


async def test_models_and_migrations_agree(database_url: str):
    assert await migrate.current(database_url) == migrate.newest()
    assert await migrate.differences(database_url) == []


async def test_up_down_and_up_again(tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path / 'loa.db'}"

    await migrate.upgrade(url)
    await migrate.downgrade(url, "base")
    assert await migrate.current(url) is None
    await migrate.upgrade(url)

    assert await migrate.differences(url) == []


async def test_up_down_and_up_again_on_postgresql(postgres_server: str):
    engine = create_async_engine(postgres_server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("DROP DATABASE IF EXISTS updown"))
        await connection.execute(text("CREATE DATABASE updown"))
    await engine.dispose()
    url = postgres_server.rpartition("/")[0] + "/updown"

    await migrate.upgrade(url)
    await migrate.downgrade(url, "base")
    await migrate.upgrade(url)

    assert await migrate.differences(url) == []


async def test_a_table_copied_by_a_migration_keeps_the_rows_that_point_at_it(sqlite_url: str):
    """With foreign keys on, SQLite empties the children of a table that is copied; ours stay."""
    async with migrate._connection(sqlite_url) as connection:
        insert = (
            "INSERT INTO bulletins (id, year, number, title, dated, created_at) "
            "VALUES (1, 2026, 47, 'x', '2026-11-23', '2026-11-23')"
        )
        await connection.execute(text(insert))
        insert = "INSERT INTO articles VALUES (1, 1, 1, 'TC', 'h', NULL, '', '[]', 'h')"
        await connection.execute(text(insert))
        await connection.commit()

        def copy(sync):
            from alembic.operations import Operations
            from alembic.runtime.migration import MigrationContext

            operations = Operations(MigrationContext.configure(sync))
            with operations.batch_alter_table("bulletins", recreate="always"):
                pass

        await connection.run_sync(copy)
        await connection.commit()
        assert (await connection.execute(text("SELECT count(*) FROM articles"))).scalar() == 1


async def test_rows_that_point_at_nothing_stop_a_migration(sqlite_url: str):
    async with migrate._connection(sqlite_url) as connection:
        await connection.execute(text("INSERT INTO articles VALUES (1, 99, 1, 'TC', 'h', NULL, '', '[]', 'h')"))
        await connection.commit()

    with pytest.raises(migrate.BrokenReferences, match="articles"):
        await migrate.upgrade(sqlite_url)


def test_every_table_has_a_name_in_the_plural_or_is_a_log():
    assert {name for name in Base.metadata.tables if not name.endswith("s")} == {"audit", "inbox"}
