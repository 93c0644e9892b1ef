"""The Telegram channel over real HTTP: errors told apart, edits in place, files, and the way through a proxy."""

import asyncio

import pytest

from channels.blocks import paragraph, prose
from channels.message import Choice, File, Message, SendError, say
from channels.telegram import Telegram
from sandbox.app import serve
from sandbox.settings import Settings
from sandbox.telegram.chats import Chat
from storage.enums import Reason

TOKEN = "42:SANDBOX"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"\x08\x02\0\0\0"


@pytest.fixture
async def sandbox():
    async with serve(Settings(rate=1000, burst=1000)) as running:
        running.net.limits.rules.chat_interval = 0
        running.net.world.add_chat(Chat(id=7, name="Lan", started=True))
        yield running


@pytest.fixture
async def telegram(sandbox):
    made = Telegram(TOKEN, api_url=sandbox.url, seconds=1)
    yield made
    await made.close()


def texts(sandbox) -> list[str]:
    return [m.text for m in sandbox.net.world.chats[7].messages.values() if not m.mine]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "429", "retry_after": 3}, Reason.THROTTLED),
        ({"kind": "500"}, Reason.SERVER),
        ({"kind": "502"}, Reason.SERVER),
        ({"kind": "lost_reply"}, Reason.IN_DOUBT),
        ({"kind": "cut"}, Reason.IN_DOUBT),
        ({"kind": "delay", "seconds": 3}, Reason.IN_DOUBT),
    ],
)
async def test_failures_are_told_apart(sandbox, telegram, fault, reason):
    sandbox.net.faults.order({**fault, "count": 1, "methods": ["sendMessage"]})

    with pytest.raises(SendError) as caught:
        await telegram.deliver("7", telegram.prepare(say("chào")).parts[0])

    assert caught.value.reason is reason
    assert caught.value.retry_after == fault.get("retry_after")


async def test_a_server_that_is_not_there_was_surely_not_reached(sandbox):
    nowhere = Telegram(TOKEN, api_url="http://127.0.0.1:9")
    with pytest.raises(SendError) as caught:
        await nowhere.deliver("7", nowhere.prepare(say("chào")).parts[0])
    await nowhere.close()

    assert caught.value.reason is Reason.NETWORK


async def test_a_proxy_that_is_down_is_a_failed_send_and_nothing_worse(sandbox):
    blocked = Telegram(TOKEN, api_url=sandbox.url, proxy="socks5://127.0.0.1:9")
    with pytest.raises(SendError) as caught:
        await blocked.deliver("7", blocked.prepare(say("chào")).parts[0])
    await blocked.close()

    assert caught.value.reason is Reason.NETWORK


async def test_a_wrong_token_is_our_own_fault(sandbox):
    wrong = Telegram("42:WRONGTOKENWRONGTOKENWRONG", api_url=sandbox.url)
    with pytest.raises(SendError) as caught:
        await wrong.call("getMe", {})
    await wrong.close()

    assert caught.value.reason is Reason.UNAUTHORISED


async def test_a_message_is_edited_in_its_place_or_sent_anew(sandbox, telegram):
    first = await telegram.show("7", say("một", (Choice("x", "Nút"),)))
    second = await telegram.show("7", say("hai"), over=first)
    same = await telegram.show("7", say("hai"), over=first)
    gone = await telegram.show("7", say("ba"), over="999999")

    assert (second, same) == (first, first)
    assert gone != first
    assert texts(sandbox) == ["hai", "ba"]


async def test_a_picture_takes_the_place_of_a_picture_and_of_words(sandbox, telegram):
    """Words cannot take the place of a picture, so they are said below."""
    words, one = Message(prose("chữ")), Message(prose("một"), picture=File("a.png", PNG, "image/png"))
    other = Message(prose("hai"), picture=File("b.png", PNG + b" ", "image/png"))
    first = await telegram.show("7", words)

    kept = [await telegram.show("7", message, over=first) for message in (one, other)]
    below = await telegram.show("7", words, over=first)

    assert kept == [first, first]
    assert below != first
    assert texts(sandbox) == ["hai", "chữ"]


async def test_hostile_text_arrives_as_it_was_written(sandbox, telegram):
    hostile = "</b><a href='x'>&amp; <script> < > & \u202e 👩‍👩‍👧 \"'"
    await telegram.show("7", Message((paragraph(hostile),)))

    assert texts(sandbox) == [hostile]


async def test_a_long_caption_becomes_text_of_its_own(sandbox, telegram):
    short = Message(prose("Ngắn"), picture=File("a.png", PNG, "image/png"))
    long = Message(prose("Dài " * 400), picture=File("a.png", PNG, "image/png"))

    await telegram.show("7", short)
    await telegram.show("7", long)

    sent = [m for m in sandbox.net.world.chats[7].messages.values() if not m.mine]
    assert [(bool(m.photo), m.text[:4]) for m in sent] == [(True, "Ngắn"), (True, ""), (False, "Dài ")]


async def test_everything_goes_through_the_proxy(sandbox):
    """Where Telegram is blocked: nothing may bypass the proxy."""
    seen: list[bytes] = []

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        seen.append(request.split(b"\r\n")[0])
        host, _, port = request.split()[1].decode().partition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
            sink.close()

        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    through = Telegram(TOKEN, api_url=sandbox.url, proxy=f"http://127.0.0.1:{port}")

    await through.deliver("7", through.prepare(say("qua proxy")).parts[0])
    await through.call("getMe", {})
    await through.close()
    server.close()

    target = sandbox.url.removeprefix("http://").encode()
    assert seen == [b"CONNECT " + target + b" HTTP/1.1"]
    assert texts(sandbox) == ["qua proxy"]


async def test_the_proxy_finds_the_name_of_the_server():
    """Where Telegram is blocked, its name is often not to be found either."""
    asked: list[bytes] = []

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        kind, length = (await reader.readexactly(5))[3:]
        asked.append(await reader.readexactly(length + 2) if kind == 3 else b"an address")
        writer.write(b"\x05\x04\x00\x01" + bytes(6))
        writer.close()

    server = await asyncio.start_server(socks, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    through = Telegram(TOKEN, api_url="http://telegram.example:8081", proxy=f"socks5://127.0.0.1:{port}")
    with pytest.raises(SendError) as caught:
        await through.call("getMe", {})
    await through.close()
    server.close()
    assert (asked, caught.value.reason) == ([b"telegram.example" + (8081).to_bytes(2, "big")], Reason.NETWORK)


async def test_a_file_that_was_sent_is_had_back(sandbox, telegram):
    sent = Message(prose("Ảnh"), picture=File("a.png", PNG, "image/png"))
    await telegram.show("7", sent)
    photo = sandbox.net.world.chats[7].messages[max(sandbox.net.world.chats[7].messages)].photo

    name, content = await telegram.download(photo.file_id)

    assert content == PNG
    assert name
    with pytest.raises(SendError) as caught:
        await telegram.download("nothing")
    assert caught.value.reason is Reason.REFUSED
