"""Slices of a broadcast handed out by the ledger's own claim, and by PgQueuer with the same claim inside each job.

``python -m benchmarks.slices [--count N]``: N deliveries of one broadcast, in slices of 100, are taken, marked and
recorded as if each had been sent at once, by four workers in one process; first each worker claims the next slice for
itself, then a job for each slice is put and worked off. Told are deliveries a second, and the share that the engine
adds to the time of each slice. PostgreSQL with ``fsync`` on.
"""

import argparse
import asyncio
import time

from benchmarks.million import SLICE, begun, people, sent, taken
from bot.jobs.queued import JobsQueued
from storage import migrate
from storage.database import Database
from tests import postgres

WORKERS = 4


async def claimed(database: Database, slices: int) -> float:
    """Seconds until all are sent."""
    began = time.perf_counter()

    async def work() -> None:
        while claims := await taken(database):
            await sent(database, claims)

    await asyncio.gather(*(work() for _ in range(WORKERS)))
    return time.perf_counter() - began


async def queued(database: Database, slices: int) -> float:
    """Seconds until all jobs are put and done, the queue being ready."""
    jobs, left = JobsQueued(database), slices

    async def work(_: object) -> None:
        nonlocal left
        await sent(database, await taken(database))
        left -= 1
        if not left:
            jobs.stop()

    running = asyncio.create_task(jobs.run({"slice": work}))
    await asyncio.sleep(3)
    began = time.perf_counter()
    for n in range(slices):
        await jobs.put("slice", {"n": n}, key=f"slice {n}")
    await running
    return time.perf_counter() - began


async def measure(url: str, count: int) -> dict[str, float]:
    await migrate.upgrade(url)
    database = Database(url)
    author = await people(database, count)
    told = {}
    for name in ("claimed", "queued"):
        await begun(database, author, count)
        took = await (claimed if name == "claimed" else queued)(database, count // SLICE)
        told[name] = round(count / took)
    await database.close()
    return {**told, "engine_share": round(1 - told["queued"] / told["claimed"], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    with postgres.running(fsync=True) as url:
        print(asyncio.run(measure(url, options.count)))


if __name__ == "__main__":
    main()
