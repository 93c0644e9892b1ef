"""A network that fails while a broadcast goes out: who is tried again, who is listed, and who has to wait."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from channels.message import Message, Prepared
from channels.telegram import Telegram
from storage.contacts import belongs_to, met
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, NoticeKind, Reason
from storage.notices import unsaid
from storage.people import add_person
from storage.tables import Contact, Delivery
from tests.broadcasts.conftest import approved, dispatching, seen, started, until_still
from tests.broadcasts.test_dispatch import received
from tests.channels.test_wire import answer, says
from tests.postgres import free_port
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
async def at_work(dispatcher: Dispatcher):
    """Ends at once, whatever the dispatcher waits for."""
    running = asyncio.create_task(dispatcher.run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
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
    async with (
        at_work(Dispatcher(loa.database, loa.telegram, loa.pace, now=lambda: loa.now)),
        at_work(Dispatcher(loa.database, post, Pace(1000, 1000), now=lambda: loa.now)),
    ):
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
        [(due, attempts)] = await session.execute(waiting)
    assert attempts == 0
    assert due is not None
    assert due > loa.now + timedelta(seconds=LONG - 3700)


async def test_who_waits_for_hours_can_be_told_to_stop(loa: World):
    await started(loa, 20)
    loa.sandbox.net.faults.order({"kind": "429", "count": 1, "retry_after": LONG, "methods": ["sendMessage"]})
    dispatcher = Dispatcher(loa.database, loa.telegram, Pace(20, 20), now=lambda: loa.now)
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(1)
    await dispatcher.stop()
    async with asyncio.timeout(3):
        await running


async def test_a_revoked_token_pauses_with_one_notice_each_and_nobody_is_given_up(loa: World):
    broadcast_id = await started(loa, 20)
    revoked = Telegram("42:REVOKEDREVOKEDREVOKEDREVOKED", api_url=loa.sandbox.url)

    async with at_work(Dispatcher(loa.database, revoked, loa.pace, now=lambda: loa.now)):
        await until_still(loa, broadcast_id)
        await asyncio.sleep(0.5)
        found, tally = await seen(loa, broadcast_id)

    await revoked.close()
    assert (found.status, found.note) == (BroadcastStatus.PAUSED, "Unauthorized")
    assert tally.waiting == 20
    async with loa.database.reading() as session:
        assert set(await session.scalars(select(Delivery.attempts))) == {0}
        told = [notice.address for notice in await unsaid(session) if notice.kind is NoticeKind.PAUSED]
    assert len(told) == len(set(told)) > 0


@asynccontextmanager
async def nowhere(loa: World, url: str):
    """A dispatcher at work that looks for Telegram where it is not."""
    telegram = Telegram("42:SANDBOX", api_url=url)
    async with at_work(Dispatcher(loa.database, telegram, loa.pace, now=lambda: loa.now)):
        yield
    await telegram.close()


async def test_an_hour_without_a_network_gives_nobody_up(loa: World):
    """Telegram is blocked now and then: it is not the person who failed."""
    broadcast_id = await started(loa, 20)
    async with nowhere(loa, f"http://127.0.0.1:{free_port()}"):
        for _ in range(12):
            loa.later(minutes=5)
            await asyncio.sleep(0.6)
    _, tally = await seen(loa, broadcast_id)
    assert tally.by_status[DeliveryStatus.FAILED] == 0


async def test_an_hour_of_errors_of_the_server_leaves_few_in_doubt(loa: World):
    """Everybody would have used up five attempts within minutes."""
    broadcast_id = await started(loa, 60)
    loa.sandbox.net.faults.order({"kind": "502", "share": 1, "methods": ["sendMessage"]})
    loa.pace.rate = loa.pace.ceiling = 200
    async with dispatching(loa):
        for _ in range(12):
            loa.later(minutes=5)
            await asyncio.sleep(0.5)
    _, tally = await seen(loa, broadcast_id)
    assert tally.waiting > 40


async def test_a_firewall_that_forbids_everything_stops_no_contact(loa: World):
    broadcast_id = await started(loa, 20)
    page = answer(b"<html><h1>Blocked by policy</h1></html>", b"403 Forbidden")
    firewall = await asyncio.start_server(says(page), "127.0.0.1", 0)
    async with nowhere(loa, f"http://127.0.0.1:{firewall.sockets[0].getsockname()[1]}"):
        await asyncio.sleep(1)
    firewall.close()
    async with loa.database.reading() as session:
        assert await session.scalar(select(func.count()).where(Contact.stopped_at.is_not(None))) == 0
    _, tally = await seen(loa, broadcast_id)
    assert tally.by_status[DeliveryStatus.FAILED] == 0
