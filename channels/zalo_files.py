"""Images and documents on Zalo: uploaded once in six days, sent by the token that Zalo gave them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from channels.message import File
from storage import files
from storage.database import Database

log = logging.getLogger(__name__)
KEPT = timedelta(days=6)
"""Zalo forgets an upload after seven days."""
LARGEST = {"image": 1 << 20, "file": 5 << 20}
Upload = Callable[[File, str], Awaitable[str]]


class ZaloFiles:
    """What one account has uploaded."""

    def __init__(self, account: str, database: Database, upload: Upload, now: Callable[[], datetime]) -> None:
        self._account, self._database, self._upload, self._now = account, database, upload, now
        self._known: dict[str, tuple[str, float]] = {}
        self._one = asyncio.Lock()

    async def token(self, file: File, kind: str, *, stale: str = "") -> str:
        """The token of a file; '' for one that is larger than Zalo takes. ``stale`` is one that it has forgotten."""
        async with self._one:
            known, until = await self._look(file.sha256)
            if known and known != stale and until > self._now().timestamp():
                return known
            content = file.content or await self._content(file.sha256)
            if len(content) > LARGEST[kind]:
                log.warning("%s is larger than Zalo takes, and is left out", file.name)
                return ""
            made = await self._upload(File(file.name, content, file.mime, file.sha256), kind)
            await self._keep(file.sha256, made)
            return made

    async def _look(self, sha256: str) -> tuple[str, float]:
        if sha256 and sha256 not in self._known:
            async with self._database.reading() as session:
                token, _, until = (await files.remote_id(session, self._account, sha256)).partition(" ")
            self._known[sha256] = (token, float(until or 0))
        return self._known.get(sha256, ("", 0.0))

    async def _content(self, sha256: str) -> bytes:
        async with self._database.reading() as session:
            return await files.file_content(session, sha256)

    async def _keep(self, sha256: str, token: str) -> None:
        if not sha256:
            return
        until = (self._now() + KEPT).timestamp()
        self._known[sha256] = (token, until)
        async with self._database.transaction() as session:
            await files.keep_remote_id(session, self._account, sha256, f"{token} {until:.0f}")
