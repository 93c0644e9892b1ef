"""Pictures and documents in a broadcast: uploaded once, also over a restart, and never at the cost of a delivery."""

import asyncio

import pytest
from sqlalchemy import select, update

from channels.message import File, Message, SendError, content_json, kept, say
from channels.telegram import Telegram
from channels.telegram_files import Files
from storage.database import Database
from storage.enums import BroadcastStatus, DeliveryStatus, Reason
from storage.files import keep_file
from storage.tables import Broadcast, RemoteFile
from tests.broadcasts.conftest import dispatching, started, until_still
from tests.broadcasts.test_afterwards import FIRST, changed, corrected, withdrawn
from tests.channels.test_telegram import PNG
from tests.world import TOKEN, World

PDF = b"%PDF-1.7 " + b"x" * 500


async def with_files(loa: World, people: int, text: str = "Bản tin") -> tuple[int, Message]:
    """A broadcast with a picture and a document, started."""
    broadcast_id = await started(loa, people)
    async with loa.database.transaction() as session:
        picture = kept("bia.png", "image/png", await keep_file(session, PNG, loa.now))
        document = kept("ban-tin.pdf", "application/pdf", await keep_file(session, PDF, loa.now))
        message = Message(say(text).body, picture=picture, document=document)
        await session.execute(update(Broadcast).values(content=content_json(message)))
    return broadcast_id, message


async def all_sent(loa: World, broadcast_id: int) -> None:
    async with dispatching(loa):
        found, tally = await until_still(loa, broadcast_id, seconds=40)
    assert (found.status, tally.waiting, tally.doubtful) == (BroadcastStatus.SENT, 0, 0)


def received(loa: World) -> list[list[tuple[str, str]]]:
    """For each subscriber the kind and text of each message."""
    chats = loa.sandbox.net.world.chats
    return [
        [("photo" if m.photo else "document" if m.document else "text", m.text) for m in c.messages.values()]
        for c in chats.values() if c.id >= FIRST
    ]  # fmt: skip


def uploads(loa: World) -> int:
    """How many files the network was given."""
    return len({file.file_id for file in loa.sandbox.net.world.files._by_id.values()})


async def test_each_file_is_uploaded_once_for_everybody(loa: World):
    broadcast_id, _ = await with_files(loa, 30)

    await all_sent(loa, broadcast_id)

    assert received(loa) == [[("photo", "Bản tin"), ("document", "")]] * 30
    assert uploads(loa) == 2


async def test_a_long_text_follows_the_picture_and_comes_before_the_document(loa: World):
    broadcast_id, _ = await with_files(loa, 2, "Dài " * 400)

    await all_sent(loa, broadcast_id)

    assert [[kind for kind, _ in chat] for chat in received(loa)] == [["photo", "text", "document"]] * 2


async def test_a_restart_uploads_nothing_again(loa: World):
    _, message = await with_files(loa, 1)
    for _ in range(2):
        telegram = Telegram(TOKEN, api_url=loa.sandbox.url, database=loa.database)
        for part in telegram.prepare(message).parts:
            await telegram.deliver(str(FIRST), part)
        await telegram.close()

    assert uploads(loa) == 2
    assert len(received(loa)[0]) == 4


async def test_who_blocked_us_does_not_keep_the_others_from_the_file(loa: World):
    broadcast_id, _ = await with_files(loa, 5)
    loa.sandbox.net.world.chats[FIRST].blocked = True

    async with dispatching(loa):
        _, tally = await until_still(loa, broadcast_id, seconds=40)

    assert (tally.sent, tally.reasons) == (4, {Reason.BLOCKED: 1})
    assert uploads(loa) <= 3  # the one who blocked us may have been the first to be sent it


async def test_an_id_that_the_network_forgot_is_replaced(loa: World):
    broadcast_id, _ = await with_files(loa, 6)
    async with loa.database.transaction() as session:
        content = await session.scalar(select(Broadcast.content))
        assert content is not None
        sha256 = content["picture"][2]
        session.add(
            RemoteFile(account=f"telegram {TOKEN.partition(':')[0]}", sha256=sha256, remote_id="AgACforgotten")
        )

    await all_sent(loa, broadcast_id)

    assert [len(chat) for chat in received(loa)] == [2] * 6
    async with loa.database.reading() as session:
        known = await session.scalar(select(RemoteFile.remote_id).where(RemoteFile.sha256 == sha256))
    assert known != "AgACforgotten"
    assert uploads(loa) == 2


async def test_another_bot_uploads_for_itself(loa: World):
    """A file id belongs to the bot that got it."""
    _, message = await with_files(loa, 1)
    assert message.picture is not None
    async with loa.database.transaction() as session:
        session.add(RemoteFile(account="telegram 43", sha256=message.picture.sha256, remote_id="AgACothers"))
    await loa.telegram.deliver(str(FIRST), loa.telegram.prepare(message).parts[0])
    assert uploads(loa) == 1


async def test_a_slow_upload_keeps_nobody_under_way_for_longer_than_a_send_may_take():
    """Who waits for somebody else's upload has been sent nothing, and says so in time; who comes later is sent it."""
    files, file = Files("telegram 42", None, seconds=0.5), File("a.png", PNG, "image/png", sha256="ab")

    async def whole(_: File) -> str:
        await asyncio.sleep(1.5)
        return "uploaded"

    async def by_id(known: str) -> str:
        return f"by {known}"

    first = asyncio.create_task(files.sent(file, by_id, whole, str))
    await asyncio.sleep(0)
    with pytest.raises(SendError) as caught:
        await asyncio.wait_for(files.sent(file, by_id, whole, str), 1)
    assert caught.value.reason is Reason.NETWORK
    assert [await first, await files.sent(file, by_id, whole, str)] == ["uploaded", "by uploaded"]


async def test_a_picture_is_corrected_and_withdrawn_with_its_caption(loa: World):
    broadcast_id, message = await with_files(loa, 3)
    await all_sent(loa, broadcast_id)
    better = Message(say("Đã sửa.").body, picture=message.picture, document=message.document)

    end = await changed(loa, await corrected(loa, broadcast_id, better))
    assert end == (BroadcastStatus.SENT, {DeliveryStatus.SENT: 3})
    assert received(loa) == [[("photo", "Đã sửa."), ("document", "")]] * 3

    loa.sandbox.net.clock.offset += 49 * 3600
    await changed(loa, await withdrawn(loa, broadcast_id))
    assert received(loa) == [[("photo", "Đã thu hồi."), ("document", "Đã thu hồi.")]] * 3
    assert uploads(loa) == 2


async def test_a_file_is_kept_once_however_often_it_comes(database: Database, now):
    async with database.transaction() as session:
        assert await keep_file(session, PNG, now) == await keep_file(session, PNG, now)
