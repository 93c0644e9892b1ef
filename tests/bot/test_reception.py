"""From the inbox to the reply: once, in order, alone with one's faults, and never a reason to stop."""

import asyncio
import json
import time

from sqlalchemy import func, select

from channels.message import Inbound
from handlers.conversation import Conversation
from sandbox.telegram.people import say, tap
from storage import inbox
from storage.enums import ChannelName, InboxStatus, ResponseStatus
from storage.tables import Contact, Inbox, Response
from surveys.catalogue import Catalogue
from tests.broadcasts.conftest import dispatching, started
from tests.broadcasts.test_dispatch import received
from tests.world import ZONE, World

POISON = {"update_id": 900_001, "message": {"message_id": "x", "chat": {"id": 5, "type": "nonsense"}}}


def text_update(update_id: int, chat: int, text: str) -> dict[str, object]:
    person = {"id": chat, "is_bot": False, "first_name": "Lan"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "date": 1, "chat": {"id": chat, "type": "private"}, "from": person,
                    "text": text},
    }  # fmt: skip


async def statuses(loa: World) -> dict[str, int]:
    async with loa.database.reading() as session:
        return {str(k): n for k, n in (await inbox.inbox_counts(session)).items()}


async def test_the_same_update_ten_times_is_heard_once(loa: World):
    loa.person(2001).started = True
    update = text_update(900_000, 2001, "/start")

    await loa.takes([update], times=10)

    assert len(loa.messages(2001)) == 1
    assert await statuses(loa) == {"new": 0, "done": 1, "quarantined": 0}


async def test_an_update_that_nobody_can_read_is_set_aside_and_the_next_go_on(loa: World):
    loa.person(2001).started = True

    await loa.takes([POISON, text_update(900_002, 2001, "/start")])

    assert len(loa.messages(2001)) == 1
    assert await statuses(loa) == {"new": 0, "done": 1, "quarantined": 1}
    async with loa.database.reading() as session:
        row = (await session.scalars(select(Inbox).where(Inbox.status == InboxStatus.QUARANTINED))).one()
        assert json.loads(row.raw or b"") == POISON
        assert "ValidationError" in (row.error or "")


async def test_what_was_said_is_erased_once_it_is_handled(loa: World):
    await loa.says(2001, "tên tôi là Lan")

    async with loa.database.reading() as session:
        assert list(await session.scalars(select(Inbox.raw))) == [None]


class Stumbling(Conversation):
    """Fails on one person's words: a bug of ours."""

    async def _said(self, turn):
        if turn.inbound.text == "bug":
            raise RuntimeError("stumbled")
        return await super()._said(turn)


async def test_a_bug_in_one_persons_turn_harms_nobody_else(loa: World):
    for id in (2001, 2002):
        loa.person(id).started = True
    updates = [text_update(900_000, 2001, "bug"), text_update(900_001, 2002, "/start")]
    rows = [(str(u["update_id"]), str(2001 + n), json.dumps(u).encode()) for n, u in enumerate(updates)]
    async with loa.database.transaction() as session:
        await inbox.keep(session, ChannelName.TELEGRAM, rows, loa.now)
    reception = loa.reception()
    reception._conversation = Stumbling(Catalogue(), ZONE)

    for _ in range(4):
        async with asyncio.TaskGroup() as replies:
            await reception.handle_waiting(replies)

    assert [m.text[:9] for m in loa.messages(2002)] == ["Kính chào"]
    assert [m.text[:7] for m in loa.messages(2001)] == ["Xin lỗi"]
    assert await statuses(loa) == {"new": 0, "done": 1, "quarantined": 1}


async def test_two_first_messages_at_once_make_one_contact(loa: World):
    loa.person(2001).started = True

    async def hear(number: int) -> None:
        async with loa.database.transaction() as session:
            said = Inbound(ChannelName.TELEGRAM, "2001", str(number), "/start", name="Lan")
            await Conversation(Catalogue(), ZONE).hear(session, [said], loa.now)

    await asyncio.gather(*(hear(n) for n in range(10)))

    async with loa.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == 1


async def test_impatient_taps_open_one_response(loa: World):
    _, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")
    message, data = loa.button(2001, "Đồng ý và bắt đầu trả lời")
    for _ in range(5):
        tap(loa.sandbox.net.world, loa.person(2001), message, data)

    await loa.heard()

    async with loa.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Response)) == 1


