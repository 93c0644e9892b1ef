"""The web server: Telegram's webhook, acknowledged only when its update is on the disk, pages, and a sign of life."""

import hmac
import json
import logging
from urllib.parse import urlsplit

from aiohttp import web

from bot.health import Health
from bot.intake import Intake, arrived
from pages.paths import PREFIX
from surveys.passes import PREFIX as RESULTS

log = logging.getLogger(__name__)
LARGEST = 1 << 20
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def application(
    intake: Intake | None, webhook_url: str, secret: str, pages: web.Application | None = None,
    results: web.Application | None = None, *, health: Health | None = None, metrics: bool = False,
) -> web.Application:  # fmt: skip
    """Routes; the webhook only if there is an intake, under the path of its public URL.

    ``metrics``: they are served here as well, where everybody who reaches the pages can read them.
    """
    app = web.Application(client_max_size=LARGEST)

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def update(request: web.Request) -> web.Response:
        assert intake is not None
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return web.Response(status=401)
        try:
            written = (await request.read()).decode()
            raw = json.loads(written)
        except ValueError:
            return web.Response(status=400)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return web.Response(status=400)
        await intake.kept([arrived(raw, written)])
        return web.Response()

    app.router.add_get("/healthz", alive)
    if health is not None:
        app.router.add_get("/readyz", health.readyz)
        if metrics:
            app.router.add_get("/metrics", health.scraped)
    if pages is not None:
        app.add_subapp(PREFIX, pages)
    if results is not None:
        app.add_subapp(RESULTS, results)
    if intake is not None:
        app.router.add_post(urlsplit(webhook_url).path or "/", update)
    return app
