"""Broadcasts on their way out: slot, durable mark, send, record, in this order and for one channel.

A row that was taken and never marked is free again when its claim runs out; only marked rows can be in doubt, and
there are never more of them than requests under way.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from broadcasts.approval import SYSTEM, pause
from broadcasts.finish import finish_done
from broadcasts.ledger import Ledger
from broadcasts.lifecycle import NotAllowed
from broadcasts.outcome import Then, outcome
from broadcasts.pace import Pace
from channels.message import Channel, Prepared, SendError, from_content
from storage.broadcasts import broadcast
from storage.contacts import move, stop
from storage.database import Database
from storage.deliveries import Claim, Result, claim, expire, release
from storage.enums import DeliveryStatus, Reason

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
"""How long a row may be held; longer than a send can take with its timeout."""
LOOK_AHEAD = 2.0
"""Seconds of work that are taken at once."""
MOST_AT_ONCE = 500
"""Requests under way; the network's latency decides how many of them are needed."""
AGAIN_AFTER = 1.0
"""Seconds after which the database is tried again."""
SWEEP_SECONDS = 5.0
"""How often rows are looked for whose holder vanished."""
PART_GAP = 1.1
"""Seconds between two parts to one chat: a private chat takes one message a second."""
ALIKE = 3
"""So many refusals of the same kind mean that the content is at fault, not the person."""


def utc() -> datetime:
    return datetime.now(UTC)


