"""The inbox: what arrived is kept once, as it came, and looked for in its order."""

from datetime import UTC, datetime

from storage.database import Database
from storage.enums import ChannelName
from storage.inbox import Arrival, handled, keep_at_once, waiting, waiting_now

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ARRIVED = [("9", "5", b'{"a": "\\u0000\\ud83d"}'), ("8", "6", "{\"b\": \"Đồng ý\\\\\"}".encode()), ("7", "5", b"{}")]  # fmt: skip


async def test_what_arrived_is_kept_once_as_it_came_and_in_its_order(database: Database):
    assert await keep_at_once(database, ChannelName.TELEGRAM, [*ARRIVED, ARRIVED[0]], NOW) == 3
    assert await keep_at_once(database, ChannelName.TELEGRAM, ARRIVED, NOW) == 0

    found = await waiting_now(database, 10)

    assert found == [
        Arrival(id=one.id, channel=ChannelName.TELEGRAM, external_id=external, address=address, raw=raw, attempts=0)
        for one, (external, address, raw) in zip(found, ARRIVED, strict=True)
    ]


async def test_a_look_leaves_out_whom_it_is_told_and_what_is_handled(database: Database):
    await keep_at_once(database, ChannelName.TELEGRAM, ARRIVED, NOW)

    assert [one.external_id for one in await waiting_now(database, 10, but=["5", "77"])] == ["8"]
    assert [one.external_id for one in await waiting_now(database, 2)] == ["9", "8"]

    async with database.transaction() as session:
        await handled(session, [one.id for one in await waiting(session, 2)])
    assert [one.external_id for one in await waiting_now(database, 10)] == ["7"]
