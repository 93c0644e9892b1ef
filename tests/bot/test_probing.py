"""The probe for what is in doubt, against a sandbox that numbers messages as Telegram is said to."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.probing import Prober
from bot.replies import Replier
from broadcasts.dispatch import LEASE, Dispatcher
from broadcasts.pace import Pace
from broadcasts.probe import MOST_GAPS
from channels.message import say
from storage.deliveries import claim
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus
from storage.inbox import keep
from storage.ledger import Mark, write
from storage.tables import Broadcast, Delivery
from tests.broadcasts.conftest import seen, started, until_still
from tests.broadcasts.test_dispatch import received
from tests.world import World

FIRST = 100_000
LOST = {"kind": "lost_reply", "methods": ["sendMessage"]}


async def sent(loa: World, broadcast_id: int) -> BroadcastStatus:
    """Send with what is in doubt held back."""
    dispatcher = Dispatcher(loa.database, loa.telegram, loa.pace, hold=True, now=lambda: loa.now)
    running = asyncio.create_task(dispatcher.run())
    found, _ = await until_still(loa, broadcast_id)
    await dispatcher.stop()
    await running
    return found.status


async def look(loa: World) -> None:
    replier = Replier(loa.database, loa.telegram, loa.pace)
    await Prober(loa.database, loa.telegram, Pace(1000, 1000), replier).look()


async def begun(loa: World, people: int) -> int:
    """A broadcast of a bot that has spoken before, so that it knows a number to begin from."""
    broadcast_id = await started(loa, people)
    await loa.telegram.deliver("3001", loa.telegram.prepare(say("Chào")).parts[0])
    return broadcast_id


async def crashed_before_sending(loa: World) -> int:
    """Mark one row as if its holder had died before the request left; its delivery id."""
    async with loa.database.transaction() as session:
        taken = await claim(session, ChannelName.TELEGRAM, loa.now, limit=1, lease=LEASE)
    await write(loa.database, [], Mark(taken, loa.now + timedelta(seconds=1), loa.telegram.highest_id))
    return taken[0].id


async def test_who_has_it_is_found_and_who_has_it_not_gets_it_once(loa: World):
    broadcast_id = await begun(loa, 30)
    never = await crashed_before_sending(loa)
    loa.sandbox.net.faults.order({**LOST, "count": 4})
    assert await sent(loa, broadcast_id) is BroadcastStatus.SENT_WITH_UNKNOWN
    _, tally = await seen(loa, broadcast_id)
    assert tally.by_status[DeliveryStatus.UNKNOWN] == 5
    assert sum(received(loa).values()) == 29

    await look(loa)
    found, tally = await seen(loa, broadcast_id)
    assert (found.status, tally.sent) == (BroadcastStatus.SENDING, 29)
    async with loa.database.reading() as session:
        [waiting] = await session.scalars(select(Delivery.id).where(Delivery.status == "pending"))
    assert waiting == never

    loa.now = max(loa.now, datetime.now(UTC)) + timedelta(days=1)  # the probe writes real times
    assert await sent(loa, broadcast_id) is BroadcastStatus.SENT
    _, tally = await seen(loa, broadcast_id)
    assert (tally.sent, tally.doubtful) == (30, 0)
    assert set(received(loa).values()) == {1}
    assert [m.text for m in loa.messages(3002)] == [
        "🔎 “Bản tin số 47/2026”: đang dò xem 5 người chưa rõ đã nhận hay chưa."
    ]


async def test_all_found_means_it_is_finished_and_each_end_is_looked_at_once(loa: World):
    broadcast_id = await begun(loa, 10)
    loa.sandbox.net.faults.order({**LOST, "count": 2})
    await sent(loa, broadcast_id)

    await look(loa)
    await look(loa)

    found, tally = await seen(loa, broadcast_id)
    assert (found.status, tally.sent) == (BroadcastStatus.SENT, 10)
    assert len(loa.messages(3002)) == 1
    async with loa.database.reading() as session:
        ids = {int(i) for i in await session.scalars(select(Delivery.message_ids))}
    chats = loa.sandbox.net.world.chats.values()
    assert ids == {m.id for chat in chats if chat.id >= FIRST for m in chat.messages.values() if not m.mine}


@pytest.mark.parametrize("why", ["spoke", "no floor", "too many gaps", "group", "another in doubt"])
async def test_of_whom_nothing_can_be_told_stays_in_doubt(loa: World, why: str):
    """Who spoke may have been answered meanwhile under any number; without a floor there are too many numbers."""
    broadcast_id = await begun(loa, 5)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt="hold"))
    loa.sandbox.net.faults.order({**LOST, "count": 1})
    await sent(loa, broadcast_id)
    async with loa.database.transaction() as session:
        [row] = await session.scalars(select(Delivery).where(Delivery.status == "unknown"))
        if why == "spoke":
            await keep(session, ChannelName.TELEGRAM, [("77", row.address, b"{}")], loa.now + timedelta(minutes=9))
        if why == "group":
            row.address = "-4001"
        if why == "another in doubt":
            other = await session.scalar(select(Delivery).where(Delivery.id != row.id).limit(1))
            assert other is not None
            other.address, other.status = row.address, "sending"
        row.floor = {"no floor": 0, "too many gaps": 1}.get(why, row.floor)
    if why == "too many gaps":
        loa.sandbox.net.world._next_message += MOST_GAPS + 100

    await look(loa)
    await look(loa)

    _, tally = await seen(loa, broadcast_id)
    assert tally.by_status[DeliveryStatus.UNKNOWN] == 1
    assert len(loa.messages(3002)) == 1


async def test_what_cannot_be_told_is_sent_again_where_the_broadcast_says_so(loa: World):
    broadcast_id = await begun(loa, 5)
    loa.sandbox.net.faults.order({**LOST, "count": 1})
    await sent(loa, broadcast_id)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.status == "unknown").values(floor=0))

    await look(loa)

    found, tally = await seen(loa, broadcast_id)
    assert (found.status, tally.waiting, tally.doubtful) == (BroadcastStatus.SENDING, 1, 1)
