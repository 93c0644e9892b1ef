"""5,000 bulletins through the dispatcher to the imitated Zalo at its documented 4,000 a minute.

Tried against the sandbox, never against live Zalo. Injected: errors of the server, cut connections, an access token
that dies half-way, people who restricted us, and people outside the window. Each of the latter two must end with that
reason, everybody else must have exactly one message.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from benchmarks.setting import prepare
from benchmarks.zalo_worker import channel
from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from sandbox.zalo.app import ZaloSandbox, serve
from sandbox.zalo.settings import Rules, Settings
from sandbox.zalo.world import Person
from storage.database import Database
from storage.enums import BroadcastStatus, DeliveryStatus, Reason
from storage.tables import Broadcast, Delivery

PER_MINUTE = 4000
RATE = PER_MINUTE / 60
RESTRICTED, OUTSIDE = 40, 100
"""One person in so many restricted us, or spoke with us too long ago."""
FAULTS = ({"kind": "500", "share": 0.005}, {"kind": "502", "share": 0.005}, {"kind": "cut", "share": 0.005})
FINAL = (BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN, BroadcastStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of a run; ``wrong`` is what must be empty."""

    people: int
    seconds: float
    per_minute: float
    sent: int
    by_reason: dict[str, int]
    doubtful: int
    twice: int
    missing: int
    refreshed: int
    slowed_down: int
    """How often Zalo's refusals for the rate lowered ours."""
    cpu_seconds: float
    """Of this process, in which the imitated Zalo runs as well."""
    wrong: list[str]


async def on_zalo(database_url: str, count: int) -> None:
    """The broadcast of ``benchmarks.setting``, with everybody on Zalo, having spoken with us just now."""
    await prepare(database_url, count)
    database = Database(database_url)
    now = datetime.now(UTC)
    at = f"{now:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else now
    old = now - timedelta(days=8)
    old_at = f"{old:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else old
    async with database.transaction() as session:
        await session.execute(text("UPDATE contacts SET channel = 'zalo_oa'"))
        await session.execute(text("UPDATE deliveries SET channel = 'zalo_oa'"))
        chats = """INSERT INTO zalo_chats (channel, address, interacted_at, typed)
                   SELECT 'zalo_oa', address, CASE WHEN id % :outside = 0 THEN :old ELSE :now END, '' FROM contacts"""
        if not database.is_sqlite:
            chats = chats.replace(":old", "CAST(:old AS timestamptz)").replace(":now", "CAST(:now AS timestamptz)")
        await session.execute(text(chats), {"now": at, "old": old_at, "outside": OUTSIDE})
    await database.close()


def people(sandbox: ZaloSandbox, count: int) -> None:
    """The same people in the imitated world; those who restricted us refuse."""
    now = sandbox.clock.now()
    for id in range(2, count + 2):
        outside = id % OUTSIDE == 0
        refuses = -244 if id % RESTRICTED == 1 and not outside else 0
        then = now - 8 * 86_400 if outside else now
        sandbox.world.add(Person(str(id), f"Cán bộ {id}", refuses=refuses, interacted=then))


async def run(count: int, folder: Path) -> Findings:
    """One broadcast from its first message to its last."""
    url = f"sqlite+aiosqlite:///{folder / 'zalo.db'}"
    await on_zalo(url, count)
    async with serve(Settings(rules=Rules(per_minute=PER_MINUTE))) as sandbox:
        people(sandbox, count)
        for fault in FAULTS:
            sandbox.api.faults.order({**fault, "methods": ["cs"]})
        database = Database(url)
        zalo = channel(sandbox.url, database, 10.0)
        pace = Pace(RATE, RATE)
        dispatcher = Dispatcher(database, zalo, pace, chats=Chats(private_gap=0.0))
        began = time.monotonic()
        running = asyncio.create_task(dispatcher.run())
        killed = False
        while (await _status(database)) not in FINAL:
            await asyncio.sleep(0.2)
            if not killed and sum(len(p.messages) for p in sandbox.world.people.values()) > count / 2:
                sandbox.api.tokens._access_until, killed = 0.0, True
        seconds = time.monotonic() - began
        await dispatcher.stop()
        await running
        found = await _found(database, sandbox, count, seconds, pace)
        await zalo.close()
        await database.close()
        return found


async def _status(database: Database) -> BroadcastStatus:
    async with database.reading() as session:
        return BroadcastStatus((await session.scalars(select(Broadcast.status))).one())


async def _found(database: Database, sandbox: ZaloSandbox, count: int, seconds: float, pace: Pace) -> Findings:
    async with database.reading() as session:
        rows = (
            await session.execute(select(Delivery.address, Delivery.status, Delivery.reason, Delivery.doubtful))
        ).all()
    copies = {id: len(person.messages) for id, person in sandbox.world.people.items()}
    may_fail = {id for id, person in sandbox.world.people.items() if person.refuses or int(id) % OUTSIDE == 0}
    failed = {row.address for row in rows if row.status != DeliveryStatus.SENT}
    reasons = Counter(str(row.reason) for row in rows if row.status != DeliveryStatus.SENT)
    missing = {id for id, n in copies.items() if n == 0} - may_fail
    twice = {id for id, n in copies.items() if n > 1}
    wrong = [
        *(["failed beyond what was injected"] if failed - may_fail else []),
        *(["of the injected some did not fail"] if may_fail - failed else []),
        *(["other reasons"] if set(reasons) - {str(Reason.BLOCKED), str(Reason.WINDOW_CLOSED)} else []),
        *(["somebody has it twice"] if twice else []), *(["somebody has it not"] if missing else []),
    ]  # fmt: skip
    sent = sum(row.status == DeliveryStatus.SENT for row in rows)
    return Findings(
        count, round(seconds, 1), round(60 * len(rows) / seconds), sent, dict(reasons),
        sum(row.doubtful for row in rows), len(twice), len(missing), sandbox.api.tokens.refreshed, pace.episodes,
        round(time.process_time(), 1), wrong,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="500 people instead of 5,000")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(500 if options.quick else 5000, Path(folder)))
    told: dict[str, Any] = asdict(found)
    for name, value in told.items():
        print(f"{name}: {value}")
    print("tried against the sandbox, never against live Zalo")
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    if found.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
