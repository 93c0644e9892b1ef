"""Telegram's updates in aiogram's types, as what a person said; groups and edits are not conversations."""

from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Update
from aiogram.types import Message as TelegramMessage

from channels.message import Inbound
from handlers.understanding import Membership
from storage.enums import ChannelName


async def on_message(message: TelegramMessage, external_id: str) -> Inbound:
    name = message.from_user.full_name if message.from_user else ""
    place = (message.location.latitude, message.location.longitude) if message.location else None
    return Inbound(
        ChannelName.TELEGRAM, str(message.chat.id), external_id, message.text or message.caption or "", name=name,
        place=place, file=_file(message),
    )  # fmt: skip


def _file(message: TelegramMessage) -> str:
    """What was sent besides words: kind and id; of a photograph its largest size."""
    if message.photo:
        return f"image {message.photo[-1].file_id}"
    for kind, sent in (("audio", message.voice or message.audio), ("file", message.document)):
        if sent is not None:
            return f"{kind} {sent.file_id}"
    return ""


async def on_button(query: CallbackQuery, external_id: str) -> Inbound:
    """A tap; the message that it stood on may be too old to be shown to us, and is then not edited."""
    tapped = str(query.message.message_id) if query.message else ""
    return Inbound(
        ChannelName.TELEGRAM, str(query.from_user.id), external_id, token=query.data, tapped_message=tapped,
        name=query.from_user.full_name,
    )  # fmt: skip


async def on_membership(change: ChatMemberUpdated) -> Membership:
    blocked = change.new_chat_member.status in (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT)
    return Membership(str(change.chat.id), blocked)


def router() -> Router:
    """The handlers above, on what they are for."""
    made = Router(name="telegram")
    made.message.register(on_message, F.chat.type == ChatType.PRIVATE)
    made.callback_query.register(on_button, F.data)
    made.my_chat_member.register(on_membership, F.chat.type == ChatType.PRIVATE)
    return made


class Parser:
    """Updates of one bot through aiogram's types and router; raises ValueError for one that cannot be read."""

    def __init__(self, token: str) -> None:
        self._bot = Bot(token)
        self._dispatcher = Dispatcher()
        self._dispatcher.include_router(router())

    async def of(self, raw: dict[str, Any], external_id: str) -> Inbound | Membership | None:
        """What an update means; None if it is nothing to us."""
        update = Update.model_validate(raw, context={"bot": self._bot})
        meaning = await self._dispatcher.feed_update(self._bot, update, external_id=external_id)
        return meaning if isinstance(meaning, Inbound | Membership) else None
