"""The OpenAPI of the imitated account over HTTP: tokens, envelopes, faults; errors come with HTTP 200."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.telegram.faults import FaultKind, Faults
from sandbox.zalo import consultation
from sandbox.zalo.articles import Articles
from sandbox.zalo.refusals import Refused
from sandbox.zalo.templates import Templates
from sandbox.zalo.tokens import Tokens
from sandbox.zalo.uploads import Uploads
from sandbox.zalo.world import Json, World

Act = Callable[[Json], Any]


class OpenApi:
    """Routes of all three hosts on one port; their paths do not meet."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens, self.uploads = Tokens(world), Uploads(world)
        self.templates, self.articles = Templates(world), Articles(world)
        self.faults = Faults(world.settings.seed)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        world = self.world
        router.add_post("/v4/oa/access_token", self._token)
        acts: dict[str, Act] = {
            "v3.0/oa/message/cs": lambda body: consultation.send(world, self.uploads, body),
            "v3.0/oa/message/template": self.templates.by_uid,
            "v3.0/oa/quota/message": lambda body: consultation.quota(world, body),
            "v2.0/oa/message": self.articles.broadcast,
            "v2.0/article/create": self.articles.create,
            "v2.0/article/verify": self.articles.verify,
            "v3.0/oa/message/transaction": _dead(-240),
            "v3.0/oa/message/promotion": _dead(-240),
            "v2.0/oa/message/cs": _dead(-240),
        }
        for path, act in acts.items():
            router.add_post(f"/{path}", self._call(path.rpartition("/")[2], act))
        reads: dict[str, Act] = {
            "v2.0/oa/getoa": self._account, "v3.0/oa/user/detail": self._detail, "v3.0/oa/user/getlist": self._list,
        }  # fmt: skip
        for path, act in reads.items():
            router.add_get(f"/{path}", self._call(path.rpartition("/")[2], act))
        router.add_post("/message/template", self._call("zns", self.templates.by_phone, bad_token=-124))
        router.add_get("/template/all", self._call("templates", lambda _: self.templates.listed(), bad_token=-124))
        router.add_post("/v2.0/oa/upload/{kind:image|file}", self._upload)

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return web.json_response(self.tokens.exchange(form, request.headers.get("secret_key", "")))

    def _call(self, name: str, act: Act, *, bad_token: int = -216) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            body = await _body(request)
            user_id = (
                (body.get("recipient") or {}).get("user_id") if isinstance(body.get("recipient"), dict) else None
            )
            fault = self.faults.strike(name, user_id or body.get("user_id"))
            match fault.kind if fault else None:
                case FaultKind.CUT:
                    return _cut(request)
                case FaultKind.SERVER_ERROR | FaultKind.BAD_GATEWAY:
                    return web.Response(status=int(str(fault.kind)) if fault else 500, text="error")
                case FaultKind.TOO_MANY:
                    return self._enveloped(Refused(-32))
            told = self._done(request, body, act, bad_token)
            if fault and fault.kind is FaultKind.DELAY:
                await asyncio.sleep(fault.seconds)
            if fault and fault.kind is FaultKind.LOST_REPLY:
                return _cut(request)
            return told

        return answer

    def _done(self, request: web.Request, body: Json, act: Act, bad_token: int) -> web.Response:
        minute = int(self.world.clock.now() // 60)
        self.world.calls = {minute: self.world.calls.get(minute, 0) + 1}
        try:
            self.tokens.check(request.headers.get("access_token", ""), bad_token)
            if self.world.calls[minute] > self.world.rules.per_minute:
                raise Refused(-32)
            return self._enveloped(act(body))
        except Refused as refused:
            return self._enveloped(refused)

    def _enveloped(self, told: Any) -> web.Response:
        wrong = isinstance(told, Refused)
        envelope = (
            {"error": told.code, "message": str(told)} if wrong else {"error": 0, "message": "Success", "data": told}
        )
        used = next(iter(self.world.calls.values()), 0)
        left = max(0, self.world.rules.per_minute - used)
        headers = {"X-RateLimit-Limit": str(self.world.rules.per_minute), "X-RateLimit-Remain": str(left)}
        return web.json_response(envelope, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        try:
            self.tokens.check(request.headers.get("access_token", ""))
            field = (await request.post()).get("file")
            if not isinstance(field, web.FileField):
                raise Refused(-201)
            kind = request.match_info["kind"]
            token = self.uploads.add(kind, field.filename, field.file.read())
        except Refused as refused:
            return self._enveloped(refused)
        return self._enveloped({"attachment_id": token} if kind == "image" else {"token": token})

    def _account(self, _: Json) -> Json:
        settings = self.world.settings
        followers = sum(person.follows for person in self.world.people.values())
        return {"oaid": settings.oa_id, "name": settings.oa_name, "is_verified": True, "oa_type": 4,
                "num_follower": followers, "package_name": "Gói Tăng trưởng"}  # fmt: skip

    def _detail(self, query: Json) -> Json:
        person = self.world.people.get(str(query.get("user_id")))
        if person is None:
            raise Refused(-213)
        return {"user_id": person.id, "display_name": person.name, "user_is_follower": person.follows,
                "user_last_interaction_date": person.interacted and int(person.interacted)}  # fmt: skip

    def _list(self, query: Json) -> Json:
        offset, count = int(query.get("offset", 0)), int(query.get("count", 50))
        if not 0 < count <= 50 or not 0 <= offset <= 9951:
            raise Refused(-201)
        every = sorted(self.world.people)
        return {"total": len(every), "users": [{"user_id": id} for id in every[offset : offset + count]]}

    def view(self) -> Json:
        """What a demonstration shows of the account."""
        world = self.world
        return {"people": len(world.people), "paid": world.paid_used, "spent": self.templates.spent,
                "refreshed": self.tokens.refreshed, "rules": asdict(world.rules)}  # fmt: skip


def _dead(code: int) -> Act:
    def refuse(_: Json) -> Any:
        raise Refused(code)

    return refuse


async def _body(request: web.Request) -> Json:
    raw = (await request.read()).decode() if request.method == "POST" else request.query.get("data", "")
    try:
        value = json.loads(raw or "{}")
    except ValueError:
        value = {}
    return value if isinstance(value, dict) else {}


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()  # nobody is there to read it