class Dispatcher:
    """Sends what is due on one channel until it is cancelled. Several may run against one database."""

    def __init__(
        self, database: Database, channel: Channel, pace: Pace, *, lease: timedelta = LEASE,
        now: Callable[[], datetime] = utc, steady: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._database, self._channel, self._pace = database, channel, pace
        self._now, self._steady, self._lease = now, steady, lease
        self._ledger = Ledger(database, lease=lease)
        self._taken: deque[Claim] = deque()
        self._contents: dict[int, tuple[Prepared, bool]] = {}
        self._refusals: Counter[tuple[int, str]] = Counter()
        self._sends: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._next_sweep = 0.0

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Send until ``stop``; then what is under way ends, and what was only taken is given back."""
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(self._ledger.run(), name=f"ledger {self._channel.name}")
            while not self._stopping:
                try:
                    if not self._taken:
                        await self._take()
                    if self._taken:
                        await self._send_due(tasks)
                except (DBAPIError, OSError):
                    log.exception("the ledger could not be read and will be again")
                    await asyncio.sleep(AGAIN_AFTER)
            await self._give_back()
            if self._sends:
                await asyncio.wait(self._sends)
            await self._ledger.idle.wait()
            writer.cancel()

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _take(self) -> None:
        limit = int(min(max(self._pace.rate * LOOK_AHEAD, 10), 1000))
        async with self._database.transaction() as session:
            if self._steady() >= self._next_sweep:
                self._next_sweep = self._steady() + min(self._lease.total_seconds() / 3, SWEEP_SECONDS)
                await expire(session, self._now())
            found = await claim(session, self._channel.name, self._now(), limit=limit, lease=self._lease)
        self._taken.extend(found)
        if found:
            return
        if not self._sends:
            await self._ledger.idle.wait()
            await finish_done(self._database, self._now())
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), 0.5)
        except TimeoutError:
            pass

    async def _send_due(self, tasks: asyncio.TaskGroup) -> None:
        """Wait for a slot, mark all whose slots are due, and let them go."""
        await asyncio.sleep(max(0.0, self._pace.until_due(self._steady())))
        while len(self._sends) >= MOST_AT_ONCE:
            await asyncio.wait(self._sends, return_when=asyncio.FIRST_COMPLETED)
        going: list[Claim] = []
        while self._taken and len(self._sends) + len(going) < MOST_AT_ONCE:
            if not self._pace.take_if_due(self._steady()):
                break
            going.append(self._taken.popleft())
        if not going:
            return
        ours = await self._ledger.marked(going, self._now())
        for one in going:
            if one.id in ours:
                task = tasks.create_task(self._send(one), name=f"delivery {one.id}")
                self._sends.add(task)
                task.add_done_callback(self._sends.discard)
        if len(ours) < len(going):
            await self._give_back()

    async def _give_back(self) -> None:
        """Return what was taken and not marked, for whoever comes next."""
        tokens: dict[int, list[int]] = {}
        while self._taken:
            one = self._taken.popleft()
            tokens.setdefault(one.token, []).append(one.id)
        async with self._database.transaction() as session:
            for token, ids in tokens.items():
                await release(session, token, ids, self._now())

    async def _content(self, broadcast_id: int) -> tuple[Prepared, bool]:
        """The broadcast's message rendered for this channel, and whether what is in doubt is sent again."""
        if broadcast_id not in self._contents:
            async with self._database.reading() as session:
                found = await broadcast(session, broadcast_id)
            assert found is not None
            prepared = self._channel.prepare(from_content(found.content))
            self._contents[broadcast_id] = (prepared, found.in_doubt == "resend")
        return self._contents[broadcast_id]

    async def _send(self, one: Claim) -> None:
        """One attempt. Never raises: a bad delivery must not take the others with it."""
        began = self._steady()
        try:
            prepared, resend = await self._content(one.broadcast_id)
            part = prepared.parts[len(one.message_ids)]
        except Exception as error:
            log.exception("delivery %d: the content cannot be rendered", one.id)
            await self._failed(one, SendError(Reason.REFUSED, repr(error)), began, resend=False)
            return
        try:
            sent = await self._channel.deliver(one.address, part)
        except SendError as error:
            await self._failed(one, error, began, resend=resend)
        except Exception as error:
            log.exception("delivery %d: unexpected", one.id)
            await self._failed(one, SendError(Reason.IN_DOUBT, repr(error)), began, resend=resend)
        else:
            self._succeeded(one, sent, last=len(one.message_ids) + 1 == len(prepared.parts))

    def _succeeded(self, one: Claim, sent: str, *, last: bool) -> None:
        status = DeliveryStatus.SENT if last else DeliveryStatus.PENDING
        due = None if last else self._now() + timedelta(seconds=PART_GAP)
        self._record(
            one, status, attempts=one.attempts + last, message_ids=(*one.message_ids, sent), due_at=due,
            sent_at=self._now(),
        )  # fmt: skip

    def _record(self, one: Claim, status: DeliveryStatus, **known: Any) -> None:
        values: dict[str, Any] = {
            "reason": None, "detail": "", "attempts": one.attempts, "message_ids": one.message_ids, "due_at": None,
            "sent_at": None, "doubtful": False,
        }  # fmt: skip
        self._ledger.done(Result(id=one.id, token=one.token, status=status, **(values | known)))

    async def _failed(self, one: Claim, error: SendError, began: float, *, resend: bool) -> None:
        end = outcome(error, one.attempts + 1, resend=resend)
        due = self._now() + timedelta(seconds=end.retry_in) if end.status is DeliveryStatus.PENDING else None
        attempts = one.attempts + end.counts
        in_doubt = error.reason in (Reason.IN_DOUBT, Reason.SERVER)
        self._record(
            one, end.status, reason=end.reason, detail=end.detail[:300], attempts=attempts, due_at=due,
            doubtful=in_doubt and end.status is DeliveryStatus.PENDING,
        )  # fmt: skip
        try:
            await self._follow(one, error, end.then, began)
        except (DBAPIError, OSError):
            log.exception("delivery %d: what follows from its failure could not be written", one.id)

    async def _follow(self, one: Claim, error: SendError, then: Then, began: float) -> None:
        """What a failure means beyond its own delivery."""
        match then:
            case Then.SLOW_DOWN:
                wait, fresh = error.retry_after or 1.0, not one.message_ids
                self._pace.throttled(self._steady(), began, one.address, wait, fresh=fresh)
            case Then.STOP_CONTACT:
                async with self._database.transaction() as session:
                    await stop(session, self._channel.name, one.address, error.reason, self._now())
            case Then.MOVE if error.moved_to:
                async with self._database.transaction() as session:
                    await move(session, self._channel.name, one.address, error.moved_to)
            case Then.OUR_FAULT:
                self._refusals[one.broadcast_id, error.detail] += 1
                if self._refusals[one.broadcast_id, error.detail] == ALIKE:
                    await self._pause(one.broadcast_id, error.detail)
            case Then.STOP_CHANNEL:
                self._pace.frozen_until = self._steady() + 60
                await self._pause(one.broadcast_id, error.detail)

    async def _pause(self, broadcast_id: int, why: str) -> None:
        log.error("broadcast %d is paused: %s", broadcast_id, why)
        try:
            async with self._database.transaction() as session:
                await pause(session, broadcast_id, SYSTEM, self._now(), why)
        except NotAllowed:
            pass
