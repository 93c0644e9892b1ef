"""`python -m benchmarks.mail`: a bulletin to 5,000 addresses through a real Postfix that signs, as root on Debian.

Handed over is what the ledger counts; delivered is what lies in the mailboxes of the exchanger behind Postfix; what
comes back goes through our own listener. Everything runs on this one machine, the exchanger and the signer too.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dkim
from sqlalchemy import select

from benchmarks.mail.kills import killed
from benchmarks.mail.naive import naive
from benchmarks.mail.setting import email_to, exchanger, prepare, until_no_more
from benchmarks.postfix.setup import missing, postfix
from bot.bounces import Bounces, listener
from bot.mailing import mail_secret
from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from storage.broadcasts import tally
from storage.database import Database
from storage.enums import DeliveryStatus, Reason
from storage.tables import Contact

RATE = 500.0
SAMPLE = 20


async def measured(count: int, loop: int) -> dict[str, Any]:
    """One bulletin out and its reports back, then the plain loop."""
    with tempfile.TemporaryDirectory() as folder, exchanger() as mx:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'loa.db'}"
        await prepare(url, count)
        database = Database(url)
        bounces = Bounces(database, await mail_secret(database))
        back = await asyncio.get_running_loop().create_server(listener(bounces), "127.0.0.1", 0)
        with postfix(exchanger=mx.port, receiver=back.sockets[0].getsockname()[1], lifetime="0") as server:
            email = await email_to(server.port, database)
            dispatcher = Dispatcher(database, email, Pace(RATE, RATE))
            began, worked = time.monotonic(), time.process_time()
            running = asyncio.create_task(dispatcher.run())
            while (now := await _tally(database)).waiting:
                await asyncio.sleep(0.1)
            handed_over, worked = time.monotonic() - began, time.process_time() - worked
            expected = count - now.reasons.get(Reason.BOUNCED, 0)
            while mx.taken() < expected - bounces.counts["bounce"] and time.monotonic() - began < 300:
                await asyncio.sleep(0.1)
            delivered = time.monotonic() - began
            await until_no_more(lambda: bounces.counts["bounce"], still=3)
            await dispatcher.stop()
            await running
            end = await _tally(database)
            async with database.reading() as session:
                stopped = len(list(await session.scalars(select(Contact.id).where(Contact.stopped_at.is_not(None)))))
            copies = mx.copies()
            signed = _signed(mx, list(copies)[:SAMPLE], server.dkim_record)
            await email.close()
            mx.asked(method="DELETE")
            began_plain = time.process_time()
            plain = await naive(server.port, loop)
            worked_plain = time.process_time() - began_plain
        back.close()
        await database.close()
    return {
        "people": count, "handed_over_s": round(handed_over, 1), "handed_over_per_s": round(count / handed_over, 1),
        "delivered_s": round(delivered, 1), "mailboxes": len(copies),
        "more_than_one": sum(n > 1 for n in copies.values()),
        "sent": end.by_status[DeliveryStatus.SENT], "bounced": end.reasons.get(Reason.BOUNCED, 0), "stopped": stopped,
        "signatures_good": signed, "of": SAMPLE, "naive_per_s": round(plain, 1),
        "cpu_ms_each": round(1000 * worked / count, 1), "naive_cpu_ms_each": round(1000 * worked_plain / loop, 1),
        "ratio": round(count / handed_over / plain, 1),
    }  # fmt: skip


async def _tally(database: Database) -> Any:
    async with database.reading() as session:
        return await tally(session, 1)


def _signed(mx: Any, addresses: list[str], record: bytes) -> int:
    """How many of these e-mails have a good signature that covers both headers for unsubscribing."""
    good = 0
    for address in addresses:
        number = mx.asked(f"/{address}")[0]["number"]
        with urllib.request.urlopen(f"{mx.url}/{address}/{number}/raw", timeout=10) as answer:
            raw = answer.read()
        covered = raw.lower().partition(b"received:")[0]
        good += (
            dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
            and b"list-unsubscribe:" in covered.replace(b"\r\n\t", b"").replace(b" ", b"")
            and b"list-unsubscribe-post" in covered
        )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.mail", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="500 addresses and 3 kills instead of 5,000 and 12")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Postfix is stopped, too
    told: dict[str, Any] = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    if gone := missing():
        told["postfix"] = f"not run, missing: {', '.join(gone)}"
    else:
        people = 500 if said.quick else said.people
        told["postfix"] = asyncio.run(measured(people, max(people // 10, 50)))
    told["kills"] = asdict(asyncio.run(killed(*((400, 3) if said.quick else (1500, 12)))))
    print(json.dumps(told, indent=None if said.json else 2, ensure_ascii=False))
    clean = told["kills"]["lost"] == told["kills"]["unlisted_twice"] == 0
    return 0 if clean and isinstance(told["postfix"], dict) else 1


if __name__ == "__main__":
    sys.exit(main())
