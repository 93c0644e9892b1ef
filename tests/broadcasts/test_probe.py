"""What the probe asks and what it makes of the answers: never more than it has to, never what is not certain."""

import asyncio
import time

import pytest
from sqlalchemy import select, update

from broadcasts.pace import Pace
from broadcasts.plan import plan_of
from broadcasts.probe import MOST_GAPS, Probed, probe
from channels.blocks import paragraph
from channels.message import Choice, Message, content_json, say
from storage.broadcasts import broadcast
from storage.enums import DeliveryStatus
from storage.tables import Broadcast, Delivery
from tests.broadcasts.conftest import started
from tests.world import World

FIRST, SECOND = "100000", "100001"
TWO_PARTS = Message((paragraph("a" * 3000), paragraph("b" * 3000)), ((Choice("rd:1", "Đã đọc"),),))


async def spoken(loa: World) -> int:
    """The number of one more message to somebody else."""
    return int(await loa.telegram.deliver("3001", loa.telegram.prepare(say("Chào")).parts[0]))


async def doubted(loa: World, people: int = 1) -> tuple[int, int]:
    """A broadcast that is in doubt for all of its people; its id, and the number above which its messages are."""
    broadcast_id, floor = await started(loa, people), await spoken(loa)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(status="unknown", reason="in doubt", due_at=None, floor=floor))
    return broadcast_id, floor


async def arrived(loa: World, broadcast_id: int, address: str, part: int = 0) -> int:
    """The part arrived, and its answer was lost; its number."""
    async with loa.database.reading() as session:
        of = await broadcast(session, broadcast_id)
    assert of is not None
    return int(await loa.telegram.deliver(address, plan_of(of, loa.telegram).parts[part]))


async def probed(loa: World, broadcast_id: int, fence: int, pace: Pace | None = None) -> Probed:
    async with asyncio.timeout(20):
        return await probe(loa.database, loa.telegram, pace or Pace(1000, 1000), broadcast_id, fence, loa.now)


async def rows(loa: World) -> list[tuple[DeliveryStatus, str]]:
    async with loa.database.reading() as session:
        found = await session.execute(select(Delivery.status, Delivery.message_ids).order_by(Delivery.id))
        return [(DeliveryStatus(status), ids) for status, ids in found]


def asked(loa: World) -> int:
    return loa.sandbox.net.stats.calls["editMessageReplyMarkup"]


def numbers_pass(loa: World, count: int) -> None:
    """So many messages are sent that we know nothing of."""
    loa.sandbox.net.world._next_message += count


async def test_where_nobody_is_in_doubt_nothing_is_asked(loa: World):
    broadcast_id = await started(loa, 1)
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed()
    assert asked(loa) == 0


async def test_only_numbers_between_floor_and_fence_are_asked_for(loa: World):
    broadcast_id, _ = await doubted(loa)
    there = await arrived(loa, broadcast_id, FIRST)
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed(found=1)
    assert (asked(loa), await rows(loa)) == (1, [(DeliveryStatus.SENT, str(there))])


async def test_what_stands_at_the_fence_is_not_of_the_broadcast(loa: World):
    broadcast_id, _ = await doubted(loa)
    fence = await arrived(loa, broadcast_id, FIRST)
    assert await probed(loa, broadcast_id, fence) == Probed(absent=1)
    assert (asked(loa), await rows(loa)) == (0, [(DeliveryStatus.PENDING, "")])


async def test_numbers_of_what_arrived_elsewhere_are_not_asked_for(loa: World):
    """The first was found a moment ago, and the second is known to have theirs."""
    broadcast_id, _ = await doubted(loa, 3)
    one, known, other = [await arrived(loa, broadcast_id, a) for a in (FIRST, SECOND, "100002")]
    async with loa.database.transaction() as session:
        await session.execute(
            update(Delivery).where(Delivery.address == SECOND).values(status="sent", message_ids=str(known))
        )
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed(found=2)
    assert asked(loa) == 2
    assert await rows(loa) == [(DeliveryStatus.SENT, str(number)) for number in (one, known, other)]


