"""Seen from outside: alive, ready or not with the part that is not, and metrics that tell nothing of people."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from time import perf_counter

import aiohttp
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.health import Health, metrics_application
from bot.metrics import Metrics
from bot.web import application
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from storage.database import Database
from storage.enums import ChannelName, DeliveryStatus, Reason
from tests.broadcasts.conftest import approved, until_still
from tests.broadcasts.test_network import at_work
from tests.world import World

SECRET = "s" * 40


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def asked(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, await answer.text()


def health_of(database: Database, pace=None) -> Health:
    return Health(database, Metrics(database, {"telegram rate": pace} if pace else {}))


def values(page: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample: name and label values in the order of the labels' names -> value."""
    return {
        (s.name, tuple(v for _, v in sorted(s.labels.items()))): s.value
        for family in text_string_to_metric_families(page)
        for s in family.samples
    }


async def test_it_is_ready_while_the_database_answers_and_the_tasks_live(database: Database):
    health = health_of(database)
    task = asyncio.create_task(asyncio.sleep(60))
    health.tasks["intake"] = task
    async with served(application(None, "", "", health=health)) as url:
        well = await asked(f"{url}/readyz")
        task.cancel()
        await asyncio.sleep(0)
        without = await asked(f"{url}/readyz")
        alive = await asked(f"{url}/healthz")

    assert well == (
        200, '{"ok": true, "parts": {"database": true, "schema": true, "intake": true, "serving": true}}'
    )  # fmt: skip
    assert without == (
        503, '{"ok": false, "parts": {"database": true, "schema": true, "intake": false, "serving": true}}'
    )  # fmt: skip
    assert alive == (200, '{"ok": true}')


async def test_another_schema_is_not_ours(database: Database):
    before = "UPDATE alembic_version SET version_num = '{}'"
    need = health_of(database)._need
    async with database.transaction() as session:
        await session.execute(text(before.format("9999")))
    try:
        assert await health_of(database).parts() == {"database": True, "schema": False, "serving": True}
    finally:
        async with database.transaction() as session:
            await session.execute(text(before.format(need)))


async def test_a_database_that_is_not_there_is_told_within_seconds(tmp_path):
    lost = Database(f"sqlite+aiosqlite:///{tmp_path}/nowhere/loa.db")
    assert await health_of(lost).parts() == {"database": False, "schema": False, "serving": True}
    await lost.close()


async def test_a_broadcast_and_a_survey_show_in_the_metrics(loa: World):
    health = health_of(loa.database, loa.pace)
    broadcast_id = await approved(loa, 5)
    loa.person(100_001).blocked = True
    await start_due(loa.database, [ChannelName.TELEGRAM], loa.now, latest=timedelta(hours=12))
    told = health.metrics.sending(ChannelName.TELEGRAM)
    async with at_work(Dispatcher(loa.database, loa.telegram, loa.pace, told=told, now=lambda: loa.now)):
        await until_still(loa, broadcast_id)

    found = values((await health.page()).decode())

    assert found["loa_deliveries_total", ("telegram", "", "sent")] == 4
    assert found["loa_deliveries_total", ("telegram", "blocked", "failed")] == 1
    assert found["loa_send_seconds_count", ("telegram",)] == 5
    assert found["loa_rate_per_second", ("telegram rate",)] == 1000
    assert found["loa_queue_depth", ()] == 0
    assert found["loa_quarantine_size", ()] == 0


async def test_no_label_tells_anything_of_anybody(loa: World):
    """Whatever is labelled is a word of ours, so that no address, name or answer can get in."""
    health = health_of(loa.database, loa.pace)
    told = health.metrics.sending(ChannelName.TELEGRAM)
    for status in DeliveryStatus:
        for reason in (None, *Reason):
            told(status, reason, 0.2)
    health.metrics.heard("handled", 3)
    ours = {str(word) for kind in (ChannelName, DeliveryStatus, Reason) for word in kind}
    ours |= {"", "telegram rate", "handled", "failed", "quarantined"}

    page = (await health.page()).decode()

    labelled = {v for _, labels in values(page) for v in labels if not re.fullmatch(r"[\d.]+|\+Inf", v)}
    assert labelled - ours == set()
    assert values(page)["loa_throttled_total", ("telegram",)] == len(DeliveryStatus)


async def test_figures_are_fetched_from_the_database_at_most_every_fifteen_seconds(loa: World):
    health = health_of(loa.database)
    before = values((await health.page()).decode())["loa_inbox_depth", ()]
    await loa.telegram.call("getMe", {})
    async with loa.database.transaction() as session:
        await session.execute(text(
            "INSERT INTO inbox (channel, external_id, address, status, attempts, received_at) "
            "VALUES ('telegram', '1', '7', 'new', 0, '2026-11-23 01:00:00')"
        ))  # fmt: skip
    soon = values((await health.page()).decode())["loa_inbox_depth", ()]
    health._next_figures = 0
    later = values((await health.page()).decode())["loa_inbox_depth", ()]

    assert (before, soon, later) == (0, 0, 1)


async def test_metrics_are_served_only_where_it_was_said(database: Database):
    health = health_of(database)
    async with served(application(None, "", "", health=health)) as public:
        assert (await asked(f"{public}/metrics"))[0] == 404
    async with served(application(None, "", "", health=health, metrics=True)) as public:
        assert (await asked(f"{public}/metrics"))[0] == 200
    async with served(metrics_application(health)) as apart:
        assert (await asked(f"{apart}/metrics"))[0] == 200
        assert (await asked(f"{apart}/readyz"))[0] == 404


async def test_counting_an_attempt_costs_less_than_a_hundredth_of_a_send(database: Database):
    """A send costs some 400 microseconds of our own time in `python -m benchmarks.broadcast`."""
    told = health_of(database).metrics.sending(ChannelName.TELEGRAM)
    best = min(_timed(told) for _ in range(5))
    assert best < 4e-6


def _timed(told) -> float:
    began = perf_counter()
    for _ in range(2000):
        told(DeliveryStatus.SENT, None, 0.05)
    return (perf_counter() - began) / 2000
