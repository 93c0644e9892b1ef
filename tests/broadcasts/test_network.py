"""A network that fails while a broadcast goes out: who is tried again, who is listed, and who has to wait."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from channels.message import Message, Prepared
from channels.telegram import Telegram
from storage.contacts import belongs_to, met
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, NoticeKind, Reason
from storage.notices import unsaid
from storage.people import add_person
from storage.tables import Delivery
from tests.broadcasts.conftest import approved, dispatching, seen, started, until_still
from tests.broadcasts.test_dispatch import received
from tests.world import World

LONG = 10_072
"""Seconds that a mostly sequential sender was once told to wait."""


@pytest.mark.parametrize("kind", ["500", "502", "cut"])
async def test_what_the_network_did_not_answer_is_sent_again_and_listed(loa: World, kind: str):
    broadcast_id = await started(loa, 20)
    loa.sandbox.net.faults.order({"kind": kind, "count": 3, "methods": ["sendMessage"]})

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)

    assert found.status is BroadcastStatus.SENT
    assert (tally.sent, tally.doubtful) == (20, 3)
    assert set(received(loa).values()) == {1}


async def test_who_could_not_be_reached_is_sent_to_later_and_not_in_doubt(loa: World):
    """The port is closed for a second; only the message that met the closing may have arrived."""
    broadcast_id = await started(loa, 20)
    loa.sandbox.net.faults.order({"kind": "refuse", "count": 1, "seconds": 1, "methods": ["sendMessage"]})
    loa.pace.rate = loa.pace.ceiling = 50

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)

    assert found.status is BroadcastStatus.SENT
    assert (tally.sent, tally.doubtful) == (20, 1)
    assert set(received(loa).values()) == {1}


class Post:
    """A second channel, which always works."""

    name = ChannelName.EMAIL

    def __init__(self) -> None:
        self.delivered: list[str] = []
        self.highest_id = 0

    def prepare(self, message: Message) -> Prepared:
        return Prepared(("x",))

    async def deliver(self, address: str, part: str) -> str:
        self.delivered.append(address)
        return str(len(self.delivered))

    async def edit(self, address: str, message_id: str, part: str) -> None: ...

    async def remove(self, address: str, message_id: str, instead: str) -> None: ...


@asynccontextmanager
async def posting(loa: World, post: Post):
    dispatcher = Dispatcher(loa.database, post, Pace(1000, 1000), now=lambda: loa.now)
    running = asyncio.create_task(dispatcher.run())
    yield
    await dispatcher.stop()
    await running


async def test_a_wait_of_hours_is_obeyed_and_the_other_channel_goes_on(loa: World):
    async with loa.database.transaction() as session:
        for n in range(5):
            contact = (await met(session, ChannelName.EMAIL, [f"{n}@xa.gov.vn"], loa.now))[f"{n}@xa.gov.vn"]
            await belongs_to(session, contact.id, await add_person(session, f"Cán bộ thư {n}", loa.now))
    broadcast_id = await approved(loa, 20)
    await start_due(loa.database, [ChannelName.TELEGRAM, ChannelName.EMAIL], loa.now, latest=timedelta(hours=12))
    loa.sandbox.net.faults.order({"kind": "429", "count": 1, "retry_after": LONG, "methods": ["sendMessage"]})
    loa.pace.rate = loa.pace.ceiling = 20
    post = Post()
    dispatcher = Dispatcher(loa.database, loa.telegram, loa.pace, now=lambda: loa.now)
    sending = asyncio.create_task(dispatcher.run())
    async with posting(loa, post):
        await asyncio.sleep(1.5)
        loa.later(hours=1)
        await asyncio.sleep(0.5)

    found, tally = await seen(loa, broadcast_id)
    assert found.status is BroadcastStatus.SENDING
    assert sorted(post.delivered) == [f"{n}@xa.gov.vn" for n in range(5)]
    assert tally.sent - 5 == sum(received(loa).values()) < 5
    assert tally.by_status[DeliveryStatus.FAILED] == 0
    async with loa.database.reading() as session:
        waiting = select(Delivery.due_at, Delivery.attempts).where(Delivery.reason == Reason.THROTTLED)
        told = [(due, attempts) for due, attempts in await session.execute(waiting)]
    assert [attempts for _, attempts in told] == [0]
    assert told[0][0] > loa.now + timedelta(seconds=LONG - 3700)

    await dispatcher.stop()
    async with asyncio.timeout(5):  # whoever is told to wait for hours can still be told to stop
        await sending


async def test_a_revoked_token_pauses_with_one_notice_each_and_nobody_is_given_up(loa: World):
    broadcast_id = await started(loa, 20)
    right, loa.telegram = loa.telegram, Telegram("42:REVOKEDREVOKEDREVOKEDREVOKED", api_url=loa.sandbox.url)

    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id)
        await asyncio.sleep(0.5)
        _, tally = await seen(loa, broadcast_id)

    await right.close()
    assert (found.status, found.note) == (BroadcastStatus.PAUSED, "Unauthorized")
    assert tally.waiting == 20
    async with loa.database.reading() as session:
        assert set(await session.scalars(select(Delivery.attempts))) == {0}
        told = [notice.address for notice in await unsaid(session) if notice.kind is NoticeKind.PAUSED]
    assert len(told) == len(set(told)) > 0
