"""A running sandbox and a plain HTTP caller for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox, serve
from sandbox.settings import Settings

TOKEN = "42:SANDBOX"
# the smallest PNG that has a size: 640 by 480, header only
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"\x08\x02\0\0\0"


class Caller:
    """Calls the Bot API and the control routes of one sandbox."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url
        self.base = f"{url}/bot{TOKEN}"

    async def raw(self, method: str, **values: Any) -> tuple[int, dict[str, Any]]:
        """Status and body of a call with JSON parameters."""
        async with self.session.post(f"{self.base}/{method}", json=values) as answer:
            return answer.status, await answer.json()

    async def ok(self, method: str, **values: Any) -> Any:
        """The result of a call that must succeed."""
        status, body = await self.raw(method, **values)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refused(self, method: str, **values: Any) -> str:
        """The description of a call that must fail; status and error_code must agree."""
        status, body = await self.raw(method, **values)
        assert not body["ok"]
        assert status == body["error_code"]
        return str(body["description"])

    async def sim(self, path: str, **values: Any) -> Any:
        """POSTs to a control route."""
        async with self.session.post(f"{self.url}/sim/{path}", json=values) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return body

    async def look(self, path: str) -> Any:
        """GETs a control route."""
        async with self.session.get(f"{self.url}/sim/{path}") as answer:
            assert answer.status == 200
            return await answer.json()

    async def person(self, number: int, name: str = "Nguyễn Văn An") -> int:
        """Adds a person who has started the bot; nothing of that stays in the queue."""
        await self.sim("chats", id=number, name=name)
        await self.sim("say", chat=number, text="/start")
        await self.ok("getUpdates", offset=-1)
        updates = await self.ok("getUpdates")
        await self.ok("getUpdates", offset=updates[-1]["update_id"] + 1)
        return number


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox that does not slow the tests down."""
    async with serve(Settings(rate=10_000, burst=10_000)) as running:
        running.net.limits.change({"chat_interval": 0})
        yield running


@pytest.fixture
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    """A caller of the running sandbox."""
    async with aiohttp.ClientSession() as session:
        yield Caller(session, sandbox.url)
