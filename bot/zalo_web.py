"""Zalo's two webhooks: answered within two seconds, with 200 only when the event is on the disk."""

import asyncio
import hmac
import json
import logging
from collections import Counter
from typing import Any

from aiohttp import web

from bot.intake import Intake
from channels.zalo_signature import HEADER, Signing
from handlers.zalo import event_id, sender
from storage.enums import ChannelName

log = logging.getLogger(__name__)
OA_PATH, BOT_PATH = "/zalo/oa", "/zalo/bot"
BOT_HEADER = "X-Bot-Api-Secret-Token"
SECONDS = 1.7
"""Zalo waits for two seconds, and sends again what was not answered with 200."""


class OaWebhook:
    """Events of an Official Account; ``seen`` counts what came by how it was signed."""

    def __init__(self, intake: Intake, signing: Signing) -> None:
        self._intake, self._signing = intake, signing
        self.seen: Counter[str] = Counter()

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if not raw.strip():
            self.seen["probe"] += 1
            return web.Response()  # when the address is registered, an empty call without a signature comes
        event = _decoded(raw)
        given, timestamp = request.headers.get(HEADER, ""), str((event or {}).get("timestamp", ""))
        if not self._signing.right(given, raw, timestamp):
            self._refuse(given, raw, timestamp)
            return web.Response(status=401)
        self.seen["right"] += 1
        if event is None:
            return web.Response(status=400)
        return await _kept(self._intake, ChannelName.ZALO_OA, event, raw)

    def _refuse(self, given: str, raw: bytes, timestamp: str) -> None:
        """A signature that would fit another variant is said in the log, and is refused all the same."""
        variant = self._signing.other(given, raw, timestamp)
        if variant is None:
            self.seen["wrong"] += 1
            return
        id, secret = variant
        self.seen[f"id {id}, secret {secret}"] += 1
        log.error(
            "an event of Zalo is signed with the id of the %s and the secret of the %s: "
            "set LOA_ZALO_OA_SIGNED_ID=%s and LOA_ZALO_OA_SIGNED_WITH=%s", id, secret, id, secret,
        )  # fmt: skip


class BotWebhook:
    """Updates of a bot on the Bot Platform; the secret comes back in a header as it is."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake, self._secret = intake, secret

    async def take(self, request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(BOT_HEADER, "").encode(), self._secret.encode()):
            return web.Response(status=401)
        raw = await request.read()
        if not raw.strip():
            return web.Response()
        update = _decoded(raw)
        if update is None:
            return web.Response(status=400)
        return await _kept(self._intake, ChannelName.ZALO_BOT, update, raw)


def _decoded(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw.decode())
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


async def _kept(intake: Intake, channel: ChannelName, event: dict[str, Any], raw: bytes) -> web.Response:
    """200 once the event is committed; what is nobody's, as that something was seen, is not kept."""
    address = sender(event)
    if not address:
        return web.Response()
    try:
        async with asyncio.timeout(SECONDS):
            await intake.kept([(event_id(event), address, raw)], channel)
    except TimeoutError:
        return web.Response(status=503)
    return web.Response()
