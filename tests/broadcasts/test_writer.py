"""The one writer of the ledger: what it waits for, what it keeps when the disk fails, and in which order."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from broadcasts import ledger as ledgers
from broadcasts.dispatch import LEASE
from broadcasts.ledger import Ledger
from storage.database import Database, Statement
from storage.deliveries import claim
from storage.enums import DeliveryStatus
from storage.ledger import Claim, Mark, Result
from storage.tables import Delivery
from tests.broadcasts.conftest import started
from tests.world import World, world


class Disk(Database):
    """Each write waits to be let through, and may fail; ``seen`` are the rows that it was to record."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.through = asyncio.Semaphore(0)
        self.full = False
        self.begun = 0
        self.seen: list[list[int]] = []

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        self.begun += 1
        await self.through.acquire()
        self.seen.append([row[0] for sql, given in statements if "attempts" in sql for row in json.loads(given[0])])
        if self.full:
            raise OSError("no space left")
        return await super().run(statements)

    def let(self, writes: int = 1) -> None:
        for _ in range(writes):
            self.through.release()


class Desk:
    """A ledger at work on three deliveries that are taken."""

    def __init__(self, loa: World, disk: Disk, claims: list[Claim]) -> None:
        self.loa, self.disk, self.claims, self.ledger = loa, disk, claims, Ledger(disk)

    def mark(self, *which: int) -> "asyncio.Task[set[int]]":
        mark = Mark([self.claims[n] for n in which], self.loa.now + LEASE)
        return asyncio.create_task(self.ledger.marked(mark))

    def done(self, n: int) -> int:
        one = self.claims[n]
        self.ledger.done(Result(one.id, one.token, DeliveryStatus.SENT, attempts=1, message_ids=(f"{n}",)))
        return one.id

    async def writing(self, number: int) -> None:
        while self.disk.begun < number:
            await asyncio.sleep(0.005)

    async def statuses(self) -> list[str]:
        async with self.disk.reading() as session:
            return list(await session.scalars(select(Delivery.status).order_by(Delivery.id)))


@asynccontextmanager
async def desk(url: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(ledgers, "AGAIN_AFTER", 0.05)
    disk = Disk(url)
    async with world(disk, now) as loa:
        await started(loa, 3)
        async with disk.transaction() as session:
            claims = await claim(session, loa.channel, loa.now, limit=3, lease=LEASE)
        made = Desk(loa, disk, claims)
        running = asyncio.create_task(made.ledger.run())
        async with asyncio.timeout(20):
            yield made
        assert not running.done()
        running.cancel()
    await disk.close()


async def test_outcomes_of_many_are_one_write_and_idle_means_that_all_is_on_the_disk(sqlite_url, now, monkeypatch):
    async with desk(sqlite_url, now, monkeypatch) as made:
        assert made.ledger.idle.is_set()
        marked = made.mark(0, 1, 2)
        made.disk.let()
        assert await marked == {one.id for one in made.claims}
        ids = [made.done(n) for n in range(3)]
        assert not made.ledger.idle.is_set()
        await made.writing(2)
        await asyncio.sleep(0.05)
        assert not made.ledger.idle.is_set()
        made.disk.let()
        await made.ledger.idle.wait()
        assert (made.ledger.written, made.disk.seen) == (3, [[], ids])
        assert await made.statuses() == ["sent"] * 3


async def test_a_mark_that_comes_while_something_is_written_keeps_it_from_being_idle(sqlite_url, now, monkeypatch):
    async with desk(sqlite_url, now, monkeypatch) as made:
        marked = made.mark(0, 1)
        made.disk.let()
        await marked
        made.done(0)
        await made.writing(2)
        marked = made.mark(2)
        await asyncio.sleep(0)
        made.disk.let()
        await made.writing(3)
        assert not made.ledger.idle.is_set()
        made.disk.let()
        assert await marked == {made.claims[2].id}
        await made.ledger.idle.wait()
        assert await made.statuses() == ["sent", "sending", "sending"]


async def test_what_could_not_be_written_comes_first_the_next_time(sqlite_url, now, monkeypatch):
    async with desk(sqlite_url, now, monkeypatch) as made:
        marked = made.mark(0, 1, 2)
        made.disk.let()
        await marked
        first = made.done(1)
        await made.writing(2)
        second = made.done(0)
        made.disk.full = True
        made.disk.let()
        await made.writing(3)
        third = made.done(2)
        made.disk.let()
        await made.writing(4)
        assert made.ledger.behind
        assert not made.ledger.idle.is_set()
        made.disk.full = False
        made.disk.let(2)
        await made.ledger.idle.wait()
        assert made.disk.seen[1:] == [[first], [first, second], [first, second, third]]
        assert (made.ledger.written, made.ledger.behind) == (3, False)


async def test_a_mark_that_could_not_be_written_marks_nobody_and_leaves_nothing_behind(sqlite_url, now, monkeypatch):
    async with desk(sqlite_url, now, monkeypatch) as made:
        made.disk.full = True
        marked = made.mark(0)
        made.disk.let()
        assert await marked == set()
        assert not made.ledger.behind
        await asyncio.wait_for(made.ledger.idle.wait(), 5)
        made.disk.full = False
        marked = made.mark(0)
        made.disk.let(2)
        assert await marked == {made.claims[0].id}


async def test_who_does_not_wait_for_a_mark_any_more_stops_nobody(sqlite_url, now, monkeypatch):
    async with desk(sqlite_url, now, monkeypatch) as made:
        marked = made.mark(0)
        await made.writing(1)
        marked.cancel()
        made.disk.let()
        await made.ledger.idle.wait()
        marked = made.mark(1)
        made.disk.let()
        assert await marked == {made.claims[1].id}


async def test_a_write_that_takes_long_is_behind_and_an_idle_ledger_is_not(sqlite_url, now, monkeypatch):
    async with desk(sqlite_url, now, monkeypatch) as made:
        marked = made.mark(0)
        made.disk.let()
        await marked
        monkeypatch.setattr(ledgers, "SLOW", 0.15)
        await asyncio.sleep(0.2)
        assert not made.ledger.behind
        made.done(0)
        await made.writing(2)
        assert not made.ledger.behind
        await asyncio.sleep(0.2)
        assert made.ledger.behind
        made.disk.let()
        await made.ledger.idle.wait()
        assert not made.ledger.behind
