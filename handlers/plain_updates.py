"""Messages and taps of the usual shape, read straight from the raw JSON; whatever looks unusual is left to aiogram.

Building and checking aiogram's models costs more than all the rest of hearing a tap. Only what is used is looked at,
and with aiogram's own strictness; both ways must say the same (``tests/handlers/test_plain_updates.py``).
"""

from typing import Any

from channels.message import Inbound
from storage.enums import ChannelName

SENT_THINGS = frozenset({"location", "venue", "photo", "voice", "audio", "document"})
"""What a message may carry instead of words."""
LATEST = 2**32
"""Seconds since 1970; what is much later aiogram cannot read."""


class Unusual(Exception):
    """The update is not of the usual shape."""


def inbound_of(raw: dict[str, Any], external_id: str) -> Inbound | None:
    """What was said or tapped in a private chat; None if only aiogram can tell."""
    try:
        match raw:
            case {"update_id": update_id, "callback_query": dict(query), **others} if not others:
                _number(update_id)
                return _tap(query, external_id)
            case {"update_id": update_id, "message": dict(message), **others} if not others:
                _number(update_id)
                return _message(message, external_id)
    except (Unusual, KeyError):
        pass
    return None


def _tap(query: dict[str, Any], external_id: str) -> Inbound:
    address, name = _person(query["from"])
    tapped = ""
    if "message" in query:
        tapped = str(_standing(query["message"]))
    _text(query["id"]), _text(query["chat_instance"])
    if "inline_message_id" in query or "game_short_name" in query:
        raise Unusual
    token = _text(query["data"])
    if not token:
        raise Unusual
    return Inbound(ChannelName.TELEGRAM, address, external_id, token=token, tapped_message=tapped, name=name)


def _message(message: dict[str, Any], external_id: str) -> Inbound:
    _standing(message)
    if not SENT_THINGS.isdisjoint(message):
        raise Unusual
    chat = message["chat"]
    if chat["type"] != "private":
        raise Unusual
    _, name = _person(message["from"])
    said, caption = _text(message.get("text", "")), _text(message.get("caption", ""))
    return Inbound(ChannelName.TELEGRAM, str(chat["id"]), external_id, said or caption, name=name)


def _standing(message: Any) -> int:
    """The id of a message that has what every message has."""
    if type(message) is not dict or type(message["chat"]) is not dict:
        raise Unusual
    _number(message["chat"]["id"])
    _text(message["chat"]["type"])
    if not 0 <= _number(message["date"]) < LATEST:
        raise Unusual
    return _number(message["message_id"])


def _person(person: Any) -> tuple[str, str]:
    """Address and full name."""
    if type(person) is not dict or type(person["is_bot"]) is not bool:
        raise Unusual
    first, last = _text(person["first_name"]), _text(person.get("last_name", ""))
    return str(_number(person["id"])), f"{first} {last}" if last else first


def _number(value: Any) -> int:
    if type(value) is not int:
        raise Unusual
    return value


def _text(value: Any) -> str:
    """A text that can be written as UTF-8."""
    if type(value) is not str or not (value.isascii() or _encodes(value)):
        raise Unusual
    return value


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
