"""Jobs on both databases: done once, later, again after a failure; by another process when the first one dies."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs import Handler, Jobs, jobs_of
from bot.jobs import here as here_module
from bot.jobs import queued as queued_module
from bot.jobs.queued import JobsQueued
from storage.database import Database


@asynccontextmanager
async def working(jobs: Jobs, handlers: Mapping[str, Handler]) -> AsyncIterator[None]:
    running = asyncio.create_task(jobs.run(handlers))
    yield
    jobs.stop()
    await asyncio.wait_for(running, 20)


async def until(what) -> None:
    async with asyncio.timeout(30):
        while not what():
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    monkeypatch.setattr(here_module, "AGAIN_AFTER", timedelta(seconds=0.2))
    monkeypatch.setattr(queued_module, "RETRY_AFTER", timedelta(seconds=0.2))
    monkeypatch.setattr(queued_module, "LOOK", timedelta(seconds=0.5))


async def test_a_job_is_done_with_what_it_was_given(database: Database):
    jobs, done = jobs_of(database), []

    async def count(payload) -> None:
        done.append(payload["survey"])

    async with working(jobs, {"count": count}):
        for n in range(5):
            assert await jobs.put("count", {"survey": n})
        await until(lambda: len(done) == 5)
    assert sorted(done) == [0, 1, 2, 3, 4]


async def test_a_job_with_a_key_waits_only_once(database: Database):
    jobs, done, go_on = jobs_of(database), [], asyncio.Event()

    async def count(payload) -> None:
        done.append(payload["survey"])
        await go_on.wait()

    async with working(jobs, {"count": count}):
        assert await jobs.put("count", {"survey": 1}, key="survey 1")
        await until(lambda: done == [1])
        assert not await jobs.put("count", {"survey": 1}, key="survey 1")
        assert await jobs.put("count", {"survey": 2}, key="survey 2")
        go_on.set()
        await until(lambda: done == [1, 2])
        async with asyncio.timeout(20):
            while not await jobs.put("count", {"survey": 1}, key="survey 1"):
                await asyncio.sleep(0.05)
        await until(lambda: done == [1, 2, 1])


async def test_a_job_is_not_done_before_its_time(database: Database):
    jobs, done = jobs_of(database), []
    loop = asyncio.get_running_loop()

    async def count(payload) -> None:
        done.append(loop.time())

    async with working(jobs, {"count": count}):
        began = loop.time()
        await jobs.put("count", {}, at=datetime.now(UTC) + timedelta(seconds=1))
        await until(lambda: done)
    assert done[0] - began >= 0.95


async def test_a_job_that_fails_is_done_again(database: Database):
    jobs, tries = jobs_of(database), []

    async def stumble(payload) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not yet")

    async with working(jobs, {"stumble": stumble}):
        await jobs.put("stumble", {})
        await until(lambda: len(tries) == 3)


async def test_a_stop_lets_what_is_being_done_end(database: Database):
    jobs, began, ended = jobs_of(database), asyncio.Event(), []

    async def slow(payload) -> None:
        began.set()
        await asyncio.sleep(0.5)
        ended.append(1)

    async with working(jobs, {"slow": slow}):
        await jobs.put("slow", {})
        await began.wait()
    assert ended == [1]


async def test_what_a_killed_process_had_in_hand_is_done_by_another(postgres_url: str):
    """The first process is a fork that is killed in the middle of its job."""
    database = Database(postgres_url)
    beat = timedelta(seconds=1)
    jobs, done = JobsQueued(database, heartbeat=beat), []
    await jobs.put("count", {"survey": 7})
    reading, writing = os.pipe()
    child = os.fork()
    if not child:

        async def die() -> None:
            async def hang(payload) -> None:
                os.write(writing, b"x")
                await asyncio.sleep(60)

            await JobsQueued(Database(postgres_url), heartbeat=beat).run({"count": hang})

        asyncio.events._set_running_loop(None)
        asyncio.run(die())
        os._exit(0)
    assert await asyncio.to_thread(os.read, reading, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    await asyncio.to_thread(os.waitpid, child, 0)

    async def count(payload) -> None:
        done.append(payload["survey"])

    async with working(jobs, {"count": count}):
        await until(lambda: done == [7])
    await database.close()