async def test_messages_of_one_person_are_answered_in_their_order(loa: World):
    loa.person(2001)
    for text in ("/start", "kho", "trợ giúp", "dừng"):
        say(loa.sandbox.net.world, loa.person(2001), text)

    await loa.heard()

    assert [m.text[:12] for m in loa.messages(2001)] == [
        "Kính chào ôn", "Chưa có bản ", "Ông/bà có th", "Hiện ông/bà ",
    ]  # fmt: skip


async def test_a_lost_reply_loses_nothing_that_was_said(loa: World):
    _, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")
    await loa.taps(2001, "Đồng ý và bắt đầu trả lời")
    loa.sandbox.net.faults.order({"kind": "cut", "count": 5, "methods": ["editMessageText", "sendMessage"]})
    await loa.taps(2001, "Kinh")
    loa.sandbox.net.faults.clear()

    await loa.says(2001, "alo")

    assert "Câu 2/5" in loa.messages(2001)[-1].text


async def test_blocking_stops_a_contact_and_speaking_starts_it_again(loa: World):
    await loa.says(2001, "/start")
    loa.blocks(2001)
    await loa.heard()
    async with loa.database.reading() as session:
        assert await session.scalar(select(Contact.stopped_reason)) == "blocked"

    loa.blocks(2001, blocked=False)
    await loa.says(2001, "/start")

    async with loa.database.reading() as session:
        assert await session.scalar(select(Contact.stopped_reason)) is None


async def test_old_and_foreign_buttons_are_harmless(loa: World):
    _, payload = await loa.survey()
    for id in (2001, 2002):
        await loa.says(id, f"/start {payload}")
        await loa.taps(id, "Tôi từ 18 tuổi trở lên")
        await loa.taps(id, "Đồng ý và bắt đầu trả lời")
    _, theirs = loa.button(2002, "Kinh")
    before = await answers(loa)
    said = [theirs, "bc:1", "a:1:99999:1", "zz", "art:x", "a:1", "ap:1:yes", "a:1:0:1:2:3", ":::", "su:1"]
    updates = [tap_update(901_000 + n, 2001, data) for n, data in enumerate(said)]

    await loa.takes(updates)

    assert await answers(loa) == before
    assert (await statuses(loa))["quarantined"] == 0


def tap_update(update_id: int, chat: int, data: str) -> dict[str, object]:
    person = {"id": chat, "is_bot": False, "first_name": "Lan"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
    return {"update_id": update_id, "callback_query": {
        "id": str(update_id), "from": person, "chat_instance": "1", "message": message, "data": data}}  # fmt: skip


async def answers(loa: World) -> list[bytes]:
    async with loa.database.reading() as session:
        rows = select(Response.answers).where(Response.status == ResponseStatus.OPEN).order_by(Response.id)
        return list(await session.scalars(rows))


async def test_nothing_is_sent_while_a_transaction_is_open(loa: World, monkeypatch):
    """The rule of the house: commit, then speak."""
    import pytest

    from channels.telegram import Telegram
    from storage.database import transaction_is_open

    call = Telegram.call

    async def guarded(self, method, *args, **kwargs):
        if transaction_is_open():
            pytest.fail(f"{method} was called with a transaction open")
        return await call(self, method, *args, **kwargs)

    monkeypatch.setattr(Telegram, "call", guarded)
    _, payload = await loa.survey()
    await loa.says(2001, f"/start {payload}")
    await loa.taps(2001, "Tôi từ 18 tuổi trở lên")

    assert len(loa.messages(2001)) == 1


async def test_a_citizen_is_answered_at_once_while_bulletins_go_out(loa: World):
    """The reply takes the next slot, whatever waits; the bulk makes room for it."""
    await started(loa, 300)
    loa.pace.rate = loa.pace.ceiling = 20
    begun = time.monotonic()
    async with dispatching(loa):
        while sum(received(loa).values()) < 10:
            await asyncio.sleep(0.02)
        before, spoke = sum(received(loa).values()), time.monotonic()
        await loa.says(2001, "/start")
        answered, after = time.monotonic(), sum(received(loa).values())
        while sum(received(loa).values()) < 40:
            await asyncio.sleep(0.02)
        took = time.monotonic() - begun

    assert loa.messages(2001)[0].text.startswith("Kính chào")
    assert after - before <= 20 * (answered - spoke) + 2  # it did not wait its turn behind three hundred
    assert answered - spoke < 5
    assert 40 / took <= 20 * 1.1  # and the bulk went on within its rate
