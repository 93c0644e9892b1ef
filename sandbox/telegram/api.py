"""The Bot API over HTTP: token, method, parameters, faults, and the envelope of the answer."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.telegram import methods_bot, methods_edit, methods_send
from sandbox.telegram.errors import ApiError, too_many_requests
from sandbox.telegram.faults import Fault, FaultKind
from sandbox.telegram.network import Network
from sandbox.telegram.params import Params, read_params

Method = Callable[[Network, Params], Awaitable[Any]]
Refuse = Callable[[float], None]

METHODS: dict[str, Method] = {**methods_bot.METHODS, **methods_send.METHODS, **methods_edit.METHODS}
_BY_NAME = {name.lower(): (name, method) for name, method in METHODS.items()}
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class BotApi:
    """Routes /bot<token>/<method> and /file/bot<token>/<path>; `refuse` closes the port for a while."""

    def __init__(self, net: Network, refuse: Refuse | None = None) -> None:
        self._net = net
        self.refuse = refuse

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers both routes."""
        router.add_route("GET", "/file/bot{token}/{path:.+}", self._download)
        router.add_route("*", "/bot{token}/{method}", self._call)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            params = await read_params(request)
            return await self._answer(request, params)
        except ApiError as error:
            return self._refused(request, error)
        except web.HTTPRequestEntityTooLarge:
            return self._refused(request, ApiError(413, "Request Entity Too Large"))

    async def _answer(self, request: web.Request, params: Params) -> web.StreamResponse:
        net, known = self._net, _BY_NAME.get(request.match_info["method"].lower())
        self._check_token(request.match_info["token"])
        if known is None:
            raise ApiError(404, "Not Found")
        name, method = known
        net.stats.calls[name] += 1
        if net.clock.now() < net.logged_out_until:
            raise ApiError(400, "Logged out")
        fault = net.faults.strike(name.lower(), params.values.get("chat_id"))
        if fault and fault.kind not in (FaultKind.LOST_REPLY, FaultKind.DELAY):
            return self._fail(request, fault)
        result = await self._run(method, params)
        if fault and fault.kind is FaultKind.LOST_REPLY:
            net.stats.lost_replies += 1
            return _cut(request)
        if fault:
            await asyncio.sleep(fault.seconds)
        self._log(request, params, 200)
        return _json({"ok": True, "result": result}, 200)

    async def _run(self, method: Method, params: Params) -> Any:
        try:
            return await method(self._net, params)
        except (ApiError, asyncio.CancelledError):
            raise
        except Exception:
            # a hole in the sandbox must be seen, and must look to the bot like Telegram's own trouble
            traceback.print_exc(file=sys.stderr)
            raise ApiError(500, "Internal Server Error") from None

    def _check_token(self, token: str) -> None:
        if token != self._net.settings.token:
            number, mark, secret = token.partition(":")
            raise (
                ApiError(401, "Unauthorized") if number.isdigit() and mark and secret else ApiError(404, "Not Found")
            )

    def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.kind:
            case FaultKind.TOO_MANY:
                raise too_many_requests(fault.retry_after)
            case FaultKind.SERVER_ERROR:
                raise ApiError(500, "Internal Server Error")
            case FaultKind.BAD_GATEWAY:
                self._net.stats.refuse(502)
                return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
            case FaultKind.REFUSE if self.refuse:
                self.refuse(fault.seconds)
        return _cut(request)

    def _refused(self, request: web.Request, error: ApiError) -> web.Response:
        self._net.stats.refuse(error.code)
        self._log(request, None, error.code, error.description)
        return _json(error.envelope(), error.code)

    def _log(self, request: web.Request, params: Params | None, status: int, note: str = "") -> None:
        if self._net.settings.log_requests:
            chat = params.values.get("chat_id", "") if params else ""
            print(request.match_info["method"], chat, status, note, file=sys.stderr, flush=True)

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
        except ApiError as error:
            return _json(error.envelope(), error.code)
        file = self._net.world.files.at(request.match_info["path"])
        if file is None:
            return _json(ApiError(404, "Not Found").envelope(), 404)
        return web.Response(body=file.data, content_type=file.mime)


def _json(body: Any, status: int) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json")


def _cut(request: web.Request) -> web.StreamResponse:
    """Ends the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
