"""Who is in charge of what there may be only one of; the database's own clock decides on PostgreSQL."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from storage.database import Database

ME = uuid4().hex
"""This process."""
_NOW = {True: "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'", False: "clock_timestamp()"}
_UNTIL = {
    True: "strftime('%Y-%m-%d %H:%M:%f', 'now', :seconds || ' seconds') || '000'",
    False: "clock_timestamp() + make_interval(secs => CAST(:seconds AS double precision))",
}
_HOLD = """INSERT INTO leases (name, holder, until) VALUES (:name, :me, {until})
           ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
           WHERE leases.holder = excluded.holder OR leases.until < {now} RETURNING holder"""


async def hold(database: Database, name: str, lasting: timedelta, *, me: str = ME) -> bool:
    """Be, or remain, in charge for so long from now; False while somebody else is."""
    sqlite = database.is_sqlite
    query = text(_HOLD.format(until=_UNTIL[sqlite], now=_NOW[sqlite]))
    seconds: float | str = lasting.total_seconds()
    async with database.transaction() as session:
        values = {"name": name, "me": me, "seconds": str(seconds) if sqlite else seconds}
        return (await session.execute(query, values)).first() is not None


async def leave(database: Database, name: str, *, me: str = ME) -> None:
    """Be in charge no more, so that the next one need not wait."""
    async with database.transaction() as session:
        await session.execute(
            text("DELETE FROM leases WHERE name = :name AND holder = :me"), {"name": name, "me": me}
        )


async def held(database: Database, name: str) -> bool:
    """Whether anybody is in charge now."""
    query = text(f"SELECT 1 FROM leases WHERE name = :name AND until > {_NOW[database.is_sqlite]}")
    async with database.reading() as session:
        return (await session.execute(query, {"name": name})).first() is not None
