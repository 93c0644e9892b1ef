"""Telegram's raw updates: whose they are, and what they mean, without waiting for aiogram to be imported."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from channels.message import Inbound
from handlers.aside import aside
from handlers.plain_updates import inbound_of

if TYPE_CHECKING:
    from handlers.telegram import Parser

USED_UPDATES = ["message", "callback_query", "my_chat_member"]
"""Always named to Telegram: it keeps an older, shorter list otherwise."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The person blocked the bot, or let it in again."""

    address: str
    blocked: bool


class Understanding:
    """Raw updates into what they mean to us; raises ValueError for one that cannot be read.

    aiogram takes seconds to import: that happens in a thread, while what is to be sent goes out already.
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self._parser: Parser | None = None
        self._once = asyncio.Lock()

    async def ready(self) -> "Parser":
        async with self._once:
            if self._parser is None:
                self._parser = await aside(partial(_parser, self._token))
        return self._parser

    async def of(self, raw: dict[str, Any], external_id: str) -> Inbound | Membership | None:
        """What an update means; None if it is nothing to us."""
        if (plain := inbound_of(raw, external_id)) is not None:
            return plain
        return await (self._parser or await self.ready()).of(raw, external_id)


def _parser(token: str) -> "Parser":
    from handlers.telegram import Parser

    return Parser(token)


def sender(raw: dict[str, Any]) -> str:
    """Whose update it is, read from the raw JSON without trusting it; '' if nobody's."""
    for path in (("message", "chat"), ("callback_query", "from"), ("my_chat_member", "chat")):
        at: Any = raw
        for key in (*path, "id"):
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, int):
            return str(at)
    return ""


def tap_id(raw: dict[str, Any]) -> str:
    """The id with which a tap is answered; '' if the update is no tap."""
    tap = raw.get("callback_query")
    return str(tap.get("id", "")) if isinstance(tap, dict) else ""
