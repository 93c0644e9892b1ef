"""Broadcasts on their way out: slot, durable mark, send, record, in this order and for one channel.

A row that was taken and never marked is free again when its claim runs out; only marked rows can be in doubt, and
there are never more of them than requests under way.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.chats import Chats
from broadcasts.consequences import Consequences
from broadcasts.finish import finish_done
from broadcasts.ledger import Ledger
from broadcasts.outcome import outcome
from broadcasts.pace import Pace
from broadcasts.plan import Plan, plan_of
from channels.message import Channel, SendError
from storage.broadcasts import broadcast
from storage.database import Database, in_short
from storage.deliveries import claim, expire, release
from storage.enums import DeliveryStatus, Reason
from storage.ledger import Claim, Mark, Result

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
"""How long a row may be held; longer than a send can take with its timeout."""
LOOK_AHEAD = 2.0
"""Seconds of work that are taken at once."""
MOST_AT_ONCE = 500
"""Requests under way; the network's latency decides how many of them are needed."""
AGAIN_AFTER = 1.0
"""Seconds after which the database is tried again."""
SHORT = 0.25
"""Seconds that are slept at most before looking up whether to stop."""
IDLE = 0.5
"""Seconds after which the ledger is looked at again when there was nothing to send."""
LAST_WRITE_SECONDS = 30.0
"""How long a stop waits for a database that does not answer."""
SWEEP_SECONDS = 5.0
"""How often rows are looked for whose holder vanished."""
ENDING = 0.4
"""Part of a lease that may be left when a send begins: it ends before anybody else may take it for lost."""
PART_GAP = 1.1
"""Seconds between two parts to one chat: a private chat takes one message a second."""

Told = Callable[[DeliveryStatus, Reason | None, float], None]
"""Hears of each attempt: what it came to, why if it failed, and how many seconds it took."""


def utc() -> datetime:
    return datetime.now(UTC)


