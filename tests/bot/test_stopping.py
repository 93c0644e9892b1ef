"""A stop in the middle of a broadcast: in time, with 0, nobody lost and nobody written to twice."""

import asyncio
import time

from storage.database import Database
from storage.enums import BroadcastStatus, DeliveryStatus
from tests.bot.test_processes import busy_world, sent_so_far, start
from tests.broadcasts.conftest import approved, seen
from tests.broadcasts.test_dispatch import received


async def test_a_stop_during_a_broadcast_loses_nobody_and_writes_to_nobody_twice(
    database: Database, database_url: str, now
):  # fmt: skip
    async with busy_world(database, database_url, now) as (loa, environment):
        environment |= {"LOA_STOP_SECONDS": "10", "LOA_LEASE_SECONDS": "30"}
        broadcast_id = await approved(loa, 200)
        loa.sandbox.net.faults.order({"kind": "delay", "share": 1, "seconds": 0.3, "methods": ["sendMessage"]})
        process = start(environment)
        await sent_so_far(loa, 40)
        process.terminate()
        asked = time.monotonic()
        ended = await asyncio.to_thread(process.wait, 20)
        took, half = time.monotonic() - asked, sum(received(loa).values())
        _, between = await seen(loa, broadcast_id)
        process = start(environment)
        try:
            for _ in range(1800):
                found, tally = await seen(loa, broadcast_id)
                if found.status is BroadcastStatus.SENT:
                    break
                await asyncio.sleep(0.1)
        finally:
            process.terminate()
            assert await asyncio.to_thread(process.wait, 20) == 0

    assert ended == 0
    assert took < 10
    assert half < 200
    assert between.by_status[DeliveryStatus.SENDING] == between.by_status[DeliveryStatus.UNKNOWN] == 0
    assert (tally.sent, tally.doubtful) == (200, 0)
    assert set(received(loa).values()) == {1}


async def test_a_network_that_hangs_does_not_hold_a_stop_up(database: Database, database_url: str, now):
    async with busy_world(database, database_url, now) as (loa, environment):
        environment |= {"LOA_STOP_SECONDS": "2", "LOA_LEASE_SECONDS": "120"}
        broadcast_id = await approved(loa, 100)
        loa.sandbox.net.faults.order({"kind": "delay", "share": 1, "seconds": 30, "methods": ["sendMessage"]})
        process = start(environment)
        await sent_so_far(loa, 10)
        process.terminate()
        asked = time.monotonic()
        ended = await asyncio.to_thread(process.wait, 20)
        took = time.monotonic() - asked
        _, tally = await seen(loa, broadcast_id)
        copies = sum(received(loa).values())

    assert ended == 0
    assert took < 8
    assert tally.by_status[DeliveryStatus.SENDING] >= copies >= 10
    assert tally.by_status[DeliveryStatus.SENDING] + tally.waiting + tally.sent >= 100
