"""A loopback Bot API, or Zalo's OpenAPI, that keeps the truth: which message it really accepted, for whom, and when.

Each worker speaks to an address of its own, so the network knows whose request it is handling and can spring a trap
at an exact moment of it.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

FASTEST, SLOWEST = 0.06, 0.14
"""Seconds from a request to its reply; the message is accepted somewhere between."""


class Moment(StrEnum):
    """Where a request stands."""

    ARRIVED = "arrived"
    ACCEPTED = "accepted"
    ANSWERED = "answered"


@dataclass(slots=True)
class Trap:
    """Springs once, when the worker at ``place`` has got ``after`` requests further and one reaches the moment."""

    moment: Moment
    place: str
    after: int
    spring: Callable[[], None]


@dataclass(slots=True)
class Network:
    """What was asked, what was accepted (chat -> message ids), and whose trap is set."""

    draw: random.Random
    losing: float
    """Share of messages that are accepted and whose reply is lost."""
    accepted: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    arrived: set[str] = field(default_factory=set)
    requests: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)
    """When each request came, on the loop's clock."""
    lost_replies: int = 0
    number: int = 0
    trap: Trap | None = None
    url: str = ""
    places: dict[str, str] = field(default_factory=dict)
    """Where a worker finds the network that has an address of its own there."""

    def at(self, place: str) -> str:
        """Where the worker at a place finds the network."""
        return self.places.get(place, f"{self.url}/{place}")

    def springs(self, moment: Moment, place: str) -> bool:
        """Whether the trap has just struck this worker."""
        trap = self.trap
        if trap is None or trap.place != place or trap.moment is not moment or self.requests[place] < trap.after:
            return False
        self.trap = None
        trap.spring()
        return True

    def handle(self, place: str, chat: str, answer: Callable[[int | None], None], known_as: str = "") -> None:
        """One message; ``answer`` gets its number, or None when the connection is to be cut.

        ``known_as`` is its id where the sender gives it one.
        """
        self.requests[place] += 1
        self.moments.append(asyncio.get_running_loop().time())
        self.arrived.add(chat)
        if self.springs(Moment.ARRIVED, place):
            return
        loop, seconds = asyncio.get_running_loop(), self.draw.uniform(FASTEST, SLOWEST)
        until_accepted = self.draw.uniform(0, seconds)

        def accept() -> None:
            self.number += 1
            self.accepted[chat].append(known_as or str(self.number))
            if not self.springs(Moment.ACCEPTED, place):
                loop.call_later(seconds - until_accepted, reply, self.number)

        def reply(number: int) -> None:
            if self.draw.random() < self.losing:
                self.lost_replies += 1
                answer(None)
                return
            answer(number)
            self.springs(Moment.ANSWERED, place)

        loop.call_later(until_accepted, accept)


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive. A message that has arrived is accepted even when the worker is gone by then."""

    def __init__(self, network: Network) -> None:
        self._network, self._got = network, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while True:
            head, found, rest = self._got.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            length = next((int(line[15:]) for line in lines[1:] if line[:15].lower() == "content-length:"), 0)
            if not found or len(rest) < length:
                return
            self._got = rest[length:]
            place = lines[0].split()[1].split("/")[1]
            said = json.loads(rest[:length])
            zalo = "recipient" in said
            chat = str(said["recipient"]["user_id"] if zalo else said["chat_id"])
            self._network.handle(place, chat, partial(self._answer, _enveloped if zalo else _result, chat))

    def _answer(self, written: Callable[[int, str], dict[str, object]], chat: str, number: int | None) -> None:
        if number is None:
            self._transport.abort()
            return
        body = json.dumps(written(number, chat)).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


def _result(number: int, chat: str) -> dict[str, object]:
    """As the Bot API answers."""
    sent = {"message_id": number, "date": 1, "chat": {"id": int(chat), "type": "private"}, "text": "x"}
    return {"ok": True, "result": sent}


def _enveloped(number: int, chat: str) -> dict[str, object]:
    """As Zalo's OpenAPI answers."""
    return {"error": 0, "message": "Success", "data": {"message_id": str(number), "user_id": chat}}


@asynccontextmanager
async def serving(draw: random.Random, losing: float) -> AsyncIterator[Network]:
    network = Network(draw, losing)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(network), "127.0.0.1", 0)
    network.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield network
    finally:
        server.close()
