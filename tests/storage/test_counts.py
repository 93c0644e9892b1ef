"""The counts that the database keeps of deliveries equal the rows, whatever happens to them."""

import asyncio
import itertools
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from channels.message import content_json, say
from storage import migrate
from storage.broadcasts import TEMPLATE_MARK, add_broadcast, change_broadcast, tally
from storage.conditions import Everyone
from storage.copying import copy
from storage.database import Database
from storage.deliveries import cancel_pending, claim, counted, expire, fan_out, fan_out_change, release
from storage.doubts import resend_unknown
from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.ledger import Claim, Mark, Result, write
from storage.people import add_person, set_subscribed
from storage.tables import Broadcast, Contact, Delivery, DeliveryCount, Person
from storage.ways import turn_elsewhere
from tests.postgres import another

TELEGRAM = ChannelName.TELEGRAM
ORDER = [TELEGRAM, ChannelName.EMAIL]
PEOPLE = 9
LEASE = timedelta(seconds=30)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STEPS = ("take", "mark", "record", "pass", "expire", "hold", "cancel", "resend", "elsewhere", "change", "delete",
         "release")  # fmt: skip


async def differing(database: Database) -> list[tuple[object, ...]]:
    """What the counts say and the rows do not, and the other way round; nothing is left out."""
    d, c = Delivery, DeliveryCount
    alike = (d.broadcast_id, d.status, func.coalesce(d.reason, ""), d.doubtful, d.channel, d.tried != "",
             d.message_ids.startswith(TEMPLATE_MARK))  # fmt: skip
    kinds = (c.broadcast_id, c.status, c.reason, c.doubtful, c.channel, c.turned, c.paid)
    async with database.reading() as session:
        rows = {tuple(row) for row in await session.execute(select(*alike, func.count()).group_by(*alike))}
        kept = {
            (*row[:-1], int(row[-1]))
            for row in await session.execute(
                select(*kinds, func.sum(c.n)).group_by(*kinds).having(func.sum(c.n) != 0)
            )
        }
    return sorted(rows ^ kept)


async def begun(database: Database, people: int = PEOPLE) -> int:
    """A broadcast on its way to so many people, every third of whom has an e-mail address; all before it has ended."""
    async with database.transaction() as session:
        await session.execute(update(Broadcast).values(status=BroadcastStatus.SENT))
        if (author := await session.scalar(select(func.min(Person.id)))) is not None:
            return await again(session, author)
        author = await add_person(session, "Biên tập", NOW)
        await set_subscribed(session, author, False, NOW)
        for n in range(people):
            person = await add_person(session, f"Cán bộ {n}", NOW)
            await set_subscribed(session, person, True, NOW)
            if n % 4:
                session.add(Contact(person_id=person, channel=TELEGRAM, address=f"{person}", created_at=NOW))
            if n % 3 == 0:
                session.add(Contact(person_id=person, channel="email", address=f"{person}@x.vn", created_at=NOW))
        return await again(session, author)


async def again(session, author: int, of_id: int | None = None) -> int:
    kind = BroadcastKind.SEND if of_id is None else BroadcastKind.CORRECT
    id = await add_broadcast(
        session, bulletin_id=None, title="x", audience="all", areas=0, content=content_json(say("x")),
        author_id=author, now=NOW, kind=kind, of_id=of_id,
    )  # fmt: skip
    await change_broadcast(
        session, id, BroadcastStatus.DRAFT, status=BroadcastStatus.SENDING, channels="telegram email"
    )
    if of_id is None:
        await fan_out(session, id, Everyone(), ORDER, NOW)
    else:
        await fan_out_change(session, id, of_id, NOW)
    return id


