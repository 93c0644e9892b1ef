"""What holds a dispatcher back, and what it survives: its bounds, a database that fails, a channel that does, a sleep."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from broadcasts import dispatch
from broadcasts.chats import Chats
from broadcasts.consequences import SERVER_ERRORS
from broadcasts.dispatch import LEASE, Dispatcher
from channels.blocks import paragraph
from channels.message import Message, content_json
from channels.telegram import Telegram
from storage.database import Statement
from storage.enums import BroadcastStatus, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery
from tests.broadcasts.conftest import Failing, dispatching, seen, started, until_still
from tests.broadcasts.test_dispatch import received
from tests.world import TOKEN, World, world

sending = partial(dispatching, within=30)


class Faulty(Failing):
    """Besides, the ledger's commits wait while ``gate`` is closed."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.gate = asyncio.Event()
        self.gate.set()

    async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        await self.gate.wait()
        return await super().run(statements)


@pytest.fixture
async def loa(sqlite_url: str, now: datetime) -> AsyncIterator[World]:
    database = Faulty(sqlite_url)
    async with world(database, now) as made:
        yield made
    await database.close()


async def taken(loa: World) -> int:
    """How many are held by somebody and neither sent nor being sent."""
    async with loa.database.reading() as session:
        query = select(func.count()).where(Delivery.status == DeliveryStatus.PENDING, Delivery.due_at > loa.now)
        return await session.scalar(query) or 0


async def until(condition: Any) -> None:
    while not await condition():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(("rate", "most"), [(1, 10), (3, 10), (20, 40)])
async def test_two_seconds_of_work_are_taken_and_ten_at_least(loa: World, rate: float, most: int):
    await started(loa, 60)
    loa.pace.rate = loa.pace.ceiling = rate
    loa.pace.frozen_until = time.monotonic() + 1.8
    async with sending(loa):
        await until(lambda: _is_taken(loa, most))
        await asyncio.sleep(0.2)
        assert await taken(loa) == most


async def _is_taken(loa: World, most: int) -> bool:
    return await taken(loa) >= most


async def test_never_more_than_a_thousand_are_taken(loa: World):
    await started(loa, 1010)
    loa.pace.frozen_until = time.monotonic() + 1.9
    loa.pace.rate = loa.pace.ceiling = 5000
    async with sending(loa):
        await until(lambda: _is_taken(loa, 1000))
        assert await taken(loa) == 1000


async def test_no_more_are_under_way_than_the_bound(loa: World, monkeypatch):
    broadcast_id = await started(loa, 12)
    monkeypatch.setattr(dispatch, "MOST_AT_ONCE", 3)
    loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.3, "share": 1, "methods": ["sendMessage"]})
    most = 0
    async with sending(loa):
        while (tally := (await seen(loa, broadcast_id))[1]).sent != 12:
            most = max(most, tally.by_status[DeliveryStatus.SENDING])
            await asyncio.sleep(0.02)
    assert most == 3


async def test_a_slow_answer_keeps_nobody_but_its_own_place(loa: World, monkeypatch):
    broadcast_id = await started(loa, 12)
    monkeypatch.setattr(dispatch, "MOST_AT_ONCE", 2)
    loa.sandbox.net.faults.order(
        {"kind": "delay", "seconds": 3, "share": 1, "methods": ["sendMessage"], "chats": [100_000]}
    )
    async with sending(loa):
        async with asyncio.timeout(2.5):
            while (tally := (await seen(loa, broadcast_id))[1]).sent < 11:
                await asyncio.sleep(0.02)
        assert tally.by_status[DeliveryStatus.SENDING] == 1


async def test_what_is_taken_is_given_back_when_the_network_says_wait(loa: World):
    broadcast_id = await started(loa, 8)
    loa.pace.rate = loa.pace.ceiling = 4
    loa.sandbox.net.faults.order({"kind": "429", "count": 1, "retry_after": 30, "methods": ["sendMessage"]})
    async with sending(loa):
        async with asyncio.timeout(10):
            while loa.pace.frozen_until < time.monotonic() + 10:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.4)
        tally = (await seen(loa, broadcast_id))[1]
        assert await taken(loa) == 1  # who was refused, and has to wait
        assert tally.by_status[DeliveryStatus.PENDING] == 8 - tally.sent


