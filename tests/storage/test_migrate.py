"""Migrations go up, down and up again, leave no difference to the models, and lose no row."""

import asyncio

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


async def _new_database(server: str, name: str) -> str:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return f"{server.rpartition('/')[0]}/{name}"


async def test_up_down_and_up_again_on_postgresql(postgres_server: str):
    url = await _new_database(postgres_server, "updown")

    await migrate.upgrade(url)
    await migrate.downgrade(url, "base")
    await migrate.upgrade(url)

    assert await migrate.differences(url) == []


async def test_processes_that_start_together_migrate_one_after_the_other(postgres_server: str):
    url = await _new_database(postgres_server, "together")

    await asyncio.gather(*(asyncio.to_thread(asyncio.run, migrate.upgrade(url)) for _ in range(3)))

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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_counters_of_before_there_were_weights_become_those_of_weight_one(kind, tmp_path, request):
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'loa.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("DROP DATABASE IF EXISTS weights"))
            await connection.execute(text("CREATE DATABASE weights"))
        await engine.dispose()
        url = server.rpartition("/")[0] + "/weights"
    await migrate.upgrade(url, "0003")
    async with migrate._connection(url) as connection:
        for statement in (
            "INSERT INTO questionnaires VALUES (1, 'k', 1, 't', 'd', 's', '2026-11-23 00:00:00+00:00')",
            "INSERT INTO surveys (id, questionnaire_id, title, status, opened_at) "
            "VALUES (1, 1, 't', 'open', '2026-11-23 00:00:00+00:00')",
            "INSERT INTO answer_counts VALUES (1, '2026-11', '01', 'c1', 5, 7)",
            "INSERT INTO index_sums VALUES (1, '2026-11', '01', 'overall', 9, 9, 7, 9, 7, 7, 9)",
            "INSERT INTO index_sums VALUES (1, '2026-11', '01', 'factor:b', 9, 9, 0, 0, 0, 0, 0)",
        ):
            await connection.execute(text(statement))
        await connection.commit()

    await migrate.upgrade(url)
    told = "SELECT n, w, w2, w_rest, w2_rest FROM answer_counts"
    summed = "SELECT part, responses, inside, w, w2, ws, wn2, w_rest, wn2_rest FROM index_sums ORDER BY part"
    async with migrate._connection(url) as connection:
        assert [tuple(row) for row in await connection.execute(text(told))] == [(7, 7, 7, 0, 0)]
        assert [tuple(row) for row in await connection.execute(text(summed))] == [
            ("factor:b", 9, 0, 9, 9, 0, 0, 0, 0), ("overall", 9, 9, 9, 9, 7, 9, 0, 0),
        ]  # fmt: skip
    await migrate.downgrade(url, "0003")
    async with migrate._connection(url) as connection:
        kept = [tuple(row) for row in await connection.execute(text("SELECT * FROM answer_counts"))]
        assert kept == [(1, "2026-11", "01", "c1", 5, 7)]
        assert len((await connection.execute(text("SELECT * FROM index_sums"))).all()) == 2
    await migrate.upgrade(url)
    assert await migrate.differences(url) == []


def test_every_table_has_a_name_in_the_plural_or_is_a_log():
    assert {name for name in Base.metadata.tables if not name.endswith("s")} == {"audit", "inbox"}
