"""One, two and four processes on one PostgreSQL: how much more they do, whether they keep one budget, who is lost.

**Budget.** 1, 2 and 4 real dispatchers share a rate of 30 a second. ``rate_error`` is the worst of the differences
between that rate and the slope of the line through the moments at which a loopback Bot API was asked (least squares:
a message that is late at the edge of the window by the machine's fault does not count like one too many);
``most_in_a_second`` is the most that came within any second; ``fairness`` the smallest share of a worker over the
largest.

**Speed.** Deliveries a second twice. *Bound by the network*: it answers after 0.25 s and takes eight requests of one
process at a time, so that one process can do 32 a second whatever its processor does: ``speed_up_deliveries`` tells
whether several do that many times as much, claiming from one ledger. *Bound by the processor* (``lifted``): nothing
in the way. Answers a second are of whole programs in webhook mode whose respondents tap on as soon as they are
answered (see ``benchmarks.survey``); ``speed_up_answers`` is bound by the processor too. Everything runs on the
machine's cores, PostgreSQL (``fsync`` on), the telephones and the network among them: on two cores there is little
left to divide, and a figure near 1 there says only that several do not hinder each other. ``speed_up`` is the one of
deliveries that the network binds.

**Trouble.** Three dispatchers share 200 a second in a network that keeps the truth. One is killed with ``kill -9``
and replaced, one is stopped with SIGSTOP for longer than its lease and goes on, and in the middle PostgreSQL is
restarted, which cuts off everybody. ``lost``: no copy and not listed; ``duplicates``: two copies and not listed;
``unknown``: listed as doubtful; ``recovery_s``: from PostgreSQL taking connections again to the next message.

Without ``--quick`` rounds are longer, and ``benchmarks.million`` follows.
"""

import argparse
import asyncio
import bisect
import json
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, text

from benchmarks import million, setting
from benchmarks.bots import Nursery as Bots
from benchmarks.bots import nursery as bots
from benchmarks.citizens import open_responses, publish_survey, telephones, wrongly_kept
from benchmarks.kills.count import Row, count
from benchmarks.kills.network import Network, serving
from benchmarks.kills.victims import Nursery, Worker, nursery
from benchmarks.phones import Phone, Phones, _Post
from benchmarks.server import running as accepting
from benchmarks.server import stats
from benchmarks.worker import Order
from storage import migrate
from storage.database import Database
from storage.enums import BroadcastStatus
from storage.tables import Base, Broadcast, Delivery
from tests import postgres

