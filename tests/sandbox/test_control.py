"""The control routes: people, crowds, events for the page, board, actions, clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.sandbox.conftest import Caller

KEYBOARD = {"inline_keyboard": [[{"text": "Một", "callback_data": "1"}, {"text": "Trang", "url": "https://a.vn"}]]}


class Stream:
    """Reads Server-Sent Events, leaving the counts aside unless they are asked for."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self, *, skip: str = "stats") -> tuple[str, Any]:
        async with asyncio.timeout(5):
            while True:
                kind = (await self._response.content.readline()).decode().removeprefix("event: ").strip()
                data = (await self._response.content.readline()).decode().removeprefix("data: ")
                await self._response.content.readline()
                if kind != skip:
                    return kind, json.loads(data)


@asynccontextmanager
async def watching(caller: Caller, chats: str) -> AsyncIterator[Stream]:
    async with caller.session.get(f"{caller.url}/sim/events", params={"chats": chats}) as response:
        assert response.content_type == "text/event-stream"
        yield Stream(response)


async def test_the_page_sees_what_happens_in_its_chats(caller: Caller) -> None:
    await caller.person(5)
    await caller.person(6)
    await caller.sim("board", title="Trước")
    async with watching(caller, "5,99") as stream:
        assert await stream.next() == ("board", {"title": "Trước"})
        await caller.ok("sendMessage", chat_id=6, text="không ai xem")
        sent = await caller.ok(
            "sendMessage", chat_id=5, text="<b>a</b>&lt;", parse_mode="HTML", reply_markup=KEYBOARD
        )
        number = sent["message_id"]
        kind, data = await stream.next()
        assert (kind, data["chat"]) == ("message", 5)
        assert data["message"] == {
            "id": number,
            "mine": False,
            "html": "<b>a</b>&lt;",
            "text": "a<",
            "keyboard": [[{"text": "Một", "data": "1"}, {"text": "Trang", "url": "https://a.vn"}]],
            "edited": False,
            "date": sent["date"],
        }
        tap = await caller.sim("tap", chat=5, message_id=number, data="1")
        await caller.ok("answerCallbackQuery", callback_query_id=tap["id"], text="Đã ghi", show_alert=True)
        assert await stream.next() == ("toast", {"chat": 5, "text": "Đã ghi", "alert": True})
        await caller.ok("editMessageText", chat_id=5, message_id=number, text="b")
        kind, data = await stream.next()
        assert (kind, data["message"]["text"], data["message"]["keyboard"]) == ("edit", "b", [])
        await caller.sim("say", chat=5, text="Cảm ơn")
        kind, data = await stream.next()
        assert (kind, data["message"]["mine"]) == ("message", True)
        await caller.ok("deleteMessage", chat_id=5, message_id=number)
        assert await stream.next() == ("delete", {"chat": 5, "id": number})
        await caller.sim("board", title="Sau")
        assert await stream.next() == ("board", {"title": "Sau"})
        kind, stats = await stream.next(skip="")
        assert (kind, stats["accepted"]) == ("stats", 2)


async def test_taps_need_a_button_and_words_an_open_chat(caller: Caller) -> None:
    await caller.person(5)
    sent = await caller.ok("sendMessage", chat_id=5, text="a", reply_markup=KEYBOARD)
    number = sent["message_id"]
    await caller.sim("block", chat=5)
    for path, values in (
        ("tap", {"chat": 5, "message_id": number, "data": "2"}),
        ("tap", {"chat": 5, "message_id": number, "data": "1"}),
        ("tap", {"chat": 5, "message_id": 1, "data": "1"}),
        ("say", {"chat": 5, "text": "a"}),
        ("say", {"chat": 5}),
        ("say", {"chat": 77, "text": "a"}),
        ("chats", {"id": 5, "name": "hai lần"}),
        ("chats", {"name": ""}),
        ("crowd", {"first_id": 1, "count": 10}),
        ("crowd", {"first_id": 1000, "count": 10, "blocked": 2}),
        ("citizens", {"questionnaire_file": "/nowhere.yaml"}),
        ("migrate", {"chat": 5}),
    ):
        async with caller.session.post(f"{caller.url}/sim/{path}", json=values) as answer:
            assert (answer.status, list(await answer.json())) == (400, ["error"]), (path, values)
    await caller.sim("say", chat=5, text="/start")
    assert (await caller.look("chats/5"))["blocked"] is False


async def test_a_crowd_follows_its_seed(caller: Caller) -> None:
    values = {"count": 1000, "blocked": 0.02, "deactivated": 0.005, "blocks_on_receipt": 0.01}
    one = await caller.sim("crowd", first_id=1, seed=7, **values)
    two = await caller.sim("crowd", first_id=10_001, seed=7, **values)
    assert [len(one[k]) for k in ("blocked", "deactivated", "will_block")] == [20, 5, 10]
    assert [n + 10_000 for n in one["blocked"]] == two["blocked"]
    first = one["will_block"][0]
    await caller.ok("sendMessage", chat_id=first, text="x")
    (update,) = await caller.ok("getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert await caller.refused("sendMessage", chat_id=first, text="x") == "Forbidden: bot was blocked by the user"


async def test_repeated_messages_are_counted_once_per_chat(caller: Caller) -> None:
    await caller.sim("crowd", first_id=1, count=5)
    for chat, text in ((1, "a"), (1, "b"), (2, "a"), (2, "a"), (2, "a"), (3, "a")):
        await caller.ok("sendMessage", chat_id=chat, text=text)
    assert (await caller.look("stats"))["duplicates"] == 1
    for number in range(20):
        await caller.ok("sendMessage", chat_id=4, text=str(number))
    kept = (await caller.look("chats/4/messages"))["messages"]
    assert [m["text"] for m in kept] == [str(n) for n in range(12, 20)]


async def test_actions_wait_for_a_press(caller: Caller) -> None:
    waiting = asyncio.create_task(caller.look("actions?after=0&timeout=20"))
    await asyncio.sleep(0.05)
    await caller.sim("actions", id="citizens")
    assert await waiting == {"actions": [{"n": 1, "id": "citizens"}]}
    await caller.sim("actions", id="send")
    assert await caller.look("actions?after=1") == {"actions": [{"n": 2, "id": "send"}]}
    assert await caller.look("actions?after=2&timeout=0.05") == {"actions": []}


async def test_the_clock_shifts_what_is_stamped(caller: Caller) -> None:
    await caller.person(5)
    before = await caller.ok("sendMessage", chat_id=5, text="a")
    await caller.sim("clock", offset=86_400)
    after = await caller.ok("sendMessage", chat_id=5, text="b")
    assert after["date"] - before["date"] in (86_400, 86_401)
    assert (await caller.look("clock"))["offset"] == 86_400


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/static/main.js", "text/javascript")])
async def test_the_page_is_served(caller: Caller, path: str, kind: str) -> None:
    async with caller.session.get(caller.url + path) as answer:
        assert (answer.status, answer.content_type) == (200, kind)


@pytest.mark.parametrize("path", ["/static/..%2Fapp.py", "/static/%2Fetc%2Fpasswd", "/static/no.js", "/sim/nothing"])
async def test_only_the_page_is_served(caller: Caller, path: str) -> None:
    async with caller.session.get(URL(caller.url + path, encoded=True)) as answer:
        assert answer.status == 404
