"""Telegram's objects as JSON, complete enough for clients that refuse anything less."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.chats import Chat, Kind, Message, StoredFile

Json = dict[str, Any]
PHOTO_SIDES = {"s": 90, "m": 320, "x": 800}


def chat_json(chat: Chat) -> Json:
    """A Chat."""
    if chat.kind is not Kind.PRIVATE:
        return {"id": chat.id, "type": chat.kind.value, "title": chat.name}
    view: Json = {"id": chat.id, "type": "private", "first_name": chat.name}
    if chat.username:
        view["username"] = chat.username
    return view


def person_json(user_id: int, name: str, username: str = "") -> Json:
    """A User who is a person."""
    view: Json = {"id": user_id, "is_bot": False, "first_name": name, "language_code": "vi"}
    if username:
        view["username"] = username
    return view


def photo_json(file: StoredFile) -> list[Json]:
    """PhotoSizes from small to large; every size leads to the same bytes, none is really scaled."""
    sizes: list[Json] = []
    longest = max(file.width, file.height)
    for mark, side in PHOTO_SIDES.items():
        if mark != "x" and side >= longest:
            continue
        share = min(1.0, side / longest) if mark != "x" else 1.0
        sizes.append(
            {
                "file_id": f"{file.file_id}{mark}",
                "file_unique_id": f"{file.unique_id}{mark}",
                "width": max(1, round(file.width * share)),
                "height": max(1, round(file.height * share)),
                "file_size": len(file.data),
            }
        )
    return sizes


def document_json(file: StoredFile) -> Json:
    """A Document."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.data),
    }


def message_json(message: Message, chat: Chat, sender: Json) -> Json:
    """A Message with the sender's User."""
    view: Json = {
        "message_id": message.id,
        "from": sender,
        "chat": chat_json(chat),
        "date": message.date,
    }
    if message.edit_date:
        view["edit_date"] = message.edit_date
    if message.group_id:
        view["media_group_id"] = message.group_id
    if message.protected:
        view["has_protected_content"] = True
    if message.photo:
        view["photo"] = photo_json(message.photo)
    if message.document:
        view["document"] = document_json(message.document)
    if message.service:
        view.update(message.service)
    elif message.rich:
        view["rich_message"] = {"blocks": list(message.rich)}
    elif message.media is None:
        view["text"] = message.text
        if message.entities:
            view["entities"] = list(message.entities)
    elif message.text:
        view["caption"] = message.text
        if message.entities:
            view["caption_entities"] = list(message.entities)
    if message.keyboard.inline:
        view["reply_markup"] = message.keyboard.inline
    return view


def full_chat_json(chat: Chat) -> Json:
    """A ChatFullInfo."""
    return {
        **chat_json(chat),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }
