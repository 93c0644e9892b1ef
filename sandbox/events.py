"""Server-Sent Events for the page: what happens in the chats it watches, the board and the counts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.telegram import rich
from sandbox.telegram.chats import Message, StoredFile
from sandbox.telegram.network import Network
from sandbox.telegram.render import to_html
from sandbox.telegram.world import Happening

Json = dict[str, Any]

QUEUE_LIMIT = 2000
STATS_PAUSE = 0.5
KEEP_ALIVE = 15.0


def file_url(file: StoredFile) -> str:
    """Where the page finds a file."""
    return f"/sim/files/{file.path}"


def message_view(message: Message) -> Json:
    """The contract's view of a message."""
    view: Json = {
        "id": message.id,
        "mine": message.mine,
        "html": rich.to_html(message.rich) if message.rich else to_html(message.text, message.entities),
        "text": message.text,
        "keyboard": [[_button(b) for b in row] for row in _rows(message)],
        "edited": message.edit_date > 0,
        "date": message.date,
    }
    if message.keyboard.reply is not None:
        view["reply_keyboard"] = [list(row) for row in message.keyboard.reply]
    if message.photo:
        view["photo"] = file_url(message.photo)
    if message.document:
        file = message.document
        view["document"] = {"name": file.name, "url": file_url(file), "mime": file.mime, "size": len(file.data)}
    return view


def _rows(message: Message) -> list[list[Json]]:
    rows: list[list[Json]] = (message.keyboard.inline or {}).get("inline_keyboard", [])
    return rows


def _button(raw: Json) -> Json:
    view = {"text": raw["text"]}
    if "callback_data" in raw and not raw.get("disabled"):
        view["data"] = raw["callback_data"]
    url = raw.get("url") or (raw.get("web_app") or {}).get("url")
    if url:
        view["url"] = url
    if raw.get("style"):
        view["style"] = raw["style"]
    return view


class Watcher:
    """One page's connection."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LIMIT)

    def push(self, line: str | None) -> None:
        """Queues one event; a page that does not read loses events rather than memory."""
        if not self._queue.full():
            self._queue.put_nowait(line)

    async def next(self) -> str | None:
        """The next event, a keep-alive comment after silence, None at the end."""
        try:
            return await asyncio.wait_for(self._queue.get(), KEEP_ALIVE)
        except TimeoutError:
            return ": still here\n\n"


def sse(event: str, data: Any) -> str:
    """One event on the wire."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


class Events:
    """Sends each happening only to the pages that watch its chat; a crowd nobody watches costs a look-up."""

    def __init__(self, net: Network, stats: Callable[[], Json]) -> None:
        self._net = net
        self._stats = stats
        self._by_chat: dict[int, set[Watcher]] = {}
        self._by_name: dict[str, set[Watcher]] = {}
        self._watchers: set[Watcher] = set()
        self._ticker: asyncio.Task[None] | None = None
        self.board: Json = {}
        net.world.observers.append(self._hear)

    def set_board(self, board: Json) -> None:
        """Replaces the board and shows it."""
        self.board = board
        self._to_all(sse("board", board))

    def close(self) -> None:
        """Ends every connection."""
        for watcher in self._watchers:
            watcher.push(None)

    def changed(self, kind: str, name: str) -> None:
        """Something arrived for somebody on another network: ``kind`` zalo or mail; the page reads it itself."""
        for watcher in self._by_name.get(f"{kind}:{name}", ()):
            watcher.push(sse(kind, {"name": name}))

    def _to_all(self, line: str) -> None:
        for watcher in self._watchers:
            watcher.push(line)

    def _hear(self, happening: Happening) -> None:
        watchers = self._by_chat.get(happening.chat.id)
        if not watchers:
            return
        data: Json = {"chat": happening.chat.id}
        match happening.kind:
            case "delete":
                data["id"] = happening.message_id
            case "toast":
                data |= {"text": happening.text, "alert": happening.alert}
            case _ if happening.message:
                data["message"] = message_view(happening.message)
        line = sse(happening.kind, data)
        for watcher in watchers:
            watcher.push(line)

    async def _tick(self) -> None:
        last = ""
        while self._watchers:
            await asyncio.sleep(STATS_PAUSE)
            line = sse("stats", self._stats())
            if line != last:
                self._to_all(line)
                last = line

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET /sim/events?chats=1,2,3&also=zalo:ID,mail:ADDRESS."""
        also = {part for part in request.query.get("also", "").split(",") if part}
        wanted = {int(part) for part in request.query.get("chats", "").split(",") if part.strip()}
        watcher = Watcher()
        self._watchers.add(watcher)
        for chat in wanted:
            self._by_chat.setdefault(chat, set()).add(watcher)
        for name in also:
            self._by_name.setdefault(name, set()).add(watcher)
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.create_task(self._tick(), name="stats")
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        watcher.push(sse("board", self.board))
        watcher.push(sse("stats", self._stats()))
        try:
            while (line := await watcher.next()) is not None:
                await response.write(line.encode())
        except ConnectionError:
            pass
        finally:
            self._watchers.discard(watcher)
            for chat in wanted:
                self._by_chat[chat].discard(watcher)
            for name in also:
                self._by_name[name].discard(watcher)
        return response
