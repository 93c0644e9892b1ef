"""A million contacts and deliveries on one PostgreSQL: what counting, fanning out, asking and claiming cost.

``python -m benchmarks.million [--count N] [--share 0.1] [--json]``: the audience is counted, frozen into a ledger,
asked for its progress, and taken and recorded in rounds of 100 as dispatchers do, four of them at once, until this
share is sent.
The cost of a claim is told at the beginning and after that, both as the median of 50 rounds alone. Seconds,
``fsync`` on.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median

import psutil  # type: ignore[import-untyped]  # it brings no types
from sqlalchemy import text

from benchmarks.setting import CONTACTS, PERSONS
from channels.message import content_json, say
from storage import migrate
from storage.broadcasts import add_broadcast, tally
from storage.conditions import Everyone
from storage.database import Database
from storage.deliveries import claim, fan_out
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus
from storage.ledger import Claim, Mark, Result, write
from storage.people import add_person, audience_count, set_subscribed
from storage.tables import Broadcast
from tests import postgres

SLICE, ALONE = 100, 50
LEASE = timedelta(minutes=5)


def cpu(url: str) -> float:
    """Seconds of processor time that the server has used: what its work costs, however busy the machine is."""
    port = int(url.rpartition("/")[0].rpartition(":")[2])
    server = psutil.Process(postgres._servers[port][0].pid)
    return sum(sum(one.cpu_times()[:2]) for one in (server, *server.children()))


async def timed(do: Callable[[], Awaitable[object]], times: int = 1) -> float:
    """The median of so many runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await do()
        took.append(time.perf_counter() - began)
    return round(median(took), 4)


async def people(database: Database, count: int) -> int:
    """So many subscribed persons with a contact each; the author's id."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        author = await add_person(session, "Biên tập", now)
        await set_subscribed(session, author, False, now)
        values = {"count": count, "now": now}
        await session.execute(text(PERSONS), values)
        await session.execute(text(CONTACTS), values)
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))
    return author


async def begun(database: Database, author: int, count: int) -> int:
    """A broadcast whose audience is frozen."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        id = await add_broadcast(
            session, bulletin_id=None, title="x", audience="all", areas=0, content=content_json(say("Bản tin")),
            author_id=author, now=now,
        )  # fmt: skip
        row = await session.get_one(Broadcast, id)
        row.status, row.started_at = BroadcastStatus.SENDING, now
        assert await fan_out(session, id, Everyone(), [ChannelName.TELEGRAM], now) == count
    return id


async def taken(database: Database) -> list[Claim]:
    async with database.transaction() as session:
        return await claim(session, ChannelName.TELEGRAM, datetime.now(UTC), limit=SLICE, lease=LEASE)


async def sent(database: Database, claims: list[Claim]) -> None:
    """Mark and record them, as if each had been sent at once."""
    now = datetime.now(UTC)
    await write(database, [], Mark(claims, now + LEASE))
    results = [
        Result(one.id, one.token, DeliveryStatus.SENT, attempts=1, message_ids=(str(one.id),), sent_at=now)
        for one in claims
    ]
    await write(database, results)


async def rounds(database: Database, many: int) -> float:
    """The median cost of a claim while everything that is taken is also sent."""
    took = []
    for _ in range(many):
        began = time.perf_counter()
        claims = await taken(database)
        took.append(time.perf_counter() - began)
        await sent(database, claims)
    return round(median(took), 4)


async def progress(database: Database, broadcast_id: int) -> None:
    async with database.reading() as session:
        await tally(session, broadcast_id)


async def audience(database: Database) -> None:
    async with database.reading() as session:
        await audience_count(session, Everyone())


async def measure(url: str, count: int, share: float = 0.1) -> dict[str, float]:
    await migrate.upgrade(url)
    database = Database(url)
    told: dict[str, float] = {"count": count}
    began = time.perf_counter()
    author = await people(database, count)
    told["people_s"] = round(time.perf_counter() - began, 1)
    told["audience_count_s"] = await timed(lambda: audience(database), 5)
    began, used = time.perf_counter(), cpu(url)
    id = await begun(database, author, count)
    told["fan_out_s"], told["fan_out_cpu_s"] = round(time.perf_counter() - began, 1), round(cpu(url) - used, 1)
    async with database.transaction() as session:
        await session.execute(text("ANALYZE deliveries"))
    told["progress_first_s"] = await timed(lambda: progress(database, id))
    used = cpu(url)
    told["progress_s"] = await timed(lambda: progress(database, id), 9)
    told["progress_cpu_s"] = round((cpu(url) - used) / 9, 4)
    told["claim_first_s"] = await rounds(database, ALONE)
    began, each = time.perf_counter(), (round(count * share) - 2 * ALONE * SLICE) // SLICE // 4
    await asyncio.gather(*(rounds(database, each) for _ in range(4)))
    told["deliveries_per_s_of_ledger"] = round(4 * each * SLICE / (time.perf_counter() - began))
    told["claim_later_s"] = await rounds(database, ALONE)
    async with database.reading() as session:
        told["sent"] = (await tally(session, id)).sent
    told["progress_amid_s"] = await timed(lambda: progress(database, id), 9)
    async with database.reading() as session:
        told["bytes_per_delivery"] = round(
            (await session.execute(text("SELECT pg_total_relation_size('deliveries')"))).scalar_one() / count
        )
    await database.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--share", type=float, default=0.1, help="how many of them are sent; at least 10,000")
    options = parser.parse_args()
    with postgres.running(fsync=True) as url:
        told = asyncio.run(measure(url, options.count, options.share))
    print(json.dumps(told) if options.json else told)


if __name__ == "__main__":
    main()