async def test_a_stop_is_heard_while_the_next_slot_is_far(loa: World):
    await started(loa, 5)
    loa.pace.rate = loa.pace.ceiling = 0.55
    async with sending(loa) as dispatcher:
        await until(lambda: _is_taken(loa, 4))
        began = time.monotonic()
        await dispatcher.stop()
    assert time.monotonic() - began < 0.9


async def test_a_fault_of_the_database_is_outlived_and_what_was_taken_is_free_after_its_claim(loa: World):
    broadcast_id = await started(loa, 5)
    database = loa.database
    assert isinstance(database, Faulty)
    database.broken = True
    loa.pace.rate = loa.pace.ceiling = 2
    async with sending(loa):
        await asyncio.sleep(0.2)
        database.broken = False
        await until(lambda: _is_sent(loa, broadcast_id, 1))
        database.broken = True  # so that nothing can be given back
    database.broken = False
    assert await taken(loa) > 0
    loa.later(seconds=LEASE.total_seconds() + 1)
    loa.pace.rate = loa.pace.ceiling = 100
    async with sending(loa):
        found, tally = await until_still(loa, broadcast_id)
    assert (found.status, tally.sent, tally.doubtful) == (BroadcastStatus.SENT, 5, 0)


async def _is_sent(loa: World, broadcast_id: int, people: int) -> bool:
    return (await seen(loa, broadcast_id))[1].sent >= people


async def test_what_follows_from_a_failure_may_fail_and_the_delivery_is_recorded(loa: World):
    broadcast_id = await started(loa, 6)
    database = loa.database
    assert isinstance(database, Faulty)
    loa.sandbox.net.world.chats[100_002].blocked = True

    def told(status: DeliveryStatus, *_: Any) -> None:
        database.broken = status is DeliveryStatus.FAILED  # just before the contact is to be stopped
        asyncio.get_running_loop().call_later(0.2, setattr, database, "broken", False)

    async with sending(loa, told=told):
        _, tally = await until_still(loa, broadcast_id)
    assert (tally.sent, tally.reasons) == (5, {Reason.BLOCKED: 1})
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).where(Contact.stopped_at.is_not(None))) == 0


class Odd(Telegram):
    """Breaks in a way that nobody thought of, once."""

    broken = False

    async def deliver(self, address: str, part: Any) -> str:
        if not self.broken:
            self.broken = True
            raise ZeroDivisionError("x" * 500)
        return await super().deliver(address, part)


@pytest.mark.parametrize(("policy", "sent", "doubtful", "unknown"), [("resend", 5, 1, 0), ("hold", 4, 0, 1)])
async def test_an_unexpected_fault_of_a_channel_is_in_doubt_and_takes_nobody_with_it(
    loa: World, policy: str, sent: int, doubtful: int, unknown: int, caplog: pytest.LogCaptureFixture
):
    broadcast_id = await started(loa, 5)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt=policy))
    channel = Odd(TOKEN, api_url=loa.sandbox.url, database=loa.database)
    async with sending(loa, channel):
        await until_still(loa, broadcast_id)
    await channel.close()
    _, tally = await seen(loa, broadcast_id)
    assert (tally.sent, tally.doubtful, tally.by_status[DeliveryStatus.UNKNOWN]) == (sent, doubtful, unknown)
    async with loa.database.reading() as session:
        details = {len(one) for one in await session.scalars(select(Delivery.detail)) if one}
    assert details <= {300}
    assert [one.exc_info is not None for one in caplog.records if one.name == "broadcasts.dispatch"] == [True]


class Endless(Telegram):
    """Never hears anything, and does not mind."""

    async def deliver(self, address: str, part: Any) -> str:
        await asyncio.sleep(3600)
        raise AssertionError


