"""A broadcast on its way: staff, subscribers, a dispatcher on the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.approval import Actor, approve, submit
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from storage.broadcasts import BroadcastInfo, Tally, broadcast, tally
from storage.database import Database
from storage.enums import BroadcastStatus, ChannelName, Role
from tests.world import World

EDITOR, APPROVER = 3001, 3002
FINAL = {BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN, BroadcastStatus.CANCELLED, BroadcastStatus.PAUSED}
CHANNELS = [ChannelName.TELEGRAM]


class Failing(Database):
    """Its transactions fail while it is ``broken``."""

    broken = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        if self.broken:
            raise OSError("no space left")
        async with super().transaction() as session:
            yield session


async def approved(loa: World, subscribers: int, audience: str = "all") -> int:
    """A broadcast that is due now, for so many people; its id."""
    await loa.subscribers(subscribers)
    editor = Actor(await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR), "Trần Thị Hoa")
    approver = Actor(await loa.staff(APPROVER, "Lê Quốc Nam", Role.APPROVER), "Lê Quốc Nam")
    broadcast_id = await loa.draft(editor.id or 0, audience)
    async with loa.database.transaction() as session:
        await submit(session, broadcast_id, editor, loa.now)
        await approve(session, broadcast_id, approver, loa.now, loa.now)
    return broadcast_id


async def started(loa: World, subscribers: int) -> int:
    broadcast_id = await approved(loa, subscribers)
    assert await start_due(loa.database, [loa.channel], loa.now, latest=timedelta(hours=12)) == [broadcast_id]
    return broadcast_id


@asynccontextmanager
async def dispatching(
    loa: World, channel: Any = None, *, within: float | None = None, **options: Any
) -> AsyncIterator[Dispatcher]:
    """A dispatcher at work; it is stopped in order at the end, all ``within`` so many seconds if that is said."""
    made = Dispatcher(loa.database, channel or loa.outbound, loa.pace, now=lambda: loa.now, **options)
    running = asyncio.create_task(made.run())
    async with asyncio.timeout(within):
        try:
            yield made
        finally:
            await made.stop()
            await running


async def seen(loa: World, broadcast_id: int) -> tuple[BroadcastInfo, Tally]:
    async with loa.database.reading() as session:
        found = await broadcast(session, broadcast_id)
        assert found is not None
        return found, await tally(session, broadcast_id)


async def until_still(loa: World, broadcast_id: int, seconds: float = 20) -> tuple[BroadcastInfo, Tally]:
    """Wait until the broadcast is neither waiting nor sending."""
    for _ in range(int(seconds / 0.05)):
        found, counted = await seen(loa, broadcast_id)
        if found.status in FINAL:
            return found, counted
        loa.later(seconds=0.5)
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {found.status}: {counted}")
