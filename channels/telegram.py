"""Telegram: our messages on the Bot API.

Every call is one post of plain JSON, and every refusal goes through one table. aiogram's own calls, which build and
check a model for each message, cost ten times as much.
"""

import json
import secrets
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from channels.http import Http, Lost, Unreachable
from channels.message import Choice, File, Message, Prepared, SendError, Style
from channels.telegram_errors import send_error
from channels.telegram_text import CAPTION_LIMIT, html, split, units
from storage.enums import ChannelName, Reason

NOT_IN_A_HEADER = {ord(mark): "_" for mark in '"\r\n\\'}
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
        self._http = Http(api_url, proxy=proxy, connections=connections, seconds=seconds)
        self._path = f"/bot{token}/"
        self.highest_id = 0

    async def close(self) -> None:
        await self._http.close()

    def clock(self) -> datetime | None:
        """What time it was at the Bot API when it last answered."""
        try:
            return parsedate_to_datetime(self._http.date.decode("ascii", "replace"))
        except ValueError:
            return None

    async def call(
        self,
        method: str,
        payload: dict[str, Any],
        *,
        files: dict[str, File] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Call a method of the Bot API; return its result, or raise SendError."""
        if files:
            body, kind = _form(payload, files)
            return await self._post(method, body, content_type=kind, seconds=seconds)
        return await self._post(method, json.dumps(payload, ensure_ascii=False).encode(), seconds=seconds)

    async def _post(self, method: str, body: bytes, **how: Any) -> Any:
        try:
            code, raw = await self._http.post(self._path + method, body, **how)
        except Unreachable as error:
            raise SendError(Reason.NETWORK, str(error)) from error
        except Lost as error:
            raise SendError(Reason.IN_DOUBT, str(error)) from error
        try:
            decoded = json.loads(raw)
        except ValueError:
            decoded = {}
        if code == 200 and decoded.get("ok"):
            return decoded["result"]
        raise send_error(code if code != 200 else 500, decoded)

    def prepare(self, message: Message) -> Prepared:
        return Prepared(tuple(_rest(payload) for payload in payloads(message)))

    async def deliver(self, address: str, part: bytes) -> str:
        sent = await self._post("sendMessage", b'{"chat_id":%d,%b' % (int(address), part))
        return self._known(address, sent)

    def _known(self, address: str, sent: dict[str, Any]) -> str:
        """The id of a message that was sent; private chats share one sequence of them, which only grows."""
        if not address.startswith("-"):
            self.highest_id = max(self.highest_id, int(sent["message_id"]))
        return str(sent["message_id"])

    async def edit(self, address: str, message_id: str, part: bytes) -> None:
        await self._post(
            "editMessageText", b'{"chat_id":%d,"message_id":%d,%b' % (int(address), int(message_id), part)
        )

    async def remove(self, address: str, message_id: str, instead: bytes) -> None:
        try:
            await self.call("deleteMessage", {"chat_id": int(address), "message_id": int(message_id)})
        except SendError as error:
            if error.reason is not Reason.TOO_OLD:
                raise
            await self.edit(address, message_id, instead)

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
            sent = await self.deliver(address, _rest(part))
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


def _rest(payload: dict[str, Any]) -> bytes:
    """A payload as JSON without its opening brace: written once, and completed with each chat."""
    return json.dumps(payload, ensure_ascii=False).encode()[1:]


def _form(payload: dict[str, Any], files: dict[str, File]) -> tuple[bytes, bytes]:
    """Fields and files as multipart/form-data: the body and its content type."""
    border = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, value in payload.items():
        written = value if isinstance(value, str) else json.dumps(value)
        parts.append(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{written}\r\n'.encode())
    for name, file in files.items():
        called = file.name.translate(NOT_IN_A_HEADER)
        head = f'Content-Disposition: form-data; name="{name}"; filename="{called}"\r\nContent-Type: {file.mime}'
        parts.append(f"--{border}\r\n{head}\r\n\r\n".encode() + file.content + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}".encode()
