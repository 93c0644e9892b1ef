"""aiogram, a strict client, gets through everything that the sandbox offers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputRichBlockParagraph,
    InputRichBlockSectionHeading,
    InputRichMessage,
    ReplyParameters,
    RichTextBold,
)

from sandbox.app import Sandbox
from tests.sandbox.conftest import PNG, TOKEN, Caller

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Hài lòng", callback_data="4", style="success")],
        [InlineKeyboardButton(text="Trang", url="https://example.gov.vn/a?b=1")],
    ]
)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(TOKEN, session=session) as bot:
        yield bot


async def _send_everything(bot: Bot, chat: int) -> None:
    text = await bot.send_message(chat, "Bản tin <b>tuần</b> 🎉 <i>x</i>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert [(e.type, e.offset, e.length) for e in text.entities or []] == [("bold", 8, 4), ("italic", 16, 1)]
    assert text.reply_markup
    assert text.reply_markup.model_dump(exclude_none=True) == KEYBOARD.model_dump(exclude_none=True)
    photo = await bot.send_photo(chat, BufferedInputFile(PNG, "a.png"), caption="Ảnh")
    assert [(p.width, p.height) for p in photo.photo or []] == [(90, 68), (320, 240), (640, 480)]
    document = await bot.send_document(chat, BufferedInputFile(b"%PDF-1.4 x", "b.pdf"), caption="Tệp")
    assert document.document
    assert (document.document.file_name, document.document.mime_type) == ("b.pdf", "application/pdf")
    again = await bot.send_document(
        chat, document.document.file_id, reply_parameters=ReplyParameters(message_id=text.message_id)
    )
    assert again.document
    assert again.document.file_unique_id == document.document.file_unique_id
    assert again.reply_to_message
    assert again.reply_to_message.message_id == text.message_id
    album = await bot.send_media_group(
        chat,
        [
            InputMediaPhoto(media=BufferedInputFile(PNG, "1.png"), caption="<b>Một</b>", parse_mode="HTML"),
            InputMediaPhoto(media=BufferedInputFile(PNG, "2.png")),
        ],
    )
    assert len({message.media_group_id for message in album}) == 1
    file = await bot.get_file(document.document.file_id)
    assert file.file_path
    downloaded = await bot.download_file(file.file_path)
    assert downloaded
    assert downloaded.read() == b"%PDF-1.4 x"
    copied = await bot.copy_message(chat, chat, text.message_id)
    edited = await bot.edit_message_text("Đã sửa", chat_id=chat, message_id=copied.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("Đã sửa", None)
    blocks: list[Any] = [
        InputRichBlockSectionHeading(text="Kết quả", size=3),
        InputRichBlockParagraph(text=RichTextBold(text="Tốt")),
    ]
    rich = await bot.send_rich_message(chat, InputRichMessage(blocks=blocks))
    assert rich.rich_message
    assert rich.rich_message.model_dump(exclude_none=True)["blocks"] == [one.model_dump() for one in blocks]
    captioned = await bot.edit_message_caption(chat_id=chat, message_id=photo.message_id, caption="Ảnh khác")
    assert not isinstance(captioned, bool)
    assert captioned.caption == "Ảnh khác"
    marked = await bot.edit_message_reply_markup(chat_id=chat, message_id=text.message_id)
    assert not isinstance(marked, bool)
    assert marked.reply_markup is None
    media = InputMediaDocument(media=BufferedInputFile(b"new", "c.txt"), caption="Mới")
    replaced = await bot.edit_message_media(media, chat_id=chat, message_id=document.message_id)
    assert not isinstance(replaced, bool)
    assert replaced.document
    assert replaced.document.file_name == "c.txt"
    assert await bot.delete_message(chat, text.message_id)
    assert await bot.delete_messages(chat, [copied.message_id, photo.message_id, 99_999])
    assert await bot.send_chat_action(chat, "typing")


async def test_aiogram_uses_every_method(bot: Bot, caller: Caller) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (42, True, "loa_demo_bot")
    chat = await caller.person(1001)
    assert (await bot.get_chat(chat)).first_name == "Nguyễn Văn An"
    await _send_everything(bot, chat)
    asked = await bot.send_message(chat, "Chọn", reply_markup=KEYBOARD)
    await caller.sim("tap", chat=chat, message_id=asked.message_id, data="4")
    (update,) = await bot.get_updates(allowed_updates=["message", "callback_query", "my_chat_member"])
    assert update.callback_query
    assert update.callback_query.message
    assert update.callback_query.message.model_dump() == asked.model_dump()
    assert update.callback_query.data == "4"
    assert await bot.answer_callback_query(update.callback_query.id, text="Đã ghi")
    commands = [BotCommand(command="start", description="Bắt đầu")]
    assert await bot.set_my_commands(commands)
    assert [c.model_dump() for c in await bot.get_my_commands()] == [c.model_dump() for c in commands]
    assert await bot.delete_my_commands()
    assert await bot.set_my_description("Mô tả")
    assert await bot.set_my_short_description("Ngắn")
    assert await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/hook"
    assert await bot.delete_webhook()
    assert await bot.close()
    assert await bot.log_out()
    assert set((await caller.look("stats"))["calls"]) == set((await caller.look("health"))["methods"])
    with pytest.raises(TelegramBadRequest, match="Logged out"):
        await bot.get_me()


async def test_aiogram_polls_every_kind_of_update(bot: Bot, caller: Caller) -> None:
    await caller.sim("chats", id=7, name="Trần Thị Bình", username="binh")
    await caller.sim("say", chat=7, text="/start abc_1")
    asked = await bot.send_message(7, "Chọn", reply_markup=KEYBOARD)
    await caller.sim("tap", chat=7, message_id=asked.message_id, data="4")
    await caller.sim("block", chat=7)
    await caller.sim("unblock", chat=7)
    updates = await bot.get_updates()
    assert [u.event_type for u in updates] == ["message", "callback_query", "my_chat_member", "my_chat_member"]
    message = updates[0].message
    assert message
    assert (message.text, message.from_user and message.from_user.username) == ("/start abc_1", "binh")
    assert [(e.type, e.offset, e.length) for e in message.entities or []] == [("bot_command", 0, 6)]
    statuses = [
        (u.my_chat_member.old_chat_member.status, u.my_chat_member.new_chat_member.status)
        for u in updates[2:]
        if u.my_chat_member
    ]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    assert await bot.get_updates(offset=updates[-1].update_id + 1) == []


async def test_aiogram_maps_every_refusal(bot: Bot, caller: Caller, sandbox: Sandbox) -> None:
    chat = await caller.person(5)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(404, "x")
    await caller.sim("block", chat=chat)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(chat, "x")
    group = (await caller.sim("chats", name="Tổ một cửa", kind="group"))["id"]
    new = (await caller.sim("migrate", chat=group))["id"]
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(group, "x")
    assert moved.value.migrate_to_chat_id == new
    for kind, error in (
        ("429", TelegramRetryAfter),
        ("500", TelegramServerError),
        ("502", Exception),
        ("lost_reply", TelegramNetworkError),
        ("cut", TelegramNetworkError),
    ):
        await caller.sim("faults", kind=kind, count=1, retry_after=3)
        with pytest.raises(error):
            await bot.get_chat(chat)
    await caller.sim("faults", kind="429", count=1, retry_after=7)
    with pytest.raises(TelegramRetryAfter) as late:
        await bot.get_chat(chat)
    assert late.value.retry_after == 7
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    stranger = Bot("43:WRONG", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    with pytest.raises(TelegramNotFound):
        await bot.get_my_name()
