"""Jobs in this process: kept in memory, one at a time. What is put is put again by the clock after a restart."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.jobs import Handler, Payload

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
AGAIN_AFTER = timedelta(seconds=30)


@dataclass(slots=True)
class _Job:
    name: str
    payload: Payload
    at: datetime
    key: str | None
    attempts: int = 0


class JobsHere:
    """See ``Jobs``."""

    def __init__(self) -> None:
        self._jobs: list[_Job] = []
        self._doing: str | None = None
        self._wake = asyncio.Event()
        self._stopping = False

    async def put(self, name: str, payload: Payload, *, at: datetime | None = None, key: str | None = None) -> bool:
        if key is not None and (key == self._doing or any(job.key == key for job in self._jobs)):
            return False
        self._jobs.append(_Job(name, payload, at or datetime.now(UTC), key))
        self._wake.set()
        return True

    async def run(self, handlers: Mapping[str, Handler]) -> None:
        while not self._stopping:
            self._wake.clear()
            job = min(self._jobs, key=lambda one: one.at, default=None)
            wait = None if job is None else (job.at - datetime.now(UTC)).total_seconds()
            if job is None or (wait is not None and wait > 0):
                try:
                    await asyncio.wait_for(self._wake.wait(), wait)
                except TimeoutError:
                    pass
                continue
            self._jobs.remove(job)
            await self._do(job, handlers[job.name])

    async def _do(self, job: _Job, handler: Handler) -> None:
        self._doing = job.key
        try:
            await handler(job.payload)
        except Exception:
            job.attempts += 1
            log.exception("the job %s failed %d times", job.name, job.attempts)
            if job.attempts < MOST_ATTEMPTS:
                job.at = datetime.now(UTC) + AGAIN_AFTER * job.attempts
                self._jobs.append(job)
        finally:
            self._doing = None

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
