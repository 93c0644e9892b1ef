"""Workers that are killed, put to sleep, or given a wrong clock: nobody is lost, and only the listed have two copies."""

import asyncio
import random
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.kills.round import Kill, Round
from benchmarks.kills.steps import Step
from benchmarks.kills.victims import Nursery, Worker
from tests.bot.workers import Hiring, arrived, begun, ended, hold, holders, marked, rows, sent, until
from tests.broadcasts.test_dispatch import received
from tests.world import World

HOUR = 3600
BRIEF = [
    Kill(step, pair=step is Step.RECORD) for step in (Step.MARK, Step.SEND, Step.ACCEPT, Step.REPLY, Step.RECORD)
]


@pytest.fixture
def now() -> datetime:
    """Workers have the real time."""
    return datetime.now(UTC)


@pytest.mark.parametrize("policies", [("hold", "resend"), ("resend", "hold")], ids="-".join)
async def test_kill_nine_at_each_step_loses_nobody(
    sqlite_url: str, postgres_url: str, workers: Nursery, policies: tuple[str, str]
):
    """The short form of ``python -m benchmarks.kills``: both databases at once."""
    rounds = [
        Round(url, policy, workers, random.Random(7), losing=0, before=10, spare=80).play(BRIEF)
        for url, policy in zip((sqlite_url, postgres_url), policies, strict=True)
    ]
    for findings, kills in await asyncio.gather(*rounds):
        assert kills == len(BRIEF)
        assert findings.all.clean, findings
        assert 0 < findings.all.unknown <= findings.bound, findings


BUSY = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"""
"""Connections that are in a transaction."""


async def asleep(sleeper: Worker, loa: World) -> None:
    """Stop it at a moment when it holds no lock of the database: nobody could go on then, which is another test."""
    while True:
        sleeper.signal(signal.SIGSTOP)
        if not loa.database.is_sqlite:
            await asyncio.sleep(0.05)  # what it asked for is answered by now
            async with loa.database.reading() as session:
                busy = await session.scalar(text(BUSY))
            if not busy:
                return
            sleeper.signal(signal.SIGCONT)
            await asyncio.sleep(0.01)
            continue
        try:
            with closing(
                sqlite3.connect(str(loa.database.url.database), timeout=0.2, isolation_level=None)
            ) as looking:
                looking.execute("BEGIN IMMEDIATE")
                looking.execute("ROLLBACK")
            return
        except sqlite3.OperationalError:
            sleeper.signal(signal.SIGCONT)
            await asyncio.sleep(0.01)


async def test_a_sleeper_that_wakes_up_overwrites_nothing(loa: World, hiring: Hiring):
    """It slept through its lease with requests under way; another worker is sending the same ones just now.

    What it had marked and not sent when it fell asleep nobody can keep it from sending: that is listed, too.
    """
    broadcast_id = await begun(loa, 60, slow=0.35)
    async with hiring.worker(lease=2.4) as sleeper:
        await until(lambda: sent(loa) >= 15)
        await asleep(sleeper, loa)
        in_doubt, held = await marked(loa), await holders(loa)
        unsent = in_doubt - arrived(loa)
        async with hiring.worker(lease=10):

            async def taken_over() -> bool:
                now = await holders(loa)
                return all(now[chat] != held[chat] for chat in in_doubt) and bool(await marked(loa) & in_doubt)

            await until(taken_over)
            sleeper.signal(signal.SIGCONT)
            end = await ended(loa, broadcast_id)

    last = {chat: str(max(m.id for m in loa.messages(int(chat)))) for chat in arrived(loa) - unsent}
    assert end.doubtful <= in_doubt
    assert {chat: row.message_ids for chat, row in (await rows(loa)).items() if chat in last} == last
    assert max(received(loa).values()) == 2


async def test_a_sleeper_that_wakes_up_marks_nothing_that_was_taken_from_it(loa: World, hiring: Hiring):
    """It slept with rows in its hands that it had not marked; another worker has them, and goes slowly."""
    broadcast_id = await begun(loa, 60)
    async with hiring.worker() as sleeper:
        await until(lambda: sent(loa) >= 10)
        await asleep(sleeper, loa)
        in_doubt, held = await marked(loa), await holders(loa)
        async with hiring.worker(rate=25, lease=10):  # so that a slow machine puts nothing of its own in doubt

            async def taken_over() -> bool:
                return sum(token != held[chat] for chat, token in (await holders(loa)).items()) > 20

            await until(taken_over)
            sleeper.signal(signal.SIGCONT)
            end = await ended(loa, broadcast_id)

    assert end.doubtful <= in_doubt


async def test_a_sleeper_that_wakes_up_at_the_end_changes_nothing(loa: World, hiring: Hiring):
    broadcast_id = await begun(loa, 50)
    async with hiring.worker() as sleeper:
        await until(lambda: sent(loa) >= 10)
        await asleep(sleeper, loa)
        in_doubt = await marked(loa)
        unsent = in_doubt - arrived(loa)
        async with hiring.worker(lease=10):
            end = await ended(loa, broadcast_id)
            before, ledger = sent(loa), await rows(loa)
            sleeper.signal(signal.SIGCONT)
            await asyncio.sleep(1)

    assert end.doubtful == in_doubt
    assert sent(loa) <= before + len(unsent)
    assert await rows(loa) == ledger


async def test_a_clock_that_jumps_back_and_forth(loa: World, hiring: Hiring, tmp_path: Path):
    """Back: what is due waits for its time again. Forth: leases end early, and who may have two is listed."""
    broadcast_id = await begun(loa, 100)
    clock = tmp_path / "clock"
    clock.write_text("0")
    async with hiring.worker(clock=str(clock)):
        await until(lambda: sent(loa) >= 15)
        for wrong in (-HOUR, 0, HOUR):
            clock.write_text(str(wrong))
            await asyncio.sleep(0.7)
        await ended(loa, broadcast_id)


async def test_two_workers_whose_clocks_disagree_by_an_hour(loa: World, hiring: Hiring, tmp_path: Path):
    """Each takes the other's leases for ended long ago: the fence keeps what the ledger says true.

    What the fast one put off, for an hour as the other sees it, waits until a clock gets there: it is fast at the end.
    """
    broadcast_id = await begun(loa, 100)
    clock = tmp_path / "clock"
    clock.write_text(str(HOUR))
    async with hiring.worker(), hiring.worker(clock=str(clock)):
        for wrong in (HOUR, 0, -HOUR, HOUR):
            clock.write_text(str(wrong))
            await asyncio.sleep(0.8)
        hold(loa, 0.1)
        await ended(loa, broadcast_id)
