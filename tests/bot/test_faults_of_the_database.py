"""A database that is full, locked or gone for a while: nothing is sent that is not marked, and the work goes on."""

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from benchmarks.kills.victims import Nursery, Worker
from storage.database import Database
from tests.bot.workers import Hiring, begun, ended, marked, sent, until
from tests.world import World, world

SETTLED = 0.3
"""Seconds in which what was marked before the fault has arrived."""
FAULT = 1.0
LEASE = 12.0
"""Longer than the fault: what was sent before it is recorded after it. A third of it is how long an answer is waited
for, so that a slow machine puts nothing of its own in doubt."""


@pytest.fixture
def now() -> datetime:
    """Workers have the real time."""
    return datetime.now(UTC)


@pytest.fixture
async def on_postgres(postgres_url: str, now: datetime, workers: Nursery) -> AsyncIterator[Hiring]:
    database = Database(postgres_url)
    async with world(database, now) as loa:
        yield Hiring(workers, loa, postgres_url)
    await database.close()


@contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A disk of 3 MB on the folder, if we may mount one."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False
    )
    yield done.returncode == 0
    if done.returncode == 0:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def full(folder: Path, worker: Worker, *, own_disk: bool) -> Iterator[None]:
    """No byte more can be written: the disk is filled up, or the worker may not write to files."""
    if own_disk:
        with (folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while ballast.write(bytes(4096)):
                pass
        assert shutil.disk_usage(folder).free == 0
        yield
        (folder / "ballast").unlink()
    else:
        before = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (1, before[1]))
        yield
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, before)


@asynccontextmanager
async def asked(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def nothing_is_sent_for(loa: World, seconds: float) -> None:
    """Nothing may leave without a durable mark; what was marked before may still arrive."""
    await asyncio.sleep(SETTLED)
    before = sent(loa)
    await asyncio.sleep(seconds - SETTLED)
    assert sent(loa) == before


@dataclass(frozen=True, slots=True)
class OnDisk:
    """Workers whose database is on a disk that can be full."""

    hiring: Hiring
    folder: Path
    own_disk: bool

    def full(self, worker: Worker) -> AbstractContextManager[None]:
        return full(self.folder, worker, own_disk=self.own_disk)


@pytest.fixture
async def on_disk(sqlite_template: Path, tmp_path: Path, now: datetime, workers: Nursery) -> AsyncIterator[OnDisk]:
    (folder := tmp_path / "disk").mkdir()
    with disk(folder) as own_disk:
        shutil.copy(sqlite_template, folder / "loa.db")
        url = f"sqlite+aiosqlite:///{folder / 'loa.db'}"
        database = Database(url)
        async with world(database, now) as loa:
            yield OnDisk(Hiring(workers, loa, url), folder, own_disk)
        await database.close()


async def test_a_full_disk_stops_the_sending_until_there_is_room(on_disk: OnDisk):
    loa = on_disk.hiring.loa
    broadcast_id = await begun(loa, 60)
    async with on_disk.hiring.worker(lease=LEASE) as worker:
        await until(lambda: sent(loa) >= 15)
        with on_disk.full(worker):
            await nothing_is_sent_for(loa, FAULT)
        end = await ended(loa, broadcast_id)
    assert end.doubtful == set()


async def test_a_worker_told_to_stop_while_the_disk_is_full_forgets_nothing(on_disk: OnDisk):
    """It ends when there is room for what it knows."""
    loa = on_disk.hiring.loa
    await begun(loa, 60, slow=0.3)
    async with on_disk.hiring.worker(lease=LEASE) as worker:
        await until(lambda: sent(loa) >= 15)
        with on_disk.full(worker):
            stopping = asyncio.create_task(worker.stop())
            await asyncio.sleep(1.5)
        await stopping
    assert await marked(loa) == set()


async def test_a_read_only_database_stops_the_sending_until_it_may_be_written(on_postgres: Hiring):
    """PostgreSQL while somebody saves its disk, or after it changed roles with its standby."""
    loa = on_postgres.loa
    broadcast_id = await begun(loa, 60)
    async with on_postgres.worker(lease=LEASE), asked(on_postgres.database_url) as operator:
        await until(lambda: sent(loa) >= 15)
        await operator.execute("SET default_transaction_read_only = off")
        await operator.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await operator.execute("SELECT pg_reload_conf()")
        try:
            await nothing_is_sent_for(loa, FAULT)
        finally:
            await operator.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await operator.execute("SELECT pg_reload_conf()")
        end = await ended(loa, broadcast_id)
    assert end.doubtful == set()


@asynccontextmanager
async def closed(url: str) -> AsyncIterator[None]:
    """PostgreSQL throws everybody out and lets nobody in."""
    async with asked(url.rpartition("/")[0] + "/postgres") as operator:
        await operator.execute("ALTER DATABASE loa ALLOW_CONNECTIONS false")
        try:
            await operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'loa'")
            yield
        finally:
            await operator.execute("ALTER DATABASE loa ALLOW_CONNECTIONS true")


async def test_a_database_that_takes_no_connections_stops_the_sending_until_it_does(on_postgres: Hiring):
    loa = on_postgres.loa
    broadcast_id = await begun(loa, 60)
    async with on_postgres.worker(lease=LEASE):
        await until(lambda: sent(loa) >= 15)
        async with closed(on_postgres.database_url):
            await nothing_is_sent_for(loa, FAULT)
        await ended(loa, broadcast_id)


async def test_a_worker_told_to_stop_while_the_database_is_gone_forgets_nothing(on_postgres: Hiring):
    loa = on_postgres.loa
    await begun(loa, 60, slow=0.3)
    async with on_postgres.worker(lease=LEASE) as worker:
        await until(lambda: sent(loa) >= 15)
        async with closed(on_postgres.database_url):
            stopping = asyncio.create_task(worker.stop())
            await asyncio.sleep(1.5)
        await stopping
    assert await marked(loa) == set()


async def test_a_database_that_crashes_and_recovers_loses_nobody(on_postgres: Hiring):
    """One of PostgreSQL's processes is killed: it throws everybody out, refuses to talk, and comes back."""
    loa, url = on_postgres.loa, on_postgres.database_url
    broadcast_id = await begun(loa, 60)
    async with on_postgres.worker(lease=LEASE):
        await until(lambda: sent(loa) >= 15)
        async with asked(url) as victim:
            os.kill(victim.get_server_pid(), signal.SIGKILL)

        async def recovered() -> bool:
            try:
                async with asked(url):
                    return True
            except (OSError, asyncpg.PostgresError):
                return False

        await until(recovered)
        await ended(loa, broadcast_id)


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Another process, which this test is, holds the lock that a writer needs."""
    if url.startswith("sqlite"):
        intruder = sqlite3.connect(url.partition(":///")[2], isolation_level=None, timeout=10)
        intruder.execute("BEGIN IMMEDIATE")
        yield
        intruder.execute("COMMIT")
        intruder.close()
    else:
        async with asked(url) as connection, connection.transaction():
            await connection.execute("LOCK TABLE deliveries IN EXCLUSIVE MODE")
            yield


async def test_a_lock_held_past_every_lease_delays_and_loses_nothing(loa: World, hiring: Hiring):
    broadcast_id = await begun(loa, 60)
    async with hiring.worker(lease=1.2):
        await until(lambda: sent(loa) >= 15)
        async with locked(hiring.database_url):
            await nothing_is_sent_for(loa, 2)
        await ended(loa, broadcast_id)
