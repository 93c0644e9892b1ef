"""Files that are sent: kept once by their SHA-256, with the id under which each account of a network knows them."""

import hashlib
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import put
from storage.tables import File, RemoteFile


async def keep_file(session: AsyncSession, content: bytes, now: datetime) -> str:
    """Keep a file; its SHA-256 (hex)."""
    sha256 = hashlib.sha256(content).hexdigest()
    if await session.get(File, sha256) is None:
        await put(session, File, {"sha256": sha256}, {"content": content, "added_at": now})
    return sha256


async def file_content(session: AsyncSession, sha256: str) -> bytes:
    return (await session.get_one(File, sha256)).content


async def remote_id(session: AsyncSession, account: str, sha256: str) -> str:
    """The id under which the account knows the file; '' if it was not uploaded yet."""
    known = await session.get(RemoteFile, (account, sha256))
    return known.remote_id if known else ""


async def keep_remote_id(session: AsyncSession, account: str, sha256: str, remote_id: str) -> None:
    await put(session, RemoteFile, {"account": account, "sha256": sha256}, {"remote_id": remote_id})
