"""The one writer of the ledger: marks and outcomes of many deliveries in one commit, as fast as commits go."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.deliveries import Claim, Result, mark, record

log = logging.getLogger(__name__)
AGAIN_AFTER = 0.5
"""Seconds until a commit that failed (database locked, disk full) is tried again."""


class Ledger:
    """Group commit. ``marked`` waits for the disk; ``done`` does not, but nothing is forgotten."""

    def __init__(self, database: Database, *, lease: timedelta) -> None:
        self._database, self._lease = database, lease
        self._marks: list[tuple[Sequence[Claim], datetime, asyncio.Future[set[int]]]] = []
        self._results: list[Result] = []
        self._wake = asyncio.Event()
        self.idle = asyncio.Event()
        self.idle.set()

    async def marked(self, claims: Sequence[Claim], now: datetime) -> set[int]:
        """Mark as about to be sent; the ids that are durably marked. The others were taken from us: do not send."""
        waiting: asyncio.Future[set[int]] = asyncio.get_running_loop().create_future()
        self._marks.append((claims, now, waiting))
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
            marks, self._marks = self._marks, []
            results, self._results = self._results, []
            try:
                await self._write(marks, results)
            except (DBAPIError, OSError) as error:
                log.error("the ledger could not be written and will be again: %s", error.__class__.__name__)
                self._results = results + self._results
                for _, _, waiting in marks:
                    waiting.set_result(set())
                await asyncio.sleep(AGAIN_AFTER)
                self._wake.set()
                continue
            if not self._marks and not self._results:
                self.idle.set()

    async def _write(
        self, marks: Sequence[tuple[Sequence[Claim], datetime, asyncio.Future[set[int]]]], results: Sequence[Result]
    ) -> None:
        answers: list[tuple[asyncio.Future[set[int]], set[int]]] = []
        async with self._database.transaction() as session:
            if results:
                await record(session, results)
            for claims, now, waiting in marks:
                ours: set[int] = set()
                for token in {claim.token for claim in claims}:
                    ids = [claim.id for claim in claims if claim.token == token]
                    ours |= await mark(session, token, ids, now + self._lease)
                answers.append((waiting, ours))
        for waiting, ours in answers:
            if not waiting.done():
                waiting.set_result(ours)
