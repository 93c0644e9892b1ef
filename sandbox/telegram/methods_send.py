"""Methods that put new messages into a chat."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.chats import Chat, Message, StoredFile
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatted import CAPTION_LIMIT, TEXT_LIMIT, formatted
from sandbox.telegram.keyboards import NO_KEYBOARD, Keyboard, keyboard
from sandbox.telegram.network import Network
from sandbox.telegram.params import Params
from sandbox.telegram.rich import plain, rich_message
from sandbox.telegram.views import Json

ALBUM = range(2, 11)


def _replied(chat: Chat, params: Params) -> int:
    given = params.parsed("reply_parameters")
    target = given.get("message_id") if isinstance(given, dict) else params.values.get("reply_to_message_id")
    lenient = bool(given.get("allow_sending_without_reply")) if isinstance(given, dict) else False
    if not target:
        return 0
    number = Params({"id": target}).integer("id")
    if number in chat.messages:
        return number
    if lenient or params.boolean("allow_sending_without_reply"):
        return 0
    raise bad_request("message to be replied not found")


def _message(net: Network, chat: Chat, params: Params, **content: Any) -> Message:
    return Message(
        id=net.world.next_message_id(chat),
        chat_id=chat.id,
        date=net.clock.stamp(),
        mine=False,
        reply_to=_replied(chat, params),
        protected=params.boolean("protect_content"),
        **content,
    )


async def send_message(net: Network, params: Params) -> Json:
    """sendMessage."""
    text, entities = formatted(params, "text", TEXT_LIMIT)
    markup = keyboard(params)
    chat = net.world.chat(params.chat_id())
    _replied(chat, params)
    net.admit(chat)
    return net.deliver(chat, _message(net, chat, params, text=text, entities=entities, keyboard=markup))


async def send_rich_message(net: Network, params: Params) -> Json:
    """sendRichMessage, of blocks alone."""
    blocks = rich_message(params)
    markup = keyboard(params)
    chat = net.world.chat(params.chat_id())
    _replied(chat, params)
    net.admit(chat)
    return net.deliver(chat, _message(net, chat, params, text=plain(blocks), rich=blocks, keyboard=markup))


async def _send_file(net: Network, params: Params, kind: str) -> Json:
    caption, entities = formatted(params, "caption", CAPTION_LIMIT)
    markup = keyboard(params)
    chat = net.world.chat(params.chat_id())
    _replied(chat, params)
    file = net.world.files.resolve(kind, params.values.get(kind), params)
    net.admit(chat)
    content: dict[str, Any] = {kind: file, "text": caption, "entities": entities, "keyboard": markup}
    return net.deliver(chat, _message(net, chat, params, **content))


async def send_photo(net: Network, params: Params) -> Json:
    """sendPhoto, by upload or file_id."""
    return await _send_file(net, params, "photo")


async def send_document(net: Network, params: Params) -> Json:
    """sendDocument, by upload or file_id."""
    return await _send_file(net, params, "document")


def _item(net: Network, raw: Any, params: Params) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.get("type") not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: media of this type can't be sent in an album here")
    caption, entities = formatted(raw, "caption", CAPTION_LIMIT)
    file: StoredFile = net.world.files.resolve(raw["type"], raw.get("media"), params)
    return {raw["type"]: file, "text": caption, "entities": entities}


async def send_media_group(net: Network, params: Params) -> list[Json]:
    """sendMediaGroup: 2-10 photos or 2-10 documents, without a keyboard."""
    media = params.array("media") or []
    if len(media) not in ALBUM:
        raise bad_request("the number of media must be between 2 and 10")
    if len({raw.get("type") for raw in media if isinstance(raw, dict)}) > 1:
        raise bad_request("documents can't be mixed with other media types")
    chat = net.world.chat(params.chat_id())
    _replied(chat, params)
    items = [_item(net, raw, params) for raw in media]
    net.admit(chat, len(items))
    group = str(net.clock.stamp() * 1000 + net.stats.accepted % 1000)
    return [net.deliver(chat, _message(net, chat, params, group_id=group, **item)) for item in items]


async def copy_message(net: Network, params: Params) -> Json:
    """copyMessage: the same content without its keyboard, unless a new one is given."""
    source = net.world.chat(params.chat_id("from_chat_id"))
    original = source.messages.get(params.integer("message_id"))
    if original is None:
        raise bad_request("message to copy not found")
    if original.service:
        raise bad_request("message can't be copied")
    chat = net.world.chat(params.chat_id())
    text, entities = original.text, original.entities
    if original.media and params.values.get("caption") is not None:
        text, entities = formatted(params, "caption", CAPTION_LIMIT)
    markup: Keyboard = keyboard(params) if params.has("reply_markup") else NO_KEYBOARD
    _replied(chat, params)
    net.admit(chat)
    content = {"photo": original.photo, "document": original.document, "rich": original.rich}
    message = _message(net, chat, params, text=text, entities=entities, keyboard=markup, **content)
    net.deliver(chat, message)
    return {"message_id": message.id}


METHODS = {
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
}
