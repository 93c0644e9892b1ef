"""Zalo's Bot Platform: messages without buttons, answered by numbers; for pilots and operators' alerts.

A basic plan carries 50 people and 3,000 messages a month. Tried against the sandbox, never against live Zalo.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.blocks import Block, Kind, gap
from channels.message import Link, Message, Prepared, SendError, no_link
from channels.telegram_text import units
from channels.zalo_client import ZaloHttp
from channels.zalo_text import Hints, laid_out
from storage import zalo
from storage.database import Database
from storage.enums import ChannelName, Reason

REASONS = {
    400: Reason.REFUSED, 401: Reason.UNAUTHORISED, 403: Reason.TRY_LATER, 404: Reason.UNAUTHORISED,
    408: Reason.TRY_LATER, 426: Reason.TRY_LATER, 429: Reason.QUOTA,
}  # fmt: skip
"""What the codes of a refusal mean; 429 is a plan that is used up, so it is not tried again."""
NOBODY = "chat not found"


@dataclass(frozen=True, slots=True)
class Part:
    """One text, how it is styled, and what may be typed under it."""

    text: str
    styles: tuple[dict[str, Any], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


class ZaloBot:
    """The channel; safe to use from many tasks."""

    name = ChannelName.ZALO_BOT
    highest_id = 0
    edits = False

    def __init__(
        self, token: str, database: Database, *, api_url: str, hints: Hints, styled: bool = True,
        link: Link = no_link, proxy: str | None = None, seconds: float = 20.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._database, self._hints, self._styled, self._now = database, hints, styled, now
        self._link = link
        self._at = f"{api_url.rstrip('/')}/bot{token}"
        self._http = ZaloHttp(connections=20, seconds=seconds, proxy=proxy)

    async def close(self) -> None:
        await self._http.close()

    async def call(self, method: str, payload: dict[str, Any], *, seconds: float | None = None) -> Any:
        """Call a method; return its result, or raise SendError. HTTP 200 may carry a refusal."""
        told = await self._http.ask("POST", f"{self._at}/{method}", json=payload, seconds=seconds)
        if told.get("ok"):
            return told.get("result")
        code, said = int(told.get("error_code") or 500), str(told.get("description") or "")
        reason = Reason.NOT_STARTED if NOBODY in said.casefold() else REASONS.get(code, Reason.SERVER)
        raise SendError(reason, f"{said} ({code})")

    async def updates(self, seconds: int) -> dict[str, Any] | None:
        """The next update, waited for so long; None if there was none. Raises SendError."""
        try:
            told = await self.call("getUpdates", {"timeout": seconds}, seconds=seconds + 10)
        except SendError as error:
            if "(408)" in error.detail:
                return None
            raise
        return told if isinstance(told, dict) else None

    def prepare(self, message: Message) -> Prepared:
        return Prepared(self._parts(message))

    def _parts(self, message: Message) -> tuple[Part, ...]:
        laid = laid_out(message, self._hints, most=0, link=self._link)
        bold = [bold_ranges(body) for body in laid.bodies] if self._styled else []
        last = len(laid.texts) - 1
        return tuple(
            Part(text, tuple(bold[n]) if n < len(bold) else (), laid.typed if n == last else ())
            for n, text in enumerate(laid.texts)
        )

    async def deliver(self, address: str, part: Part) -> str:
        styles = {"text_styles": list(part.styles)} if part.styles else {}
        told = await self.call("sendMessage", {"chat_id": address, "text": part.text, **styles})
        if not isinstance(told, dict) or "message_id" not in told:
            raise SendError(Reason.IN_DOUBT, "an answer without a message")
        return str(told["message_id"])

    async def edit(self, address: str, message_id: str, part: Part) -> None:
        """Nothing that was sent can be changed: the new text follows."""
        await self.deliver(address, part)

    async def remove(self, address: str, message_id: str, instead: Part) -> None:
        await self.deliver(address, instead)

    async def show(self, address: str, message: Message, *, over: str = "") -> str:
        """Say something now; what may be typed under it is remembered. The last part's id."""
        parts = self._parts(message)
        sent = [await self.deliver(address, part) for part in parts]
        async with self._database.transaction() as session:
            await zalo.keep_typed(session, self.name, address, parts[-1].typed if parts else (), self._now())
        return sent[-1] if sent else ""

    async def toast(self, tap: str, text: str = "", *, alert: bool = False) -> None:
        """There are no passing words; what is all that is said comes as a message."""

    async def retire(self, address: str, message_id: str) -> None:
        """There are no buttons."""


def bold_ranges(body: tuple[Block, ...]) -> list[dict[str, Any]]:
    """Headings as text_styles, in UTF-16 units from the beginning of the text."""
    at, found = 0, []
    for number, block in enumerate(body):
        at += units(gap(body[number - 1], block)) if number else 0
        at += units("• ") if block.kind is Kind.ITEM else 0
        length = units(block.text)
        if block.kind is Kind.HEADING and length:
            found.append({"start": at, "len": length, "st": ["b", "f_18"]})
        at += length
    return found
