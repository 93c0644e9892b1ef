"""The Telegram channel and a server that breaks off, dawdles or talks nonsense, byte by byte.

What matters is told apart: a message that surely was not accepted, and one that may have been.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from channels.message import SendError, say
from channels.telegram import Telegram
from storage.enums import Reason
from tests.postgres import free_port

TOKEN = "42:SANDBOX"
Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WHOLE = b'{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":7,"type":"private"}}}'
HTML = b"<html><h1>502 Bad Gateway</h1></html>"


def answer(body: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body) if length is None else length, body)


async def request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    json.loads(await reader.readexactly(length))


def reset(writer: asyncio.StreamWriter) -> None:
    """Break off without a goodbye."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def says(raw: bytes) -> Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(raw)
        await writer.drain()
        writer.close()

    return serve


def breaks_off(after: bytes) -> Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(after)
        await writer.drain()
        await asyncio.sleep(0.05)
        reset(writer)

    return serve


async def breaks_off_unread(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One byte at a time: never silent, never done."""
    await request(reader)
    try:
        for byte in answer(WHOLE):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.05)
    except ConnectionError:
        pass


async def is_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@asynccontextmanager
async def serving(server: Server, *, seconds: float = 1, connections: int = 500) -> AsyncIterator[Telegram]:
    """A channel to such a server, which waits for an answer for a second; nothing may go wrong beside it."""
    wrong: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: wrong.append(what))
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    telegram = Telegram(TOKEN, api_url=f"http://127.0.0.1:{port}", seconds=seconds, connections=connections)
    try:
        yield telegram
    finally:
        await telegram.close()
        listening.close()
    assert wrong == []


async def delivered(telegram: Telegram) -> str:
    async with asyncio.timeout(3):
        return await telegram.deliver("7", telegram.prepare(say("chào")).parts[0])


async def failure(telegram: Telegram) -> SendError:
    with pytest.raises(SendError) as caught:
        await delivered(telegram)
    return caught.value


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (breaks_off_unread, Reason.IN_DOUBT),
        (breaks_off(b""), Reason.IN_DOUBT),
        (breaks_off(answer(WHOLE)[:30]), Reason.IN_DOUBT),
        (breaks_off(answer(WHOLE, length=len(WHOLE) + 1)), Reason.IN_DOUBT),
        (says(answer(WHOLE, length=len(WHOLE) + 1)), Reason.IN_DOUBT),
        (drips, Reason.IN_DOUBT),
        (is_silent, Reason.IN_DOUBT),
        (says(b"\x16\x03\x01\x00"), Reason.IN_DOUBT),
        (says(b""), Reason.IN_DOUBT),
        (says(answer(WHOLE[:40])), Reason.SERVER),
        (says(answer(HTML)), Reason.SERVER),
        (says(answer(HTML, b"502 Bad Gateway")), Reason.SERVER),
        (says(answer(HTML, b"504 Gateway Timeout")), Reason.SERVER),
        (says(answer(b"", b"302 Found")), Reason.SERVER),
        (says(answer(b'{"ok":false,"error_code":401,"description":"Unauthorized"}', b"401 Unauthorized")),
         Reason.UNAUTHORISED),
    ],
    ids=["reset unread", "reset before an answer", "reset in the head", "reset in the body", "closed in the body",
         "dripping", "silent", "not HTTP", "closed", "half the JSON", "200 in HTML", "502 in HTML",
         "504 in HTML", "elsewhere", "revoked"],
)  # fmt: skip
async def test_a_send_without_a_whole_answer_is_in_doubt(server: Server, reason: Reason):
    async with serving(server, seconds=1 if server in (drips, is_silent) else 60) as telegram:
        assert (await failure(telegram)).reason is reason


@pytest.mark.parametrize(
    ("body", "wait"),
    [
        (b'{"ok":false,"error_code":429,"description":"Too Many Requests"}', 1.0),
        (
            b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":10072}}',
            10072.0,
        ),
        (HTML, 1.0),
    ],
)
async def test_too_many_requests_is_understood_with_parameters_and_without(body: bytes, wait: float):
    async with serving(says(answer(body, b"429 Too Many Requests"))) as telegram:
        error = await failure(telegram)
    assert (error.reason, error.retry_after) == (Reason.THROTTLED, wait)


async def test_a_connection_that_is_refused_has_surely_sent_nothing():
    telegram = Telegram(TOKEN, api_url=f"http://127.0.0.1:{free_port()}", seconds=1)
    assert (await failure(telegram)).reason is Reason.NETWORK
    await telegram.close()


async def test_after_a_broken_connection_the_next_message_goes_out():
    served: list[int] = []

    async def first_breaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(len(served))
        await (breaks_off(b"HTTP/1.1 200") if served == [0] else says(answer(WHOLE)))(reader, writer)

    async with serving(first_breaks) as telegram:
        assert (await failure(telegram)).reason is Reason.IN_DOUBT
        assert await delivered(telegram) == "7"


@pytest.mark.parametrize("raw", [b"\x16\x03\x01\x00", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"])
async def test_nonsense_is_known_for_what_it_is_at_once(raw: bytes):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(raw)
        await reader.read()

    async with serving(serve, seconds=60) as telegram:
        assert (await failure(telegram)).reason is Reason.IN_DOUBT


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(WHOLE), WHOLE)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(WHOLE),
        b"HTTP/1.1 200 OK\r\n\r\n" + WHOLE,
        CHUNKED + b"0\r\n\r\n",
    ],
    ids=["after an interim one", "up to the end of the connection", "in chunks"],
)
async def test_an_answer_is_understood_in_each_form(raw: bytes):
    async with serving(says(raw)) as telegram:
        assert await delivered(telegram) == "7"


@pytest.mark.parametrize(
    "server",
    [says(CHUNKED), breaks_off(CHUNKED), breaks_off(b"HTTP/1.1 200 OK\r\n\r\n" + WHOLE)],
    ids=["closed before the last chunk", "reset before the last chunk", "reset where the end is the end"],
)
async def test_an_answer_that_may_go_on_is_not_whole(server: Server):
    async with serving(server) as telegram:
        assert (await failure(telegram)).reason is Reason.IN_DOUBT
