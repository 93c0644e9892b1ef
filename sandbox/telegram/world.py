"""Who is in the imitated network and what was written: chats, messages and their identifiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.settings import Settings
from sandbox.telegram.chats import Chat, Kind, Message
from sandbox.telegram.errors import bad_request, forbidden
from sandbox.telegram.files import Files
from sandbox.telegram.updates import Updates
from sandbox.telegram.views import Json, message_json, person_json

FIRST_MESSAGE = 100
FIRST_SUPERGROUP = -1_001_000_000_000
CALLBACK_LIFE = 30.0


class SimError(Exception):
    """A person in the simulation cannot do that."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What an observer hears: `kind` is message, edit, delete or toast."""

    kind: str
    chat: Chat
    message: Message | None = None
    message_id: int = 0
    text: str = ""
    alert: bool = False


Observer = Callable[[Happening], None]


class World:
    """The state; private chats and basic groups share one sequence of message ids, as on Telegram."""

    def __init__(self, settings: Settings, clock: Clock, updates: Updates) -> None:
        self.settings = settings
        self.clock = clock
        self.updates = updates
        self.files = Files()
        self.chats: dict[int, Chat] = {}
        self.observers: list[Observer] = []
        self.bot_name = "Loa"
        self._next_message = FIRST_MESSAGE
        self._next_in_supergroup: dict[int, int] = {}
        self._callbacks: dict[str, tuple[float, Chat]] = {}
        self._next_callback = settings.bot_id * 1_000_000 + 1

    def tell(self, happening: Happening) -> None:
        """Informs the page and the simulated people."""
        for observer in self.observers:
            observer(happening)

    def add_chat(self, chat: Chat) -> Chat:
        """Adds a chat; SimError when the id is taken."""
        if chat.id in self.chats:
            raise SimError(f"chat {chat.id} exists")
        self.chats[chat.id] = chat
        return chat

    def person_chat(self, chat_id: Any) -> Chat:
        """The chat in which a person acts; SimError when there is none."""
        try:
            return self.chats[int(chat_id)]
        except (KeyError, TypeError, ValueError):
            raise SimError(f"no chat {chat_id}") from None

    def chat(self, reference: int | str) -> Chat:
        """The chat a bot means, or Telegram's refusal."""
        # by name Telegram finds public groups and channels only, and there are none here
        found = self.chats.get(reference) if isinstance(reference, int) else None
        if found is None:
            raise bad_request("chat not found")
        if found.migrated_to:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=found.migrated_to)
        return found

    def check_may_send(self, chat: Chat) -> None:
        """Raises 403 when this chat does not take messages from the bot."""
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden(
                "bot was blocked by the user" if chat.kind is Kind.PRIVATE else "bot was kicked from the group chat"
            )
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")

    def next_message_id(self, chat: Chat) -> int:
        """The id for one more message."""
        if chat.kind is Kind.SUPERGROUP:
            number = self._next_in_supergroup.get(chat.id, 0) + 1
            self._next_in_supergroup[chat.id] = number
            return number
        self._next_message += 1
        return self._next_message - 1

    def bot_json(self) -> Json:
        """The bot's own User."""
        return {
            "id": self.settings.bot_id,
            "is_bot": True,
            "first_name": self.bot_name,
            "username": self.settings.username,
        }

    def person_json(self, chat: Chat, user: int) -> Json:
        """The User who acts in a chat."""
        if user == chat.id:
            return person_json(user, chat.name, chat.username)
        known = self.chats.get(user)
        return person_json(user, known.name if known else f"Người {user}")

    def message_json(self, message: Message, chat: Chat) -> Json:
        """A Message, with the message it answers one level deep."""
        view = message_json(message, chat, self._sender(message, chat))
        replied = chat.messages.get(message.reply_to)
        if replied:
            view["reply_to_message"] = message_json(replied, chat, self._sender(replied, chat))
        return view

    def _sender(self, message: Message, chat: Chat) -> Json:
        return self.person_json(chat, message.author) if message.mine else self.bot_json()

    def remember_callback(self, chat: Chat) -> str:
        """A fresh id for a tap in this chat."""
        number = str(self._next_callback)
        self._next_callback += 1
        self._forget_callbacks()
        self._callbacks[number] = self.clock.now(), chat
        return number

    def new_supergroup_id(self) -> int:
        """An id that no chat has yet."""
        number = FIRST_SUPERGROUP - len(self._next_in_supergroup) - 1
        self._next_in_supergroup[number] = 0
        return number

    def _forget_callbacks(self) -> None:
        limit = self.clock.now() - CALLBACK_LIFE
        while self._callbacks and next(iter(self._callbacks.values()))[0] < limit:
            del self._callbacks[next(iter(self._callbacks))]

    def callback_chat(self, number: str) -> Chat:
        """The chat whose tap has this id, while it may still be answered."""
        self._forget_callbacks()
        if number not in self._callbacks:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return self._callbacks[number][1]
