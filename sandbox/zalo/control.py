"""The control routes of the imitated Zalo: people, what they do, rules, faults, clock, templates, tokens."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from sandbox.zalo import consultation, people
from sandbox.zalo.api import OpenApi
from sandbox.zalo.bot import ZaloBot
from sandbox.zalo.templates import Template
from sandbox.zalo.webhook import Webhook
from sandbox.zalo.world import Json, Person, SimError


class Control:
    """What tests, demonstrations and the page let people do; every answer is JSON, every mistake a sentence."""

    def __init__(self, api: OpenApi, bot: ZaloBot, webhook: Webhook) -> None:
        self._api, self._bot, self._webhook, self._world = api, bot, webhook, api.world

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        acts = {
            "people": self._add, "crowd": self._crowd, "follow": self._follow, "unfollow": self._unfollow,
            "say": self._say,
            "tap": self._tap, "send": self._send, "see": self._see, "refuse": self._refuse, "rules": self._rules,
            "faults": self._fault, "clock": self._clock, "templates": self._template, "webhook": self._register,
            "revoke": self._revoke, "bot/say": self._bot_say,
        }  # fmt: skip
        for name, act in acts.items():
            router.add_post(f"/sim/zalo/{name}", self._told(act))
        router.add_get("/sim/zalo", self._told(self._show))
        router.add_get("/sim/zalo/people/{id}", self._messages)
        router.add_get("/sim/zalo/files/{token}", self._file)
        router.add_delete("/sim/zalo/faults", self._told(self._no_faults))

    def _told(self, act: Any) -> Any:
        async def answer(request: web.Request) -> web.Response:
            try:
                raw = await request.read()
                told = act(json.loads(raw) if raw.strip() else {})
                if hasattr(told, "__await__"):
                    told = await told
            except KeyError as error:
                return web.json_response({"error": f"missing: {error.args[0]}"}, status=400)
            except (SimError, ValueError, TypeError) as error:
                return web.json_response({"error": str(error)}, status=400)
            return web.json_response(told if told is not None else {"ok": True})

        return answer

    def _add(self, values: Json) -> Json:
        free = str(6_000_000_000_000_000_000 + len(self._world.people))
        person = Person(str(values.get("id") or free), str(values["name"]), str(values.get("phone") or ""))
        return {"id": self._world.add(person).id}

    def _crowd(self, values: Json) -> Json:
        """Many people who have Zalo, with ids in a row; nobody follows yet."""
        first, count = int(values["first_id"]), int(values["count"])
        for number in range(first, first + count):
            self._world.add(Person(str(number), f"Cán bộ {number}"))
        return {"people": count}

    def _follow(self, values: Json) -> None:
        people.follow(self._world, self._world.person(values["id"]))

    def _unfollow(self, values: Json) -> None:
        people.unfollow(self._world, self._world.person(values["id"]))

    def _say(self, values: Json) -> Json:
        return {"msg_id": people.say(self._world, self._world.person(values["id"]), str(values["text"]))}

    def _tap(self, values: Json) -> Json:
        person = self._world.person(values["id"])
        return {"msg_id": people.tap(self._world, person, str(values["message_id"]), str(values["title"]))}

    def _send(self, values: Json) -> Json:
        person = self._world.person(values["id"])
        return {"msg_id": people.send(self._world, person, str(values["kind"]), dict(values.get("payload") or {}))}

    def _see(self, values: Json) -> None:
        people.see(self._world, self._world.person(values["id"]))

    def _refuse(self, values: Json) -> None:
        self._world.person(values["id"]).refuses = int(values["code"])

    def _rules(self, values: Json) -> Json:
        known = {field.name for field in fields(self._world.rules)}
        for name, value in values.items():
            if name not in known:
                raise SimError(f"no rule {name!r}")
            setattr(self._world.rules, name, type(getattr(self._world.rules, name))(value))
        return asdict(self._world.rules)

    def _fault(self, values: Json) -> Json:
        return {"id": self._api.faults.order(values)}

    def _no_faults(self, _: Json) -> None:
        self._api.faults.clear()

    def _clock(self, values: Json) -> Json:
        self._world.clock.offset += float(values.get("seconds") or 0)
        self._webhook.time_moved()
        return {"now": self._world.clock.now()}

    def _template(self, values: Json) -> Json:
        made = Template(**values)
        self._api.templates.known[made.id] = made
        return asdict(made)

    async def _register(self, values: Json) -> Json:
        return {"answered": await self._webhook.register(str(values["url"]))}

    def _revoke(self, _: Json) -> None:
        self._api.tokens.revoke()

    def _bot_say(self, values: Json) -> None:
        self._bot.say(str(values["id"]), str(values["text"]))

    def _show(self, _: Json) -> Json:
        return self._api.view()

    async def _messages(self, request: web.Request) -> web.Response:
        person = self._world.people.get(request.match_info["id"])
        if person is None:
            return web.json_response({"error": "nobody has this id"}, status=404)
        window = consultation.window(self._world, person)
        return web.json_response({**asdict(person), "window": window, "account": self._world.settings.oa_name})

    async def _file(self, request: web.Request) -> web.Response:
        found = self._api.uploads.kept.get(request.match_info["token"])
        if found is None:
            raise web.HTTPNotFound
        kind = "application/octet-stream" if found.kind == "file" else f"image/{_picture(found.data)}"
        return web.Response(body=found.data, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})


def _picture(data: bytes) -> str:
    return "png" if data.startswith(b"\x89PNG") else "jpeg"
