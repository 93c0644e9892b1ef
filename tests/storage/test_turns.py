"""A person's turn belongs to one process at a time, ends with its holder, and a call is heard by the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from storage import turns as module
from storage.database import Database
from storage.enums import ChannelName
from storage.inbox import Overtaken, handled, keep, waiting
from storage.leases import held, hold, leave
from storage.turns import Turns

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@asynccontextmanager
async def open_line(database: Database, heard=lambda: None) -> AsyncIterator[Turns]:
    made = Turns(database, heard)
    running = asyncio.create_task(made.run())
    await made.open.wait()
    yield made
    running.cancel()
    await asyncio.wait([running])


async def arrived(database: Database, *addresses: str) -> list[tuple[int, str]]:
    async with database.transaction() as session:
        await keep(session, ChannelName.TELEGRAM, [(f"{n}", a, b"{}") for n, a in enumerate(addresses)], NOW)
    async with database.reading() as session:
        return [(one.id, one.address) for one in await waiting(session, 100)]


async def test_a_turn_is_one_processs_until_it_is_given_back(postgres_url: str):
    database = Database(postgres_url)
    lan, hoa = await arrived(database, "1", "2")
    async with open_line(database) as ours, open_line(database) as theirs:
        assert await ours.take([lan], 10) == {lan[0]}
        assert await theirs.take([lan, hoa], 10) == {hoa[0]}
        assert theirs.elsewhere() == ["1"]
        ours.give(["1"])
        async with asyncio.timeout(5):
            while await theirs.take([lan], 10) != {lan[0]}:
                await asyncio.sleep(0.01)
    await database.close()


async def test_a_turn_ends_with_the_process_that_has_it(postgres_url: str):
    database = Database(postgres_url)
    (lan,) = await arrived(database, "1")
    async with open_line(database) as theirs:
        async with open_line(database) as ours:
            assert await ours.take([lan], 10) == {lan[0]}
            assert await theirs.take([lan], 10) == set()
        async with asyncio.timeout(5):
            while await theirs.take([lan], 10) != {lan[0]}:
                await asyncio.sleep(0.01)
    await database.close()


async def test_a_turn_is_not_waited_for_for_ever(postgres_url: str, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    database = Database(postgres_url)
    (lan,) = await arrived(database, "1")
    async with open_line(database) as ours, open_line(database) as theirs:
        assert await ours.take([lan], 10) == {lan[0]}
        assert await theirs.take([lan], 10) == set()
        async with asyncio.timeout(5):
            while await theirs.take([lan], 10) != {lan[0]}:
                await asyncio.sleep(0.05)
    await database.close()


async def test_what_is_handled_already_has_no_turn(postgres_url: str):
    database = Database(postgres_url)
    (lan,) = await arrived(database, "1")
    async with database.transaction() as session:
        await handled(session, [lan[0]])
    async with open_line(database) as ours:
        assert await ours.take([lan], 10) == set()
    await database.close()


async def test_no_more_turns_are_taken_than_wanted(postgres_url: str):
    database = Database(postgres_url)
    wanted = await arrived(database, *map(str, range(20)))
    async with open_line(database) as ours, open_line(database) as theirs:
        assert len(await ours.take(wanted, 8)) == 8
        assert len(await theirs.take(wanted, 20)) == 12
    await database.close()


async def test_a_call_is_heard_by_the_others(postgres_url: str):
    database, heard = Database(postgres_url), asyncio.Event()
    async with open_line(database) as ours, open_line(database, heard.set):
        heard.clear()
        ours.call()
        await asyncio.wait_for(heard.wait(), 5)
    await database.close()


async def test_on_sqlite_it_is_always_our_turn(sqlite_url: str):
    database = Database(sqlite_url)
    wanted = await arrived(database, "1", "2")
    async with open_line(database) as ours:
        assert await ours.take(wanted, 10) == {1, 2}
        ours.give(["1"])
    await database.close()


async def test_one_is_in_charge_until_time_is_up_or_it_leaves(database: Database):
    long, short = timedelta(seconds=60), timedelta(seconds=0.3)
    assert await hold(database, "clock", short, me="a")
    assert not await hold(database, "clock", long, me="b")
    assert await held(database, "clock")
    await asyncio.sleep(0.4)
    assert not await held(database, "clock")
    assert await hold(database, "clock", long, me="b")
    assert not await hold(database, "clock", long, me="a")
    await leave(database, "clock", me="a")
    assert await held(database, "clock")
    await leave(database, "clock", me="b")
    assert await hold(database, "clock", long, me="a")


async def test_what_somebody_else_has_handled_is_not_handled_again(database: Database):
    (lan,) = await arrived(database, "1")
    async with database.transaction() as session:
        await handled(session, [lan[0]])
    with pytest.raises(Overtaken):
        async with database.transaction() as session:
            await handled(session, [lan[0]])
