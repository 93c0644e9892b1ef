"""Telegram's refusals come in Telegram's words, and its rules about text hold."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.telegram.errors import ApiError
from sandbox.telegram.formatted import CAPTION_LIMIT, TEXT_LIMIT, formatted
from sandbox.telegram.html import parse_html, utf16_length
from sandbox.telegram.params import Params
from sandbox.telegram.render import to_html
from tests.sandbox.conftest import Caller

CANNOT = "Bad Request: can't parse entities: "


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a <3", "Unclosed start tag at byte offset 2"),
        ("a <3 b>", 'Unsupported start tag "3" at byte offset 2'),
        ("ông <font>", 'Unsupported start tag "font" at byte offset 5'),
        ("x < y >", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href>x</a", "Unclosed end tag at byte offset 9"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_that_cannot_be_parsed(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == CANNOT + complaint


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a & b &lt;&#128512;&gt; &nbsp;", "a & b <😀> &nbsp;", []),
        ("<b>đ</b><I>e</I>", "đe", [("bold", 0, 1), ("italic", 1, 1)]),
        ("😀<b><i>x</i>y</b>", "😀xy", [("bold", 2, 2), ("italic", 2, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', "st", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ('<a href="javascript">x</a>', "x", []),
        ("<b></b>x", "x", []),
        ("&lt &ltx &#x110000; &#0;&#55296;", "< &ltx &#x110000; &#0;&#55296;", []),
    ],
)
def test_html_that_parses(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed, found = parse_html(source)
    assert (parsed, [(e["type"], e["offset"], e["length"]) for e in found]) == (text, entities)


def test_lengths_count_utf16_units_after_parsing() -> None:
    assert utf16_length("a😀đ") == 4
    whole = "<b>" + "😀" * (TEXT_LIMIT // 2) + "</b>"
    text, entities = formatted(Params({"text": whole, "parse_mode": "HTML"}), "text", TEXT_LIMIT)
    assert (utf16_length(text), entities[0]["length"]) == (TEXT_LIMIT, TEXT_LIMIT)
    with pytest.raises(ApiError, match="message is too long"):
        formatted(Params({"text": "😀" * (TEXT_LIMIT // 2) + "x"}), "text", TEXT_LIMIT)
    with pytest.raises(ApiError, match="message caption is too long"):
        formatted(Params({"caption": "x" * (CAPTION_LIMIT + 1)}), "caption", CAPTION_LIMIT)


def test_text_is_trimmed_and_links_are_found() -> None:
    text, entities = formatted(
        Params({"text": "  <b>xem</b> https://a.vn/b?c=1. \n", "parse_mode": "html"}), "text", 99
    )
    assert text == "xem https://a.vn/b?c=1."
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == [("bold", 0, 3), ("url", 4, 18)]


def test_given_entities_are_kept_and_overlong_ones_dropped() -> None:
    given = [{"type": "bold", "offset": 2, "length": 1}, {"type": "bold", "offset": 2, "length": 9}]
    text, entities = formatted(Params({"text": "😀x", "entities": given}), "text", 99)
    assert (text, entities) == ("😀x", ({"type": "bold", "offset": 2, "length": 1},))


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("a<b", [], "a&lt;b"),
        ("😀<x>", [("bold", 2, 3)], "😀<b>&lt;x&gt;</b>"),
        ("abcd", [("bold", 0, 3), ("italic", 1, 3)], "<b>a<i>bc</i></b>d"),
        ("xem", [("text_link", 0, 3)], '<a href="https://a.vn/?x=1&amp;y=&quot;">xem</a>'),
    ],
)
def test_the_page_gets_safe_html(text: str, entities: list[tuple[str, int, int]], html: str) -> None:
    spans = tuple({"type": t, "offset": o, "length": n, "url": 'https://a.vn/?x=1&y="'} for t, o, n in entities)
    assert to_html(text, spans) == html


BUTTON = {"text": "x", "callback_data": "1"}


@pytest.mark.parametrize(
    ("method", "values", "words"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 404, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 5, "text": " \n"}, "message text is empty"),
        ("sendMessage", {"chat_id": 5}, "message text is empty"),
        ("sendMessage", {"chat_id": 5, "text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ("sendMessage", {"chat_id": 5, "text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": 5, "text": "x", "parse_mode": "Word"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"chat_id": 5, "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        ("sendPhoto", {"chat_id": 5, "photo": "nope"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"chat_id": 5}, "there is no photo in the request"),
        ("sendDocument", {"chat_id": 5, "document": "x", "caption": "x" * 1025}, "message caption is too long"),
        ("sendMediaGroup", {"chat_id": 5, "media": []}, "the number of media must be between 2 and 10"),
        ("editMessageText", {"chat_id": 5, "message_id": 9_999, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"chat_id": 5, "message_id": 100, "text": "x"}, "message can't be edited"),
        ("editMessageText", {"chat_id": 5, "text": "x"}, "message identifier is not specified"),
        (
            "editMessageCaption",
            {"chat_id": 5, "message_id": 101, "caption": "x"},
            "there is no caption in the message to edit",
        ),
        ("deleteMessage", {"chat_id": 5, "message_id": 9_999}, "message to delete not found"),
        ("deleteMessages", {"chat_id": 5, "message_ids": list(range(101))}, "too many message identifiers specified"),
        ("copyMessage", {"chat_id": 5, "from_chat_id": 5, "message_id": 9_999}, "message to copy not found"),
        ("getFile", {"file_id": "nope"}, "invalid file_id"),
        ("sendChatAction", {"chat_id": 5, "action": "sleeping"}, "wrong parameter action in request"),
        ("setMyCommands", {"commands": [{"command": "Á", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setWebhook", {"url": "http://a.vn/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("setWebhook", {"url": "https://a.vn/", "secret_token": "đ"}, "secret token contains unallowed characters"),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ],
)
async def test_bad_requests(caller: Caller, method: str, values: dict[str, Any], words: str) -> None:
    await caller.person(5)
    await caller.ok("sendMessage", chat_id=5, text="một")
    assert await caller.refused(method, **values) == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "đ" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "nope"}, "inline keyboard button URL 'nope' is invalid: Wrong HTTP URL"),
        (
            {"text": "", "callback_data": "1"},
            'can\'t parse inline keyboard button: Field "text" must be a non-empty String',
        ),
    ],
)
async def test_bad_buttons(caller: Caller, button: dict[str, Any], words: str) -> None:
    await caller.person(5)
    markup = {"inline_keyboard": [[button]]}
    assert await caller.refused("sendMessage", chat_id=5, text="x", reply_markup=markup) == f"Bad Request: {words}"


async def test_who_may_be_written_to(caller: Caller) -> None:
    await caller.sim("chats", id=6, name="Chưa bắt đầu")
    assert await caller.refused("sendMessage", chat_id=6, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    crowd = await caller.sim("crowd", first_id=100, count=10, blocked=0.1, deactivated=0.1)
    assert await caller.refused("sendMessage", chat_id=crowd["blocked"][0], text="x") == (
        "Forbidden: bot was blocked by the user"
    )
    assert await caller.refused("sendMessage", chat_id=crowd["deactivated"][0], text="x") == (
        "Forbidden: user is deactivated"
    )
    group = (await caller.sim("chats", name="Tổ dân phố", kind="group"))["id"]
    new = (await caller.sim("migrate", chat=group))["id"]
    status, body = await caller.raw("sendMessage", chat_id=group, text="x")
    assert (status, body) == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new},
        },
    )
    assert (await caller.ok("sendMessage", chat_id=new, text="x"))["chat"]["type"] == "supergroup"


async def test_an_edit_drops_the_keyboard_and_must_change_something(caller: Caller) -> None:
    await caller.person(5)
    markup = {"inline_keyboard": [[BUTTON]]}
    sent = await caller.ok("sendMessage", chat_id=5, text="một", reply_markup=markup)
    where = {"chat_id": 5, "message_id": sent["message_id"]}
    unchanged = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    assert await caller.refused("editMessageText", **where, text="một", reply_markup=markup) == unchanged
    assert await caller.refused("editMessageReplyMarkup", **where, reply_markup=markup) == unchanged
    edited = await caller.ok("editMessageText", **where, text="một")
    assert (edited["text"], "reply_markup" in edited, edited["edit_date"] >= edited["date"]) == ("một", False, True)
    assert await caller.refused("editMessageText", **where, text="một") == unchanged


async def test_messages_can_be_deleted_for_48_hours(caller: Caller) -> None:
    await caller.person(5)
    first = await caller.ok("sendMessage", chat_id=5, text="một")
    second = await caller.ok("sendMessage", chat_id=5, text="hai")
    assert second["message_id"] == first["message_id"] + 1
    await caller.sim("clock", offset=47 * 3600)
    assert await caller.ok("deleteMessage", chat_id=5, message_id=first["message_id"])
    await caller.sim("clock", offset=48 * 3600 + 1)
    for values in ({"message_id": second["message_id"]}, {"message_ids": [second["message_id"]]}):
        method = "deleteMessage" if "message_id" in values else "deleteMessages"
        assert await caller.refused(method, chat_id=5, **values) == "Bad Request: message can't be deleted"


async def test_taps_can_be_answered_while_fresh(caller: Caller) -> None:
    await caller.person(5)
    sent = await caller.ok("sendMessage", chat_id=5, text="một", reply_markup={"inline_keyboard": [[BUTTON]]})
    tap = await caller.sim("tap", chat=5, message_id=sent["message_id"], data="1")
    assert await caller.ok("answerCallbackQuery", callback_query_id=tap["id"])
    await caller.sim("clock", offset=60)
    assert (await caller.refused("answerCallbackQuery", callback_query_id=tap["id"])).endswith("query ID is invalid")
