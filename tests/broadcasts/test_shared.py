"""One budget for several senders: even, exact, fair, frozen and learned together; a real PostgreSQL keeps it."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from broadcasts.search import Stage
from broadcasts.shared import SharedPace, reply_turn
from storage import budget
from storage.database import Database, Statement

RATE = 100.0


@asynccontextmanager
async def senders(database: Database, count: int, *, rate: float = RATE, known: bool = True, account: str = "bot"):
    async with made(database, count, rate, known, account) as paces:
        yield paces


@asynccontextmanager
async def made(
    database: Database, count: int, ceiling: float, known: bool, account: str
) -> AsyncIterator[list[SharedPace]]:
    paces: list[SharedPace] = []

    def tell() -> None:
        for pace in paces:
            pace.look_again()

    for n in range(count):
        rate = ceiling if known else 0.0
        paces.append(SharedPace(database, account, ceiling, rate, me=f"process {n}", told=tell))
    for pace in paces:
        await pace.open()
    running = [asyncio.create_task(pace.run()) for pace in paces]
    try:
        yield paces
    finally:
        for task in running:
            task.cancel()
        await asyncio.wait(running)


async def send(pace: SharedPace, seconds: float) -> list[float]:
    """Send as fast as the pace allows; when each left."""
    left, until = [], time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        if pace.take_if_due(now):
            left.append(now)
        else:
            await asyncio.sleep(min(max(pace.until_due(now), 0.001), 0.05))
    return left


async def test_several_senders_together_keep_one_rate(postgres_url: str):
    database = Database(postgres_url)
    async with senders(database, 4) as paces:
        sent = await asyncio.gather(*(send(pace, 4.0) for pace in paces))
        wasted = sum(pace.wasted for pace in paces)
    together = sorted(at for one in sent for at in one)
    rate = (len(together) + wasted - 1) / (together[-1] - together[0])
    most = max(sum(at <= other < at + 1.0 for other in together) for at in together[::20])
    assert abs(rate - RATE) / RATE < 0.02
    assert most <= RATE * 1.5
    assert min(len(one) for one in sent) > 0.6 * max(len(one) for one in sent)
    await database.close()


async def test_slots_are_handed_out_exactly_one_gap_apart_whoever_asks(postgres_url: str):
    database = Database(postgres_url)
    await budget.open_budget(database, "bot", RATE, RATE, 5)
    began = time.monotonic()
    got = await asyncio.gather(*(budget.reserve(database, "bot", 1 + n % 7) for n in range(60)))
    ends = sorted(one.handed for one in got if one is not None)
    sizes = {one.handed: 1 + n % 7 for n, one in enumerate(got) if one is not None}
    assert [after - before for before, after in itertools.pairwise([0, *ends])] == [sizes[end] for end in ends]
    last = await budget.reserve(database, "bot", 1)
    assert last is not None
    at = time.monotonic() + last.first - began
    assert ends[-1] / RATE - 0.05 <= at <= ends[-1] / RATE + (time.monotonic() - began)
    await database.close()


class Slow(Database):
    """Every statement of the budget waits for 0.3 s."""

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        await asyncio.sleep(0.3)
        return await super().run(statements)


async def test_a_slow_database_costs_no_budget(postgres_url: str):
    """Slots count from when they were wanted; but nothing is caught up on of the time when nobody wanted any."""
    database = Slow(postgres_url)
    async with senders(database, 1) as (pace,):
        await send(pace, 0.5)
        await asyncio.sleep(1.0)
        first = await send(pace, 1.0)
        before = pace.wasted
        steady = await send(pace, 3.0)
        rate = (len(steady) + pace.wasted - before - 1) / (steady[-1] - steady[0])
        assert 0.9 * RATE < rate < 1.1 * RATE
        assert sum(at < first[0] + 0.1 for at in first) < 0.35 * RATE
    await database.close()


async def test_a_freeze_and_a_lower_rate_are_everybodys(postgres_url: str):
    database = Database(postgres_url)
    async with senders(database, 2) as (ours, theirs):
        await asyncio.gather(send(ours, 1.0), send(theirs, 1.0))
        at = time.monotonic()
        for n in range(3):
            ours.throttled(at, at - 0.05, f"chat {n}", 1.5, fresh=True)
        for n in range(3):
            theirs.throttled(at + 0.01, at - 0.02, f"other {n}", 1.5, fresh=True)
        sent = await asyncio.gather(send(ours, 5.0), send(theirs, 5.0))
        assert min(one[0] for one in sent) >= at + 1.5
        assert ours.rate == theirs.rate < RATE
        assert ours.rate > 0.8 * RATE
        assert (ours.episodes, theirs.episodes) == (1, 1)
    await database.close()


async def test_one_scout_looks_for_the_limit_and_all_use_it(postgres_url: str):
    database = Database(postgres_url)
    async with senders(database, 3, rate=12.0, known=False) as paces:
        assert {pace.stage for pace in paces} == {Stage.SEARCH}
        early = await asyncio.gather(*(send(pace, 1.5) for pace in paces))
        assert Counter(bool(one) for one in early) == {True: 1, False: 2}
        await asyncio.gather(*(send(pace, 14.0) for pace in paces))
        assert {pace.stage for pace in paces} == {Stage.STEADY}
        late = await asyncio.gather(*(send(pace, 2.0) for pace in paces))
        assert all(late)
        assert 20 <= sum(len(one) for one in late) <= 26
    await database.close()


async def test_a_new_process_begins_with_what_is_known(postgres_url: str):
    database = Database(postgres_url)
    async with senders(database, 1, rate=40.0):
        pass
    async with senders(database, 1, rate=50.0, known=False) as (later,):
        assert later.stage is Stage.SEARCH  # it had reached a ceiling that is higher now
    async with senders(database, 1, rate=20.0) as (lower,):
        assert lower.rate <= 20.0
    await database.close()


async def test_replies_go_first_and_bulk_makes_room(postgres_url: str):
    database = Database(postgres_url)
    async with senders(database, 2, rate=50.0) as (ours, theirs):
        bulk = asyncio.create_task(send(ours, 3.0))
        await asyncio.sleep(0.5)
        waits = []
        for _ in range(20):
            began = time.monotonic()
            await reply_turn(theirs)
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.05)
        sent = await bulk
        assert sorted(waits)[10] < 0.1
        assert len(sent) + len(waits) <= 3.0 * 50 * 1.1
    await database.close()
