"""Methods that change or remove messages already sent."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatted import CAPTION_LIMIT, TEXT_LIMIT, formatted
from sandbox.telegram.keyboards import keyboard
from sandbox.telegram.network import Network
from sandbox.telegram.params import Params
from sandbox.telegram.rich import plain, rich_message
from sandbox.telegram.views import Json
from sandbox.telegram.world import Happening

DELETE_WITHIN = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _target(net: Network, params: Params) -> tuple[Chat, Message]:
    if not params.has("message_id"):
        raise bad_request("message identifier is not specified")
    chat = net.world.chat(params.chat_id())
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.mine or message.service:
        raise bad_request("message can't be edited")
    return chat, message


def _apply(net: Network, params: Params, chat: Chat, message: Message, **content: Any) -> Json:
    """Writes the new content and the new keyboard; without reply_markup the keyboard is dropped."""
    markup = keyboard(params)
    before = message.content(), message.keyboard.inline
    old = {name: getattr(message, name) for name in content}
    for name, value in content.items():
        setattr(message, name, value)
    if (message.content(), markup.inline) == before:
        for name, value in old.items():
            setattr(message, name, value)
        raise bad_request(NOT_MODIFIED)
    message.keyboard = markup
    message.edit_date = net.clock.stamp()
    message.version += 1
    net.world.tell(Happening("edit", chat, message))
    return net.world.message_json(message, chat)


async def edit_message_text(net: Network, params: Params) -> Json:
    """editMessageText, of a text or a rich message into either."""
    blocks = rich_message(params) if params.has("rich_message") else ()
    text, entities = (plain(blocks), ()) if blocks else formatted(params, "text", TEXT_LIMIT)
    chat, message = _target(net, params)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return _apply(net, params, chat, message, text=text, entities=entities, rich=blocks)


async def edit_message_caption(net: Network, params: Params) -> Json:
    """editMessageCaption."""
    text, entities = formatted(params, "caption", CAPTION_LIMIT)
    chat, message = _target(net, params)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    return _apply(net, params, chat, message, text=text, entities=entities)


async def edit_message_reply_markup(net: Network, params: Params) -> Json:
    """editMessageReplyMarkup."""
    chat, message = _target(net, params)
    return _apply(net, params, chat, message)


async def edit_message_media(net: Network, params: Params) -> Json:
    """editMessageMedia: another photo or document, with the caption that came with it."""
    media = params.parsed("media")
    if not isinstance(media, dict) or media.get("type") not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: unsupported media type specified")
    text, entities = formatted(media, "caption", CAPTION_LIMIT)
    chat, message = _target(net, params)
    kind = media["type"]
    if message.group_id and message.media and message.media.kind != kind:
        raise bad_request("message can't be edited")
    content: dict[str, Any] = {"photo": None, "document": None, "rich": (), "text": text, "entities": entities}
    content[kind] = net.world.files.resolve(kind, media.get("media"), params)
    return _apply(net, params, chat, message, **content)


def _delete(net: Network, chat: Chat, message: Message) -> None:
    del chat.messages[message.id]
    net.world.tell(Happening("delete", chat, message_id=message.id))


def _check_deletable(net: Network, message: Message) -> None:
    if net.clock.now() - message.date >= DELETE_WITHIN:
        raise bad_request("message can't be deleted")


async def delete_message(net: Network, params: Params) -> bool:
    """deleteMessage, within 48 hours of the sandbox clock."""
    chat = net.world.chat(params.chat_id())
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(net, message)
    _delete(net, chat, message)
    return True


async def delete_messages(net: Network, params: Params) -> bool:
    """deleteMessages: 1-100 ids, those not found are passed over."""
    numbers = params.array("message_ids") or []
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    chat = net.world.chat(params.chat_id())
    found = [chat.messages[int(number)] for number in dict.fromkeys(numbers) if int(number) in chat.messages]
    for message in found:
        _check_deletable(net, message)
    for message in found:
        _delete(net, chat, message)
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
