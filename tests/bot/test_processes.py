"""The real program as processes: killed at any moment it loses nobody."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.app import serve
from sandbox.settings import Settings as SandboxSettings
from sandbox.telegram.people import say
from storage.database import Database
from storage.enums import BroadcastStatus, DeliveryStatus
from tests.broadcasts.conftest import approved, seen
from tests.broadcasts.test_dispatch import received
from tests.postgres import free_port
from tests.programs import ROOT, Program
from tests.world import TOKEN, World

RATE = 60


@asynccontextmanager
async def busy_world(database: Database, url: str, now) -> AsyncIterator[tuple[World, dict[str, str]]]:
    async with serve(SandboxSettings(rate=10_000, burst=10_000)) as sandbox:
        loa = World(sandbox, database, now)
        environment = {
            **os.environ, "LOA_DATABASE_URL": url, "LOA_TELEGRAM_TOKEN": TOKEN, "LOA_TELEGRAM_API_URL": sandbox.url,
            "LOA_WEB_PORT": "0", "LOA_TELEGRAM_RATE": str(RATE), "LOA_LEASE_SECONDS": "3",
            "LOA_LATEST_HOURS": "100000",
        }  # fmt: skip
        try:
            yield loa, environment
        finally:
            await loa.telegram.close()


def start(environment: dict[str, str]) -> Program:
    return Program("run", environment=environment)


async def sent_so_far(loa: World, at_least: int) -> None:
    for _ in range(3600):
        if sum(received(loa).values()) >= at_least:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"only {sum(received(loa).values())} were sent")


async def test_kill_nine_at_any_moment_loses_nobody(database: Database, database_url: str, now):
    draw = random.Random(7)
    async with busy_world(database, database_url, now) as (loa, environment):
        broadcast_id = await approved(loa, 250)
        loa.sandbox.net.faults.order({"kind": "delay", "share": 0.3, "seconds": 0.1, "methods": ["sendMessage"]})
        for kill in range(3):
            process = start(environment)
            await sent_so_far(loa, sum(received(loa).values()) + 20 + 10 * kill)
            await asyncio.sleep(draw.uniform(0, 0.3))
            process.kill()
            process.wait()
        process = start(environment)
        try:
            for _ in range(1800):
                found, tally = await seen(loa, broadcast_id)
                if found.status is BroadcastStatus.SENT:
                    break
                await asyncio.sleep(0.1)
        finally:
            process.terminate()
            assert await asyncio.to_thread(process.wait, 20) == 0

        copies = Counter(received(loa).values())
        assert found.status is BroadcastStatus.SENT
        assert tally.by_status[DeliveryStatus.SENT] == 250
        assert copies[0] == 0
        assert copies[2] <= tally.doubtful <= 3 * RATE * 0.5
        assert set(copies) <= {1, 2}


async def test_two_processes_share_one_database_and_send_each_once(database: Database, database_url: str, now):
    async with busy_world(database, database_url, now) as (loa, environment):
        broadcast_id = await approved(loa, 200)
        processes = [start(environment) for _ in range(2)]
        try:
            for _ in range(1800):
                found, tally = await seen(loa, broadcast_id)
                if found.status is BroadcastStatus.SENT:
                    break
                await asyncio.sleep(0.1)
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            assert [await asyncio.to_thread(p.wait, 30) for p in processes] == [0, 0]
        assert tally.sent == 200
        assert set(received(loa).values()) == {1}


def test_help_does_not_import_aiogram():
    """It takes seconds and a hundred megabytes, which commands that do not need it must not pay."""
    code = "import sys, bot.cli.main; print(json.dumps([m for m in ('aiogram', 'apscheduler') if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", f"import json; {code}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


async def test_the_program_answers_through_its_webhook(database: Database, database_url: str, now):
    async with busy_world(database, database_url, now) as (loa, environment):
        port = free_port()
        environment |= {
            "LOA_WEB_PORT": str(port),
            "LOA_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook/telegram",
            "LOA_TELEGRAM_WEBHOOK_SECRET": "s" * 40,
        }
        process = start(environment)
        try:
            say(loa.sandbox.net.world, loa.person(2001), "/start")
            for _ in range(900):
                if loa.messages(2001):
                    break
                await asyncio.sleep(0.1)
        finally:
            process.terminate()
            assert await asyncio.to_thread(process.wait, 20) == 0

        assert [m.text[:15] for m in loa.messages(2001)] == ["Kính chào ông/b"]