RATE, TROUBLED = 30.0, 200.0
ENDLESS = 20_000.0
DELAY, AT_A_TIME = 0.25, 8
"""Seconds until the slow network answers, and how many requests of one process it takes meanwhile."""
SPARE = 200
"""Messages a second that the slow network would take of all together, more than they can send."""
LEASE = 3.0
COUNTS = (1, 2, 4)
ENDS = (1, 4)
MOST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds of each round, messages of the fast one, people in the one with trouble, and who taps."""

    budget: float
    speed: float
    warm: float
    messages: int
    people: int
    walkers: int


@dataclass(frozen=True, slots=True)
class Kept:
    """By what share the rate was missed, the smallest share of a worker over the largest, most within a second."""

    error: float
    even: float
    most: int


QUICK = Plan(budget=2.5, speed=1.0, warm=0.5, messages=4000, people=600, walkers=400)
LONG = Plan(budget=20.0, speed=8.0, warm=2.0, messages=20_000, people=8000, walkers=3000)


async def emptied(url: str, people: int) -> None:
    """A broadcast on its way to so many people, and nothing else."""
    database = Database(url)
    async with database.transaction() as session:
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        await session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    await database.close()
    await setting.prepare(url, people)


async def kept(url: str, workers: Nursery, plan: Plan, number: int) -> Kept:
    """How well so many workers keep the common rate."""
    await emptied(url, int(RATE * (plan.budget + plan.warm + MOST_SECONDS)))
    async with serving(random.Random(1), 0.0) as network:
        born = await _begin(url, workers, network, number)
        await _sent(network, 1)
        await asyncio.sleep(plan.warm)
        while not all(network.requests[worker.place] for worker in born):
            await asyncio.sleep(0.01)
        before, first = dict(network.requests), len(network.moments)
        await asyncio.sleep(plan.budget)
        after, moments = dict(network.requests), network.moments[first:]
        for worker in born:
            await worker.stop()
    shares = [after.get(worker.place, 0) - before.get(worker.place, 0) for worker in born]
    most = max(bisect.bisect_left(moments, at + 1.0) - n for n, at in enumerate(moments))
    return Kept(abs(slope(moments) - RATE) / RATE, min(shares) / max(shares), most)


def slope(moments: Sequence[float]) -> float:
    """How many a second: of the line through the moments and their numbers, by least squares."""
    return linear_regression(moments, range(len(moments))).slope


async def _begin(url: str, workers: Nursery, network: Network, number: int, rate: float = RATE) -> list[Worker]:
    orders = [Order(f"{network.url}/{n}", setting.TOKEN, url, rate, LEASE, budget="bot") for n in range(number)]
    return [await workers.bear(order, str(n)) for n, order in enumerate(orders)]


async def _sent(network: Network, least: int, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while sum(network.requests.values()) < least:
            await asyncio.sleep(0.005)


async def delivered(url: str, workers: Nursery, plan: Plan, number: int, *, delay: float = 0.0) -> float:
    """Deliveries a second of so many workers: with nothing in their way, or in a network that answers late."""
    messages = int(number * AT_A_TIME / delay * plan.speed) if delay else plan.messages
    await emptied(url, 2 * number * SPARE + 3 * messages if delay else 3 * messages)
    with accepting(delay) as api:
        order = Order(
            api,
            setting.TOKEN,
            url,
            SPARE if delay else ENDLESS,
            20 * LEASE,
            budget="slow" if delay else "fast",
            connections=AT_A_TIME if delay else 0,
        )
        born = [await workers.bear(order, str(n)) for n in range(number)]
        while not (await asyncio.to_thread(stats, api)).accepted:
            await asyncio.sleep(0.05)
        await asyncio.sleep(plan.warm)
        await asyncio.to_thread(stats, api)
        began, accepted = time.perf_counter(), 0
        while accepted < messages and time.perf_counter() < began + MOST_SECONDS:
            await asyncio.sleep(0.1)
            accepted += (await asyncio.to_thread(stats, api)).accepted
        took = time.perf_counter() - began
        for worker in born:
            worker.kill()
    return accepted / took


async def answered(url: str, born: Bots, plan: Plan) -> dict[int, float]:
    """Answers a second of 1 and 4 whole programs behind as many doors; all of them kept as they were tapped."""
    await emptied(url, 1)
    database, told = Database(url), {}
    survey_id = await publish_survey(database)
    await open_responses(database, survey_id, 0, plan.walkers * len(ENDS))
    async with AsyncExitStack() as stack:
        phones = Phones()
        api = await stack.enter_async_context(phones.network())
        doors: list[str] = []
        for round_, number in enumerate(ENDS):
            doors += await born.start_together(number - len(doors), api, phones, url)
            await _connect(phones, doors)
            walkers = await telephones(database, survey_id, plan.walkers * round_, plan.walkers)
            phones.people |= {phone.chat: phone for phone in walkers}
            told[number] = await _hurried(phones, walkers, plan)
            assert await wrongly_kept(database, survey_id, walkers) == 0
    await database.close()
    return told


async def _connect(phones: Phones, doors: list[str]) -> None:
    """As many connections as Telegram has, shared out to the doors."""
    loop = asyncio.get_running_loop()
    for post in phones._free:
        post.transport.close()
    phones._free = []
    for n in range(40):
        at = urlsplit(f"http://{doors[n % len(doors)]}")
        assert at.hostname is not None
        phones._free.append((await loop.create_connection(lambda: _Post(phones), at.hostname, at.port or 80))[1])


async def _hurried(phones: Phones, walkers: list[Phone], plan: Plan) -> float:
    rate = await phones.hurry(walkers, 150, plan.speed, plan.warm)
    assert not phones.refused, f"{phones.refused} posts were refused"
    return rate


async def troubled(url: str, workers: Nursery, plan: Plan) -> dict[str, Any]:
    """A kill, a stop and a restart of the database in one broadcast; what became of everybody."""
    await emptied(url, plan.people)
    async with serving(random.Random(2), 0.0) as network:
        killed, stopped, _ = born = await _begin(url, workers, network, 3, TROUBLED)
        await _sent(network, plan.people // 8)
        killed.kill()
        order = Order(f"{network.url}/new", setting.TOKEN, url, TROUBLED, LEASE, budget="bot")
        await workers.bear(order, "new")
        await _sent(network, plan.people // 4)
        stopped.signal(signal.SIGSTOP)
        await _sent(network, plan.people // 2)
        await asyncio.to_thread(postgres.restart, url)
        back, at = time.perf_counter(), sum(network.requests.values())
        await _sent(network, at + 1)
        recovery = time.perf_counter() - back
        await asyncio.sleep(LEASE)
        stopped.signal(signal.SIGCONT)
        rows = await _ended(url, 120)
        await asyncio.sleep(0.5)
        for worker in [*born[1:], workers.born[-1]]:
            await worker.stop()
        found = count(rows, network.accepted, {}, "resend").all
    return {"lost": found.lost, "duplicates": found.duplicates, "unknown": found.unknown,
            "misrecorded": found.misrecorded, "recovery_s": round(recovery, 2)}  # fmt: skip


async def _ended(url: str, seconds: float) -> list[Row]:
    database = Database(url)
    d = Delivery
    async with asyncio.timeout(seconds):
        while True:
            async with database.reading() as session:
                status = await session.scalar(select(Broadcast.status))
                rows = [Row(*row) for row in await session.execute(
                    select(d.address, d.status, d.doubtful, d.message_ids))]  # fmt: skip
            if status in (BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN):
                await database.close()
                return rows
            await asyncio.sleep(0.2)


async def measure(url: str, plan: Plan) -> dict[str, Any]:
    told: dict[str, Any] = {}
    began = time.perf_counter()
    await migrate.upgrade(url)
    with tempfile.TemporaryDirectory() as folder, nursery(Path(folder)) as workers:
        budgets = {n: await kept(url, workers, plan, n) for n in COUNTS}
        told["rate_error"] = round(max(one.error for one in budgets.values()), 4)
        told["rate_errors"] = {n: round(one.error, 4) for n, one in budgets.items()}
        told["most_in_a_second"] = {n: one.most for n, one in budgets.items()}
        told["fairness"] = {n: round(one.even, 3) for n, one in budgets.items()}
        print(f"budget: {told}", flush=True)
        slow = {n: await delivered(url, workers, plan, n, delay=DELAY) for n in COUNTS}
        told["deliveries_per_s"] = {n: round(rate) for n, rate in slow.items()}
        told["speed_up_deliveries"] = told["speed_up"] = round(slow[4] / max(slow[1], 1.0), 2)
        fast = {n: await delivered(url, workers, plan, n) for n in ENDS}
        told["lifted_per_s"] = {n: round(rate) for n, rate in fast.items()}
        told["speed_up_lifted"] = round(fast[4] / max(fast[1], 1.0), 2)
        print(f"deliveries: {told['deliveries_per_s']}", flush=True)
        with bots() as born:  # which imports what it needs while the others wait
            told |= (trouble := await troubled(url, workers, plan))
            print(f"trouble: {trouble}", flush=True)
            walked = await answered(url, born, plan)
    told["answers_per_s"] = {n: round(rate) for n, rate in walked.items()}
    told["speed_up_answers"] = round(walked[4] / max(walked[1], 1.0), 2)
    told["seconds"] = round(time.perf_counter() - began, 1)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="end within 40 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args()
    with postgres.running(fsync=True) as url:
        told = asyncio.run(measure(url, QUICK if options.quick else LONG))
    if not options.quick:
        with postgres.running(fsync=True) as url:
            told["million"] = asyncio.run(million.measure(url, 1_000_000))
    print(json.dumps(told) if options.json else told)


if __name__ == "__main__":
    main()
