"""Zalo's raw events: whose they are, and what they mean; a tap and a typed number come to the same token.

Both networks of Zalo are here: the Official Account's webhook events, and the Bot Platform's updates in both shapes.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.message import Inbound, from_content
from channels.zalo_text import MOST_BUTTONS, TOKEN_MARK, Hints, laid_out
from handlers import texts
from handlers.choices import plain
from handlers.understanding import Membership
from storage import zalo
from storage.articles import follows
from storage.database import Database
from storage.enums import ChannelName

HINTS = Hints(texts.TYPE_A_NUMBER, texts.TYPE_A_WORD)
SPOKEN_LATELY = timedelta(hours=1)
"""For so long what was said in conversation comes before a newer broadcast."""
SUBSCRIBES = "sub"
"""The token after which the person is known by a name."""
SHORT = 60
"""Characters; what is longer was no choice."""
CODE = re.compile(r"(?i)^(?:ks|ma|mã)\s+([kci][A-Za-z0-9_-]{6,})$")
"""How somebody opens a survey where a link cannot carry its code."""
ADDRESS = re.compile(r"^[\w-]{1,64}$", re.ASCII)
UNUSUAL = re.compile(r"[^\w:.,@-]", re.ASCII)
LONGEST_ID = 200
KINDS = {"image": "image", "photo": "image", "audio": "audio", "voice": "audio", "file": "file"}
SILENT = frozenset({"user_received_message", "user_seen_message", "user_feedback"})


def sender(raw: dict[str, Any]) -> str:
    """Whose event it is, read without trusting it; '' if nobody's."""
    for path in (("follower", "id"), ("message", "chat", "id"), ("message", "from", "id"), ("sender", "id")):
        at: Any = _flat(raw)
        for key in path:
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, str) and ADDRESS.match(at) and raw.get("event_name") not in SILENT:
            return at
    return ""


def event_id(raw: dict[str, Any]) -> str:
    """What tells an event from others, so that one that is sent again is known; '' if it has nothing of the kind."""
    event = _flat(raw)
    message = event.get("message")
    message = message if isinstance(message, dict) else {}
    own = message.get("msg_id") or message.get("message_id") or ",".join(map(str, message.get("msg_ids") or ()))
    own = own or f"{sender(raw)}@{event.get('timestamp')}"
    return UNUSUAL.sub("?", f"{event.get('event_name')}:{own}")[:LONGEST_ID]


def _flat(raw: dict[str, Any]) -> dict[str, Any]:
    """The event itself: the Bot Platform's documents wrap it, what was captured does not."""
    inner = raw.get("result")
    return inner if isinstance(inner, dict) else raw


class ZaloUnderstanding:
    """Raw events into what they mean to us; notes the interaction, which opens the window for answers."""

    def __init__(
        self, database: Database, channel: ChannelName, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *, called: Callable[[str], Awaitable[str]] | None = None,
    ) -> None:  # fmt: skip
        self._database, self._channel, self._now, self._called = database, channel, now, called
        self._most = MOST_BUTTONS if channel is ChannelName.ZALO_OA else 0

    async def of(self, raw: dict[str, Any], external_id: str) -> Inbound | Membership | None:
        """What an event means; None if it is nothing to us. Raises ValueError for one that cannot be read."""
        event = _flat(raw)
        name, address = event.get("event_name"), sender(raw)
        if not isinstance(name, str):
            raise ValueError("an event without a name")
        if not address:
            return None
        if name == "unfollow":
            if self._channel is ChannelName.ZALO_OA:
                async with self._database.transaction() as session:
                    await follows(session, address, yes=False)
            return Membership(address, blocked=True)
        if name != "follow" and not name.startswith(("user_send_", "message.")):
            return None
        async with self._database.transaction() as session:
            await zalo.interacted(session, self._channel, address, self._now())
            if name == "follow":
                await follows(session, address, yes=True)
        if name == "follow":
            return self._inbound(address, external_id, text="/start")
        message = event.get("message")
        if not isinstance(message, dict):
            raise ValueError("an event without its message")
        return await self._said(message, address, external_id)

    async def _said(self, message: dict[str, Any], address: str, external_id: str) -> Inbound:
        text = message.get("text")
        known = message.get("from")
        called = str(known.get("display_name") or "") if isinstance(known, dict) else ""
        if isinstance(text, str) and text:
            if text.startswith(TOKEN_MARK):
                meant = text.removeprefix(TOKEN_MARK)
                if meant == SUBSCRIBES and self._called is not None:
                    called = await self._called(address)
                return self._inbound(address, external_id, token=meant, name=called)
            if opened := CODE.match(text.strip()):
                return self._inbound(address, external_id, text=f"/start {opened[1]}", name=called)
            if len(text) <= SHORT and (token := await self._meant(address, text)):
                return self._inbound(address, external_id, token=token, name=called)
            return self._inbound(address, external_id, text=text, name=called)
        place, file = _things(message)
        return self._inbound(address, external_id, place=place, file=file, name=called)

    def _inbound(self, address: str, external_id: str, **what: Any) -> Inbound:
        return Inbound(self._channel, address, external_id, **what)

    async def _meant(self, address: str, text: str) -> str:
        """The token of what was numbered or named under the last message; '' if it was nothing of these."""
        said, now = _key(text), self._now()
        async with self._database.reading() as session:
            typed, shown_at = await zalo.typed_lately(session, self._channel, address)
            lately = shown_at is not None and now - shown_at < SPOKEN_LATELY
            broadcast = None if lately else await zalo.last_broadcast(session, self._channel, address)
        if broadcast is not None and (shown_at is None or broadcast[1] > shown_at):
            typed = dict(laid_out(from_content(broadcast[0]), HINTS, most=self._most).typed)
        return next((token for label, token in typed.items() if _key(label) == said), "")


def _key(text: str) -> str:
    return plain(text).strip(" .,!()")


def _things(message: dict[str, Any]) -> tuple[tuple[float, float] | None, str]:
    """A place and a file, where one was sent."""
    for key in ("photo", "photo_url", "voice_url"):
        if isinstance(message.get(key), str):
            return None, f"{'audio' if key == 'voice_url' else 'image'} {message[key]}"
    for sent in message.get("attachments") or ():
        payload = sent.get("payload") or {}
        if sent.get("type") == "location":
            at = payload.get("coordinates") or {}
            return (float(at["latitude"]), float(at["longitude"])), ""
        if sent.get("type") in KINDS and payload.get("url"):
            return None, f"{KINDS[sent['type']]} {payload['url']}"
    return None, ""
