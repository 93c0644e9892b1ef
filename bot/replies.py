"""Replies on their way to the person who spoke: before any bulk, and never a reason to lose what was said."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

from broadcasts.chats import Chats
from broadcasts.pace import Pace
from broadcasts.shared import reply_turn
from channels.message import Inbound, Message, SendError, Voice, say
from handlers.conversation import Replies
from storage.contacts import remember_screen, screen_now, stop
from storage.database import Database
from storage.enums import Reason, ScreenKind

log = logging.getLogger(__name__)
TRIES = 3
REMEMBERED = 20_000
"""So many screens are known without asking the database."""
STOPPING = (Reason.BLOCKED, Reason.DEACTIVATED)


class Replier:
    """Says things to one person at once; also used for notices and boards."""

    def __init__(
        self, database: Database, voice: Voice, pace: Pace, *, edits: Pace | None = None,
        chats: Chats | None = None,
    ) -> None:  # fmt: skip
        self._database, self.voice, self._chats = database, voice, chats or Chats()
        self._pace, self._edits = pace, edits or Pace(pace.ceiling, pace.ceiling)
        self._screens: OrderedDict[tuple[int, ScreenKind, int], str] = OrderedDict()

    async def reply(self, inbound: Inbound, tap: str, replies: Replies) -> None:
        """Answer; a reply that fails is logged and not repeated: whatever the person says next, we ask again."""
        toast = next((m for m in replies.messages if m.toast), Message())
        try:
            async with asyncio.TaskGroup() as both:
                if tap:
                    both.create_task(self.voice.toast(tap, toast.toast, alert=toast.alert))
                both.create_task(self._say_all(inbound, replies))
        except* SendError as errors:
            for error in errors.exceptions:
                log.warning("contact %d was not answered: %s", replies.contact_id, error)
        except* Exception:
            log.exception("contact %d was not answered", replies.contact_id)

    async def _say_all(self, inbound: Inbound, replies: Replies) -> None:
        over = inbound.tapped_message
        for message in replies.messages if self.voice.edits else _spoken(replies.messages):
            if not (message.body or message.picture or message.document):
                continue
            await self.say(inbound.address, replies.contact_id, message, over=over if message.replaces else "")
            if message.replaces:
                over = ""

    async def say(self, address: str, contact_id: int, message: Message, *, over: str = "") -> str:
        """Say one message, waiting where the network says so; its id. Raises SendError when it cannot be said."""
        for attempt in range(1, TRIES + 1):
            pace = self._edits if over else self._pace
            await reply_turn(pace)
            began = time.monotonic()
            if not over:
                self._chats.sent(address, began)
            try:
                sent = await self.voice.show(address, message, over=over)
                break
            except SendError as error:
                if error.reason in STOPPING:
                    await self._stop(address, error.reason)
                if attempt == TRIES or error.reason not in (Reason.THROTTLED, Reason.NETWORK):
                    raise
                if error.reason is Reason.THROTTLED:
                    pace.throttled(time.monotonic(), began, address, error.retry_after or 1.0)
                await asyncio.sleep(error.retry_after or 1.0)
        if message.screen is not None and contact_id:
            await self._remember(address, contact_id, message.screen, sent)
        return sent

    async def _stop(self, address: str, reason: Reason) -> None:
        async with self._database.transaction() as session:
            await stop(session, self.voice.name, address, reason, datetime.now(UTC))

    async def _remember(self, address: str, contact_id: int, of: tuple[ScreenKind, int], sent: str) -> None:
        """Note where the message is, and take the buttons off the one that stood for the same before."""
        key = (contact_id, *of)
        if of[0] is ScreenKind.QUESTION and self._screens.get(key) == sent:
            return
        before = await screen_now(self._database, contact_id, *of)
        if before != sent or of[0] is not ScreenKind.QUESTION:
            async with self._database.transaction() as session:
                await remember_screen(session, contact_id, *of, sent)
        self._screens[key] = sent
        self._screens.move_to_end(key)
        if len(self._screens) > REMEMBERED:
            self._screens.popitem(last=False)
        if of[0] is ScreenKind.QUESTION and before is not None and before != sent:
            await self.voice.retire(address, before)


def _spoken(messages: Sequence[Message]) -> Sequence[Message]:
    """Where there are no passing words, one that is all that is said becomes a message."""
    said = [message for message in messages if message.body or message.picture or message.document]
    return said or [say(message.toast) for message in messages if message.toast]