class Dispatcher:
    """Sends what is due on one channel until it is stopped; with ``changes``, corrects and withdraws what was sent.

    ``hold``: what is in doubt waits to be looked for instead of being sent again. Several may run on one database.
    """

    def __init__(
        self, database: Database, channel: Channel, pace: Pace, *, chats: Chats | None = None, changes: bool = False,
        hold: bool = False, lease: timedelta = LEASE, now: Callable[[], datetime] = utc, told: Told | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._database, self._channel, self._pace = database, channel, pace
        self._chats, self._changes, self._hold = chats or Chats(), changes, hold
        self._now, self._steady, self._lease = now, steady, lease
        self._ledger, self._told = Ledger(database), told
        self._taken: deque[Claim] = deque()
        self._plans: dict[int, Plan | None] = {}
        self._consequences = Consequences(database, channel, pace, now=now, steady=steady)
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
                    await self._turn(tasks)
                except (DBAPIError, OSError) as error:
                    log.error("the ledger could not be read and will be again: %s", in_short(error))
                    await asyncio.sleep(AGAIN_AFTER)
            try:
                await self._give_back()
            except (DBAPIError, OSError) as error:
                log.error("what was taken is free only when its claim runs out: %s", in_short(error))
            if self._sends:
                await asyncio.wait(self._sends)
            try:
                await asyncio.wait_for(self._ledger.idle.wait(), LAST_WRITE_SECONDS)
            except TimeoutError:
                log.error("the last outcomes could not be written; they will be listed as in doubt")
            writer.cancel()

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _turn(self, tasks: asyncio.TaskGroup) -> None:
        """Look after the ledger, take what is due, and send what has a slot."""
        if self._steady() >= self._next_sweep and not self._ledger.behind:
            self._sweep_later()
            now = self._now()  # before we wait for a lock, behind which outcomes that we know may wait as well
            async with self._database.transaction() as session:
                await expire(session, now, hold=self._hold)
        wait = self._pace.until_due(self._steady())
        if wait > LOOK_AHEAD:  # told to wait: nobody is kept waiting with us, and we still hear that we are to stop
            await self._give_back()
            await asyncio.sleep(SHORT)
            return
        if not self._taken:
            await self._take()
        if self._taken:
            await asyncio.sleep(min(max(0.0, wait), SHORT))
            await self._send_due(tasks)

    def _sweep_later(self) -> None:
        self._next_sweep = self._steady() + min(self._lease.total_seconds() / 3, SWEEP_SECONDS)

    async def _take(self) -> None:
        self._wake.clear()  # before we look: who wakes us from now on may have come too late to be seen
        limit = int(min(max(self._pace.rate * LOOK_AHEAD, 10), 1000))
        async with self._database.transaction() as session:
            found = await claim(
                session, self._channel.name, self._now(), limit=limit, lease=self._lease, changes=self._changes
            )
            for broadcast_id in {one.broadcast_id for one in found} - self._plans.keys():
                self._plans[broadcast_id] = await self._planned(session, broadcast_id)
        self._taken.extend(found)
        if found:
            return
        if not self._sends and self._ledger.idle.is_set():  # a stop is heard even if the database does not answer
            await finish_done(self._database, self._now())
        if self._stopping:
            return
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE)
        except TimeoutError:
            pass

    async def _send_due(self, tasks: asyncio.TaskGroup) -> None:
        """Mark all whose slots are due, and let them go."""
        while len(self._sends) >= MOST_AT_ONCE:
            await asyncio.wait(self._sends, return_when=asyncio.FIRST_COMPLETED)
        going: list[Claim] = []
        later: list[tuple[Claim, float]] = []
        while self._taken and len(self._sends) + len(going) < MOST_AT_ONCE:
            now = self._steady()
            if wait := self._chats.ready_in(self._taken[0].address, now):
                later.append((self._taken.popleft(), wait))
                continue
            if not self._pace.take_if_due(now):
                break
            going.append(self._taken.popleft())
            self._chats.sent(going[-1].address, now)
        if later:
            await self._put_off(later)
        if not going:
            return
        until = self._steady() + self._lease.total_seconds() / 2
        ours = await self._ledger.marked(Mark(going, self._now() + self._lease, self._channel.highest_id))
        if self._steady() > until:
            self._sweep_later()  # first may be written what is given up now
        for one in going:
            if one.id in ours:
                task = tasks.create_task(self._send(one, until))
                self._sends.add(task)
                task.add_done_callback(self._sends.discard)
        if len(ours) < len(going):
            await self._give_back()

    async def _put_off(self, later: Sequence[tuple[Claim, float]]) -> None:
        """Back into the ledger until their chats may hear from us again."""
        now = self._now()
        async with self._database.transaction() as session:
            for one, wait in later:
                await release(session, one.token, [one.id], now + timedelta(seconds=wait))

    async def _give_back(self) -> None:
        """Return what was taken and not marked, for whoever comes next."""
        if not self._taken:
            return
        tokens: dict[int, list[int]] = {}
        while self._taken:
            one = self._taken.popleft()
            tokens.setdefault(one.token, []).append(one.id)
        async with self._database.transaction() as session:
            for token, ids in tokens.items():
                await release(session, token, ids, self._now())

    async def _planned(self, session: AsyncSession, broadcast_id: int) -> Plan | None:
        """What a broadcast does to each recipient; None if it cannot be rendered."""
        found = await broadcast(session, broadcast_id)
        assert found is not None
        try:
            return plan_of(found, self._channel, hold=self._hold)
        except Exception:
            log.exception("broadcast %d cannot be rendered", broadcast_id)
            return None

    async def _send(self, one: Claim, until: float) -> None:
        """One attempt. Never raises: a bad delivery must not take the others with it."""
        began, plan = self._steady(), self._plans[one.broadcast_id]
        if began > until:  # we slept, and the send might outlast the lease: certainly not sent
            self._ledger.done(Result(
                one.id, one.token, DeliveryStatus.PENDING, attempts=one.attempts, message_ids=one.message_ids,
                due_at=self._now(),
            ))  # fmt: skip
            return
        if plan is None:
            await self._failed(one, None, SendError(Reason.REFUSED, "the content cannot be rendered"), began)
            return
        limit = asyncio.timeout(until - began + ENDING * self._lease.total_seconds())
        try:
            async with limit:
                done = (*one.message_ids, await plan.step(self._channel, one))
        except SendError as error:
            await self._failed(one, plan, error, began)
        except Exception as error:
            late = limit.expired()
            if not late:
                log.exception("delivery %d: unexpected", one.id)
            detail = "it did not end while the claim held" if late else repr(error)
            await self._failed(one, plan, SendError(Reason.IN_DOUBT, detail), began)
        else:
            self._consequences.reached()
            now = self._now()
            if len(done) == plan.steps(one):
                result = Result(
                    one.id, one.token, DeliveryStatus.SENT, attempts=one.attempts + 1,
                    message_ids=plan.remaining(done), sent_at=now,
                )  # fmt: skip
            else:
                due = now + timedelta(seconds=PART_GAP)
                result = Result(
                    one.id, one.token, DeliveryStatus.PENDING, attempts=one.attempts, message_ids=done, due_at=due
                )
            self._ledger.done(result)
            if self._told is not None:
                self._told(result.status, None, self._steady() - began)

    async def _failed(self, one: Claim, plan: Plan | None, error: SendError, began: float) -> None:
        again = plan is not None and plan.resend
        end = outcome(error, one.attempts + 1, resend=again)
        tried_again = end.status is DeliveryStatus.PENDING
        in_doubt = error.reason in (Reason.IN_DOUBT, Reason.SERVER)
        self._ledger.done(Result(
            one.id, one.token, end.status, reason=end.reason, detail=end.detail[:300],
            attempts=one.attempts + end.counts, message_ids=one.message_ids,
            due_at=self._now() + timedelta(seconds=end.retry_in) if tried_again else None,
            doubtful=in_doubt and tried_again and plan is not None and plan.sends(one),
        ))  # fmt: skip
        if error.reason is Reason.IN_DOUBT:
            self._pace.unheard(began)
        if self._told is not None:
            self._told(end.status, error.reason, self._steady() - began)
        try:
            await self._consequences.follow(one, error, end.then, began)
        except (DBAPIError, OSError) as error:
            log.error("delivery %d: what follows from its failure is not written: %s", one.id, in_short(error))
