"""The ledger's queries one by one: who may take, mark, record and give back a row, and what becomes of the lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.dispatch import LEASE
from broadcasts.finish import start_due
from storage.contacts import stop
from storage.deliveries import cancel_pending, claim, expire, fan_out_change, release, unfinished
from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.ledger import Claim, Mark, Result, write
from storage.tables import Broadcast, Contact, Delivery, Person
from tests.broadcasts.conftest import approved, started
from tests.world import World

TELEGRAM = ChannelName.TELEGRAM
LATE = LEASE + timedelta(seconds=1)


async def taken(loa: World, limit: int = 10) -> list[Claim]:
    async with loa.database.transaction() as session:
        return await claim(session, TELEGRAM, loa.now, limit=limit, lease=LEASE)


async def marked(loa: World, people: int = 1) -> list[Claim]:
    """Rows of a broadcast that are about to be sent."""
    await started(loa, people)
    claims = await taken(loa)
    assert await write(loa.database, [], Mark(claims, loa.now + LEASE)) == {one.id for one in claims}
    return claims


async def expired(loa: World, *, hold: bool = False) -> int:
    async with loa.database.transaction() as session:
        return await expire(session, loa.now, hold=hold)


async def another(session: AsyncSession, loa: World, status: BroadcastStatus, of_id: int | None = None) -> int:
    """A broadcast without deliveries, a correction if it is of another one; its id."""
    made = Broadcast(
        kind=BroadcastKind.SEND if of_id is None else BroadcastKind.CORRECT, of_id=of_id, title="", audience="all",
        content={}, status=status, author_id=1, created_at=loa.now,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    return made.id


async def row(loa: World) -> Delivery:
    async with loa.database.reading() as session:
        return (await session.scalars(select(Delivery))).one()


async def put(
    loa: World, table: type[Delivery] | type[Broadcast] | type[Contact] | type[Person], **values: Any
) -> None:
    async with loa.database.transaction() as session:
        await session.execute(update(table).values(**values))


async def test_whoever_cannot_be_reached_is_listed_with_a_reason_of_their_own(loa: World):
    broadcast_id = await approved(loa, 3)
    reasons = {"100000": Reason.BLOCKED, "100001": Reason.DEACTIVATED}
    async with loa.database.transaction() as session:
        for address, reason in reasons.items():
            await stop(session, TELEGRAM, address, reason, loa.now)
    assert await start_due(loa.database, [TELEGRAM], loa.now, latest=timedelta(hours=12)) == [broadcast_id]
    async with loa.database.reading() as session:
        found = await session.execute(select(Delivery.status, Delivery.reason).order_by(Delivery.person_id))
        assert [tuple(one) for one in found] == [
            (DeliveryStatus.SKIPPED, Reason.BLOCKED),
            (DeliveryStatus.SKIPPED, Reason.DEACTIVATED),
            (DeliveryStatus.PENDING, None),
        ]


async def test_a_row_is_marked_once(loa: World):
    claims = await marked(loa)
    assert await write(loa.database, [], Mark(claims, loa.now + LEASE)) == set()


async def test_a_marked_row_is_not_taken_even_past_its_lease(loa: World):
    await marked(loa)
    loa.now += LATE
    assert await taken(loa) == []


async def test_who_blocked_us_meanwhile_is_skipped_and_listed(loa: World):
    await started(loa, 1)
    await put(loa, Contact, stopped_at=loa.now, stopped_reason=Reason.BLOCKED)
    assert await taken(loa) == []
    assert ((found := await row(loa)).status, found.reason) == (DeliveryStatus.SKIPPED, Reason.BLOCKED)


async def test_who_lost_a_row_cannot_give_it_back(loa: World):
    await started(loa, 1)
    [old] = await taken(loa)
    loa.now += LATE
    await taken(loa)
    async with loa.database.transaction() as session:
        await release(session, old.token, [old.id], loa.now)
    assert await taken(loa) == []


async def test_a_marked_row_cannot_be_given_back(loa: World):
    [one] = await marked(loa)
    async with loa.database.transaction() as session:
        await release(session, one.token, [one.id], loa.now)
    loa.later(seconds=1)
    assert await expired(loa) == 0


async def test_an_outcome_that_comes_late_settles_what_was_unknown(loa: World):
    [one] = await marked(loa)
    await put(loa, Broadcast, in_doubt="hold")
    loa.now += LATE
    assert await expired(loa) == 1
    assert (await row(loa)).status == DeliveryStatus.UNKNOWN

    await write(loa.database, [Result(one.id, one.token, DeliveryStatus.SENT, sent_at=loa.now)])
    assert (await row(loa)).status == DeliveryStatus.SENT


@pytest.mark.parametrize(
    ("status", "ended", "after"),
    [
        (BroadcastStatus.SENDING, None, (DeliveryStatus.PENDING, Reason.IN_DOUBT)),
        (BroadcastStatus.PAUSED, None, (DeliveryStatus.PENDING, Reason.IN_DOUBT)),
        (BroadcastStatus.CANCELLED, timedelta(0), (DeliveryStatus.SKIPPED, Reason.CANCELLED)),
        (BroadcastStatus.CANCELLED, timedelta(days=2), (DeliveryStatus.SENDING, None)),
    ],
)
async def test_what_was_lost_of_a_broadcast_that_was_stopped(loa: World, status, ended, after):
    await marked(loa)
    loa.now += LATE
    await put(loa, Broadcast, status=status, finished_at=None if ended is None else loa.now - ended)
    await expired(loa)
    assert ((found := await row(loa)).status, found.reason) == after


async def test_what_was_lost_has_used_up_an_attempt_and_is_tried_at_once(loa: World):
    [before] = await marked(loa)
    loa.now += LATE
    await expired(loa)
    [after] = await taken(loa)
    assert (after.id, after.attempts) == (before.id, before.attempts + 1)


@pytest.mark.parametrize(
    ("values", "doubtful"),
    [
        ({"targets": ""}, True),
        ({"targets": "5"}, False),
        ({"targets": "5", "message_ids": "5"}, True),
        ({"targets": "5", "doubtful": True}, True),
        ({"targets": "5", "channel": ChannelName.EMAIL}, True),
        ({"targets": "5", "channel": ChannelName.ZALO_PHONE}, True),
    ],
)
async def test_only_what_would_be_seen_twice_is_doubtful(loa: World, values, doubtful):
    """To change a message twice is the same as once, except where a change is a message of its own."""
    await marked(loa)
    await put(loa, Delivery, **values)
    loa.now += LATE
    await expired(loa)
    assert (await row(loa)).doubtful is doubtful


async def test_a_lost_change_is_made_again_where_messages_are_held(loa: World):
    await marked(loa)
    async with loa.database.reading() as session:
        of_id = await session.scalar(select(Broadcast.id))
    await put(loa, Broadcast, kind=BroadcastKind.CORRECT, of_id=of_id, in_doubt="hold")
    loa.now += LATE
    await expired(loa, hold=True)
    assert (await row(loa)).status == DeliveryStatus.PENDING


async def test_where_no_message_is_left_there_is_nothing_to_change(loa: World):
    of_id = await started(loa, 2)
    await put(loa, Delivery, status=DeliveryStatus.SENT, message_ids="5")
    async with loa.database.transaction() as session:
        first = (await session.scalars(select(Delivery.id).order_by(Delivery.id))).first()
        await session.execute(update(Delivery).where(Delivery.id == first).values(message_ids=""))
        change = await another(session, loa, BroadcastStatus.APPROVED, of_id)
        assert await fan_out_change(session, change, of_id, loa.now) == 1


async def test_what_was_changed_before_is_changed_as_it_stands_now(loa: World):
    """By mail the correction before is a letter of its own, and the next one refers to it."""
    of_id = await started(loa, 2)
    await put(loa, Delivery, status=DeliveryStatus.SENT, message_ids="5")
    async with loa.database.transaction() as session:
        before = await another(session, loa, BroadcastStatus.SENT, of_id)
        await fan_out_change(session, before, of_id, loa.now)
        first = (await session.scalars(select(Delivery.id).where(Delivery.broadcast_id == before))).first()
        changed = update(Delivery).where(Delivery.broadcast_id == before)
        await session.execute(changed.where(Delivery.id == first).values(status=DeliveryStatus.SENT, message_ids="6"))
        await session.execute(changed.where(Delivery.id != first).values(status=DeliveryStatus.FAILED))
        now = await another(session, loa, BroadcastStatus.APPROVED, of_id)
        await fan_out_change(session, now, of_id, loa.now)
        targets = select(Delivery.targets).where(Delivery.broadcast_id == now).order_by(Delivery.person_id)
        assert list(await session.scalars(targets)) == ["6", "5"]


async def states(loa: World) -> list[tuple[str, str | None]]:
    """Status and reason of each row, in order."""
    async with loa.database.reading() as session:
        found = await session.execute(select(Delivery.status, Delivery.reason).order_by(Delivery.id))
        return [(status, reason) for status, reason in found]


async def test_what_is_not_given_back_stays_taken(loa: World):
    await started(loa, 2)
    first, second = await taken(loa)
    async with loa.database.transaction() as session:
        await release(session, first.token, [first.id], loa.now)
    assert [one.id for one in await taken(loa)] == [first.id]
    assert second.token == first.token


async def test_what_was_sent_before_a_broadcast_was_cancelled_was_sent(loa: World):
    await started(loa, 2)
    async with loa.database.transaction() as session:
        first = (await session.scalars(select(Delivery.id).order_by(Delivery.id))).first()
        await session.execute(update(Delivery).where(Delivery.id == first).values(status=DeliveryStatus.SENT))
    await put(loa, Broadcast, status=BroadcastStatus.CANCELLED, finished_at=loa.now)
    await expired(loa)
    assert await states(loa) == [(DeliveryStatus.SENT, None), (DeliveryStatus.SKIPPED, Reason.CANCELLED)]


async def test_each_broadcast_ends_for_itself(loa: World):
    """What is left of another one is neither skipped with it nor waited for."""
    first = await started(loa, 2)
    async with loa.database.transaction() as session:
        second = await another(session, loa, BroadcastStatus.SENDING)
        id = (await session.scalars(select(Delivery.id).order_by(Delivery.id))).first()
        await session.execute(update(Delivery).where(Delivery.id == id).values(broadcast_id=second))
        await cancel_pending(session, first)
        assert [await unfinished(session, one) for one in (first, second)] == [False, True]
    assert await states(loa) == [(DeliveryStatus.PENDING, None), (DeliveryStatus.SKIPPED, Reason.CANCELLED)]
