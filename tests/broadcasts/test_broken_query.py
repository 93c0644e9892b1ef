"""A connection to the database that breaks at one particular question, while a broadcast goes out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from storage.database import Database
from storage.enums import BroadcastStatus
from tests.broadcasts.conftest import dispatching, started, until_still
from tests.broadcasts.test_dispatch import received
from tests.world import world


@asynccontextmanager
async def breaking(url: str, at: bytes) -> AsyncIterator[str]:
    """A way to PostgreSQL that breaks once, when these bytes come along."""
    there, broken = urlsplit(url), asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(there.hostname, there.port)

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, watched: bool) -> None:
            while data := await source.read(65536):
                if watched and at in data and not broken.is_set():
                    broken.set()
                    break
                sink.write(data)
            sink.close()
            writer.close()

        await asyncio.gather(
            pump(reader, far_writer, watched=True), pump(far_reader, writer, watched=False), return_exceptions=True
        )

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    yield url.replace(str(there.port), str(server.sockets[0].getsockname()[1]))
    server.close()
    assert broken.is_set()


@pytest.mark.parametrize(
    "question",
    [
        b"UPDATE deliveries SET claim",
        b"SET status = 'sending'",
        b"SET status = r.status",
        b"AS author ON",
    ],
    ids=["claim", "mark", "record", "plan"],
)
async def test_a_connection_that_breaks_at_a_question_loses_nobody(postgres_url: str, now: datetime, question: bytes):
    async with breaking(postgres_url, question) as url, AsyncExitStack() as stack:
        prepared, database = Database(postgres_url), Database(url)
        stack.push_async_callback(prepared.close)
        stack.push_async_callback(database.close)
        loa = await stack.enter_async_context(world(prepared, now))
        broadcast_id = await started(loa, 20)
        loa.database, loa.pace.rate = database, 50
        async with dispatching(loa):
            loa.database = prepared
            found, tally = await until_still(loa, broadcast_id)
    assert found.status is BroadcastStatus.SENT
    assert (tally.sent, tally.doubtful) == (20, 0)
    assert set(received(loa).values()) == {1}
