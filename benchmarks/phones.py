"""Many telephones in one process: a loopback Bot API that hands each new screen to its person, who taps on.

A tap is a real update, posted to the bot's webhook over kept connections; as many at once as Telegram has by default.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "s" * 40
AT_ONCE = 40
"""Webhook connections: what ``setWebhook`` takes where nothing is said."""
ME = {"id": 42, "is_bot": True, "first_name": "x", "username": "x_bot"}
DONE = "ok"
"""The button that ends a question with several options."""


@dataclass(slots=True)
class Phone:
    """One respondent: what stands in the chat, and what was tapped so far, by the question's position."""

    chat: int
    message_id: int
    text: str
    buttons: list[str]
    markup: Any
    tapped: dict[int, list[str]] = field(default_factory=dict)
    since: float = 0.0
    """When the last tap was made; 0 while none waits for its answer."""

    def choose(self, random: Random) -> str:
        """The next tap: one option; of several one, then that these are all; '' when nothing is asked any more."""
        options = [token for token in self.buttons if token.startswith("a:") and not token.endswith(":?")]
        if not options:
            return ""
        done = [token for token in options if token.endswith(f":{DONE}")]
        if done and self.tapped.get(int(done[0].split(":")[2])):
            return done[0]
        return random.choice([token for token in options if token not in done])


class _Server(asyncio.Protocol):
    """HTTP/1.1 with keep-alive: accepts every call, and hands edits on."""

    def __init__(self, phones: "Phones") -> None:
        self._phones, self._got = phones, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while True:
            head, found, rest = self._got.partition(b"\r\n\r\n")
            length = _length(head)
            if not found or len(rest) < length:
                return
            self._got = rest[length:]
            self._answer(head.split(b" ", 2)[1].rpartition(b"/")[2], rest[:length])

    def _answer(self, method: bytes, body: bytes) -> None:
        phones = self._phones
        if method == b"getMe":
            self._say(ME)
        elif method == b"sendMessage":
            phones.sent += 1
            self._say(_message(phones.sent, 1))
        elif method == b"editMessageText":
            edit = _fields(body)
            chat, message_id = int(edit["chat_id"]), int(edit["message_id"])
            self._say(_message(message_id, chat))
            phones.edited(chat, message_id, edit)
        else:
            self._say(True)

    def _say(self, result: Any) -> None:
        body = json.dumps({"ok": True, "result": result}).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


def _message(id: int, chat: int) -> dict[str, Any]:
    return {"message_id": id, "date": 1, "chat": {"id": chat, "type": "private", "first_name": "x"}, "from": ME,
            "text": "x"}  # fmt: skip


def _fields(body: bytes) -> dict[str, Any]:
    """The fields of a call: JSON, or a form as aiogram posts it."""
    if body[:1] == b"{":
        fields: dict[str, Any] = json.loads(body)
        return fields
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return {**form, "reply_markup": json.loads(form["reply_markup"])}


class _Post(asyncio.Protocol):
    """One kept connection to the webhook."""

    def __init__(self, phones: "Phones") -> None:
        self._phones, self._got = phones, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, rest = self._got.partition(b"\r\n\r\n")
        if found and len(rest) >= _length(head):
            self._got = b""
            self._phones.acknowledged(self, int(head.split(b" ", 2)[1]))


