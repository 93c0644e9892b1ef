"""Telegram: our messages on the Bot API.

Every call is one post of plain JSON, and every refusal goes through one table. aiogram's own calls, which build and
check a model for each message, cost ten times as much.
"""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from channels.http import Http, Lost, Unreachable
from channels.message import File, Message, Prepared, SendError
from channels.telegram_errors import send_error
from channels.telegram_files import Files
from channels.telegram_parts import Part, form, joined, parts_of
from storage.database import Database
from storage.enums import ChannelName, Reason

SEND_SECONDS = 20.0
"""How long an answer is waited for."""


class Telegram:
    """The channel; safe to use from many tasks. With a database it remembers what it uploaded.

    ``as_rich``: headings, lists, quotes and tables go out as rich messages.
    """

    name = ChannelName.TELEGRAM
    edits = True

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        proxy: str | None = None,
        connections: int = 500,
        seconds: float = SEND_SECONDS,
        database: Database | None = None,
        as_rich: bool = False,
    ) -> None:
        self._http = Http(api_url, proxy=proxy, connections=connections, seconds=seconds)
        self._path = f"/bot{token}/"
        self._files_at = f"/file/bot{token}/"
        self._files = Files(f"telegram {token.partition(':')[0]}", database, seconds=seconds)
        self._as_rich = as_rich
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
            body, kind = form(payload, files)
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

    async def download(self, file_id: str) -> tuple[str, bytes]:
        """A file that somebody sent: its name there and its content. Raises SendError."""
        path = str((await self.call("getFile", {"file_id": file_id}))["file_path"])
        try:
            code, content = await self._http.get(self._files_at + path, seconds=60)
        except (Unreachable, Lost) as error:
            raise SendError(Reason.NETWORK, str(error)) from error
        if code != 200:
            raise SendError(Reason.GONE, f"the file cannot be had ({code})")
        return path.rpartition("/")[2], content

    def prepare(self, message: Message) -> Prepared:
        return Prepared(parts_of(message, as_rich=self._as_rich))

    async def deliver(self, address: str, part: Part) -> str:
        if part.file is None:
            sent = await self._post(part.method, b'{"chat_id":%d,%b' % (int(address), part.rest))
        else:
            sent = await self._with_file({"chat_id": int(address)}, part, part.file)
        if not isinstance(sent, dict) or "message_id" not in sent:
            raise SendError(Reason.IN_DOUBT, "an answer without a message")
        if not address.startswith("-"):  # private chats share one sequence of ids, which only grows
            self.highest_id = max(self.highest_id, int(sent["message_id"]))
        return str(sent["message_id"])

    async def _with_file(self, own: dict[str, Any], part: Part, file: File) -> Any:
        async def by_id(known: str) -> Any:
            return await self._post(part.method, joined({**own, part.kind: known}, part.rest))

        async def whole(loaded: File) -> Any:
            fields = {**own, **part.fields(), part.kind: f"attach://{part.kind}"}
            return await self.call(part.method, fields, files={part.kind: loaded})

        return await self._files.sent(file, by_id, whole, _file_id)

    async def edit(self, address: str, message_id: str, part: Part) -> None:
        own = {"chat_id": int(address), "message_id": int(message_id)}
        if part.file is None:
            await self._post("editMessageText", joined(own, part.rest))
            return
        fields = part.fields()
        buttons = {"reply_markup": fields.pop("reply_markup")} if "reply_markup" in fields else {}

        async def by_id(known: str) -> Any:
            return await self.call("editMessageMedia", {**own, **buttons, "media": media(known)})

        async def whole(loaded: File) -> Any:
            shown = {**own, **buttons, "media": media("attach://file")}
            return await self.call("editMessageMedia", shown, files={"file": loaded})

        def media(where: str) -> dict[str, Any]:
            return {"type": part.kind, "media": where, **fields}

        await self._files.sent(part.file, by_id, whole, _file_id)

    async def remove(self, address: str, message_id: str, instead: Part) -> None:
        own = {"chat_id": int(address), "message_id": int(message_id)}
        try:
            await self.call("deleteMessage", own)
        except SendError as error:
            if error.reason is not Reason.TOO_OLD:
                raise
            try:
                await self.edit(address, message_id, instead)
            except SendError as refused:
                if refused.reason is not Reason.REFUSED:
                    raise
                await self.call(
                    "editMessageCaption", {**own, "caption": instead.fields()["text"], "parse_mode": "HTML"}
                )

    async def is_there(self, address: str, message_id: str, part: Part) -> bool:
        """Whether this very message stands in the chat: putting the same buttons under it changes nothing then.

        Undocumented, and never tried on live Telegram: see docs/decisions/0005.
        """
        markup = part.fields().get("reply_markup")
        payload = {"chat_id": int(address), "message_id": int(message_id)}
        try:
            await self.call("editMessageReplyMarkup", payload | ({"reply_markup": markup} if markup else {}))
        except SendError as error:
            if error.reason is Reason.NOT_MODIFIED:
                return True
            if error.reason in (Reason.GONE, Reason.TOO_OLD):
                return False
            raise
        return False

    async def show(self, address: str, message: Message, *, over: str = "") -> str:
        """Say something now: in the place of message ``over`` where that is possible, else as a new message.

        Returns the id of the message that now carries the buttons.
        """
        parts = parts_of(message, as_rich=self._as_rich)
        if over and len(parts) == 1:
            try:
                await self.edit(address, over, parts[0])
                return over
            except SendError as error:
                if error.reason is Reason.NOT_MODIFIED:
                    return over
                if error.reason not in (Reason.GONE, Reason.REFUSED):
                    raise
        sent = [(await self.deliver(address, part), part) for part in parts]
        return next((id for id, part in sent if b'"reply_markup"' in part.rest), sent[-1][0])

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


def _file_id(sent: dict[str, Any]) -> str:
    """The id of the file in a message; of a photo that of its largest size."""
    shown = sent["photo"][-1] if "photo" in sent else sent["document"]
    return str(shown["file_id"])
