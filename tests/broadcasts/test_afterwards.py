"""After sending: corrected and withdrawn everywhere, and a decision about those in doubt."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from broadcasts import afterwards
from broadcasts.approval import Actor, approve, cancel, submit
from broadcasts.finish import start_due
from broadcasts.lifecycle import NotAllowed
from channels.blocks import paragraph
from channels.message import Message, content_json, say
from storage import bulletins
from storage.enums import BroadcastKind, BroadcastStatus, DeliveryStatus, Reason
from storage.tables import Broadcast, Delivery, Person
from tests.broadcasts.conftest import CHANNELS, dispatching, seen, started, until_still
from tests.world import World

FIRST = 100_000
HOURS = 3600
LONG = Message(tuple(paragraph(f"Đoạn {n}. " + "Chữ và chữ. " * 120) for n in range(5)))


async def actor(loa: World, name: str) -> Actor:
    async with loa.database.reading() as session:
        return Actor(await session.scalar(select(Person.id).where(Person.name == name)), name)


async def editor(loa: World) -> Actor:
    return await actor(loa, "Trần Thị Hoa")


async def approver(loa: World) -> Actor:
    return await actor(loa, "Lê Quốc Nam")


def texts(loa: World) -> list[list[str]]:
    """What stands in the chat of each subscriber."""
    chats = loa.sandbox.net.world.chats
    return [[m.text for m in c.messages.values() if not m.mine] for c in chats.values() if c.id >= FIRST]


async def sent(loa: World, people: int, message: Message | None = None) -> int:
    broadcast_id = await started(loa, people)
    if message is not None:
        async with loa.database.transaction() as session:
            await session.execute(update(Broadcast).values(content=content_json(message)))
    async with dispatching(loa):
        found, _ = await until_still(loa, broadcast_id)
    assert found.status in (BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN)
    return broadcast_id


async def sent_again(loa: World, people: int, message: Message) -> int:
    """Another broadcast of the same bulletin, to the same people."""
    author = await editor(loa)
    broadcast_id = await loa.draft(author.id or 0)
    async with loa.database.transaction() as session:
        await session.execute(
            update(Broadcast).where(Broadcast.id == broadcast_id).values(content=content_json(message))
        )
        await submit(session, broadcast_id, author, loa.now)
        await approve(session, broadcast_id, await approver(loa), loa.now, loa.now)
    assert await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12)) == [broadcast_id]
    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)
    assert (found.status, tally.sent) == (BroadcastStatus.SENT, people)
    return broadcast_id


async def changed(loa: World, change_id: int) -> tuple[BroadcastStatus, dict[DeliveryStatus, int]]:
    """Start a change that is approved and carry it out; its end and its counts that are not 0."""
    assert await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12)) == [change_id]
    async with dispatching(loa, changes=True):
        found, tally = await until_still(loa, change_id)
    return found.status, {status: n for status, n in tally.by_status.items() if n}


async def corrected(loa: World, of_id: int, message: Message) -> int:
    """A correction, submitted and approved."""
    async with loa.database.transaction() as session:
        change_id = await afterwards.correct(
            session, of_id, title="Đính chính", message=message, author=await editor(loa), now=loa.now
        )
        await submit(session, change_id, await editor(loa), loa.now)
        await approve(session, change_id, await approver(loa), loa.now, loa.now)
    return change_id


async def withdrawn(loa: World, of_id: int) -> int:
    async with loa.database.transaction() as session:
        return await afterwards.withdraw(
            session, of_id, title="Thu hồi", notice=say("Đã thu hồi."), by=await approver(loa), why="Sai số liệu",
            now=loa.now,
        )  # fmt: skip


async def test_a_correction_stands_where_the_bulletin_stood(loa: World):
    broadcast_id = await sent(loa, 20)

    end = await changed(loa, await corrected(loa, broadcast_id, say("Đã sửa.")))

    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 20})
    assert texts(loa) == [["Đã sửa."]] * 20


async def test_a_longer_correction_adds_a_part_and_a_shorter_one_takes_parts_away(loa: World):
    broadcast_id = await sent(loa, 3, say("Ngắn."))

    await changed(loa, await corrected(loa, broadcast_id, LONG))
    assert [len(parts) for parts in texts(loa)] == [3, 3, 3]
    await changed(loa, await corrected(loa, broadcast_id, say("Lại ngắn.")))

    assert texts(loa) == [["Lại ngắn."]] * 3


@pytest.mark.parametrize("first", [True, False])
async def test_only_the_bulletin_itself_is_corrected_and_not_the_one_before_or_after_it(loa: World, first: bool):
    ids = [await sent(loa, 3, say("Số một.")), await sent_again(loa, 3, say("Số hai."))]

    end = await changed(loa, await corrected(loa, ids[0 if first else 1], say("Đã sửa.")))
    again = await changed(loa, await corrected(loa, ids[0 if first else 1], say("Đã sửa nữa.")))

    assert end == again == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 3})
    assert texts(loa) == [["Đã sửa nữa.", "Số hai."] if first else ["Số một.", "Đã sửa nữa."]] * 3


async def test_who_deleted_the_message_is_named(loa: World):
    broadcast_id = await sent(loa, 4)
    chats = loa.sandbox.net.world.chats
    chats[FIRST].messages.clear()

    change_id = await corrected(loa, broadcast_id, say("Đã sửa."))
    end = await changed(loa, change_id)

    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 3, DeliveryStatus.FAILED: 1})
    _, tally = await seen(loa, change_id)
    assert tally.reasons == {Reason.GONE: 1}


async def test_a_change_whose_answer_was_lost_is_made_again_and_nobody_sees_it_twice(loa: World):
    broadcast_id = await sent(loa, 10)
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 4, "methods": ["editMessageText"]})

    change_id = await corrected(loa, broadcast_id, say("Đã sửa."))
    end = await changed(loa, change_id)

    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 10})
    assert texts(loa) == [["Đã sửa."]] * 10
    _, tally = await seen(loa, change_id)
    assert tally.doubtful == 0


async def test_of_whom_we_know_no_message_is_listed_as_not_corrected(loa: World):
    broadcast_id = await started(loa, 5)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt="hold"))
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 2, "methods": ["sendMessage"]})
    async with dispatching(loa):
        await until_still(loa, broadcast_id)

    change_id = await corrected(loa, broadcast_id, say("Đã sửa."))

    assert await changed(loa, change_id) == (
        BroadcastStatus.SENT, {DeliveryStatus.SENT: 3, DeliveryStatus.SKIPPED: 2}
    )  # fmt: skip
    _, tally = await seen(loa, change_id)
    assert tally.reasons == {Reason.IN_DOUBT: 2}


async def test_a_withdrawal_deletes_everywhere_and_hides_the_bulletin(loa: World):
    broadcast_id = await sent(loa, 20, LONG)

    end = await changed(loa, await withdrawn(loa, broadcast_id))

    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 20})
    assert texts(loa) == [[]] * 20
    async with loa.database.reading() as session:
        assert await bulletins.published(session, 10, 0) == []
        assert await bulletins.search(session, "cải cách", 10) == []
        assert await bulletins.unsent(session) == []


async def test_what_somebody_deleted_already_counts_as_withdrawn(loa: World):
    broadcast_id = await sent(loa, 8)
    loa.sandbox.net.world.chats[FIRST].messages.clear()
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 2, "methods": ["deleteMessage"]})

    end = await changed(loa, await withdrawn(loa, broadcast_id))

    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 8})
    assert texts(loa) == [[]] * 8


async def test_what_is_older_than_48_hours_becomes_a_notice(loa: World):
    broadcast_id = await sent(loa, 3)
    loa.sandbox.net.clock.offset += 49 * HOURS

    end = await changed(loa, await withdrawn(loa, broadcast_id))

    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 3})
    assert texts(loa) == [["Đã thu hồi."]] * 3


async def test_a_broadcast_under_way_is_stopped_and_what_had_gone_out_taken_back(loa: World):
    broadcast_id = await started(loa, 200)
    loa.pace.rate = loa.pace.ceiling = 100
    async with dispatching(loa):
        while sum(map(len, texts(loa))) < 20:
            loa.later(seconds=0.01)
            await asyncio.sleep(0.01)
        change_id = await withdrawn(loa, broadcast_id)
    received = sum(map(len, texts(loa)))
    loa.later(seconds=120)

    status, counts = await changed(loa, change_id)

    found, tally = await seen(loa, broadcast_id)
    assert found.status is BroadcastStatus.CANCELLED
    assert tally.sent == received < 200
    assert (status, counts) == (BroadcastStatus.SENT, {DeliveryStatus.SENT: received})
    assert texts(loa) == [[]] * 200


async def test_a_change_waits_until_nothing_of_the_broadcast_is_on_its_way(loa: World):
    broadcast_id = await sent(loa, 2)
    change_id = await withdrawn(loa, broadcast_id)
    async with loa.database.transaction() as session:
        one = await session.scalar(select(Delivery.id).limit(1))
        await session.execute(update(Delivery).where(Delivery.id == one).values(status="sending"))
    assert await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12)) == []

    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.id == one).values(status="sent"))

    assert (await changed(loa, change_id))[1] == {DeliveryStatus.SENT: 2}


async def test_a_correction_under_way_gives_way_to_a_withdrawal(loa: World):
    broadcast_id = await sent(loa, 3)
    correction = await corrected(loa, broadcast_id, say("Đã sửa."))

    change_id = await withdrawn(loa, broadcast_id)

    assert (await seen(loa, correction))[0].status is BroadcastStatus.CANCELLED
    assert (await changed(loa, change_id))[1] == {DeliveryStatus.SENT: 3}
    with pytest.raises(NotAllowed) as again:
        await corrected(loa, broadcast_id, say("Lại sửa."))
    assert again.value.reason == "withdrawn"


async def test_a_dispatcher_of_bulletins_leaves_changes_alone_and_the_other_way_round(loa: World):
    broadcast_id = await sent(loa, 3)
    change_id = await withdrawn(loa, broadcast_id)
    await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12))

    async with dispatching(loa):
        await asyncio.sleep(0.8)

    _, tally = await seen(loa, change_id)
    assert tally.by_status[DeliveryStatus.PENDING] == 3


async def test_who_may_do_what(loa: World):
    broadcast_id = await sent(loa, 2)
    when: dict[str, Any] = {"now": loa.now}

    async def refused(work) -> str:
        with pytest.raises(NotAllowed) as caught:
            async with loa.database.transaction() as session:
                await work(session)
        return caught.value.reason

    hoa, nam = await editor(loa), await approver(loa)
    taken: dict[str, Any] = {"title": "x", "notice": say("x"), **when}
    assert await refused(lambda s: afterwards.withdraw(s, broadcast_id, by=hoa, why="x", **taken)) == "no_role"
    assert await refused(lambda s: afterwards.withdraw(s, broadcast_id, by=nam, why=" ", **taken)) == "note_needed"
    made: dict[str, Any] = {"title": "x", "message": say("x"), **when}
    assert await refused(lambda s: afterwards.correct(s, broadcast_id, author=nam, **made)) == "no_role"
    assert await refused(lambda s: afterwards.correct(s, 99, author=hoa, **made)) == "no_such_broadcast"
    async with loa.database.transaction() as session:
        change_id = await afterwards.correct(session, broadcast_id, author=hoa, **made)
    assert await refused(lambda s: afterwards.correct(s, change_id, author=hoa, **made)) == "is_a_change"
    async with loa.database.transaction() as session:
        await submit(session, change_id, hoa, loa.now)
    assert await refused(lambda s: approve(s, change_id, hoa, loa.now, loa.now)) == "no_role"
    await withdrawn(loa, broadcast_id)
    assert (
        await refused(lambda s: afterwards.withdraw(s, broadcast_id, by=nam, why="x", **taken)) == "being_withdrawn"
    )


async def test_of_a_broadcast_that_reached_nobody_there_is_nothing_to_change(loa: World):
    broadcast_id = await started(loa, 2)
    async with loa.database.transaction() as session:
        await cancel(session, broadcast_id, await approver(loa), loa.now)

    with pytest.raises(NotAllowed) as caught:
        await withdrawn(loa, broadcast_id)
    assert caught.value.reason == "nothing_sent"


async def test_a_bulletin_that_is_going_out_is_not_corrected_but_cancelled_or_awaited(loa: World):
    broadcast_id = await started(loa, 2)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.id == 1).values(status="sent", message_ids="5"))

    with pytest.raises(NotAllowed) as caught:
        await corrected(loa, broadcast_id, say("x"))
    assert caught.value.reason == "still_sending"


async def test_what_was_approved_is_what_is_changed(loa: World):
    """A change that was bent to another broadcast after its approval is held."""
    broadcast_id = await sent(loa, 2)
    change_id = await corrected(loa, broadcast_id, say("Đã sửa."))
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).where(Broadcast.id == change_id).values(kind=BroadcastKind.WITHDRAW))

    assert await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12)) == []
    assert (await seen(loa, change_id))[0].status is BroadcastStatus.HELD


async def test_a_change_is_never_too_late(loa: World):
    broadcast_id = await sent(loa, 2)
    change_id = await withdrawn(loa, broadcast_id)
    loa.later(hours=30)

    assert (await changed(loa, change_id))[1] == {DeliveryStatus.SENT: 2}


async def test_the_unknown_are_sent_again_and_listed_or_accepted(loa: World):
    broadcast_id = await started(loa, 20)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(in_doubt="hold"))
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 3, "methods": ["sendMessage"]})
    async with dispatching(loa):
        await until_still(loa, broadcast_id)

    async with loa.database.transaction() as session:
        assert await afterwards.resend_unknown(session, broadcast_id, await editor(loa), loa.now) == 3
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 1, "methods": ["sendMessage"]})
    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)
    assert (found.status, tally.sent, tally.doubtful) == (BroadcastStatus.SENT_WITH_UNKNOWN, 19, 3)
    assert Counter(map(len, texts(loa))) == {1: 17, 2: 3}

    async with loa.database.transaction() as session:
        await afterwards.accept_unknown(session, broadcast_id, await editor(loa), loa.now)
    found, tally = await seen(loa, broadcast_id)
    assert (found.status, tally.by_status[DeliveryStatus.UNKNOWN]) == (BroadcastStatus.SENT, 1)
