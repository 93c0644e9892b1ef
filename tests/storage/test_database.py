"""What only a real database can show."""

import asyncio

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from storage.contacts import fact, learn
from storage.database import Database, in_short, transaction_is_open
from storage.tables import Fact


async def test_read_then_update_loses_nothing(database: Database):
    """The driver's default transactions lost 249 of 300 such updates without a word."""
    async with database.transaction() as session:
        await learn(session, "n", "0")

    async def add_fifty() -> None:
        for _ in range(50):
            async with database.transaction() as session:
                row = (await session.scalars(select(Fact).where(Fact.name == "n").with_for_update())).one()
                await asyncio.sleep(0)
                await session.execute(update(Fact).where(Fact.name == "n").values(value=str(int(row.value) + 1)))

    await asyncio.gather(*(add_fifty() for _ in range(6)))

    async with database.reading() as session:
        assert await fact(session, "n") == "300"


async def test_a_fault_is_one_line_of_a_log_and_names_nothing_that_was_written(database: Database):
    async with database.transaction() as session:
        await learn(session, "secret", "1")
    with pytest.raises(DBAPIError) as raised:
        async with database.transaction() as session:
            await session.execute(insert(Fact).values(name="secret", value="2"))
    said = in_short(raised.value)
    assert said.startswith("IntegrityError: ")
    assert ("secret" in said, "\n" in said) == (False, False)
    assert in_short(OSError()) == "OSError"


async def test_two_processes_on_one_sqlite_file_lose_nothing(sqlite_url: str):
    databases = [Database(sqlite_url) for _ in range(4)]
    async with databases[0].transaction() as session:
        await learn(session, "n", "0")

    async def add_twenty(database: Database) -> None:
        for _ in range(20):
            async with database.transaction() as session:
                value = int(await fact(session, "n") or 0)
                await learn(session, "n", str(value + 1))

    await asyncio.gather(*(add_twenty(database) for database in databases))

    async with databases[0].reading() as session:
        assert await fact(session, "n") == "80"
    for database in databases:
        await database.close()


async def test_an_error_takes_the_whole_transaction_back(database: Database):
    try:
        async with database.transaction() as session:
            await learn(session, "n", "1")
            raise RuntimeError
    except RuntimeError:
        pass

    async with database.reading() as session:
        assert await fact(session, "n") is None


async def test_whether_a_transaction_is_open_is_known(database: Database):
    assert not transaction_is_open()
    async with database.transaction():
        assert transaction_is_open()
        async with database.reading():
            assert transaction_is_open()
    assert not transaction_is_open()
