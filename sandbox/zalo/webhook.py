"""Pushes signed events to the account's webhook, and again after 30 s, 5, 15, 30 min and 1 h; then never more."""

from __future__ import annotations

import asyncio
import hashlib
import json

import aiohttp

from sandbox.zalo.world import Json, World

LADDER = (30.0, 300.0, 900.0, 1800.0, 3600.0)
PATIENCE = 2.0
"""Seconds within which the webhook has to answer 200."""


class Webhook:
    """The address of the console and the tasks that serve it. Waits follow the sandbox's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.url = world.settings.webhook_url
        self.disabled = False
        self.answers: list[int] = []
        """What the webhook answered, 0 for nothing in time."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()
        self._order = asyncio.Lock()
        world.events.append(self.push)

    async def register(self, url: str) -> int:
        """Set the address; an unsigned, empty probe is sent at once. What it answered."""
        self.url, self.disabled = url, False
        return await self._post(b"", {})

    def push(self, event: Json) -> None:
        """Send an event, if there is anywhere to send it."""
        if not self.url or self.disabled:
            return
        task = asyncio.create_task(self._deliver(json.dumps(event, ensure_ascii=False, separators=(",", ":"))))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def time_moved(self) -> None:
        """The clock was turned."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def quiet(self) -> None:
        """Until everything has had its first try."""
        while self._tasks and self._order.locked():
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def signature(self, body: str, timestamp: str) -> str:
        """``mac=`` and the SHA-256 of id, body, time and secret, one after the other."""
        settings, rules = self._world.settings, self._world.rules
        id = settings.app_id if rules.signed_id == "app" else settings.oa_id
        secret = settings.oa_secret if rules.signed_with == "oa" else settings.app_secret
        return "mac=" + hashlib.sha256((id + body + timestamp + secret).encode()).hexdigest()

    async def _deliver(self, body: str) -> None:
        headers = {
            "Content-Type": "application/json",
            "X-ZEvent-Signature": self.signature(body, str(json.loads(body)["timestamp"])),
        }
        async with self._order:  # first tries in the order of what happened
            if await self._post(body.encode(), headers) == 200:
                return
        for number, wait in enumerate(LADDER, 1):
            await self._until(self._world.clock.now() + wait)
            if await self._post(body.encode(), {**headers, "num_retry": str(number)}) == 200:
                return
        self.disabled = True

    async def _until(self, due: float) -> None:
        while (left := due - self._world.clock.now()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except TimeoutError:
                pass

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
                session.post(self.url, data=body, headers=headers) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            status = 0
        self.answers.append(status)
        return status
