"""One trip for a statement: what SQLAlchemy and its callers are told is what the usual way tells."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.one_hop import hop_once

THINGS = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, unique=True),
    Column("raw", LargeBinary),
)  # fmt: skip


@pytest.fixture(params=["usual", "one hop"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    if request.param == "one hop":
        hop_once(made.sync_engine)
    async with made.begin() as connection:
        await connection.run_sync(THINGS.metadata.create_all)
        await connection.execute(insert(THINGS), [{"name": "một", "raw": b"\x00"}, {"name": "hai", "raw": None}])
    yield made
    await made.dispose()


async def rows(connection: AsyncConnection) -> Any:
    return [tuple(row) for row in await connection.execute(select(THINGS).order_by(THINGS.c.id))]


async def names_of_columns(connection: AsyncConnection) -> Any:
    return list((await connection.execute(text("SELECT id AS a, name AS b FROM things"))).keys())


async def count_changed(connection: AsyncConnection) -> Any:
    return (await connection.execute(update(THINGS).values(raw=b"x"))).rowcount


async def count_of_many(connection: AsyncConnection) -> Any:
    gone = delete(THINGS).where(THINGS.c.name == text(":who"))
    return (await connection.execute(gone, [{"who": "một"}, {"who": "hai"}, {"who": "ba"}])).rowcount


async def id_given(connection: AsyncConnection) -> Any:
    key = (await connection.execute(insert(THINGS).values(name="ba"))).inserted_primary_key
    return key and key[0]


async def ids_returned(connection: AsyncConnection) -> Any:
    many = [{"name": "ba"}, {"name": "bốn"}]
    return list(await connection.scalars(insert(THINGS).returning(THINGS.c.id, sort_by_parameter_order=True), many))


async def nothing_found(connection: AsyncConnection) -> Any:
    return (await connection.execute(select(THINGS).where(THINGS.c.id == 99))).first()


async def streamed(connection: AsyncConnection) -> Any:
    return [row.name async for row in await connection.stream(select(THINGS).order_by(THINGS.c.id))]


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (rows, [(1, "một", b"\x00"), (2, "hai", None)]), (names_of_columns, ["a", "b"]), (count_changed, 2),
        (count_of_many, 2), (id_given, 3), (ids_returned, [3, 4]), (nothing_found, None), (streamed, ["một", "hai"]),
    ],
)  # fmt: skip
async def test_what_a_statement_left_is_told_as_usual(engine: AsyncEngine, ask: Callable[..., Any], answer: Any):
    async with engine.begin() as connection:
        assert await ask(connection) == answer


async def test_errors_are_the_usual_ones_and_the_connection_goes_on(engine: AsyncEngine):
    async with engine.connect() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
        await connection.rollback()
        with pytest.raises(IntegrityError):
            await connection.execute(insert(THINGS).values(name="một"))
        await connection.rollback()
        assert len(await rows(connection)) == 2


async def test_a_statement_takes_one_trip(tmp_path: Path):
    """What all of this is for; it turns red if SQLAlchemy no longer asks our cursor."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    hop_once(engine.sync_engine)
    trips: list[object] = []
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        execute = driver._execute

        def counted(*asked: Any) -> Any:
            trips.append(asked)
            return execute(*asked)

        driver._execute = counted
        await connection.execute(text("SELECT 1"))
        assert len(trips) == 1
    await engine.dispose()
