"""SQLite through aiosqlite with one trip to its thread for a statement, instead of four.

SQLAlchemy opens a cursor, executes, fetches and closes, each by a trip to the connection's thread and back, and each
trip waits for whoever runs meanwhile. Here a statement is run and its rows are fetched in one. This leans on parts of
SQLAlchemy and aiosqlite that are not promised (versions are pinned); ``tests/storage/test_one_hop.py`` watches them.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.engine import Engine

Ran = tuple[Any, int, int | None, list[Any]]


def _ran(cursor: sqlite3.Cursor) -> Ran:
    """All that is asked about a statement that has run: description, row count, last id, and the rows."""
    try:
        rows = cursor.fetchall() if cursor.description else []
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Holds what a statement left behind; nothing of it stays open in the thread."""

    __slots__ = ("_left",)

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows: deque[Any] = deque()
        self._left: tuple[Any, int, int | None] = (None, -1, None)

    @property
    def description(self) -> Any:
        return self._left[0]

    @property
    def rowcount(self) -> int:
        return self._left[1]

    @property
    def lastrowid(self) -> Any:
        return self._left[2]

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._run(lambda raw: raw.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._run(lambda raw: raw.executemany(operation, seq_of_parameters))

    async def _run(self, run: Callable[[sqlite3.Connection], sqlite3.Cursor]) -> None:
        driver: Any = self._connection
        async with self._adapt_connection._execute_mutex:
            *left, rows = await driver._execute(lambda: _ran(run(driver._conn)))
        self._left, self._rows = tuple(left), deque(rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    """Gives such cursors."""

    __slots__ = ()
    _cursor_cls = Cursor


def hop_once(engine: Engine) -> None:
    """Let all connections of an aiosqlite engine work so."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: Any, arguments: Any, named: Any) -> Connection:
        made = dialect.connect(*arguments, **named)
        return Connection(made.dbapi, made._connection)