async def test_a_send_ends_before_its_claim_does_whatever_its_channel_thinks(
    loa: World, caplog: pytest.LogCaptureFixture
):
    broadcast_id = await started(loa, 3)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt="hold"))
    channel = Endless(TOKEN, api_url=loa.sandbox.url, database=loa.database)
    took: list[float] = []
    async with sending(loa, channel, lease=timedelta(seconds=2), told=lambda *one: took.append(one[2])):
        while len(took) < 3:
            await asyncio.sleep(0.02)
        await until_still(loa, broadcast_id)
    await channel.close()
    assert all(1.6 < seconds < 2.4 for seconds in took)
    assert [one for one in caplog.records if one.name == "broadcasts.dispatch"] == []
    async with loa.database.reading() as session:
        rows = (await session.execute(select(Delivery.status, Delivery.detail))).all()
    assert {(status, detail) for status, detail in rows} == {
        (DeliveryStatus.UNKNOWN, "it did not end while the claim held")
    }  # fmt: skip


async def test_an_answer_in_between_proves_that_the_server_is_up(loa: World):
    """Fewer errors in a row than mean an outage, then an answer, then as many again: nobody rests."""
    people = 2 * SERVER_ERRORS - 1
    broadcast_id = await started(loa, people)
    loa.pace.rate = loa.pace.ceiling = 20
    for n in range(people):
        if n != SERVER_ERRORS - 1:
            fault = {"kind": "500", "count": 1, "methods": ["sendMessage"], "chats": [100_000 + n]}
            loa.sandbox.net.faults.order(fault)
    async with sending(loa):
        while (await seen(loa, broadcast_id))[1].doubtful < people - 1:
            await asyncio.sleep(0.05)
        assert sum(received(loa).values()) == 1
        assert loa.pace.frozen_until == 0.0


async def test_a_stop_does_not_wait_for_ever_for_a_database_that_does_not_answer(loa: World, monkeypatch):
    broadcast_id = await started(loa, 3)
    database = loa.database
    assert isinstance(database, Faulty)
    monkeypatch.setattr(dispatch, "LAST_WRITE_SECONDS", 0.3)
    loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.4, "share": 1, "methods": ["sendMessage"]})
    async with sending(loa) as dispatcher:
        async with asyncio.timeout(10):
            while (await seen(loa, broadcast_id))[1].by_status[DeliveryStatus.SENDING] < 3:
                await asyncio.sleep(0.01)
        database.gate.clear()
        await asyncio.sleep(0.6)
        began = time.monotonic()
        await dispatcher.stop()
    assert time.monotonic() - began < 1.5
    database.gate.set()
    assert (await seen(loa, broadcast_id))[1].by_status[DeliveryStatus.SENDING] == 3


async def test_parts_that_went_out_before_a_sleep_are_not_sent_again_after_it(sqlite_url: str):
    """The machine slept between the mark of the second part and its send."""
    database = Faulty(sqlite_url)
    async with world(database, datetime.now(UTC)) as loa, asyncio.timeout(40):
        broadcast_id = await started(loa, 1)
        long = Message(tuple(paragraph(f"Đoạn {n}. " + "Chữ và chữ. " * 120) for n in range(3)))
        async with database.transaction() as session:
            await session.execute(update(Broadcast).values(content=content_json(long)))
        slept = 0.0
        marks = 0

        class Sleepy(Faulty):
            async def run(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
                nonlocal slept, marks
                done = await super().run(statements)
                if any("'sending', due_at" in sql for sql, _ in statements):
                    marks += 1
                    slept += 40.0 if marks == 2 else 0.0
                return done

        sleepy = Sleepy(sqlite_url)
        made = Dispatcher(
            sleepy, loa.telegram, loa.pace, chats=Chats(private_gap=0), steady=lambda: time.monotonic() + slept
        )
        running = asyncio.create_task(made.run())
        await until(lambda: _is_sent(loa, broadcast_id, 1))
        await made.stop()
        await running
        await sleepy.close()
        assert (marks, len(loa.messages(100_000))) == (3, 2)
    await database.close()
