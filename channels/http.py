"""HTTP posts by the thousand to one server, over connections that are kept.

A general client spends half a millisecond of CPU on a request; a bulletin is five thousand of them. Parsing is
httptools', proxies are python-socks'. What matters to a ledger is told apart: ``Unreachable`` (nothing has left us)
and ``Lost`` (it may have arrived).
"""

import asyncio
import ssl
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser
from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from python_socks.async_.asyncio import Proxy

IDLE_SECONDS = 15.0
"""A connection that rested for longer is not used again: the server may be about to close it."""
LOOK_EVERY = 0.1
"""Seconds between two looks for answers that are overdue: one timer for all of them."""


class Unreachable(Exception):
    """The request has surely not left us."""


class Lost(Exception):
    """The request may have arrived; there is no answer."""


class Connection(asyncio.Protocol):
    """One kept connection with at most one request under way."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.alive = False
        self.rested = 0.0
        self.deadline = 0.0
        self.date = b""
        """The server's clock, as its last answer told it."""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser: Any = None
        self._body: list[bytes] = []
        self._until_close = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.alive = transport, True

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; its answer as status and body."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._parser, self._body, self._until_close = HttpResponseParser(self), [], True
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            self.drop()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self.drop()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._until_close = False
        elif name == b"Date":
            self.date = value

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            return
        if not self._parser.should_keep_alive():
            self.drop_when_done()
        self._settle((status, b"".join(self._body)))

    def drop_when_done(self) -> None:
        self.alive = False
        if self.transport is not None:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.alive = False
        status = self._parser.get_status_code() if self._parser is not None else 0
        if error is None and status and self._until_close:
            self._settle((status, b"".join(self._body)))
        elif self._answer is not None and not self._answer.done():
            self._answer.set_exception(Lost("connection lost"))

    def _settle(self, answer: tuple[int, bytes]) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)
        self._answer = None

    def drop(self) -> None:
        """Close at once; whoever waits hears ``Lost``."""
        self.alive = False
        if self.transport is not None:
            self.transport.abort()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Lost("no whole answer"))
        self._answer = None


class Http:
    """Posts to the server of ``url``, at most ``connections`` at a time; each answer is waited for ``seconds``."""

    def __init__(self, url: str, *, proxy: str | None = None, connections: int, seconds: float) -> None:
        at = urlsplit(url)
        self._host, self._prefix = at.hostname or "", at.path.rstrip("/")
        self._tls = ssl.create_default_context() if at.scheme == "https" else None
        self._port = at.port or (443 if self._tls else 80)
        self._proxy, self._seconds = proxy, seconds
        self._head = f"Host: {at.netloc.rpartition('@')[2]}\r\nContent-Type: ".encode()
        self.date = b""
        """The ``Date`` of the last answer."""
        self._free = connections
        self._resting: list[Connection] = []
        self._asking: set[Connection] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._look: asyncio.TimerHandle | None = None

    async def post(
        self, path: str, body: bytes, *, content_type: bytes = b"application/json", seconds: float | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises Unreachable or Lost."""
        request = b"POST %b HTTP/1.1\r\n%b%b\r\nContent-Length: %d\r\n\r\n%b" % (
            (self._prefix + path).encode(), self._head, content_type, len(body), body
        )  # fmt: skip
        return await self._exchange(request, seconds)

    async def get(self, path: str, *, seconds: float | None = None) -> tuple[int, bytes]:
        """Status and body of what lies at a path; raises Unreachable or Lost."""
        head = self._head.partition(b"Content-Type")[0]
        return await self._exchange(b"GET %b HTTP/1.1\r\n%b\r\n" % ((self._prefix + path).encode(), head), seconds)

    async def _exchange(self, request: bytes, seconds: float | None) -> tuple[int, bytes]:
        until = time.monotonic() + (seconds or self._seconds)
        await self._turn()
        try:
            connection = self._rested() or await self._connect(until)
            connection.deadline = until
            self._asking.add(connection)
            if self._look is None:
                self._look_later()
            try:
                answer = await connection.ask(request)
            except BaseException:
                connection.drop()
                raise
            finally:
                self._asking.discard(connection)
            self.date = connection.date
            if connection.alive:
                connection.rested = time.monotonic()
                self._resting.append(connection)
            return answer
        finally:
            self._next()

    async def close(self) -> None:
        for connection in [*self._resting, *self._asking]:
            connection.drop()
        self._resting.clear()
        if self._look is not None:
            self._look.cancel()

    async def _turn(self) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._next()
            raise

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _rested(self) -> Connection | None:
        """The connection used last; the older ones fall asleep and are closed."""
        while self._resting:
            connection = self._resting.pop()
            if connection.alive and time.monotonic() - connection.rested < IDLE_SECONDS:
                return connection
            connection.drop()
        return None

    async def _connect(self, until: float) -> Connection:
        loop = asyncio.get_running_loop()
        server: dict[str, Any] = {"host": self._host, "port": self._port, "happy_eyeballs_delay": 0.25}
        try:
            async with asyncio.timeout(until - time.monotonic()):
                if self._proxy:
                    way = Proxy.from_url(self._proxy, rdns=True)
                    server = {"sock": await way.connect(self._host, self._port)}
                if self._tls:
                    server |= {"ssl": self._tls, "server_hostname": self._host}
                _, connection = await loop.create_connection(Connection, **server)
        except (OSError, TimeoutError, ProxyError, ProxyConnectionError, ProxyTimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        return connection

    def _look_later(self) -> None:
        self._look = asyncio.get_running_loop().call_later(LOOK_EVERY, self._drop_overdue)

    def _drop_overdue(self) -> None:
        now = time.monotonic()
        for connection in [c for c in self._asking if c.deadline < now]:
            connection.drop()
        self._look = None
        if self._asking:
            self._look_later()
