"""The ledger seen from outside, a thousand times a second: a connection of the benchmark's own, not the product's."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg

SENDING = "SELECT address FROM deliveries WHERE broadcast_id = {id} AND status = 'sending'"
TOKENS = "SELECT DISTINCT claim FROM deliveries WHERE broadcast_id = {id} AND status = 'pending' AND claim <> 0"
RUNNING = "SELECT 1 FROM broadcasts WHERE id = {id} AND status = 'sending'"
OFTEN, SELDOM = 0.0003, 0.003


class Reader(Protocol):
    """Asks for the first column."""

    async def ask(self, query: str) -> set[Any]: ...


class SqliteReader:
    def __init__(self, path: str) -> None:
        self._file = sqlite3.connect(path, isolation_level=None, timeout=5)

    async def ask(self, query: str) -> set[Any]:
        return {row[0] for row in self._file.execute(query)}

    async def close(self) -> None:
        self._file.close()


class PostgresReader:
    def __init__(self, connection: Any) -> None:
        self._connection, self._turn = connection, asyncio.Lock()

    async def ask(self, query: str) -> set[Any]:
        async with self._turn:
            return {row[0] for row in await self._connection.fetch(query)}

    async def close(self) -> None:
        await self._connection.close()


class Watch:
    """What stands in one broadcast's ledger, and how long each row stays marked while nobody is killed."""

    def __init__(self, reader: Reader, broadcast_id: int) -> None:
        self._reader, self._id = reader, broadcast_id
        self._since: dict[str, float] = {}
        self.latencies: list[float] = []
        """Seconds from the durable mark to the durable record."""

    async def sending(self) -> set[str]:
        marked, now = await self._reader.ask(SENDING.format(id=self._id)), time.perf_counter()
        self.latencies += [now - self._since.pop(address) for address in set(self._since) - marked]
        for address in marked:
            self._since.setdefault(address, now)
        return marked

    def forget(self) -> None:
        """Somebody was killed: how long these rows stay marked says nothing."""
        self._since = dict.fromkeys(self._since, float("inf"))

    async def tokens(self) -> set[int]:
        return await self._reader.ask(TOKENS.format(id=self._id))

    async def running(self) -> bool:
        return bool(await self._reader.ask(RUNNING.format(id=self._id)))

    async def measure(self) -> None:
        """Look until cancelled."""
        while True:
            await self.sending()
            await asyncio.sleep(SELDOM)

    @property
    def latency(self) -> float:
        """What 19 in 20 of the undisturbed rows stayed below."""
        told = sorted(seconds for seconds in self.latencies if seconds > 0)
        return told[len(told) * 19 // 20] if told else 0.0


@asynccontextmanager
async def reading(database_url: str) -> AsyncIterator[Reader]:
    reader: SqliteReader | PostgresReader
    if database_url.startswith("sqlite"):
        reader = SqliteReader(database_url.partition(":///")[2])
    else:
        reader = PostgresReader(await asyncpg.connect(database_url.replace("+asyncpg", "")))
    try:
        yield reader
    finally:
        await reader.close()
