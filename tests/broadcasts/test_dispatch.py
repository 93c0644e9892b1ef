"""Nobody skipped, nobody twice: the dispatcher against a real sandbox that refuses, slows down and loses replies."""

import asyncio
import sqlite3
import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from broadcasts.approval import SYSTEM, pause
from broadcasts.chats import Chats
from broadcasts.dispatch import LEASE, Dispatcher
from channels.blocks import paragraph
from channels.message import Message, content_json
from channels.telegram import SEND_SECONDS
from storage import people
from storage.database import Database
from storage.deliveries import claim, expire, release
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, NoticeKind, Reason
from storage.ledger import Claim, Mark, Result, write
from storage.notices import unsaid
from storage.tables import Broadcast, Contact, Delivery
from tests.broadcasts.conftest import dispatching, seen, started, until_still
from tests.world import World, world

TELEGRAM = ChannelName.TELEGRAM


def received(loa: World) -> Counter[int]:
    """How many bulletins each person received."""
    return Counter({
        chat.id: sum("BẢN TIN" in m.text for m in chat.messages.values() if not m.mine)
        for chat in loa.sandbox.net.world.chats.values() if chat.id >= 100_000
    })  # fmt: skip


async def test_everybody_receives_it_once_and_it_finishes(loa: World):
    broadcast_id = await started(loa, 60)

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)

    assert found.status is BroadcastStatus.SENT
    assert tally.by_status == {**dict.fromkeys(DeliveryStatus, 0), DeliveryStatus.SENT: 60}
    assert set(received(loa).values()) == {1}
    async with loa.database.reading() as session:
        kinds = [notice.kind for notice in await unsaid(session)]
        ids = [i for i in await session.scalars(select(Delivery.message_ids)) if i.isdigit()]
    assert kinds.count(NoticeKind.FINISHED) == 2
    assert len(ids) == 60


async def test_those_who_block_or_are_gone_are_named_and_stopped(loa: World):
    broadcast_id = await started(loa, 10)
    chats = loa.sandbox.net.world.chats
    chats[100_001].blocked = True
    chats[100_002].deactivated = True
    del chats[100_003]

    async with dispatching(loa):
        _, tally = await until_still(loa, broadcast_id)

    assert tally.sent == 7
    assert tally.reasons == {Reason.BLOCKED: 1, Reason.DEACTIVATED: 1, Reason.NOT_FOUND: 1}
    async with loa.database.reading() as session:
        stopped = await session.execute(
            select(Contact.address, Contact.stopped_reason).where(Contact.stopped_at.is_not(None))
        )
        assert dict(stopped.tuples().all()) == {
            "100001": "blocked", "100002": "deactivated", "100003": "not found",
        }  # fmt: skip


async def test_who_unsubscribes_meanwhile_is_skipped(loa: World):
    broadcast_id = await started(loa, 3)
    async with loa.database.transaction() as session:
        person_id = await session.scalar(select(Contact.person_id).where(Contact.address == "100001"))
        await people.set_subscribed(session, person_id or 0, False, loa.now)

    async with dispatching(loa):
        _, tally = await until_still(loa, broadcast_id)

    assert (tally.sent, tally.reasons) == (2, {Reason.UNSUBSCRIBED: 1})


async def test_too_many_requests_use_up_no_attempt(loa: World):
    broadcast_id = await started(loa, 5)
    loa.sandbox.net.faults.order({"kind": "429", "count": 8, "retry_after": 1, "methods": ["sendMessage"]})

    async with dispatching(loa):
        _, tally = await until_still(loa, broadcast_id, seconds=40)

    assert (tally.sent, tally.doubtful) == (5, 0)
    async with loa.database.reading() as session:
        assert set(await session.scalars(select(Delivery.attempts))) == {1}


async def test_lost_replies_are_sent_again_and_listed(loa: World):
    broadcast_id = await started(loa, 20)
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 3, "methods": ["sendMessage"]})

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)

    assert found.status is BroadcastStatus.SENT
    assert (tally.sent, tally.doubtful) == (20, 3)
    assert sorted(received(loa).values())[-4:] == [1, 2, 2, 2]


async def test_what_is_in_doubt_stays_unknown_where_the_broadcast_holds_it(loa: World):
    broadcast_id = await started(loa, 20)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt="hold"))
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 3, "methods": ["sendMessage"]})

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)

    assert found.status is BroadcastStatus.SENT_WITH_UNKNOWN
    assert (tally.sent, tally.by_status[DeliveryStatus.UNKNOWN], tally.doubtful) == (17, 3, 0)
    assert set(received(loa).values()) == {1}