@pytest.mark.parametrize(
    ("gaps", "found", "calls"), [(300, Probed(found=1), 300), (301, Probed(left=1), 0)], ids=["all", "too many"]
)
async def test_so_many_numbers_are_tried_for_one_person_and_no_more(loa: World, gaps: int, found: Probed, calls: int):
    broadcast_id, _ = await doubted(loa)
    numbers_pass(loa, gaps - 1)
    await arrived(loa, broadcast_id, FIRST)
    assert await probed(loa, broadcast_id, await spoken(loa)) == found
    assert (asked(loa), MOST_GAPS) == (calls, 300)


@pytest.mark.parametrize("changed", [{"address": "-4001"}, {"floor": 0}], ids=["group", "no floor"])
async def test_who_cannot_be_told_is_not_asked_about_and_the_others_are(loa: World, changed: dict[str, object]):
    broadcast_id, _ = await doubted(loa, 2)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.address == FIRST).values(changed))
    await arrived(loa, broadcast_id, SECOND)
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed(found=1, left=1)
    assert (asked(loa), (await rows(loa))[0]) == (1, (DeliveryStatus.UNKNOWN, ""))


async def test_who_is_in_doubt_twice_is_not_asked_about(loa: World):
    broadcast_id, _ = await doubted(loa, 2)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(address=SECOND))
    await arrived(loa, broadcast_id, SECOND)
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed(left=2)
    assert (asked(loa), await rows(loa)) == (0, [(DeliveryStatus.UNKNOWN, "")] * 2)


async def test_who_could_not_be_asked_stays_in_doubt_and_the_others_are_asked(loa: World):
    broadcast_id, _ = await doubted(loa, 2)
    await arrived(loa, broadcast_id, FIRST)
    there = await arrived(loa, broadcast_id, SECOND)
    loa.sandbox.net.faults.order({"kind": "500", "count": 1, "methods": ["editMessageReplyMarkup"]})
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed(found=1, left=1)
    assert await rows(loa) == [(DeliveryStatus.UNKNOWN, ""), (DeliveryStatus.SENT, str(there))]


async def test_a_probe_that_is_told_to_wait_sleeps_and_asks_the_same_again(loa: World):
    broadcast_id, _ = await doubted(loa)
    there = await arrived(loa, broadcast_id, FIRST)
    fence, pace, began, looks = await spoken(loa), Pace(1000, 1000), time.monotonic(), 0

    def steady() -> float:
        nonlocal looks
        looks += 1
        return time.monotonic()

    loa.sandbox.net.faults.order({"kind": "429", "retry_after": 2, "count": 1, "methods": ["editMessageReplyMarkup"]})
    async with asyncio.timeout(20):
        found = await probe(loa.database, loa.telegram, pace, broadcast_id, fence, loa.now, steady)
    assert found == Probed(found=1)
    assert began + 2 <= pace.frozen_until <= time.monotonic()
    assert (pace.episodes, asked(loa), await rows(loa)) == (1, 2, [(DeliveryStatus.SENT, str(there))])
    assert looks < 20  # it slept, and did not look at the clock all the time


async def test_two_who_probe_share_one_pace(loa: World):
    """Both wait for the same slot; who does not get it waits for another."""
    broadcast_id, _ = await doubted(loa)
    numbers_pass(loa, 10)
    fence, pace, began = await spoken(loa), Pace(20, 20, 1), time.monotonic()
    await asyncio.gather(*(probed(loa, broadcast_id, fence, pace) for _ in range(2)))
    assert asked(loa) == 20
    assert time.monotonic() - began >= 18 / 20


async def test_a_second_part_is_looked_for_below_the_first_and_is_the_last(loa: World):
    broadcast_id, _ = await doubted(loa, 2)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(content=content_json(TWO_PARTS)))
    begun = await arrived(loa, broadcast_id, FIRST)
    first, second = await arrived(loa, broadcast_id, SECOND), await arrived(loa, broadcast_id, FIRST, 1)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.address == FIRST).values(message_ids=str(begun)))
    assert await probed(loa, broadcast_id, await spoken(loa)) == Probed(found=2)
    assert await rows(loa) == [
        (DeliveryStatus.SENT, f"{begun} {second}"), (DeliveryStatus.PENDING, str(first)),
    ]  # fmt: skip
