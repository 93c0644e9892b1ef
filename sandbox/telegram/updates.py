"""Updates waiting for the bot, and the long poll that fetches them; the webhook is next door."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

from sandbox.telegram.errors import ApiError, bad_request, conflict

Json = dict[str, Any]

FIRST_UPDATE = 100_000_001
MAX_POLL = 50
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
KNOWN_TYPES = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    ]
)


def allowed_types(values: Iterable[Any]) -> frozenset[str]:
    """The types a bot wants; an empty list means the default, and unknown names are ignored."""
    return frozenset(str(value) for value in values) & KNOWN_TYPES


class Updates:
    """One queue per bot, confirmed by offset; `allowed` lasts until the bot names other types."""

    def __init__(self) -> None:
        self.allowed: frozenset[str] = frozenset()
        self.webhook_url = ""
        self.arrived = asyncio.Event()
        self._queue: deque[Json] = deque()
        self._next_id = FIRST_UPDATE
        self._poller: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def emit(self, kind: str, body: Json) -> None:
        """Queues an update unless the bot did not ask for this type."""
        if self.allowed and kind not in self.allowed:
            return
        self._queue.append({"update_id": self._next_id, kind: body})
        self._next_id += 1
        self.arrived.set()
        self.release()

    def head(self) -> Json | None:
        """The oldest update."""
        return self._queue[0] if self._queue else None

    def confirm(self, offset: int) -> None:
        """Forgets every update below `offset`; a negative one keeps only the last so many."""
        if offset < 0:
            while len(self._queue) > -offset:
                self._queue.popleft()
            return
        while self._queue and self._queue[0]["update_id"] < offset:
            self._queue.popleft()

    def clear(self) -> None:
        """Drops what waits."""
        self._queue.clear()

    def end_poll(self, error: ApiError) -> None:
        """Answers the long poll under way, if any, with an error."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(error)
        self._poller = None

    def release(self) -> None:
        """Lets the long poll under way return with what there is."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[Json]:
        """getUpdates: the older of two pollers gets 409, the newer one waits up to `seconds`."""
        if self.webhook_url:
            raise conflict(WEBHOOK_ACTIVE)
        self.end_poll(conflict(OTHER_POLLER))
        self.confirm(offset)
        if not self._queue and seconds > 0:
            waiter = self._poller = asyncio.get_running_loop().create_future()
            await asyncio.wait([waiter], timeout=min(seconds, MAX_POLL))
            if self._poller is waiter:
                self._poller = None
            if waiter.done():
                waiter.result()
            else:
                waiter.cancel()
        count = limit if 1 <= limit <= 100 else 100
        return [update for update, _ in zip(self._queue, range(count), strict=False)]


def checked_limit(limit: int) -> int:
    """The limit of getUpdates, or Telegram's refusal."""
    if limit < 0:
        raise bad_request("limit must be positive")
    return limit
