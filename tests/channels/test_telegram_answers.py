"""Answers of the Bot API to each of our calls: which refusals are fine, and which are somebody's business."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.blocks import prose
from channels.message import Choice, File, Message, SendError, say
from channels.telegram import Telegram
from storage.enums import Reason

GONE = (400, {"ok": False, "description": "Bad Request: message to edit not found"})
SAME = (400, {"ok": False, "description": "Bad Request: message is not modified"})
OLD = (400, {"ok": False, "description": "Bad Request: message can't be deleted"})
LATE = (400, {"ok": False, "description": "Bad Request: query is too old"})
REFUSED = (400, {"ok": False, "description": "Bad Request: there is no text in the message to edit"})
BROKEN = (500, {"ok": False, "description": "Internal Server Error"})
FINE = (200, {"ok": True, "result": True})
KEYBOARD = {"inline_keyboard": [[{"text": "Nút", "callback_data": "x"}]]}
PHOTO = File("a.png", b"png", "image/png")
Answer = tuple[int, Any]


@dataclass
class Api:
    """Gives each method the answers ordered for it, the last of them for ever; ``asked`` is what was called."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        if request.content_type == "multipart/form-data":
            fields = {name: one for name, one in (await request.post()).items() if isinstance(one, str)}
        else:
            raw = await request.read()
            fields = json.loads(raw) if raw.startswith(b"{") else {}
        self.asked.append((method, fields))
        ordered = self.answers.get(method, [FINE])
        status, said = ordered.pop(0) if len(ordered) > 1 else ordered[0]
        return web.Response(status=status, text=said if isinstance(said, str) else json.dumps(said))

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
async def telegram(api: Api) -> AsyncIterator[Telegram]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.handle)
    async with TestServer(app) as server:
        made = Telegram("42:TOKEN", api_url=str(server.make_url("")).rstrip("/"), seconds=5)
        yield made
        await made.close()


def sent(number: int, **more: Any) -> Answer:
    return 200, {"ok": True, "result": {"message_id": number, **more}}


async def reason_of(doing: Any) -> Reason | None:
    try:
        await doing
    except SendError as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {"ok": True, "result": True}), Reason.IN_DOUBT),
        ((200, {"ok": True, "result": {}}), Reason.IN_DOUBT),
        ((200, "no JSON"), Reason.SERVER),
        ((200, {"ok": False}), Reason.SERVER),
        ((502, "<html>"), Reason.SERVER),
        ((403, "<html>"), Reason.NETWORK),
        ((500, {"ok": True, "result": {"message_id": 5}}), Reason.SERVER),
    ],
)
async def test_an_answer_that_says_nothing_of_a_message_is_no_message(
    api: Api, telegram: Telegram, answer: Answer, reason: Reason
):
    api.answers["sendMessage"] = [answer]
    assert await reason_of(telegram.deliver("7", telegram.prepare(say("chào")).parts[0])) is reason


async def test_only_private_chats_tell_the_highest_number_and_it_never_falls(api: Api, telegram: Telegram):
    api.answers["sendMessage"] = [sent(5), sent(3), sent(900)]
    [part] = telegram.prepare(say("chào")).parts
    found = []
    for address in ("7", "8", "-100"):
        await telegram.deliver(address, part)
        found.append(telegram.highest_id)
    assert found == [5, 5, 5]


async def test_a_message_too_old_to_delete_is_changed_and_one_with_a_picture_below_it(api: Api, telegram: Telegram):
    [instead] = telegram.prepare(say("Đã thu hồi.")).parts
    api.answers |= {"deleteMessage": [OLD], "editMessageText": [FINE, REFUSED]}
    for _ in range(2):
        await telegram.remove("7", "5", instead)
    assert api.methods == [
        "deleteMessage",
        "editMessageText",
        "deleteMessage",
        "editMessageText",
        "editMessageCaption",
    ]
    assert api.asked[-1][1] == {"chat_id": 7, "message_id": 5, "caption": "Đã thu hồi.", "parse_mode": "HTML"}


@pytest.mark.parametrize(
    ("answers", "reason", "methods"),
    [
        ({"deleteMessage": [FINE]}, None, ["deleteMessage"]),
        ({"deleteMessage": [GONE]}, Reason.GONE, ["deleteMessage"]),
        (
            {"deleteMessage": [OLD], "editMessageText": [SAME]},
            Reason.NOT_MODIFIED,
            ["deleteMessage", "editMessageText"],
        ),
        ({"deleteMessage": [OLD], "editMessageText": [BROKEN]}, Reason.SERVER, ["deleteMessage", "editMessageText"]),
    ],
)
async def test_what_cannot_be_removed_says_why(
    api: Api, telegram: Telegram, answers: dict[str, list[Answer]], reason: Reason | None, methods: list[str]
):
    api.answers |= answers
    assert await reason_of(telegram.remove("7", "5", telegram.prepare(say("x")).parts[0])) is reason
    assert api.methods == methods


