"""The one door to the database: short transactions on SQLite or PostgreSQL."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import CursorResult, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import QueuePool

from storage.one_hop import hop_once

Statement = tuple[str, tuple[Any, ...]]
_open: ContextVar[int] = ContextVar("open_transactions", default=0)


def transaction_is_open() -> bool:
    """Whether the running task holds a transaction; nothing may be sent while it does."""
    return _open.get() > 0


def in_short(error: DBAPIError | OSError) -> str:
    """A fault of the database as one line of a log: its kind and the first line of what the driver says.

    The lines after it may name what was written.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = str(cause).partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _sqlite(engine: Engine, begin: str) -> None:
    """WAL, every commit on the disk, and transactions that begin when we say so.

    By default the driver opens a transaction only at the first write, and two tasks that read and then write lose
    updates in silence; ``BEGIN IMMEDIATE`` makes the second wait instead.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)


async def put(session: AsyncSession, table: type[Any], key: dict[str, Any], values: dict[str, Any]) -> None:
    """Add a row, or change the one with this key; two who do it at once do not disturb each other."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(table).values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values)
    await session.execute(row.execution_options(synchronize_session=False))


def count(session: AsyncSession, what: str) -> None:
    """Count something that this transaction does; it is in ``Database.counted`` once it is committed."""
    session.info[what] = session.info.get(what, 0) + 1


def _rows(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in result] if result.returns_rows else []


def _run_plain(engine: Engine, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    with engine.begin() as connection:
        return [_rows(connection.exec_driver_sql(sql, parameters)) for sql, parameters in statements]


class Database:
    """Opens transactions. ``transaction`` may write; ``reading`` must not.

    What is written never stands in an error's text: answers and addresses do not belong in a log. PostgreSQL ends a
    transaction in which nothing happens for ``idle_seconds`` (0: never), so that a process which is stopped in the
    middle of one keeps no rows from the others.
    """

    def __init__(self, url: str | URL, *, connections: int = 10, idle_seconds: float = 0.0) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.counted: Counter[str] = Counter()
        """How often what was committed here; see ``count``."""
        self._one_writer: asyncio.Lock | None = None
        if self.is_sqlite:
            self._writer = create_async_engine(self.url, pool_size=1, max_overflow=0, hide_parameters=True)
            self._reader = create_async_engine(self.url, pool_size=4, max_overflow=4, hide_parameters=True)
            _sqlite(self._writer.sync_engine, "BEGIN IMMEDIATE")
            _sqlite(self._reader.sync_engine, "BEGIN")
            hop_once(self._writer.sync_engine)
            hop_once(self._reader.sync_engine)
            self._plain = create_engine(
                self.url.set(drivername="sqlite"), pool_size=1, max_overflow=0, hide_parameters=True
            )
            _sqlite(self._plain, "BEGIN IMMEDIATE")
            self._plain_reader = create_engine(
                self.url.set(drivername="sqlite"), pool_size=1, max_overflow=0, hide_parameters=True
            )
            _sqlite(self._plain_reader, "BEGIN")
            self._thread = ThreadPoolExecutor(1, "database")
            self._reading_thread = ThreadPoolExecutor(1, "database reading")
            self._one_writer = asyncio.Lock()
        else:
            limits = {"idle_in_transaction_session_timeout": str(int(1000 * idle_seconds))} if idle_seconds else {}
            self._writer = create_async_engine(
                self.url, pool_size=connections, max_overflow=2, pool_pre_ping=True, hide_parameters=True,
                connect_args={"server_settings": limits},
            )  # fmt: skip
            self._reader = self._writer

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A writing transaction: committed on leaving, rolled back on an error.

        On SQLite writers of this process queue here, in order, rather than at the file's lock.
        """
        async with AsyncExitStack() as stack:
            if self._one_writer is not None:
                await stack.enter_async_context(self._one_writer)
            session = await stack.enter_async_context(AsyncSession(self._writer, expire_on_commit=False))
            mark = _open.set(_open.get() + 1)
            try:
                async with session.begin():
                    yield session
                self.counted.update(session.info)
            finally:
                _open.reset(mark)

    @property
    def in_use(self) -> int:
        """How many connections are in somebody's hands."""
        engines = {self._writer, self._reader}
        return sum(pool.checkedout() for one in engines if isinstance(pool := one.sync_engine.pool, QueuePool))

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        """Run plain SQL with numbered parameters in one writing transaction; the rows that each statement returned.

        For what is written with every message: no session, and on SQLite one thread does it all in one go instead of
        coming back to a busy loop after each step.
        """
        if self._one_writer is not None:
            async with self._one_writer:
                return await self._in_thread(self._thread, self._plain, statements)
        async with self._writer.begin() as connection:
            return [_rows(await connection.exec_driver_sql(sql, parameters)) for sql, parameters in statements]

    async def look(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run one plain query in a reading transaction; its rows."""
        if self.is_sqlite:
            return (await self._in_thread(self._reading_thread, self._plain_reader, [statement]))[0]
        sql, parameters = statement
        async with self._reader.begin() as connection:
            return _rows(await connection.exec_driver_sql(sql, parameters))

    async def _in_thread(
        self, thread: ThreadPoolExecutor, engine: Engine, statements: Sequence[Statement]
    ) -> list[list[tuple[Any, ...]]]:
        return await asyncio.get_running_loop().run_in_executor(thread, _run_plain, engine, statements)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A reading transaction, beside the writer."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            mark = _open.set(_open.get() + 1)
            try:
                async with session.begin():
                    yield session
            finally:
                _open.reset(mark)

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        if self.is_sqlite:
            for thread in (self._thread, self._reading_thread):
                thread.shutdown()
            for plain in (self._plain, self._plain_reader):
                plain.dispose()
