"""The web server: webhooks, pages, health and metrics, as far as this process serves them."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.health import Health, metrics_application
from bot.intake import Intake
from bot.mailing import Mail, add_pages, site_of
from bot.settings import Settings
from bot.web import application
from bot.zalo import Zalo
from pages.results.views import results_pages
from pages.survey_form import survey_form
from storage.database import Database
from surveys.catalogue import Catalogue

GRACE = 5.0
"""Seconds in which a request under way may end when the door closes."""


@contextlib.asynccontextmanager
async def door(
    settings: Settings, database: Database, catalogue: Catalogue, health: Health, intake: Intake | None,
    zalo: Zalo, mail: Mail, *, pages: bool,
) -> AsyncIterator[None]:  # fmt: skip
    """Listening; webhooks only with an ``intake``. Raises OSError for a port that is taken."""
    forms = results = None
    if pages:
        forms = survey_form(database, catalogue, settings.zone, home=settings.web_url)
        token = settings.telegram_token.get_secret_value()
        results = results_pages(database, catalogue, settings.zone, home=settings.web_url, bot_token=token)
    app = application(
        intake if settings.telegram_webhook_url else None, settings.telegram_webhook_url,
        settings.telegram_webhook_secret.get_secret_value(), forms, results, health=health,
        metrics=settings.metrics == "web",
    )  # fmt: skip
    if intake is not None:
        zalo.add_routes(app, intake)
    if pages:
        add_pages(app, site_of(settings, database, catalogue, settings.zone), mail.key)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(_serving(app, settings.web_host, settings.web_port))
        host, _, port = settings.metrics.rpartition(":")
        if host:
            apart = metrics_application(health)
            await stack.enter_async_context(_serving(apart, host.strip("[]"), int(port)))
        yield


@contextlib.asynccontextmanager
async def _serving(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()
