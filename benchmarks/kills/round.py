"""One broadcast whose workers are killed again and again until a last one may finish it."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.kills.count import Findings, Row, count
from benchmarks.kills.ledger import Watch, reading
from benchmarks.kills.mail import letterboxes
from benchmarks.kills.network import Network, serving
from benchmarks.kills.steps import Step, strike
from benchmarks.kills.victims import Nursery, Worker
from benchmarks.worker import REFRESH, Order
from channels.message import content_json, say
from storage.broadcasts import add_broadcast
from storage.conditions import Everyone
from storage.database import Database
from storage.deliveries import fan_out
from storage.enums import BroadcastStatus, ChannelName
from storage.officials import Official, put_officials
from storage.people import add_person
from storage.tables import Broadcast, Delivery, Person, ZaloChat
from storage.zalo import begin, keep_pair

TOKEN = "42:BENCHMARK"
PLACES = "ab"
PATIENCE = 120.0
"""Seconds for the last worker to finish."""
UNDER_WAY = 30
"""More than the messages that a worker sends between its last one before the trap is set and its death."""
SETTLE = 0.05
"""Seconds after a death in which a commit that had reached the database may still come true."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One death: at which step, and whether a second worker is at work meanwhile."""

    step: Step
    pair: bool


@dataclass(slots=True)
class Round:
    """``policy`` is what the broadcast says of what is in doubt; ``rate`` is each worker's, a second.

    ``losing`` is the share of replies that get lost; a worker sends at most ``before`` messages before it is killed;
    ``spare`` is the number of people beyond those that the kills need.
    """

    database_url: str
    policy: str
    nursery: Nursery
    draw: random.Random
    rate: float = 100.0
    losing: float = 0.02
    before: int = 40
    spare: int = 150
    channel: ChannelName = ChannelName.TELEGRAM
    touched: dict[str, str] = field(default_factory=dict)
    exact: list[Step] = field(default_factory=list)
    _alive: dict[str, Worker] = field(default_factory=dict)

    async def play(self, kills: Sequence[Kill]) -> tuple[Findings, int]:
        """Kill in order; what was found, and how many kills there was work for."""
        database = Database(self.database_url)
        people = sum((self.before + UNDER_WAY) * (1 + kill.pair) for kill in kills) + self.spare
        broadcast_id = await self._begin(database, people)
        async with AsyncExitStack() as stack:
            reader = await stack.enter_async_context(reading(self.database_url))
            network = await stack.enter_async_context(serving(self.draw, self.losing))
            if self.channel is ChannelName.EMAIL:
                await stack.enter_async_context(letterboxes(network, PLACES))
            watch = Watch(reader, broadcast_id)
            measuring = asyncio.create_task(watch.measure())
            done = []
            for kill in kills:
                if not await self._kill(kill, network, watch):
                    break
                done.append(kill)
            await self._finish(network, watch)
            measuring.cancel()
            async with database.reading() as session:
                d = Delivery
                query = select(d.address, d.status, d.doubtful, d.message_ids).where(d.broadcast_id == broadcast_id)
                rows = [Row(*row) for row in await session.execute(query)]
            findings = count(rows, network.accepted, self.touched, self.policy)
        await database.close()
        for kill in done:
            findings.steps[kill.step].kills += 1
        for step in self.exact:
            findings.steps[step].exact += 1
        findings.latency, findings.lost_replies = watch.latency, network.lost_replies
        findings.bound = self.rate * watch.latency * len(done) + network.lost_replies
        return findings, len(done)

    async def _begin(self, database: Database, people: int) -> int:
        """A running broadcast to so many new people; its id. Whoever was there before has unsubscribed."""
        now, first = datetime.now(UTC), self.draw.randrange(1, 10**9)
        officials = [
            Official(f"Cán bộ {n}", "", f"Đơn vị {n}", "", "", "", None, ((self.channel, self._address(n)),))
            for n in range(first, first + people)
        ]
        async with database.transaction() as session:
            await session.execute(update(Person).values(subscribed=False))
            await put_officials(session, officials, now)
            author = await add_person(session, f"Biên tập {first}", now)
            await session.execute(update(Person).where(Person.id == author).values(subscribed=False))
            id = await add_broadcast(session, bulletin_id=None, title="x", audience="all", areas=0,
                                     content=content_json(say("Bản tin")), author_id=author, now=now)  # fmt: skip
            row = await session.get_one(Broadcast, id)
            row.status, row.started_at, row.in_doubt = BroadcastStatus.SENDING, now, self.policy
            fanned = await fan_out(session, id, Everyone(), [self.channel], now)
            if self.channel is ChannelName.ZALO_OA:
                await _may_write(session, officials, now)
        assert fanned == people
        return id

    def _address(self, n: int) -> str:
        return f"n{n}@vi-du.test" if self.channel is ChannelName.EMAIL else str(n)

    async def _at_work(self, place: str, network: Network) -> Worker:
        """The worker at this place, new if there is none."""
        if place not in self._alive:
            order = Order(network.at(place), TOKEN, self.database_url, self.rate, channel=self.channel)
            self._alive[place] = await self.nursery.bear(order, place)
        return self._alive[place]

    async def _kill(self, kill: Kill, network: Network, watch: Watch) -> bool:
        """False if the broadcast ended first."""
        places = list(PLACES) if kill.pair else [PLACES[0]]
        victim = next((p for p in places if p not in self._alive), "a")
        if kill.step is not Step.SLOT:
            victim = self.draw.choice(places)
        for place in places:
            if place != victim:
                await self._at_work(place, network)
        asked = network.requests[victim]
        striking = asyncio.create_task(
            strike(kill.step, victim, lambda: self._at_work(victim, network), network, watch, self.draw, self.before)
        )
        while not striking.done() and await watch.running():
            await asyncio.wait([striking], timeout=0.25)
            self.nursery.check()
        if not striking.done():
            striking.cancel()
            return False
        await striking
        del self._alive[victim]
        await asyncio.sleep(SETTLE)
        marked = await watch.sending()
        watch.forget()
        missed = {Step.SLOT: network.requests[victim] > asked, Step.MARK: marked <= network.arrived}
        if not missed.get(kill.step):
            self.exact.append(kill.step)
        for address in marked:
            self.touched.setdefault(address, kill.step)
        return True

    async def _finish(self, network: Network, watch: Watch) -> None:
        network.losing = 0.0
        await self._at_work("a", network)
        async with asyncio.timeout(PATIENCE):
            while await watch.running():
                self.nursery.check()
                await asyncio.sleep(0.05)
        for worker in self._alive.values():
            await worker.stop()
        self._alive.clear()


async def _may_write(session: AsyncSession, officials: Sequence[Official], now: datetime) -> None:
    """Everybody has just spoken with the account, whose grant is good for a day."""
    chats = [
        {"channel": channel, "address": address, "interacted_at": now}
        for official in officials for channel, address in official.addresses
    ]  # fmt: skip
    await session.execute(insert(ZaloChat), chats)
    await begin(session, "app:oa", REFRESH)
    until = now + timedelta(days=1)
    await keep_pair(session, "app:oa", access="a", refresh="r", access_until=until, refresh_until=until, now=now)
