"""An imitated Zalo and a plain client with a token."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.zalo.app import ZaloSandbox, serve
from sandbox.zalo.settings import Rules, Settings
from sandbox.zalo.world import Person


class Caller:
    """Calls the imitated OpenAPI with whatever token it has."""

    def __init__(self, zalo: ZaloSandbox, session: aiohttp.ClientSession) -> None:
        self.zalo, self._session, self.token = zalo, session, ""

    async def refresh(self, refresh: str, secret: str = "") -> dict[str, Any]:
        settings = self.zalo.settings
        form = {"app_id": settings.app_id, "grant_type": "refresh_token", "refresh_token": refresh}
        headers = {"secret_key": secret or settings.app_secret}
        async with self._session.post(f"{self.zalo.url}/v4/oa/access_token", data=form, headers=headers) as answer:
            return dict(await answer.json())

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._session.post(
            self.zalo.url + path, json=body, headers={"access_token": self.token}
        ) as answer:
            assert answer.status == 200
            self.headers = answer.headers
            return dict(await answer.json())

    async def get(self, path: str, data: str) -> dict[str, Any]:
        headers, query = {"access_token": self.token}, {"data": data}
        async with self._session.get(self.zalo.url + path, params=query, headers=headers) as answer:
            return dict(await answer.json())

    async def upload(self, kind: str, name: str, content: bytes) -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        url, headers = f"{self.zalo.url}/v2.0/oa/upload/{kind}", {"access_token": self.token}
        async with self._session.post(url, data=form, headers=headers) as answer:
            return dict(await answer.json())

    async def cs(self, text: str, to: str = "1", **attachment: Any) -> int:
        message = {"text": text, **({"attachment": attachment} if attachment else {})}
        body = {"recipient": {"user_id": to}, "message": message}
        return int((await self.post("/v3.0/oa/message/cs", body))["error"])


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloSandbox]:
    async with serve(Settings(rules=Rules())) as sandbox:
        yield sandbox


@pytest.fixture
async def caller(zalo: ZaloSandbox) -> AsyncIterator[Caller]:
    """With a good token, and one person who has just written."""
    async with aiohttp.ClientSession() as session:
        made = Caller(zalo, session)
        made.token = (await made.refresh(zalo.settings.refresh_token))["access_token"]
        zalo.world.add(Person("1", "Phạm Thị Lan", "84912345678", follows=True, interacted=zalo.clock.now()))
        yield made