async def test_content_that_is_refused_pauses_after_three_alike(loa: World):
    broadcast_id = await started(loa, 30)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content={"body": [], "rows": []}))
    loa.pace.rate = loa.pace.ceiling = 20

    async with dispatching(loa):
        await until_still(loa, broadcast_id)

    found, tally = await seen(loa, broadcast_id)  # with the outcomes that the stop has written
    assert found.status is BroadcastStatus.PAUSED
    assert found.note == "Bad Request: message text is empty"
    assert 3 <= tally.reasons[Reason.REFUSED] < 10
    assert tally.waiting > 20


async def test_a_paused_broadcast_sends_nothing_more(loa: World):
    broadcast_id = await started(loa, 200)
    loa.pace.rate = loa.pace.ceiling = 50

    async with dispatching(loa):
        await asyncio.sleep(0.5)
        async with loa.database.transaction() as session:
            await pause(session, broadcast_id, SYSTEM, loa.now)
        await asyncio.sleep(0.3)
        before = sum(received(loa).values())
        await asyncio.sleep(1.0)

        assert 0 < before < 200
        assert sum(received(loa).values()) == before


async def test_a_stopped_dispatcher_gives_back_what_it_took(loa: World):
    broadcast_id = await started(loa, 100)
    loa.pace.rate = loa.pace.ceiling = 40
    async with dispatching(loa):
        await asyncio.sleep(0.5)

    _, tally = await seen(loa, broadcast_id)
    assert tally.by_status[DeliveryStatus.SENDING] == 0
    async with loa.database.transaction() as session:
        free = await claim(session, TELEGRAM, loa.now, limit=1000, lease=LEASE)
    assert len(free) == 100 - tally.sent


async def test_a_stopped_dispatcher_waits_for_what_is_under_way(loa: World):
    broadcast_id = await started(loa, 5)
    loa.sandbox.net.faults.order({"kind": "delay", "seconds": 0.8, "share": 1, "methods": ["sendMessage"]})
    async with dispatching(loa):
        while (await seen(loa, broadcast_id))[1].by_status[DeliveryStatus.SENDING] < 5:
            await asyncio.sleep(0.01)

    assert (await seen(loa, broadcast_id))[1].sent == 5


async def test_what_cannot_be_rendered_pauses_and_takes_nobody_with_it(loa: World):
    broadcast_id = await started(loa, 5)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content={"body": [{"kind": "nonsense"}], "rows": []}))

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)

    assert (found.status, found.note) == (BroadcastStatus.PAUSED, "the content cannot be rendered")
    assert set(tally.reasons) <= {Reason.REFUSED}


async def test_a_part_that_was_refused_repeats_no_part_before_it(loa: World):
    """The second part comes a second after the first, and is tried again alone."""
    broadcast_id = await started(loa, 1)
    long = Message(tuple(paragraph(f"Đoạn {n}. " + "Chữ và chữ. " * 120) for n in range(3)))
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content=content_json(long)))

    dispatcher = Dispatcher(
        loa.database, loa.telegram, loa.pace, chats=Chats(private_gap=0), now=lambda: loa.now
    )  # fmt: skip
    running = asyncio.create_task(dispatcher.run())
    while not await _done(loa):
        await asyncio.sleep(0.01)
    async with loa.database.reading() as session:
        assert await session.scalar(select(Delivery.due_at)) == loa.now + timedelta(seconds=1.1)
    loa.sandbox.net.faults.order({"kind": "500", "count": 1, "methods": ["sendMessage"]})
    while not (tally := (await seen(loa, broadcast_id))[1]).sent:
        loa.later(seconds=3)
        dispatcher.wake()
        await asyncio.sleep(0.05)
    await dispatcher.stop()
    await running

    assert (tally.sent, tally.doubtful, len(loa.messages(100_000))) == (1, 1, 2)


async def _done(loa: World) -> str:
    async with loa.database.reading() as session:
        return await session.scalar(select(Delivery.message_ids)) or ""


async def test_who_is_told_to_wait_for_hours_holds_nobody(loa: World):
    await started(loa, 5)
    loa.pace.frozen_until = time.monotonic() + 3600
    async with dispatching(loa):
        await asyncio.sleep(0.6)
        assert len(await _claimed(loa, 10)) == 5


async def test_two_dispatchers_send_each_once(loa: World):
    broadcast_id = await started(loa, 200)

    async with dispatching(loa), dispatching(loa):
        _, tally = await until_still(loa, broadcast_id)

    assert tally.sent == 200
    assert set(received(loa).values()) == {1}


async def test_an_unmarked_claim_is_free_again_after_its_lease(loa: World):
    await started(loa, 5)
    async with loa.database.transaction() as session:
        first = await claim(session, TELEGRAM, loa.now, limit=5, lease=LEASE)
        assert await claim(session, TELEGRAM, loa.now, limit=5, lease=LEASE) == []

    loa.later(seconds=LEASE.total_seconds() + 1)
    async with loa.database.transaction() as session:
        second = await claim(session, TELEGRAM, loa.now, limit=5, lease=LEASE)

    assert [one.id for one in second] == [one.id for one in first]


