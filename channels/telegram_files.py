"""Files on Telegram: uploaded once, afterwards sent by the id that Telegram gave them, also after a restart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from channels.message import File, SendError
from storage import files
from storage.database import Database
from storage.enums import Reason

FORGOTTEN = "wrong file identifier"
"""What Telegram says of an id that it does not know any more."""


class Files:
    """What one bot has uploaded. Without a database it remembers only while it runs."""

    def __init__(self, account: str, database: Database | None, *, seconds: float) -> None:
        self._account, self._database, self._seconds = account, database, seconds
        self._ids: dict[str, str] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def sent(self, file: File, by_id: Callable[[str], Awaitable[Any]], whole: Callable[[File], Awaitable[Any]],
                   told: Callable[[Any], str]) -> Any:  # fmt: skip
        """Send ``by_id`` where the file is known, else ``whole``, and learn from the answer how it is ``told``."""
        if not file.sha256:
            return await whole(file)
        known = await self._known(file.sha256)
        if known:
            try:
                return await by_id(known)
            except SendError as error:
                if FORGOTTEN not in error.detail:
                    raise
        async with self._alone(file.sha256):
            now = self._ids.get(file.sha256, "")
            if now in ("", known):
                answer = await whole(await self._loaded(file))
                await self._learn(file.sha256, told(answer))
                return answer
        return await by_id(now)

    @asynccontextmanager
    async def _alone(self, sha256: str) -> AsyncIterator[None]:
        """One upload at a time. Who waits for too long has not been sent anything, and says so."""
        lock = self._locks.setdefault(sha256, asyncio.Lock())
        try:
            async with asyncio.timeout(self._seconds):
                await lock.acquire()
        except TimeoutError:
            raise SendError(Reason.NETWORK, "waited for the upload of a file") from None
        try:
            yield
        finally:
            lock.release()

    async def _known(self, sha256: str) -> str:
        if sha256 not in self._ids and self._database is not None:
            async with self._database.reading() as session:
                if found := await files.remote_id(session, self._account, sha256):
                    self._ids.setdefault(sha256, found)  # another may have uploaded it meanwhile
        return self._ids.get(sha256, "")

    async def _loaded(self, file: File) -> File:
        if file.content or self._database is None:
            return file
        async with self._database.reading() as session:
            return replace(file, content=await files.file_content(session, file.sha256))

    async def _learn(self, sha256: str, remote_id: str) -> None:
        self._ids[sha256] = remote_id
        if self._database is not None:
            async with self._database.transaction() as session:
                await files.keep_remote_id(session, self._account, sha256, remote_id)
