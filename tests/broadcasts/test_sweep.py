"""When a dispatcher looks at the ledger: for rows whose holder vanished, for what is new, and when it is told to stop."""

import asyncio
import time
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from broadcasts import dispatch
from broadcasts.dispatch import LEASE, Dispatcher
from broadcasts.finish import finish_done
from storage.deliveries import claim, expire
from storage.enums import BroadcastStatus, DeliveryStatus, Reason
from storage.ledger import Mark, write
from storage.tables import Delivery
from tests.broadcasts.conftest import dispatching, seen, started, until_still
from tests.broadcasts.test_dispatch import received
from tests.world import World

sending = partial(dispatching, within=20)


async def vanished(loa: World, people: int) -> int:
    """Somebody marked all deliveries of a broadcast and was never seen again; their claims have run out."""
    broadcast_id = await started(loa, people)
    async with loa.database.transaction() as session:
        taken = await claim(session, loa.channel, loa.now, limit=people, lease=LEASE)
    assert len(await write(loa.database, [], Mark(taken, loa.now + LEASE))) == people
    loa.later(seconds=LEASE.total_seconds() + 1)
    return broadcast_id


async def test_what_somebody_marked_who_vanished_is_sent_again_and_listed(loa: World):
    broadcast_id = await vanished(loa, 3)
    async with sending(loa):
        found, tally = await until_still(loa, broadcast_id)
    assert (found.status, tally.sent, tally.doubtful) == (BroadcastStatus.SENT, 3, 3)
    assert set(received(loa).values()) == {1}


async def test_or_is_left_to_be_looked_for(loa: World):
    broadcast_id = await vanished(loa, 3)
    async with sending(loa, hold=True):
        found, _ = await until_still(loa, broadcast_id)
    assert found.status is BroadcastStatus.SENT_WITH_UNKNOWN
    assert set(received(loa).values()) == {0}
    async with loa.database.reading() as session:
        rows = (await session.execute(select(Delivery.status, Delivery.reason))).all()
    assert {tuple(row) for row in rows} == {(DeliveryStatus.UNKNOWN, Reason.IN_DOUBT)}


def counting(monkeypatch: pytest.MonkeyPatch, name: str) -> list[float]:
    """The times at which the dispatcher calls this."""
    times: list[float] = []
    called = getattr(dispatch, name)

    def counted(*given: Any, **more: Any) -> Any:
        times.append(time.monotonic())
        return called(*given, **more)

    monkeypatch.setattr(dispatch, name, counted)
    return times


@pytest.mark.parametrize(("seconds", "lease"), [(0.2, 60.0), (60.0, 0.6)])
async def test_the_ledger_is_swept_now_and_then_and_not_at_every_turn(
    loa: World, monkeypatch: pytest.MonkeyPatch, seconds: float, lease: float
):
    """Every so many seconds, and three times in a lease that is shorter."""
    times = counting(monkeypatch, "expire")
    monkeypatch.setattr(dispatch, "SWEEP_SECONDS", seconds)
    monkeypatch.setattr(dispatch, "IDLE", 0.02)
    async with sending(loa, lease=timedelta(seconds=lease)):
        while len(times) < 5:
            await asyncio.sleep(0.02)
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap > 0.19 for gap in gaps)
    assert min(gaps) < 0.5


async def test_it_is_swept_while_others_are_being_sent_to(loa: World, monkeypatch: pytest.MonkeyPatch):
    times = counting(monkeypatch, "expire")
    monkeypatch.setattr(dispatch, "SWEEP_SECONDS", 0.2)
    broadcast_id = await started(loa, 30)
    loa.pace.rate = loa.pace.ceiling = 20
    async with sending(loa):
        while (await seen(loa, broadcast_id))[1].sent < 30:
            await asyncio.sleep(0.02)
        assert len(times) > 3


async def test_where_there_is_nothing_to_do_it_looks_once_and_waits(
    loa: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    times = counting(monkeypatch, "claim")
    monkeypatch.setattr(dispatch, "IDLE", 0.3)
    async with sending(loa) as dispatcher:
        dispatcher.wake()
        await asyncio.sleep(0.8)
        assert 2 <= len(times) <= 5
    assert [one for one in caplog.records if one.name.startswith("broadcasts")] == []


async def test_a_broadcast_is_rendered_once_however_often_it_is_taken_from_and_nothing_is_given_back(
    loa: World, monkeypatch: pytest.MonkeyPatch
):
    rendered, taken = counting(monkeypatch, "plan_of"), counting(monkeypatch, "claim")
    released = counting(monkeypatch, "release")
    broadcast_id = await started(loa, 30)
    loa.pace.rate = loa.pace.ceiling = 40
    monkeypatch.setattr(dispatch, "LOOK_AHEAD", 0.1)
    async with sending(loa):
        while (await seen(loa, broadcast_id))[1].sent < 30:
            await asyncio.sleep(0.02)
    assert (len(rendered), len(taken) > 2, released) == (1, True, [])


async def test_who_is_woken_looks_at_once(loa: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dispatch, "IDLE", 3600.0)
    async with sending(loa) as dispatcher:
        await asyncio.sleep(0.2)
        broadcast_id = await started(loa, 2)
        dispatcher.wake()
        while (await seen(loa, broadcast_id))[1].sent < 2:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("stopped", [False, True])
async def test_what_comes_while_it_looks_is_not_missed(loa: World, monkeypatch: pytest.MonkeyPatch, stopped: bool):
    """A broadcast, or a word to stop, after it has seen that there is nothing and before it waits."""
    monkeypatch.setattr(dispatch, "IDLE", 3600.0)
    ids: list[int] = []

    async def looked(*given: Any) -> None:
        if not ids:
            ids.append(await started(loa, 2))
            await (dispatcher.stop() if stopped else asyncio.sleep(0))
            dispatcher.wake()
        await finish_done(*given)

    monkeypatch.setattr(dispatch, "finish_done", looked)
    async with sending(loa) as dispatcher:
        while not ids or (not stopped and (await seen(loa, ids[0]))[1].sent < 2):
            await asyncio.sleep(0.02)
        if stopped:
            await asyncio.sleep(0.5)


async def test_a_word_to_stop_that_comes_before_it_looks_is_not_missed_either(
    loa: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatch, "IDLE", 3600.0)

    async def swept(*given: Any, **more: Any) -> int:
        await dispatcher.stop()
        return await expire(*given, **more)

    monkeypatch.setattr(dispatch, "expire", swept)
    dispatcher = Dispatcher(loa.database, loa.telegram, loa.pace, now=lambda: loa.now)
    await asyncio.wait_for(dispatcher.run(), 10)


async def test_who_is_told_to_stop_while_nothing_is_to_be_done_does_so_at_once(
    loa: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatch, "IDLE", 3600.0)
    async with sending(loa):
        await asyncio.sleep(0.2)


async def test_without_a_word_it_looks_again_soon(loa: World):
    async with sending(loa):
        await asyncio.sleep(0.2)
        broadcast_id = await started(loa, 2)
        while (await seen(loa, broadcast_id))[1].sent < 2:
            await asyncio.sleep(0.02)
