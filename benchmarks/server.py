"""A loopback server that accepts every sendMessage and does nothing else, so that it is not what is measured."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Accepting(asyncio.Protocol):
    """HTTP/1.1 with keep-alive; answers each request with the next message id."""

    number = 0

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
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        Accepting.number += 1
        chat = {"id": 1, "type": "private", "first_name": "x"}
        me = {"id": 42, "is_bot": True, "first_name": "x", "username": "x_bot"}
        result: dict[str, object] = {"message_id": Accepting.number, "date": 1, "chat": chat, "from": me, "text": "x"}
        if b"getMe" in head.split(b"\r\n")[0]:
            result = me
        body = json.dumps({"ok": True, "result": result}).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Accepting, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running() -> Iterator[str]:
    """The URL of such a server in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve())
