"""How the program is seen from outside: whether it lives, whether it is ready, and its metrics."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.metrics import Metrics
from storage import migrate
from storage.database import Database
from storage.figures import figures

log = logging.getLogger(__name__)
SECONDS = 2.0
"""How long the database may take to answer before it counts as down."""
REMEMBERED = 1.0
"""Seconds for which one look at the database answers everybody who asks whether we are ready."""
LEAST_GAP = 15.0
"""Seconds between two times that figures are fetched from the database; longer where they took long."""
SHARE = 0.01
"""At most so much of the time goes into fetching figures."""
BEAT = 0.5
SCHEMA = "SELECT version_num FROM alembic_version"


@dataclass
class Health:
    """What is looked at when somebody asks; ``tasks`` are those without which nothing is done."""

    database: Database
    metrics: Metrics
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    stopping: bool = False

    def __post_init__(self) -> None:
        self._need = migrate.newest()
        self._looked, self._found = float("-inf"), (False, False)
        self._next_figures = 0.0
        self._looking, self._fetching = asyncio.Lock(), asyncio.Lock()

    async def beat(self) -> None:
        """Measure until cancelled how late the loop is."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(BEAT)
            self.metrics.loop_lag = max(0.0, time.monotonic() - began - BEAT)

    async def parts(self) -> Mapping[str, bool]:
        """Each part by name, and whether it is well."""
        answers, ours = await self._look()
        alive = {name: not task.done() for name, task in self.tasks.items()}
        return {"database": answers, "schema": ours, **alive, "serving": not self.stopping}

    async def _look(self) -> tuple[bool, bool]:
        """Whether the database answers, and whether its schema is ours."""
        async with self._looking:
            if time.monotonic() - self._looked > REMEMBERED:
                began = time.monotonic()
                try:
                    async with asyncio.timeout(SECONDS):
                        rows = await self.database.look((SCHEMA, ()))
                    self._found = (True, [row[0] for row in rows] == [self._need])
                except (DBAPIError, OSError, TimeoutError):
                    self._found = (False, False)
                self._looked = time.monotonic()
                self.metrics.database_seconds = self._looked - began
                self.metrics.database_up = self._found[0]
            return self._found

    async def page(self) -> bytes:
        """The metrics, with figures from the database that are at most some seconds old."""
        async with self._fetching:
            if time.monotonic() >= self._next_figures:
                await self._fetch()
        return self.metrics.page()

    async def _fetch(self) -> None:
        began = time.monotonic()
        if (await self._look())[0]:
            try:
                async with asyncio.timeout(10 * SECONDS), self.database.reading() as session:
                    self.metrics.seen(await figures(session, datetime.now(UTC)))
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("figures for the metrics could not be fetched: %s", error.__class__.__name__)
        took = time.monotonic() - began
        self._next_figures = began + max(LEAST_GAP, took / SHARE)

    async def readyz(self, _: web.Request) -> web.Response:
        parts = await self.parts()
        return web.json_response(
            {"ok": all(parts.values()), "parts": parts}, status=200 if all(parts.values()) else 503
        )

    async def scraped(self, _: web.Request) -> web.Response:
        return web.Response(
            body=await self.page(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )


def metrics_application(health: Health) -> web.Application:
    """The metrics alone, for an address that the public does not reach."""
    app = web.Application()
    app.router.add_get("/metrics", health.scraped)
    return app
