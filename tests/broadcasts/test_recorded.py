"""What the ledger says of each attempt afterwards, field by field, and who hears of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from broadcasts.dispatch import LEASE, PART_GAP, Dispatcher
from channels.blocks import paragraph
from channels.message import Message, SendError, content_json
from channels.telegram import Telegram
from storage.enums import DeliveryStatus, Reason
from storage.tables import Broadcast, Delivery
from tests.broadcasts.conftest import seen, started
from tests.world import TOKEN, World

FAILED, PENDING, SENT, UNKNOWN = (
    DeliveryStatus.FAILED, DeliveryStatus.PENDING, DeliveryStatus.SENT, DeliveryStatus.UNKNOWN,
)  # fmt: skip
Heard = list[tuple[DeliveryStatus, Reason | None, float]]
LONG = "x" * 400


class Failing(Telegram):
    """Every attempt ends like this."""

    error: SendError

    async def deliver(self, address: str, part: Any) -> str:
        await asyncio.sleep(0.05)
        raise self.error

    async def edit(self, address: str, message_id: str, part: Any) -> None:
        raise self.error


@asynccontextmanager
async def attempted(loa: World, channel: Telegram, times: int, **options: Any) -> AsyncIterator[Heard]:
    """Dispatch until so many attempts were heard of; then it is stopped."""
    heard: Heard = []
    enough = asyncio.Event()

    def told(*one: Any) -> None:
        heard.append(one)
        if len(heard) == times:
            enough.set()

    dispatcher = Dispatcher(loa.database, channel, loa.pace, now=lambda: loa.now, told=told, **options)
    running = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):
        await enough.wait()
        await dispatcher.stop()
        await running
    yield heard


async def row(loa: World) -> Delivery:
    async with loa.database.reading() as session:
        return (await session.scalars(select(Delivery))).one()


async def failed(loa: World, error: SendError, **options: Any) -> tuple[Delivery, Heard]:
    """The one delivery after an attempt that ended like this, and what was heard of it."""
    channel = Failing(TOKEN, api_url=loa.sandbox.url, database=loa.database)
    channel.error = error
    async with attempted(loa, channel, 1, **options) as heard:
        pass
    await channel.close()
    return await row(loa), heard


@pytest.mark.parametrize(
    ("error", "resend", "status", "reason", "attempts", "due", "doubtful", "unheard"),
    [
        (SendError(Reason.BLOCKED, LONG), True, FAILED, Reason.BLOCKED, 3, None, False, 0),
        (SendError(Reason.SERVER, LONG), True, PENDING, Reason.SERVER, 3, 45, True, 0),
        (SendError(Reason.SERVER, LONG), False, UNKNOWN, Reason.IN_DOUBT, 3, None, False, 0),
        (SendError(Reason.IN_DOUBT, LONG), True, PENDING, Reason.IN_DOUBT, 3, 45, True, 1),
        (SendError(Reason.IN_DOUBT, LONG), False, UNKNOWN, Reason.IN_DOUBT, 3, None, False, 1),
        (SendError(Reason.NETWORK, LONG), True, PENDING, Reason.NETWORK, 2, 45, False, 0),
        (SendError(Reason.THROTTLED, LONG, retry_after=7.0), True, PENDING, Reason.THROTTLED, 2, 7, False, 0),
        (SendError(Reason.TRY_LATER, LONG), True, PENDING, Reason.TRY_LATER, 3, 45, False, 0),
    ],
)
async def test_what_is_recorded_of_an_attempt_that_failed(
    loa: World, error: SendError, resend: bool, status: DeliveryStatus, reason: Reason, attempts: int,
    due: float | None, doubtful: bool, unheard: int,
):  # fmt: skip
    await started(loa, 1)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt="resend" if resend else "hold"))
        await session.execute(update(Delivery).values(attempts=2))
    found, heard = await failed(loa, error)
    assert (found.status, found.reason, found.attempts) == (status, reason, attempts)
    assert (found.doubtful, found.detail, found.message_ids, found.sent_at) == (doubtful, "x" * 300, "", None)
    assert found.due_at == (None if due is None else loa.now + timedelta(seconds=due))
    assert [one[:2] for one in heard] == [(status, error.reason)]
    assert 0.04 < heard[0][2] < 5
    left = loa.pace._search.evidence.unheard
    assert len(left) == unheard
    assert all(0.04 < time.monotonic() - at < 20 for at in left)


async def test_what_is_in_doubt_waits_for_who_looks_for_it_whatever_its_broadcast_says(loa: World):
    await started(loa, 1)
    found, _ = await failed(loa, SendError(Reason.IN_DOUBT, "no answer"), hold=True)
    assert (found.status, found.reason, found.doubtful) == (UNKNOWN, Reason.IN_DOUBT, False)


async def test_a_change_in_doubt_is_made_again_and_nobody_sees_it_twice(loa: World):
    await started(loa, 1)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(targets="77"))
    found, _ = await failed(loa, SendError(Reason.IN_DOUBT, "no answer"))
    assert (found.status, found.reason, found.doubtful) == (PENDING, Reason.IN_DOUBT, False)


async def test_what_is_recorded_of_one_that_was_sent(loa: World):
    await started(loa, 1)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(attempts=2, reason="network", detail="x"))
    loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.05, "share": 1, "methods": ["sendMessage"]})
    async with attempted(loa, loa.telegram, 1) as heard:
        pass
    found, chat = await row(loa), loa.sandbox.net.world.chats[100_000]
    assert (found.status, found.reason, found.detail, found.attempts) == (SENT, None, None, 3)
    assert found.message_ids == " ".join(str(one.id) for one in chat.messages.values() if not one.mine)
    assert (found.sent_at, found.due_at, found.doubtful) == (loa.now, None, False)
    assert [one[:2] for one in heard] == [(SENT, None)]
    assert 0.04 < heard[0][2] < 5


async def test_what_is_under_way_is_ours_until_the_end_of_a_lease(loa: World):
    broadcast_id = await started(loa, 1)
    loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.4, "share": 1, "methods": ["sendMessage"]})
    dispatcher = Dispatcher(loa.database, loa.telegram, loa.pace, now=lambda: loa.now)
    running = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):
        while (found := await row(loa)).status != DeliveryStatus.SENDING:
            await asyncio.sleep(0.01)
        await dispatcher.stop()
        await running
    assert found.due_at == loa.now + LEASE
    assert (await seen(loa, broadcast_id))[1].sent == 1


async def test_what_is_recorded_between_two_parts(loa: World):
    await started(loa, 1)
    long = Message(tuple(paragraph(f"Đoạn {n}. " + "Chữ và chữ. " * 120) for n in range(3)))
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content=content_json(long)))
        await session.execute(update(Delivery).values(attempts=2))
    async with attempted(loa, loa.telegram, 1) as heard:
        pass
    found, chat = await row(loa), loa.sandbox.net.world.chats[100_000]
    ids = [str(one.id) for one in chat.messages.values() if not one.mine]
    assert (found.status, found.reason, found.attempts, found.message_ids) == (PENDING, None, 2, " ".join(ids))
    assert (found.due_at, found.sent_at) == (loa.now + timedelta(seconds=PART_GAP), None)
    assert ([one[:2] for one in heard], len(ids)) == ([(PENDING, None)], 1)
