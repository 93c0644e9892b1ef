"""Rich messages: as aiogram knows them, as the sandbox takes and shows them, and classic where they are too much."""

import pytest
from aiogram.types import InputRichMessage
from aiogram.types import Message as Sent
from hypothesis import given

from channels.blocks import Block, Kind, Span, bold, heading, item, line, paragraph, quote, row
from channels.message import Choice, File, Message, SendError, say
from channels.telegram import Telegram
from channels.telegram_parts import parts_of
from channels.telegram_rich import LONGEST, MOST_BLOCKS, MOST_COLUMNS, rich
from handlers import texts
from sandbox.events import message_view
from sandbox.telegram.rich import plain
from storage.enums import Reason
from tests.channels.making import bodies
from tests.channels.test_telegram import PNG, TOKEN, sandbox  # noqa: F401
from tests.world import World

BODY = (
    heading("📢 Kết quả <tuần>"),
    paragraph("Xem ", Span("toàn văn", bold=True, italic=True, link="https://loa.vn/47"), "."),
    item("Một"),
    item(bold("Hai")),
    quote("Dân khen."),
    quote("Xã vui."),
    row((Span("Đơn vị"),), (Span("Đúng hạn"),)),
    row((bold("Xã Ân Thi"),)),
)
OPEN = ((Choice("art:1:0", "📄 1"),),)


@pytest.fixture
async def telegram(sandbox):  # noqa: F811
    made = Telegram(TOKEN, api_url=sandbox.url, seconds=1, as_rich=True)
    yield made
    await made.close()


def test_blocks_are_what_the_bot_api_describes():
    made = rich(BODY)
    assert made is not None
    read = InputRichMessage.model_validate(made)
    assert read.model_dump(exclude_none=True, mode="json") == made
    assert [block["type"] for block in made["blocks"]] == ["heading", "paragraph", "list", "blockquote", "table"]
    assert made["blocks"][1]["text"][1] == {
        "type": "url", "url": "https://loa.vn/47", "text": {"type": "bold", "text": {"type": "italic", "text": "toàn văn"}},
    }  # fmt: skip
    assert [[cell["text"] for cell in cells] for cells in made["blocks"][4]["cells"]] == [
        ["Đơn vị", "Đúng hạn"],
        [{"type": "bold", "text": "Xã Ân Thi"}, ""],
    ]


@given(bodies)
def test_no_word_is_lost(body):
    made = rich(body)
    said = "".join(block.text for block in body)
    if made is not None:
        assert plain(made["blocks"]).replace("\n", "") == said.replace("\n", "")


@pytest.mark.parametrize(
    "body",
    [
        (paragraph("Chỉ có chữ."), line("Và dòng.")),
        (heading("x" * (LONGEST + 1)),),
        tuple(item(str(n)) for n in range(MOST_BLOCKS // 2 + 1)),
        (row(*[(Span("x"),)] * (MOST_COLUMNS + 1)),),
    ],
)
def test_what_needs_no_riches_or_is_too_much_stays_classic(body: tuple[Block, ...]):
    assert rich(body) is None
    assert {part.method for part in parts_of(Message(body), as_rich=True)} == {"sendMessage"}


def test_files_stand_around_the_rich_text_and_only_where_it_is_asked_for():
    message = Message(
        BODY, OPEN, picture=File("a.png", PNG, "image/png"), document=File("b.pdf", b"%PDF", "application/pdf")
    )
    parts = parts_of(message, as_rich=True)
    assert [part.method for part in parts] == ["sendPhoto", "sendRichMessage", "sendDocument"]
    assert [b'"reply_markup"' in part.rest for part in parts] == [False, True, False]
    assert "sendRichMessage" not in {part.method for part in parts_of(message)}


async def test_it_is_sent_shown_and_changed_in_place(sandbox, telegram):  # noqa: F811
    id = await telegram.deliver("7", telegram.prepare(Message(BODY, OPEN)).parts[0])

    chat = sandbox.net.world.chats[7]
    shown = chat.messages[int(id)]
    assert Sent.model_validate(sandbox.net.world.message_json(shown, chat)).rich_message is not None
    html = message_view(shown)["html"]
    assert html.startswith(
        '<h3>📢 Kết quả &lt;tuần&gt;</h3><p>Xem <a href="https://loa.vn/47"><b><i>toàn văn</i></b></a>.</p>'
    )
    assert "<ul><li><p>Một</p></li><li><p><b>Hai</b></p></li></ul>" in html
    assert html.endswith(
        "<tr><th>Đơn vị</th><th>Đúng hạn</th></tr><tr><td><b>Xã Ân Thi</b></td><td></td></tr></table>"
    )

    assert await telegram.show("7", say("Chỉ chữ"), over=id) == id
    assert (shown.text, shown.rich) == ("Chỉ chữ", ())
    assert await telegram.show("7", Message(BODY, OPEN), over=id) == id
    assert shown.rich[0]["type"] == "heading"
    assert await telegram.show("7", Message(BODY, OPEN), over=id) == id  # nothing changes, and nothing is wrong


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [{"type": "nonsense"}],
        [{"type": "heading", "text": "x", "size": 7}],
        [{"type": "paragraph", "text": {"type": "url", "text": "x", "url": "javascript:1"}}],
        [{"type": "table", "cells": [[{"text": "x"}]]}],
        [{"type": "table", "cells": [[{"text": "x", "align": "left", "valign": "top"}] * 21]}],
        [{"type": "list", "items": [{"blocks": []}]}],
        [{"type": "paragraph", "text": "x"}] * 501,
        [{"type": "paragraph", "text": "x" * 32_769}],
    ],
)
async def test_the_sandbox_refuses_what_the_network_would(telegram, blocks):
    with pytest.raises(SendError) as caught:
        await telegram.call("sendRichMessage", {"chat_id": 7, "rich_message": {"blocks": blocks}})
    assert caught.value.reason in (Reason.REFUSED, Reason.TOO_LONG)


def test_every_kind_of_block_has_its_rich_form():
    for kind in Kind:
        made = rich((heading("x"), Block(kind, (Span("chữ"),))))
        assert made is not None
        assert plain(made["blocks"]) == "x\nchữ"


async def test_a_bulletin_is_read_in_one_rich_message(loa: World):
    loa.telegram = Telegram(TOKEN, api_url=loa.sandbox.url, as_rich=True)
    loa.person(7, "Nguyễn Văn An").started = True
    await loa.bulletin()

    await loa.says(7, "/bantin")
    [shown] = loa.messages(7)
    assert shown.rich[0]["type"] == "heading"
    overview = shown.text
    await loa.taps(7, "📄 1")
    assert shown.text.startswith("Quý này kiểm tra gì")
    assert shown.rich[0] == {"type": "heading", "text": shown.text.split("\n")[0], "size": 3}
    await loa.taps(7, texts.BACK_TO_BULLETIN)

    assert [(one.id, one.text) for one in loa.messages(7)] == [(shown.id, overview)]
    await loa.telegram.close()
