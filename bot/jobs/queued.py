"""Jobs on PostgreSQL, kept and handed out by PgQueuer in a schema of its own beside our tables.

A process that dies gives its jobs to the others once its heartbeat is missed. PgQueuer installs no signal handlers
when it is run inside our loop, so a stop goes through its ``shutdown`` event: what is being done ends first.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from pgqueuer import PgQueuer, Queries
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.settings import DBSettings
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from bot.jobs import Handler, Payload
from storage.database import Database

log = logging.getLogger(__name__)
SCHEMA = "loa_jobs"
SETTINGS = DBSettings(prefix="", db_schema=SCHEMA, channel="loa_jobs")
HEARTBEAT = timedelta(seconds=15)
"""A job whose holder was not heard of for so long is somebody else's."""
LOOK = timedelta(seconds=5)
AT_ONCE = 2
AGAIN_AFTER = 1.0
RETRY_AFTER = timedelta(seconds=30)
MOST_ATTEMPTS = 5
KEPT = timedelta(days=7)
INSTALLING = 0x4C6F6A
TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


def _queries(driver: Any) -> Queries:
    return Queries(
        driver, QueryBuilderEnvironment(settings=SETTINGS), QueryQueueBuilder(settings=SETTINGS),
        QuerySchedulerBuilder(settings=SETTINGS),
    )  # fmt: skip


async def install(url: str) -> None:
    """Set up PgQueuer's tables, or bring them to its release; several may do so at once."""
    connection = await asyncpg.connect(url)
    try:
        from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

        queries = _queries(AsyncpgDriver(connection))
        await connection.execute("SELECT pg_advisory_lock($1)", INSTALLING)
        try:
            if await queries.schema_is_installed():
                await queries.apply_upgrade()
            else:
                await queries.install()
            await connection.execute(
                f"DELETE FROM {SETTINGS.qualified.queue_table_log} WHERE created < $1", datetime.now(UTC) - KEPT
            )
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", INSTALLING)
    finally:
        await connection.close()


class JobsQueued:
    """See ``Jobs``."""

    def __init__(self, database: Database, *, heartbeat: timedelta = HEARTBEAT) -> None:
        self._url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heartbeat = heartbeat
        self._stopping = asyncio.Event()
        self._queue: PgQueuer | None = None
        self._installed = False

    async def put(self, name: str, payload: Payload, *, at: datetime | None = None, key: str | None = None) -> bool:
        after = max(timedelta(0), at - datetime.now(UTC)) if at is not None else None
        async with self._connected() as driver:
            ids = await _queries(driver).enqueue(
                [name], [json.dumps(payload).encode()], [0], [after], [key], on_conflict="skip"
            )
        return ids[0] is not None

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        if not self._installed:
            await install(self._url)
            self._installed = True
        if self._queue is not None and not self._queue.shutdown.is_set():
            yield self._queue.connection
            return
        async with asyncpg.create_pool(self._url, min_size=1, max_size=1, timeout=10) as pool:
            yield AsyncpgPoolDriver(pool)

    async def run(self, handlers: Mapping[str, Handler]) -> None:
        while not self._stopping.is_set():
            try:
                await self._run(handlers)
            except TROUBLE as error:
                log.warning("jobs cannot be fetched and will be again: %s", error.__class__.__name__)
            except Exception:
                log.exception("the queue of jobs ended and is begun again")
            finally:
                self._queue = None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), AGAIN_AFTER)

    async def _run(self, handlers: Mapping[str, Handler]) -> None:
        if not self._installed:
            await install(self._url)
            self._installed = True
        async with asyncpg.create_pool(self._url, min_size=1, max_size=3, timeout=10, command_timeout=30) as pool:
            driver = AsyncpgPoolDriver(pool)
            queue = PgQueuer(connection=driver, channel=SETTINGS.channel, queries=_queries(driver))
            for name, handler in handlers.items():
                queue.entrypoint(name)(_entry(name, handler))
            self._queue = queue
            if self._stopping.is_set():
                return
            await queue.qm.run(
                dequeue_timeout=LOOK, batch_size=AT_ONCE, max_concurrent_tasks=2 * AT_ONCE,
                heartbeat_timeout=self._heartbeat, shutdown_on_listener_failure=True,
            )  # fmt: skip

    def stop(self) -> None:
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()


def _entry(name: str, handler: Handler) -> Any:
    async def entry(job: Job) -> None:
        try:
            await handler(json.loads(job.payload or b"{}"))
        except Exception as error:
            log.exception("the job %s failed %d times", name, job.attempts + 1)
            if job.attempts + 1 < MOST_ATTEMPTS:
                raise RetryRequested(RETRY_AFTER * (job.attempts + 1), repr(error)) from error

    return entry
