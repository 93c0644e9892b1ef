"""Broadcasts at their beginning and their end: started when due, held when late or changed, finished when all is final."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from broadcasts import finish
from broadcasts.approval import digest_of
from broadcasts.finish import finish_done, start_due
from storage import broadcasts as rows
from storage.audit import deeds
from storage.bulletins import published
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.notices import unsaid
from storage.tables import AuditEntry, Broadcast, Contact, Delivery
from tests.broadcasts.conftest import CHANNELS, Failing, approved, seen
from tests.world import World, world

LATEST = timedelta(hours=12)


async def test_starting_freezes_the_audience_and_publishes_the_bulletin(loa: World):
    broadcast_id = await approved(loa, 5)

    started = await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)
    await loa.subscribers(2, first_id=200_000)

    assert started == [broadcast_id]
    found, tally = await seen(loa, broadcast_id)
    assert (tally.total, found.started_at, found.channels) == (5, loa.now, tuple(CHANNELS))
    async with loa.database.reading() as session:
        assert [b.number for b in await published(session, 10, 0)] == [47]


async def test_a_broadcast_starts_once_however_many_clocks_tick(loa: World):
    broadcast_id = await approved(loa, 5)

    started = [await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) for _ in range(3)]

    assert started == [[broadcast_id], [], []]
    assert (await seen(loa, broadcast_id))[1].total == 5


async def test_what_is_too_late_is_held_and_the_approver_told(loa: World):
    broadcast_id = await approved(loa, 5)
    due = f"due {loa.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    loa.later(hours=13)

    assert await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) == []

    found = (await seen(loa, broadcast_id))[0]
    assert (found.status, found.note) == (BroadcastStatus.HELD, due)
    async with loa.database.reading() as session:
        assert "held" in [notice.kind for notice in await unsaid(session)]
        written = await session.scalars(select(AuditEntry).where(AuditEntry.action == "hold"))
        assert [(one.actor, one.subject, one.detail) for one in written] == [
            ("loa", f"broadcast {broadcast_id}", due)
        ]  # fmt: skip


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


async def second(loa: World) -> int:
    """One more broadcast that is due, to the same people."""
    async with loa.database.transaction() as session:
        first = (await session.scalars(select(Broadcast))).one()
        kept = {c.name: getattr(first, c.name) for c in Broadcast.__table__.columns if c.name != "id"}
        other = Broadcast(**kept)
        session.add(other)
        await session.flush()
        return other.id


async def test_one_that_cannot_be_started_stops_no_other(loa: World):
    """Its audience cannot be read, though the digest says that it was approved like this."""
    first = await approved(loa, 2)
    other = await second(loa)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).where(Broadcast.id == first).values(audience="nonsense=1"))
        broken = await rows.broadcast(session, first)
        assert broken is not None
        await session.execute(update(Broadcast).where(Broadcast.id == first).values(digest=digest_of(broken)))

    assert await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) == [other]
    assert (await seen(loa, first))[0].status is BroadcastStatus.APPROVED


async def test_a_fault_of_the_database_is_not_taken_for_a_broken_broadcast(sqlite_url: str, now: datetime):
    """The clock's job says so and comes again; nobody is told that the broadcast is at fault."""
    database = Failing(sqlite_url)
    async with world(database, now) as loa:
        await approved(loa, 2)
        database.broken = True
        with pytest.raises(OSError, match="no space left"):
            await start_due(database, CHANNELS, loa.now, latest=LATEST)
        database.broken = False
        assert len(await start_due(database, CHANNELS, loa.now, latest=LATEST)) == 1
    await database.close()


async def test_what_is_withdrawn_before_its_turn_is_not_started(loa: World):
    """It was due when the clock looked, and given back before its transaction began."""
    broadcast_id = await approved(loa, 2)
    async with loa.database.reading() as session:
        assert await rows.due_broadcasts(session, loa.now) == [broadcast_id]
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(status=BroadcastStatus.DRAFT))
    assert not await finish._start(loa.database, broadcast_id, CHANNELS, loa.now, LATEST)
    assert (await seen(loa, broadcast_id))[1].total == 0


async def test_a_correction_waits_until_what_it_corrects_is_through(loa: World):
    first = await approved(loa, 2)
    assert await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) == [first]
    change = await second(loa)
    async with loa.database.transaction() as session:
        values = {"status": BroadcastStatus.APPROVED, "of_id": first, "kind": "correct", "bulletin_id": None}
        await session.execute(update(Broadcast).where(Broadcast.id == change).values(**values))
        corrected = await rows.broadcast(session, change)
        assert corrected is not None
        await session.execute(update(Broadcast).where(Broadcast.id == change).values(digest=digest_of(corrected)))
    assert await start_due(loa.database, CHANNELS, loa.now, latest=LATEST) == []
    async with loa.database.transaction() as session:
        sent = {"status": DeliveryStatus.SENT, "message_ids": "7", "sent_at": loa.now}
        await session.execute(update(Delivery).values(**sent))
    assert await start_due(loa.database, CHANNELS, loa.now + timedelta(days=2), latest=LATEST) == [change]
    async with loa.database.reading() as session:
        changed = await session.scalars(select(Delivery.targets).where(Delivery.broadcast_id == change))
        assert list(changed) == ["7", "7"]


@pytest.mark.parametrize("left", [DeliveryStatus.PENDING, DeliveryStatus.SENDING])
async def test_nothing_is_finished_while_a_row_is_not_final(loa: World, left: DeliveryStatus):
    broadcast_id = await approved(loa, 3)
    await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        ids = list(await session.scalars(select(Delivery.id)))
        await session.execute(update(Delivery).where(Delivery.id != ids[0]).values(status=DeliveryStatus.SENT))
        await session.execute(update(Delivery).where(Delivery.id == ids[0]).values(status=left))

    assert await finish_done(loa.database, loa.now) == []
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.SENT))
    assert await finish_done(loa.database, loa.now) == [broadcast_id]
    assert await finish_done(loa.database, loa.now) == []
    assert (await seen(loa, broadcast_id))[0].finished_at == loa.now
    async with loa.database.reading() as session:
        done = [(one.actor, one.action, one.detail) for one in await deeds(session, f"broadcast {broadcast_id}")]
        assert done[-2:] == [("loa", "start", "3 people"), ("loa", "finish", "sent")]
        told = [notice.kind for notice in await unsaid(session)]
        assert told == ["submitted", "approved", "finished", "finished"]


async def test_of_a_large_broadcast_a_list_of_everybody_is_owed_as_well(loa: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "LARGE", 2)
    await approved(loa, 3)
    await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.SENT))
    await finish_done(loa.database, loa.now)
    async with loa.database.reading() as session:
        told = [notice.kind for notice in await unsaid(session)]
        assert told[2:] == ["finished", "finished", "recipients", "recipients"]


async def test_what_was_paused_is_not_finished_by_the_clock(loa: World):
    broadcast_id = await approved(loa, 1)
    await start_due(loa.database, CHANNELS, loa.now, latest=LATEST)
    async with loa.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.SENT))
        await session.execute(update(Broadcast).values(status=BroadcastStatus.PAUSED))
    assert await finish_done(loa.database, loa.now) == []
    assert (await seen(loa, broadcast_id))[0].status is BroadcastStatus.PAUSED
