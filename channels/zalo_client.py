"""Calls of Zalo's OpenAPI: one post or get, its envelope opened, every failure a SendError. No secret is ever logged.

Tried against the sandbox, never against live Zalo.
"""

import json
from typing import Any

import aiohttp

from channels.message import SendError
from channels.zalo_errors import http_error, send_error
from storage.enums import Reason

ENVELOPED = 200


class ZaloCodeError(SendError):
    """A refusal with the code of its envelope."""

    def __init__(self, code: int, of: SendError) -> None:
        super().__init__(of.reason, of.detail, retry_after=of.retry_after)
        self.code = code


class ZaloHttp:
    """One session for all hosts; ``seconds`` are waited for each answer."""

    def __init__(self, *, connections: int, seconds: float, proxy: str | None = None) -> None:
        self._connections, self._proxy = connections, proxy
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None
        self.limit_left: int | None = None
        """Calls that are left in this minute, as Zalo last said."""

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, url: str, *, seconds: float | None = None, **what: Any) -> Any:
        """The decoded JSON of an answer; raises SendError: NETWORK where nothing can have arrived, else IN_DOUBT."""
        if seconds is not None:
            what["timeout"] = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._opened().request(method, url, proxy=self._proxy, **what) as answer:
                status, raw = answer.status, await answer.read()
                left = answer.headers.get("X-RateLimit-Remain", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise SendError(Reason.NETWORK, type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendError(Reason.IN_DOUBT, type(error).__name__) from None
        self.limit_left = int(left) if left.isdecimal() else self.limit_left
        try:
            decoded = json.loads(raw)
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict) or (status != ENVELOPED and "error" not in decoded and "ok" not in decoded):
            raise http_error(status if status != ENVELOPED else 500)
        return decoded

    async def data(self, method: str, url: str, *, until_morning: float = 0.0, **what: Any) -> Any:
        """The data of an envelope; raises ZaloCodeError for an error inside it, which comes with HTTP 200."""
        decoded = await self.ask(method, url, **what)
        code = decoded.get("error", 0)
        if isinstance(code, int) and code:
            raise ZaloCodeError(code, send_error(code, str(decoded.get("message", "")), until_morning=until_morning))
        return decoded.get("data")
