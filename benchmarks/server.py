"""A loopback server that accepts every sendMessage and does nothing else, so that it is not what is measured.

``getStats`` tells how many it has accepted, and when it did so first and last on the machine's steady clock.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

CHAT = {"id": 1, "type": "private", "first_name": "x"}
ME = {"id": 42, "is_bot": True, "first_name": "x", "username": "x_bot"}


@dataclass
class Seen:
    """What came since the last ``getStats``."""

    accepted: int = 0
    first: float = 0.0
    last: float = 0.0


class Accepting(asyncio.Protocol):
    """HTTP/1.1 with keep-alive; answers each request with the next message id."""

    number = 0
    seen = Seen()
    delay = 0.0
    """Seconds until a message is answered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._got = transport, b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        while True:
            head, found, rest = self._got.partition(b"\r\n\r\n")
            if not found:
                return
            length = 0
            for line in head.split(b"\r\n")[1:]:
                if line[:15].lower() == b"content-length:":
                    length = int(line[15:])
            if len(rest) < length:
                return
            self._got = rest[length:]
            self._answer(head.split(b" ", 2)[1].rpartition(b"/")[2])

    def _answer(self, method: bytes) -> None:
        result: Any = True
        if method == b"sendMessage":
            Accepting.number += 1
            result = {"message_id": Accepting.number, "date": 1, "chat": CHAT, "from": ME, "text": "x"}
            seen = Accepting.seen
            seen.accepted += 1
            seen.last = time.monotonic()
            seen.first = seen.first or seen.last
        elif method == b"getMe":
            result = ME
        elif method == b"getUpdates":
            asyncio.get_running_loop().call_later(1, self._say, [])
            return
        elif method == b"getStats":
            result, Accepting.seen = vars(Accepting.seen), Seen()
        if method == b"sendMessage" and Accepting.delay:
            asyncio.get_running_loop().call_later(Accepting.delay, self._say, result)
            return
        self._say(result)

    def _say(self, result: Any) -> None:
        body = json.dumps({"ok": True, "result": result}).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )


def stats(url: str) -> Seen:
    """What was accepted since this was last asked."""
    with urllib.request.urlopen(f"{url}/bot42/getStats", timeout=5) as answer:  # loopback, started by us
        return Seen(**json.load(answer)["result"])


async def serve(delay: float = 0.0) -> None:
    Accepting.delay = delay
    server = await asyncio.get_running_loop().create_server(Accepting, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running(delay: float = 0.0) -> Iterator[str]:
    """The URL of such a server in a process of its own, which answers a message after so many seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(delay)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(*map(float, sys.argv[1:])))
