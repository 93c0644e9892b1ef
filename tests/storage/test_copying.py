"""Everything moves between the databases both ways, also when it is interrupted, and never into somebody else's."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from benchmarks.setting import prepare
from bot.cli.main import main
from broadcasts.finish import start_due
from storage import copying, migrate
from storage.contacts import fact, learn
from storage.copying import MARK, NotCopied, checksum, copy, tables
from storage.database import Database
from storage.enums import ChannelName
from storage.leases import hold
from storage.people import add_person
from storage.tables import Base, Delivery, Person
from tests.broadcasts.conftest import approved, dispatching, until_still
from tests.postgres import another
from tests.surveys.test_fieldwork import HAPPY, UNHAPPY, answered
from tests.world import World, world

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite")], ids=lambda way: f"{way[0]} to {way[1]}")
async def way(
    request: pytest.FixtureRequest, sqlite_url: str, postgres_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Database, Database]]:
    """A source with today's schema and an empty target of the other kind."""
    urls = {"sqlite": sqlite_url, "postgresql": postgres_url}
    made = Database(urls[request.param[0]]), Database(urls[request.param[1]])
    yield made
    for one in made:
        await one.close()


async def lived(database: Database, now) -> World:
    """A database in which a broadcast went out and somebody answered."""
    async with world(database, now) as loa:
        broadcast_id = await approved(loa, 12)
        await start_due(database, [ChannelName.TELEGRAM], now, latest=timedelta(hours=1))
        async with dispatching(loa):
            await until_still(loa, broadcast_id)
        survey_id, _ = await loa.survey()
        await answered(loa, survey_id, "2001", HAPPY)
        await answered(loa, survey_id, "2002", UNHAPPY)
        return loa


async def rows_of(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        return {t.name: await session.scalar(select(func.count()).select_from(t)) or 0 for t in tables()}


async def test_everything_is_there_afterwards_and_life_goes_on(way: tuple[Database, Database], now):
    source, target = way
    await lived(source, now)

    copied = await copy(source, target)

    assert {one.table: one.rows for one in copied} == await rows_of(source) == await rows_of(target)
    assert [await checksum(target, t) for t in tables()] == copied
    assert sum(one.rows for one in copied) > 60
    async with target.transaction() as session:
        highest = await session.scalar(select(func.max(Person.id)))
        assert highest is not None
        assert await add_person(session, "Người mới", now) == highest + 1
        assert await fact(session, MARK) is None


async def test_a_copy_that_broke_off_goes_on_where_it_was(way: tuple[Database, Database], now, monkeypatch):
    source, target = way
    await lived(source, now)
    monkeypatch.setattr(copying, "CHUNK", 3)
    seen: list[tuple[str, int]] = []

    def break_off(table: str, rows: int) -> None:
        seen.append((table, rows))
        if table == "deliveries":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copy(source, target, told=break_off)
    again: list[tuple[str, int]] = []
    copied = await copy(source, target, told=lambda *what: again.append(what))

    assert ("contacts", 3) in seen
    assert ("contacts", 3) not in again
    assert {one.table: one.rows for one in copied} == await rows_of(target)


async def test_a_database_that_holds_something_else_is_left_alone(way: tuple[Database, Database], now):
    source, target = way
    await lived(source, now)
    async with target.transaction() as session:
        await add_person(session, "Người khác", now)
    before = await rows_of(target)
    with pytest.raises(NotCopied, match="the target is not empty \\(persons has rows\\); nothing was changed"):
        await copy(source, target)
    assert await rows_of(target) == before


async def test_a_copy_of_another_source_is_not_gone_on_with(way: tuple[Database, Database]):
    source, target = way
    async with target.transaction() as session:
        await learn(session, MARK, "somewhere else")
    with pytest.raises(NotCopied, match="an unfinished copy of somewhere else; empty it first"):
        await copy(source, target)
    with pytest.raises(NotCopied, match="the source is itself an unfinished copy"):
        await copy(target, source)


async def test_while_loa_runs_nothing_is_copied(way: tuple[Database, Database]):
    source, target = way
    await hold(source, "clock", timedelta(seconds=60))
    with pytest.raises(NotCopied, match="Loa is running on the source"):
        await copy(source, target)


async def test_a_difference_is_not_overlooked(way: tuple[Database, Database], now, monkeypatch):
    source, target = way
    await lived(source, now)
    writing = copying._write

    async def wrongly(into, table, rows) -> None:
        await writing(into, table, rows)
        if table.name == "deliveries":
            async with into.transaction() as session:
                await session.execute(text("UPDATE deliveries SET message_ids = '1' WHERE id = 2"))

    monkeypatch.setattr(copying, "_write", wrongly)
    with pytest.raises(NotCopied, match="deliveries is not the same on both sides"):
        await copy(source, target)


def test_the_command_killed_in_the_middle_is_given_again(sqlite_url: str, postgres_server: str, now, tmp_path: Path):
    """A real process with ``kill -9`` while rows are on their way; then the same command ends well."""
    target = asyncio.run(_empty(postgres_server))
    asyncio.run(_many(sqlite_url, now, 30_000))
    words = [sys.executable, "-m", "bot", "copy", "--from", sqlite_url, "--to", target]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for _ in range(3000):
        done = asyncio.run(_count(target))
        if done > 4000 or process.poll() is not None:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = asyncio.run(_count(target))

    said = CliRunner().invoke(main, ["copy", "--from", sqlite_url, "--to", target, "--json"])

    assert 0 < there < 30_000
    assert said.exit_code == 0, said.output
    told = {one["table"]: one["rows"] for one in json.loads(said.stdout)}
    assert (told["persons"], told["deliveries"]) == (30_001, 30_000)
    refused = CliRunner().invoke(main, ["copy", "--from", sqlite_url, "--to", target])
    assert refused.exit_code == 2
    assert "the target is not empty" in refused.stderr


async def _empty(server: str) -> str:
    name = f"copied{os.getpid()}"
    return await asyncio.to_thread(another, server, name)


async def _many(url: str, now, count: int) -> None:
    await prepare(url, count)


async def _count(url: str) -> int:
    if await migrate.current(url) is None:
        return 0
    database = Database(url)
    async with database.reading() as session:
        found = await session.scalar(select(func.count()).select_from(Delivery))
    await database.close()
    return found or 0


def test_every_table_is_copied_but_leases_and_what_is_counted():
    assert {table.name for table in tables()} == set(Base.metadata.tables) - {"leases", "delivery_counts"}
