"""Connections to the Bot API: kept, given up, waited for, and only to who proves to be the one that is meant."""

import asyncio
import ssl
from dataclasses import dataclass, field

import pytest

from channels.http import Http
from channels.message import File, SendError
from channels.telegram import Telegram
from storage.enums import Reason
from tests.channels.test_wire import TOKEN, WHOLE, answer, delivered, failure, is_silent, request, says, serving


@dataclass
class Keeping:
    """Answers every request, each with ``raw``, and counts its connections, which it never closes."""

    raw: bytes
    connections: list[asyncio.StreamWriter] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        try:
            while True:
                await request(reader)
                writer.write(self.raw)
        except asyncio.IncompleteReadError:
            writer.close()


async def test_a_connection_is_kept_for_the_next_message():
    server = Keeping(answer(WHOLE))
    async with serving(server) as telegram:
        assert [await delivered(telegram) for _ in range(3)] == ["7"] * 3
        assert not telegram._http._asking  # nothing is kept of what is over
    assert len(server.connections) == 1


async def test_a_connection_that_the_server_will_not_keep_is_not_used_again():
    server = Keeping(answer(WHOLE, b"200 OK\r\nConnection: close"))
    async with serving(server) as telegram:
        assert [await delivered(telegram) for _ in range(3)] == ["7"] * 3
        await asyncio.sleep(0.1)
        assert [one.is_closing() for one in server.connections] == [True] * 3


async def test_a_connection_that_was_closed_meanwhile_is_not_used_again():
    async with serving(says(answer(WHOLE))) as telegram:
        assert await delivered(telegram) == "7"
        await asyncio.sleep(0.1)
        assert await delivered(telegram) == "7"


async def test_a_connection_on_which_something_came_unasked_is_not_used_again():
    """A server that waited for us in vain says so before it closes."""
    server = Keeping(answer(WHOLE))
    async with serving(server) as telegram:
        assert await delivered(telegram) == "7"
        server.connections[0].write(answer(b"", b"408 Request Timeout"))
        await asyncio.sleep(0.1)
        assert await delivered(telegram) == "7"
    assert len(server.connections) == 2


async def test_a_connection_that_rested_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("channels.http.IDLE_SECONDS", 0.2)
    server = Keeping(answer(WHOLE))
    async with serving(server) as telegram:
        assert await delivered(telegram) == "7"
        await asyncio.sleep(0.3)
        assert await delivered(telegram) == "7"
    assert len(server.connections) == 2


@dataclass
class Slow:
    """Answers each request after a while, with the number of the request as the message's; keeps its connections."""

    seconds: float
    asked: int = 0
    at_once: int = 0
    most: int = 0
    closed: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await request(reader)
                self.asked += 1
                number, self.at_once = self.asked, self.at_once + 1
                self.most = max(self.most, self.at_once)
                await asyncio.sleep(self.seconds)
                self.at_once -= 1
                writer.write(answer(WHOLE.replace(b":7,", b":%d," % number, 1)))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed += 1
            writer.close()


@pytest.mark.parametrize("files", [None, {"photo": File("ảnh.png", b"1", "image/png")}])
async def test_a_call_may_be_waited_for_less_long(files: dict[str, File] | None):
    async with serving(is_silent, seconds=60) as telegram, asyncio.timeout(3):
        with pytest.raises(SendError):
            await telegram.call("sendPhoto", {"chat_id": 7}, files=files, seconds=0.2)


async def test_a_file_of_which_only_a_part_comes_may_be_had_later():
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (await reader.readline()).startswith(b"POST"):
            await request(reader)
            writer.write(answer(b'{"ok":true,"result":{"file_path":"photos/a.png"}}'))
        else:
            writer.write(answer(b"half", length=8))
        writer.close()

    async with serving(serve) as telegram:
        with pytest.raises(SendError) as caught:
            await telegram.download("1")
    assert caught.value.reason is Reason.NETWORK


async def test_the_answer_to_a_message_that_was_given_up_is_nobody_elses():
    async with serving(server := Slow(0.3)) as telegram:
        first = asyncio.create_task(delivered(telegram))
        await asyncio.sleep(0.1)
        first.cancel()
        assert await delivered(telegram) == "2"
        assert server.closed == 1


async def test_no_more_messages_are_under_way_than_connections_are_allowed():
    async with serving(server := Slow(0.05), connections=2) as telegram:
        got = await asyncio.gather(*[delivered(telegram) for _ in range(7)])
    assert (sorted(map(int, got)), server.most) == ([1, 2, 3, 4, 5, 6, 7], 2)


async def test_who_stops_waiting_for_a_connection_takes_none():
    async with serving(server := Slow(0.2), connections=1) as telegram:
        first, second, third = [asyncio.create_task(delivered(telegram)) for _ in range(3)]
        await asyncio.sleep(0.05)
        second.cancel()
        assert [await first, await third, *await asyncio.gather(delivered(telegram), delivered(telegram))] == [
            "1", "2", "3", "4",
        ]  # fmt: skip
    assert server.most == 1


async def test_who_stops_waiting_just_when_their_turn_comes_hands_it_on():
    http = Http("http://127.0.0.1:1", connections=1, seconds=1)
    await http._turn()
    second, third = asyncio.create_task(http._turn()), asyncio.create_task(http._turn())
    await asyncio.sleep(0)
    http._next()
    second.cancel()
    await asyncio.wait_for(third, 1)
    assert second.cancelled()


async def test_who_is_closed_down_hears_that_there_is_no_answer():
    async with serving(is_silent, seconds=60) as telegram:
        waiting = asyncio.create_task(failure(telegram))
        await asyncio.sleep(0.1)
        await telegram.close()
        assert (await waiting).reason is Reason.IN_DOUBT


async def test_who_cannot_prove_to_be_the_one_that_is_meant_is_told_nothing(context: ssl.SSLContext):
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    telegram = Telegram(TOKEN, api_url=f"https://localhost:{port}", seconds=1)
    assert (await failure(telegram)).reason is Reason.NETWORK
    await telegram.close()
    listening.close()
    assert heard == []


async def test_a_connection_that_is_never_ready_has_surely_sent_nothing():
    listening = await asyncio.start_server(is_silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    telegram = Telegram(TOKEN, api_url=f"https://localhost:{port}", seconds=0.5)
    assert (await failure(telegram)).reason is Reason.NETWORK
    await telegram.close()
    listening.close()


@pytest.mark.parametrize(("url", "port"), [("https://a.vn", 443), ("http://a.vn", 80), ("https://a.vn:8443/x", 8443)])
def test_where_no_port_is_named_it_is_the_usual_one(url: str, port: int):
    assert Http(url, connections=1, seconds=1)._port == port
