"""Background work behind one narrow door: put by whoever knows that it is due, done by any process, at least once.

A job is coarse (a survey, not a message) and safe to do twice, so whoever keeps jobs may hand one out again at will.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from storage.database import Database

Payload = Mapping[str, Any]
Handler = Callable[[Payload], Awaitable[None]]


class Jobs(Protocol):
    """Keeps jobs and hands them out."""

    async def put(self, name: str, payload: Payload, *, at: datetime | None = None, key: str | None = None) -> bool:
        """Put a job, to be done from ``at`` on; False if one with this key waits or is being done already."""
        ...

    async def run(self, handlers: Mapping[str, Handler]) -> None:
        """Do jobs until ``stop``; what is being done then ends first. A handler that fails is tried again later."""
        ...

    def stop(self) -> None:
        """Take no more jobs."""
        ...


def jobs_of(database: Database) -> Jobs:
    """In this process on SQLite, by PgQueuer on PostgreSQL."""
    if database.is_sqlite:
        from bot.jobs.here import JobsHere

        return JobsHere()
    from bot.jobs.queued import JobsQueued

    return JobsQueued(database)
