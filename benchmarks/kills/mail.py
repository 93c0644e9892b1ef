"""The network of the kills as a mail server: a port for each worker, and a letter counts once its last dot is in."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from benchmarks.kills.network import Network

END = b"\r\n.\r\n"
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<([^>]+)>")


class Letterbox(asyncio.Protocol):
    """SMTP as far as our pool speaks it. What has arrived is accepted even when the worker is gone by then."""

    def __init__(self, network: Network, place: str) -> None:
        self._network, self._place = network, place
        self._got, self._to, self._content = b"", "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say("220 mx.test ESMTP")

    def _say(self, line: str) -> None:
        self._transport.write(f"{line}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._got += data
        while True:
            end = END if self._content else b"\r\n"
            head, found, rest = self._got.partition(end)
            if not found:
                return
            self._got = rest
            if self._content:
                self._content = False
                known = MESSAGE_ID.search(head)
                self._network.handle(self._place, self._to, self._answer, known[1].decode() if known else "?")
            else:
                self._command(head.decode())

    def _command(self, line: str) -> None:
        match line.partition(" ")[0].upper():
            case "EHLO":
                self._say("250-mx.test\r\n250-8BITMIME\r\n250 SMTPUTF8")
            case "RCPT":
                self._to = line.partition("<")[2].partition(">")[0]
                self._say("250 2.1.5 Ok")
            case "DATA":
                self._content = True
                self._say("354 End data with <CR><LF>.<CR><LF>")
            case "QUIT":
                self._say("221 2.0.0 Bye")
                self._transport.close()
            case _:
                self._say("250 2.0.0 Ok")

    def _answer(self, number: int | None) -> None:
        if number is None:
            self._transport.abort()
        else:
            self._say(f"250 2.0.0 Ok: queued as {number}")


@asynccontextmanager
async def letterboxes(network: Network, places: str) -> AsyncIterator[None]:
    """A port for each place, under which the network is found from now on."""
    loop = asyncio.get_running_loop()
    servers = {}
    for place in places:
        servers[place] = await loop.create_server(partial(Letterbox, network, place), "127.0.0.1", 0)
        network.places[place] = f"smtp://127.0.0.1:{servers[place].sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        for server in servers.values():
            server.close()
