"""When a chat may hear from us again, and that nobody sleeps over it."""

import asyncio
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from broadcasts.chats import GROUP_COUNT, GROUP_SECONDS, Chats
from broadcasts.dispatch import Dispatcher
from sandbox.telegram.chats import Chat, Kind
from storage.enums import DeliveryStatus
from storage.tables import Delivery
from tests.broadcasts.conftest import seen, started
from tests.world import World

GROUP, PERSON = "-1001", "7"


def test_a_person_hears_from_us_once_a_second_and_others_are_not_kept():
    chats = Chats()
    assert chats.ready_in(PERSON, 10.0) == 0
    chats.sent(PERSON, 10.0)
    assert chats.ready_in(PERSON, 10.25) == 0.75
    assert chats.ready_in("8", 10.25) == 0
    assert chats.ready_in(PERSON, 11.0) == 0


def test_a_group_hears_from_us_twenty_times_a_minute():
    chats = Chats()
    for n in range(GROUP_COUNT):
        assert chats.ready_in(GROUP, float(n)) == 0
        chats.sent(GROUP, float(n))
    assert chats.ready_in(GROUP, 20.0) == 40.0
    assert chats.ready_in(GROUP, 60.0) == 0
    chats.sent(GROUP, 60.0)
    assert chats.ready_in(GROUP, 60.5) == 0.5
    assert chats.ready_in(GROUP, 200.0) == 0


@given(st.lists(st.floats(0, 30), max_size=80))
def test_no_minute_of_a_group_holds_more_than_twenty_whatever_the_order(waits):
    chats, now, times = Chats(), 0.0, []
    for wait in waits:
        now += wait
        if chats.ready_in(GROUP, now) == 0:
            chats.sent(GROUP, now)
            times.append(now)
    for at in times:
        assert sum(at <= other < at + GROUP_SECONDS for other in times) <= GROUP_COUNT


def test_what_is_long_past_is_forgotten():
    chats = Chats()
    for n in range(1000):
        chats.sent(str(n), float(n))
    assert len(chats._private) <= 2


def test_who_hears_from_us_all_the_time_keeps_nobody_else_in_mind():
    chats = Chats()
    for n in range(1000):
        chats.sent("always", n / 2)
        chats.sent(str(n), n / 2)
    assert len(chats._private) <= 6


async def test_a_chat_that_heard_from_us_waits_in_the_ledger_and_keeps_nobody(loa: World):
    """Two of three are served at once; the third gets its time, and is free for anybody meanwhile."""
    broadcast_id = await started(loa, 3)
    chats = Chats(private_gap=3600)
    chats.sent("100001", asyncio.get_running_loop().time())
    dispatcher = Dispatcher(loa.database, loa.telegram, loa.pace, chats=chats, now=lambda: loa.now)
    running = asyncio.create_task(dispatcher.run())
    for _ in range(100):
        _, tally = await seen(loa, broadcast_id)
        if tally.sent == 2:
            break
        await asyncio.sleep(0.05)
    async with loa.database.reading() as session:
        [(address, due, attempts)] = await session.execute(
            select(Delivery.address, Delivery.due_at, Delivery.attempts).where(Delivery.status == "pending")
        )
    await dispatcher.stop()
    await running

    assert (address, attempts, tally.sent) == ("100001", 0, 2)
    assert due is not None
    assert timedelta(seconds=3590) < due - loa.now <= timedelta(hours=1)


async def test_a_group_gets_twenty_of_many_at_once(loa: World):
    """Thirty subscriptions that lead to one group: twenty go out, ten wait for their minute."""
    broadcast_id = await started(loa, 30)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(address="-4001"))
    loa.sandbox.net.world.add_chat(Chat(id=-4001, name="Phòng CCHC", kind=Kind.GROUP, started=True))
    dispatcher = Dispatcher(loa.database, loa.telegram, loa.pace, now=lambda: loa.now)
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(2)
    await dispatcher.stop()
    await running

    _, tally = await seen(loa, broadcast_id)
    assert (tally.sent, tally.by_status[DeliveryStatus.PENDING]) == (20, 10)
    async with loa.database.reading() as session:
        assert set(await session.scalars(select(Delivery.reason))) == {None}  # the network had to refuse none
