"""python-telegram-bot, the other strict client, gets through everything that the sandbox offers."""

from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from sandbox.app import Sandbox
from tests.sandbox.conftest import PNG, TOKEN, Caller

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Hài lòng", callback_data="4")]])


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=sandbox.url + "/bot", base_file_url=sandbox.url + "/file/bot") as bot:
        yield bot


async def _send_everything(bot: Bot, chat: int) -> None:
    text = await bot.send_message(chat, "Bản tin <b>tuần</b> 🎉 <i>x</i>", parse_mode="HTML", reply_markup=KEYBOARD)
    assert [(e.type, e.offset, e.length) for e in text.entities] == [("bold", 8, 4), ("italic", 16, 1)]
    photo = await bot.send_photo(chat, PNG, caption="Ảnh")
    assert [(p.width, p.height) for p in photo.photo] == [(90, 68), (320, 240), (640, 480)]
    document = await bot.send_document(chat, InputFile(b"%PDF-1.4 x", "b.pdf"))
    assert document.document
    assert document.document.mime_type == "application/pdf"
    again = await bot.send_document(chat, document.document.file_id)
    assert again.document
    assert again.document.file_unique_id == document.document.file_unique_id
    album = await bot.send_media_group(chat, [InputMediaPhoto(PNG, caption="Một"), InputMediaPhoto(PNG)])
    assert len({message.media_group_id for message in album}) == 1
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.4 x"
    copied = await bot.copy_message(chat, chat, text.message_id)
    edited = await bot.edit_message_text("Đã sửa", chat, copied.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("Đã sửa", None)
    captioned = await bot.edit_message_caption(chat, photo.message_id, caption="Khác")
    assert isinstance(captioned, Message)
    assert captioned.caption == "Khác"
    assert isinstance(await bot.edit_message_reply_markup(chat, text.message_id), Message)
    media = InputMediaDocument(InputFile(b"new", "c.txt", attach=True), caption="Mới")
    replaced = await bot.edit_message_media(media, chat, document.message_id)
    assert isinstance(replaced, Message)
    assert replaced.document
    assert replaced.document.file_name == "c.txt"
    assert await bot.delete_message(chat, text.message_id)
    assert await bot.delete_messages(chat, [copied.message_id, 99_999])
    assert await bot.send_chat_action(chat, "typing")


async def test_ptb_uses_every_method(bot: Bot, caller: Caller) -> None:
    assert (await bot.get_me()).username == "loa_demo_bot"
    chat = await caller.person(1001)
    assert (await bot.get_chat(chat)).first_name == "Nguyễn Văn An"
    await _send_everything(bot, chat)
    asked = await bot.send_message(chat, "Chọn", reply_markup=KEYBOARD)
    await caller.sim("tap", chat=chat, message_id=asked.message_id, data="4")
    await caller.sim("say", chat=chat, text="Xin chào")
    await caller.sim("block", chat=chat)
    tapped, said, left = await bot.get_updates(timeout=1)
    assert tapped.callback_query
    assert (tapped.callback_query.data, tapped.callback_query.message) == ("4", asked)
    assert said.message
    assert said.message.text == "Xin chào"
    assert left.my_chat_member
    assert left.my_chat_member.new_chat_member.status == "kicked"
    assert await bot.answer_callback_query(tapped.callback_query.id, "Đã ghi")
    assert await bot.set_my_commands([BotCommand("start", "Bắt đầu")])
    assert [c.command for c in await bot.get_my_commands()] == ["start"]
    assert await bot.delete_my_commands()
    assert await bot.set_my_description("Mô tả")
    assert await bot.set_my_short_description("Ngắn")
    assert await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", allowed_updates=["message"])
    assert (await bot.get_webhook_info()).allowed_updates == ("message",)
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.close()
    assert await bot.log_out()
    # this client has no method for rich messages yet
    known = set((await caller.look("health"))["methods"]) - {"sendRichMessage"}
    assert set((await caller.look("stats"))["calls"]) == known


async def test_ptb_maps_every_refusal(bot: Bot, caller: Caller) -> None:
    chat = await caller.person(5)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(404, "x")
    await caller.sim("block", chat=chat)
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(chat, "x")
    group = (await caller.sim("chats", name="Tổ một cửa", kind="group"))["id"]
    await caller.sim("migrate", chat=group)
    with pytest.raises(ChatMigrated):
        await bot.send_message(group, "x")
    for kind in ("500", "502", "lost_reply", "cut"):
        await caller.sim("faults", kind=kind, count=1)
        with pytest.raises(NetworkError):
            await bot.get_chat(chat)
    await caller.sim("faults", kind="429", count=1, retry_after=7)
    with pytest.raises(RetryAfter):
        await bot.get_chat(chat)
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict):
        await bot.get_updates()
    stranger = Bot("43:WRONG", base_url=caller.url + "/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
