"""A pace that all processes share through the budget in the database; what its rate should be, ``Pace`` decides.

Slots are reserved a little ahead and waited for here, so that the dispatcher asks nobody. While the limit is searched
for one process alone sends bulk, the scout, since its trials tell nothing if others send between them. Where the
database does not answer, replies go at the pace that was known last, and bulk waits.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from broadcasts.pace import IDLE, QUIET, Pace
from broadcasts.search import Stage
from storage import budget
from storage.budget import Reserved
from storage.database import Database
from storage.leases import ME

log = logging.getLogger(__name__)
AHEAD, SLOWEST_ANSWER = 0.25, 1.0
"""Seconds of slots that are reserved at once, and by how many more at most where the database is slow to answer."""
MOST_SLOTS = 500
LATE, LATEST = 0.05, 0.5
"""Seconds after which a slot that was not used in time is given up: the first once the network has refused anything,
if its bucket is not known to be deeper, else the second; a disk that is slow for a moment then costs no budget."""
ASKING = 0.004
"""Seconds until it is worth looking whether slots have come."""
SCOUTING, RENEW = 3.0, 0.3
"""Seconds for which one is the scout, and after which it says what it found."""
AGAIN_AFTER = 0.3
REMEMBERED = 5000
TROUBLE = (DBAPIError, OSError)


class SharedPace(Pace):
    """Use it like a ``Pace``, with ``run`` beside. ``told`` is called when the others should know of a refusal."""

    def __init__(
        self, database: Database, account: str, ceiling: float, rate: float = 0.0, depth: int = 0, *,
        me: str = ME, told: Callable[[], None] = lambda: None, steady: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        super().__init__(ceiling, rate, depth)
        self._database, self.account, self._me, self._told, self._steady = database, account, me, told, steady
        self._slots: deque[float] = deque()
        self._others: deque[float] = deque(maxlen=REMEMBERED)
        self._seen_handed, self._seen_until = -1, 0.0
        self._scout_until = self._said_at = 0.0
        self._scouted, self._last = 0, 0.0
        self._refusal: tuple[float, float, float] | None = None
        self._wanted = asyncio.Event()
        self._short_since: float | None = None
        self._took = 0.0
        self._replies: list[asyncio.Future[float]] = []
        self._asking = asyncio.Lock()
        self.wasted = 0
        """Slots that nobody used in time."""

    async def open(self) -> None:
        """Say what we know, and learn what is known already. Without the database: raises DBAPIError or OSError."""
        steady = self.stage is Stage.STEADY
        await budget.open_budget(self._database, self.account, self.ceiling, self.rate, self.depth if steady else 0)
        self._learn(await budget.look(self._database, self.account))

    def look_again(self) -> None:
        """Others may have been refused."""
        self._wanted.set()

    @property
    def scouting(self) -> bool:
        return self._steady() < self._scout_until

    def until_due(self, now: float) -> float:
        if self.scouting:
            if now - self._said_at > RENEW:
                self._wanted.set()
            return super().until_due(now)
        self._give_up_late(now)
        first = self._slots[0] if self._slots else now + ASKING
        return max(first, self.frozen_until) - now

    def take_if_due(self, now: float) -> bool:
        if self.scouting:
            return self._scout(now)
        self._give_up_late(now)
        if len(self._slots) <= self._chunk() // 2:
            if self._short_since is None:
                self._short_since = now
            self._wanted.set()
        if not self._slots or self._slots[0] > now or self.frozen_until > now:
            return False
        if self._left <= 0 or now - self._last > IDLE:
            self._calm_since = now
            self._begin(now, passed=False)
        self._last = now
        self._slots.popleft()
        while self._others and self._others[0] <= now:
            self._search.evidence.count(self._others.popleft())
        self._search.evidence.count(now)
        return True

    def _scout(self, now: float) -> bool:
        taken = super().take_if_due(now)
        self._scouted += taken
        if now - self._said_at > RENEW or self.stage is Stage.STEADY:
            self._wanted.set()
        return taken

    def throttled(self, now: float, sent_at: float, chat: str, retry_after: float, *, fresh: bool = False) -> bool:
        meant = super().throttled(now, sent_at, chat, retry_after, fresh=fresh)
        if meant:
            self._slots.clear()
            self._refusal = (sent_at, self.frozen_until, self._next_slot)
            self._wanted.set()
        return meant

    async def until_reply(self) -> None:
        """Wait for a slot for a reply; those who wait meanwhile are asked for together."""
        mine: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._replies.append(mine)
        async with self._asking:
            if not mine.done():
                waiting, self._replies = self._replies, []
                for one, at in zip(waiting, await self._reply_times(len(waiting)), strict=True):
                    if not one.done():
                        one.set_result(at)
        await asyncio.sleep(max(0.0, await mine - self._steady()))

    async def _reply_times(self, count: int) -> list[float]:
        try:
            got = await budget.reserve_replies(self._database, self.account, count)
            now = self._steady()
        except TROUBLE:
            got, now = None, self._steady()
        if got is None:
            return [now + self.reply_in(now) for _ in range(count)]
        searching = got.depth == 0 and got.episodes == 0
        gap = 1.0 / (got.ceiling if searching else got.rate)
        frozen = now + got.frozen
        first = now + got.first - max(self.depth - 1, 0) * gap
        times = [max(now, frozen, first + n * gap) for n in range(count)]
        for at in times:
            self._search.evidence.count(at)
        return times

    async def run(self) -> None:
        """Reserve and report until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._ask()
            except TROUBLE as error:
                log.warning("the budget of %s cannot be reached: %s", self.account, error.__class__.__name__)
                await asyncio.sleep(AGAIN_AFTER)
                self._wanted.set()

    async def _ask(self) -> None:
        if self._refusal is not None:
            (sent_at, frozen, silent), now = self._refusal, self._steady()
            got = await budget.freeze(
                self._database, self.account, age=now - sent_at, seconds=max(0.0, frozen - now),
                silence=max(0.0, silent - now), rate=self.rate, depth=self.depth,
            )  # fmt: skip
            self._refusal = None
            self._told()
            if not self.scouting:
                self._learn(got)
        if self.scouting:
            await self._report()
            return
        if self.frozen_until > self._steady():
            self._learn(await budget.look(self._database, self.account))
            return
        if len(self._slots) > self._chunk() // 2:
            self._learn(await budget.look(self._database, self.account))
            return
        count, began = self._chunk(), self._steady()
        if (got := await budget.reserve(self._database, self.account, count, wanted=self._waiting())) is not None:
            self._took = min(self._steady() - began, SLOWEST_ANSWER)
            self._take(got, count)
        else:
            await self._become_scout()

    def _waiting(self) -> float:
        """Seconds for which slots have been wanted; while we go on, a slow answer of the database costs none."""
        if self._short_since is None:
            return 0.0
        goes_on = self._short_since < self._seen_until
        return self._late if goes_on else min(self._steady() - self._short_since, self._late)

    def _take(self, got: Reserved, count: int) -> None:
        now = self._steady()
        self._short_since = None
        self._learn(got)
        first = now + got.first
        others = got.handed - count - self._seen_handed if self._seen_handed >= 0 else 0
        if others > 0:
            step = max(first - self._seen_until, 0.0) / (others + 1)
            self._others.extend(self._seen_until + step * n for n in range(1, min(others, REMEMBERED) + 1))
        self._slots.extend(first + n / got.rate for n in range(count))
        self._seen_handed, self._seen_until = got.handed, first + (count - 1) / got.rate

    def _learn(self, got: Reserved | None) -> None:
        """What the others came to is what we go by; of a refusal that we did not hear ourselves, too."""
        if got is None:
            return
        now = self._steady()
        self._search.ceiling = got.ceiling
        if got.depth:
            self._search.rate, self._search.depth, self._search.stage = got.rate, got.depth, Stage.STEADY
        if got.frozen > 0:
            self.frozen_until = max(self.frozen_until, now + got.frozen)
            self._episode_until = max(self._episode_until, self.frozen_until)
            while self._slots and self._slots[0] < self.frozen_until:
                self._slots.popleft()
        self.episodes = max(self.episodes, got.episodes)

    async def _become_scout(self) -> None:
        began = self._steady()
        got = await budget.be_scout(self._database, self.account, self._me, SCOUTING)
        if got is None:
            await asyncio.sleep(AGAIN_AFTER)
            return
        self._learn(got)
        self.remember(f"{got.rate} 0")
        self._search.tested = 0.0
        self._scout_until, self._said_at, self._slots = began + SCOUTING - RENEW, began, deque()
        log.info("%s: this process looks for the limit, from %.1f a second", self.account, self.rate)

    async def _report(self) -> None:
        began, done = self._steady(), self.stage is Stage.STEADY
        sent, self._scouted = self._scouted, 0
        got = await budget.found(
            self._database, self.account, self._me, rate=self.rate, depth=self.depth if done else 0, sent=sent,
            silence=max(0.0, self._next_slot - began), lasting=SCOUTING,
        )  # fmt: skip
        self._said_at = began
        self._scout_until = 0.0 if done or got is None else began + SCOUTING - RENEW

    def _chunk(self) -> int:
        return max(1, min(math.ceil(self.rate * (AHEAD + self._took)), MOST_SLOTS))

    def _give_up_late(self, now: float) -> None:
        while self._slots and self._slots[0] < now - self._late:
            self._slots.popleft()
            self.wasted += 1

    @property
    def _late(self) -> float:
        return max(LATE, min(LATEST, (self.depth - 1) * self.gap)) if self.episodes else LATEST

    async def search_again(self) -> None:
        """After a long calm one process looks whether the limit has risen; safe to call at any time."""
        quiet = QUIET * 2 ** min(self.episodes, 8)
        if await budget.search_again(self._database, self.account, quiet) is not None:
            self._told()


async def reply_turn(pace: Pace) -> None:
    """Wait until a reply may leave, ahead of all bulk."""
    if isinstance(pace, SharedPace):
        await pace.until_reply()
    else:
        await asyncio.sleep(pace.reply_in(time.monotonic()))
