"""Zalo's articles: a bulletin made once and broadcast to all who follow the account, who are not named one by one.

Tried against the sandbox, never against live Zalo.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from channels.blocks import Block, Kind
from channels.message import SendError
from channels.zalo_client import ZaloCodeError
from channels.zalo_oa import ZaloOA
from channels.zalo_text import composed
from storage.enums import Reason

USED_UP = -223
"""The month's broadcasts of the package; elsewhere this code asks for an administrator."""
LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 300
TAGS = {Kind.HEADING: "h3", Kind.ITEM: "li", Kind.QUOTE: "blockquote"}


def content(title: str, author: str, body: Sequence[Block]) -> dict[str, Any]:
    """What ``article/create`` takes; shown, since a hidden article cannot be broadcast."""
    said = [(TAGS.get(block.kind, "p"), escape(composed(block.text), quote=False)) for block in body if block.text]
    first = next((composed(block.text) for block in body if block.kind is Kind.PARAGRAPH), title)
    return {
        "type": "normal", "title": composed(title)[:LONGEST_TITLE], "author": author[:50],
        "description": first[:LONGEST_DESCRIPTION],
        "body": [{"type": "text", "content": f"<{tag}>{text}</{tag}>"} for tag, text in said],
        "status": "show", "comment": "hide",
    }  # fmt: skip


class ZaloArticles:
    """The calls around one article."""

    def __init__(self, oa: ZaloOA) -> None:
        self._oa = oa

    async def make(self, article: dict[str, Any]) -> str:
        """A token that stands for the article until it is made. Raises SendError."""
        return str((await self._oa.call("POST", "v2.0/article/create", json=article))["token"])

    async def made(self, token: str) -> str:
        """The article's id. Raises SendError."""
        return str((await self._oa.call("POST", "v2.0/article/verify", json={"token": token}))["id"])

    async def broadcast(self, article: str) -> str:
        """Send it to everybody who follows the account, by day; the id of the one message. Raises SendError."""
        elements = [{"media_type": "article", "attachment_id": article}]
        payload = {"template_type": "media", "elements": elements}
        message = {"attachment": {"type": "template", "payload": payload}}
        try:
            told = await self._oa.call(
                "POST", "v2.0/oa/message", json={"recipient": {"target": {}}, "message": message}
            )
        except ZaloCodeError as error:
            if error.code == USED_UP:
                raise SendError(Reason.QUOTA, error.detail) from None
            raise
        return str(told["message_id"]) if isinstance(told, dict) and told.get("message_id") else ""
