"""One person, several addresses: which is written to first, and where to when that way is closed."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from broadcasts.finish import finish_done, start_due
from storage.broadcasts import recipients
from storage.conditions import Everyone
from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, Person
from storage.ways import planned
from tests.broadcasts.conftest import approved, dispatching, seen
from tests.world import World

TELEGRAM, ZALO, EMAIL = ChannelName.TELEGRAM, ChannelName.ZALO_OA, ChannelName.EMAIL
ORDER = [TELEGRAM, ZALO, EMAIL]
LATEST = timedelta(hours=12)


async def also_at(loa: World, telegram: int, channel: ChannelName, address: str, *, stopped: bool = False) -> int:
    """Another address of the person who has a Telegram id; their id."""
    async with loa.database.transaction() as session:
        query = select(Contact.person_id).where(Contact.channel == TELEGRAM, Contact.address == str(telegram))
        person_id = await session.scalar(query)
        assert person_id is not None
        session.add(
            Contact(
                person_id=person_id, channel=channel, address=address, created_at=loa.now,
                stopped_at=loa.now if stopped else None, stopped_reason=Reason.NOT_FOUND if stopped else None,
            )
        )  # fmt: skip
    return person_id


async def ways(loa: World, broadcast_id: int) -> dict[str, tuple[str, str, str]]:
    """Channel, status and what was tried, by address."""
    async with loa.database.reading() as session:
        rows = await session.scalars(select(Delivery).where(Delivery.broadcast_id == broadcast_id))
        return {row.address: (row.channel, row.status, row.tried) for row in rows}


async def test_the_first_channel_is_written_to_unless_another_is_preferred(loa: World):
    broadcast_id = await approved(loa, 3)
    await also_at(loa, 100_000, EMAIL, "a@example.vn")
    second = await also_at(loa, 100_001, EMAIL, "b@example.vn")
    async with loa.database.transaction() as session:
        await session.execute(update(Person).where(Person.id == second).values(prefers=EMAIL))
        plan = await planned(session, Everyone(), ORDER)

    await start_due(loa.database, ORDER, loa.now, latest=LATEST)

    found = await ways(loa, broadcast_id)
    assert {address: channel for address, (channel, *_) in found.items() if address} == {
        "100000": TELEGRAM, "b@example.vn": EMAIL, "100002": TELEGRAM,
    }  # fmt: skip
    assert plan == {TELEGRAM: 2, EMAIL: 1}


async def test_who_blocked_us_gets_it_the_next_way_and_nobody_gets_it_twice(loa: World):
    broadcast_id = await approved(loa, 3)
    await also_at(loa, 100_000, EMAIL, "a@example.vn")
    await also_at(loa, 100_001, EMAIL, "b@example.vn")
    loa.blocks(100_000)
    loa.blocks(100_002)
    await start_due(loa.database, ORDER, loa.now, latest=LATEST)

    async with dispatching(loa):
        for _ in range(200):
            _, tally = await seen(loa, broadcast_id)
            if tally.by_status[DeliveryStatus.SENT] == 1 and "a@example.vn" in await ways(loa, broadcast_id):
                break
            await asyncio.sleep(0.05)
    await finish_done(loa.database, loa.now)

    found = {address: one for address, one in (await ways(loa, broadcast_id)).items() if address}
    assert found == {
        "a@example.vn": (EMAIL, "pending", "telegram:blocked"),
        "100001": (TELEGRAM, "sent", ""),
        "100002": (TELEGRAM, "failed", ""),
    }
    assert (await seen(loa, broadcast_id))[0].status is BroadcastStatus.SENDING


CLOSED = {"status": DeliveryStatus.FAILED, "reason": Reason.BLOCKED}


@pytest.mark.parametrize(
    ("row", "turned"),
    [
        (CLOSED, True),
        ({**CLOSED, "status": DeliveryStatus.SKIPPED}, True),
        ({**CLOSED, "reason": Reason.REFUSED}, False),
        ({**CLOSED, "reason": Reason.UNSUBSCRIBED}, False),
        ({**CLOSED, "message_ids": "17"}, False),
        ({**CLOSED, "doubtful": True}, False),
        ({**CLOSED, "tried": "email:not found"}, False),
        ({"status": DeliveryStatus.UNKNOWN, "reason": Reason.IN_DOUBT}, False),
        ({"status": DeliveryStatus.SENT, "reason": None}, False),
    ],
)
async def test_only_what_surely_never_left_us_goes_another_way(loa: World, row, turned):
    broadcast_id = await approved(loa, 1)
    await also_at(loa, 100_000, EMAIL, "a@example.vn")
    await start_due(loa.database, ORDER, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.address == "100000").values(**row))

    await finish_done(loa.database, loa.now)

    assert ("a@example.vn" in await ways(loa, broadcast_id)) is turned
    counted = (await seen(loa, broadcast_id))[1].reasons
    assert counted == ({} if turned or row["reason"] is None else {row["reason"]: 1})  # nor a reason of nobody


async def test_another_way_is_taken_while_others_are_still_to_be_sent_to(loa: World):
    broadcast_id = await approved(loa, 2)
    await also_at(loa, 100_000, EMAIL, "a@example.vn")
    await start_due(loa.database, [TELEGRAM, EMAIL], loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.address == "100000").values(**CLOSED))

    assert await finish_done(loa.database, loa.now) == []

    assert (await ways(loa, broadcast_id))["a@example.vn"] == (EMAIL, "pending", "telegram:blocked")


async def test_a_correction_goes_no_other_way_than_what_it_corrects(loa: World):
    """Elsewhere there is nothing to correct."""
    broadcast_id = await approved(loa, 1)
    await also_at(loa, 100_000, EMAIL, "a@example.vn")
    await start_due(loa.database, ORDER, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(**CLOSED))
        await session.execute(update(Broadcast).values(of_id=broadcast_id, kind=BroadcastKind.CORRECT))

    assert await finish_done(loa.database, loa.now) == [broadcast_id]

    assert await ways(loa, broadcast_id) == {"100000": (TELEGRAM, "failed", "")}


async def test_a_way_that_is_closed_too_or_not_in_use_is_no_way(loa: World):
    broadcast_id = await approved(loa, 2)
    await also_at(loa, 100_000, EMAIL, "a@example.vn", stopped=True)
    await also_at(loa, 100_001, ChannelName.ZALO_BOT, "z1")
    await start_due(loa.database, ORDER, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.channel != "").values(**CLOSED))

    await finish_done(loa.database, loa.now)

    assert (await seen(loa, broadcast_id))[0].status is BroadcastStatus.SENT


async def test_the_list_says_which_ways_were_tried_and_why(loa: World):
    broadcast_id = await approved(loa, 1)
    await also_at(loa, 100_000, ZALO, "z1")
    await also_at(loa, 100_000, EMAIL, "a@example.vn")
    await start_due(loa.database, ORDER, loa.now, latest=LATEST)
    for reason in (Reason.BLOCKED, Reason.NOT_FOUND):
        async with loa.database.transaction() as session:
            closed = {**CLOSED, "reason": reason}
            await session.execute(update(Delivery).where(Delivery.channel != "").values(**closed))
        await finish_done(loa.database, loa.now)

    async with loa.database.reading() as session:
        [one] = [one for one in await recipients(session, broadcast_id) if one.channel]

    assert one.channel == EMAIL
    assert one.tried == ((TELEGRAM, Reason.BLOCKED), (ZALO, Reason.NOT_FOUND))
