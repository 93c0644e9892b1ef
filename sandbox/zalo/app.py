"""The imitated Zalo as one web application, and how to serve it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.clock import Clock
from sandbox.zalo.api import OpenApi
from sandbox.zalo.bot import ZaloBot
from sandbox.zalo.control import Control
from sandbox.zalo.settings import Settings
from sandbox.zalo.webhook import Webhook
from sandbox.zalo.world import World

BODY_LIMIT = 8 << 20


class ZaloSandbox:
    """An Official Account, a bot, the people around them, and the port they are served on."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.clock = settings, Clock()
        self.world = World(settings, self.clock)
        self.api, self.bot = OpenApi(self.world), ZaloBot(self.world)
        self.webhook = Webhook(self.world)
        self.url = ""
        self._runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        """The aiohttp application with every route."""
        app = web.Application(client_max_size=BODY_LIMIT)
        self.api.add_routes(app.router)
        self.bot.add_routes(app.router)
        Control(self.api, self.bot, self.webhook).add_routes(app.router)
        return app

    async def start(self) -> None:
        """Opens the port; afterwards ``url`` is known."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.settings.host, self.settings.port)
        await site.start()
        self.url = f"http://{self.settings.host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Ends what is under way and closes the port."""
        await self.webhook.stop()
        await self.bot.stop()
        if self._runner:
            await self._runner.cleanup()


@asynccontextmanager
async def serve(settings: Settings | None = None) -> AsyncIterator[ZaloSandbox]:
    """A running Zalo inside this process."""
    sandbox = ZaloSandbox(settings or Settings())
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()
