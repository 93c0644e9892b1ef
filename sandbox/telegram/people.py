"""What people do in the imitated network: they write, tap, block, and turn groups into supergroups."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.chats import Chat, Kind, Message
from sandbox.telegram.formatted import found_entities
from sandbox.telegram.views import Json, chat_json
from sandbox.telegram.world import Happening, SimError, World

# the person who acts in a group when nobody is named
GROUP_MEMBER = 1


def _actor(chat: Chat, author: int = 0) -> int:
    return author or (chat.id if chat.kind is Kind.PRIVATE else GROUP_MEMBER)


def say(world: World, chat: Chat, text: str, author: int = 0) -> Message:
    """A person writes; /start opens the chat and lifts a block."""
    if chat.deactivated:
        raise SimError("the account was deleted")
    if chat.migrated_to:
        raise SimError("the group became a supergroup")
    if not text.strip():
        raise SimError("nothing to say")
    if chat.blocked:
        if text.split()[0].partition("@")[0] != "/start":
            raise SimError("the bot is blocked")
        set_blocked(world, chat, blocked=False)
    chat.started = True
    return _keep(world, chat, author, text=text, entities=found_entities(text))


def send(world: World, chat: Chat, what: Json, author: int = 0) -> Message:
    """A person sends something that is no text: a location, a photo or a document, as the Bot API tells of it."""
    if chat.blocked or chat.deactivated or chat.migrated_to:
        raise SimError("the bot cannot be written to")
    return _keep(world, chat, author, service=what)


def _keep(world: World, chat: Chat, author: int, **content: Any) -> Message:
    message = Message(
        id=world.next_message_id(chat), chat_id=chat.id, date=world.clock.stamp(), mine=True,
        author=_actor(chat, author), **content,
    )  # fmt: skip
    chat.keep(message)
    world.updates.emit("message", world.message_json(message, chat))
    world.tell(Happening("message", chat, message))
    return message


def tap(world: World, chat: Chat, message_id: int, data: str, author: int = 0) -> str:
    """A person taps a button that really stands there; gives the callback's id."""
    message = chat.messages.get(message_id)
    if message is None or message.mine:
        raise SimError(f"no message {message_id} of the bot in chat {chat.id}")
    if data not in message.keyboard.data():
        raise SimError("that message has no such button")
    if chat.blocked or chat.deactivated:
        raise SimError("the bot is blocked")
    number = world.remember_callback(chat)
    body = {
        "id": number,
        "from": world.person_json(chat, _actor(chat, author)),
        "message": world.message_json(message, chat),
        "chat_instance": str(chat.id * 7919 + world.settings.bot_id),
        "data": data,
    }
    world.updates.emit("callback_query", body)
    return number


def set_blocked(world: World, chat: Chat, *, blocked: bool) -> None:
    """A person blocks or unblocks the bot (or removes it from the group)."""
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    member: Json = {"user": world.bot_json(), "status": "member"}
    kicked: Json = {"user": world.bot_json(), "status": "kicked", "until_date": 0}
    body = {
        "chat": chat_json(chat),
        "from": world.person_json(chat, _actor(chat)),
        "date": world.clock.stamp(),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }
    world.updates.emit("my_chat_member", body)


def upgrade(world: World, chat: Chat) -> Chat:
    """Turns a group into a supergroup with a new id, and says so in both."""
    if chat.kind is not Kind.GROUP or chat.migrated_to:
        raise SimError("only a group can become a supergroup")
    new_id = world.new_supergroup_id()
    new = world.add_chat(Chat(id=new_id, name=chat.name, kind=Kind.SUPERGROUP, started=True))
    for place, service in (
        (chat, {"migrate_to_chat_id": new_id}),
        (new, {"migrate_from_chat_id": chat.id}),
    ):
        message = Message(
            id=world.next_message_id(place),
            chat_id=place.id,
            date=world.clock.stamp(),
            mine=True,
            author=GROUP_MEMBER,
            service=service,
        )
        place.keep(message)
        world.updates.emit("message", world.message_json(message, place))
    chat.migrated_to = new_id
    return new
