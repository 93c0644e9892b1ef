"""A ledger whose disk is slow, and a dispatcher that slept: what is known stays known, what is late is not sent."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from broadcasts.dispatch import LEASE, Dispatcher
from storage.database import Database, Statement
from storage.enums import BroadcastStatus
from storage.tables import Broadcast, Delivery
from tests.broadcasts.conftest import seen, started
from tests.broadcasts.test_dispatch import received
from tests.world import World, world


class Held(Database):
    """Commits of the ledger wait while ``gate`` is closed; ``after`` is called after each that marks."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.gate = asyncio.Event()
        self.gate.set()
        self.marks = 0

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        await self.gate.wait()
        done = await super().run(statements)
        self.marks += any("'sending', due_at" in sql for sql, _ in statements)
        return done


async def until_sent(loa: World, broadcast_id: int, people: int) -> int:
    """How many are listed as possibly received twice, when all have it."""
    for _ in range(300):
        found, tally = await seen(loa, broadcast_id)
        if found.status is BroadcastStatus.SENT:
            assert tally.sent == people
            return tally.doubtful
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {tally}")


async def test_outcomes_that_wait_for_the_disk_are_not_taken_for_lost(sqlite_url: str):
    """The lease runs out while they wait; they are known all the same."""
    database = Held(sqlite_url)
    async with world(database, datetime.now(UTC)) as loa:
        broadcast_id = await started(loa, 30)
        loa.pace.rate = loa.pace.ceiling = 60
        loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.2, "share": 1, "methods": ["sendMessage"]})
        dispatcher = Dispatcher(database, loa.telegram, loa.pace, lease=timedelta(seconds=3))
        running = asyncio.create_task(dispatcher.run())
        while sum(received(loa).values()) < 10:
            await asyncio.sleep(0.01)
        database.gate.clear()
        await asyncio.sleep(4.5)
        database.gate.set()
        doubtful = await until_sent(loa, broadcast_id, 30)
        await dispatcher.stop()
        await running
        assert doubtful == 0
        assert set(received(loa).values()) == {1}
    await database.close()


async def test_who_slept_after_marking_does_not_send_what_somebody_else_may_hold_by_now(sqlite_url: str):
    """The machine slept for forty of the sixty seconds of the lease, between the mark and the send."""
    database = Held(sqlite_url)
    async with world(database, datetime.now(UTC)) as loa:
        broadcast_id = await started(loa, 1)
        async with database.transaction() as session:
            await session.execute(update(Delivery).values(attempts=2))

        def steady() -> float:
            return time.monotonic() + (40 if database.marks else 0)

        dispatcher = Dispatcher(database, loa.telegram, loa.pace, steady=steady)
        running = asyncio.create_task(dispatcher.run())
        assert await until_sent(loa, broadcast_id, 1) == 0
        await dispatcher.stop()
        await running
        assert database.marks == 2  # what was marked before the sleep was given up unsent, and marked again
        assert set(received(loa).values()) == {1}
        async with database.reading() as session:
            assert await session.scalar(select(Delivery.attempts)) == 3
    await database.close()


class Paused(Database):
    """Somebody pauses everything just before a mark is written."""

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        if any("'sending', due_at" in sql for sql, _ in statements):
            async with self.transaction() as session:
                await session.execute(update(Broadcast).values(status=BroadcastStatus.PAUSED))
        return await super().run(statements)


async def test_what_was_paused_before_its_mark_is_not_sent_and_the_rest_given_back(sqlite_url: str):
    database = Paused(sqlite_url)
    async with world(database, datetime.now(UTC)) as loa:
        await started(loa, 10)
        loa.pace.rate = loa.pace.ceiling = 4
        dispatcher = Dispatcher(database, loa.telegram, loa.pace, now=lambda: loa.now)
        running = asyncio.create_task(dispatcher.run())
        await asyncio.sleep(0.4)
        async with database.reading() as session:
            due = list(await session.scalars(select(Delivery.due_at).order_by(Delivery.due_at)))
        await dispatcher.stop()
        await running
        assert due == [*[loa.now] * 9, loa.now + LEASE]
        assert sum(received(loa).values()) == 0
    await database.close()


class Full(Database):
    """No outcome can be written while it is ``full``."""

    full = True

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        if self.full and any("SET status = r.status" in sql for sql, _ in statements):
            raise OSError("no space left")
        return await super().run(statements)


async def test_outcomes_that_cannot_be_written_are_written_later_and_not_taken_for_lost(sqlite_url: str):
    """The lease runs out meanwhile, and the sender looks for lost rows while it waits for the network."""
    database = Full(sqlite_url)
    async with world(database, datetime.now(UTC)) as loa:
        broadcast_id = await started(loa, 5)
        loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.2, "share": 1, "methods": ["sendMessage"]})
        dispatcher = Dispatcher(database, loa.telegram, loa.pace, lease=timedelta(seconds=0.6), now=lambda: loa.now)
        running = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(20):
            while sum(received(loa).values()) < 5:
                await asyncio.sleep(0.01)
        loa.pace.frozen_until = time.monotonic() + 3600
        await asyncio.sleep(0.2)
        loa.later(seconds=120)
        await asyncio.sleep(0.6)
        database.full = False
        loa.pace.frozen_until = 0.0
        assert await until_sent(loa, broadcast_id, 5) == 0
        await dispatcher.stop()
        await running
    await database.close()


async def test_who_is_told_to_stop_waits_until_what_is_known_can_be_written(sqlite_url: str):
    database = Full(sqlite_url)
    async with world(database, datetime.now(UTC)) as loa:
        broadcast_id = await started(loa, 5)
        loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.2, "share": 1, "methods": ["sendMessage"]})
        dispatcher = Dispatcher(database, loa.telegram, loa.pace)
        running = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(20):
            while sum(received(loa).values()) < 5:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        await dispatcher.stop()
        await asyncio.sleep(0.1)
        database.full = False
        await running
        assert (await seen(loa, broadcast_id))[1].sent == 5
    await database.close()
