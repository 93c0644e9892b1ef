"""The control routes about the sandbox itself: limits, faults, clock, stats, board, actions."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from sandbox.control import answer, body
from sandbox.events import Events
from sandbox.telegram.api import METHODS
from sandbox.telegram.network import Network

Json = dict[str, Any]
LONGEST_WAIT = 60.0


class Actions:
    """Buttons pressed on the page, numbered from 1; whoever made the board waits for them."""

    def __init__(self) -> None:
        self._pressed: list[Json] = []
        self._changed = asyncio.Condition()
        self._open = True

    async def press(self, name: str) -> int:
        """Notes one press."""
        async with self._changed:
            self._pressed.append({"n": len(self._pressed) + 1, "id": name})
            self._changed.notify_all()
        return len(self._pressed)

    async def after(self, number: int, seconds: float) -> list[Json]:
        """The presses after `number`, waiting up to `seconds` for one."""
        async with self._changed:
            try:
                async with asyncio.timeout(min(seconds, LONGEST_WAIT)):
                    await self._changed.wait_for(lambda: len(self._pressed) > number or not self._open)
            except TimeoutError:
                pass
        return self._pressed[max(0, number) :]

    async def close(self) -> None:
        """Lets everybody who waits go."""
        async with self._changed:
            self._open = False
            self._changed.notify_all()


class Knobs:
    """Settings that can be turned while the sandbox runs."""

    def __init__(self, net: Network, events: Events) -> None:
        self._net = net
        self._events = events
        self.actions = Actions()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        router.add_get("/sim/health", self._health)
        router.add_post("/sim/limits", self._limits)
        router.add_post("/sim/faults", self._fault)
        router.add_delete("/sim/faults", self._no_faults)
        router.add_get("/sim/clock", self._clock)
        router.add_post("/sim/clock", self._set_clock)
        router.add_get("/sim/stats", self._stats)
        router.add_get("/sim/board", self._board)
        router.add_post("/sim/board", self._set_board)
        router.add_get("/sim/actions", self._actions)
        router.add_post("/sim/actions", self._press)
        router.add_get("/sim/events", self._events.stream)

    async def _health(self, request: web.Request) -> web.Response:
        return answer({"ok": True, "username": self._net.settings.username, "methods": sorted(METHODS)})

    async def _limits(self, request: web.Request) -> web.Response:
        self._net.limits.change(await body(request))
        return answer({"ok": True})

    async def _fault(self, request: web.Request) -> web.Response:
        return answer({"id": self._net.faults.order(await body(request))})

    async def _no_faults(self, request: web.Request) -> web.Response:
        self._net.faults.clear()
        return answer({"ok": True})

    async def _clock(self, request: web.Request) -> web.Response:
        return answer({"offset": self._net.clock.offset, "now": self._net.clock.now()})

    async def _set_clock(self, request: web.Request) -> web.Response:
        self._net.clock.offset = float((await body(request))["offset"])
        return await self._clock(request)

    async def _stats(self, request: web.Request) -> web.Response:
        return answer(self._net.stats.view(len(self._net.updates)))

    async def _board(self, request: web.Request) -> web.Response:
        return answer(self._events.board)

    async def _set_board(self, request: web.Request) -> web.Response:
        self._events.set_board(await body(request))
        return answer({"ok": True})

    async def _press(self, request: web.Request) -> web.Response:
        return answer({"n": await self.actions.press(str((await body(request))["id"]))})

    async def _actions(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", "0"))
        timeout = float(request.query.get("timeout", "0"))
        return answer({"actions": await self.actions.after(after, timeout)})
