"""The peers' senders against a hidden limit: their own code down to the request that leaves."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any

from benchmarks.hidden import Answer, Broken, Network
from benchmarks.senders import ME, Told, after, gathered, spoken, until

TOKEN = "42:" + "x" * 35


async def python_telegram_bot(network: Network, people: int, horizon: float, retries: int) -> Told:
    """python-telegram-bot's AIORateLimiter: 30 a second, and so many tries after a 429."""
    import json

    from telegram.error import NetworkError, RetryAfter, TelegramError
    from telegram.ext import AIORateLimiter, ApplicationBuilder
    from telegram.request import BaseRequest

    class Wire(BaseRequest):
        """Requests go into the network in memory."""

        read_timeout = 5.0

        async def initialize(self) -> None: ...

        async def shutdown(self) -> None: ...

        async def do_request(
            self, url: str, method: str, request_data: Any = None, *_: Any, **__: Any
        ) -> tuple[int, bytes]:
            if url.endswith("/getMe"):
                return 200, json.dumps({"ok": True, "result": ME}).encode()
            chat = int(request_data.parameters["chat_id"])
            try:
                answer = await network.send(chat)
            except Broken as error:
                raise NetworkError("the connection broke") from error
            return answer.code, spoken(answer, chat)

    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    limiter: Any = AIORateLimiter(max_retries=retries)
    builder = ApplicationBuilder().token(TOKEN).request(Wire()).get_updates_request(Wire())
    application = builder.rate_limiter(limiter).build()
    await application.initialize()

    async def send(chat: int) -> bool:
        try:
            await application.bot.send_message(chat, "x")
        except RetryAfter:
            return False
        except TelegramError:
            pass
        return True

    return await gathered(network, people, horizon, send)


async def aiogram_broadcaster(network: Network, people: int, horizon: float) -> Told:
    """aiogram-broadcaster one after another, as it does, with its own handler of 429s and without its storage."""
    from aiogram import Bot
    from aiogram.client.session.base import BaseSession
    from aiogram.exceptions import TelegramNetworkError
    from aiogram.types import Chat, Message
    from aiogram_broadcaster import Broadcaster
    from aiogram_broadcaster.contents import MessageSendContent
    from aiogram_broadcaster.mailer.chats import ChatState
    from aiogram_broadcaster.utils.retry_after_handler import setup_retry_after_handler

    class Wire(BaseSession):
        """Requests go into the network in memory."""

        async def close(self) -> None: ...

        async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  # aiogram's signature
            try:
                answer: Answer = await network.send(int(method.chat_id))
            except Broken as error:
                raise TelegramNetworkError(method=method, message="the connection broke") from error
            content = spoken(answer, int(method.chat_id)).decode()
            return self.check_response(bot, method, answer.code, content).result

        async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
            raise NotImplementedError
            yield b""

    logging.getLogger("aiogram_broadcaster").setLevel(logging.CRITICAL)
    broadcaster = Broadcaster(Bot(TOKEN, session=Wire()))
    setup_retry_after_handler(broadcaster.event)
    content = MessageSendContent(message=Message(message_id=1, date=1, chat=Chat(id=1, type="private"), text="x"))  # type: ignore[arg-type]  # pydantic takes a number for a time
    mailer = await broadcaster.create_mailer(chats=range(2, people + 2), content=content)
    await until(horizon, _finished(mailer))
    return after(network, horizon, set(mailer.chats.registry[ChatState.FAILED]))


async def _finished(mailer: Any) -> None:
    task: asyncio.Task[bool] = mailer.start()
    await task
