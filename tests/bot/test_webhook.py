"""The webhook: nothing without the secret, acknowledged only when it is on the disk, heard once."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from bot.intake import Intake
from bot.web import SECRET_HEADER, application
from storage.database import Database
from storage.tables import Inbox
from tests.bot.test_reception import text_update

SECRET = "s" * 40


@asynccontextmanager
async def posting(database: Database) -> AsyncIterator[Callable[..., Awaitable[int]]]:
    """Posts to a running webhook; the status."""
    intake = Intake(database, lambda: None)
    writing = asyncio.create_task(intake.run())
    runner = web.AppRunner(application(intake, "https://example.vn/hook/telegram", SECRET))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as http:

        async def post(body: bytes, secret: str | None = SECRET, path: str = "/hook/telegram") -> int:
            headers = {} if secret is None else {SECRET_HEADER: secret}
            async with http.post(f"http://127.0.0.1:{port}{path}", data=body, headers=headers) as answer:
                return answer.status

        yield post
    await runner.cleanup()
    writing.cancel()


@pytest.fixture
async def posted(database: Database):
    async with posting(database) as post:
        yield post


async def kept(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Inbox.external_id).order_by(Inbox.id)))


async def test_an_update_is_on_the_disk_when_it_is_acknowledged(database: Database, posted):
    assert await posted(json.dumps(text_update(7, 2001, "xin chào")).encode()) == 200
    assert await kept(database) == ["7"]


async def test_a_repeated_update_is_kept_once(database: Database, posted):
    body = json.dumps(text_update(7, 2001, "xin chào")).encode()
    assert await asyncio.gather(*(posted(body) for _ in range(10))) == [200] * 10
    assert await kept(database) == ["7"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x"])
async def test_without_the_secret_nothing_is_taken(database: Database, posted, secret):
    assert await posted(json.dumps(text_update(7, 2001, "giả")).encode(), secret) == 401
    assert await kept(database) == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]", b'"x"', b'{"update_id": "7"}', b"{}"])
async def test_what_is_no_update_is_refused(database: Database, posted, body):
    assert await posted(body) == 400
    assert await kept(database) == []


async def test_half_a_character_stops_nobody(database: Database, posted):
    """JSON may hold one half of a pair of UTF-16, which no database takes as text."""
    assert await posted(json.dumps(text_update(7, 2001, "\ud83d")).encode()) == 200
    assert await posted(json.dumps(text_update(8, 2001, "xin chào")).encode()) == 200
    assert await kept(database) == ["7", "8"]


async def test_an_update_that_could_not_be_kept_is_not_acknowledged(tmp_path):
    """The file has no tables: whatever the reason, Telegram must send it again."""
    empty = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    async with posting(empty) as post:
        assert await post(json.dumps(text_update(7, 2001, "xin chào")).encode()) == 500
    await empty.close()


async def test_there_is_a_sign_of_life(posted):
    assert await posted(b"", path="/healthz") == 405
    assert await posted(b"", path="/elsewhere") == 404
