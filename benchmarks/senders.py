"""Who sends against a hidden limit: Loa as it is, and its peers' own limiters, each at the edge of its wire."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.hidden import Answer, Broken, Network

WARM_UP = 60.0
"""Seconds that a sender may take to find its feet."""
AT_ONCE = 100
"""Sends that a peer's program has under way, as far as its limiter lets it."""
STEP = 5.0
CEILING = 1000.0
"""What Loa is told it may send at most: nothing that helps."""
ME = {"id": 42, "is_bot": True, "first_name": "x", "username": "x_bot"}


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one sender on one network."""

    share_of_limit: float
    per_10k_429: float
    lost: int
    duplicates: int


def told(network: Network, end: float, lost: int, duplicates: int) -> Told:
    """Share of the limit used between the first minute and ``end``; refusals among all that was sent."""
    used = sum(WARM_UP < at <= end for at in network.passed) / (network.draw.rate * (end - WARM_UP))
    sent = len(network.passed) + network.refused
    return Told(round(used, 4), round(1e4 * network.refused / sent, 2), lost, duplicates)


async def loa(network: Network, people: int, folder: Path, horizon: float) -> Told:
    """The real dispatcher on a real database, until the broadcast is finished or ``horizon`` seconds are over."""
    from sqlalchemy import select

    from benchmarks.setting import prepare
    from broadcasts.dispatch import Dispatcher
    from broadcasts.pace import Pace
    from storage.broadcasts import broadcast
    from storage.database import Database
    from storage.enums import BroadcastStatus, DeliveryStatus
    from storage.tables import Delivery

    url = f"sqlite+aiosqlite:///{folder / 'loa.db'}"
    await prepare(url, people)
    database, loop, began = Database(url), asyncio.get_running_loop(), datetime.now(UTC)
    dispatcher = Dispatcher(
        database, Wire(network), Pace(CEILING), now=lambda: began + timedelta(seconds=loop.time()), steady=loop.time
    )
    running, open_still = asyncio.create_task(dispatcher.run()), True
    while open_still and loop.time() < horizon:
        await asyncio.sleep(STEP)
        async with database.reading() as session:
            found = await broadcast(session, 1)
        open_still = found is not None and found.status is BroadcastStatus.SENDING
    await dispatcher.stop()
    await running
    lost = duplicates = 0
    async with database.reading() as session:
        for address, status, doubtful in await session.execute(
            select(Delivery.address, Delivery.status, Delivery.doubtful)
        ):
            received = network.received[int(address)]
            given_up = status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.SKIPPED)
            lost += given_up and not received and not network.is_blocked(int(address))
            duplicates += received > 1 and not doubtful and status is not DeliveryStatus.UNKNOWN
    await database.close()
    return told(network, horizon if open_still else network.newest, lost, duplicates)


class Wire:
    """The network as a channel of Loa."""

    def __init__(self, network: Network) -> None:
        from storage.enums import ChannelName

        self.name, self.highest_id, self._network = ChannelName.TELEGRAM, 0, network

    def prepare(self, message: Any) -> Any:
        from channels.message import Prepared

        return Prepared(("x",))

    async def deliver(self, address: str, part: Any) -> str:
        from channels.message import SendError
        from storage.enums import Reason

        try:
            answer = await self._network.send(int(address))
        except Broken as error:
            raise SendError(Reason.IN_DOUBT, "the connection broke") from error
        if answer.code == 429:
            raise SendError(Reason.THROTTLED, "Too Many Requests", retry_after=answer.number)
        if answer.code == 403:
            raise SendError(Reason.BLOCKED, "bot was blocked by the user")
        return str(answer.number)

    async def edit(self, address: str, message_id: str, part: Any) -> None:
        raise NotImplementedError

    async def remove(self, address: str, message_id: str, instead: Any) -> None:
        raise NotImplementedError


def spoken(answer: Answer, chat: int) -> bytes:
    """The answer as the Bot API words it."""
    match answer.code:
        case 200:
            to = {"id": chat, "type": "private", "first_name": "x"}
            body: dict[str, Any] = {
                "ok": True, "result": {"message_id": answer.number, "date": 1, "chat": to, "from": ME, "text": "x"},
            }  # fmt: skip
        case 403:
            body = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
        case _:
            wait = answer.number
            description = f"Too Many Requests: retry after {wait}"
            body = {"ok": False, "error_code": 429, "description": description, "parameters": {"retry_after": wait}}
    return json.dumps(body).encode()


async def until(horizon: float, sending: Coroutine[Any, Any, Any]) -> None:
    """Let it send until then."""
    try:
        await asyncio.wait_for(sending, horizon)
    except TimeoutError:
        pass


async def gathered(network: Network, people: int, horizon: float, send: Callable[[int], Any]) -> Told:
    """As programs do it: all at once, so many under way; who raises 429 to the program is not written to again."""
    gate, given_up = asyncio.Semaphore(AT_ONCE), set[int]()

    async def one(chat: int) -> None:
        async with gate:
            if not await send(chat):
                given_up.add(chat)

    async def everyone() -> None:
        await asyncio.gather(*(one(chat) for chat in range(2, people + 2)))

    await until(horizon, everyone())
    return after(network, horizon, given_up)


def after(network: Network, horizon: float, given_up: set[int]) -> Told:
    """Of a peer that was cut short: lost is who was given up and got nothing."""
    lost = sum(not network.received[chat] and not network.is_blocked(chat) for chat in given_up)
    twice = sum(count > 1 for count in network.received.values())
    return told(network, min(horizon, asyncio.get_running_loop().time()), lost, twice)