async def _marked(loa: World, claims: list[Claim]) -> set[int]:
    return await write(loa.database, [], Mark(claims, loa.now + LEASE))


async def _claimed(loa: World, limit: int) -> list[Claim]:
    async with loa.database.transaction() as session:
        return await claim(session, TELEGRAM, loa.now, limit=limit, lease=LEASE)


async def test_a_zombie_whose_claim_ran_out_may_not_mark_nor_record(loa: World):
    """It slept through its lease; somebody else has the rows now."""
    await started(loa, 2)
    old = await _claimed(loa, 2)
    loa.later(seconds=LEASE.total_seconds() + 1)
    new = await _claimed(loa, 2)
    assert len(await _marked(loa, new)) == 2

    marked = await write(loa.database, [_sent(old[0].id, old[0].token)], Mark(old, loa.now + LEASE))

    assert marked == set()
    async with loa.database.reading() as session:
        assert set(await session.scalars(select(Delivery.status))) == {"sending"}


async def test_a_zombie_may_not_mark_what_somebody_else_has_taken_and_not_marked_yet(loa: World):
    await started(loa, 2)
    old = await _claimed(loa, 2)
    loa.later(seconds=LEASE.total_seconds() + 1)
    new = await _claimed(loa, 2)

    assert await _marked(loa, old) == set()
    assert len(await _marked(loa, new)) == 2


async def test_a_marked_row_past_its_lease_is_in_doubt_never_lost(loa: World):
    broadcast_id = await started(loa, 2)
    taken = await _claimed(loa, 2)
    await _marked(loa, taken[:1])
    loa.later(seconds=LEASE.total_seconds() + 1)

    async with loa.database.transaction() as session:
        assert await expire(session, loa.now) == 1

    _, tally = await seen(loa, broadcast_id)
    assert (tally.waiting, tally.doubtful) == (2, 1)


async def test_no_more_are_taken_than_were_asked_for(loa: World):
    """PostgreSQL asked the inner question once for each row, and took them all."""
    await started(loa, 40)
    assert [len(await _claimed(loa, n)) for n in (1, 5, 100)] == [1, 5, 34]


async def test_released_rows_can_be_taken_at_once(loa: World):
    await started(loa, 3)
    async with loa.database.transaction() as session:
        taken = await claim(session, TELEGRAM, loa.now, limit=3, lease=LEASE)
        await release(session, taken[0].token, [one.id for one in taken], loa.now)
        again = await claim(session, TELEGRAM, loa.now, limit=3, lease=LEASE)
    assert {one.id for one in again} == {one.id for one in taken}


async def test_a_long_message_goes_out_in_parts_to_everybody(loa: World):
    broadcast_id = await started(loa, 3)
    long = Message(tuple(paragraph(f"Đoạn {n}. " + "Chữ và chữ. " * 120) for n in range(5)))
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content=content_json(long)))

    async with dispatching(loa):
        _, tally = await until_still(loa, broadcast_id)

    assert tally.sent == 3
    texts = [[m.text for m in chat.messages.values() if not m.mine]
             for chat in loa.sandbox.net.world.chats.values() if chat.id >= 100_000]  # fmt: skip
    assert [len(parts) for parts in texts] == [3, 3, 3]
    assert all(len(text) <= 4096 for parts in texts for text in parts)


def _hold_the_lock(path: str) -> None:
    intruder = sqlite3.connect(path, isolation_level=None, timeout=10)
    intruder.execute("BEGIN IMMEDIATE")
    time.sleep(0.5)
    intruder.execute("COMMIT")
    intruder.close()


async def test_a_locked_database_delays_and_loses_nothing(sqlite_url: str, now):
    """Another program holds SQLite's lock for a while in the middle of a broadcast."""
    database = Database(sqlite_url)
    async with world(database, now) as loa:
        broadcast_id = await started(loa, 40)
        loa.pace.rate = loa.pace.ceiling = 100
        async with dispatching(loa):
            await asyncio.sleep(0.2)
            await asyncio.to_thread(_hold_the_lock, sqlite_url.partition(":///")[2])
            _, tally = await until_still(loa, broadcast_id)
        assert tally.sent == 40
        assert set(received(loa).values()) == {1}
    await database.close()


def _sent(id: int, token: int) -> Result:
    return Result(id, token, DeliveryStatus.SENT, attempts=1, message_ids=("1",))


def test_the_lease_outlasts_any_send():
    assert timedelta(seconds=SEND_SECONDS * 2) < LEASE
