"""Telegram: our messages on the Bot API.

aiogram brings types, routing, the session with its proxies and the rarer calls; what is sent by the thousand goes
through ``call``, which posts plain JSON over the same session and skips building and checking a model for each.
"""

import json
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from channels.message import Choice, File, Message, Prepared, SendError, Style
from channels.telegram_errors import send_error
from channels.telegram_text import CAPTION_LIMIT, html, split, units
from storage.enums import ChannelName, Reason

PROXY_ERRORS = (ProxyError, ProxyConnectionError, ProxyTimeoutError)
"""Failures before anything reached Telegram."""
SEND_SECONDS = 20.0
"""How long an answer is waited for."""


def keyboard(rows: tuple[tuple[Choice, ...], ...]) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(choice) for choice in row] for row in rows]}


def _button(choice: Choice) -> dict[str, str]:
    button = {"text": choice.label, "callback_data": choice.token}
    return button | ({"style": str(choice.style)} if choice.style is not Style.PLAIN else {})


def payloads(message: Message) -> list[dict[str, Any]]:
    """The message as sendMessage payloads without their chat; only the last one carries the buttons."""
    texts = [html(part) for part in split(message.body)] or [""]
    parts: list[dict[str, Any]] = [
        {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}} for text in texts
    ]
    if message.rows:
        parts[-1]["reply_markup"] = keyboard(message.rows)
    return parts


class Telegram:
    """The channel; safe to use from many tasks."""

    name = ChannelName.TELEGRAM

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        proxy: str | None = None,
        connections: int = 500,
        seconds: float = SEND_SECONDS,
    ) -> None:
        self._seconds = seconds
        self._session = AiohttpSession(proxy=proxy, api=TelegramAPIServer.from_base(api_url), limit=connections)
        self.bot = Bot(token, session=self._session)

    async def close(self) -> None:
        await self.bot.session.close()

    async def call(
        self,
        method: str,
        payload: dict[str, Any],
        *,
        files: dict[str, File] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Call a method of the Bot API; return its result, or raise SendError."""
        http = await self._session.create_session()
        url = self._session.api.api_url(self.bot.token, method)
        body: Any = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        if files:
            body, headers = _form(payload, files), {}
        timeout = aiohttp.ClientTimeout(total=seconds or self._seconds)
        try:
            async with http.post(url, data=body, headers=headers, timeout=timeout) as answer:
                code, raw = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, *PROXY_ERRORS) as error:
            raise SendError(Reason.NETWORK, f"{type(error).__name__}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise SendError(Reason.IN_DOUBT, f"{type(error).__name__}") from error
        try:
            decoded = json.loads(raw)
        except ValueError:
            decoded = {}
        if code == 200 and decoded.get("ok"):
            return decoded["result"]
        raise send_error(code if code != 200 else 500, decoded)

    def prepare(self, message: Message) -> Prepared:
        return Prepared(tuple(payloads(message)))

    async def deliver(self, address: str, part: Any) -> str:
        sent = await self.call("sendMessage", {"chat_id": int(address), **part})
        return str(sent["message_id"])

    async def show(self, address: str, message: Message, *, over: str = "") -> str:
        """Say something now: in the place of message ``over`` where that is possible, else as a new message.

        Returns the id of the message that now carries the buttons.
        """
        chat = {"chat_id": int(address)}
        if message.picture or message.document:
            return await self._send_file(chat, message)
        parts = payloads(message)
        if over and len(parts) == 1:
            try:
                await self.call("editMessageText", {**chat, "message_id": int(over), **parts[0]})
                return over
            except SendError as error:
                if error.reason is Reason.NOT_MODIFIED:
                    return over
                if error.reason not in (Reason.GONE, Reason.REFUSED):
                    raise
        sent = ""
        for part in parts:
            sent = await self.deliver(address, part)
        return sent

    async def _send_file(self, chat: dict[str, Any], message: Message) -> str:
        kind, file = ("photo", message.picture) if message.picture else ("document", message.document)
        assert file is not None
        payload = {**chat, kind: f"attach://{kind}"}
        caption = html(message.body)
        long = units(caption) > CAPTION_LIMIT
        if caption and not long:
            payload |= {"caption": caption, "parse_mode": "HTML"}
        if message.rows and not long:
            payload["reply_markup"] = keyboard(message.rows)
        sent = await self.call(f"send{kind.capitalize()}", payload, files={kind: file})
        if long:
            for part in payloads(message):
                sent = await self.call("sendMessage", {**chat, **part})
        return str(sent["message_id"])

    async def toast(self, tap: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap, with a passing word or without; a tap that is too old is nobody's fault."""
        try:
            await self.call("answerCallbackQuery", {"callback_query_id": tap, "text": text, "show_alert": alert})
        except SendError as error:
            if error.reason is not Reason.GONE:
                raise

    async def retire(self, address: str, message_id: str) -> None:
        """Take the buttons off an old message; one that is gone or bare already is fine."""
        try:
            await self.call("editMessageReplyMarkup", {"chat_id": int(address), "message_id": int(message_id)})
        except SendError as error:
            if error.reason not in (Reason.GONE, Reason.NOT_MODIFIED, Reason.REFUSED):
                raise


def _form(payload: dict[str, Any], files: dict[str, File]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, file in files.items():
        form.add_field(name, file.content, filename=file.name, content_type=file.mime)
    return form
