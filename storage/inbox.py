"""Questions to the database about what has arrived: kept once, handled once, then emptied."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, Statement
from storage.enums import ChannelName, InboxStatus
from storage.tables import Inbox

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that arrived, not handled yet."""

    id: int
    channel: ChannelName
    external_id: str
    address: str
    raw: bytes
    attempts: int


Arrived = tuple[str, str, bytes]
"""External id, address, and the JSON that came, in UTF-8."""


async def keep(session: AsyncSession, channel: ChannelName, arrivals: Sequence[Arrived], now: datetime) -> int:
    """Keep what arrived; repeats are left out. How many were new."""
    if not arrivals:
        return 0
    sql, parameters = _keeping(session.get_bind().dialect.name == "sqlite", channel, arrivals, now)
    return len((await (await session.connection()).exec_driver_sql(sql, parameters)).all())


async def keep_at_once(database: Database, channel: ChannelName, arrivals: Sequence[Arrived], now: datetime) -> int:
    """The same in a transaction of its own, on the disk when this returns."""
    if not arrivals:
        return 0
    return len((await database.run([_keeping(database.is_sqlite, channel, arrivals, now)]))[0])


_KEEP = """INSERT INTO inbox (channel, external_id, address, raw, status, attempts, received_at)
           SELECT {p}1, {external}, {address}, {raw}, 'new', 0, {p}2 FROM {rows}
           ON CONFLICT DO NOTHING RETURNING id"""
_KEEP_SQLITE = _KEEP.format(
    p="?", external="value ->> 0", address="value ->> 1", raw="CAST(value ->> 2 AS BLOB)",
    rows="json_each(?3) WHERE true ORDER BY key",
)  # fmt: skip
_KEEP_POSTGRES = _KEEP.format(
    p="$", external="n.external", address="n.address", raw="convert_to(n.raw, 'UTF8')",
    rows="unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[])) WITH ORDINALITY "
    "AS n(external, address, raw, place) ORDER BY n.place",
)  # fmt: skip


def _keeping(sqlite: bool, channel: ChannelName, arrivals: Sequence[Arrived], now: datetime) -> Statement:
    """One statement of one text for any number of arrivals, so that it is prepared once."""
    if sqlite:
        at = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        rows = json.dumps([(external, address, raw.decode()) for external, address, raw in arrivals])
        return _KEEP_SQLITE, (str(channel), at, rows)
    externals, addresses, raws = zip(*arrivals, strict=True)
    written = [raw.decode() for raw in raws]
    return _KEEP_POSTGRES, (str(channel), now, list(externals), list(addresses), written)


async def waiting(session: AsyncSession, limit: int) -> list[Arrival]:
    """What is to be handled, oldest first."""
    sql, parameters = _looking(session.get_bind().dialect.name == "sqlite", limit, ())
    return _arrivals(await (await session.connection()).exec_driver_sql(sql, parameters))


async def waiting_now(database: Database, limit: int, *, but: Sequence[str] = ()) -> list[Arrival]:
    """The same in a look of its own, without what came from some addresses."""
    return _arrivals(await database.look(_looking(database.is_sqlite, limit, but)))


_LOOK = """SELECT id, channel, external_id, address, raw, attempts FROM inbox
           WHERE status = 'new' AND {others} ORDER BY id LIMIT {p}1"""
_LOOK_SQLITE = _LOOK.format(p="?", others="address NOT IN (SELECT value FROM json_each(?2))")
_LOOK_POSTGRES = _LOOK.format(p="$", others="address <> ALL (CAST($2 AS text[]))")


def _looking(sqlite: bool, limit: int, but: Sequence[str]) -> Statement:
    return (_LOOK_SQLITE, (limit, json.dumps(list(but)))) if sqlite else (_LOOK_POSTGRES, (limit, list(but)))


def _arrivals(rows: Iterable[Sequence[Any]]) -> list[Arrival]:
    return [
        Arrival(id, ChannelName(c), external, address, raw or b"", n) for id, c, external, address, raw, n in rows
    ]


_TABLE: Any = Inbox.__table__
_HANDLED = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("ids", expanding=True)), _TABLE.c.status == InboxStatus.NEW)
    .values(status=InboxStatus.DONE, raw=None, address="")
)


class Overtaken(Exception):
    """Another process has handled it meanwhile; nothing of what was done here may stand."""


async def handled(session: AsyncSession, ids: Sequence[int]) -> None:
    """Done: content and address go, the id stays so that a repeat is known. Raises Overtaken."""
    done = await (await session.connection()).execute(_HANDLED, {"ids": list(ids)})
    if done.rowcount != len(ids):
        raise Overtaken


async def failed(session: AsyncSession, arrival: Arrival, error: str) -> bool:
    """Note a failure; after three the arrival is quarantined with its content. True if it was."""
    last = arrival.attempts + 1 >= MOST_ATTEMPTS
    status = InboxStatus.QUARANTINED if last else InboxStatus.NEW
    await session.execute(
        update(Inbox)
        .where(Inbox.id == arrival.id)
        .values(attempts=Inbox.attempts + 1, error=error[:500], status=status)
        .execution_options(synchronize_session=False)
    )
    return last


async def quarantine(session: AsyncSession, arrival: Arrival, error: str) -> None:
    """Set aside at once what cannot be read at all."""
    await session.execute(
        update(Inbox)
        .where(Inbox.id == arrival.id)
        .values(status=InboxStatus.QUARANTINED, error=error[:500], attempts=Inbox.attempts + 1)
        .execution_options(synchronize_session=False)
    )


async def inbox_counts(session: AsyncSession) -> dict[InboxStatus, int]:
    rows = await session.execute(select(Inbox.status, func.count()).group_by(Inbox.status))
    found = {InboxStatus(status): n for status, n in rows}
    return {status: found.get(status, 0) for status in InboxStatus}


async def forget_before(session: AsyncSession, done: datetime, quarantined: datetime) -> None:
    """Handled arrivals are kept as long as a network may repeat them, quarantined ones until somebody has looked."""
    i = Inbox
    await session.execute(delete(i).where(i.received_at < done, i.status == InboxStatus.DONE))
    await session.execute(delete(i).where(i.received_at < quarantined, i.status == InboxStatus.QUARANTINED))
