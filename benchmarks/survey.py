"""How many answers a second Loa keeps and acknowledges, and how long a respondent waits for the next question.

**What runs.** The whole program in webhook mode in a process of its own, on SQLite (WAL, every commit on the disk)
and on PostgreSQL (``fsync`` on). This process is everybody else: the telephones, which post real ``callback_query``
updates with the secret over 40 kept connections (Telegram's default), and a loopback Bot API that accepts everything
at once. They share the machine: two slow cores.

**Answers.** 200 respondents at a time walk through the official questionnaire (sipas-2026) without thinking: as soon
as the edit with the next question has arrived, an option under it is tapped. Counted are edits that arrive within the
measured seconds. At the end the packed answers in the database must be exactly what was tapped, or the run fails.

**The peer**, in the same run on the same wire: a bare aiogram webhook bot (``echo``) that keeps nothing, acknowledges
before it handles, and makes the same two calls of the same size: the tap is answered, and the message is edited to
the same screen. Loa commits the update before it acknowledges, and the answer before it shows the next question.
Both run on asyncio's own loop.

**Waiting.** From a tap to the edit that answers it, at 50 taps a second at random moments, whether or not earlier
ones are answered, by people picked from all over 100,000 open responses: at rest, and while the same process sends a
broadcast on the same database at full pace (allowed are 1,000 messages a second, Telegram's highest; reached is
``broadcast_per_s``).

**Memory.** ``bytes_per_open_response`` is by how much the database grows with everything that stands in it for
somebody who agreed and answers (contact, consent, response, screen, indexes). ``rss_mb_100k`` is the resident memory
of the program with 100,000 of them after all of this, ``rss_mb_before`` after the walk and without them; on SQLite.

The bots take turns: five rounds of 10 s each, of which the median counts, of ``vs_echo`` that of the rounds' ratios;
then a minute of waiting each. With ``--quick``: three rounds of 0.7 s, 2 s of waiting, and on PostgreSQL 10,000
open responses.
"""

import argparse
import asyncio
import contextlib
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from benchmarks import setting
from benchmarks.bots import ECHO, FASTEST, Nursery, Running, nursery
from benchmarks.citizens import open_responses, publish_survey, telephones, wrongly_kept
from benchmarks.phones import Phone, Phones
from bot.chores import RATE_FACT
from broadcasts.approval import SYSTEM, pause, resume
from storage.contacts import learn
from storage.database import Database
from tests import postgres

AT_ONCE = 200
A_SECOND = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """How long everything takes, in seconds, and how often."""

    rounds: int
    warm: float
    round: float
    waiting: float
    recipients: int
    walkers: int
    many: dict[str, int]
    """Open responses, by kind of database."""


MANY = 100_000
QUICK = Plan(3, 0.3, 0.7, 2.0, recipients=4000, walkers=900, many={"sqlite": MANY, "postgres": 10_000})
LONG = Plan(5, 2.0, 10.0, 60.0, recipients=100_000, walkers=4000, many={"sqlite": MANY, "postgres": MANY})
STROLLERS = 2000


async def prepare(database: Database, plan: Plan) -> int:
    """A survey that people are answering, and a broadcast that waits; the survey's id."""
    await setting.prepare(database.url.render_as_string(hide_password=False), plan.recipients)
    async with database.transaction() as session:
        await pause(session, 1, SYSTEM, datetime.now(UTC))
        await learn(session, RATE_FACT, f"{FASTEST} 30")
    survey_id = await publish_survey(database)
    await open_responses(database, survey_id, 0, plan.walkers)
    return survey_id


async def walk(bot: Running, plan: Plan, walkers: list[Phone]) -> float:
    """Answers a second in one round; people go on where they were."""
    bot.phones.people |= {phone.chat: phone for phone in walkers}
    rate = await bot.phones.hurry(walkers, AT_ONCE, plan.round, plan.warm)
    assert not bot.phones.refused, f"{bot.phones.refused} posts were refused"
    return rate


