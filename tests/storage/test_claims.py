"""Who is taken for sending, on which channel and in which order, and who is not."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from broadcasts.dispatch import LEASE
from storage.contacts import stop
from storage.database import Database
from storage.deliveries import claim
from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Delivery, Person
from tests.broadcasts.conftest import started
from tests.storage.test_deliveries import TELEGRAM, another, put, row, states, taken
from tests.world import World, world


async def test_what_may_not_be_taken_keeps_nobody_else_from_being_taken(loa: World):
    """Only so many are taken at once: a row that is marked, or of a broadcast that rests, is none of them."""
    await started(loa, 4)
    async with loa.database.transaction() as session:
        resting = await another(session, loa, BroadcastStatus.PAUSED)
        first, second, third, fourth = await session.scalars(select(Delivery.id).order_by(Delivery.id))
        longest = update(Delivery).values(due_at=loa.now - timedelta(hours=1))
        await session.execute(longest.where(Delivery.id == first).values(status=DeliveryStatus.SENDING))
        await session.execute(longest.where(Delivery.id == second).values(broadcast_id=resting))
    assert [one.id for one in await taken(loa, limit=2)] == [third, fourth]
    assert await taken(loa) == []


async def test_nobody_waits_for_who_is_taking_just_now(postgres_url: str, now: datetime):
    database = Database(postgres_url)
    async with world(database, now) as loa:
        await started(loa, 4)
        async with database.transaction() as first, database.transaction() as second, asyncio.timeout(5):
            ours = await claim(first, TELEGRAM, loa.now, limit=2, lease=LEASE)
            theirs = await claim(second, TELEGRAM, loa.now, limit=2, lease=LEASE)
        assert len({one.id for one in [*ours, *theirs]}) == 4
    await database.close()


async def test_what_waits_longest_is_taken_first(loa: World):
    await started(loa, 3)
    async with loa.database.transaction() as session:
        longest = (await session.scalars(select(Delivery.id).order_by(Delivery.id.desc()))).first()
        earlier = loa.now - timedelta(minutes=1)
        await session.execute(update(Delivery).where(Delivery.id == longest).values(due_at=earlier))
    assert [one.id for one in await taken(loa, limit=1)] == [longest]


@pytest.mark.parametrize("changes", [False, True])
async def test_who_unsubscribed_gets_no_more_bulletins_but_what_they_have_is_corrected(loa: World, changes: bool):
    of_id = await started(loa, 1)
    await put(loa, Person, subscribed=False)
    if changes:
        await put(loa, Broadcast, kind=BroadcastKind.CORRECT, of_id=of_id)
    async with loa.database.transaction() as session:
        found = await claim(session, TELEGRAM, loa.now, limit=10, lease=LEASE, changes=changes)
    left = (DeliveryStatus.PENDING, None) if changes else (DeliveryStatus.SKIPPED, Reason.UNSUBSCRIBED)
    assert (len(found), (kept := await row(loa)).status, kept.reason) == (int(changes), *left)


async def test_only_what_goes_out_on_a_channel_is_taken_for_it_and_no_change_for_a_message(loa: World):
    of_id = await started(loa, 1)
    async with loa.database.transaction() as session:
        assert await claim(session, ChannelName.EMAIL, loa.now, limit=10, lease=LEASE) == []
        assert await claim(session, TELEGRAM, loa.now, limit=10, lease=LEASE, changes=True) == []
    await put(loa, Broadcast, kind=BroadcastKind.CORRECT, of_id=of_id)
    assert await taken(loa) == []


async def test_who_may_not_be_written_to_keeps_nobody_else_from_it(loa: World):
    await started(loa, 3)
    async with loa.database.transaction() as session:
        await stop(session, TELEGRAM, "100001", Reason.BLOCKED, loa.now)
    assert [one.address for one in await taken(loa)] == ["100000", "100002"]
    pending = (DeliveryStatus.PENDING, None)
    assert await states(loa) == [pending, (DeliveryStatus.SKIPPED, Reason.BLOCKED), pending]
