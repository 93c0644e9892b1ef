"""The sandbox as one web application, and how to serve it on a port that can be closed for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sandbox.control import CitizensControl, PeopleControl, explain_errors
from sandbox.events import Events
from sandbox.knobs import Knobs
from sandbox.neighbours import Neighbours
from sandbox.settings import Settings
from sandbox.telegram.api import BotApi
from sandbox.telegram.network import Network

PAGE = Path(__file__).parent / "page"
BODY_LIMIT = 60 * 1024 * 1024
LONGEST_REFUSAL = 60.0
# what the system believes about these differs between machines, and browsers refuse scripts of a wrong type
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}


async def _page_file(request: web.Request) -> web.StreamResponse:
    path = (PAGE / request.match_info.get("path", "index.html")).resolve()
    if not path.is_relative_to(PAGE.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache"}
    if path.suffix in _TYPES:
        headers["Content-Type"] = _TYPES[path.suffix]
    return web.FileResponse(path, headers=headers)


class Sandbox:
    """A network, its HTTP routes, and the port they are served on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.net = Network(settings)
        self.url = ""
        self._api = BotApi(self.net, self._refuse)
        self._events = Events(self.net, lambda: self.net.stats.view(len(self.net.updates)))
        self._knobs = Knobs(self.net, self._events)
        self._citizens = CitizensControl(self.net)
        self.neighbours = Neighbours(self._events, settings.reports_to) if settings.neighbours else None
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._port = settings.port
        self._pause: asyncio.Task[None] | None = None

    def application(self) -> web.Application:
        """The aiohttp application with every route."""
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[explain_errors])
        self._api.add_routes(app.router)
        PeopleControl(self.net).add_routes(app.router)
        self._citizens.add_routes(app.router)
        self._knobs.add_routes(app.router)
        if self.neighbours:
            self.neighbours.add_routes(app.router)
        app.router.add_get("/", _page_file)
        app.router.add_get("/static/{path:.+}", _page_file)
        app.on_shutdown.append(self._let_go)
        return app

    async def start(self) -> None:
        """Opens the port; afterwards `url` is known."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await self._listen()
        if self.neighbours:
            await self.neighbours.start()
        self.url = f"http://{self.settings.host}:{self._port}"

    async def stop(self) -> None:
        """Ends open polls and streams, then closes the port."""
        if self._pause:
            self._pause.cancel()
        if self._server:
            self._server.close()
        if self.neighbours:
            await self.neighbours.stop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def doors(self) -> dict[str, object]:
        """What somebody has to know beside the address to speak with the neighbours."""
        return self.neighbours.doors if self.neighbours else {}

    async def _listen(self) -> None:
        assert self._runner is not None
        server = self._runner.server
        assert server is not None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(server, self.settings.host, self._port, reuse_address=True)
        place: tuple[str, int] = self._server.sockets[0].getsockname()
        self._port = place[1]

    def _refuse(self, seconds: float) -> None:
        """Closes the port, so that new connections are refused, and opens it again after a while."""
        if self._server and (self._pause is None or self._pause.done()):
            self._server.close()
            self._pause = asyncio.create_task(self._reopen(min(seconds, LONGEST_REFUSAL)), name="refusal")

    async def _reopen(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._listen()

    async def _let_go(self, app: web.Application) -> None:
        self._events.close()
        await self._citizens.close()
        await self._knobs.actions.close()
        await self.net.webhook.stop()
        self.net.updates.release()


@asynccontextmanager
async def serve(settings: Settings | None = None) -> AsyncIterator[Sandbox]:
    """A running sandbox inside this process, for tests and demonstrations."""
    sandbox = Sandbox(settings or Settings())
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()
