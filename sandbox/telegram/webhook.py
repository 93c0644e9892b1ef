"""Pushes updates to the bot's webhook: one after the other, again and again until it answers 2xx."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.clock import Clock
from sandbox.telegram.errors import bad_request, conflict
from sandbox.telegram.updates import Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0
READ_TIMEOUT = 60.0
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Webhook:
    """The address set by the bot and the task that serves it."""

    def __init__(self, updates: Updates, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._secret = ""
        self._connections = 40
        self._error: tuple[int, str] | None = None

    async def set(self, url: str, *, secret: str, connections: int) -> None:
        """Starts pushing to `url`; an empty url stops. Plain http is allowed to loopback only."""
        if not url:
            await self.stop()
            return
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        await self.stop()
        self._updates.end_poll(conflict("terminated by setWebhook request"))
        self._updates.webhook_url, self._secret = url, secret
        self._connections = connections if 1 <= connections <= 100 else 40
        self._task = asyncio.create_task(self._push(url, secret), name="webhook")

    async def stop(self) -> None:
        """Forgets the address; waiting updates stay."""
        self._updates.webhook_url, self._error = "", None
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def info(self) -> dict[str, Any]:
        """A WebhookInfo."""
        view: dict[str, Any] = {
            "url": self._updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self._updates.webhook_url:
            view |= {"max_connections": self._connections, "ip_address": "127.0.0.1"}
        if self._error:
            view["last_error_date"], view["last_error_message"] = self._error
        if self._updates.allowed:
            view["allowed_updates"] = sorted(self._updates.allowed)
        return view

    async def _push(self, url: str, secret: str) -> None:
        headers = {SECRET_HEADER: secret} if secret else {}
        timeout = aiohttp.ClientTimeout(total=READ_TIMEOUT)
        pause = FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            while True:
                update = self._updates.head()
                if update is None:
                    self._updates.arrived.clear()
                    await self._updates.arrived.wait()
                    continue
                error = await self._post(session, url, update)
                if error is None:
                    self._updates.confirm(update["update_id"] + 1)
                    pause = FIRST_PAUSE
                    continue
                self._error = self._clock.stamp(), error
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    @staticmethod
    async def _post(session: aiohttp.ClientSession, url: str, update: dict[str, Any]) -> str | None:
        try:
            async with session.post(url, json=update, allow_redirects=False) as answer:
                if 200 <= answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except (aiohttp.ClientError, OSError):
            return "Connection reset by peer"