class Phones:
    """The people, the Bot API that shows them what the bot says, and the webhook that hears what they tap.

    ``latencies`` holds the seconds from each tap to the edit that answered it, since it was last emptied.
    """

    def __init__(self, seed: int = 1) -> None:
        self.people: dict[int, Phone] = {}
        self.latencies: list[float] = []
        self.sent = 0
        """Messages of a broadcast that have arrived."""
        self.refused = 0
        """Posts that the webhook did not take."""
        self._random = Random(seed)
        self._update = 0
        self._free: list[_Post] = []
        self._queue: deque[bytes] = deque()
        self._head = b""
        self._again: Callable[[Phone], None] = lambda _: None

    @asynccontextmanager
    async def network(self) -> AsyncIterator[str]:
        """The URL of the Bot API."""
        server = await asyncio.get_running_loop().create_server(lambda: _Server(self), "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def connect(self, webhook: str) -> None:
        """From now on taps go to this webhook."""
        at = urlsplit(webhook)
        assert at.hostname is not None
        assert at.port is not None
        host, port = at.hostname, at.port
        self._head = (
            f"POST {at.path} HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
        ).encode()
        loop = asyncio.get_running_loop()
        for post in self._free:
            post.transport.close()
        self._free = [(await loop.create_connection(lambda: _Post(self), host, port))[1] for _ in range(AT_ONCE)]

    def tap(self, phone: Phone) -> bool:
        """Tap on; False if nothing is asked any more."""
        token = phone.choose(self._random)
        if not token:
            return False
        kind, _, position, value = token.split(":")
        assert kind == "a"
        phone.tapped.setdefault(int(position), []).append(value)
        self._update += 1
        person = {"id": phone.chat, "is_bot": False, "first_name": "Lan", "last_name": "Phạm", "language_code": "vi"}
        shown = {
            **_message(phone.message_id, phone.chat), "edit_date": 2, "text": phone.text, "reply_markup": phone.markup
        }  # fmt: skip
        query = {"id": str(self._update), "from": person, "message": shown, "chat_instance": "1", "data": token}
        body = json.dumps({"update_id": self._update, "callback_query": query}).encode()
        phone.since = time.perf_counter()
        self._queue.append(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        self._post()
        return True

    def _post(self) -> None:
        while self._queue and self._free:
            self._free.pop().transport.write(self._queue.popleft())

    def acknowledged(self, post: _Post, status: int) -> None:
        self.refused += status != 200
        self._free.append(post)
        self._post()

    def edited(self, chat: int, message_id: int, edit: dict[str, Any]) -> None:
        """A new screen: whoever waited for it may go on."""
        phone = self.people.get(chat)
        if phone is None or not phone.since:
            return
        self.latencies.append(time.perf_counter() - phone.since)
        phone.since, phone.message_id, phone.text, phone.markup = 0.0, message_id, edit["text"], edit["reply_markup"]
        phone.buttons = [b["callback_data"] for row in phone.markup["inline_keyboard"] for b in row]
        self._again(phone)

    async def hurry(self, phones: Sequence[Phone], at_once: int, seconds: float, warm: float = 1.0) -> float:
        """So many tap as soon as they are answered, the next taking over from who is done; answers a second.

        What comes while it gets going (``warm`` seconds) is not counted, nor what comes after the end.
        """
        coming, going = iter(phones), True

        def on(phone: Phone | None) -> None:
            while going and (phone is None or not self.tap(phone)):
                phone = next(coming)

        self._again = on
        for _ in range(at_once):
            on(None)
        await asyncio.sleep(warm)
        before, began = len(self.latencies), time.perf_counter()
        await asyncio.sleep(seconds)
        answered, took = len(self.latencies) - before, time.perf_counter() - began
        going = False
        await self.quiet(phones)
        return answered / took

    async def stroll(self, phones: Sequence[Phone], rate: float, seconds: float) -> list[float]:
        """Taps come at random, ``rate`` a second, whether or not earlier ones are answered; their latencies."""
        idle = deque(phones)
        self._again = idle.append
        self.latencies.clear()
        at = time.perf_counter()
        end = at + seconds
        while (at := at + self._random.expovariate(rate)) < end:
            await asyncio.sleep(at - time.perf_counter())
            while not self.tap(idle.popleft()):
                pass
        await self.quiet(phones)
        return sorted(self.latencies)

    async def quiet(self, phones: Sequence[Phone], seconds: float = 30.0) -> None:
        """Until everybody is answered; raises TimeoutError if somebody is not."""
        self._again = lambda _: None
        async with asyncio.timeout(seconds):
            while self._queue or len(self._free) < AT_ONCE or any(phone.since for phone in phones):
                await asyncio.sleep(0.01)
