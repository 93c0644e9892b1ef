"""What one process does, of what Loa does; and being in charge of what only one process may do at a time."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.leases import ME, hold, leave

log = logging.getLogger(__name__)
LASTING = 9.0
"""Seconds for which a process is in charge without saying so again; so long nobody is when it is killed."""
RENEW = 2.0
LOOK = 0.1
ALONE = "the only process"
"""On SQLite everybody is in charge; that it is written down only tells that Loa is running."""


class Part(StrEnum):
    """``intake`` hears and answers, ``dispatch`` sends broadcasts, ``clock`` does what is due, ``web`` is pages."""

    INTAKE = "intake"
    DISPATCH = "dispatch"
    CLOCK = "clock"
    WEB = "web"


def parts_of(only: Collection[str]) -> frozenset[Part]:
    """All of them unless some are named."""
    return frozenset(Part(name) for name in only) or frozenset(Part)


class Charge:
    """One process at a time is in charge of ``name``; the others stand by. Times are those of the steady clock."""

    def __init__(self, database: Database, name: str) -> None:
        self._database, self.name = database, name
        self._me = ALONE if database.is_sqlite else ME
        self._until = 0.0

    @property
    def ours(self) -> bool:
        return self._database.is_sqlite or time.monotonic() < self._until

    async def renew(self) -> None:
        began = time.monotonic()
        try:
            if await hold(self._database, self.name, timedelta(seconds=LASTING), me=self._me):
                if not self.ours:
                    log.debug("this process is in charge of the %s", self.name)
                self._until = began + LASTING - RENEW
        except (DBAPIError, OSError) as error:
            log.warning("who is in charge of the %s cannot be told: %s", self.name, error.__class__.__name__)

    async def run(self) -> None:
        """Be in charge whenever nobody else is, until cancelled."""
        while True:
            await self.renew()
            await asyncio.sleep(RENEW)

    async def leave(self) -> None:
        """Let the next one take over at once."""
        self._until = 0.0
        try:
            await leave(self._database, self.name, me=self._me)
        except (DBAPIError, OSError):
            log.warning("the %s is free for others only when our time is up", self.name)

    def only(self, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        """The job, done only while we are in charge."""

        async def done() -> None:
            if self.ours:
                await job()

        return done

    async def work(self, begin: Callable[[], Coroutine[object, object, None]]) -> None:
        """Do this, which does not end by itself, whenever and as long as we are in charge."""
        while True:
            if self.ours:
                task = asyncio.ensure_future(begin())
                try:
                    while self.ours and not task.done():
                        await asyncio.sleep(LOOK)
                finally:
                    task.cancel()
                    await asyncio.wait([task])
            await asyncio.sleep(LOOK)
