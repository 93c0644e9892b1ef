"""A ledger whose disk is slow, and a dispatcher that slept: what is known stays known, what is late is not sent."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from broadcasts.dispatch import Dispatcher
from storage.database import Database, Statement
from storage.enums import BroadcastStatus
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

        def steady() -> float:
            return time.monotonic() + (40 if database.marks else 0)

        dispatcher = Dispatcher(database, loa.telegram, loa.pace, steady=steady)
        running = asyncio.create_task(dispatcher.run())
        assert await until_sent(loa, broadcast_id, 1) == 0
        await dispatcher.stop()
        await running
        assert database.marks == 2  # what was marked before the sleep was given up unsent, and marked again
        assert set(received(loa).values()) == {1}
    await database.close()
