"""Kill -9 of a worker that sends on Zalo: nobody is lost, and only the listed have two copies."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks.zalo import on_zalo
from sandbox.zalo.app import ZaloSandbox, serve
from sandbox.zalo.settings import Rules, Settings
from sandbox.zalo.world import Person
from storage.database import Database
from storage.enums import BroadcastStatus, DeliveryStatus, Reason
from storage.tables import Broadcast, Delivery

ROOT = Path(__file__).parents[2]
COUNT, KILLS = 90, 2


def worker(url: str, database_url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.zalo_worker", url, database_url, "40", "--lease", "2"]
    return subprocess.Popen(command, cwd=ROOT)


def copies(zalo: ZaloSandbox) -> dict[str, int]:
    return {id: len(person.messages) for id, person in zalo.world.people.items()}


async def until_arrived(zalo: ZaloSandbox, count: int) -> None:
    async with asyncio.timeout(90):
        while sum(copies(zalo).values()) < count:
            await asyncio.sleep(0.01)


async def final(database: Database) -> BroadcastStatus:
    async with asyncio.timeout(120):
        while True:
            async with database.reading() as session:
                status = BroadcastStatus((await session.scalars(select(Broadcast.status))).one())
            if status is not BroadcastStatus.SENDING:
                return status
            await asyncio.sleep(0.1)


async def test_kill_nine_loses_nobody_on_zalo(tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path / 'loa.db'}"
    await on_zalo(url, COUNT)
    async with serve(Settings(rules=Rules(per_minute=100_000))) as zalo:
        now = datetime.now(UTC).timestamp()
        for id in range(2, COUNT + 2):
            zalo.world.add(Person(str(id), f"Cán bộ {id}", interacted=now))
        zalo.api.faults.order({"kind": "delay", "share": 1, "seconds": 0.3, "methods": ["cs"]})
        for n in range(1, KILLS + 1):
            process = worker(zalo.url, url)
            await until_arrived(zalo, n * COUNT // 4)
            process.kill()
            await asyncio.to_thread(process.wait)
        process = worker(zalo.url, url)
        database = Database(url)
        status = await final(database)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait) == 0
        async with database.reading() as session:
            rows = (
                await session.execute(select(Delivery.address, Delivery.status, Delivery.reason, Delivery.doubtful))
            ).all()
        await database.close()

    got = copies(zalo)
    outside = {row.address for row in rows if row.reason == Reason.WINDOW_CLOSED}
    assert status is BroadcastStatus.SENT
    assert {row.status for row in rows if row.address not in outside} == {DeliveryStatus.SENT}
    assert {id for id, n in got.items() if n == 0} == outside
    assert {id for id, n in got.items() if n > 1} <= {row.address for row in rows if row.doubtful}
    assert sum(row.doubtful for row in rows) < COUNT / 2
    assert zalo.api.tokens.refreshed == 1
