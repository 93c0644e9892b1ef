"""Whose turn a person's messages are, among several processes on one PostgreSQL; and a word to the others.

One connection of its own holds an advisory lock for each person who is being answered, so a process that dies gives
all of them back at once. The locks only keep replies in order: that nothing is handled twice is seen to by the rows.
On SQLite there is one process, and it is always its turn.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from storage.database import Database

log = logging.getLogger(__name__)
CHANNEL = "loa"
KEYS = 0x4C6F61
"""The space of our advisory locks."""
AGAIN_AFTER = 1.0
PATIENCE = 10.0
"""Seconds after which a turn is taken from a process that does not answer (stopped, or cut off)."""
ELSEWHERE = 0.1
"""Seconds for which somebody is left to the process that answers them."""
TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError)

_TAKE = f"""
WITH fresh AS MATERIALIZED (
    SELECT w.id, w.address FROM unnest($1::bigint[], $2::text[]) AS w(id, address)
    JOIN inbox ON inbox.id = w.id AND inbox.status = 'new')
SELECT id FROM fresh WHERE address = '' OR pg_try_advisory_lock({KEYS}, hashtext(address)) LIMIT $3"""
_GIVE = f"SELECT pg_advisory_unlock({KEYS}, hashtext(address)) FROM unnest($1::text[]) AS w(address)"


class Turns:
    """``take`` turns before handling, ``give`` them back after the reply. ``heard`` is called when others call."""

    def __init__(self, database: Database | None = None, heard: Callable[[], None] = lambda: None) -> None:
        self._url = None
        if database is not None and not database.is_sqlite:
            self._url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._line: Any = None
        self._using = asyncio.Lock()
        self._over: list[str] = []
        self._mine: set[str] = set()
        self._calling = False
        self._stir = asyncio.Event()
        self._denied: dict[str, tuple[float, float]] = {}
        self.open = asyncio.Event()
        """Set once the line was tried for the first time."""

    async def run(self) -> None:
        """Keep the line open until cancelled; turns end when it breaks."""
        if self._url is None:
            self.open.set()
            return
        while True:
            try:
                await self._be_open(self._url)
            except TROUBLE as error:
                log.warning("the line to the other processes is down and will be tried again: %s", error)
            self.open.set()
            await asyncio.sleep(AGAIN_AFTER)

    async def _be_open(self, url: str) -> None:
        line = await asyncpg.connect(url, timeout=10, command_timeout=10)
        try:
            await line.add_listener(CHANNEL, lambda *_: self._heard())
            broken = asyncio.Event()

            def end(_: Any) -> None:
                broken.set()
                self._stir.set()

            line.add_termination_listener(end)
            self._mine.clear()
            self._line = line
            self.open.set()
            self._heard()
            while not broken.is_set():
                await self._stir.wait()
                self._stir.clear()
                over, self._over = self._over, []
                calling, self._calling = self._calling, False
                async with self._using:
                    if over:
                        await line.fetch(_GIVE, over)
                    if calling:
                        await line.execute(f"NOTIFY {CHANNEL}")
        finally:
            self._line = None
            line.terminate()

    def elsewhere(self) -> list[str]:
        """Who is being answered by another process right now."""
        now = time.monotonic()
        if len(self._denied) > 1000:
            self._denied = {a: when for a, when in self._denied.items() if now - when[1] < PATIENCE}
        return [address for address, (_, last) in self._denied.items() if now - last < ELSEWHERE]

    async def take(self, wanted: Sequence[tuple[int, str]], most: int) -> set[int]:
        """Take at most so many turns for arrivals (id, address); the ids whose turn it is, and that still wait."""
        line = self._line
        if line is None:
            return {id for id, _ in wanted[:most]}
        try:
            async with self._using:
                rows = await line.fetch(_TAKE, [id for id, _ in wanted], [address for _, address in wanted], most)
        except TROUBLE as error:
            log.warning("turns could not be taken: %s", error)
            return set()
        ours = {row["id"] for row in rows}
        now, full = time.monotonic(), len(ours) == most
        for id, address in wanted:
            if not address:
                continue
            if id in ours:
                self._mine.add(address)
                self._denied.pop(address, None)
            elif not full:
                first, last = self._denied.get(address, (now, now))
                first = now if now - last > PATIENCE / 2 else first
                self._denied[address] = (first, now)
                if now - first > PATIENCE:
                    ours.add(id)
        return ours

    def give(self, addresses: Sequence[str]) -> None:
        """These people have been answered."""
        over = [address for address in addresses if address in self._mine]
        self._mine.difference_update(over)
        if over and self._line is not None:
            self._over += over
            self._stir.set()

    def call(self) -> None:
        """Tell the other processes that something has arrived; they look again soon in any case."""
        if self._line is not None:
            self._calling = True
            self._stir.set()
