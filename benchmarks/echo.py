"""The peer: a bare aiogram webhook bot that keeps nothing and answers each tap with the same screen.

``serve`` makes the calls that Loa makes: the tap is answered while the message is edited in place. Its settings are
the fastest that aiogram has: updates are acknowledged before they are handled, no state is kept, and connections to
the Bot API are many and kept.
"""

import asyncio

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.setting import TOKEN

CONNECTIONS = 500


async def again(query: CallbackQuery, bot: Bot) -> None:
    shown = query.message
    assert isinstance(shown, Message)
    await asyncio.gather(
        bot.answer_callback_query(query.id),
        bot.edit_message_text(
            shown.text or "", chat_id=shown.chat.id, message_id=shown.message_id, parse_mode="HTML",
            reply_markup=shown.reply_markup,
        ),
    )  # fmt: skip


async def serve(api_url: str, port: int, path: str, secret: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), limit=CONNECTIONS)
    bot, dispatcher = Bot(TOKEN, session=session), Dispatcher(disable_fsm=True)
    dispatcher.callback_query.register(again)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=secret).register(app, path)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()
