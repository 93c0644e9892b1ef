"""The mail world on its own ports: SMTP, and the control routes over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from sandbox.control import explain_errors
from sandbox.mail.control import MailControl
from sandbox.mail.server import MailServer


@dataclass
class MailWorld:
    """A running mail server; `url` is that of its control routes."""

    server: MailServer
    url: str = ""


@asynccontextmanager
async def serve_mail(server: MailServer | None = None, *, host: str = "127.0.0.1",
                     port: int = 0) -> AsyncIterator[MailWorld]:  # fmt: skip
    """A mail server inside this process, for tests and demonstrations; `port` is that of the control routes."""
    world = MailWorld(server or MailServer())
    app = web.Application(middlewares=[explain_errors])
    MailControl(world.server).add_routes(app.router)
    runner = web.AppRunner(app, access_log=None)
    await world.server.start()
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        world.url = f"http://{host}:{runner.addresses[0][1]}"
        yield world
    finally:
        await world.server.stop()
        await runner.cleanup()
