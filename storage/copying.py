"""Everything from one database into another, table by table: goes on where it broke off, and is compared at last.

Tables come in the order in which they point at each other, rows in the order of their keys, each chunk in one
transaction: so what the target has already is how far the copy is. Leases are left behind, since they are
of processes; the target keeps its own counts of deliveries while they come.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import JSON, Integer, LargeBinary, MetaData, Table, func, literal, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import fact, learn
from storage.database import Database
from storage.tables import Base, DeliveryCount, Fact, Lease

CHUNK = 2000
MARK = "copying from"
"""The fact under which the target remembers whose copy it is until it is whole."""


class NotCopied(Exception):
    """Why there is no copy, in a sentence."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A table that is the same on both sides: how many rows, and the checksum over all of them."""

    table: str
    rows: int
    checksum: str


def tables() -> list[Table]:
    """All that is copied, in the order in which they point at each other."""
    left = (Lease.__tablename__, DeliveryCount.__tablename__)
    return [table for table in Base.metadata.sorted_tables if table.name not in left]


async def copy(
    source: Database, target: Database, *, told: Callable[[str, int], None] = lambda table, rows: None
) -> list[Copied]:
    """Copy and compare; both have today's schema. ``told`` hears of each table and its rows. Raises NotCopied."""
    name = source.url.render_as_string(hide_password=True)
    if name == target.url.render_as_string(hide_password=True):
        raise NotCopied("both are the same database")
    await _only_a_copy(source, target, name)
    for table in tables():
        rows = 0
        async for chunk in _rows(source, table, await _so_far(target, table)):
            await _write(target, table, chunk)
            rows += len(chunk)
            told(table.name, rows)
    compared = [await _compare(source, target, table) for table in tables()]
    async with target.transaction() as session:
        await session.execute(Fact.__table__.delete().where(Fact.name == MARK))  # type: ignore[attr-defined]
        if not target.is_sqlite:
            await _set_sequences(session)
    return compared


async def _only_a_copy(source: Database, target: Database, name: str) -> None:
    """Nobody is at work on either side, and the target is empty or an unfinished copy of this source."""
    for side, which in ((source, "the source"), (target, "the target")):
        if await _in_use(side):
            raise NotCopied(f"Loa is running on {which}, or was killed a moment ago; stop it and try again")
    async with source.reading() as session:
        if await fact(session, MARK) is not None:
            raise NotCopied("the source is itself an unfinished copy")
    async with target.transaction() as session:
        of = await fact(session, MARK)
        if of is not None and of != name:
            raise NotCopied(f"the target holds an unfinished copy of {of}; empty it first")
        if of is None:
            for table in tables():
                if (await session.execute(select(literal(1)).select_from(table).limit(1))).first() is not None:
                    raise NotCopied(f"the target is not empty ({table.name} has rows); nothing was changed")
            await learn(session, MARK, name)


async def _in_use(database: Database) -> bool:
    async with database.reading() as session:
        return await session.scalar(select(Lease.name).where(Lease.until > datetime.now(UTC)).limit(1)) is not None


async def _so_far(target: Database, table: Table) -> tuple[Any, ...] | None:
    """The key up to which the target has everything; None to look from the beginning.

    Texts are sorted differently by different databases, so a table with a text in its key is looked through again.
    """
    keys = list(table.primary_key.columns)
    if not all(isinstance(key.type, Integer | LargeBinary) for key in keys):
        return None
    async with target.reading() as session:
        last = (await session.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1))).first()
    return tuple(last) if last else None


async def _rows(
    database: Database, table: Table, after: tuple[Any, ...] | None = None
) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """A table in chunks, in the order of its key in this database."""
    keys = list(table.primary_key.columns)
    while True:
        query = select(table).order_by(*keys).limit(CHUNK)
        if after is not None:
            beyond = [literal(value, key.type) for key, value in zip(keys, after, strict=True)]
            query = query.where(tuple_(*keys) > tuple_(*beyond))
        async with database.reading() as session:
            rows = [dict(row) for row in (await session.execute(query)).mappings()]
        if not rows:
            return
        after = tuple(rows[-1][key.name] for key in keys)
        yield [row for row in rows if not (table.name == Fact.__tablename__ and row["name"] == MARK)]
        if len(rows) < CHUNK:
            return


async def _write(target: Database, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows; those that are there from an attempt before stay.

    On PostgreSQL something is returned, with which SQLAlchemy sends a thousand rows as one statement: so what is
    counted once for each statement is not counted once for each row.
    """
    if not rows:
        return
    into = _as_null(table)
    adding = (
        sqlite.insert(into).on_conflict_do_nothing()
        if target.is_sqlite
        else postgresql.insert(into).on_conflict_do_nothing().returning(literal(1))
    )
    async with target.transaction() as session:
        await (await session.connection()).execute(adding, rows)


@cache
def _as_null(table: Table) -> Table:
    """The same table, in which what is missing in a JSON column is NULL and not the JSON word."""
    copied = table.to_metadata(MetaData())
    for column in copied.columns:
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)
    return copied


async def _compare(source: Database, target: Database, table: Table) -> Copied:
    ours, theirs = await checksum(source, table), await checksum(target, table)
    if ours != theirs:
        raise NotCopied(
            f"{table.name} is not the same on both sides ({ours.rows} rows here, {theirs.rows} there); was the "
            "source written to meanwhile? Empty the target and copy again"
        )
    return ours


async def checksum(database: Database, table: Table) -> Copied:
    """The sum of the checksums of all rows, whatever their order, so that both databases come to the same."""
    total = rows = 0
    async for chunk in _rows(database, table):
        for row in chunk:
            total += int.from_bytes(blake2b(repr([_plain(v) for v in row.values()]).encode(), digest_size=8).digest())
        rows += len(chunk)
    return Copied(table.name, rows, f"{total % (1 << 64):016x}")


def _plain(value: Any) -> object:
    """The same for what is the same, whichever driver it came from."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case bool():
            return int(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case dict() | list():
            return json.dumps(value, sort_keys=True, ensure_ascii=False)
        case _:
            return value


async def _set_sequences(session: AsyncSession) -> None:
    """New rows get ids after those that came."""
    for table in tables():
        for column in table.primary_key.columns:
            sequence = await session.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            if sequence is not None:
                highest = (
                    f"SELECT setval('{sequence}', COALESCE(max({column.name}), 1), max({column.name}) IS NOT NULL)"
                )
                await session.execute(text(f"{highest} FROM {table.name}"))
