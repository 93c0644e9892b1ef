"""Broadcasts at their beginning: started when due, held when late or changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from broadcasts.finish import finish_done, start_due
from storage.bulletins import published
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.notices import unsaid
from storage.tables import Broadcast, Contact, Delivery
from tests.broadcasts.conftest import CHANNELS, approved, seen
from tests.world import World

LATEST = timedelta(hours=12)


async def test_starting_freezes_the_audience_and_publishes_the_bulletin(loa: World):
    broadcast_id = await approved(loa, 5)

    started = await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)
    await loa.subscribers(2, first_id=200_000)

    assert started == [broadcast_id]
    assert (await seen(loa, broadcast_id))[1].total == 5
    async with loa.database.reading() as session:
        assert [b.number for b in await published(session, 10, 0)] == [47]


async def test_a_broadcast_starts_once_however_many_clocks_tick(loa: World):
    broadcast_id = await approved(loa, 5)

    started = [await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) for _ in range(3)]

    assert started == [[broadcast_id], [], []]
    assert (await seen(loa, broadcast_id))[1].total == 5


async def test_what_is_too_late_is_held_and_the_approver_told(loa: World):
    broadcast_id = await approved(loa, 5)
    loa.later(hours=13)

    assert await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) == []

    assert (await seen(loa, broadcast_id))[0].status is BroadcastStatus.HELD
    async with loa.database.reading() as session:
        assert "held" in [notice.kind for notice in await unsaid(session)]


async def test_what_is_a_little_late_is_sent(loa: World):
    await approved(loa, 5)
    loa.later(hours=11)

    assert len(await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)) == 1


async def test_content_changed_after_approval_is_held(loa: World):
    broadcast_id = await approved(loa, 5)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content={"body": [], "rows": []}))

    assert await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) == []
    assert (await seen(loa, broadcast_id))[0].note == "changed since it was approved"


async def test_people_without_a_way_are_listed_with_the_reason(loa: World):
    broadcast_id = await approved(loa, 4)
    async with loa.database.transaction() as session:
        await session.execute(update(Contact).where(Contact.address == "100000").values(
            stopped_at=loa.now, stopped_reason=Reason.BLOCKED))  # fmt: skip
        await session.execute(update(Contact).where(Contact.address == "100001").values(
            channel=ChannelName.EMAIL, address="a@example.vn"))  # fmt: skip

    await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)

    _, tally = await seen(loa, broadcast_id)
    assert tally.by_status[DeliveryStatus.PENDING] == 2
    assert tally.reasons == {Reason.BLOCKED: 1, Reason.NO_CONTACT: 1}


async def test_a_person_with_two_telephones_gets_one_copy(loa: World):
    broadcast_id = await approved(loa, 2)
    async with loa.database.transaction() as session:
        people = list(await session.scalars(select(Contact.person_id).where(Contact.address.like("10%"))))
        await session.execute(update(Contact).where(Contact.address == "100001").values(person_id=people[0]))

    await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)

    async with loa.database.reading() as session:
        rows = (await session.execute(select(Delivery.status, Delivery.reason))).all()
    assert sorted(tuple(row) for row in rows) == [("pending", None), ("skipped", "no contact")]
    assert (await seen(loa, broadcast_id))[1].total == 2


@pytest.mark.parametrize(
    ("row", "after"),
    [
        (DeliveryStatus.UNKNOWN, BroadcastStatus.SENT_WITH_UNKNOWN),
        (DeliveryStatus.SENDING, BroadcastStatus.SENT_WITH_UNKNOWN),
        (DeliveryStatus.SENT, BroadcastStatus.SENT),
    ],
)
async def test_what_ended_with_some_unknown_is_settled_when_none_is(loa: World, row, after):
    broadcast_id = await approved(loa, 1)
    await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(status=BroadcastStatus.SENT_WITH_UNKNOWN))
        await session.execute(update(Delivery).values(status=row))

    await finish_done(loa.database, loa.now)

    assert (await seen(loa, broadcast_id))[0].status is after
