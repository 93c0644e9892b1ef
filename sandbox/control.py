"""The control routes about people and chats: /sim/chats, crowd, say, tap, block, citizens."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import yaml
from aiohttp import web

from sandbox.citizens import Citizens, read_plan
from sandbox.crowd import add_crowd
from sandbox.events import message_view
from sandbox.telegram import people
from sandbox.telegram.chats import Chat, Kind
from sandbox.telegram.network import Network
from sandbox.telegram.world import SimError, World

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FIRST_OWN_ID = 10_000_001


async def body(request: web.Request) -> Json:
    """The JSON object sent, or an empty one."""
    raw = await request.read()
    value = json.loads(raw) if raw.strip() else {}
    if not isinstance(value, dict):
        raise SimError("expected a JSON object")
    return value


def answer(value: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(text=json.dumps(value, ensure_ascii=False), status=status, content_type="application/json")


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what a control call got wrong into 400 with a sentence."""
    if not request.path.startswith("/sim/"):
        return await handler(request)
    try:
        return await handler(request)
    except KeyError as error:
        return answer({"error": f"missing: {error.args[0]}"}, 400)
    except (SimError, ValueError, TypeError, OSError, yaml.YAMLError) as error:
        return answer({"error": str(error)}, 400)


class CitizensControl:
    """Sends simulated respondents out and says how far they are."""

    def __init__(self, net: Network) -> None:
        self._citizens = Citizens(net.world)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        router.add_post("/sim/citizens", self._start)
        router.add_get("/sim/citizens", self._show)

    async def close(self) -> None:
        """Sends everybody home."""
        await self._citizens.stop()

    async def _start(self, request: web.Request) -> web.Response:
        values = await body(request)
        self._citizens.start(read_plan(values), reset=bool(values.get("reset", True)))
        return answer(self._citizens.view())

    async def _show(self, request: web.Request) -> web.Response:
        return answer(self._citizens.view())


class PeopleControl:
    """What the page and the tests let people do."""

    def __init__(self, net: Network) -> None:
        self._world: World = net.world

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        router.add_post("/sim/chats", self._add)
        router.add_get("/sim/chats/{id}", self._show)
        router.add_get("/sim/chats/{id}/messages", self._messages)
        router.add_post("/sim/crowd", self._crowd)
        router.add_post("/sim/say", self._say)
        router.add_post("/sim/tap", self._tap)
        router.add_post("/sim/block", self._block)
        router.add_post("/sim/unblock", self._unblock)
        router.add_post("/sim/migrate", self._migrate)
        router.add_get("/sim/files/{path:.+}", self._file)

    async def _add(self, request: web.Request) -> web.Response:
        values = await body(request)
        name = values["name"]
        if not isinstance(name, str) or not name.strip():
            raise SimError("name must be a non-empty string")
        kind = Kind(values.get("kind", "private"))
        number = int(values["id"]) if values.get("id") is not None else self._free_id(kind)
        chat = Chat(id=number, name=name, username=str(values.get("username") or ""), kind=kind)
        # a bot is a member of the groups it knows; people have to write first
        chat.started = kind is not Kind.PRIVATE
        return answer({"id": self._world.add_chat(chat).id})

    def _free_id(self, kind: Kind) -> int:
        if kind is Kind.SUPERGROUP:
            return self._world.new_supergroup_id()
        step = 1 if kind is Kind.PRIVATE else -1
        number = step * FIRST_OWN_ID
        while number in self._world.chats:
            number += step
        return number

    async def _show(self, request: web.Request) -> web.Response:
        chat = self._world.person_chat(request.match_info["id"])
        return answer(
            {
                "id": chat.id,
                "name": chat.name,
                "username": chat.username,
                "kind": chat.kind.value,
                "started": chat.started,
                "blocked": chat.blocked,
                "deactivated": chat.deactivated,
                "received": chat.received,
                "migrated_to": chat.migrated_to or None,
            }
        )

    async def _messages(self, request: web.Request) -> web.Response:
        chat = self._world.person_chat(request.match_info["id"])
        return answer({"messages": [message_view(message) for message in chat.messages.values()]})

    async def _crowd(self, request: web.Request) -> web.Response:
        return answer(asdict(add_crowd(self._world, await body(request))))

    async def _say(self, request: web.Request) -> web.Response:
        values = await body(request)
        chat = self._world.person_chat(values["chat"])
        message = people.say(self._world, chat, str(values["text"]), int(values.get("from") or 0))
        return answer({"message_id": message.id})

    async def _tap(self, request: web.Request) -> web.Response:
        values = await body(request)
        chat = self._world.person_chat(values["chat"])
        author = int(values.get("from") or 0)
        number = people.tap(self._world, chat, int(values["message_id"]), str(values["data"]), author)
        return answer({"id": number})

    async def _block(self, request: web.Request) -> web.Response:
        return await self._set_blocked(request, blocked=True)

    async def _unblock(self, request: web.Request) -> web.Response:
        return await self._set_blocked(request, blocked=False)

    async def _set_blocked(self, request: web.Request, *, blocked: bool) -> web.Response:
        chat = self._world.person_chat((await body(request))["chat"])
        people.set_blocked(self._world, chat, blocked=blocked)
        return answer({"id": chat.id, "blocked": chat.blocked})

    async def _migrate(self, request: web.Request) -> web.Response:
        chat = self._world.person_chat((await body(request))["chat"])
        return answer({"id": people.upgrade(self._world, chat).id})

    async def _file(self, request: web.Request) -> web.Response:
        file = self._world.files.at(request.match_info["path"])
        if file is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.data, content_type=file.mime, headers=headers)
