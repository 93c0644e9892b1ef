"""What we say and hear, the same on every channel. Pure."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from channels.blocks import Body, from_json, prose, to_json
from storage.enums import ChannelName, Reason, ScreenKind

TOKEN_BYTES = 64
"""A token travels in a Telegram button, which holds no more."""


class Style(StrEnum):
    """How a button stands out, where the channel can show it."""

    PLAIN = ""
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, and the token that comes back when it is chosen.

    Where a channel can open a page inside itself, the button does so with ``app`` (https), and no token comes back.
    """

    token: str
    label: str
    style: Style = Style.PLAIN
    app: str = ""
    aside: bool = False
    """A way back or out and no answer: where there is no room for a button it may be typed."""

    def __post_init__(self) -> None:
        if not 0 < len(self.token.encode()) <= TOKEN_BYTES:
            raise ValueError(f"token {self.token!r} is not of 1 to {TOKEN_BYTES} bytes")


Link = Callable[[Choice], str]
"""Where a button leads on the web, '' where it cannot."""


def no_link(_: Choice) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class File:
    """A file that travels with a message; one with a ``sha256`` is kept in storage and need not carry its content."""

    name: str
    content: bytes
    mime: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say. ``replaces``: it takes the place of the message whose button was tapped.

    ``toast`` is a passing word over the chat; with ``body`` empty it is all that is said. ``screen`` asks to
    remember the sent message under a kind and a subject, so that it can be changed later.
    """

    body: Body = ()
    rows: tuple[tuple[Choice, ...], ...] = ()
    replaces: bool = False
    toast: str = ""
    alert: bool = False
    picture: File | None = None
    document: File | None = None
    screen: tuple[ScreenKind, int] | None = None
    brief: Body = ()
    """What is said instead where nothing opens in its place: with the first sentences of what the buttons open."""

    @property
    def written(self) -> Body:
        """What is said where nothing opens in its place."""
        return self.brief or self.body

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for row in self.rows for choice in row)


def say(text: str, *rows: tuple[Choice, ...]) -> Message:
    """A message of plain text."""
    return Message(prose(text), rows)


def in_place(message: Message) -> Message:
    return replace(message, replaces=True)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that a person said: text, or the token of a button with the message that it stood on."""

    channel: ChannelName
    address: str
    external_id: str
    text: str = ""
    token: str | None = None
    tapped_message: str = ""
    name: str = ""
    place: tuple[float, float] | None = None
    """Where they say they are: degrees north and east."""
    file: str = ""
    """What they sent, as the channel finds it again: its kind and its id there."""


class SendError(Exception):
    """A send that failed; ``retry_after`` in seconds, ``moved_to`` the new address of a migrated chat."""

    def __init__(
        self, reason: Reason, detail: str, *, retry_after: float | None = None, moved_to: str | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.retry_after, self.moved_to = reason, detail, retry_after, moved_to


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message rendered once for one channel: one payload for each part, ready to be addressed."""

    parts: tuple[Any, ...]


class Channel(Protocol):
    """A network that can be sent to in bulk."""

    name: ChannelName
    highest_id: int
    """The highest id that a message of ours or to us is known to have, where ids grow; else 0."""

    def prepare(self, message: Message) -> Prepared:
        """Render once what will be sent to many."""

    async def deliver(self, address: str, part: Any) -> str:
        """Send one part; return the id that the network gave it, or raise SendError."""

    async def edit(self, address: str, message_id: str, part: Any) -> None:
        """Put a part in the place of one that was sent, or raise SendError."""

    async def remove(self, address: str, message_id: str, instead: Any) -> None:
        """Delete a message; where that is not allowed any more put ``instead`` in its place. Or raise SendError."""


class Voice(Protocol):
    """A network on which one person is answered at once."""

    @property
    def name(self) -> ChannelName:
        """Which network it is."""

    @property
    def edits(self) -> bool:
        """Whether it can change what it said, and has passing words for a tap."""

    async def show(self, address: str, message: Message, *, over: str = "") -> str:
        """Say something, in the place of ``over`` where that is possible; the id of what carries the buttons."""

    async def toast(self, tap: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap."""

    async def retire(self, address: str, message_id: str) -> None:
        """Take the buttons off an old message."""


@runtime_checkable
class Personal(Channel, Protocol):
    """A channel on which each delivery's copy differs, and on which a change is one more message."""

    def own(self, part: Any, delivery_id: int) -> Any:
        """The part as it goes out for one delivery."""


def content_json(message: Message) -> dict[str, Any]:
    """The part of a message that a broadcast freezes: body, buttons, and which files."""
    rows = [[[c.token, c.label, str(c.style)] for c in row] for row in message.rows]
    files = {
        name: [file.name, file.mime, file.sha256]
        for name, file in (("picture", message.picture), ("document", message.document)) if file
    }  # fmt: skip
    brief = {"brief": to_json(message.brief)} if message.brief else {}
    return {"body": to_json(message.body), **brief, "rows": rows, **files}


def from_content(content: dict[str, Any]) -> Message:
    rows = tuple(tuple(Choice(t, label, Style(style)) for t, label, style in row) for row in content["rows"])
    picture, document = (kept(*content[name]) if name in content else None for name in ("picture", "document"))
    body, brief = from_json(content["body"]), from_json(content.get("brief", []))
    return Message(body, rows, picture=picture, document=document, brief=brief)


def kept(name: str, mime: str, sha256: str) -> File:
    """A file whose content is in storage."""
    return File(name, b"", mime, sha256)


def digest(content: dict[str, Any], audience: str) -> str:
    """SHA-256 (hex) over what will be sent and to whom; equal only if both are."""
    written = json.dumps([content, audience], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
