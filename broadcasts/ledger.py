"""The one writer of the ledger: marks and outcomes of many deliveries in one commit, as fast as commits go."""

import asyncio
import logging
import time

from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.ledger import Mark, Result, write

log = logging.getLogger(__name__)
AGAIN_AFTER = 0.5
"""Seconds until a commit that failed (database locked, disk full) is tried again."""

SLOW = 1.0
"""Seconds; a commit that takes longer is held up by something."""


class Ledger:
    """Group commit. ``marked`` waits for the disk; ``done`` does not, but nothing is forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mark: tuple[Mark, asyncio.Future[set[int]]] | None = None
        self._results: list[Result] = []
        self.written = 0
        """How many outcomes are on the disk."""
        self._writing_since = 0.0
        self._failed = False
        self._wake = asyncio.Event()
        self.idle = asyncio.Event()
        self.idle.set()

    @property
    def behind(self) -> bool:
        """Whether outcomes that we know have been waiting for the disk for long."""
        return self._failed or (self._writing_since > 0 and time.monotonic() - self._writing_since > SLOW)

    async def marked(self, mark: Mark) -> set[int]:
        """Mark as about to be sent; the ids that are durably marked. The others were taken from us: do not send."""
        assert self._mark is None, "one mark at a time"
        waiting: asyncio.Future[set[int]] = asyncio.get_running_loop().create_future()
        self._mark = (mark, waiting)
        self._stir()
        return await waiting

    def done(self, result: Result) -> None:
        """Record what an attempt came to, with the next commit."""
        self._results.append(result)
        self._stir()

    def _stir(self) -> None:
        self.idle.clear()
        self._wake.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            (mark, waiting), self._mark = self._mark or (None, None), None
            results, self._results = self._results, []
            ours: set[int] = set()
            self._writing_since = time.monotonic()
            try:
                ours = await write(self._database, results, mark)
                self.written += len(results)
                self._failed = False
            except (DBAPIError, OSError) as error:
                log.error("the ledger could not be written and will be again: %s", error.__class__.__name__)
                self._results = results + self._results
                self._failed = bool(self._results)
                await asyncio.sleep(AGAIN_AFTER)
                self._wake.set()
            self._writing_since = 0.0
            if waiting is not None and not waiting.done():
                waiting.set_result(ours)
            if not self._results and self._mark is None:
                self.idle.set()
