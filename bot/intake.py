"""From the network into the inbox: raw, before anything is understood, many arrivals to one commit."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.message import SendError
from channels.telegram import Telegram
from handlers.understanding import USED_UPDATES, sender
from storage.database import Database
from storage.enums import ChannelName, Reason
from storage.inbox import Arrived, keep_at_once

log = logging.getLogger(__name__)
POLL_SECONDS = 25
BACK_OFF = 3.0


def arrived(update: dict[str, Any], written: str) -> Arrived:
    """An update as it is kept: its id, whose it is, and what was written."""
    return str(update.get("update_id")), sender(update), written.encode()


class Intake:
    """Keeps updates; ``kept`` returns once they are on the disk, so that the network may forget them."""

    def __init__(self, database: Database, arrived: Callable[[], None]) -> None:
        self._database, self._arrived = database, arrived
        self._waiting: list[tuple[ChannelName, Sequence[Arrived], asyncio.Future[None]]] = []
        self._wake = asyncio.Event()

    async def kept(self, arrivals: Sequence[Arrived], channel: ChannelName = ChannelName.TELEGRAM) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((channel, arrivals, waiting))
        self._wake.set()
        await waiting

    async def run(self) -> None:
        """Write until cancelled; an update that comes twice is kept once."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            try:
                for channel in sorted({channel for channel, _, _ in batch}):
                    every = [one for name, arrivals, _ in batch if name is channel for one in arrivals]
                    await keep_at_once(self._database, channel, every, datetime.now(UTC))
            except Exception as error:  # whoever waits must hear of it, so that the network sends again
                for _, _, waiting in batch:
                    if not waiting.done():
                        waiting.set_exception(error)
                continue
            self._arrived()
            for _, _, waiting in batch:
                if not waiting.done():
                    waiting.set_result(None)


async def poll(telegram: Telegram, intake: Intake) -> None:
    """Fetch updates until cancelled. They are asked for raw: one that nobody can read must not stop the others."""
    offset = 0
    while True:
        payload = {"offset": offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": USED_UPDATES}
        try:
            updates = await telegram.call("getUpdates", payload, seconds=POLL_SECONDS + 10)
            if updates:
                await intake.kept([arrived(update, json.dumps(update)) for update in updates])
                offset = max(update["update_id"] for update in updates) + 1
        except SendError as error:
            wait = error.retry_after or (30.0 if error.reason is Reason.UNAUTHORISED else BACK_OFF)
            log.warning("updates could not be fetched, again in %.0f s: %s", wait, error)
            await asyncio.sleep(wait)
        except Exception:
            log.exception("updates could not be kept, again in %.0f s", BACK_OFF)
            await asyncio.sleep(BACK_OFF)
