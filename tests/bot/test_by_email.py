"""A bulletin by e-mail: sent, refused, come back, corrected, withdrawn; nothing lost and nothing said twice unlisted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from broadcasts import afterwards
from broadcasts.approval import Actor, approve, submit
from broadcasts.finish import start_due
from handlers.bulletins import corrected, withdrawn
from sandbox.mail.reports import report
from storage import bulletins
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.ledger import Result, write
from storage.mail import bounced
from storage.people import persons_called
from storage.tables import Bounce, Contact, Delivery, Person
from tests.bot.mailing import DOMAIN, HOME, Post, posting
from tests.broadcasts.conftest import seen, until_still

LAN, NAM = "lan@xa.vn", "nam@xa.vn"


@pytest.fixture
async def post(loa) -> AsyncIterator[Post]:
    async with posting(loa) as made:
        yield made


async def stopped(post: Post, address: str) -> str | None:
    async with post.loa.database.reading() as session:
        return await session.scalar(select(Contact.stopped_reason).where(Contact.address == address))


async def came_back(post: Post, number: int) -> None:
    for _ in range(100):
        async with post.loa.database.reading() as session:
            if len(list(await session.scalars(select(Bounce.id)))) >= number:
                return
        await asyncio.sleep(0.02)
    raise AssertionError("nothing came back")


async def test_everybody_gets_one_with_links_of_their_own(post):
    _, found, tally = await post.sent(LAN, NAM)

    assert (found.status, tally.sent) == (BroadcastStatus.SENT, 2)
    (to_lan,), (to_nam,) = post.box(LAN), post.box(NAM)
    assert post.token(LAN) != post.token(NAM)
    for letter, address in ((to_lan, LAN), (to_nam, NAM)):
        parsed, shown = letter.parsed, letter.view()
        assert parsed["Subject"] == "BẢN TIN CẢI CÁCH HÀNH CHÍNH – Số 47/2026 · Thứ Hai, 23/11/2026"
        assert parsed["To"] == address
        assert f"{HOME}/m/{post.token(address)}/read" in shown["text"]
        assert f"{HOME}/m/{post.token(address)}/read" in shown["html"]
        assert "Bấm số" not in shown["text"]
    async with post.loa.database.reading() as session:
        kept = set(await session.scalars(select(Delivery.message_ids)))
    assert kept == {str(letter.parsed["Message-ID"]).strip("<>") for letter in (to_lan, to_nam)}


async def test_who_is_unknown_is_stopped_and_named(post):
    _, found, tally = await post.sent(LAN, "nosuch1@xa.vn", "disabled1@xa.vn")

    assert found.status is BroadcastStatus.SENT
    assert (tally.sent, tally.reasons) == (1, {Reason.NOT_FOUND: 1, Reason.DEACTIVATED: 1})
    assert await stopped(post, "nosuch1@xa.vn") == Reason.NOT_FOUND


async def test_what_is_full_is_tried_again_and_given_up(post):
    id = await post.started(LAN, "full1@xa.vn")
    async with post.dispatching():
        while (found := await seen(post.loa, id))[1].waiting:
            post.loa.later(seconds=20)
            await asyncio.sleep(0.05)
    tally = found[1]

    assert (tally.sent, tally.reasons) == (1, {Reason.DEFERRED: 1})
    assert post.server.boxes.counts["full"] == 5
    assert await stopped(post, "full1@xa.vn") is None


async def test_what_was_sent_and_comes_back_has_failed(post):
    id, _, _ = await post.sent(LAN, "later1@xa.vn")
    await came_back(post, 1)

    found, tally = await seen(post.loa, id)
    assert found.status is BroadcastStatus.SENT
    assert (tally.sent, tally.reasons) == (1, {Reason.BOUNCED: 1})
    assert await stopped(post, "later1@xa.vn") == Reason.BOUNCED


async def test_what_comes_back_for_a_time_stops_nobody_at_once(post):
    id, _, _ = await post.sent(LAN, "laterfull1@xa.vn")
    await came_back(post, 1)

    _, tally = await seen(post.loa, id)
    assert tally.reasons == {Reason.BOUNCED: 1}
    assert await stopped(post, "laterfull1@xa.vn") is None


async def test_a_connection_lost_before_the_content_costs_nothing(post):
    post.server.faults.drop_before = 2
    _, _, tally = await post.sent(LAN, NAM)

    assert (tally.sent, tally.doubtful) == (2, 0)
    assert [len(post.box(one)) for one in (LAN, NAM)] == [1, 1]


async def test_a_connection_lost_after_the_content_is_listed_and_recognisable(post):
    post.server.faults.drop_after = 1
    _, _, tally = await post.sent(LAN, NAM)

    assert (tally.sent, tally.doubtful) == (2, 1)
    twice = max((post.box(LAN), post.box(NAM)), key=len)
    assert len(twice) == 2
    assert len({str(letter.parsed["Message-ID"]) for letter in twice}) == 1


async def test_a_server_that_is_closing_is_tried_again(post):
    post.server.faults.refuse = 3
    _, _, tally = await post.sent(LAN, NAM)

    assert (tally.sent, tally.doubtful) == (2, 0)


async def actor(post: Post, name: str) -> Actor:
    async with post.loa.database.reading() as session:
        (found,) = await persons_called(session, name)
    return Actor(found.id, name)


async def carried_out(post: Post, change_id: int) -> dict[DeliveryStatus, int]:
    post.loa.later(seconds=1)
    channels = [ChannelName.EMAIL]
    assert await start_due(post.loa.database, channels, post.loa.now, latest=timedelta(hours=12)) == [change_id]
    async with post.dispatching(changes=True):
        _, tally = await until_still(post.loa, change_id)
    return {status: n for status, n in tally.by_status.items() if n}


async def test_a_correction_is_a_new_mail_that_refers_to_the_old_one(post):
    loa = post.loa
    id, _, _ = await post.sent(LAN, "later1@xa.vn")
    await came_back(post, 1)
    async with loa.database.transaction() as session:
        found = await bulletins.bulletin(session, 1)
        assert found is not None
        change_id = await afterwards.correct(
            session, id, title="Đính chính", message=corrected(found, "giờ họp là 14 giờ."),
            author=await actor(post, "Trần Thị Hoa"), now=loa.now,
        )  # fmt: skip
        await submit(session, change_id, await actor(post, "Trần Thị Hoa"), loa.now)
        await approve(session, change_id, await actor(post, "Lê Quốc Nam"), loa.now, loa.now)

    assert await carried_out(post, change_id) == {DeliveryStatus.SENT: 1}
    old, new = (letter.parsed for letter in post.box(LAN))
    assert new["Subject"] == f"Đính chính: {old['Subject']}"
    assert new["In-Reply-To"] == old["Message-ID"] != new["Message-ID"]
    assert "giờ họp là 14 giờ." in post.box(LAN)[1].view()["text"]
    assert "thay cho thư trước" in post.box(LAN)[1].view()["html"]


async def test_a_withdrawal_is_a_mail_that_says_so(post):
    loa = post.loa
    id, _, _ = await post.sent(LAN)
    async with loa.database.transaction() as session:
        change_id = await afterwards.withdraw(
            session, id, title="Thu hồi", notice=withdrawn("Bản tin số 47/2026"),
            by=await actor(post, "Lê Quốc Nam"), why="Sai số liệu", now=loa.now,
        )  # fmt: skip

    assert await carried_out(post, change_id) == {DeliveryStatus.SENT: 1}
    old, new = (letter.parsed for letter in post.box(LAN))
    assert new["Subject"] == "Bản tin số 47/2026 đã được thu hồi. Xin ông/bà không sử dụng nội dung cũ."
    assert new["In-Reply-To"] == old["Message-ID"]


async def test_a_change_in_doubt_is_listed_since_it_may_be_seen_twice(post):
    loa = post.loa
    id, _, _ = await post.sent(LAN)
    async with loa.database.transaction() as session:
        change_id = await afterwards.withdraw(
            session, id, title="Thu hồi", notice=withdrawn("Bản tin"), by=await actor(post, "Lê Quốc Nam"),
            why="Sai số liệu", now=loa.now,
        )  # fmt: skip
    post.server.faults.drop_after = 1
    await carried_out(post, change_id)
    _, tally = await seen(loa, change_id)
    assert (tally.sent, tally.doubtful) == (1, 1)


async def test_the_mail_that_comes_back_is_signed(post):
    await post.sent(LAN)
    letter = post.box(LAN)[0]
    assert letter.sender.startswith("bounce+")
    assert letter.sender.endswith(f"@{DOMAIN}")
    forged = letter.sender[:20] + ("a" if letter.sender[20] != "a" else "b") + letter.sender[21:]
    found = _report(letter)

    assert await post.bounces.received(forged, found) == "not ours"
    assert await post.bounces.received("postmaster@" + DOMAIN, found) == "not ours"
    assert await stopped(post, LAN) is None
    assert await post.bounces.received(letter.sender.upper(), found) == "bounce"
    assert await post.bounces.received(letter.sender, found) == "known"
    assert await post.bounces.received(letter.sender, b"Subject: out of office\r\n\r\nback on Monday") == "no report"
    assert await stopped(post, LAN) == Reason.BOUNCED


def _report(letter) -> bytes:
    return report(to=letter.sender, recipient=letter.to, status="5.1.1", said="550 unknown", original=letter.raw)


async def test_mail_to_the_stop_address_unsubscribes(post):
    await post.sent(LAN)
    ways = str(post.box(LAN)[0].parsed["List-Unsubscribe"])
    address = ways.split("mailto:")[1].rstrip(">")

    assert await post.bounces.received(address, b"Subject: stop\r\n\r\n") == "stop"
    loa = post.loa
    loa.later(days=7)
    async with loa.database.reading() as session:
        assert await session.scalar(select(Person.subscribed).where(Person.name == "Cán bộ 1")) is False


async def test_a_bounce_overtakes_the_record_of_sending(post):
    """The row is still 'sending' when its report comes; the record that it was sent does not undo it."""
    id = await post.started(LAN)
    async with post.loa.database.transaction() as session:
        row = await session.scalar(select(Delivery).where(Delivery.broadcast_id == id))
        row.status, row.claim = DeliveryStatus.SENDING, 7
        delivery_id = row.id
    async with post.loa.database.transaction() as session:
        assert await bounced(session, delivery_id, report="r", status="5.1.1", final=True, now=post.loa.now)
    await write(post.loa.database, [Result(delivery_id, 7, DeliveryStatus.SENT, sent_at=post.loa.now)])
    _, tally = await seen(post.loa, id)
    assert (tally.sent, tally.reasons) == (0, {Reason.BOUNCED: 1})