async def wait(bot: Running, database: Database, survey_id: int, plan: Plan, many: int) -> dict[str, float]:
    """How long people wait, at rest and while a broadcast goes out."""
    people = await telephones(database, survey_id, plan.walkers, STROLLERS, step=many // STROLLERS)
    bot.phones.people |= {phone.chat: phone for phone in people}
    await bot.phones.stroll(people, A_SECOND, plan.warm)
    idle = await bot.phones.stroll(people, A_SECOND, plan.waiting)
    async with database.transaction() as session:
        await resume(session, 1, SYSTEM, datetime.now(UTC))
    async with asyncio.timeout(30):
        while not bot.phones.sent:
            await asyncio.sleep(0.05)
    sent, loop = bot.phones.sent, asyncio.get_running_loop()
    began = loop.time()
    busy = await bot.phones.stroll(people, A_SECOND, plan.waiting)
    rate = (bot.phones.sent - sent) / (loop.time() - began)
    async with database.transaction() as session:
        await pause(session, 1, SYSTEM, datetime.now(UTC))
    assert await wrongly_kept(database, survey_id, people) == 0
    return {
        "p50_ms": _ms(busy, 0.5), "p99_ms": _ms(busy, 0.99),
        "p50_idle_ms": _ms(idle, 0.5), "p99_idle_ms": _ms(idle, 0.99), "broadcast_per_s": round(rate, 1),
    }  # fmt: skip


def _ms(latencies: list[float], share: float) -> float:
    return round(1000 * latencies[min(int(share * len(latencies)), len(latencies) - 1)], 1)


async def size(database: Database) -> int:
    """Bytes of the database."""
    if database.is_sqlite:
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        pages = "SELECT pg_database_size(current_database())"
    async with database.reading() as session:
        return int((await session.execute(text(pages))).scalar_one())


async def measure(born: Nursery, urls: dict[str, str], plan: Plan) -> dict[str, Any]:
    """Everything, the bots started at once and measured in turn."""
    databases = {name: Database(url) for name, url in urls.items()}
    told: dict[str, Any] = {}
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(_close, databases)
        surveys = {name: await prepare(database, plan) for name, database in databases.items()}
        bots: dict[str, Running] = {}
        for name in (ECHO, *urls):
            phones = Phones()
            api_url = await stack.enter_async_context(phones.network())
            bots[name] = await born.start(name, api_url, phones, urls.get(name, ""))
        walkers = {
            name: await telephones(databases.get(name, databases["sqlite"]), surveys.get(name, 1), 0, plan.walkers)
            for name in bots
        }
        rounds = [
            {name: await walk(bot, plan, walkers[name]) for name, bot in bots.items()} for _ in range(plan.rounds)
        ]
        for name, database in databases.items():
            assert await wrongly_kept(database, surveys[name], walkers[name]) == 0
        rate = {name: median(one[name] for one in rounds) for name in bots}
        told["echo_answers_per_s"] = round(rate["echo"], 1)
        told["rss_mb_before"] = bots["sqlite"].rss_mb
        for name, database in databases.items():
            before, many = await size(database), plan.many[name]
            await open_responses(database, surveys[name], plan.walkers, many)
            told.setdefault("bytes_per_open_response", round((await size(database) - before) / many))
            told[name] = {"answers_per_s": round(rate[name], 1)}
            told[name]["vs_echo"] = round(median(one[name] / one["echo"] for one in rounds), 3)
            told[name] |= await wait(bots[name], database, surveys[name], plan, many)
            print(f"{name}: {told[name]}", flush=True)
        told["rss_mb_100k"] = bots["sqlite"].rss_mb
    return told


async def _close(databases: dict[str, Database]) -> None:
    for database in databases.values():
        await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="end within 40 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres.running(fsync=True) as pg, nursery() as born:
        urls = {"sqlite": f"sqlite+aiosqlite:///{Path(folder) / 'loa.db'}", "postgres": pg}
        told = asyncio.run(measure(born, urls, QUICK if options.quick else LONG))
    print(json.dumps(told) if options.json else told)


if __name__ == "__main__":
    main()
