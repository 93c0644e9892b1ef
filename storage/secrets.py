"""Secrets that the program makes for itself once and keeps among the small things it has learned."""

import secrets

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import fact
from storage.tables import Fact


async def secret(session: AsyncSession, name: str) -> bytes | None:
    """The secret of this name, 32 bytes; None if it was never needed."""
    kept = await fact(session, name)
    return bytes.fromhex(kept) if kept else None


async def made_secret(session: AsyncSession, name: str) -> bytes:
    """The secret of this name, made now if there is none; two who need it at once get the same."""
    made = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = made(Fact).values(name=name, value=secrets.token_hex(32))
    await session.execute(new.on_conflict_do_nothing(index_elements=["name"]))
    kept = await secret(session, name)
    assert kept is not None
    return kept