@pytest.mark.parametrize(
    ("answer", "there"), [(SAME, True), (GONE, False), (OLD, False), (FINE, False), (BROKEN, None), (REFUSED, None)]
)
async def test_a_message_is_there_when_nothing_changes(
    api: Api, telegram: Telegram, answer: Answer, there: bool | None
):
    api.answers["editMessageReplyMarkup"] = [answer]
    [bare], [part] = telegram.prepare(say("x")).parts, telegram.prepare(say("x", (Choice("x", "Nút"),))).parts
    if there is None:
        with pytest.raises(SendError):
            await telegram.is_there("7", "5", part)
    else:
        assert [await telegram.is_there("7", "5", one) for one in (part, bare)] == [there, there]
        assert [said for _, said in api.asked] == [
            {"chat_id": 7, "message_id": 5, "reply_markup": KEYBOARD}, {"chat_id": 7, "message_id": 5},
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "shown", "methods"),
    [
        (FINE, "5", ["editMessageText"]),
        (SAME, "5", ["editMessageText"]),
        (GONE, "6", ["editMessageText", "sendMessage"]),
        (REFUSED, "6", ["editMessageText", "sendMessage"]),
        (BROKEN, "", ["editMessageText"]),
    ],
)
async def test_what_cannot_take_a_place_is_said_below_but_for_trouble(
    api: Api, telegram: Telegram, answer: Answer, shown: str, methods: list[str]
):
    api.answers |= {"editMessageText": [answer], "sendMessage": [sent(6)]}
    if shown:
        assert await telegram.show("7", say("x"), over="5") == shown
    else:
        assert await reason_of(telegram.show("7", say("x"), over="5")) is Reason.SERVER
    assert api.methods == methods


async def test_of_several_parts_the_one_with_the_buttons_is_remembered_else_the_last(api: Api, telegram: Telegram):
    api.answers |= {
        "sendPhoto": [sent(1, photo=[{"file_id": "p"}])], "sendMessage": [sent(2)],
        "sendDocument": [sent(3, document={"file_id": "d"})],
    }  # fmt: skip
    paper, long = File("a.pdf", b"pdf", "application/pdf"), prose("x" * 3000)
    with_buttons = Message(long, ((Choice("x", "Nút"),),), picture=PHOTO, document=paper)
    assert await telegram.show("7", with_buttons, over="9") == "2"
    assert await telegram.show("7", Message(long, picture=PHOTO, document=paper)) == "3"
    assert api.methods == ["sendPhoto", "sendMessage", "sendDocument"] * 2


async def test_a_file_that_is_not_kept_is_taken_for_no_other(api: Api, telegram: Telegram):
    api.answers["sendPhoto"] = [sent(5, photo=[{"file_id": "F"}])]
    for content in (b"one", b"other"):
        await telegram.show("7", Message(prose("Ảnh"), picture=File("a.png", content, "image/png")))
    assert [fields["photo"] for _, fields in api.asked] == ["attach://photo"] * 2


async def test_a_file_that_is_kept_goes_by_its_id_the_second_time_even_without_a_database(
    api: Api, telegram: Telegram
):
    api.answers["sendPhoto"] = [sent(5, photo=[{"file_id": "small"}, {"file_id": "F"}])]
    for _ in range(2):
        await telegram.show("7", Message(prose("Ảnh"), picture=File("a.png", b"one", "image/png", sha256="ab")))
    assert [fields["photo"] for _, fields in api.asked] == ["attach://photo", "F"]


async def test_the_buttons_under_a_picture_are_changed_with_it(api: Api, telegram: Telegram):
    api.answers["editMessageMedia"] = [sent(5, photo=[{"file_id": "F"}])]
    shown = Message(prose("Mới"), ((Choice("x", "Nút"),),), picture=PHOTO)
    await telegram.show("7", shown, over="5")
    [(method, fields)] = api.asked
    assert (method, json.loads(fields["reply_markup"])) == ("editMessageMedia", KEYBOARD)
    assert json.loads(fields["media"]) == {
        "type": "photo", "media": "attach://file", "caption": "Mới", "parse_mode": "HTML",
    }  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), [(FINE, None), (LATE, None), (BROKEN, Reason.SERVER)])
async def test_a_tap_that_is_too_old_is_nobodys_fault(
    api: Api, telegram: Telegram, answer: Answer, reason: Reason | None
):
    api.answers["answerCallbackQuery"] = [answer]
    assert await reason_of(telegram.toast("1", "chữ", alert=True)) is reason
    assert api.asked[0][1] == {"callback_query_id": "1", "text": "chữ", "show_alert": True}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(FINE, None), (GONE, None), (SAME, None), (REFUSED, None), (OLD, Reason.TOO_OLD), (BROKEN, Reason.SERVER)],
)
async def test_buttons_that_are_gone_need_not_be_taken_off(
    api: Api, telegram: Telegram, answer: Answer, reason: Reason | None
):
    api.answers["editMessageReplyMarkup"] = [answer]
    assert await reason_of(telegram.retire("7", "5")) is reason


@pytest.mark.parametrize(("status", "reason"), [(200, None), (404, Reason.GONE), (500, Reason.GONE)])
async def test_a_file_that_cannot_be_had_is_gone(api: Api, telegram: Telegram, status: int, reason: Reason | None):
    api.answers |= {
        "getFile": [(200, {"ok": True, "result": {"file_path": "photos/a.png"}})], "a.png": [(status, "png")],
    }  # fmt: skip
    if reason is None:
        assert await telegram.download("1") == ("a.png", b"png")
    else:
        assert await reason_of(telegram.download("1")) is reason


async def test_the_time_there_is_known_after_an_answer(api: Api, telegram: Telegram):
    assert telegram.clock() is None
    await telegram.call("getMe", {})
    assert telegram.clock() is not None