class Ledger:
    """A broadcast to which anything may happen, the clock among it."""

    def __init__(self, database: Database, author: int, id: int, chance: random.Random) -> None:
        self.database, self.author, self.id, self.chance = database, author, id, chance
        self.held: list[Claim] = []
        self.now = NOW

    def result(self, one: Claim) -> Result:
        status = self.chance.choice(list(DeliveryStatus))
        reason = self.chance.choice([None, Reason.BLOCKED, Reason.NETWORK, Reason.IN_DOUBT])
        sent = ("zbs:7" if one.id % 2 else "7",) if status == "sent" else ()
        return Result(one.id, one.token, status, reason, message_ids=sent,
                      due_at=self.now, doubtful=self.chance.random() < 0.3)  # fmt: skip

    async def step(self, name: str, *, broken: bool) -> None:
        """One of ``STEPS``; a ``broken`` one is undone by its transaction, as by a kill before its end."""
        match name:
            case "mark" | "record" if self.held:
                mark = Mark(self.held, self.now + LEASE) if name == "mark" else None
                results = [self.result(one) for one in self.held] if name == "record" else []
                await write(self.database, results, mark)
            case "pass":
                self.now += timedelta(seconds=20)
            case "mark" | "record":
                pass
            case "change":
                async with self.database.transaction() as session:
                    await again(session, self.author, self.id)
            case _:
                with suppress(ZeroDivisionError):
                    async with self.database.transaction() as session:
                        await self._in(session, name)
                        if broken:
                            raise ZeroDivisionError

    async def _in(self, session, name: str) -> None:
        match name:
            case "take":
                self.held = await claim(session, TELEGRAM, self.now, limit=self.chance.randint(1, 4), lease=LEASE)
            case "release" if self.held:
                await release(session, self.held[0].token, [self.held[0].id], self.now)
            case "expire" | "hold":
                await expire(session, self.now, hold=name == "hold")
            case "cancel":
                await cancel_pending(session, self.id)
            case "resend":
                await resend_unknown(session, self.id, self.now)
            case "elsewhere":
                await turn_elsewhere(session, self.id, ORDER, self.now)
            case "delete":
                await session.execute(text("DELETE FROM deliveries WHERE id % 5 = 0"))


@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), min_size=4, max_size=25),
    seed=st.integers(0, 1000),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_equal_the_rows_after_whatever_happened(database_url: str, steps: list[tuple[str, bool]], seed: int):
    async def play() -> None:
        database = Database(database_url)
        try:
            ledger = Ledger(database, 1, await begun(database), random.Random(seed))
            for name, broken in steps:
                await ledger.step(name, broken=broken)
                assert await differing(database) == []
            async with database.reading() as session:
                n = await session.scalar(select(func.count()).where(Delivery.broadcast_id == ledger.id))
                assert (await tally(session, ledger.id)).total == await counted(session, ledger.id) == n
        finally:
            await database.close()

    asyncio.run(play())


async def test_workers_that_are_cut_off_leave_counts_exact_and_block_nobody(postgres_url: str):
    """Six at once, each over its own connections, while connections are ended in the middle of what they do."""
    database = Database(postgres_url)
    id = await begun(database, 150)
    names = itertools.count()

    async def work(seed: int) -> None:
        ledger = Ledger(database, 1, id, random.Random(seed))
        for name in ("take", "mark", "record", "pass", "expire") * 6:
            with suppress(DBAPIError):
                await ledger.step(name, broken=ledger.chance.random() < 0.2)
                next(names)

    async def cut_off() -> None:
        for _ in range(6):
            await asyncio.sleep(0.05)
            with suppress(DBAPIError):
                async with database.transaction() as session:
                    await session.execute(text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                        "AND pid <> pg_backend_pid() AND state <> 'idle' AND query LIKE '%deliveries%'"
                    ))  # fmt: skip

    before = await deadlocks(database)
    async with asyncio.timeout(60):
        await asyncio.gather(cut_off(), *(work(seed) for seed in range(6)))
    assert next(names) > 60
    assert await differing(database) == []
    assert await deadlocks(database) == before
    await database.close()


async def deadlocks(database: Database) -> int:
    """How many the server has seen in this database since it began."""
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    async with database.reading() as session:
        return await session.scalar(text(query)) or 0


async def test_a_copy_counts_for_itself(database: Database, sqlite_template, tmp_path, postgres_server: str):
    await begun(database)
    if database.is_sqlite:
        url = await asyncio.to_thread(another, postgres_server, "counting")
    else:
        url = f"sqlite+aiosqlite:///{tmp_path / 'counting.db'}"
    await migrate.upgrade(url)
    target = Database(url)
    await copy(database, target)
    assert await differing(target) == []
    async with target.reading() as session:
        assert await counted(session, 1) == PEOPLE
    await target.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_was_there_before_is_counted_by_the_migration(kind: str, tmp_path, postgres_server: str):
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'loa.db'}"
    else:
        url = await asyncio.to_thread(another, postgres_server, "counted")
    await migrate.upgrade(url)
    database = Database(url)
    id = await begun(database)
    await database.close()
    await migrate.downgrade(url, "0012")
    await migrate.upgrade(url)
    database = Database(url)
    assert await differing(database) == []
    async with database.transaction() as session:
        await session.execute(update(Delivery).where(Delivery.person_id % 2 == 0).values(status="sent", reason=None))
    assert await differing(database) == []
    async with database.reading() as session:
        assert await counted(session, id) == PEOPLE
    await database.close()
