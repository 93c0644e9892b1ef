"""Pages that are kept for some seconds, so that thousands of readers load the database once; with their ETag."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic

from pages.results.gathering import Gathered

FRESH = 5.0
"""Seconds in which nobody asks the database whether anything changed."""
OLDEST = 900.0
"""Seconds after which figures are worked out anew whatever their counters say."""
REST = 10.0
"""Working them out may take one part in so many of the time."""
MOST = 64
"""So many surveys and audiences are kept at once, and so many pages of each."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it goes out: plain and packed, and its mark."""

    body: bytes
    packed: bytes
    etag: str


def kept(html: str) -> Kept:
    body = html.encode()
    return Kept(body, gzip.compress(body, 9, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:20]}"')


@dataclass(slots=True)
class Shelf:
    """What is kept of one survey for one audience."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    state: Hashable = None
    found: Gathered | None = None
    asked_at: float = 0.0
    made_at: float = 0.0
    took: float = 0.0
    pages: OrderedDict[Hashable, Kept] = field(default_factory=OrderedDict)


class Keeping:
    """All that is kept; ``reads`` counts how often figures were worked out."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._shelves: OrderedDict[Hashable, Shelf] = OrderedDict()
        self.reads = 0

    def shelf(self, key: Hashable) -> Shelf:
        shelf = self._shelves.setdefault(key, Shelf())
        self._shelves.move_to_end(key)
        while len(self._shelves) > MOST:
            self._shelves.popitem(last=False)
        return shelf

    async def gathered(
        self, shelf: Shelf, state: Callable[[], Awaitable[Hashable]], read: Callable[[], Awaitable[Gathered | None]]
    ) -> Gathered | None:
        """The figures, worked out once whoever asks meanwhile; None where they may not be seen.

        Where there are older ones, only who asked first waits for the new ones.
        """
        if shelf.lock.locked() and shelf.found is not None:
            return shelf.found
        async with shelf.lock:
            now = self._clock()
            if shelf.asked_at and now - shelf.asked_at < max(FRESH, REST * shelf.took):
                return shelf.found
            known = await state()
            if known != shelf.state or not shelf.made_at or now - shelf.made_at >= OLDEST:
                self.reads += 1
                shelf.found = await read()
                shelf.state, shelf.made_at, shelf.took = known, now, self._clock() - now
                shelf.pages.clear()
            shelf.asked_at = self._clock()
            return shelf.found

    def page(self, shelf: Shelf, key: Hashable, make: Callable[[], str]) -> Kept:
        """A page of what is on the shelf."""
        if key not in shelf.pages:
            shelf.pages[key] = kept(make())
            while len(shelf.pages) > MOST:
                shelf.pages.popitem(last=False)
        return shelf.pages[key]
