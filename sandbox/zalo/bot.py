"""The Bot Platform imitated: its methods, one update a poll, a webhook with a plain secret, its plan's counters."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections import deque
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from sandbox.zalo.world import Json, Person, Sent, World

SECRET_HEADER = "X-Bot-Api-Secret-Token"
CALLER = "Java/1.8.0_192"
TEXT_LIMIT = 2000
LONGEST_POLL = 30.0


Method = Callable[[Json], Awaitable[Json | None]]


class BotRefused(Exception):
    """A refusal with its code."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code


class ZaloBot:
    """One bot: people write to it, it answers; there are no buttons, edits or documents."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.people: dict[str, Person] = {}
        self.sent = 0
        self.actions: list[str] = []
        self.url, self._secret = "", ""
        self.answers: list[int] = []
        self._queue: deque[Json] = deque()
        self._arrived = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        router.add_route("*", "/bot{token:[^/]+}/{method}", self._call)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def say(self, id: str, text: str, name: str = "Phạm Thị Lan") -> None:
        """Somebody writes to the bot; the fifty-first person cannot."""
        message = self._from(id, name) | {"text": text}
        self._happened("message.text.received", message)

    def send_photo(self, id: str, url: str, name: str = "Phạm Thị Lan") -> None:
        message = self._from(id, name) | {self._world.rules.photo_key: url, "message_type": "CHAT_PHOTO"}
        self._happened("message.image.received", message)

    def send_unsupported(self, id: str, name: str = "Phạm Thị Lan") -> None:
        self._happened("message.unsupported.received", self._from(id, name))

    def _from(self, id: str, name: str) -> Json:
        self.people.setdefault(id, Person(id, name))
        sender = {"id": id, "display_name": name, "is_bot": False}
        return {
            "from": sender, "chat": {"id": id, "chat_type": "PRIVATE"}, "message_id": self._world.next_id(),
            "date": int(self._world.clock.now() * 1000),
        }  # fmt: skip

    def _happened(self, event: str, message: Json) -> None:
        flat = {"event_name": event, "message": message}
        update = {"ok": True, "result": flat} if self._world.rules.nested_updates else flat
        if self.url:
            task = asyncio.create_task(self._push(update))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        self._queue.append(flat)
        self._arrived.set()

    async def _push(self, update: Json) -> None:
        self.answers.append(await self._post(json.dumps(update, ensure_ascii=False).encode()))

    async def _post(self, body: bytes) -> int:
        headers = {SECRET_HEADER: self._secret, "User-Agent": CALLER, "Content-Type": "application/json"}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
                session.post(self.url, data=body, headers=headers) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def _call(self, request: web.Request) -> web.Response:
        given, method = request.match_info["token"], request.match_info["method"]
        values = {**request.query, **await _values(request)}
        try:
            if given != self._world.settings.bot_token:
                raise BotRefused(401, "Unauthorized")
            act = self._methods().get(method)
            if act is None:
                raise BotRefused(404, "Not Found")
            result = await act(values)
        except BotRefused as refused:
            status = 200 if self._world.rules.refused_with_200 else refused.code
            return web.json_response(
                {"ok": False, "error_code": refused.code, "description": str(refused)}, status=status
            )
        return web.json_response({"ok": True} if result is None else {"ok": True, "result": result})

    def _methods(self) -> dict[str, Method]:
        return {
            "getMe": self._me, "getUpdates": self._updates, "sendMessage": self._send, "sendPhoto": self._photo,
            "sendChatAction": self._action, "setWebhook": self._set_webhook, "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._info,
        }  # fmt: skip

    async def _me(self, _: Json) -> Json:
        return {"id": "1459232241454765289", "account_name": "bot.loa", "account_type": "BASIC",
                "can_join_groups": False}  # fmt: skip

    async def _updates(self, values: Json) -> Json:
        if self.url:
            raise BotRefused(400, "a webhook is set")
        self._arrived.clear()
        if not self._queue:
            try:
                seconds = min(float(values.get("timeout") or LONGEST_POLL), LONGEST_POLL)
                await asyncio.wait_for(self._arrived.wait(), seconds)
            except TimeoutError:
                raise BotRefused(408, "Request timeout") from None
        return self._queue.popleft()

    async def _send(self, values: Json) -> Json:
        styles = values.get("text_styles")
        for style in json.loads(styles) if isinstance(styles, str) else styles or []:
            if not {"start", "len", "st"} <= style.keys() or not isinstance(style["st"], list):
                raise BotRefused(400, "text_styles is not well formed")
        return self._put(values, "text", str(values.get("text") or ""))

    async def _photo(self, values: Json) -> Json:
        if not urlsplit(str(values.get("photo"))).scheme.startswith("http"):
            raise BotRefused(400, "photo must be a URL")
        return self._put(values, "image", str(values.get("caption") or " "))

    def _put(self, values: Json, kind: str, text: str) -> Json:
        person = self.people.get(str(values.get("chat_id")))
        if person is None:
            raise BotRefused(400, "chat not found")
        if not 0 < len(unicodedata.normalize("NFC", text)) <= TEXT_LIMIT:
            raise BotRefused(400, "text must have 1 to 2000 characters")
        known = list(self.people)[: self._world.rules.bot_people]
        if person.id not in known or self.sent >= self._world.rules.bot_messages:
            raise BotRefused(429, "Quota exceeded")
        if person.refuses:
            raise BotRefused(403, "internal server error")
        self.sent += 1
        sent = self._world.put(person, Sent(self._world.next_id(), self._world.clock.now(), kind, text))
        return {"message_id": sent.id, "date": int(sent.at * 1000)}

    async def _action(self, values: Json) -> None:
        if values.get("action") != "typing":
            raise BotRefused(400, "action is not supported")
        self.actions.append(str(values.get("chat_id")))

    async def _set_webhook(self, values: Json) -> Json:
        url, secret = str(values.get("url") or ""), str(values.get("secret_token") or "")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not 8 <= len(secret) <= 256:
            raise BotRefused(400, "url or secret_token is invalid")
        self.url, self._secret = url, secret
        status = await self._post(b"")
        outcomes = {200: "webhook.ok", 403: "http.403", 404: "http.404", 0: "err.timeout"}
        outcome = outcomes.get(status, "http.5xx" if status >= 500 else "http.other")
        verified = {"ok": status == 200, "outcome": outcome, "status_code": status, "hint": ""}
        return {"url": url, "updated_at": int(self._world.clock.now() * 1000), "verification": verified}

    async def _delete_webhook(self, _: Json) -> Json:
        self.url = self._secret = ""
        return {"url": "", "updated_at": int(self._world.clock.now() * 1000)}

    async def _info(self, _: Json) -> Json:
        return {"url": self.url, "updated_at": int(self._world.clock.now() * 1000)}


async def _values(request: web.Request) -> Json:
    """What was sent as JSON, as a form or as multipart."""
    if request.content_type == "application/json":
        raw = await request.read()
        return dict(json.loads(raw)) if raw.strip() else {}
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
