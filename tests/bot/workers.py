"""Workers as processes of their own beside a test, and what holds after whatever happened to them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from benchmarks.kills.count import Row
from benchmarks.kills.victims import Nursery, Worker
from benchmarks.worker import Order
from broadcasts.finish import start_due
from storage.enums import BroadcastStatus, DeliveryStatus
from storage.tables import Delivery
from tests.broadcasts.conftest import CHANNELS, FINAL, approved, seen
from tests.broadcasts.test_dispatch import received
from tests.world import TOKEN, World


@dataclass(frozen=True, slots=True)
class Hiring:
    """Starts workers on one database and one network."""

    nursery: Nursery
    loa: World
    database_url: str

    @asynccontextmanager
    async def worker(self, *, rate: float = 50, lease: float = 1.2, clock: str = "") -> AsyncIterator[Worker]:
        """A worker at work; at the end it must still be there and stop in order."""
        order = Order(self.loa.sandbox.url, TOKEN, self.database_url, rate, lease, clock)
        hired = await self.nursery.bear(order)
        try:
            yield hired
            self.nursery.check()
            if not hired.leaving:
                await hired.stop()
            assert self.nursery.ended(hired), self.nursery.said()
        finally:
            if hired.alive:
                hired.kill()


async def begun(loa: World, subscribers: int, *, slow: float = 0.1) -> int:
    """A running broadcast, in a network whose replies take ``slow`` seconds; its id."""
    broadcast_id = await approved(loa, subscribers)
    assert await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12)) == [broadcast_id]
    hold(loa, slow)
    return broadcast_id


def hold(loa: World, seconds: float) -> None:
    """From now on messages are accepted at once, and replies come so late."""
    loa.sandbox.net.faults.clear()
    loa.sandbox.net.faults.order({"kind": "delay", "share": 1, "seconds": seconds, "methods": ["sendMessage"]})


def sent(loa: World) -> int:
    """How many messages the network has accepted."""
    return sum(received(loa).values())


def arrived(loa: World) -> set[str]:
    """Who has a message."""
    return {str(chat) for chat, copies in received(loa).items() if copies}


async def until(what: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while True:
            answer = what()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


async def rows(loa: World) -> dict[str, Row]:
    """The ledger: address -> row."""
    query = select(Delivery.address, Delivery.status, Delivery.doubtful, Delivery.message_ids)
    async with loa.database.reading() as session:
        return {row[0]: Row(*row) for row in await session.execute(query)}


async def marked(loa: World) -> set[str]:
    """Who is marked as being sent to."""
    return {address for address, row in (await rows(loa)).items() if row.status == DeliveryStatus.SENDING}


async def holders(loa: World) -> dict[str, int]:
    """Whose claim is on each row: address -> token."""
    async with loa.database.reading() as session:
        found = await session.execute(select(Delivery.address, Delivery.claim))
        return {row[0]: row[1] for row in found}


@dataclass(frozen=True, slots=True)
class End:
    """What became of a broadcast."""

    doubtful: set[str]
    unknown: set[str]
    twice: set[str]


async def ended(loa: World, broadcast_id: int, seconds: float = 120) -> End:
    """Wait for the end, at which nobody may be lost, and nobody have two copies who is not listed."""

    async def final() -> bool:
        return (await seen(loa, broadcast_id))[0].status in FINAL

    await until(final, seconds)
    found, _ = await seen(loa, broadcast_id)
    assert found.status in (BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN), found.note
    ledger, copies = await rows(loa), {str(chat): n for chat, n in received(loa).items()}
    ledger = {address: row for address, row in ledger.items() if address in copies}
    unknown = {address for address, row in ledger.items() if row.status == DeliveryStatus.UNKNOWN}
    end = End(
        doubtful={address for address, row in ledger.items() if row.doubtful},
        unknown=unknown,
        twice={address for address, n in copies.items() if n > 1},
    )
    assert {row.status for row in ledger.values()} <= {DeliveryStatus.SENT, DeliveryStatus.UNKNOWN}
    assert {address for address, n in copies.items() if not n} <= unknown
    assert end.twice <= end.doubtful | unknown
    return end
