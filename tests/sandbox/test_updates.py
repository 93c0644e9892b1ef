"""Updates by long poll and by webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.sandbox.conftest import Caller


async def _say(caller: Caller, *texts: str) -> None:
    for text in texts:
        await caller.sim("say", chat=5, text=text)


def _texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_confirmed(caller: Caller) -> None:
    await caller.person(5)
    await _say(caller, "a", "b", "c")
    first = await caller.ok("getUpdates", limit=2)
    assert _texts(first) == ["a", "b"]
    assert _texts(await caller.ok("getUpdates")) == ["a", "b", "c"]
    assert _texts(await caller.ok("getUpdates", offset=first[1]["update_id"] + 1)) == ["c"]
    assert _texts(await caller.ok("getUpdates")) == ["c"]
    await _say(caller, "d", "e")
    assert _texts(await caller.ok("getUpdates", offset=-1)) == ["e"]
    assert (await caller.look("stats"))["updates_waiting"] == 1


async def test_a_long_poll_wakes_at_once_and_gives_up_in_time(caller: Caller) -> None:
    await caller.person(5)
    begun = time.monotonic()
    poll = asyncio.create_task(caller.ok("getUpdates", timeout=10))
    await asyncio.sleep(0.1)
    await _say(caller, "a")
    got = await poll
    assert _texts(got) == ["a"]
    assert await caller.ok("getUpdates", offset=got[0]["update_id"] + 1, timeout=1) == []
    assert 1 <= time.monotonic() - begun < 3


async def test_the_older_of_two_pollers_loses(caller: Caller) -> None:
    await caller.person(5)
    older = asyncio.create_task(caller.raw("getUpdates", timeout=10))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(caller.ok("getUpdates", timeout=10))
    status, body = await older
    assert (status, body["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await _say(caller, "a")
    assert _texts(await newer) == ["a"]


async def test_allowed_updates_last(caller: Caller) -> None:
    await caller.person(5)
    await caller.ok("getUpdates", allowed_updates=["my_chat_member"])
    await _say(caller, "a")
    await caller.sim("block", chat=5)
    (update,) = await caller.ok("getUpdates")
    assert "my_chat_member" in update
    await caller.ok("getUpdates", offset=update["update_id"] + 1, allowed_updates=[])
    await caller.sim("unblock", chat=5)
    await _say(caller, "b")
    assert len(await caller.ok("getUpdates")) == 2


@dataclass
class Hook:
    """A webhook that answers with the given statuses, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[str | None, str]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.heard.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), update["message"]["text"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                await asyncio.sleep(0.01)
        return [text for _, text in self.heard]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_until_it_says_200(caller: Caller, hook: Hook) -> None:
    await caller.person(5)
    hook.statuses = [500, 302]
    poll = asyncio.create_task(caller.refused("getUpdates", timeout=10))
    await asyncio.sleep(0.1)
    await caller.ok("setWebhook", url=hook.url, secret_token="bi-mat_1", max_connections=1)
    assert await poll == "Conflict: terminated by setWebhook request"
    assert await caller.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await _say(caller, "a", "b")
    assert await hook.until(4) == ["a", "a", "a", "b"]
    assert {secret for secret, _ in hook.heard} == {"bi-mat_1"}
    info = await caller.ok("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (hook.url, 0, 1)
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    await caller.ok("deleteWebhook")
    await _say(caller, "c")
    assert _texts(await caller.ok("getUpdates")) == ["c"]
    assert (await caller.ok("getWebhookInfo"))["url"] == ""


async def test_pending_updates_can_be_dropped(caller: Caller, hook: Hook) -> None:
    await caller.person(5)
    await _say(caller, "old")
    await caller.ok("setWebhook", url=hook.url, drop_pending_updates=True)
    await _say(caller, "new")
    assert await hook.until(1) == ["new"]
    assert hook.heard[0][0] is None
