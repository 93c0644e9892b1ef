"""Chats, messages and files as the imitated network remembers them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.telegram.html import Entity
from sandbox.telegram.keyboards import NO_KEYBOARD, Keyboard

CHEAP_HISTORY = 8


class Kind(StrEnum):
    """Telegram's chat types that a bot of ours can meet."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes kept under a path; `file_id` is the bot's handle, `unique_id` follows from the content."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    name: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Message:
    """One message; `mine` is written by the person, `version` grows with edits, `text` of a rich one is plain."""

    id: int
    chat_id: int
    date: int
    mine: bool
    text: str = ""
    entities: tuple[Entity, ...] = ()
    rich: tuple[dict[str, Any], ...] = ()
    keyboard: Keyboard = NO_KEYBOARD
    photo: StoredFile | None = None
    document: StoredFile | None = None
    edit_date: int = 0
    version: int = 0
    author: int = 0
    group_id: str = ""
    reply_to: int = 0
    protected: bool = False
    service: dict[str, Any] | None = None

    @property
    def media(self) -> StoredFile | None:
        """The photo or document, if any."""
        return self.photo or self.document

    def content(self) -> tuple[Any, ...]:
        """What makes two versions of a message look alike."""
        media = self.media
        return self.text, self.entities, self.rich, (media.kind, media.unique_id) if media else None


@dataclass(slots=True)
class Chat:
    """A person's chat with the bot, or a group; `cheap` ones remember only the last few messages."""

    id: int
    name: str
    username: str = ""
    kind: Kind = Kind.PRIVATE
    cheap: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    blocks_on_receipt: bool = False
    migrated_to: int = 0
    received: int = 0
    # the moment from which one message a second would be allowed again (see limits)
    paced_until: float = 0.0
    minute: deque[float] | None = None
    seen: set[int] = field(default_factory=set)
    repeated: bool = False
    messages: dict[int, Message] = field(default_factory=dict)

    def keep(self, message: Message) -> None:
        """Remembers a message, forgetting the oldest in a cheap chat."""
        self.messages[message.id] = message
        if self.cheap and len(self.messages) > CHEAP_HISTORY:
            del self.messages[next(iter(self.messages))]
