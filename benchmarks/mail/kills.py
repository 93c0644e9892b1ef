"""A dispatcher on e-mail killed with ``kill -9`` again and again: who has none, who has two without being listed?"""

import asyncio
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from benchmarks.mail.setting import WELL, exchanger, prepare
from storage.database import Database
from storage.enums import DeliveryStatus
from storage.tables import Delivery

RATE = 60.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What the ledger says beside what lies in the mailboxes."""

    people: int
    kills: int
    lost: int
    unlisted_twice: int
    listed: int


async def killed(people: int, kills: int, seed: int = 1) -> Killed:
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, exchanger() as mx:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'loa.db'}"
        await prepare(url, people, WELL)
        for _ in range(kills):
            process = _worker(url, mx.port)
            await asyncio.sleep(draw.uniform(1.5, 4.0))
            process.kill()
            process.wait()
        last = _worker(url, mx.port)
        await asyncio.to_thread(last.wait, 300)
        copies = mx.copies()
        database = Database(url)
        async with database.reading() as session:
            d = Delivery
            rows = list(await session.execute(select(d.address, d.status, d.doubtful)))
        await database.close()
    sent = [(a, doubtful) for a, status, doubtful in rows if status == DeliveryStatus.SENT]
    lost = sum(copies.get(a, 0) == 0 for a, doubtful in sent)
    twice = sum(copies.get(a, 0) > 1 and not doubtful for a, doubtful in sent)
    listed = sum(bool(doubtful) or status == DeliveryStatus.UNKNOWN for _, status, doubtful in rows)
    return Killed(len(rows), kills, lost, twice, listed)


def _worker(url: str, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.mail.worker", url, str(port), str(RATE)])
